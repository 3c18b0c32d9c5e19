//! The door as its callers see it; what runs behind it is a fake.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, StatusCode};

use super::{LIMIT, urls};
use crate::{
    domain::{ProviderId, UrlSettings},
    fake_invoke::{Fake, echo, failure, function_of, response},
    invocation::{Answer, Body, Chunk, Event, Failure, Found, ResponseHead},
    narrate::Cause,
    running_door::RunningDoor,
};

fn found(route: &str) -> Found {
    found_in(std::path::Path::new("/project"), route)
}

fn found_in(root: &std::path::Path, route: &str) -> Found {
    let name = route.trim_start_matches('/');
    let routes = [&*format!("ANY {route}")];
    let mut found = function_of(ProviderId::Vercel, name, &routes, UrlSettings::default());
    let app = Arc::make_mut(&mut found.app);
    app.root = root.to_owned();
    app.handler = format!("{name}.py");
    found
}

async fn start(fake: Fake) -> RunningDoor {
    RunningDoor::start(ProviderId::Vercel, fake).await
}

#[tokio::test]
async fn a_request_is_passed_on_with_what_the_edge_adds() {
    let door = start(Fake::default().with(found("/api/[name]"), echo)).await;
    let head = "POST /api/you?a=1 HTTP/1.1\nHost: localhost:9001\nX-Own: kept\nX-Forwarded-For: 6.6.6.6\nUpgrade: h2c\n\
                X-Vercel-Internal-Secret: no\n";
    let answered = door.ask(head, "body").await;
    assert_eq!((answered.status, answered.text()), (200, "body"));
    let request = door.request();
    assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/api/you?a=1&name=you"));
    let header = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(
        (header("x-own"), header("host"), header("content-length")),
        (Some("kept"), Some("localhost:9001"), Some("4"))
    );
    for name in ["x-real-ip", "x-forwarded-for", "x-vercel-forwarded-for"] {
        assert_eq!(header(name), Some("127.0.0.1"), "{name}");
    }
    assert_eq!(
        (header("x-forwarded-host"), header("x-forwarded-proto")),
        (Some("localhost:9001"), Some("http"))
    );
    for name in ["connection", "upgrade", "x-vercel-internal-secret"] {
        assert_eq!(header(name), None, "{name}");
    }
    let id = answered.header("x-vercel-id").unwrap();
    assert_eq!((header("x-vercel-id"), door.fake.seen()[0].request_id.as_str()), (Some(id), id));
    assert!(id.starts_with("dev1::"), "{id}");
    assert_eq!(door.fake.seen()[0].trigger, "http");
}

#[tokio::test]
async fn a_chunked_body_has_a_length_when_it_arrives() {
    let door = start(Fake::default().with(found("/api/a"), echo)).await;
    door.ask("POST /api/a HTTP/1.1\nTransfer-Encoding: chunked\n", "2\r\nhi\r\n0\r\n\r\n").await;
    let request = door.request();
    assert_eq!(
        (&request.headers["content-length"], request.headers.get("transfer-encoding")),
        (&"2".parse().unwrap(), None)
    );
}

fn own(status: StatusCode, body: fn() -> Body) -> impl Fn(&crate::invocation::Invocation) -> Answer {
    move |_| {
        let headers: HeaderMap = [
            ("server", "BaseHTTP/0.6 Python/3.12"),
            ("content-type", "text/plain"),
            ("set-cookie", "a=1"),
            ("connection", "close"),
            ("content-length", "99"),
        ]
        .into_iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
        Answer::Response {
            head: ResponseHead { status, headers, streamed: false, failed: None, log: Vec::new() },
            body: body(),
        }
    }
}

#[tokio::test]
async fn an_answer_is_the_functions_with_vercels_signature() {
    let teapot = own(StatusCode::IM_A_TEAPOT, || Body::Full("tea".into()));
    let door = start(Fake::default().with(found("/api/a"), teapot)).await;
    let answered = door.ask("GET /api/a.py HTTP/1.1\n", "").await;
    assert_eq!((answered.status, answered.text(), answered.complete), (418, "tea", true));
    assert_eq!((answered.headers("server"), answered.header("set-cookie")), (vec!["Vercel"], Some("a=1")));
    assert_eq!(answered.header("x-vercel-cache"), Some("MISS"));
    assert_eq!(answered.header("cache-control"), Some("public, max-age=0, must-revalidate"));
    let head = door.ask("HEAD /api/a HTTP/1.1\n", "").await;
    assert_eq!(
        (head.text(), head.header("content-length")),
        ("", Some("99")),
        "what HEAD asks for is the claim"
    );
}

