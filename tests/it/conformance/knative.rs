//! Knative's runtime contract, as far as it is about a process: what it finds, where it listens, what it is sent, how it
//! ends. <https://github.com/knative/specs/blob/main/specs/serving/runtime-contract.md>

use coldframe_testkit::{Project, eventually};
use serde_json::{Value, json};

use crate::serve;

/// Says what it finds, and what it is told at its end.
const SERVER: &str = "\
import http.server, json, os, signal, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        scratch = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'pea')
        with open(scratch, 'w') as file:
            file.write('planted')
        answer = json.dumps({
            'env': {name: os.environ.get(name) for name in ('PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION')},
            'headers': {name.lower(): value for name, value in self.headers.items()}, 'path': self.path, 'body': body,
            'stdin': sys.stdin.read(), 'scratch': open(scratch).read(),
        }).encode()
        self.send_response(200)
        self.send_header('X-Own', 'kept')
        self.send_header('Connection', 'keep-alive, x-hop')
        self.send_header('X-Hop', 'dropped')
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *_):
        pass

def ended(*_):
    with open(os.environ['TOLD'], 'w') as file:
        file.write('SIGTERM')
    os._exit(0)

signal.signal(signal.SIGTERM, ended)
server = http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler)
server.serve_forever()
";

#[tokio::test(flavor = "multi_thread")]
async fn a_process_finds_what_the_contract_promises() {
    let project = Project::new().with("svc/server.py", SERVER);
    let told = project.file("told.txt").display().to_string();
    project.write(
        "coldframe.toml",
        &format!(
            "[functions.svc]\nprovider = 'knative'\npath = 'svc'\nhandler = 'python3 server.py'\n\
             env = {{ TOLD = '{told}', PORT = '1', K_SERVICE = 'mine' }}\n"
        ),
    );
    let host = serve(&project);
    let request = host.http.post(format!("{}/svc/a/b?c=d", host.knative)).header("x-mine", "kept");
    let request = request.header("connection", "x-dropped").header("x-dropped", "hop").body("peas");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.headers()["x-own"].to_str().expect("text"), "kept");
    assert!(answer.headers().get("x-hop").is_none(), "headers of one connection end there");
    let said: Value = answer.json().await.expect("JSON");
    assert_eq!((&said["path"], &said["body"]), (&json!("/a/b?c=d"), &json!("peas")));
    let env = &said["env"];
    assert_eq!(
        (&env["K_SERVICE"], &env["K_CONFIGURATION"]),
        (&json!("svc"), &json!("svc")),
        "not the function's own to set"
    );
    assert!(env["K_REVISION"].as_str().is_some_and(|name| name.starts_with("svc-")), "{env}");
    assert_ne!(env["PORT"], "1", "the platform's port wins");
    assert_eq!(
        (&said["stdin"], &said["scratch"]),
        (&json!(""), &json!("planted")),
        "stdin is at its end, scratch can be written"
    );
    let headers = &said["headers"];
    assert_eq!(headers["x-mine"], "kept");
    assert_eq!(headers["x-dropped"], Value::Null, "hop-by-hop headers are not passed on: {headers}");
    assert_eq!(headers["x-forwarded-proto"], "http", "{headers}");
    assert!(headers["forwarded"].as_str().is_some_and(|value| value.contains("for=")), "{headers}");
    assert!(
        headers["host"].as_str().is_some_and(|value| value.contains("127.0.0.1")),
        "the caller's host: {headers}"
    );

    let id = host.function("svc").await["id"].clone();
    host.rpc("sleep", json!({"function": id})).await;
    eventually("it was asked to end before it was ended", async || {
        (std::fs::read_to_string(project.file("told.txt")).ok()? == "SIGTERM").then_some(())
    })
    .await;
}
