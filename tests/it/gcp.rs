//! Google Cloud functions as they are called, run by the stand-in for their framework: nothing is installed here.

mod stand_in;

use coldframe_testkit::{Host, Project, eventually};
use reqwest::Response;
use serde_json::{Value, json};

use crate::serve;

const MAIN: &str = "\
import os, sys, threading
import functions_framework

here = 0
lock = threading.Condition()

@functions_framework.http
def hello(request):
    name = request.args.get('name') or (request.get_json(silent=True) or {}).get('name', 'World')
    if name == 'boom':
        raise ValueError('boom')
    if name == 'exit':
        os._exit(3)
    if name == 'quit':
        sys.exit(3)
    print('greeted', name)
    return {'hello': name, 'path': request.path, 'service': os.environ['K_SERVICE']}, 201, {'X-Own': 'kept'}

@functions_framework.http
def together(request):
    # Answers only when as many calls as asked for are in it at the same time.
    global here
    with lock:
        here += 1
        lock.notify_all()
        everybody = lock.wait_for(lambda: here >= int(request.args['of']), timeout=20)
    return str(os.getpid()) if everybody else 'alone'

@functions_framework.http
def endless(request):
    threading.Event().wait()

@functions_framework.cloud_event
def stored(event):
    print('event', event['id'], event['type'], event.data['name'])
";

const INDEX: &str = "\
const functions = require('@google-cloud/functions-framework');

functions.http('greet', (req, res) => {
  res.status(201).set('X-Own', 'kept').send(`Hello ${req.query.name ?? req.body.name ?? 'World'}!`);
});

functions.cloudEvent('kept', (event) => {
  console.log('event', event.id, event.type, event.data.name);
});
";

fn project() -> Project {
    Project::new().with("py/main.py", MAIN).with("js/index.js", INDEX).with(
        "coldframe.toml",
        "[functions.endless]\ntimeout_seconds = 1\n[functions.together]\nconcurrency = 1\n",
    )
}

async fn post(host: &Host, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request = host.http.post(format!("{}{path}", host.gcp)).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer")
}

/// The rows of a function, the newest first, once all are measured or known never to be.
async fn rows(host: &Host, function: &str) -> Vec<Value> {
    let rows = host.invocations().await;
    rows.into_iter().filter(|row| row["function"] == function).collect()
}