#[tokio::test]
async fn streams_pass_through_and_broken_ones_are_cut() {
    let streamed = |chunks: fn() -> Vec<Chunk>| {
        move |_: &crate::invocation::Invocation| crate::fake_invoke::stream("text/plain", chunks())
    };
    let whole = start(Fake::default().with(
        found("/api/a"),
        streamed(|| vec![Chunk::Data("a".into()), Chunk::Data("b".into()), Chunk::End]),
    ))
    .await;
    let answered = whole.ask("GET /api/a HTTP/1.1\n", "").await;
    assert_eq!(
        (answered.text(), answered.complete, answered.header("transfer-encoding")),
        ("ab", true, Some("chunked"))
    );
    let broken =
        start(Fake::default().with(found("/api/a"), streamed(|| vec![Chunk::Data("a".into())]))).await;
    assert!(!broken.ask("GET /api/a HTTP/1.1\n", "").await.complete);
}

#[tokio::test]
async fn failures_are_pages_with_codes() {
    let page = |code: &str| crate::vercel::failure::page(code, "ID");
    let cases: Vec<(Answer, u16, &str)> = vec![
        (failure(Failure::Timeout, "FUNCTION_INVOCATION_TIMEOUT", "x"), 504, "FUNCTION_INVOCATION_TIMEOUT"),
        (failure(Failure::Crash, "FUNCTION_INVOCATION_FAILED", "x"), 500, "FUNCTION_INVOCATION_FAILED"),
        (
            failure(Failure::InitError, "Runtime.ImportModuleError", "No module named 'x'"),
            500,
            "FUNCTION_INVOCATION_FAILED",
        ),
        (Answer::Refused { message: "no python3".into() }, 500, "FUNCTION_INVOCATION_FAILED"),
        (Answer::NotFound, 404, "NOT_FOUND"),
        (response(vec![b'x'; LIMIT + 1]), 500, "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE"),
    ];
    for (answer, status, code) in cases {
        let answer = std::sync::Mutex::new(Some(answer));
        let door =
            start(Fake::default().with(found("/api/a"), move |_| answer.lock().unwrap().take().unwrap()))
                .await;
        let answered = door.ask("GET /api/a HTTP/1.1\n", "").await;
        assert_eq!((answered.status, answered.header("x-vercel-error")), (status, Some(code)));
        assert_eq!(answered.header("coldframe-problem").is_some(), status != 404, "{code}: the reason");
        let id = answered.header("x-vercel-id").unwrap();
        assert_eq!(answered.text(), page(code).replace("ID", id));
        assert_eq!(answered.header("server"), Some("Vercel"));
    }
}

#[tokio::test]
async fn where_the_function_said_nothing_the_reason_is_not_the_page() {
    let crashed = |invocation: &crate::invocation::Invocation| {
        let told = crate::vercel::failure::failure(&invocation.request_id, &Cause::Exited(1));
        Answer::FunctionError { kind: Failure::Crash, error_type: told.error_type, payload: told.payload }
    };
    let door = start(Fake::default().with(found("/api/a"), crashed)).await;
    let answered = door.ask("GET /api/a HTTP/1.1\n", "").await;
    let problem = answered.header("coldframe-problem");
    assert_eq!(problem, Some("the function's process ended before it answered; its log says how"));
}

#[tokio::test]
async fn the_reason_behind_a_page_is_in_a_header_of_ours() {
    let door = start(
        Fake::default().with(found("/api/a"), |_| Answer::Refused { message: "no python3 was found".into() }),
    )
    .await;
    assert_eq!(
        door.ask("GET /api/a HTTP/1.1\n", "").await.header("coldframe-problem"),
        Some("no python3 was found")
    );
}

