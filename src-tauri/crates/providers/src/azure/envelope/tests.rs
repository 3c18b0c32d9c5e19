use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::*;
use crate::{
    azure::HTTP_TRIGGER,
    invocation::{Body, Reply},
};

fn binding(name: &str, kind: &str, output: bool) -> Binding {
    Binding { name: name.into(), kind: kind.into(), output, ..Binding::default() }
}

fn function(bindings: Vec<Binding>) -> Function {
    let found =
        crate::fake_invoke::function_of(crate::domain::ProviderId::Azure, "order", &[], Default::default());
    Function { bindings, ..Function::clone(&found.function) }
}

fn http() -> Function {
    function(vec![
        binding("req", HTTP_TRIGGER, false),
        binding("res", "http", true),
        binding("q", "queue", true),
    ])
}

#[test]
fn a_request_is_wrapped_as_documented() {
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("host", "localhost:7071"), ("content-type", "application/octet-stream"), ("x-a", "1"), ("x-a", "2")]
    {
        headers.append(http::HeaderName::from_static(name), value.parse().unwrap());
    }
    let request = HttpRequest {
        method: Method::POST,
        target: "/api/orders/7?a=b%20c&a=d&e&code=k".into(),
        headers,
        body: Bytes::from_static(b"\xff\x00"),
    };
    let function = http();
    let mut wrapped = of_request(
        &function,
        &function.bindings[0],
        &request,
        &[("id".into(), Some("7".into())), ("opt".into(), None)],
    );
    let sys = wrapped["Metadata"]["sys"].take();
    assert_eq!(sys["MethodName"], "order");
    let identities = wrapped["Data"]["req"]["Identities"].take();
    assert_eq!(identities[0]["IsAuthenticated"], false);
    assert_eq!(
        wrapped,
        json!({
            "Data": {"req": {
                "Url": "http://localhost:7071/api/orders/7?a=b%20c&a=d&e&code=k", "Method": "POST",
                "Query": {"a": "b c,d", "e": "", "code": "k"}, "Params": {"id": "7", "opt": null}, "Identities": null,
                "Body": "/wA=",
                "Headers": {"Host": ["localhost:7071"], "Content-Type": ["application/octet-stream"], "X-A": ["1", "2"]},
            }},
            "Metadata": {
                "a": "\"b c,d\"", "e": "\"\"", "id": "\"7\"", "Query": {"a": "b c,d", "e": "", "code": "k"},
                "Headers": {"Host": "localhost:7071", "Content-Type": "application/octet-stream", "X-A": "1,2"},
                "sys": null,
            },
        })
    );
}

#[test]
fn messages_are_serialised_once_more_and_timers_are_objects() {
    let queue = function(vec![binding("msg", "queueTrigger", false)]);
    for (given, sent) in
        [("hello", "\"hello\""), ("\"hello\"", "\"hello\""), ("{\"a\":1}", "\"{\\\"a\\\":1}\""), ("", "\"\"")]
    {
        let wrapped = of_message(&queue, &queue.bindings[0], "id-1", given.as_bytes());
        assert_eq!(wrapped["Data"], json!({"msg": sent}), "{given}");
        assert_eq!(
            (&wrapped["Metadata"]["Id"], &wrapped["Metadata"]["DequeueCount"]),
            (&json!("\"id-1\""), &json!("1"))
        );
    }
    let object = of_message(
        &queue,
        &queue.bindings[0],
        "id-1",
        br#"{"a": 1, "b": "c", "d": {"e": 2}, "f": [3], "g": null}"#,
    );
    let metadata = &object["Metadata"];
    assert_eq!(
        (&metadata["a"], &metadata["b"], &metadata["d"], &metadata["f"], &metadata["g"]),
        (&json!("\"1\""), &json!("\"c\""), &json!({"e": 2}), &json!("[3]"), &Value::Null),
        "a message's members can be named in bindings"
    );
    let at = metadata["InsertionTime"].as_str().unwrap();
    assert!(OffsetDateTime::parse(at, &Rfc3339).is_ok(), "times are as they are: {at}");
    let timer = function(vec![binding("tick", TIMER_TRIGGER, false)]);
    let wrapped = of_message(&timer, &timer.bindings[0], "id-1", b"{}");
    assert_eq!(wrapped["Data"]["tick"]["IsPastDue"], false);
    assert_eq!(wrapped["Data"]["tick"]["Schedule"], json!({"AdjustForDST": true}));
}

