//! Function URLs: the event made of a request, and the answer made of what the function returned.

use bytes::Bytes;
use serde_json::json;

use super::{Running, start};
use crate::{
    domain::{Cors, ProviderId, UrlSettings},
    fake_invoke::{Fake, failure, found, function_of, response, stream},
    invocation::{Answer, Chunk, Failure, Throttle},
};

const PRELUDE: &str = "application/vnd.awslambda.http-integration-response";

/// A function that returns this.
async fn returning(json: &'static str) -> Running {
    start(Fake::default().with(found("f", &[]), move |_| response(json))).await
}

fn streaming() -> UrlSettings {
    UrlSettings { streaming: true, cors: None }
}

async fn streams(
    url: UrlSettings,
    content_type: &'static str,
    chunks: &'static [&'static str],
    end: fn() -> Option<Chunk>,
) -> Running {
    let found = function_of(ProviderId::Aws, "f", &[], url);
    start(Fake::default().with(found, move |_| {
        let data = chunks.iter().map(|chunk| Chunk::Data(Bytes::from_static(chunk.as_bytes())));
        stream(content_type, data.chain(end()).collect())
    }))
    .await
}

fn ended() -> Option<Chunk> {
    Some(Chunk::End)
}

#[tokio::test]
async fn a_request_becomes_payload_format_2() {
    let door = returning("{}").await;
    let head = "POST /f/pa%2Fth/1?q=HeLlO&q=2&e=a+b%26&n HTTP/1.1\nHost: localhost:9000\nUser-Agent: curl/8\nX-Multi: a\n\
                X-Multi: b\nCookie: a=1; b=2\nContent-Type: application/json; charset=utf-8\nX-Forwarded-For: 9.9.9.9\n";
    let answered = door.ask(head, r#"{"é":1}"#).await;
    let mut event = door.event();
    let request_id = answered.header("x-amzn-requestid").unwrap();
    assert_eq!(event["requestContext"]["requestId"], request_id);
    let epoch = event["requestContext"]["timeEpoch"].take();
    assert!(epoch.as_i64().unwrap() > 1_700_000_000_000);
    let time = event["requestContext"]["time"].take();
    assert!(time.as_str().unwrap().ends_with(" +0000") && time.as_str().unwrap().len() == 26, "{time}");
    let trace = event["headers"]["x-amzn-trace-id"].take();
    assert!(trace.as_str().unwrap().starts_with("Root=1-"));
    assert_eq!(
        event,
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/pa%2Fth/1", "rawQueryString": "q=HeLlO&q=2&e=a+b%26&n",
            "cookies": ["a=1", "b=2"],
            "headers": {
                "host": "localhost:9000", "user-agent": "curl/8", "x-multi": "a,b",
                "content-type": "application/json; charset=utf-8", "content-length": "8",
                "x-amzn-trace-id": null, "x-forwarded-for": "9.9.9.9, 127.0.0.1",
                "x-forwarded-port": door.address.port().to_string(), "x-forwarded-proto": "http",
            },
            "queryStringParameters": {"q": "HeLlO,2", "e": "a b&", "n": ""},
            "requestContext": {
                "accountId": "anonymous", "apiId": "f", "domainName": "localhost", "domainPrefix": "f",
                "http": {"method": "POST", "path": "/pa%2Fth/1", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8"},
                "requestId": request_id, "routeKey": "$default", "stage": "$default", "time": null, "timeEpoch": null,
            },
            "body": r#"{"é":1}"#, "isBase64Encoded": false,
        })
    );
    assert_eq!(door.fake.seen()[0].trigger, "url");
}

#[tokio::test]
async fn what_is_not_there_is_left_out() {
    let door = returning("{}").await;
    door.get("/f").await;
    let event = door.event();
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/"), &json!("")));
    for member in ["cookies", "queryStringParameters", "body", "pathParameters"] {
        assert!(event.get(member).is_none(), "{member} is absent, not null");
    }
}

