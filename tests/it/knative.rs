//! Knative: any process that listens on PORT, and `func` projects in Node and Python, under the stand-ins and, for
//! Node, the real runtime.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Host, Project, eventually};
use reqwest::Response;
use serde_json::{Value, json};

use crate::{installed, serve};

const SERVER: &str = "\
const http = require('http');
let now = 0;
http.createServer((req, res) => {
  now += 1;
  const headers = req.headers;
  const end = () => res.end(JSON.stringify({ url: req.url, service: process.env.K_SERVICE, forwarded: headers.forwarded, pid: process.pid }));
  if (req.url === '/both') {
    const wait = () => (now >= 2 ? end() : setTimeout(wait, 5));
    return wait();
  }
  if (req.url === '/exit') process.exit(4);
  end();
}).listen(process.env.WRONG_PORT ?? process.env.PORT);
";

const NODE: &str = "\
const handle = async (context, body) => {
  context.log.info(`begins with ${context.method}`);
  if (context.query.how === 'throw') throw new Error('bad seed');
  if (context.query.how === 'nothing') return undefined;
  if (context.query.how === 'teapot') return { statusCode: 418, body: { tea: true }, headers: { 'X-Own': 'kept' } };
  return { method: context.method, got: body };
};
module.exports = { handle };
";

const EVENTS: &str = "\
const handle = async (context, event) =>
  context.cloudEventResponse({ got: event.data }).type('answer').source('/here').response();
module.exports = { handle };
";

const PYTHON: &str = "\
import json
import logging

def new():
    return Function()

class Function:
    def __init__(self):
        self.calls = 0

    def start(self, cfg):
        self.service = cfg['K_SERVICE']

    async def handle(self, scope, receive, send):
        self.calls += 1
        logging.info('handles %s', scope['path'])
        if scope['path'] == '/fail':
            raise ValueError('bad seed')
        body = (await receive())['body'].decode()
        await send({'type': 'http.response.start', 'status': 201, 'headers': [[b'content-type', b'application/json']]})
        answer = {'path': scope['path'], 'body': body, 'service': self.service, 'calls': self.calls}
        await send({'type': 'http.response.body', 'body': json.dumps(answer).encode()})

    def ready(self):
        return True, 'as ever'
";

fn project() -> Project {
    Project::new()
        .with("svc/server.js", SERVER)
        .with("wrong/server.js", SERVER)
        .with("fn/func.yaml", "name: fn\nruntime: node\n")
        .with("fn/index.js", NODE)
        .with("events/func.yaml", "name: events\nruntime: node\ninvoke: cloudevent\n")
        .with("events/index.js", EVENTS)
        .with("py/func.yaml", "name: py\nruntime: python\n")
        .with("py/function/__init__.py", "from .func import new\n")
        .with("py/function/func.py", PYTHON)
        .with(
            "coldframe.toml",
            "[functions.svc]\nprovider = 'knative'\npath = 'svc'\nhandler = 'node server.js'\n\
             [functions.wrong]\nprovider = 'knative'\npath = 'wrong'\nhandler = 'node server.js'\nstart_seconds = 8\n\
             env = { WRONG_PORT = '18979' }\n\
             [functions.gone]\nprovider = 'knative'\npath = 'svc'\nhandler = 'no-such-program'\n",
        )
}

async fn event(host: &Host, function: &str) -> Response {
    let request = host.http.post(format!("{}/{function}", host.knative)).json(&json!({"name": "a"}));
    let attributes = [("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"), ("ce-specversion", "1.0")];
    let request = attributes.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn any_process_that_listens_on_its_port_is_served() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/svc/a?b=c", host.knative)).await.json();
    assert_eq!((&answer["url"], &answer["service"]), (&json!("/a?b=c"), &json!("svc")));
    assert_eq!(answer["forwarded"], "for=127.0.0.1;proto=http");
    let url = format!("{}/svc/both", host.knative);
    let (one, two) = tokio::join!(host.get(&url), host.get(&url));
    assert_eq!(one.json()["pid"], two.json()["pid"], "one process has both");
    assert_eq!(host.get(&format!("{}/svc/exit", host.knative)).await.status, 502, "as its proxy says");

    let wrong = host.get(&format!("{}/wrong", host.knative)).await;
    assert_eq!(wrong.status, 503);
    let problem = wrong.header("coldframe-problem").expect("the reason");
    assert!(problem.contains("did not listen on port") && problem.contains("but on 18979"), "{problem}");
    let gone = host.get(&format!("{}/gone", host.knative)).await;
    let problem = gone.header("coldframe-problem").expect("the reason");
    assert!(problem.contains("there is no program `no-such-program`"), "{problem}");
}

