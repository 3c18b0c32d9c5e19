//! Knative's runtime contract as a checklist, as far as it is about a process.
//! <https://github.com/knative/specs/blob/main/specs/serving/runtime-contract.md>
//!
//! | of the contract | where |
//! |---|---|
//! | *Lifecycle*: SIGTERM before the end | `a_process_finds_what_the_contract_promises` |
//! | *Lifecycle*: failures are logged | `crash.rs`, `contracts.rs` (every contract, error and crash) |
//! | *File descriptors*: stdin at its end | `a_process_finds_what_the_contract_promises` |
//! | *File descriptors*: stdout and stderr are kept | `contracts.rs` (log capture) |
//! | *Protocols and Ports*: HTTP/1.1 on `PORT`, one port | `a_process_finds_what_the_contract_promises`; another port, `knative.rs` |
//! | *Protocols and Ports*: an upgrade to HTTP/2 | not carried: such a request is answered 501 |
//! | *Headers*: `Host`, `Forwarded`, `X-Forwarded-*`, and the caller's | `a_process_finds_what_the_contract_promises` |
//! | *Meta Requests*: default probes, a TCP connection to the port | `a_process_is_ready_when_its_port_is_and_is_asked_nothing_else` |
//! | *Meta Requests*: probes of the developer's | not followed: `deploy.healthEndpoints` of `func.yaml` is named as such |
//! | *Deployment probe*: one that never listens | `knative.rs` (503, with the reason) |
//! | *Process*: `PORT`, `K_SERVICE`, `K_REVISION`, `K_CONFIGURATION` | `a_process_finds_what_the_contract_promises` |
//! | *Default Filesystems*: `/tmp` can be written | `a_process_finds_what_the_contract_promises` |
//! | *Scaling*: calls wait for an instance, no more at a time than `containerConcurrency` | `an_instance_has_no_more_calls_than_its_concurrency` |

use coldframe_testkit::{Project, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;

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

/// Listens when it is told to, says what every connection sent, and holds calls until it is told to answer.
const HELD: &str = "\
import os, socket, threading, time, uuid

told = os.environ['TOLD']
seen = []

def wait_for(name):
    while not os.path.exists(os.path.join(told, name)):
        time.sleep(0.005)

def note(name):
    open(os.path.join(told, name), 'x').close()

def answer(connection):
    with connection, connection.makefile('rwb') as stream:
        line = stream.readline().decode().strip()
        seen.append(line)
        while stream.readline().strip():
            pass
        if not line:
            return
        if ' /hold ' in line:
            note(f'call-{os.getpid()}-{uuid.uuid4().hex}')
            wait_for('answer')
        body = ','.join(seen).encode()
        stream.write(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s' % (len(body), body))

note(f'started-{os.getpid()}')
wait_for('listen')
server = socket.create_server(('127.0.0.1', int(os.environ['PORT'])))
while True:
    threading.Thread(target=answer, args=[server.accept()[0]], daemon=True).start()
";

/// With the folder where it is told, outside of what is watched.
fn held() -> (Project, TempDir) {
    let project = Project::new().with("svc/server.py", HELD);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = folder.path().display();
    project.write(
        "coldframe.toml",
        &format!(
            "[functions.svc]\nprovider = 'knative'\npath = 'svc'\nhandler = 'python3 server.py'\n\
             instance_concurrency = 2\nenv = {{ TOLD = '{told}' }}\n"
        ),
    );
    (project, folder)
}

fn tell(folder: &TempDir, name: &str) {
    std::fs::write(folder.path().join(name), "").expect("a file");
}

/// What was noted under a name that begins so.
fn noted(folder: &TempDir, begins: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(begins)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_is_ready_when_its_port_is_and_is_asked_nothing_else() {
    let (project, told) = held();
    let host = serve(&project);
    let call = tokio::spawn(host.http.get(format!("{}/svc/", host.knative)).send());
    eventually("it started", async || (!noted(&told, "started").is_empty()).then_some(())).await;
    assert!(!call.is_finished(), "the call waits while nobody listens");
    tell(&told, "listen");
    let answer = call.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status(), 200, "and is answered when somebody does");
    assert_eq!(noted(&told, "started").len(), 1, "by the process that was started for it");
    let seen = host.get(&format!("{}/svc/seen", host.knative)).await.text();
    let (probes, requests): (Vec<&str>, Vec<&str>) = seen.split(',').partition(|line| line.is_empty());
    assert_eq!(requests, ["GET / HTTP/1.1", "GET /seen HTTP/1.1"], "no request that nobody made");
    assert!(!probes.is_empty(), "a connection that says nothing is the probe");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_has_no_more_calls_than_its_concurrency() {
    let (project, told) = held();
    tell(&told, "listen");
    let host = serve(&project);
    // Calls that find an instance there are not those that start one each.
    assert_eq!(host.get(&format!("{}/svc/", host.knative)).await.status, 200);
    let hold = || tokio::spawn(host.http.get(format!("{}/svc/hold", host.knative)).send());
    let calls = [hold(), hold(), hold()];
    let here = eventually("all three are in a process", async || {
        let here = noted(&told, "call");
        (here.len() == 3).then_some(here)
    })
    .await;
    let mut by_process = std::collections::BTreeMap::<&str, u32>::new();
    for name in &here {
        *by_process.entry(name.split('-').nth(1).expect("a process")).or_default() += 1;
    }
    let mut counts: Vec<u32> = by_process.into_values().collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 2], "two at a time in one, and the third in another");
    tell(&told, "answer");
    for call in calls {
        assert_eq!(call.await.expect("no panic").expect("an answer").status(), 200);
    }
}
