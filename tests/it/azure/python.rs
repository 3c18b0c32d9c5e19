//! Apps in Python, with Azure's own library.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::json;

use super::{HOST, get, log_of, measured, post};
use crate::{installed, serve};

const PYTHON: &str = "\
import logging, os, sys
import azure.functions as func
from more import bp

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(bp)

@app.route(route='hello/{name:alpha?}', methods=['GET', 'POST'])
def hello(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    logging.info('%s greets', context.function_name)
    name = req.route_params.get('name') or req.params.get('name') or req.get_json()['name']
    if name == 'boom':
        raise ValueError('boom')
    if name == 'exit':
        os._exit(3)
    if name == 'quit':
        sys.exit(2)
    return func.HttpResponse(f'Hello, {name}', status_code=201, headers={'x-own': os.environ['OWN']})

@app.function_name(name='Later')
@app.route(methods=[func.HttpMethod.GET])
async def later(req: func.HttpRequest) -> str:
    return 'later'

@app.timer_trigger(schedule='0 */5 * * * *', arg_name='tick')
def ticks(tick: func.TimerRequest) -> None:
    logging.warning('past due: %s', tick.past_due)

@app.queue_trigger(arg_name='msg', queue_name='in', connection='AzureWebJobsStorage')
@app.queue_output(arg_name='out', queue_name='shouted', connection='AzureWebJobsStorage')
def shout(msg: func.QueueMessage, out: func.Out[str]) -> None:
    out.set(msg.get_body().decode().upper())
";

const MORE: &str = "\
import azure.functions as func
bp = func.Blueprint()

@bp.route(route='items/{id:int}')
def item(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.route_params['id'], mimetype='text/html')
";

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_one_python_app_share_an_instance_and_are_told_apart() {
    let project = Project::new()
        .with("garden/host.json", HOST)
        .with("garden/function_app.py", PYTHON)
        .with("garden/more.py", MORE)
        .with(
            "garden/local.settings.json",
            r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "python", "OWN": "kept"}}"#,
        );
    symlink(installed::python_clouds(), project.file("garden/.venv")).expect("a link");
    let host = serve(&project);
    let answer = get(&host, "/api/hello/Ada").await;
    assert_eq!(
        (answer.status, answer.text().as_str(), answer.header("x-own")),
        (201, "Hello, Ada", Some("kept"))
    );
    assert_eq!(post(&host, "/api/hello", r#"{"name": "Grace"}"#).await, (201, "Hello, Grace".into()));
    assert_eq!(get(&host, "/api/later").await.text(), "later", "names are compared without regard to case");
    let item = get(&host, "/api/items/7").await;
    assert_eq!((item.text().as_str(), item.header("content-type")), ("7", Some("text/html; charset=utf-8")));
    assert_eq!(get(&host, "/api/hello/4").await.status, 404);
    let boom = get(&host, "/api/hello/boom").await;
    assert_eq!(
        (boom.status, boom.text().as_str(), boom.header("coldframe-problem")),
        (500, "", Some("ValueError: boom"))
    );
    let row = measured(&host, "hello").await;
    assert_eq!(
        (&row["status"], &row["cold"]),
        (&json!("error"), &json!(false)),
        "one instance served them all"
    );
    let log = log_of(&host, &row).await;
    assert!(
        log.contains(&"[INFO] hello greets".to_owned()) && log.contains(&"ValueError: boom".to_owned()),
        "{log:?}"
    );

    assert_eq!(post(&host, "/admin/functions/ticks", "{}").await.0, 202);
    let row = measured(&host, "ticks").await;
    assert_eq!(log_of(&host, &row).await, ["[WARNING] past due: False"]);
    let found = host.rpc("logs", json!({"query": "function:ticks", "limit": 10})).await;
    assert!(found.to_string().contains("past due"), "its lines are found by its own name: {found}");
    let id = host.function("shout").await["id"].clone();
    let said = host
        .rpc("invoke", json!({"function": id, "event": "\"peas\"", "cold": false, "trigger": "app"}))
        .await;
    assert!(said.to_string().contains("PEAS"), "what went to the output is in the answer: {said}");

    let exit = get(&host, "/api/hello/exit").await;
    assert_eq!((exit.status, exit.text().as_str()), (500, ""));
    let quit = get(&host, "/api/hello/quit").await;
    assert_eq!((quit.status, quit.text().as_str()), (500, ""));
    assert_eq!(host.invocations().await[0]["status"], "crash", "`sys.exit` ends the worker");
    project.write("garden/more.py", &MORE.replace("text/html", "text/css"));
    eventually("the new code answers", async || {
        (get(&host, "/api/items/7").await.header("content-type") == Some("text/css; charset=utf-8"))
            .then_some(())
    })
    .await;
}

const TOGETHER: &str = "\
import asyncio, logging, threading
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
calls, all_there, pair = 0, asyncio.Event(), threading.Barrier(2)

@app.route(route='count/{name}')
async def count(req: func.HttpRequest) -> str:
    global calls
    calls += 1
    name = req.route_params['name']
    logging.info('%s comes', name)
    print('to', end=' ')
    if calls == 4:
        all_there.set()
    await asyncio.wait_for(all_there.wait(), 20)
    print(name)
    return f'{calls}'

@app.route(route='thread/{name}')
def thread(req: func.HttpRequest) -> str:
    print('in', req.route_params['name'])
    pair.wait(20)
    if req.route_params['name'] == 'boom':
        raise ValueError('boom')
    return threading.current_thread().name
";

async fn at_once<const N: usize>(host: &Host, paths: [String; N]) -> Vec<String> {
    let calls = paths.iter().map(|path| async move { get(host, path).await.text() });
    futures_util::future::join_all(calls).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_may_have_many_calls_has_them_as_azures_worker_does() {
    let values = r#"{"Values": {"PYTHON_THREADPOOL_THREAD_COUNT": "2"}}"#;
    let project = Project::new()
        .with("coldframe.toml", "[functions.garden]\ninstance_concurrency = 16\n")
        .with("garden/host.json", HOST)
        .with("garden/function_app.py", TOGETHER)
        .with("garden/local.settings.json", values);
    symlink(installed::python_clouds(), project.file("garden/.venv")).expect("a link");
    let host = serve(&project);
    let names = ["one", "two", "three", "four"];
    let told = at_once(&host, names.map(|name| format!("/api/count/{name}"))).await;
    assert_eq!(told, ["4"; 4], "coroutines of one process, on one loop, have all four");
    let threads =
        at_once(&host, ["five", "six", "seven", "eight"].map(|name| format!("/api/thread/{name}"))).await;
    let apart: std::collections::BTreeSet<_> = threads.iter().collect();
    assert_eq!(apart.len(), 2, "as many threads as the app says: {threads:?}");

    at_once(&host, ["nine", "boom"].map(|name| format!("/api/thread/{name}"))).await;
    let logs = eventually("every line is in the record", async || {
        let found = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await;
        let lines = found.as_array().expect("lines").clone();
        lines.iter().any(|line| line["text"] == "ValueError: boom").then_some(lines)
    })
    .await;
    let of = |text: &str| {
        let line = logs.iter().find(|line| line["text"] == text);
        let line = line.unwrap_or_else(|| panic!("no line `{text}` in {logs:?}"));
        assert!(line["invocation_id"].is_number(), "it is a call's own: {line}");
        line["invocation_id"].clone()
    };
    for name in names {
        assert_eq!(of(&format!("[INFO] {name} comes")), of(&format!("to {name}")), "of one call");
    }
    assert_ne!(of("to one"), of("to two"));
    assert_eq!(of("in boom"), of("ValueError: boom"), "what a call raised is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_library_says_what_to_install() {
    let project = Project::new().with("garden/host.json", HOST).with(
        "garden/function_app.py",
        "import azure.functions as func\napp = func.FunctionApp()\n\n@app.route()\ndef hello(req): return 'x'\n",
    );
    let host = serve(&project);
    let answer = get(&host, "/api/hello").await;
    assert_eq!(answer.status, 503);
    let problem = host.function("hello").await["problem"].to_string();
    assert!(problem.contains("pip install azure-functions"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flask_application_is_one_function_with_every_route() {
    let source = "import azure.functions as func\nfrom flask import Flask\n\nweb = Flask(__name__)\n\n\
                  @web.get('/beds/<name>')\ndef bed(name):\n    return {'bed': name}\n\n\
                  app = func.WsgiFunctionApp(app=web.wsgi_app, http_auth_level=func.AuthLevel.ANONYMOUS)\n";
    let project = Project::new()
        .with("web/host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}"#)
        .with("web/function_app.py", source);
    symlink(installed::python_clouds(), project.file("web/.venv")).expect("a link");
    let host = serve(&project);
    let answer = get(&host, "/beds/peas").await;
    assert_eq!(
        (answer.status, answer.text().trim()),
        (200, "{\"bed\":\"peas\"}"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    assert_eq!(get(&host, "/weeds").await.status, 404, "Flask's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asgi_application_is_one_function_with_every_route() {
    let source = "import azure.functions as func\nfrom starlette.applications import Starlette\nfrom starlette.responses import JSONResponse\n\
                  from starlette.routing import Route\n\nstarted = []\n\n\
                  async def bed(request):\n    return JSONResponse({'bed': request.path_params['name'], 'body': (await request.body()).decode()}, 201)\n\n\
                  web = Starlette(routes=[Route('/beds/{name}', bed, methods=['GET', 'POST'])])\n\n\
                  app = func.AsgiFunctionApp(app=web, http_auth_level=func.AuthLevel.ANONYMOUS)\n";
    let project = Project::new()
        .with("web/host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}"#)
        .with("web/function_app.py", source);
    symlink(installed::python_clouds(), project.file("web/.venv")).expect("a link");
    let host = serve(&project);
    assert_eq!(post(&host, "/beds/peas", "seeds").await, (201, r#"{"bed":"peas","body":"seeds"}"#.into()));
    assert_eq!(get(&host, "/weeds").await.status, 404, "Starlette's own");
    assert_eq!(get(&host, "/beds/beans").await.json()["bed"], "beans", "one loop answers all");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fastapi_application_is_one_function_with_every_route() {
    let source = "import azure.functions as func\nfrom fastapi import FastAPI\nfrom pydantic import BaseModel\n\nweb = FastAPI()\n\n\
                  class Seed(BaseModel):\n    name: str\n    count: int = 1\n\n\
                  @web.post('/beds/{bed}', status_code=201)\nasync def sow(bed: int, seed: Seed):\n    return {'bed': bed, 'seed': seed.name, 'count': seed.count}\n\n\
                  app = func.AsgiFunctionApp(app=web, http_auth_level=func.AuthLevel.ANONYMOUS)\n";
    let project = Project::new()
        .with("web/host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}"#)
        .with("web/function_app.py", source);
    symlink(installed::python_clouds(), project.file("web/.venv")).expect("a link");
    let host = serve(&project);
    let sow = async |bed: &str, seed: serde_json::Value| {
        let url = format!("{}/beds/{bed}", host.azure);
        let answer = host.http.post(url).json(&seed).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    assert_eq!(
        sow("3", json!({"name": "pea"})).await,
        (201, r#"{"bed":3,"seed":"pea","count":1}"#.to_owned())
    );
    let (status, why) = sow("three", json!({"count": 2})).await;
    assert_eq!(status, 422, "FastAPI's own");
    assert!(why.contains("int_parsing") && why.contains("missing"), "{why}");
    let documented = get(&host, "/openapi.json").await.json();
    assert!(documented["paths"]["/beds/{bed}"]["post"].is_object(), "{documented}");
}

const BROKERS: &str = "\
import json
import azure.functions as func
app = func.FunctionApp()

@app.service_bus_queue_trigger(arg_name='m', queue_name='q', connection='C')
@app.queue_output(arg_name='out', queue_name='o', connection='C')
def served(m: func.ServiceBusMessage, out: func.Out[str]):
    out.set(m.get_body().decode() + ' served')

@app.event_hub_message_trigger(arg_name='m', event_hub_name='h', connection='C', cardinality=func.Cardinality.MANY)
@app.queue_output(arg_name='out', queue_name='o', connection='C')
def hubbed(m: list[func.EventHubEvent], out: func.Out[str]):
    out.set('+'.join(one.get_body().decode() for one in m))

@app.service_bus_queue_trigger(arg_name='m', queue_name='q', connection='C', cardinality=func.Cardinality.MANY)
@app.queue_output(arg_name='out', queue_name='o', connection='C')
def many(m: list[func.ServiceBusMessage], out: func.Out[str]):
    out.set('+'.join(one.get_body().decode() for one in m))

@app.event_grid_trigger(arg_name='e')
@app.queue_output(arg_name='out', queue_name='o', connection='C')
def gridded(e: func.EventGridEvent, out: func.Out[str]):
    out.set(e.id)
";

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_brokers_are_what_the_library_makes_of_them() {
    let project = Project::new().with("b/host.json", HOST).with("b/function_app.py", BROKERS);
    symlink(installed::python_clouds(), project.file("b/.venv")).expect("a link");
    let host = serve(&project);
    for (function, event, told) in [
        ("served", "peas", "peas served"),
        ("hubbed", r#"["one", "two"]"#, "one+two"),
        ("many", r#"["three", "four"]"#, "three+four"),
        ("gridded", r#"{"id": "e7", "data": {}}"#, "e7"),
        ("gridded", "peas", "eventGridTrigger is given a JSON object, and the message is none"),
    ] {
        let id = host.function(function).await["id"].clone();
        let call = json!({"function": id, "event": event, "cold": false, "trigger": "app"});
        let said = host.rpc("invoke", call).await.to_string();
        assert!(said.contains(told), "{function} with {event}: {said}");
    }
}
