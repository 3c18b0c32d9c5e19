//! Azure apps as they are called: custom handlers byte by byte, Python and Node with Azure's own libraries, unmodified.

mod unindexed;

use std::os::unix::fs::symlink;

use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, serve};

const HOST: &str = "{\"version\": \"2.0\"}";

/// Answers every event as the documentation's handlers do, and keeps what it was sent in its log.
const HANDLER: &str = "\
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer('text/plain', f'{self.command} {self.path} {self.headers[\"X-Own\"]}'.encode())

    def do_POST(self):
        if self.path.startswith('/api/'):
            return self.do_GET()
        body = self.chunks()
        print('sent', self.path, body.decode(), flush=True)
        if b'refuse' in body:
            self.send_response(500)
            return self.end_headers()
        res = {'statusCode': '201', 'headers': {'x-own': 'kept'}, 'body': {'got': json.loads(body)['Data']}}
        outputs = {'res': res, 'letters': ['one']} if 'order' in self.path else None
        self.answer('application/json', json.dumps({'Outputs': outputs, 'Logs': ['a line of its own'], 'ReturnValue': None}).encode())

    def chunks(self):
        body = b''
        while length := int(self.rfile.readline(), 16):
            body += self.rfile.read(length)
            self.rfile.readline()
        return body

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header('Content-Type', kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

ThreadingHTTPServer(('127.0.0.1', int(os.environ['FUNCTIONS_CUSTOMHANDLER_PORT'])), Handler).serve_forever()
";

const PROGRAM: &str = r#""description": {"defaultExecutablePath": "python3", "arguments": ["handler.py"]}"#;

const PYTHON: &str = "\
import logging, os
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

const NODE: &str = "\
const { app, input, output } = require('@azure/functions');
const label = input.storageBlob({ path: 'l/{id}', connection: 'X' });
const letters = output.storageQueue({ queueName: 'letters', connection: 'X' });

app.http('greet', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'greet/{who?}',
  extraOutputs: [letters],
  handler: async (request, context) => {
    context.log(`Http function processed request for url \"${request.url}\"`);
    const name = request.params.who || request.query.get('name') || (await request.text()) || 'world';
    if (name === 'boom') throw new Error('boom');
    context.extraOutputs.set(letters, `to ${name}`);
    return { status: 202, body: `Hello, ${name}!`, cookies: [{ name: 'seen', value: 'yes', httpOnly: true }] };
  },
});
app.get('found', async () => ({ jsonBody: { a: 1 } }));
app.deleteRequest('gone', async () => undefined);
app.timer('ticks', { schedule: '0 0 * * * *', handler: (timer, context) => { context.warn('past due:', timer.isPastDue); } });
app.storageQueue('count', { queueName: 'in', connection: 'X', extraInputs: [label], handler: (message, context) => `${message.words.length} ${context.triggerMetadata.dequeueCount}` });
";