#[tokio::test]
async fn what_is_not_for_a_function_ends_at_the_door() {
    let door = start(Fake::default().with(found("/api/a"), echo)).await;
    for (head, body, status, code) in [
        ("GET /api/b HTTP/1.1\n", vec![], 404, "NOT_FOUND"),
        ("GET / HTTP/1.1\n", vec![], 404, "NOT_FOUND"),
        ("POST /api/a HTTP/1.1\n", vec![b'x'; LIMIT + 1], 413, "FUNCTION_PAYLOAD_TOO_LARGE"),
        ("GET /api/a HTTP/1.1\nUpgrade: websocket\n", vec![], 501, "NOT_IMPLEMENTED"),
        ("GET /api/a HTTP/1.1\nHost: evil.example\n", vec![], 403, "FORBIDDEN"),
    ] {
        let answered = door.ask(head, body).await;
        assert_eq!((answered.status, answered.header("x-vercel-error")), (status, Some(code)), "{head}");
        assert_eq!(answered.header("coldframe-problem").is_some(), status != 404, "{code}: the reason");
    }
    assert!(door.fake.seen().is_empty());
}

#[test]
fn urls_are_the_routes_on_localhost() {
    assert_eq!(
        urls(&found("/api/[id]"), "127.0.0.1:9001".parse().unwrap()),
        ["http://localhost:9001/api/[id]"]
    );
}

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

#[tokio::test]
async fn vercel_json_redirects_rewrites_and_adds_headers() {
    let folder = site(&[(
        "vercel.json",
        r#"{
            "redirects": [{"source": "/old/:id", "destination": "/api/:id", "permanent": false}],
            "rewrites": [
                {"source": "/users/:id", "destination": "/api/[id]"},
                {"source": "/(.*)", "destination": "/api/a"}
            ],
            "headers": [{"source": "/api/(.*)", "headers": [{"key": "x-added", "value": "yes"}]}]
        }"#,
    )]);
    let root = folder.path();
    let fake = Fake::default().with(found_in(root, "/api/a"), echo).with(found_in(root, "/api/[id]"), echo);
    let door = start(fake).await;
    let moved = door.ask("GET /old/7?x=1 HTTP/1.1\n", "").await;
    assert_eq!((moved.status, moved.header("location")), (307, Some("/api/7?x=1")));
    let added = door.ask("GET /api/a HTTP/1.1\n", "").await;
    assert_eq!((added.status, added.header("x-added")), (200, Some("yes")));
    door.ask("GET /users/7?x=1 HTTP/1.1\n", "").await;
    door.ask("GET /api/7 HTTP/1.1\n", "").await;
    let targets: Vec<String> = door
        .fake
        .seen()
        .iter()
        .map(|seen| match &seen.event {
            Event::Http(request) => request.target.clone(),
            Event::Bytes(_) => panic!("Vercel's functions take requests"),
        })
        .collect();
    // A rewrite of everything stands before files with variables, as on Vercel.
    assert_eq!(targets, ["/api/a", "/users/7?x=1&id=7", "/api/7"]);
}

#[tokio::test]
async fn a_page_beside_the_functions_is_answered() {
    let folder = site(&[
        ("index.html", "<h1>hello</h1>"),
        ("app.js", "fetch('/api/a')"),
        ("package.json", "{}"),
        (".env", "SECRET=1"),
        ("notes.db", "private"),
        ("api/a.py", "secret"),
    ]);
    let door = start(Fake::default().with(found_in(folder.path(), "/api/a"), echo)).await;
    let page = door.ask("GET / HTTP/1.1\n", "").await;
    assert_eq!((page.status, page.text()), (200, "<h1>hello</h1>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(door.ask("GET /app.js HTTP/1.1\n", "").await.text(), "fetch('/api/a')");
    assert_eq!(door.ask("POST /app.js HTTP/1.1\n", "").await.status, 405);
    for hidden in [
        "/package.json",
        "/notes.db",
        "/.env",
        "/api/b.py",
        "/%2e%2e/x",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
    ] {
        assert_eq!(door.ask(&format!("GET {hidden} HTTP/1.1\n"), "").await.status, 404, "{hidden}");
    }
    assert!(door.fake.seen().is_empty(), "no function was asked for any of these");
    std::fs::create_dir(folder.path().join("public")).unwrap();
    std::fs::write(folder.path().join("public/index.html"), "public").unwrap();
    assert_eq!(door.ask("GET / HTTP/1.1\n", "").await.text(), "public");
    assert_eq!(door.ask("GET /app.js HTTP/1.1\n", "").await.status, 404, "only what is public");
}

/// Another site: it answers every request with what it was asked.
async fn another_site() -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
        let (parts, body) = request.into_parts();
        let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (host, by) = (header("host"), header("x-forwarded-host"));
        let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        let text = format!("{} {} {host:?} {by:?} {body:?}", parts.method, parts.uri);
        let response =
            http::Response::builder().status(203).header("x-own", "theirs").header("server", "theirs");
        Ok::<_, std::convert::Infallible>(
            response.body(http_body_util::Full::new(bytes::Bytes::from(text))).unwrap(),
        )
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let io = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
        }
    });
    address
}