#[tokio::test]
async fn bodies_are_base64_unless_their_type_is_text() {
    for (content_type, is_text) in [
        ("Content-Type: text/csv\n", true),
        ("Content-Type: APPLICATION/JSON\n", true),
        ("Content-Type: application/x-www-form-urlencoded\n", false),
        ("Content-Type: multipart/form-data; boundary=x\n", false),
        ("", false),
    ] {
        let door = returning("{}").await;
        door.ask(&format!("PUT /f/ HTTP/1.1\n{content_type}"), "a=1").await;
        let expected = if is_text { ("a=1", false) } else { ("YT0x", true) };
        let event = door.event();
        assert_eq!(
            (event["body"].as_str().unwrap(), event["isBase64Encoded"].as_bool().unwrap()),
            expected,
            "{content_type}"
        );
    }
    let door = returning("{}").await;
    door.ask("PUT /f/ HTTP/1.1\nContent-Type: text/plain\n", b"\xff").await;
    assert_eq!(
        (&door.event()["body"], &door.event()["isBase64Encoded"]),
        (&json!("/w=="), &json!(true)),
        "bytes that are no text"
    );
}

#[tokio::test]
async fn the_name_before_localhost_chooses_the_function_whatever_its_case() {
    let fake = Fake::default().with(found("MyFunction", &[]), |_| response("1"));
    let door = start(fake).await;
    let answered = door.ask("GET /a/b HTTP/1.1\nHost: myfunction.localhost:9000\n", "").await;
    assert_eq!(answered.text(), "1");
    assert_eq!(door.event()["rawPath"], "/a/b");
    assert_eq!(door.event()["requestContext"]["domainName"], "myfunction.localhost");
    let unknown = door.ask("GET / HTTP/1.1\nHost: other.localhost\n", "").await;
    assert_eq!((unknown.status, unknown.text()), (403, r#"{"Message":null}"#));
    assert_eq!(unknown.header("x-amzn-errortype"), Some("AccessDeniedException"));
}

#[tokio::test]
async fn responses_are_inferred_and_sent() {
    let door = returning(r#"{"statusCode":201,"headers":{"X-A":"b","Content-Type":"text/plain"},"cookies":["a=1","b=2"],"body":"hi"}"#).await;
    let answered = door.get("/f/").await;
    assert_eq!((answered.status, answered.text()), (201, "hi"));
    assert_eq!((answered.header("x-a"), answered.header("content-type")), (Some("b"), Some("text/plain")));
    assert_eq!(answered.headers("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(returning("\"hello\"").await.get("/f/").await.text(), "hello");
    assert_eq!(returning("[\"hello\",3,true]").await.get("/f/").await.text(), "[\"hello\",3,true]");
    let empty = returning(r#"{"statusCode":204}"#).await.get("/f/").await;
    assert_eq!((empty.status, empty.text(), empty.header("content-length")), (204, "", None));
}

#[tokio::test]
async fn head_gets_the_head_alone() {
    let door = returning(r#"{"statusCode":200,"body":"hello"}"#).await;
    let answered = door.ask("HEAD /f/ HTTP/1.1\n", "").await;
    assert_eq!((answered.status, answered.text(), answered.header("content-length")), (200, "", Some("5")));
    assert_eq!(door.event()["requestContext"]["http"]["method"], "HEAD");
}

#[tokio::test]
async fn failures_are_502_and_the_reason_is_in_a_header_of_ours() {
    type Case = (fn() -> Answer, &'static str);
    let answers: [Case; 4] = [
        (
            || failure(Failure::Timeout, "Sandbox.Timedout", r#"{"errorType":"Sandbox.Timedout"}"#),
            "Sandbox.Timedout",
        ),
        (|| Answer::Refused { message: "the build failed".into() }, "the build failed"),
        (|| response(r#"{"statusCode":"abc"}"#), "statusCode"),
        (|| response("no json"), "not JSON"),
    ];
    for (answer, reason) in answers {
        let door = start(Fake::default().with(found("f", &[]), move |_| answer())).await;
        let answered = door.get("/f/").await;
        assert_eq!((answered.status, answered.text()), (502, "Internal Server Error"));
        assert!(answered.header("coldframe-problem").unwrap().contains(reason), "{}", answered.head);
    }
    let busy = start(Fake::default().with(found("f", &[]), |_| Answer::Throttled(Throttle::Function))).await;
    assert_eq!(busy.get("/f/").await.status, 429);
}

#[tokio::test]
async fn requests_over_6_megabytes_are_refused() {
    let door = returning("{}").await;
    assert_eq!(
        door.ask("POST /f/ HTTP/1.1\nContent-Type: text/plain\n", vec![b'x'; 6_291_457]).await.status,
        413
    );
    // As Base64 this is more than Lambda takes.
    assert_eq!(door.ask("POST /f/ HTTP/1.1\n", vec![b'x'; 5_000_000]).await.status, 413);
    assert!(door.fake.seen().is_empty());
}

#[tokio::test]
async fn a_stream_flows_and_its_prelude_becomes_the_head() {
    let chunks = &[
        "{\"statusCode\":201,\"headers\":{\"Content-Type\":\"text/html\"},\"cook",
        "ies\":[\"a=1\"]}\0\0\0\0",
        "\0\0\0\0<p>",
        "hi",
    ];
    let answered = streams(streaming(), PRELUDE, chunks, ended).await.get("/f/").await;
    assert_eq!((answered.status, answered.text(), answered.complete), (201, "<p>hi", true));
    assert_eq!(
        (answered.header("content-type"), answered.header("set-cookie")),
        (Some("text/html"), Some("a=1"))
    );
    assert_eq!(answered.header("transfer-encoding"), Some("chunked"));
    assert!(answered.header("x-amzn-requestid").is_some());
    let plain = streams(streaming(), "text/event-stream", &["a", "b"], ended).await.get("/f/").await;
    assert_eq!(
        (plain.status, plain.text(), plain.header("content-type")),
        (200, "ab", Some("text/event-stream"))
    );
}

#[tokio::test]
async fn a_stream_that_fails_is_cut() {
    let failed = || Some(Chunk::Failed { error_type: "E".into(), payload: Bytes::new() });
    let late = streams(streaming(), "text/plain", &["a"], failed).await.get("/f/").await;
    assert_eq!((late.status, late.complete), (200, false), "the terminal chunk never comes");
    let early = streams(streaming(), PRELUDE, &["{\"statusCode\""], failed).await.get("/f/").await;
    assert_eq!((early.status, early.text()), (502, "Internal Server Error"));
    let dead = streams(streaming(), "text/plain", &["a"], || None).await.get("/f/").await;
    assert!(!dead.complete, "a process that dies cuts its answer");
}

#[tokio::test]
async fn buffered_mode_collects_streams_and_streaming_mode_infers_nothing() {
    let whole =
        streams(UrlSettings::default(), PRELUDE, &["{\"statusCode\":202}\0\0\0\0\0\0\0\0", "x"], ended)
            .await
            .get("/f/")
            .await;
    assert_eq!((whole.status, whole.text(), whole.header("content-length")), (202, "x", Some("1")));
    let json = r#"{"statusCode":418,"body":"x"}"#;
    let found = function_of(ProviderId::Aws, "f", &[], streaming());
    let raw = start(Fake::default().with(found, move |_| response(json))).await.get("/f/").await;
    assert_eq!(
        (raw.status, raw.text(), raw.header("content-type")),
        (200, json, Some("application/octet-stream"))
    );
}

#[tokio::test]
async fn configured_cors_answers_preflights_and_overrides_the_function() {
    let cors = Cors {
        allow_origins: vec!["https://a.example".into()],
        allow_methods: vec!["*".into()],
        ..Cors::default()
    };
    let url = UrlSettings { streaming: false, cors: Some(cors) };
    let answer = r#"{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*"}}"#;
    let found = function_of(ProviderId::Aws, "f", &[], url);
    let door = start(Fake::default().with(found, move |_| response(answer))).await;
    let preflight = "OPTIONS /f/ HTTP/1.1\nOrigin: https://a.example\nAccess-Control-Request-Method: PUT\n";
    let answered = door.ask(preflight, "").await;
    assert_eq!(
        (answered.status, answered.header("access-control-allow-origin")),
        (200, Some("https://a.example"))
    );
    assert!(door.fake.seen().is_empty(), "a preflight never reaches the function");
    let foreign = door.ask("GET /f/ HTTP/1.1\nOrigin: https://b.example\n", "").await;
    assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (200, None));
    let unconfigured = returning(answer).await;
    let own = unconfigured.ask(preflight, "").await;
    assert_eq!((own.header("access-control-allow-origin"), unconfigured.fake.seen().len()), (Some("*"), 1));
}
