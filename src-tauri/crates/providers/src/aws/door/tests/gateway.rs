//! Routes of an HTTP API beside function URLs, and the listing at `/`.

use serde_json::json;

use super::{Running, start};
use crate::{
    domain::Cors,
    fake_invoke::{Fake, failure, found, response},
    invocation::{Answer, Failure, Invocation, Throttle},
};

fn own_name(invocation: &Invocation) -> Answer {
    response(format!("\"{}\"", invocation.function.name))
}

async fn door() -> Running {
    let fake = Fake::default()
        .with(found("pets", &["GET /pets/{id}", "GET /hello"]), own_name)
        .with(found("hello", &[]), own_name)
        .with(found("fails", &["ANY /fails"]), |_| failure(Failure::Crash, "Runtime.ExitError", "{}"))
        .with(found("odd", &["ANY /odd"]), |_| response(r#"{"statusCode":"x"}"#))
        .with(found("busy", &["ANY /busy"]), |_| Answer::Throttled(Throttle::Account));
    start(fake).await
}

#[tokio::test]
async fn a_route_gives_its_key_and_parameters() {
    let door = door().await;
    assert_eq!(door.get("/pets/a%20b?x=1").await.text(), "pets");
    let event = door.event();
    assert_eq!((&event["routeKey"], &event["rawPath"]), (&json!("GET /pets/{id}"), &json!("/pets/a%20b")));
    assert_eq!(event["pathParameters"], json!({"id": "a b"}));
    assert_eq!(event["requestContext"]["routeKey"], "GET /pets/{id}");
    assert_eq!(event["requestContext"]["accountId"], "000000000000");
    assert_eq!(door.fake.seen()[0].trigger, "http");
}

#[tokio::test]
async fn routes_that_name_a_segment_go_before_function_names_and_greedy_ones_after() {
    let door = door().await;
    assert_eq!(door.get("/hello").await.text(), "pets", "GET /hello was written down");
    assert_eq!(door.get("/hello/").await.text(), "hello", "the function's own URL");
    let fake = Fake::default()
        .with(found("all", &["ANY /{proxy+}", "ANY $default"]), own_name)
        .with(found("one", &[]), own_name);
    let greedy = start(fake).await;
    assert_eq!(greedy.get("/one/x").await.text(), "one");
    assert_eq!(greedy.get("/two/x").await.text(), "all");
    assert_eq!(greedy.get("/").await.text(), "all", "$default takes the root");
}

#[tokio::test]
async fn failures_are_500_as_json() {
    let door = door().await;
    for path in ["/fails", "/odd", "/busy"] {
        // `/fails` is both a route and a name; the route was written down.
        let answered = door.get(path).await;
        assert_eq!(
            (answered.status, answered.text()),
            (500, r#"{"message":"Internal Server Error"}"#),
            "{path}"
        );
        assert_eq!(answered.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn what_is_nobodys_is_not_found() {
    let door = door().await;
    for head in ["POST /birds/1 HTTP/1.1\n", "GET /x HTTP/1.1\n", "OPTIONS * HTTP/1.1\n", "POST / HTTP/1.1\n"]
    {
        let answered = door.ask(head, "").await;
        assert_eq!((answered.status, answered.text()), (404, r#"{"message":"Not Found"}"#), "{head}");
    }
    assert!(door.fake.seen().is_empty());
}

#[tokio::test]
async fn the_root_lists_what_there_is() {
    let answered = door().await.ask("GET / HTTP/1.1\nHost: localhost:9000\n", "").await;
    assert_eq!(answered.status, 200);
    for line in ["http://localhost:9000/hello/", "GET http://localhost:9000/pets/{id}"] {
        assert!(answered.text().contains(line), "{line} in {}", answered.text());
    }
}

#[tokio::test]
async fn an_api_with_cors_settings_answers_preflights_and_speaks_for_the_function() {
    let mut pets = found("pets", &["GET /pets"]);
    let mut function = (*pets.function).clone();
    function.routes_cors = Some(Cors {
        allow_origins: vec!["https://a.example".into()],
        allow_methods: vec!["GET".into()],
        ..Cors::default()
    });
    pets.function = function.into();
    let door = start(Fake::default().with(pets, own_name).with(found("bare", &["GET /own"]), own_name)).await;
    let asked = "Origin: https://a.example\nAccess-Control-Request-Method: GET\n";
    let answered = door.ask(&format!("OPTIONS /pets HTTP/1.1\n{asked}"), "").await;
    assert_eq!(answered.status, 204);
    assert_eq!(answered.header("access-control-allow-origin"), Some("https://a.example"));
    assert_eq!(answered.header("access-control-allow-methods"), Some("GET"));
    assert!(door.fake.seen().is_empty(), "no preflight reaches the function");
    let answered = door.ask("GET /pets HTTP/1.1\nOrigin: https://a.example\n", "").await;
    assert_eq!((answered.status, answered.text()), (200, "pets"));
    assert_eq!(answered.header("access-control-allow-origin"), Some("https://a.example"));
    let without = door.ask(&format!("OPTIONS /own HTTP/1.1\n{asked}"), "").await;
    assert_eq!((without.status, without.header("access-control-allow-origin")), (404, None));
}