/// A line may be read after the answer that came with it.
async fn heard(host: &Host, line: &str) {
    eventually(line, async || {
        let said =
            host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
        said.contains(line).then_some(())
    })
    .await;
}

async fn node(host: &Host) {
    let get = |query: &str| format!("{}/fn?{query}", host.knative);
    assert_eq!(host.get(&get("")).await.json()["method"], "GET");
    assert_eq!(host.get(&get("how=nothing")).await.status, 204);
    let teapot = host.get(&get("how=teapot")).await;
    assert_eq!(
        (teapot.status, teapot.header("x-own"), teapot.json()),
        (418, Some("kept"), json!({"tea": true}))
    );
    let thrown = host.get(&get("how=throw")).await;
    assert_eq!((thrown.status, thrown.text().as_str()), (500, "bad seed"));
    let posted = host.http.post(get("")).json(&json!({"a": 1})).send().await.expect("an answer");
    assert_eq!(posted.json::<Value>().await.expect("JSON")["got"], json!({"a": 1}));
    assert_eq!(host.get(&format!("{}/fn/health/liveness", host.knative)).await.text(), "OK");
    assert_eq!(host.get(&format!("{}/fn/other", host.knative)).await.status, 404);

    // The level is that of func's own start script.
    heard(host, "begins with POST").await;

    let answer = event(host, "events").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["ce-type"], "answer");
    assert_eq!(answer.headers()["ce-source"], "/here");
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({"got": {"name": "a"}}));
}

