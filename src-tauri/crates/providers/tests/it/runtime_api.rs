//! The plain way through the Runtime API: next, response, next.

use std::time::Duration;

use coldframe_providers::{
    invocation::{Body, CallContext, Reply},
    pull::RuntimeApi,
};

use crate::raw::{NEXT, Raw, handover, open, soon};

fn full(reply: Reply) -> (String, String) {
    match reply {
        Reply::Response { head, body: Body::Full(body) } => {
            assert!(!head.streamed, "a whole body is not a stream");
            let content_type =
                head.headers.get("content-type").map(|value| value.to_str().unwrap().to_owned());
            (content_type.unwrap_or_default(), String::from_utf8(body.to_vec()).unwrap())
        }
        other => panic!("not a whole response: {other:?}"),
    }
}

#[tokio::test]
async fn an_event_goes_in_and_its_response_comes_out() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    soon(api.ready()).await.expect("asking for work is being ready");

    let mut first = handover("8476a536-e9f4-11e8-9739-2dfe598c3fcd", r#"{"name":"frame"}"#);
    first.context = CallContext {
        qualifier: Some("live".into()),
        client_context: Some("{\"custom\":{\n\"word\":\"grün\"}}".into()),
        cognito_identity: Some(r#"{"cognitoIdentityId":"a"}"#.into()),
        trace_id: Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1".into()),
    };
    let (reply, ()) = tokio::join!(soon(api.exchange(first)), async {
        let event = process.answer().await;
        assert_eq!(event.status, 200);
        assert_eq!(event.body, r#"{"name":"frame"}"#);
        let header = |name: &str| event.headers.get(name).map(String::as_str);
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("lambda-runtime-deadline-ms"), Some("1900000000000"));
        assert_eq!(
            header("lambda-runtime-invoked-function-arn"),
            Some("arn:aws:lambda:us-east-1:000000000000:function:hello:live"),
            "the qualifier is kept as the caller gave it"
        );
        assert_eq!(header("lambda-runtime-client-context"), Some("{\"custom\":{ \"word\":\"grün\"}}"));
        assert_eq!(header("lambda-runtime-cognito-identity"), Some(r#"{"cognitoIdentityId":"a"}"#));
        assert!(header("lambda-runtime-trace-id").unwrap().ends_with("Sampled=1"));
        assert!(
            event.head.contains("\r\nLambda-Runtime-Aws-Request-Id: 8476a536"),
            "shells grep: {}",
            event.head
        );

        let path = "/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response";
        let accepted = process.post(path, "Content-Type: application/json\r\n", r#""hello""#).await;
        assert_eq!((accepted.status, accepted.body.as_str()), (202, "{\"status\":\"OK\"}\n"));
    });
    assert_eq!(full(reply), ("application/json".into(), "\"hello\"".into()));
    process.send(NEXT).await;
    soon(api.idle()).await;
}

#[tokio::test]
async fn without_context_only_what_there_is_has_a_header() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
    let (_, event) = tokio::join!(soon(api.exchange(handover(id, "1"))), async {
        let event = process.answer().await;
        process.post(&format!("/2018-06-01/runtime/invocation/{id}/response"), "", "1").await;
        event
    });
    assert!(!event.headers.contains_key("lambda-runtime-client-context"));
    assert!(!event.headers.contains_key("lambda-runtime-cognito-identity"));
    assert_eq!(
        event.headers["lambda-runtime-invoked-function-arn"],
        "arn:aws:lambda:us-east-1:000000000000:function:hello"
    );
    assert_eq!(
        event.headers["lambda-runtime-trace-id"],
        "Root=1-713fb300-8476a536e9f411e897392dfe;Parent=97392dfe598c3fcd;Sampled=0",
        "there is always a trace id"
    );
}

#[tokio::test]
async fn while_an_event_is_in_progress_next_gives_it_again() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "1"))), async {
        process.answer().await;
        let mut second = Raw::connect(api.address()).await;
        let again = second.call(NEXT).await;
        assert_eq!(again.headers["lambda-runtime-aws-request-id"], "id-1");
        second.post("/2018-06-01/runtime/invocation/id-1/response", "", "2").await;
    });
    assert_eq!(full(reply).1, "2");
}

#[tokio::test]
async fn requests_written_at_once_are_answered_in_order() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    process.send(
        "POST /coldframe/loaded HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8\r\n\r\n[\"/a/b\"]\
         GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\ncoldframe-usage: 1500 250 20480\r\n\
         coldframe-init-us: 730\r\n\r\n"
    )
    .await;
    assert_eq!(process.answer().await.status, 202);
    let ready = soon(api.ready()).await.unwrap();
    assert_eq!(ready.init, Some(Duration::from_micros(730)));
    assert_eq!(ready.loaded, Some(vec!["/a/b".into()]));
    assert_eq!(ready.usage.unwrap().cpu_user, Duration::from_micros(1500));

    let ((_, idle), ()) = tokio::join!(
        async { (soon(api.exchange(handover("id-1", "1"))).await, soon(api.idle()).await) },
        async {
            process.answer().await;
            process
                .send(
                    "POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                     Content-Length: 1\r\n\r\n2GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\
                     Host: 127.0.0.1\r\ncoldframe-usage: 2500 250 20480\r\n\r\n",
                )
                .await;
            assert_eq!(process.answer().await.status, 202);
        }
    );
    assert_eq!(idle.usage.unwrap().cpu_user, Duration::from_micros(2500));
    assert_eq!(idle.loaded, None, "nothing more was loaded");
}

