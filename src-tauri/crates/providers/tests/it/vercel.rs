//! Vercel's Python functions under our bootstrap, over push.

use coldframe_providers::{
    domain::{Language, ProviderId},
    invocation::{Body, Chunk, HttpRequest, Reply},
};
use coldframe_supervisor::Exit;

use crate::instance::{Instance, Project, failed, soon, text};

const INDEX: &str = r#"
from http.server import BaseHTTPRequestHandler
import json, logging, os, time

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/api/fail":
            raise ValueError("bad")
        if self.path == "/api/silent":
            return
        if self.path == "/api/crash":
            os._exit(3)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        if self.path == "/api/stream":
            for word in ("one", "two"):
                self.wfile.write(word.encode())
                self.wfile.flush()
                time.sleep(0.005)
            return
        if self.path == "/api/late":
            self.wfile.write(b"one")
            self.wfile.flush()
            raise ValueError("late")
        print("served", self.path)
        logging.info("told")
        self.wfile.write(("hello " + self.headers["X-Name"]).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(body[::-1])
"#;

async fn instance() -> (Project, Instance) {
    let project =
        Project::new(ProviderId::Vercel, Language::Python, "api/index.py", &[("api/index.py", INDEX)]);
    let (instance, ready) = project.ready().await;
    assert!(ready.init.is_some() && ready.usage.is_some(), "our bootstrap reports: {ready:?}");
    assert_eq!(ready.loaded, Some(vec![instance.project.join("api/index.py")]));
    (project, instance)
}

fn get(target: &str) -> HttpRequest {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-name", "frame".parse().unwrap());
    headers.insert("connection", "close, x-secret".parse().unwrap());
    headers.insert("x-secret", "of one connection".parse().unwrap());
    HttpRequest { method: http::Method::GET, target: target.into(), headers, body: "".into() }
}

#[tokio::test]
async fn requests_and_answers_pass_through() {
    let (_project, mut instance) = instance().await;
    for _ in 0..3 {
        let reply = instance.request(get("/api?a=b%20c")).await;
        let Reply::Response { head, .. } = &reply else { panic!("{reply:?}") };
        assert_eq!(head.status, 200);
        assert_eq!(head.headers["content-type"], "text/plain");
        assert!(!head.headers.contains_key("coldframe-usage"), "ours alone: {:?}", head.headers);
        assert_eq!(text(reply), "hello frame");
        assert!(instance.idle().await.usage.is_some(), "what it used is known");
    }
    let lines = instance.lines().await;
    assert!(lines.contains(&"served /api?a=b%20c".to_owned()));
    assert!(
        lines.contains(&"INFO:root:told".to_owned()),
        "Vercel's runtime has the level at INFO: {lines:?}"
    );
    let mut post = get("/api");
    post.method = http::Method::POST;
    post.body = "abc".into();
    let reply = instance.request(post).await;
    assert!(matches!(&reply, Reply::Response { head, .. } if head.status == 201));
    assert_eq!(text(reply), "cba");
    let mut put = get("/api");
    put.method = http::Method::PUT;
    assert!(matches!(instance.request(put).await, Reply::Response { head, .. } if head.status == 501));
}

#[tokio::test]
async fn answers_that_are_flushed_are_streamed() {
    let (_project, instance) = instance().await;
    let Reply::Response { head, body: Body::Stream(mut chunks) } = instance.request(get("/api/stream")).await
    else {
        panic!("not a stream")
    };
    assert!(head.streamed);
    let mut whole = Vec::new();
    loop {
        match soon(chunks.recv()).await {
            Some(Chunk::Data(data)) => whole.extend_from_slice(&data),
            end => {
                assert_eq!(end, Some(Chunk::End));
                break;
            }
        }
    }
    assert_eq!(whole, b"onetwo");
    instance.idle().await;
    assert_eq!(text(instance.request(get("/api")).await), "hello frame", "the next request is served");
}

#[tokio::test]
async fn failures_are_told_apart() {
    let (_project, mut instance) = instance().await;
    let (error_type, payload) = failed(instance.request(get("/api/fail")).await);
    assert_eq!((error_type.as_str(), payload["errorMessage"].as_str()), ("ValueError", Some("bad")));
    let lines = instance.lines().await.join("\n");
    assert!(
        lines.contains("Traceback (most recent call last):") && lines.ends_with("ValueError: bad"),
        "{lines}"
    );
    assert_eq!(failed(instance.request(get("/api/silent")).await).0, "NO_RESPONSE_FROM_FUNCTION");
    let Reply::Response { body: Body::Stream(mut chunks), .. } = instance.request(get("/api/late")).await
    else {
        panic!("not a stream")
    };
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Data("one".into())));
    let end = soon(chunks.recv()).await;
    assert!(matches!(end, Some(Chunk::Failed { .. })), "an answer that broke off has failed: {end:?}");
    instance.idle().await;
    tokio::select! {
        reply = instance.request(get("/api/crash")) => panic!("it answered: {reply:?}"),
        exit = instance.child.exited() => assert_eq!(exit, Exit::Code(3)),
    }
}

#[tokio::test]
async fn upgrades_are_refused() {
    let (_project, instance) = instance().await;
    let mut upgrade = get("/api");
    upgrade.headers.insert("upgrade", "websocket".parse().unwrap());
    assert!(matches!(instance.request(upgrade).await, Reply::Response { head, .. } if head.status == 501));
}

#[tokio::test]
async fn a_module_that_does_not_load_is_an_init_error() {
    for (source, error_type) in [
        ("raise RuntimeError('no')\n", "RuntimeError"),
        ("def f(:\n", "SyntaxError"),
        ("class Handler: pass\n", "TypeError"),
    ] {
        let files = [("api/index.py", source)];
        let project = Project::new(ProviderId::Vercel, Language::Python, "api/index.py", &files);
        let (failure, exit, lines) = project.init_failure().await;
        assert_eq!(failure.error_type, error_type);
        assert_eq!(exit, Exit::Code(1));
        assert!(lines.join("\n").contains("index.py"), "the place is printed: {lines:?}");
    }
}
