//! Apps in Node that ask for HTTP streams, as Azure's own quickstarts do: the library reads requests and writes answers.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::json;

use super::{HOST, get, log_of, measured, post};
use crate::{installed, serve};

const SETUP: &str = "const { app } = require('@azure/functions');\napp.setup({ enableHttpStream: true });\n";

const FUNCTIONS: &str = "\
const { app, output } = require('@azure/functions');
const letters = output.storageQueue({ queueName: 'letters', connection: 'X' });

app.http('greet', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  route: 'greet/{who?}',
  extraOutputs: [letters],
  handler: async (request, context) => {
    context.log(`processed ${request.url}`);
    const name = request.params.who || request.query.get('name') || (await request.text()) || 'world';
    if (name === 'boom') throw new Error('boom');
    context.extraOutputs.set(letters, `to ${name}`);
    return { status: 202, headers: { 'x-seen': request.headers.get('x-mine') ?? 'nothing' }, body: `Hello, ${name}!`, cookies: [{ name: 'seen', value: 'yes' }] };
  },
});
app.post('sum', async (request) => ({ jsonBody: { sum: (await request.json()).reduce((all, one) => all + one, 0) } }));
app.deleteRequest('gone', async () => undefined);
let more;
app.get('more', async () => { more(); return {}; });
app.get('parts', async () => ({
  headers: { 'content-type': 'text/event-stream' },
  body: (async function* () { yield 'first '; await new Promise((resolve) => { more = resolve; }); yield 'last'; })(),
}));
app.timer('ticks', { schedule: '0 0 * * * *', handler: (timer, context) => { context.warn('past due:', timer.isPastDue); } });
";

fn app() -> Project {
    let package =
        r#"{"main": "src/{index.js,functions/*.js}", "dependencies": {"@azure/functions": "^4.5.0"}}"#;
    let project = Project::new()
        .with("js/host.json", HOST)
        .with("js/package.json", package)
        .with("js/src/index.js", SETUP)
        .with("js/src/functions/all.js", FUNCTIONS)
        .with("coldframe.toml", "[functions.js]\ninstance_concurrency = 4\n");
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_http_streams_is_called_as_any_other() {
    let project = app();
    let host = serve(&project);
    let sent = host.http.get(format!("{}/api/greet?name=Ada", host.azure)).header("x-mine", "1");
    let answer = sent.send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers()["x-seen"].as_bytes()), (202, b"1".as_slice()));
    assert_eq!(answer.headers()["set-cookie"], "seen=yes");
    assert_eq!(answer.text().await.expect("a body"), "Hello, Ada!");
    let log = log_of(&host, &measured(&host, "greet").await).await;
    assert!(log.contains(&format!("[INFORMATION] processed {}/api/greet?name=Ada", host.azure)), "{log:?}");
    assert!(log.iter().any(|line| line.contains("got to Ada; nothing is sent")), "{log:?}");
    assert_eq!(
        post(&host, "/api/greet/B%20o", "").await,
        (202, "Hello, B o!".into()),
        "the route's parameter"
    );
    assert_eq!(post(&host, "/api/greet", "Cy").await, (202, "Hello, Cy!".into()), "the body");
    assert_eq!(post(&host, "/api/sum", "[1, 2, 3]").await, (200, r#"{"sum":6}"#.into()));
    let gone = host.http.delete(format!("{}/api/gone", host.azure)).send().await.expect("an answer");
    assert_eq!(gone.status(), 204, "nothing returned is no content");
    let boom = get(&host, "/api/greet/boom").await;
    assert_eq!((boom.status, boom.header("coldframe-problem")), (500, Some("Error: boom")));
    assert_eq!(post(&host, "/admin/functions/ticks", "").await.0, 202);
    let log = log_of(&host, &measured(&host, "ticks").await).await;
    assert_eq!(log, ["[WARNING] past due: false"], "what is no request comes as ever");
    assert_eq!(host.function("greet").await["problems"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_writes_reaches_the_caller_before_it_ends() {
    let project = app();
    let host = serve(&project);
    let mut answer = host.http.get(format!("{}/api/parts", host.azure)).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let first = answer.chunk().await.expect("of the body").expect("a part");
    assert_eq!(first, "first ", "the function waits, and its caller has this");
    // The same instance: what it hears lets the first call go on.
    assert_eq!(get(&host, "/api/more").await.status, 200);
    let mut last = Vec::new();
    while let Some(part) = answer.chunk().await.expect("of the body") {
        last.extend(part);
    }
    assert_eq!(last, b"last");
}