async fn post(host: &Host, path: &str, body: &str) -> (u16, String) {
    let request = host.http.post(format!("{}{path}", host.azure)).header("content-type", "application/json");
    let answer = request.body(body.to_owned()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

async fn get(host: &Host, path: &str) -> Answer {
    host.get(&format!("{}{path}", host.azure)).await
}

/// The newest call of a function, once it is measured.
async fn measured(host: &Host, function: &str) -> Value {
    eventually("it is in the record", async || {
        let rows = host.invocations().await;
        let newest = rows.into_iter().find(|row| row["function"] == function)?;
        newest["peak_memory_mb"].is_number().then_some(newest)
    })
    .await
}

async fn log_of(host: &Host, row: &Value) -> Vec<String> {
    let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
    let lines = detail["logs"].as_array().unwrap_or_else(|| panic!("log lines: {detail}"));
    lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

fn handlers() -> Project {
    let http = r#"{"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"]"#;
    let res = r#"{"type": "http", "direction": "out", "name": "res"}"#;
    Project::new()
        .with("shop/host.json", &format!(r#"{{"version": "2.0", "customHandler": {{{PROGRAM}}}, "extensions": {{"http": {{"routePrefix": ""}}}}}}"#))
        .with("shop/handler.py", HANDLER)
        .with("shop/order/function.json", &format!(r#"{{"bindings": [{http}, "route": "orders/{{number:int}}"}}, {res}, {{"type": "queue", "direction": "out", "name": "letters", "queueName": "l"}}]}}"#))
        .with("shop/packed/function.json", r#"{"bindings": [{"type": "queueTrigger", "direction": "in", "name": "parcel", "queueName": "p"}, {"type": "blob", "direction": "in", "name": "label", "path": "l/{id}"}]}"#)
        .with("plain/host.json", &format!(r#"{{"version": "2.0", "customHandler": {{{PROGRAM}, "enableForwardingHttpRequest": true}}}}"#))
        .with("plain/handler.py", HANDLER)
        .with("plain/simple/function.json", &format!(r#"{{"bindings": [{http}}}, {res}]}}"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_handler_is_sent_json_and_its_answer_becomes_the_response() {
    let project = handlers();
    let host = serve(&project);
    let url = format!("{}/orders/7?paid=yes", host.azure);
    let answer =
        host.http.post(&url).header("content-type", "application/json").body("{\"peas\":1}").send().await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["x-own"].to_str().expect("text")), (201, "kept"));
    let got: Value = answer.json().await.expect("JSON");
    let req = &got["got"]["req"];
    assert_eq!(req["Url"], url);
    assert_eq!(
        (&req["Method"], &req["Query"], &req["Params"], &req["Body"]),
        (&json!("POST"), &json!({"paid": "yes"}), &json!({"number": "7"}), &json!("{\"peas\":1}"))
    );
    assert_eq!(req["Headers"]["Content-Type"], json!(["application/json"]));
    let row = measured(&host, "order").await;
    let log = log_of(&host, &row).await;
    assert!(log.contains(&"a line of its own".to_owned()), "what came as Logs is in the log: {log:?}");
    assert!(
        log.contains(
            &"coldframe: output binding `letters` (queue) got [\"one\"]; nothing is sent".to_owned()
        ),
        "outputs are named, not dropped: {log:?}"
    );
    assert_eq!(
        post(&host, "/orders/7", "refuse").await,
        (500, String::new()),
        "the host's errors have no body"
    );
    assert_eq!(get(&host, "/orders/peas").await.status, 404, "the constraint is not met");
    assert_eq!(
        host.http.put(&url).send().await.expect("an answer").status(),
        404,
        "the method is not listed"
    );

    assert_eq!(
        post(&host, "/admin/functions/packed", r#"{"input": "a parcel"}"#).await,
        (202, String::new())
    );
    let row = measured(&host, "packed").await;
    let log = log_of(&host, &row).await;
    let missing = "coldframe: input binding `label` (blob) is not connected; it is not in Data".to_owned();
    assert!(log.contains(&missing), "{log:?}");
    let sent =
        log.iter().find_map(|line| line.strip_prefix("sent /packed ")).unwrap_or_else(|| panic!("{log:?}"));
    let sent: Value = serde_json::from_str(sent).expect("JSON");
    assert_eq!(sent["Data"], json!({"parcel": "\"a parcel\""}), "texts are serialised once more");
    assert_eq!(
        (&sent["Metadata"]["DequeueCount"], &sent["Metadata"]["sys"]["MethodName"]),
        (&json!("1"), &json!("packed"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarding_handler_gets_requests_as_they_came() {
    let project = handlers();
    let host = serve(&project);
    let url = format!("{}/api/simple?a=b%20c", host.azure);
    let answer = host.http.get(url).header("x-own", "mine").send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("a body"), "GET /api/simple?a=b%20c mine");
}

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
    project.write("garden/more.py", &MORE.replace("text/html", "text/css"));
    eventually("the new code answers", async || {
        (get(&host, "/api/items/7").await.header("content-type") == Some("text/css; charset=utf-8"))
            .then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_registered_with_the_node_library_are_called_through_it() {
    let package =
        r#"{"name": "js", "main": "src/functions/*.js", "dependencies": {"@azure/functions": "^4.0.0"}}"#;
    let project = Project::new()
        .with("js/host.json", HOST)
        .with("js/package.json", package)
        .with("js/src/functions/all.js", NODE);
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    let host = serve(&project);
    let answer = get(&host, "/api/greet?name=Ada").await;
    assert_eq!((answer.status, answer.text().as_str()), (202, "Hello, Ada!"));
    assert_eq!(answer.header("set-cookie"), Some("seen=yes; HttpOnly"));
    assert_eq!(post(&host, "/api/greet/Bo", "").await, (202, "Hello, Bo!".into()));
    let log = log_of(&host, &measured(&host, "greet").await).await;
    assert!(
        log.iter().any(|line| line.starts_with("coldframe: output binding `queue")
            && line.contains("got to Bo; nothing is sent")),
        "{log:?}"
    );
    assert_eq!(get(&host, "/api/found").await.json(), json!({"a": 1}));
    let gone = host.http.delete(format!("{}/api/gone", host.azure)).send().await.expect("an answer");
    assert_eq!(gone.status(), 204, "nothing returned is no content");
    let boom = get(&host, "/api/greet/boom").await;
    assert_eq!(
        (boom.status, boom.text().as_str(), boom.header("coldframe-problem")),
        (500, "", Some("Error: boom"))
    );
    let id = host.function("count").await["id"].clone();
    let said = host
        .rpc(
            "invoke",
            json!({"function": id, "event": "{\"words\": [1, 2]}", "cold": false, "trigger": "app"}),
        )
        .await;
    assert!(said.to_string().contains("2 1"), "{said}");
    assert!(said.to_string().contains("(blob) is not connected; it is undefined"), "{said}");
    assert_eq!(post(&host, "/admin/functions/ticks", "").await.0, 202);
    assert_eq!(log_of(&host, &measured(&host, "ticks").await).await, ["[WARNING] past due: false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_models_of_python_and_node_run_from_their_folders() {
    let bindings = |out: &str| {
        format!(
            r#"{{"bindings": [{{"authLevel": "anonymous", "type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"]}}, {{"type": "http", "direction": "out", "name": "{out}"}}]}}"#
        )
    };
    let node = "module.exports = async function (context, req) {\n  context.log('processed');\n  context.res = { status: 203, body: 'Hi ' + (req.query.name || (req.body && req.body.name)) };\n};\n";
    let project = Project::new()
        .with("py/host.json", HOST)
        .with("py/Hello/function.json", &bindings("$return"))
        .with("py/Hello/__init__.py", "import azure.functions as func\nfrom .words import greet\n\ndef main(req: func.HttpRequest) -> func.HttpResponse:\n    return func.HttpResponse(greet(req.params.get('name')))\n")
        .with("py/Hello/words.py", "def greet(name):\n    return f'Hello, {name}'\n")
        .with("js/host.json", HOST)
        .with("js/Hello/function.json", &bindings("res"))
        .with("js/Hello/index.js", node);
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    let host = serve(&project);
    for (app, expected) in [("py", (200, "Hello, Ada")), ("js", (203, "Hi Ada"))] {
        let request = host.http.get(format!("{}/api/Hello?name=Ada", host.azure));
        let answer = request.header("host", format!("{app}.localhost")).send().await.expect("an answer");
        let got = (answer.status().as_u16(), answer.text().await.expect("a body"));
        assert_eq!((got.0, got.1.as_str()), expected, "{app}: both apps have a function of that name");
    }
    let names: Vec<Value> =
        host.functions().await.into_iter().map(|function| function["name"].clone()).collect();
    assert_eq!(names, ["Hello", "py-Hello"], "the later one carries its app's name");
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
async fn typescript_is_built_from_what_its_package_would_compile() {
    let source = "import { app, HttpRequest, HttpResponseInit } from '@azure/functions';\n\n\
                  app.http('typed', { authLevel: 'anonymous', handler: async (request: HttpRequest): Promise<HttpResponseInit> => {\n  \
                  return { body: `Hello, ${request.query.get('name')}` };\n} });\n";
    let project = Project::new()
        .with("ts/host.json", HOST)
        .with("ts/package.json", r#"{"name": "ts", "main": "dist/src/functions/*.js"}"#)
        .with("ts/src/functions/typed.ts", source);
    symlink(installed::node_clouds(), project.file("ts/node_modules")).expect("a link");
    let host = serve(&project);
    let answer = get(&host, "/api/typed?name=Ada").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "Hello, Ada"),
        "{:?}",
        answer.header("coldframe-problem")
    );
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

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_asked_for_where_the_project_says_so() {
    let project = handlers();
    let binding = |level: &str, name: &str| {
        project.write(
            &format!("plain/{name}/function.json"),
            &format!(
                r#"{{"bindings": [{{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "{level}"}}, {{"type": "http", "direction": "out", "name": "res"}}]}}"#
            ),
        );
    };
    binding("anonymous", "open");
    binding("function", "shut");
    binding("admin", "chief");
    let host = serve(&project);
    for name in ["open", "shut", "chief"] {
        assert_eq!(get(&host, &format!("/api/{name}")).await.status, 200, "{name}: as with func start");
    }
    project.write("coldframe.toml", "[functions.plain]\nask_for_keys = true\n");
    let url = async |name: &str| host.function(name).await["urls"][0].as_str().unwrap_or_default().to_owned();
    eventually("the settings are read", async || url("shut").await.contains("?code=").then_some(())).await;
    let bare = |url: &str| url.split('?').next().unwrap_or_default().to_owned();
    let refused = get(&host, "/api/shut").await;
    assert_eq!((refused.status, refused.body.len()), (401, 0), "the host says no more");
    assert_eq!(get(&host, "/api/open").await.status, 200, "anonymous stays open");
    let (shut, chief) = (url("shut").await, url("chief").await);
    assert_eq!(host.get(&shut).await.status, 200, "as it is shown");
    let key = shut.split("code=").nth(1).expect("its key").to_owned();
    let by_header = |key: &str, url: String| host.http.get(url).header("x-functions-key", key).send();
    assert_eq!(by_header(&key, bare(&shut)).await.expect("an answer").status(), 200);
    assert_eq!(
        by_header("wrong", shut.clone()).await.expect("an answer").status(),
        401,
        "the header counts first"
    );
    assert_eq!(
        host.get(&format!("{}?code={key}", bare(&chief))).await.status,
        401,
        "a function's key is no master key"
    );
    assert_eq!(host.get(&chief).await.status, 200);
    let master = chief.split("code=").nth(1).expect("its key").to_owned();
    assert_eq!(
        by_header(&master, bare(&shut)).await.expect("an answer").status(),
        200,
        "the master key opens all"
    );
    assert_eq!(post(&host, "/admin/functions/shut", "{}").await.0, 401);
    assert_eq!(post(&host, &format!("/admin/functions/shut?code={master}"), "{}").await.0, 202);
    assert_eq!(post(&host, "/admin/functions/packed", "{}").await.0, 202, "the other app asks for none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_is_called_by_the_clock_where_the_project_says_so() {
    let project = handlers();
    project.write(
        "shop/tick/function.json",
        r#"{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "tick", "schedule": "%WHEN%"}]}"#,
    );
    project.write(
        "shop/local.settings.json",
        r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "custom", "WHEN": "* * * * * *"}}"#,
    );
    project.write(
        "coldframe.toml",
        "[functions.shop]\nfollow_schedules = true\n[functions.plain]\nfollow_schedules = false\n",
    );
    let host = serve(&project);
    eventually("it was called twice by its schedule", async || {
        let rows = host.invocations().await;
        let ticks = rows.iter().filter(|row| row["function"] == "tick" && row["trigger"] == "schedule");
        (ticks.filter(|row| row["status"] == "ok").count() >= 2).then_some(())
    })
    .await;
}
