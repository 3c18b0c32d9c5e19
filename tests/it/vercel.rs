//! Vercel's functions, by language.

mod crons;
mod go;
mod node;
mod python;

use coldframe_testkit::Project;
use serde_json::json;

use crate::serve;

const HANDLER: &str = "\
from http.server import BaseHTTPRequestHandler
import json

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.end_headers()
        self.wfile.write(f'hello from {self.path}'.encode())

    def do_POST(self):
        length = int(self.headers['Content-Length'])
        body = json.loads(self.rfile.read(length))
        answer = json.dumps({'got': body}).encode()
        self.send_response(201)
        self.send_header('Content-Type', 'application/json')
        self.end_headers()
        self.wfile.write(answer)
";

#[tokio::test(flavor = "multi_thread")]
async fn a_python_handler_class_answers_and_reloads() {
    let project = Project::new().with("api/hello.py", HANDLER);
    let host = serve(&project);
    let answer = host.get(&format!("{}/api/hello?name=Ada", host.vercel)).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "hello from /api/hello?name=Ada"));
    let posted = host
        .http
        .post(format!("{}/api/hello", host.vercel))
        .json(&json!({"a": 1}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(posted.status(), 201);
    assert_eq!(posted.json::<serde_json::Value>().await.expect("JSON"), json!({"got": {"a": 1}}));
    let missing = host.get(&format!("{}/api/nothing", host.vercel)).await;
    assert_eq!(missing.status, 404);

    let rows = coldframe_testkit::eventually("both calls have finished", async || {
        let rows = host.invocations().await;
        rows.iter().all(|row| row["cpu_user_ms"].is_f64()).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!((rows[1]["provider"].as_str(), rows[1]["cold"].as_bool()), (Some("vercel"), Some(true)));
    assert!(rows[0]["cpu_user_ms"].is_f64(), "measured: {}", rows[0]);

    project.write("api/hello.py", &HANDLER.replace("hello from", "good day from"));
    coldframe_testkit::eventually("the new code answers", async || {
        let answer = host.get(&format!("{}/api/hello", host.vercel)).await;
        (answer.text() == "good day from /api/hello").then_some(())
    })
    .await;
}
