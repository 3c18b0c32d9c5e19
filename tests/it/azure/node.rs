//! Apps in Node and TypeScript, with Azure's own library, and the first models of both languages.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{HOST, get, log_of, measured, post};
use crate::{installed, serve};

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
async fn a_folder_whose_function_json_is_broken_leaves_the_others_alone() {
    let bindings = r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req"}, {"type": "http", "direction": "out", "name": "$return"}]}"#;
    let broken = "{\"bindings\": [\n";
    let project = Project::new()
        .with("py/host.json", HOST)
        .with("py/good/function.json", bindings)
        .with("py/good/__init__.py", "def main(req):\n    return 'from Python'\n")
        .with("py/bad/function.json", broken)
        .with("py/bad/__init__.py", "def main(req):\n    return 'none'\n")
        .with("js/host.json", HOST)
        .with("js/fine/function.json", bindings)
        .with("js/fine/index.js", "module.exports = async () => ({ body: 'from Node' });\n")
        .with("js/bad/function.json", broken)
        .with("js/bad/index.js", "module.exports = async () => {};\n");
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    let host = serve(&project);
    for (path, said) in [("/api/good", "from Python"), ("/api/fine", "from Node")] {
        let answer = get(&host, path).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, said),
            "{:?}",
            answer.header("coldframe-problem")
        );
    }
    let functions = host.functions().await;
    let names: Vec<&Value> = functions.iter().map(|function| &function["name"]).collect();
    assert_eq!(names, ["fine", "good"], "and no other");
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
