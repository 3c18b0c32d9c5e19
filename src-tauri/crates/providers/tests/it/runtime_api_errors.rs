//! What the Runtime API answers when the process does something it should not, and what the caller hears of it.

use coldframe_providers::{invocation::Reply, pull::RuntimeApi};

use crate::raw::{NEXT, Raw, handover, open, soon};

const RESPONSE: &str = "/2018-06-01/runtime/invocation/id-1/response";
const ERROR: &str = "/2018-06-01/runtime/invocation/id-1/error";

fn error(reply: Reply) -> (String, String) {
    match reply {
        Reply::Error { error_type, payload } => (error_type, String::from_utf8(payload.to_vec()).unwrap()),
        other => panic!("not an error: {other:?}"),
    }
}

/// A process that has been handed `id-1`; `act` is what it does then.
async fn handed<T>(act: impl AsyncFnOnce(&mut Raw) -> T) -> (RuntimeApi, Reply, T) {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, out) = tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        act(&mut process).await
    });
    (api, reply, out)
}

#[tokio::test]
async fn an_error_keeps_its_body_and_names_its_type() {
    let body = r#"{"errorMessage":"bäd","errorType":"ValueError","requestId":"id-1","stackTrace":[]}"#;
    let (_api, reply, status) = handed(async |process| {
        // The X-Ray header carries raw UTF-8, as the real clients send it.
        let headers =
            "Content-Type: application/json\r\nLambda-Runtime-Function-XRay-Error-Cause: {\"m\":\"bäd\"}\r\n";
        process.post(ERROR, headers, body).await.status
    })
    .await;
    assert_eq!(status, 202);
    assert_eq!(error(reply), ("ValueError".into(), body.into()));
}

#[tokio::test]
async fn an_error_without_a_typed_body_takes_the_headers_word() {
    let (_api, reply, _) = handed(async |process| {
        process.post(ERROR, "Lambda-Runtime-Function-Error-Type: Runtime.Sick\r\n", "gone").await
    })
    .await;
    assert_eq!(error(reply), ("Runtime.Sick".into(), "gone".into()));
    let (_api, reply, _) = handed(async |process| process.post(ERROR, "", "gone").await).await;
    assert_eq!(error(reply).0, "Runtime.Unknown");
}

#[tokio::test]
async fn a_cause_inside_the_body_is_not_the_callers() {
    let (_api, reply, _) = handed(async |process| {
        let headers = "Content-Type: application/vnd.aws.lambda.error.cause+json\r\n";
        let body = r#"{"errorMessage":"m","errorType":"T","errorCause":{"exceptions":[]}}"#;
        process.post(ERROR, headers, body).await
    })
    .await;
    assert_eq!(error(reply).1, r#"{"errorMessage":"m","errorType":"T"}"#);
}

#[tokio::test]
async fn a_huge_xray_cause_is_accepted() {
    let (_api, reply, status) = handed(async |process| {
        let cause = "x".repeat(1024 * 1024 - 1);
        let headers = format!("Lambda-Runtime-Function-XRay-Error-Cause: {cause}\r\n");
        process.post(ERROR, &headers, r#"{"errorType":"T"}"#).await.status
    })
    .await;
    assert_eq!(status, 202);
    assert_eq!(error(reply).0, "T");
}

#[tokio::test]
async fn answers_to_other_invocations_are_refused() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    let refused = process.post(RESPONSE, "", "1").await;
    assert_eq!(refused.status, 400, "nothing was handed over yet");
    process.send(NEXT).await;
    tokio::join!(soon(api.exchange(handover("id-1", "{}"))), async {
        process.answer().await;
        let refused = process.post("/2018-06-01/runtime/invocation/id-0/response", "", "1").await;
        assert_eq!(
            (refused.status, refused.body.as_str()),
            (400, "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}\n")
        );
        assert_eq!(process.post(RESPONSE, "", "1").await.status, 202);
        let twice = process.post(RESPONSE, "", "1").await;
        assert_eq!(twice.status, 403);
        assert!(twice.body.contains("InvalidStateTransition"), "{}", twice.body);
        assert!(
            twice.body.contains(
                "State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. \
                 Error: State transition is not allowed"
            ),
            "{}",
            twice.body
        );
        process.send(NEXT).await;
    });
    soon(api.idle()).await;
    let mut other = Raw::connect(api.address()).await;
    let stale = other.post(RESPONSE, "", "1").await;
    assert_eq!(stale.status, 400, "after the next request for work the old id is unknown");
}

#[tokio::test]
async fn an_init_error_ends_the_wait_for_readiness() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    let body = r#"{"errorMessage":"Unable to import module 'app': No module named 'nope'","errorType":"Runtime.ImportModuleError","requestId":"","stackTrace":[]}"#;
    let headers = "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n";
    assert_eq!(process.post("/2018-06-01/runtime/init/error", headers, body).await.status, 202);
    let failure = soon(api.ready()).await.unwrap_err();
    assert_eq!(failure.error_type, "Runtime.ImportModuleError");
    assert_eq!(failure.payload, body);
    let next = process.call(NEXT).await;
    assert_eq!(next.status, 403, "there is no way back from a failed init");
    assert!(next.body.contains("from InitError to Ready"), "{}", next.body);
}

#[tokio::test]
async fn an_init_error_after_the_first_event_is_refused() {
    let api = open().await;
    let mut waiting = Raw::connect(api.address()).await;
    waiting.send(NEXT).await;
    soon(api.ready()).await.unwrap();
    let mut process = Raw::connect(api.address()).await;
    let refused = process.post("/2018-06-01/runtime/init/error", "", "{}").await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("from Ready to InitError"), "{}", refused.body);
}

#[tokio::test]
async fn a_response_over_the_limit_is_413_and_the_connection_goes_on() {
    const LIMIT: usize = 6 * 1024 * 1024 + 100;
    let (_api, reply, ()) = handed(async |process| {
        let refused = process.post(RESPONSE, "", vec![b'x'; LIMIT + 1]).await;
        assert_eq!(refused.status, 413);
        assert!(
            refused.body.contains("Exceeded maximum allowed payload size (6291556 bytes).")
                && refused.body.contains("RequestEntityTooLarge"),
            "{}",
            refused.body
        );
        process.send(NEXT).await;
    })
    .await;
    assert_eq!(
        error(reply),
        (
            "Function.ResponseSizeTooLarge".into(),
            r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#.into()
        )
    );
    let (_api, reply, status) =
        handed(async |process| process.post(RESPONSE, "", vec![b'x'; LIMIT]).await.status).await;
    assert_eq!(status, 202, "exactly the limit is allowed");
    assert!(matches!(reply, Reply::Response { .. }));
}

#[tokio::test]
async fn an_unknown_response_mode_is_refused() {
    let (_api, reply, answer) = handed(async |process| {
        process.post(RESPONSE, "Lambda-Runtime-Function-Response-Mode: trickle\r\n", "1").await
    })
    .await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("InvalidFunctionResponseMode"), "{}", answer.body);
    let body = r#"{"errorType":"Runtime.InvalidResponseModeHeader","errorMessage":"Invalid function response mode"}"#;
    assert_eq!(
        error(reply),
        ("Runtime.InvalidResponseModeHeader".into(), body.into()),
        "the caller hears why"
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_truncated_response() {
    let (_api, reply, ()) = handed(async |process| {
        process
            .send(format!("POST {RESPONSE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nbegun"))
            .await;
        process.shut().await;
    })
    .await;
    assert_eq!(error(reply).0, "Runtime.TruncatedResponse");
}
