//! Vercel's functions in Python: a `handler` class on the standard library, and the real Flask and FastAPI.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, serve};

const FLASK: &str = "\
from flask import Flask, Response, request
app = Flask(__name__)

@app.route('/api/flask', methods=['GET', 'POST'])
def index():
    return {'name': request.args.get('name'), 'json': request.get_json(silent=True), 'cookie': request.cookies.get('c'), 'url': request.url}

@app.route('/api/flask/stream')
def stream():
    return Response((word for word in ('one', 'two')), mimetype='text/plain')

@app.route('/api/flask/boom')
def boom():
    raise ValueError('boom')
";

const FASTAPI: &str = "\
import asyncio
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

@asynccontextmanager
async def lifespan(app):
    app.state.started = 'yes'
    yield

app = FastAPI(lifespan=lifespan)

@app.get('/api/fast/items/{item}')
async def item(item: int, request: Request):
    return {'item': item, 'started': request.app.state.started}

@app.post('/api/fast/echo')
async def echo(body: dict):
    return body

@app.get('/api/fast/stream')
async def stream():
    async def words():
        for word in ('one', 'two'):
            await asyncio.sleep(0.002)
            yield word
    return StreamingResponse(words(), media_type='text/plain')
";

const RAW: &str = "\
async def app(scope, receive, send):
    assert scope['type'] == 'http', 'it knows no lifespan'
    if scope['path'] == '/api/raw':
        await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-length', b'10')]})
        await send({'type': 'http.response.body', 'body': b'short'})
    raise RuntimeError('no answer')
";

fn project() -> Project {
    let project = Project::new()
        .with("requirements.txt", "fastapi\nFlask\n")
        .with(
            "vercel.json",
            r#"{"rewrites": [
                {"source": "/api/flask/:path*", "destination": "/api/flask"},
                {"source": "/api/fast/:path*", "destination": "/api/fast"},
                {"source": "/api/raw/:path*", "destination": "/api/raw"}
            ]}"#,
        )
        .with("api/flask.py", FLASK)
        .with("api/fast.py", FASTAPI)
        .with("api/raw.py", RAW);
    symlink(installed::python_vercel(), project.file(".venv")).expect("a link");
    project
}

async fn get(host: &Host, path: &str) -> (u16, String) {
    let answer = host.get(&format!("{}{path}", host.vercel)).await;
    (answer.status, answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn flask_answers() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/api/flask?name=Ada", host.vercel);
    let posted = host
        .http
        .post(&url)
        .header("cookie", "c=1")
        .json(&json!({"a": [1]}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(posted.status().as_u16(), 200);
    assert_eq!(
        posted.json::<Value>().await.expect("JSON"),
        json!({"name": "Ada", "json": {"a": [1]}, "cookie": "1", "url": url})
    );
    assert_eq!(get(&host, "/api/flask/stream").await, (200, "onetwo".into()));
    assert_eq!(get(&host, "/api/flask/boom").await.0, 500);
    assert_eq!(get(&host, "/api/flask/none").await.0, 404);
    let head = host.http.head(&url).send().await.expect("an answer");
    assert_eq!(head.status().as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fastapi_answers_and_its_lifespan_has_begun() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/api/fast/items/7", host.vercel)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"item": 7, "started": "yes"})));
    let posted = host.http.post(format!("{}/api/fast/echo", host.vercel)).json(&json!({"b": 2})).send().await;
    assert_eq!(posted.expect("an answer").json::<Value>().await.expect("JSON"), json!({"b": 2}));
    assert_eq!(get(&host, "/api/fast/stream").await, (200, "onetwo".into()));
    assert_eq!(get(&host, "/api/fast/items/x").await.0, 422, "FastAPI's own answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_breaks_its_word_is_not_ok() {
    let project = project();
    let host = serve(&project);
    let answer = host.http.get(format!("{}/api/raw", host.vercel)).send().await.expect("a head");
    assert!(answer.bytes().await.is_err(), "an answer shorter than promised is cut off");
    let (status, text) = get(&host, "/api/raw/none").await;
    assert_eq!(status, 500);
    assert!(text.contains("FUNCTION_INVOCATION_FAILED"), "{text}");
    eventually("neither is recorded as ok", async || {
        let rows = host.invocations().await;
        let ended = rows.iter().all(|row| row["status"] != "running");
        (ended && rows.len() == 2).then_some(rows)
    })
    .await
    .iter()
    .for_each(|row| assert_ne!(row["status"], "ok", "{row}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requirement_that_is_not_installed_says_how_to_install_it() {
    let project = Project::new()
        .with("requirements.txt", "# the web\nsurely-not-installed>=1\n")
        .with("api/hello.py", "import surely_not_installed\nfrom http.server import BaseHTTPRequestHandler\nclass handler(BaseHTTPRequestHandler): pass\n");
    let host = serve(&project);
    let answer = host.get(&format!("{}/api/hello", host.vercel)).await;
    assert_eq!(answer.status, 500);
    let problem = answer.header("coldframe-problem").expect("the reason").to_owned();
    assert!(problem.contains("surely_not_installed"), "{problem}");
    let hint = host.function("api-hello").await["problem"]["hint"].as_str().expect("what to do").to_owned();
    assert!(
        hint.contains("python3 -m venv .venv && .venv/bin/python -m pip install -r requirements.txt"),
        "{hint}"
    );
}

const APPLICATION: &str = "\
from fastapi import FastAPI

app = FastAPI()

@app.get('/')
def first():
    return {'page': 'first'}

@app.get('/beds/{bed}')
def bed(bed: int, name: str = 'pea'):
    return {'bed': bed, 'name': name}
";

/// The shape that Vercel's own templates for FastAPI and Flask have.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_at_the_root_answers_what_no_file_does() {
    let project = Project::new()
        .with("main.py", APPLICATION)
        .with("requirements.txt", "fastapi\n")
        .with("public/notes.txt", "water them")
        .with("api/hello.py", super::HANDLER);
    symlink(installed::python_vercel(), project.file(".venv")).expect("a link");
    let host = serve(&project);
    let get = async |path: &str| host.get(&format!("{}{path}", host.vercel)).await;
    assert_eq!(get("/").await.json(), json!({"page": "first"}));
    assert_eq!(get("/beds/3?name=bean").await.json(), json!({"bed": 3, "name": "bean"}));
    assert_eq!(get("/beds/x").await.status, 422, "FastAPI's own");
    assert_eq!(get("/nowhere").await.status, 404);
    assert_eq!(get("/notes.txt").await.text(), "water them", "files come first");
    assert_eq!(get("/api/hello").await.text(), "hello from /api/hello", "and so do functions below api");
    assert_eq!(
        host.function("main").await["urls"][0],
        format!("{}/", host.vercel.replace("127.0.0.1", "localhost"))
    );
}
