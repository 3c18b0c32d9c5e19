//! Google's own frameworks, brought by the functions themselves: PyPI's `functions-framework`, npm's
//! `@google-cloud/functions-framework`.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, serve};

const MAIN: &str = "\
import os, sys, threading
import functions_framework

gate = threading.Barrier(3)

@functions_framework.http
def pyhttp(request):
    name = request.args.get('name', 'World')
    if name == 'boom':
        raise ValueError('boom')
    if name == 'exit':
        os._exit(7)
    if name == 'gate':
        gate.wait(20)
    ours = [name for name in sys.modules if name == 'coldframe_bootstrap.serve']
    return {'hello': name, 'flask': 'flask' in sys.modules, 'ours': ours, 'port': os.environ['PORT'], 'pid': os.getpid()}

@functions_framework.cloud_event
def pyevent(event):
    print('event', event['id'], event.data)
";

const TYPED: &str = "\
import functions_framework

class Given:
    def __init__(self, name): self.name = name
    @staticmethod
    def from_dict(given): return Given(given['name'])
    def to_dict(self): return {'name': self.name.upper()}

@functions_framework.typed(Given)
def pytyped(given):
    return given
";

const INDEX: &str = "\
const functions = require('@google-cloud/functions-framework');
functions.http('jshttp', (req, res) => {
  if (req.query.name === 'boom') throw new Error('boom');
  res.json({ hello: req.query.name, real: req.app !== undefined, target: process.env.FUNCTION_TARGET });
});
functions.cloudEvent('jsevent', (event) => console.log('event', event.id, event.data));
";

fn project() -> Project {
    let project = Project::new()
        .with("py/main.py", MAIN)
        .with("py/requirements.txt", "functions-framework==3.10.2\n")
        .with("typed/main.py", TYPED)
        .with("js/index.js", INDEX)
        .with("js/package.json", r#"{"dependencies": {"@google-cloud/functions-framework": "5.0.5"}}"#);
    for folder in ["py", "typed"] {
        symlink(installed::python_clouds(), project.file(folder).join(".venv")).expect("a link");
    }
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    project
}

async fn get(host: &Host, target: &str) -> Answer {
    host.get(&format!("{}{target}", host.gcp)).await
}

async fn event(host: &Host, function: &str, id: &str) -> (u16, String) {
    let request = host.http.post(format!("{}/{function}", host.gcp));
    let request = request.header("ce-source", "//s").header("ce-type", "t").header("ce-specversion", "1.0");
    let request = if id.is_empty() { request } else { request.header("ce-id", id) };
    let answer = request.json(&json!({"a": 1})).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_framework_runs_as_it_is() {
    let project = project();
    let host = serve(&project);
    let answer = get(&host, "/pyhttp?name=Ada").await.json();
    assert_eq!(
        (&answer["hello"], &answer["flask"], &answer["ours"]),
        (&json!("Ada"), &json!(true), &json!([]))
    );
    let boom = get(&host, "/pyhttp?name=boom").await;
    assert_eq!((boom.status, boom.header("x-google-status")), (500, Some("crash")));
    let status = host.invocations().await[0]["status"].clone();
    assert_eq!(status, "error", "the framework's own word counts");

    // A worker of gunicorn's ends, which starts another: the container lives on.
    let exit = get(&host, "/pyhttp?name=exit").await;
    assert_eq!((exit.status, exit.text().as_str()), (503, "Service Unavailable"));
    let problem = exit.header("coldframe-problem").unwrap_or_default();
    assert!(problem.contains("without an answer") && !problem.contains("NO_RESPONSE"), "{problem}");
    assert_eq!(host.invocations().await[0]["status"], "crash");
    assert_eq!(get(&host, "/pyhttp?name=Ada").await.status, 200, "the next worker answers");

    let calls = (0..3).map(|_| get(&host, "/pyhttp?name=gate")).collect::<Vec<_>>();
    let answers = futures_util::future::join_all(calls).await;
    assert!(
        answers.iter().all(|answer| answer.json()["pid"] == answer_pid(&answers[0])),
        "one process has all three"
    );

    assert_eq!(event(&host, "pyevent", "7").await, (200, "OK".into()));
    let (refused, why) = event(&host, "pyevent", "").await;
    assert_eq!(refused, 400);
    assert!(why.contains("CloudEvent"), "{why}");

    let typed = host.http.post(format!("{}/pytyped", host.gcp)).json(&json!({"name": "ada"}));
    let typed = typed.send().await.expect("an answer");
    assert_eq!(typed.json::<Value>().await.expect("JSON"), json!({"name": "ADA"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_python_printed_is_the_note() {
    let project = project();
    let host = serve(&project);
    assert_eq!(get(&host, "/pyhttp?name=Ada").await.status, 200);
    project.write("py/main.py", &MAIN.replace("def pyevent(event):", "def pyevent(event:"));
    let problem = eventually("the save is refused", async || {
        let problem = host.function("pyhttp").await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await;
    let message = problem["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("SyntaxError: "), "{problem}");
    assert_eq!(problem["file"], "py/main.py");
}

fn answer_pid(answer: &Answer) -> Value {
    answer.json()["pid"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_framework_runs_as_it_is() {
    let project = project();
    let host = serve(&project);
    let answer = get(&host, "/jshttp?name=Ada").await.json();
    assert_eq!(answer, json!({"hello": "Ada", "real": true, "target": "jshttp"}));
    let boom = get(&host, "/jshttp?name=boom").await;
    assert_eq!((boom.status, boom.header("x-google-status")), (500, Some("crash")));
    assert_eq!(event(&host, "jsevent", "7").await, (204, String::new()));
}
