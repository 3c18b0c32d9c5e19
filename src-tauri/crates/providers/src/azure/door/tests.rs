use std::sync::Arc;

use super::urls;
use crate::{
    azure::{HTTP_TRIGGER, TIMER_TRIGGER},
    domain::{Binding, Function, ProviderId, UrlSettings},
    fake_invoke::{Fake, echo, failure, function_of},
    invocation::{Answer, Event, Failure, Found},
    running_door::RunningDoor,
};

fn found(name: &str, kind: &str, routes: &[&str]) -> Found {
    let mut found = function_of(ProviderId::Azure, name, routes, UrlSettings::default());
    let bindings = vec![Binding { name: "req".into(), kind: kind.into(), ..Binding::default() }];
    found.function = Arc::new(Function { bindings, ..Function::clone(&found.function) });
    found
}

fn http(name: &str, routes: &[&str]) -> Found {
    found(name, HTTP_TRIGGER, routes)
}

async fn start(fake: Fake) -> RunningDoor {
    RunningDoor::start(ProviderId::Azure, fake).await
}

#[tokio::test]
async fn the_route_that_says_most_is_called_and_others_are_not_found() {
    let fake = Fake::default()
        .with(http("any", &["ANY /api/items/{*rest}"]), echo)
        .with(http("one", &["GET /api/items/{id:int}"]), echo)
        .with(http("new", &["GET /api/items/new", "POST /api/items/new"]), echo);
    let door = start(fake).await;
    for (head, status) in [
        ("GET /api/items/new HTTP/1.1\n", 200),
        ("GET /API/Items/7?a=b HTTP/1.1\nX-Own: kept\n", 200),
        ("DELETE /api/items/7 HTTP/1.1\n", 200),
        ("GET /api/other HTTP/1.1\n", 404),
        ("GET /api/items/new HTTP/1.1\nHost: evil.example\n", 403),
        ("GET /api/items/new HTTP/1.1\nUpgrade: websocket\n", 501),
    ] {
        assert_eq!(door.ask(head, "").await.status, status, "{head}");
    }
    let targets: Vec<String> = door
        .fake
        .seen()
        .iter()
        .map(|seen| match &seen.event {
            Event::Http(request) => format!("{} {}", request.method, request.target),
            Event::Bytes(_) => panic!("a request stays one"),
        })
        .collect();
    assert_eq!(targets, ["GET /api/items/new", "GET /API/Items/7?a=b", "DELETE /api/items/7"]);
    let index = door.ask("GET / HTTP/1.1\n", "").await;
    assert!(index.text().contains("new: [GET,POST] http://localhost"), "{}", index.text());
}

#[tokio::test]
async fn headers_of_host_json_are_added_to_answers() {
    let mut one = http("f", &["ANY /api/f"]);
    let mut function = Function::clone(&one.function);
    function.bindings[0]
        .settings
        .insert("customHeaders".into(), r#"{"X-Own": "added", "X-More": "1"}"#.into());
    one.function = Arc::new(function);
    let fake = Fake::default().with(one, |_| Answer::Throttled(crate::invocation::Throttle::Function));
    let door = start(fake).await;
    let answered = door.ask("GET /api/f HTTP/1.1\n", "").await;
    assert_eq!(
        (answered.status, answered.header("x-own"), answered.header("x-more")),
        (429, Some("added"), Some("1"))
    );
    let listed = door.ask("GET /admin/functions HTTP/1.1\n", "").await.json();
    assert!(
        listed[0]["config"]["bindings"][0].get("customHeaders").is_none(),
        "it is none of the function's: {listed}"
    );
}

#[tokio::test]
async fn the_hosts_own_errors_have_no_body_but_that_it_does_not_run() {
    for (answer, status) in [
        (failure(Failure::Error, "ValueError", "boom"), 500),
        (failure(Failure::Timeout, "FunctionTimeoutException", "x"), 500),
        (failure(Failure::Crash, "WorkerProcessExitException", "x"), 500),
        (failure(Failure::InitError, "ModuleNotFoundError", "x"), 503),
        (Answer::Throttled(crate::invocation::Throttle::Function), 429),
        (Answer::Refused { message: "no python3".into() }, 503),
    ] {
        let answer = std::sync::Mutex::new(Some(answer));
        let door = start(
            Fake::default().with(http("f", &["ANY /api/f"]), move |_| answer.lock().unwrap().take().unwrap()),
        )
        .await;
        let answered = door.ask("GET /api/f HTTP/1.1\n", "").await;
        let body = if status == 503 { "Function host is not running." } else { "" };
        assert_eq!((answered.status, answered.text()), (status, body));
    }
}

#[tokio::test]
async fn the_admin_api_lists_and_triggers() {
    let door = start(
        Fake::default().with(found("Tick", TIMER_TRIGGER, &[]), echo).with(http("f", &["ANY /api/f"]), echo),
    )
    .await;
    let listed = door.ask("GET /admin/functions HTTP/1.1\n", "").await.json();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["config"]["bindings"][0]["type"]),
        (&"Tick".into(), &TIMER_TRIGGER.into())
    );
    assert_eq!(door.ask("GET /admin/host/status HTTP/1.1\n", "").await.json()["state"], "Running");
    let json = "Content-Type: application/json\n";
    for (head, body, status) in [
        ("POST /admin/functions/tick HTTP/1.1\n", r#"{"input": "x"}"#, 202),
        ("POST /admin/functions/tick HTTP/1.1\n", "", 202),
        ("POST /admin/functions/tick HTTP/1.1\n", "{", 400),
        ("POST /admin/functions/nobody HTTP/1.1\n", "{}", 404),
        ("GET /admin/unknown HTTP/1.1\n", "", 404),
    ] {
        assert_eq!(door.ask(&format!("{head}{json}"), body).await.status, status, "{head} {body}");
    }
    let seen = door.fake.seen();
    assert!(matches!(&seen[0].event, Event::Bytes(bytes) if bytes == "x"), "the input is the message");
    assert_eq!((seen.len(), seen[0].trigger), (2, "async"));
}

#[test]
fn urls_are_the_routes_or_the_admin_api() {
    let address = "127.0.0.1:9005".parse().unwrap();
    let of = |found: &Found| urls(found, address)[0].clone();
    assert_eq!(of(&http("f", &["GET /api/f/{id}", "POST /api/f/{id}"])), "http://localhost:9005/api/f/{id}");
    assert_eq!(of(&found("tick", TIMER_TRIGGER, &[])), "http://localhost:9005/admin/functions/tick");
}
