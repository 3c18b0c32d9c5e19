//! Invoke: synchronous, asynchronous and dry, and every error in the shape SDKs tell it by.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{Running, start};
use crate::{
    fake_invoke::{Fake, echo, failure, found, stream},
    invocation::{Answer, Chunk, Event, Failure, Throttle},
    raw_http::Answered,
};

async fn door() -> Running {
    let fake = Fake::default()
        .with(found("echo", &[]), echo)
        .with(found("fails", &[]), |_| failure(Failure::Error, "Exception", r#"{"errorMessage":"no"}"#))
        .with(found("busy", &[]), |_| Answer::Throttled(Throttle::Function))
        .with(found("crowded", &[]), |_| Answer::Throttled(Throttle::Account))
        .with(found("broken", &[]), |_| Answer::Refused { message: "no python3 was found".into() })
        .with(found("streams", &[]), |_| {
            stream("text/plain", vec![Chunk::Data("a".into()), Chunk::Data("b".into()), Chunk::End])
        })
        .with(found("dies", &[]), |_| stream("text/plain", vec![Chunk::Data("a".into())]));
    start(fake).await
}

/// Status, error type and body, as SDKs read an error.
fn error(answered: &Answered) -> (u16, &str, serde_json::Value) {
    assert!(answered.header("x-amzn-requestid").is_some_and(|id| id.len() == 36), "{}", answered.head);
    assert_eq!(answered.header("content-type"), Some("application/json"));
    (answered.status, answered.header("x-amzn-errortype").unwrap_or_default(), answered.json())
}

#[tokio::test]
async fn a_synchronous_call_gets_the_functions_bytes() {
    let door = door().await;
    let answered = door.invoke("echo", "", r#"{"a": 1 }"#).await;
    assert_eq!((answered.status, answered.text()), (200, r#"{"a": 1 }"#), "untouched, spaces included");
    assert_eq!(answered.header("x-amz-executed-version"), Some("$LATEST"));
    assert_eq!(answered.header("content-type"), Some("application/json"));
    assert_eq!(answered.header("x-amz-function-error"), None);
    assert_eq!(answered.header("x-amz-log-result"), None);
    let seen = door.fake.seen();
    assert_eq!(answered.header("x-amzn-requestid"), Some(seen[0].request_id.as_str()));
    assert_eq!((seen[0].trigger, seen[0].context.qualifier.as_deref()), ("sdk", None));
    assert!(seen[0].context.trace_id.as_ref().is_some_and(|trace| trace.starts_with("Root=1-")));
}

#[tokio::test]
async fn an_empty_payload_is_an_empty_object() {
    assert_eq!(door().await.invoke("echo", "", "").await.text(), "{}");
}

#[tokio::test]
async fn every_way_to_name_the_function_works() {
    let door = door().await;
    for name in [
        "echo",
        "echo:$LATEST",
        "echo%3A%24LATEST",
        "000000000000:function:echo",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Aecho",
        "arn:aws:lambda:eu-central-1:123456789012:function:echo:$LATEST",
    ] {
        assert_eq!(door.invoke(name, "", "1").await.status, 200, "{name}");
    }
    let asked =
        door.ask("POST /2015-03-31/functions/echo/invocations?Qualifier=%24LATEST HTTP/1.1\n", "1").await;
    assert_eq!(asked.status, 200);
    assert_eq!(door.fake.seen().last().unwrap().context.qualifier.as_deref(), Some("$LATEST"));
}

#[tokio::test]
async fn qualifiers_that_contradict_or_do_not_exist_are_refused() {
    let door = door().await;
    let both =
        door.ask("POST /2015-03-31/functions/echo:$LATEST/invocations?Qualifier=1 HTTP/1.1\n", "").await;
    assert_eq!((both.status, error(&both).1), (400, "InvalidParameterValueException"));
    let unknown = door.invoke("echo:live", "", "").await;
    assert_eq!(
        error(&unknown),
        (
            404,
            "ResourceNotFoundException",
            json!({
                "Type": "User",
                "Message": "Function not found: arn:aws:lambda:us-east-1:000000000000:function:echo:live"
            })
        )
    );
    assert!(door.fake.seen().is_empty(), "nothing ran");
}

#[tokio::test]
async fn function_errors_are_200_with_a_header() {
    let answered = door().await.invoke("fails", "X-Amz-Log-Type: Tail\n", "{}").await;
    assert_eq!((answered.status, answered.text()), (200, r#"{"errorMessage":"no"}"#));
    assert_eq!(answered.header("x-amz-function-error"), Some("Unhandled"));
    let log = STANDARD.decode(answered.header("x-amz-log-result").unwrap()).unwrap();
    let log = String::from_utf8(log).unwrap();
    let id = answered.header("x-amzn-requestid").unwrap();
    assert!(log.starts_with(&format!("START RequestId: {id}")) && log.ends_with("1.00 ms\n"), "{log}");
}

#[tokio::test]
async fn streamed_answers_are_collected() {
    let door = door().await;
    assert_eq!(door.invoke("streams", "", "").await.text(), "ab");
    let dead = door.invoke("dies", "", "").await;
    assert_eq!((dead.status, dead.header("x-amz-function-error")), (200, Some("Unhandled")));
    assert_eq!(dead.json()["errorType"], "Runtime.TruncatedResponse");
}

#[tokio::test]
async fn asynchronous_and_dry_calls_answer_without_a_body() {
    let door = door().await;
    let event = door.invoke("echo", "X-Amz-Invocation-Type: Event\n", "[1]").await;
    assert_eq!((event.status, event.text()), (202, ""));
    assert_eq!(door.fake.seen()[0].trigger, "async");
    let legacy = door.ask("POST /2014-11-13/functions/echo/invoke-async/ HTTP/1.1\n", "{}").await;
    assert_eq!((legacy.status, legacy.json()), (202, json!({"Status": 202})));
    let dry = door.invoke("echo", "X-Amz-Invocation-Type: DryRun\n", "").await;
    assert_eq!((dry.status, dry.text()), (204, ""));
    assert_eq!(door.fake.seen().len(), 2, "a dry run runs nothing");
    for kind in ["Event", "DryRun"] {
        let unknown = door.invoke("nobody", &format!("X-Amz-Invocation-Type: {kind}\n"), "").await;
        assert_eq!((unknown.status, error(&unknown).1), (404, "ResourceNotFoundException"), "{kind}");
    }
}

#[tokio::test]
async fn unknown_functions_are_named_by_arn() {
    assert_eq!(
        error(&door().await.invoke("nobody", "", "").await),
        (
            404,
            "ResourceNotFoundException",
            json!({
                "Type": "User",
                "Message": "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST"
            })
        )
    );
}

#[tokio::test]
async fn throttles_say_whose_limit_it_was() {
    let door = door().await;
    for (name, reason) in [
        ("busy", "ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("crowded", "ConcurrentInvocationLimitExceeded"),
    ] {
        assert_eq!(
            error(&door.invoke(name, "", "").await),
            (
                429,
                "TooManyRequestsException",
                json!({"Reason": reason, "Type": "User", "message": "Rate Exceeded."})
            )
        );
    }
}

#[tokio::test]
async fn a_function_that_cannot_run_is_a_conflict_sdks_do_not_retry() {
    assert_eq!(
        error(&door().await.invoke("broken", "", "").await),
        (409, "ResourceConflictException", json!({"Type": "User", "Message": "no python3 was found"}))
    );
}

#[tokio::test]
async fn events_that_are_not_json_never_reach_the_function() {
    let door = door().await;
    let bodies: [&[u8]; 4] = [b"{a:1}", b"{}{}", b"\"\xff\"", b" "];
    for body in bodies {
        let answered = door.invoke("echo", "", body).await;
        let (status, code, answer) = error(&answered);
        assert_eq!((status, code), (400, "InvalidRequestContentException"));
        let message = answer["message"].as_str().unwrap();
        assert!(
            message
                .starts_with("Could not parse request body into json: Could not parse payload into json: "),
            "{message}"
        );
    }
    assert!(door.fake.seen().is_empty(), "nothing ran");
}

#[tokio::test]
async fn limits_are_6_megabytes_and_1_asynchronously() {
    let door = door().await;
    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert_eq!(
        door.invoke("echo", "", text(6_291_456)).await.body.len(),
        6_291_456,
        "exactly the limit passes"
    );
    assert_eq!(
        error(&door.invoke("echo", "", text(6_291_457)).await),
        (
            413,
            "RequestTooLargeException",
            json!({
                "Type": "User",
                "message": "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"
            })
        )
    );
    let event = "X-Amz-Invocation-Type: Event\n";
    assert_eq!(door.invoke("echo", event, text(1_048_576)).await.status, 202);
    let large = door.invoke("echo", event, text(1_048_577)).await;
    assert_eq!((large.status, error(&large).1), (413, "RequestTooLargeException"));
    assert_eq!(door.fake.seen().len(), 2);
}

#[tokio::test]
async fn client_context_arrives_decoded() {
    let door = door().await;
    let encoded = STANDARD.encode(r#"{"custom":{"a":"é"}}"#);
    door.invoke("echo", &format!("X-Amz-Client-Context: {encoded}\nX-Amzn-Trace-Id: Root=1-2-3\n"), "").await;
    let context = &door.fake.seen()[0].context;
    assert_eq!(context.client_context.as_deref(), Some(r#"{"custom":{"a":"é"}}"#));
    assert_eq!(context.trace_id.as_deref(), Some("Root=1-2-3"), "the caller's trace goes on");
    for wrong in [
        "no base64!".to_owned(),
        STANDARD.encode("no json"),
        STANDARD.encode(format!("{:?}", "x".repeat(2700))),
    ] {
        let answered = door.invoke("echo", &format!("X-Amz-Client-Context: {wrong}\n"), "").await;
        assert_eq!((answered.status, error(&answered).1), (400, "InvalidRequestContentException"));
    }
}

#[tokio::test]
async fn unknown_kinds_and_operations_say_what_there_is() {
    let door = door().await;
    for header in ["X-Amz-Invocation-Type: Later\n", "X-Amz-Log-Type: Head\n"] {
        let answered = door.invoke("echo", header, "").await;
        assert_eq!((answered.status, error(&answered).1), (400, "InvalidParameterValueException"));
    }
    let create = door.ask("POST /2015-03-31/functions HTTP/1.1\n", "{}").await;
    let (status, code, body) = error(&create);
    assert_eq!((status, code), (404, "UnknownOperationException"));
    assert!(body["message"].as_str().unwrap().contains("InvokeWithResponseStream"), "{body}");
}

#[tokio::test]
async fn chunked_events_are_put_together() {
    let door = door().await;
    let head = "POST /2015-03-31/functions/echo/invocations HTTP/1.1\nTransfer-Encoding: chunked\n";
    assert_eq!(door.ask(head, "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n").await.text(), "[1,2]");
    let seen = door.fake.seen();
    assert!(matches!(&seen[0].event, Event::Bytes(bytes) if bytes == "[1,2]"));
}