#[tokio::test]
async fn a_runtime_that_leaves_and_comes_back_gets_the_next_event() {
    let api = open().await;
    let mut first = Raw::connect(api.address()).await;
    first.send(NEXT).await;
    soon(api.ready()).await.unwrap();
    drop(first);
    let mut second = Raw::connect(api.address()).await;
    second.send(NEXT).await;
    let (reply, ()) = tokio::join!(soon(api.exchange(handover("id-1", "1"))), async {
        assert_eq!(second.answer().await.body, "1");
        second.post("/2018-06-01/runtime/invocation/id-1/response", "", "2").await;
    });
    assert_eq!(full(reply).1, "2");
}

#[tokio::test]
async fn small_answers_and_stubs() {
    let api = open().await;
    let mut process = Raw::connect(api.address()).await;
    let ping = process.call("GET /2018-06-01/ping HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!((ping.status, ping.body.as_str()), (200, "pong"));
    for (method, path) in [
        ("GET", "/2018-06-01/runtime/restore/next"),
        ("POST", "/2018-06-01/runtime/restore/error"),
        ("GET", "/elsewhere"),
    ] {
        let answer = process
            .call(format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"))
            .await;
        assert_eq!((answer.status, answer.body.as_str()), (404, "404 page not found\n"), "{path}");
    }
    for (path, api_name) in [("/2020-08-15/logs", "Logs"), ("/2022-07-01/telemetry", "Telemetry")] {
        let answer = process
            .call(format!("PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{{}}"))
            .await;
        assert_eq!(answer.status, 202, "a layer must not crash over {path}");
        assert!(answer.body.contains(&format!("{api_name}.NotSupported")), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_page_in_a_browser_is_refused() {
    let api = open().await;
    for header in ["Host: 127.0.0.1\r\nOrigin: http://evil.example", "Host: evil.example"] {
        let mut page = Raw::connect(api.address()).await;
        let answer =
            page.call(format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n{header}\r\n\r\n")).await;
        assert_eq!(answer.status, 403, "{header}");
    }
}

#[tokio::test]
async fn extensions_register_and_hear_of_invocations() {
    let api = open().await;
    let mut extension = Raw::connect(api.address()).await;
    let headers = "Lambda-Extension-Name: watcher\r\nLambda-Extension-Accept-Feature: accountId\r\n";
    let registered =
        extension.post("/2020-01-01/extension/register", headers, r#"{"events":["INVOKE"]}"#).await;
    assert_eq!(registered.status, 200);
    assert_eq!(
        registered.body,
        r#"{"functionName":"hello","functionVersion":"$LATEST","handler":"app.handler","accountId":"000000000000"}"#
    );
    let id = registered.headers["lambda-extension-identifier"].clone();
    let next = |id: &str| {
        format!(
            "GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: 127.0.0.1\r\nLambda-Extension-Identifier: {id}\r\n\r\n"
        )
    };
    extension.send(next(&id)).await;
    let mut process = Raw::connect(api.address()).await;
    process.send(NEXT).await;
    soon(api.ready()).await.unwrap();
    let late = Raw::connect(api.address()).await.post("/2020-01-01/extension/register", headers, "{}").await;
    assert_eq!(late.status, 403);
    assert!(late.body.contains("Extension.RegistrationClosed"), "{}", late.body);
    tokio::join!(soon(api.exchange(handover("id-1", "1"))), async {
        let event = extension.answer().await;
        assert_eq!(event.status, 200);
        let event: serde_json::Value = serde_json::from_str(&event.body).unwrap();
        assert_eq!(event["eventType"], "INVOKE");
        assert_eq!(event["requestId"], "id-1");
        process.answer().await;
        process.post("/2018-06-01/runtime/invocation/id-1/response", "", "1").await;
    });
    let unknown = Raw::connect(api.address()).await.call(next("0b1b9e13-1bd7-4b4a-a55e-0a66d1b6cbd2")).await;
    assert!(unknown.body.contains("Extension.UnknownExtensionIdentifier"), "{}", unknown.body);
    drop::<RuntimeApi>(api);
}

#[tokio::test]
async fn an_extension_inside_the_process_may_not_wait_for_shutdown() {
    let api = open().await;
    let mut extension = Raw::connect(api.address()).await;
    let headers = "Lambda-Extension-Name: watcher\r\n";
    let mut refused = Vec::new();
    for events in [r#"{"events":["INVOKE","SHUTDOWN"]}"#, r#"{"events":["LUNCH"]}"#] {
        let answer = extension.post("/2020-01-01/extension/register", headers, events).await;
        assert_eq!(answer.status, 403, "{events}: {}", answer.body);
        refused.push(answer.body);
    }
    assert_eq!(
        refused,
        [
            "{\"errorMessage\":\"SHUTDOWN: ShutdownEventNotSupportedForInternalExtension\",\"errorType\":\"Extension.InvalidEventType\"}\n",
            "{\"errorMessage\":\"LUNCH: ErrorInvalidEventType\",\"errorType\":\"Extension.InvalidEventType\"}\n"
        ]
    );
    let registered = extension.post("/2020-01-01/extension/register", headers, "{}").await;
    assert_eq!(registered.status, 200, "its name is still free: {}", registered.body);
}