#[tokio::test(flavor = "multi_thread")]
async fn node_functions_run_under_the_stand_in() {
    let project = project();
    let host = serve(&project);
    node(&host).await;
    assert_eq!(host.function("events").await["takes"], "cloud-event");
    let thrown = host.get(&format!("{}/fn?how=throw", host.knative)).await;
    assert!(thrown.header("coldframe-outcome").is_none(), "what the stand-in says is not for callers");
    let row = host.invocations().await[0].clone();
    assert_eq!(
        (&row["status"], &row["http_status"]),
        (&json!("error"), &json!(500)),
        "as an exception: {row}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn node_functions_run_under_their_real_runtime_alike() {
    let project = project();
    for folder in ["fn", "events"] {
        symlink(installed::node_clouds(), project.file(&format!("{folder}/node_modules"))).expect("a link");
    }
    let host = serve(&project);
    node(&host).await;
    let metrics = host.get(&format!("{}/fn/metrics", host.knative)).await;
    assert!(metrics.text().contains("# TYPE"), "only the real runtime has metrics: {}", metrics.text());
}

async fn python(host: &Host) {
    let url = format!("{}/py/a", host.knative);
    let answer = host.http.post(&url).body("seeds").send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    assert_eq!(
        answer.json::<Value>().await.expect("JSON"),
        json!({"path": "/a", "body": "seeds", "service": "py", "calls": 1})
    );
    assert_eq!(host.get(&url).await.json()["calls"], 2, "one object answers all");
    let said = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(said.contains("INFO:root:handles /"), "the middleware has the level at INFO: {said}");
    assert_eq!(host.get(&format!("{}/py/health/readiness", host.knative)).await.text(), "as ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_function_runs_under_the_stand_in() {
    let project = project();
    let host = serve(&project);
    python(&host).await;
    // The real one begins an answer and never ends it.
    let failed = host.get(&format!("{}/py/fail", host.knative)).await;
    assert_eq!((failed.status, failed.text().as_str()), (500, "Error: bad seed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_function_runs_under_its_real_middleware_alike() {
    let project = project();
    symlink(installed::python_func(), project.file("py/.venv")).expect("a link");
    let host = serve(&project);
    python(&host).await;
    let said = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(said.contains("hypercorn"), "only the real middleware says so: {said}");
}

const PYTHON_EVENTS: &str = "\
from cloudevents.core.v1.event import CloudEvent

def new():
    return Function()

class Function:
    async def handle(self, scope, receive, send):
        event = scope['event']
        assert isinstance(event, CloudEvent)
        got = {'type': event.get_type(), 'name': event.get_data()['name']}
        attributes = {'id': 'a1', 'source': '/here', 'type': 'answer', 'specversion': '1.0',
                      'datacontenttype': 'application/json'}
        answer = CloudEvent(attributes=attributes, data=got)
        await (send.binary if scope['path'] == '/binary' else send)(answer)
";

fn python_events() -> Project {
    Project::new()
        .with("ev/func.yaml", "name: ev\nruntime: python\ninvoke: cloudevent\n")
        .with("ev/function/__init__.py", "from .func import new\n")
        .with("ev/function/func.py", PYTHON_EVENTS)
}

async fn answered_with_events(host: &Host) {
    let answer = event(host, "ev").await;
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
    assert!(
        kind.starts_with("application/cloudevents+json"),
        "structured, unless it asks for another: {kind}"
    );
    let sent: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&sent["type"], &sent["data"]),
        (&json!("answer"), &json!({"type": "t", "name": "a"})),
        "{sent}"
    );
    let answer = event(host, "ev/binary").await;
    assert_eq!(answer.headers()["ce-type"], "answer");
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({"type": "t", "name": "a"}));
    let none = host.http.post(format!("{}/ev", host.knative)).json(&json!({"name": "a"}));
    let none = none.header("ce-id", "1").send().await.expect("an answer");
    assert_eq!(none.status(), 400, "attributes that every event has are missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_events_are_those_of_the_sdk_under_the_stand_in() {
    let project = python_events();
    for package in ["cloudevents", "dateutil"] {
        let there = installed::site_packages(&installed::python_func()).join(package);
        symlink(there, project.file(&format!("ev/{package}"))).expect("a link");
    }
    answered_with_events(&serve(&project)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn python_events_are_those_of_the_sdk_under_the_real_middleware_alike() {
    let project = python_events();
    symlink(installed::python_func(), project.file("ev/.venv")).expect("a link");
    answered_with_events(&serve(&project)).await;
}

const FASTAPI: &str = "\
import asyncio, os
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

web = FastAPI()

@web.get('/beds/{bed}')
async def bed(bed: int, name: str = 'pea'):
    return {'bed': bed, 'name': name, 'service': os.environ['K_SERVICE']}

@web.get('/rows')
async def rows():
    async def each():
        for row in ('one', 'two'):
            yield row + '\\n'
            await asyncio.sleep(0)
    return StreamingResponse(each(), media_type='text/plain')

uvicorn.run(web, host='127.0.0.1', port=int(os.environ['PORT']))
";

/// As it is deployed to Cloud Run or Knative: a container whose command starts a server.
#[tokio::test(flavor = "multi_thread")]
async fn a_fastapi_service_runs_by_its_command() {
    let project = Project::new().with("web/main.py", FASTAPI).with(
        "coldframe.toml",
        "[functions.web]\nprovider = 'knative'\npath = 'web'\nhandler = '.venv/bin/python main.py'\n",
    );
    symlink(installed::python_clouds(), project.file("web/.venv")).expect("a link");
    let host = serve(&project);
    let answer = host.get(&format!("{}/web/beds/3?name=bean", host.knative)).await;
    assert_eq!(answer.status, 200, "{} {:?}", answer.text(), answer.header("coldframe-problem"));
    assert_eq!(answer.json(), json!({"bed": 3, "name": "bean", "service": "web"}));
    assert_eq!(host.get(&format!("{}/web/beds/x", host.knative)).await.status, 422, "FastAPI's own");
    assert_eq!(host.get(&format!("{}/web/rows", host.knative)).await.text(), "one\ntwo\n");
}