fn answered(function: &Function, status: u16, body: &str) -> String {
    answered_as(function, status, "application/json; charset=utf-8", body)
}

fn answered_as(function: &Function, status: u16, kind: &str, body: &str) -> String {
    let (head, ()) =
        http::Response::builder().status(status).header(CONTENT_TYPE, kind).body(()).unwrap().into_parts();
    match read(function, &head, &Bytes::from(body.to_owned())) {
        Reply::Response { head, body: Body::Full(body) } => {
            let kind = head.headers.get(CONTENT_TYPE).map_or("-", |kind| kind.to_str().unwrap());
            format!("{} {kind} {} {:?}", head.status.as_u16(), String::from_utf8_lossy(&body), head.log)
        }
        Reply::Error { payload, .. } => {
            let said: Value = serde_json::from_slice(&payload).unwrap();
            format!("failed: {}", said["errorMessage"].as_str().unwrap())
        }
        other => panic!("not a whole answer: {other:?}"),
    }
}

#[test]
fn answers_become_responses_as_the_host_makes_them() {
    let function = http();
    for (body, expected) in [
        (
            r#"{"Outputs":{"res":{"statusCode":"201","body":"made"}}}"#,
            "201 text/plain; charset=utf-8 made []",
        ),
        (
            r#"{"Outputs":{"res":{"status":202,"headers":{"content-type":"text/css"},"body":{"a":1}}}}"#,
            "202 text/css {\"a\":1} []",
        ),
        (r#"{"Outputs":{"res":{"statusCode":201}},"Logs":["a",1]}"#, "201 -  [\"a\", \"1\"]"),
        (
            r#"{"Outputs":{"res":"{\"statusCode\":\"202\",\"body\":\"a text\"}"}}"#,
            "202 text/plain; charset=utf-8 a text []",
        ),
        (
            r#"{"Outputs":{"q":"x"}}"#,
            "200 -  [\"coldframe: output binding `q` (queue) got x; nothing is sent\"]",
        ),
        (r#"{"Outputs":null,"Logs":null,"ReturnValue":null}"#, "204 -  []"),
        (
            r#"{"Outputs":{"res":{"body":"x"},"q":["m"]}}"#,
            "200 text/plain; charset=utf-8 x [\"coldframe: output binding `q` (queue) got [\\\"m\\\"]; nothing is sent\"]",
        ),
        (
            r#"{"Outputs":{"res":{"statusCode":"odd","body":1}}}"#,
            "failed: its statusCode is \"odd\", which is no HTTP status",
        ),
        (
            r#"{"Outputs":{"res":{"headers":{"a b":"c"},"body":1}}}"#,
            "failed: the header `a b` of its response is no valid header",
        ),
    ] {
        assert_eq!(answered(&function, 200, body), expected, "{body}");
    }
    let text = answered(&function, 200, r#"{"Outputs":{"res":"text"}}"#);
    assert!(
        text.starts_with(
            "200 -  [\"coldframe: output binding `res` (http) got text; the host takes an object"
        ),
        "{text}"
    );
    assert_eq!(
        answered_as(&function, 200, "text/plain", "{}"),
        "failed: the handler answered with the content type `text/plain`; the host takes application/json and nothing else"
    );
    assert_eq!(answered(&function, 500, "no"), "failed: the handler answered with status 500: no");
    assert!(answered(&function, 200, "no").starts_with("failed: the handler answered with something else"));
    let returns = self::function(vec![binding("req", HTTP_TRIGGER, false), binding("$return", "http", true)]);
    assert_eq!(answered(&returns, 200, r#"{"ReturnValue":"x"}"#), "200 text/plain; charset=utf-8 x []");
    assert_eq!(
        answered(&returns, 200, r#"{"ReturnValue":{"a":1}}"#),
        "200 application/json; charset=utf-8 {\"a\":1} []",
        "an object without a body is the body itself"
    );
    let queue = self::function(vec![binding("msg", "queueTrigger", false)]);
    assert_eq!(
        answered(&queue, 200, r#"{"ReturnValue":"x"}"#),
        "200 application/json {\"Outputs\":{},\"ReturnValue\":\"x\"} []"
    );
}