#[tokio::test]
async fn a_rewrite_to_another_site_brings_back_its_answer() {
    let there = another_site().await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let folder = site(&[(
        "vercel.json",
        &format!(
            r#"{{
                "rewrites": [
                    {{"source": "/far/:path*", "destination": "http://{there}/base/:path*?own=1"}},
                    {{"source": "/gone", "destination": "http://{gone}/"}},
                    {{"source": "/tls", "destination": "https://{there}/"}},
                    {{"source": "/nowhere", "destination": "http:///x"}}
                ],
                "headers": [{{"source": "/far/(.*)", "headers": [{{"key": "x-added", "value": "yes"}}]}}]
            }}"#
        ),
    )]);
    let door = start(Fake::default().with(found_in(folder.path(), "/api/a"), echo)).await;
    let far = door.ask("POST /far/a/b?x=1 HTTP/1.1\nHost: localhost:9001\n", "hello").await;
    let expected = format!(r#"POST /base/a/b?own=1&x=1 Some("{there}") Some("localhost:9001") b"hello""#);
    assert_eq!((far.status, far.text()), (203, expected.as_str()));
    assert_eq!(
        (far.header("x-own"), far.header("server"), far.header("x-added")),
        (Some("theirs"), Some("Vercel"), Some("yes"))
    );
    let looped = door.ask("GET /far/a HTTP/1.1\nColdframe-Hops: 8\n", "").await;
    assert_eq!((looped.status, looped.header("x-vercel-error")), (508, Some("INFINITE_LOOP_DETECTED")));
    for (path, code, named) in [
        ("/gone", "ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR", gone.to_string()),
        ("/tls", "ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR", there.to_string()),
        ("/nowhere", "ROUTER_EXTERNAL_TARGET_ERROR", "http:///x".to_owned()),
    ] {
        let failed = door.ask(&format!("GET {path} HTTP/1.1\n"), "").await;
        assert_eq!((failed.status, failed.header("x-vercel-error")), (502, Some(code)), "{path}");
        let problem = failed.header("coldframe-problem").unwrap();
        assert!(problem.contains(&named), "{path}: {problem}");
    }
    assert!(door.fake.seen().is_empty(), "no function was asked");
}

#[tokio::test]
async fn who_calls_from_here_is_nowhere_unless_it_says_so() {
    let door = start(Fake::default().with(found("/api/a"), echo)).await;
    door.ask("GET /api/a HTTP/1.1\nX-Vercel-IP-Country: DE\n", "").await;
    let request = door.request();
    let header = |name: &str| request.headers[name].to_str().unwrap();
    assert_eq!(header("x-vercel-ip-country"), "DE", "what the caller says of itself stays");
    for (name, value) in
        [("city", "local"), ("country-region", "local"), ("timezone", "UTC"), ("latitude", "0")]
    {
        assert_eq!(header(&format!("x-vercel-ip-{name}")), value);
    }
}

#[tokio::test]
async fn crons_are_called_by_the_clock_where_their_schedules_are_followed() {
    let json = r#"{"rewrites": [{"source": "/tick", "destination": "/api/a?by=clock"}],
        "crons": [{"path": "/tick?n=1", "schedule": "0 5 * * *"}, {"path": "/", "schedule": "* * * * *"}]}"#;
    let folder = site(&[("vercel.json", json), ("index.html", "a page")]);
    let functions = [found_in(folder.path(), "/api/a")];
    let timers = super::crons::timers(&super::site::Sites::default(), &functions, "localhost:9001");
    assert_eq!(timers.len(), 1, "a page is not called");
    let timer = timers.into_iter().next().unwrap();
    assert_eq!(timer.key, ("api/a".into(), "0 5 * * * /tick?n=1".into()));
    let call = (timer.call)(std::time::Instant::now());
    assert_eq!((call.trigger.as_str(), call.function.name.as_str()), ("schedule", "api/a"));
    let Event::Http(request) = call.event else { panic!("Vercel's functions take requests") };
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/tick?n=1&by=clock"));
    assert_eq!(
        (&request.headers["user-agent"], &request.headers["host"]),
        (&"vercel-cron/1.0".parse().unwrap(), &"localhost:9001".parse().unwrap())
    );
}
