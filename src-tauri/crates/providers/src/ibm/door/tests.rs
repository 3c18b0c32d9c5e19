//! The door as its callers see it; what runs behind it is a fake.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve;
use crate::{
    domain::{ProviderId, UrlSettings},
    door::DoorConfig,
    fake_invoke::{Fake, function_of, response},
    invocation::{Answer, Body, Event, Found, Invocation, ResponseHead, Throttle},
    raw_http::{Answered, ask},
};

fn found(name: &str, web: bool) -> Found {
    let route = format!("ANY /api/v1/web/guest/default/{name}");
    let routes: &[&str] = if web { &[&route] } else { &[] };
    function_of(ProviderId::Ibm, name, routes, UrlSettings::default())
}

fn params(invocation: &Invocation) -> Value {
    match &invocation.event {
        Event::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
        Event::Http(_) => panic!("actions take parameters"),
    }
}

/// Answers with its parameters as `{"body": …}`.
fn echo(invocation: &Invocation) -> Answer {
    response(json!({ "body": params(invocation) }).to_string())
}

fn fails(_: &Invocation) -> Answer {
    let failed = Some("application error".to_owned());
    let head = ResponseHead {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        streamed: false,
        failed,
        log: Vec::new(),
    };
    Answer::Response { head, body: Body::Full(r#"{"error":"no"}"#.into()) }
}

struct Running(SocketAddr, CancellationToken);

impl Drop for Running {
    fn drop(&mut self) {
        self.1.cancel();
    }
}

async fn start() -> Running {
    let fake = Fake::default()
        .with(found("echo", false), echo)
        .with(found("web", true), echo)
        .with(found("fails", true), fails)
        .with(found("full", true), |_| Answer::Throttled(Throttle::Function))
        .with(found("odd", false), |_| response(r#"{"statusCode": 900}"#));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let running = Running(listener.local_addr().unwrap(), CancellationToken::new());
    tokio::spawn(serve(listener, Arc::new(fake), DoorConfig::default(), running.1.clone()));
    running
}

impl Running {
    async fn ask(&self, head: &str, body: &str) -> (u16, Value, Answered) {
        let answered = ask(self.0, head, body.as_bytes()).await;
        let value = serde_json::from_str(answered.text()).unwrap_or(Value::Null);
        (answered.status, value, answered)
    }
}

#[tokio::test]
async fn actions_are_invoked_and_their_activations_read() {
    let door = start().await;
    let path = "/api/v1/namespaces/_/actions/echo?blocking=true";
    let (status, record, answered) = door.ask(&format!("POST {path} HTTP/1.1\n"), r#"{"a":1}"#).await;
    assert_eq!(status, 200);
    let id = record["activationId"].as_str().unwrap();
    assert_eq!(answered.header("x-openwhisk-activation-id"), Some(id));
    assert_eq!(record["response"]["status"], "success");
    assert_eq!(record["response"]["result"]["body"], json!({"a": 1}));
    let keys: Vec<&str> =
        record["annotations"].as_array().unwrap().iter().filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["path", "waitTime", "kind", "timeout", "limits"]);

    let (_, result, _) = door.ask(&format!("POST {path}&result=true HTTP/1.1\n"), "").await;
    assert_eq!(result, json!({"body": {}}));
    let (_, logs, _) =
        door.ask(&format!("GET /api/v1/namespaces/_/activations/{id}/logs HTTP/1.1\n"), "").await;
    assert_eq!(logs["logs"].as_array().map(Vec::len), Some(3), "{logs}");
    let (_, list, _) = door.ask("GET /api/v1/namespaces/_/activations?limit=5 HTTP/1.1\n", "").await;
    assert_eq!(list.as_array().map(Vec::len), Some(2));

    let (status, error, _) =
        door.ask("POST /api/v1/namespaces/_/actions/fails?blocking=true HTTP/1.1\n", "{}").await;
    assert_eq!((status, &error["response"]["status"]), (502, &json!("application error")));
    let (status, accepted, _) = door.ask("POST /api/v1/namespaces/guest/actions/echo HTTP/1.1\n", "{}").await;
    assert_eq!(status, 202);
    assert!(accepted["activationId"].is_string());
    let (_, list, _) = door.ask("GET /api/v1/namespaces/_/actions HTTP/1.1\n", "").await;
    assert_eq!(list.as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn web_actions_answer_as_their_results_say() {
    let door = start().await;
    let (status, body, answered) =
        door.ask("GET /api/v1/web/guest/default/web/more?x=1 HTTP/1.1\n", "").await;
    assert_eq!((status, answered.header("content-type")), (200, Some("application/json")));
    assert_eq!(
        (&body["x"], &body["__ow_path"], &body["__ow_method"]),
        (&json!("1"), &json!("/more"), &json!("get"))
    );
    let (_, whole, _) = door.ask("GET /api/v1/web/guest/default/web.json HTTP/1.1\n", "").await;
    assert!(whole["body"].is_object(), "{whole}");
    for (head, expected) in [
        ("GET /api/v1/web/guest/default/web?__ow_path=x HTTP/1.1\n", 400),
        ("GET /api/v1/web/guest/default/web.html HTTP/1.1\n", 400),
        ("GET /api/v1/web/guest/default/web.text HTTP/1.1\n", 200),
        ("GET /api/v1/web/guest/shop/web HTTP/1.1\n", 404),
        ("GET /api/v1/web/guest/default/web?__ow_own=x HTTP/1.1\n", 200),
        ("GET /api/v1/web/guest/default/echo HTTP/1.1\n", 404),
        ("GET /api/v1/web/guest/default/fails HTTP/1.1\n", 400),
        ("GET /api/v1/web/guest/default/full HTTP/1.1\n", 429),
        ("OPTIONS /api/v1/web/guest/default/web HTTP/1.1\n", 200),
        ("GET /api/v1/web/guest HTTP/1.1\n", 404),
        ("GET /nobody HTTP/1.1\n", 404),
        ("GET / HTTP/1.1\nHost: evil.example\n", 403),
    ] {
        assert_eq!(door.ask(head, "").await.0, expected, "{head}");
    }
}

#[tokio::test]
async fn functions_answer_as_code_engine_has_them() {
    let door = start().await;
    let (status, body, answered) = door.ask("GET /echo/more?x=1 HTTP/1.1\nX-Own: 1\n", "").await;
    assert_eq!((status, answered.header("x-faas-actionstatus")), (200, Some("200")));
    assert!(answered.header("x-faas-activation-id").is_some());
    assert_eq!((&body["__ce_path"], &body["__ce_method"]), (&json!("/more"), &json!("GET")));
    let (_, body, _) = door.ask("GET /p HTTP/1.1\nHost: echo.localhost\n", "").await;
    assert_eq!(body["__ce_path"], "/p");
    let (status, _, answered) = door.ask("GET /odd HTTP/1.1\n", "").await;
    assert_eq!((status, answered.header("x-faas-actionstatus")), (422, None));
    assert_eq!(door.ask("GET /echo?__ce_path=x HTTP/1.1\n", "").await.0, 400);
}