async fn log_of(host: &Host, row: &Value) -> Vec<String> {
    let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
    let lines = detail["logs"].as_array().unwrap_or_else(|| panic!("log lines: {detail}"));
    lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_function_answers_reloads_and_is_recorded() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/hello/a/b?name=Ada", host.gcp)).await;
    assert_eq!((answer.status, answer.header("x-own")), (201, Some("kept")));
    assert_eq!(answer.json(), json!({"hello": "Ada", "path": "/a/b", "service": "hello"}));
    let by_name = host.http.get(&host.gcp).header("host", "hello.localhost").send().await.expect("an answer");
    assert_eq!(by_name.json::<Value>().await.expect("JSON")["path"], "/", "the host name is the function");
    let posted = post(&host, "/hello", &[("content-type", "application/json")], r#"{"name":"Grace"}"#).await;
    assert_eq!(posted.json::<Value>().await.expect("JSON")["hello"], "Grace");

    let boom = host.get(&format!("{}/hello?name=boom", host.gcp)).await;
    assert_eq!((boom.status, boom.header("x-google-status")), (500, Some("crash")));
    let exit = host.get(&format!("{}/hello?name=exit", host.gcp)).await;
    assert_eq!((exit.status, exit.text().as_str()), (503, "Service Unavailable"));
    assert_eq!(
        exit.header("coldframe-problem"),
        Some("ContainerExited: the process ended with exit code 3"),
        "the reason is told"
    );
    let quit = host.get(&format!("{}/hello?name=quit", host.gcp)).await;
    assert_eq!((quit.status, quit.text().as_str()), (503, "Service Unavailable"));
    assert_eq!(quit.header("coldframe-problem"), exit.header("coldframe-problem"));
    assert_eq!(host.get(&format!("{}/nobody", host.gcp)).await.status, 404);

    let rows = rows(&host, "hello").await;
    let told: Vec<_> = rows.iter().rev().map(|row| (row["status"].clone(), row["cold"].clone())).collect();
    assert_eq!(
        told,
        [("ok", true), ("ok", false), ("ok", false), ("error", false), ("crash", false), ("crash", true)]
            .map(|(status, cold)| (json!(status), json!(cold)))
    );
    assert_eq!(log_of(&host, &rows[5]).await, ["greeted Ada"]);
    assert!(
        log_of(&host, &rows[2]).await.contains(&"ValueError: boom".to_owned()),
        "the trace is in the log"
    );
    assert!(log_of(&host, &rows[0]).await.contains(&"Container called exit(3).".to_owned()));

    project.write("py/main.py", &MAIN.replace("'hello': name", "'good day': name"));
    eventually("the new code answers", async || {
        let answer = host.get(&format!("{}/hello?name=Ada", host.gcp)).await;
        answer.text().contains("good day").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_import_the_framework_that_is_not_installed() {
    let package = r#"{"type": "module", "dependencies": {"@google-cloud/functions-framework": "^3.4.0"}}"#;
    let named = |import: &str, name: &str| {
        format!(
            "{import} from '@google-cloud/functions-framework';\nff.http('{name}', (req, res) => res.send('{name}'));\n"
        )
    };
    let project = Project::new()
        .with("star/package.json", package)
        .with("star/index.js", &named("import * as ff", "star"))
        .with("plain/package.json", &package.replace("\"type\": \"module\", ", ""))
        .with("plain/index.mjs", &named("import ff", "plain"))
        .with("typed/package.json", package)
        .with("typed/index.ts", &named("import * as ff", "typed"))
        .with("one/package.json", package)
        .with(
            "one/index.js",
            "import { http } from '@google-cloud/functions-framework';\nhttp('one', (req, res) => res.send('one'));\n",
        );
    let host = serve(&project);
    for name in ["star", "plain", "typed", "one"] {
        let answer = host.get(&format!("{}/{name}", host.gcp)).await;
        let why = answer.header("coldframe-problem").unwrap_or_default();
        assert_eq!((answer.status, answer.text().as_str()), (200, name), "{name}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_has_many_calls_at_the_same_time() {
    let project = project();
    let host = serve(&project);
    // All come while nothing runs: one instance is started, and the others wait for it.
    let url = format!("{}/together?of=8", host.gcp);
    let answers = futures_util::future::join_all((0..8).map(|_| host.get(&url))).await;
    let pids: std::collections::BTreeSet<String> =
        answers.iter().map(coldframe_testkit::Answer::text).collect();
    assert_eq!(pids.len(), 1, "one process had all eight: {pids:?}");
    assert!(!pids.contains("alone"), "each saw all the others");
    let rows = rows(&host, "together").await;
    assert_eq!(rows.len(), 8);
    for row in &rows {
        assert_eq!((&row["status"], &row["cold"]), (&json!("ok"), &json!(true)), "each waited for its start");
        assert_eq!(row["cpu_user_ms"], Value::Null, "what they used together is none's own: {row}");
        let parts = ["queue_ms", "build_ms", "spawn_ms", "boot_ms", "init_ms", "handler_ms", "overhead_ms"];
        let sum: f64 = parts.iter().filter_map(|part| row[*part].as_f64()).sum();
        let total = row["total_ms"].as_f64().unwrap_or_default();
        assert!((sum - total).abs() < 0.01, "the phases add up to what the caller waited: {row}");
    }
    let function = host.function("together").await;
    assert_eq!(function["pool"]["instance_concurrency"], 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_answers_the_call_and_leaves_the_instance() {
    let project = project();
    let host = serve(&project);
    for _ in 0..2 {
        let late = host.get(&format!("{}/endless", host.gcp)).await;
        assert_eq!((late.status, late.text().as_str()), (504, "upstream request timeout"));
    }
    let rows = rows(&host, "endless").await;
    assert_eq!(rows.iter().map(|row| row["status"].clone()).collect::<Vec<_>>(), ["timeout", "timeout"]);
    assert_eq!(rows[0]["instance"], rows[1]["instance"], "Cloud Run keeps the instance");
}

#[tokio::test(flavor = "multi_thread")]
async fn cloud_events_arrive_binary_and_structured_and_others_are_refused() {
    let project = project();
    let host = serve(&project);
    let binary = [("ce-id", "7"), ("ce-source", "//s"), ("ce-type", "t.v1"), ("ce-specversion", "1.0")];
    let json_binary = [binary.as_slice(), &[("content-type", "application/json")]].concat();
    let structured =
        json!({"id": "8", "source": "//s", "type": "t.v1", "specversion": "1.0", "data": {"name": "b"}});
    for (function, status, body) in [("stored", 200, "OK"), ("kept", 204, "")] {
        let path = format!("/{function}");
        let answer = post(&host, &path, &json_binary, r#"{"name":"a"}"#).await;
        assert_eq!(answer.status(), status, "{function}");
        assert_eq!(answer.text().await.expect("text"), body);
        let kind = [("content-type", "application/cloudevents+json")];
        assert_eq!(post(&host, &path, &kind, &structured.to_string()).await.status(), status);
        let logs = rows(&host, function).await;
        assert_eq!(log_of(&host, &logs[1]).await, ["event 7 t.v1 a"]);
        assert_eq!(log_of(&host, &logs[0]).await, ["event 8 t.v1 b"]);

        let without = post(&host, &path, &json_binary[1..], r#"{"name":"a"}"#).await;
        assert_eq!(without.status(), 400, "{function} has no id");
        assert!(without.text().await.expect("text").contains("id"), "what is missing is named");
        assert_eq!(host.function(function).await["takes"], "cloud-event");
    }
    let get = host.get(&format!("{}/stored", host.gcp)).await;
    assert_eq!(get.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn node_functions_have_what_express_gives_them() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/greet?name=Ada", host.gcp)).await;
    assert_eq!((answer.status, answer.text().as_str()), (201, "Hello Ada!"));
    assert_eq!(
        (answer.header("x-own"), answer.header("content-type")),
        (Some("kept"), Some("text/html; charset=utf-8"))
    );
    let posted = post(&host, "/greet", &[("content-type", "application/json")], r#"{"name":"Grace"}"#).await;
    assert_eq!(posted.text().await.expect("text"), "Hello Grace!");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_function_from_running_is_said() {
    let project = Project::new()
        .with("a/main.py", "import functions_framework\nimport seeds\n\n@functions_framework.http\ndef missing(request): pass\n")
        .with(
            "b/index.js",
            "const functions = require('@google-cloud/functions-framework');\nfunctions.http('twice', () => {});\nfunctions.http('twice', (req, res) => res.send('second'));\n",
        );
    let host = serve(&project);
    let answer = host.get(&format!("{}/missing", host.gcp)).await;
    assert_eq!(answer.status, 503);
    let problem = host.function("missing").await["problem"].clone();
    assert_eq!((&problem["file"], &problem["line"]), (&json!("a/main.py"), &json!(2)), "{problem}");
    assert!(problem["message"].as_str().is_some_and(|text| text.contains("seeds")), "{problem}");
    let problem = host.function("twice").await["problem"].clone();
    assert_eq!(
        (&problem["message"], &problem["line"], &problem["severity"]),
        (&json!("`twice` is registered a second time; this one answers"), &json!(3), &json!("warning"))
    );
    assert_eq!(host.get(&format!("{}/twice", host.gcp)).await.text(), "second", "the last one answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_of_the_call_that_wrote_it_though_others_write_beside_it() {
    let code = "const held = [];\nexports.beside = async (request, response) => {\n  if (!request.query.n) return response.send('first');\n  \
                console.log('before', request.query.n);\n  \
                await new Promise((go) => { held.push(go); if (held.length === 3) held.forEach((one) => one()); });\n  \
                console.error('after', request.query.n);\n  response.send('ok');\n};\n";
    let project = Project::new().with("beside/index.js", code).with(
        "coldframe.toml",
        "[functions.beside]\nprovider = 'gcp'\npath = 'beside'\nhandler = 'index.beside'\n",
    );
    let host = serve(&project);
    assert_eq!(host.get(&format!("{}/beside", host.gcp)).await.text(), "first");
    let urls: Vec<String> = (1..=3).map(|n| format!("{}/beside?n={n}", host.gcp)).collect();
    futures_util::future::join_all(urls.iter().map(|url| host.get(url))).await;
    let mut seen = eventually("each has its lines", async || {
        let mut seen = Vec::new();
        for row in rows(&host, "beside").await {
            let mut lines = log_of(&host, &row).await;
            lines.sort();
            seen.push(lines);
        }
        (seen.iter().filter(|lines| lines.len() == 2).count() == 3).then_some(seen)
    })
    .await;
    seen.retain(|lines| !lines.is_empty());
    seen.sort();
    assert_eq!(seen, [1, 2, 3].map(|n| vec![format!("after {n}"), format!("before {n}")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_ends_between_calls_costs_no_call() {
    let project = Project::new()
        .with(
            "py/main.py",
            "import os, threading\nimport functions_framework\n\n@functions_framework.http\ndef fleeting(request):\n    \
             threading.Timer(0.1, os._exit, [3]).start()\n    return str(os.getpid())\n",
        )
        .with("py/requirements.txt", "functions-framework==3.*\n");
    let host = serve(&project);
    let url = format!("{}/fleeting/", host.gcp);
    let mut pids = Vec::new();
    for _ in 0..2 {
        let answer = host.get(&url).await;
        assert_eq!(answer.status, 200, "another process answers: {answer:?}");
        pids.push(answer.text());
        eventually("its place is empty", async || {
            let function = host.function("fleeting").await;
            (function["pool"]["instances"] == json!([])).then_some(())
        })
        .await;
    }
    assert_ne!(pids[0], pids[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_function_in_javascript_is_given_its_event() {
    let project = Project::new()
        .with("package.json", r#"{"dependencies": {"@google-cloud/functions-framework": "*"}}"#)
        .with(
            "index.js",
            "exports.heard = (message, context) => console.log('heard', message.name, context.eventId);\n",
        );
    let host = serve(&project);
    let event = json!({"data": {"name": "rose"}, "context": {"eventId": "e1"}});
    let answer = host.http.post(format!("{}/heard", host.gcp)).json(&event).send().await.expect("an answer");
    assert_eq!(answer.status(), 204);
    eventually("the event is in the log", async || {
        let said =
            host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
        said.contains("heard rose e1").then_some(())
    })
    .await;
}
