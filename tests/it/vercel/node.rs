//! Vercel's functions in JavaScript and TypeScript, with the real express and @vercel/functions.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, serve};

const HELPERS: &str = "\
export default async function handler(req, res) {
  if (req.query.send === 'redirect') return res.redirect('/elsewhere');
  if (req.query.send === 'text') return res.status(201).send('plain');
  if (req.query.send === 'short') return res.writeHead(200, { 'content-length': 10 }).end('short');
  if (req.query.send === 'boom') throw new Error('boom');
  if (req.query.send === 'stream') {
    res.write('one,');
    setTimeout(() => res.end('two'), 5);
    return;
  }
  res.json({ query: req.query, cookies: req.cookies, body: req.body ?? null, region: process.env.VERCEL_REGION, at: 'http://' + process.env.VERCEL_URL });
}
";

const WEB: &str = "\
import { waitUntil } from '@vercel/functions';
export function GET(request: Request) {
  const { pathname, searchParams } = new URL(request.url);
  waitUntil(Promise.resolve().then(() => console.log('after the answer')));
  return Response.json({ pathname, id: searchParams.get('id') as string }, { headers: { 'x-kind': 'web' } });
}
export async function POST(request: Request): Promise<Response> {
  return new Response((await request.text()).toUpperCase(), { status: 201 });
}
";

const FETCH: &str = "\
export default {
  fetch(request) {
    const words = ['a', 'b', 'c'];
    return new Response(new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const word = words.shift();
        word ? controller.enqueue(new TextEncoder().encode(word)) : controller.close();
      },
    }));
  },
};
";

/// What the types come from need not be installed to run.
const TYPED: &str = "\
import { VercelRequest, VercelResponse } from '@vercel/node';
export const config = { maxDuration: 1 };
export default function handler(req: VercelRequest, res: VercelResponse) {
  if (req.query.how === 'never') return;
  if (req.query.how === 'rejects') void Promise.reject(new Error('nobody waits'));
  else res.status(200).json({ method: req.method, type: req.headers['content-type'] });
}
";

const EXPRESS: &str = "\
const express = require('express');
const app = express();
app.use(express.json());
app.get('/about', (req, res) => res.send('about ' + req.query.x));
app.post('/api/app', (req, res) => res.json({ got: req.body }));
app.listen(3000, () => { throw new Error('it must not listen'); });
module.exports = app;
";

fn project() -> Project {
    let project = Project::new()
        .with("package.json", r#"{"dependencies": {"express": "*", "@vercel/functions": "*"}}"#)
        .with("vercel.json", r#"{"rewrites": [{"source": "/about", "destination": "/api/app"}]}"#)
        .with("api/helpers.mjs", HELPERS)
        .with("api/users/[id].ts", WEB)
        .with("api/fetch.mjs", FETCH)
        .with("api/app.js", EXPRESS)
        .with("api/typed.ts", TYPED)
        .with("index.html", "<p>page</p>");
    symlink(installed::node_clouds(), project.file("node_modules")).expect("a link");
    project
}

async fn get(host: &Host, path: &str) -> (u16, String) {
    let answer = host.get(&format!("{}{path}", host.vercel)).await;
    (answer.status, answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn helpers_are_vercels() {
    let project = project();
    let host = serve(&project);
    let url = format!("{}/api/helpers", host.vercel);
    let post = |body: &'static str, kind: &'static str| {
        let request = host.http.post(format!("{url}?a=1&a=2")).header("cookie", "c=x%20y; d=1");
        async move {
            let answer = request.header("content-type", kind).body(body).send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("text"))
        }
    };
    let (status, text) = post(r#"{"deep": [1]}"#, "application/json; charset=utf-8").await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(
        serde_json::from_str::<Value>(&text).expect("JSON"),
        json!({"query": {"a": ["1", "2"]}, "cookies": {"c": "x y", "d": "1"}, "body": {"deep": [1]}, "region": "dev1", "at": host.vercel.replace("127.0.0.1", "localhost")})
    );
    let (_, text) = post("k=v&k=w", "application/x-www-form-urlencoded").await;
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["body"], json!({"k": ["v", "w"]}));
    assert_eq!(post("{nope", "application/json").await, (400, "Invalid JSON".to_owned()));

    assert_eq!(get(&host, "/api/helpers?send=text").await, (201, "plain".into()));
    assert_eq!(get(&host, "/api/helpers?send=stream").await, (200, "one,two".into()));
    let (status, text) = get(&host, "/api/helpers?send=boom").await;
    assert_eq!(status, 500);
    assert!(text.contains("FUNCTION_INVOCATION_FAILED"), "{text}");
    assert_eq!(
        get(&host, "/api/helpers?send=short").await.0,
        502,
        "a body shorter than promised is no answer"
    );
    eventually("the failed ones are recorded as such", async || {
        let rows = host.invocations().await;
        let failed = rows.iter().filter(|row| row["status"] == "error").count();
        (failed == 2).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn web_handlers_and_applications_answer() {
    let project = project();
    let host = serve(&project);
    let answer = host.get(&format!("{}/api/users/7?q=1", host.vercel)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json(), json!({"pathname": "/api/users/7", "id": "7"}));
    let posted =
        host.http.post(format!("{}/api/users/7", host.vercel)).body("shout").send().await.expect("an answer");
    assert_eq!((posted.status().as_u16(), posted.text().await.expect("text").as_str()), (201, "SHOUT"));
    let deleted = host.http.delete(format!("{}/api/users/7", host.vercel)).send().await.expect("an answer");
    assert_eq!(deleted.status().as_u16(), 405, "a method that is not exported");
    assert_eq!(get(&host, "/api/fetch").await, (200, "abc".into()));

    assert_eq!(
        get(&host, "/about?x=1").await,
        (200, "about 1".into()),
        "the application sees the caller's path"
    );
    let posted = host.http.post(format!("{}/api/app", host.vercel)).json(&json!({"a": 1})).send().await;
    assert_eq!(posted.expect("an answer").json::<Value>().await.expect("JSON"), json!({"got": {"a": 1}}));
    assert_eq!(get(&host, "/").await, (200, "<p>page</p>".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_can_be_read_as_a_stream_with_and_without_helpers() {
    let raw = "\
module.exports = async (req, res) => {
  let text = '';
  for await (const chunk of req) text += chunk;
  res.setHeader('x-helpers', String(typeof req.query));
  res.end(text);
};
";
    for (env, helpers) in [("A=1\n", "object"), ("NODEJS_HELPERS=0\n", "undefined")] {
        let project = Project::new().with("vercel.json", "{}").with(".env", env).with("api/raw.js", raw);
        let host = serve(&project);
        let request = host.http.post(format!("{}/api/raw", host.vercel)).json(&json!({"a": 1}));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.headers()["x-helpers"], helpers);
        assert_eq!(answer.text().await.expect("text"), r#"{"a":1}"#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_and_a_broken_function_end_as_on_vercel() {
    let project = project();
    let host = serve(&project);
    let code = async |how: &str| {
        let answer = host.get(&format!("{}/api/typed?how={how}", host.vercel)).await;
        (answer.status, answer.header("x-vercel-error").unwrap_or_default().to_owned())
    };
    assert_eq!(code("answers").await, (200, String::new()));
    assert_eq!(code("never").await, (504, "FUNCTION_INVOCATION_TIMEOUT".into()));
    assert_eq!(code("rejects").await, (500, "FUNCTION_INVOCATION_FAILED".into()));
    assert_eq!(code("answers").await, (200, String::new()), "another instance serves the next");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_file_answers_and_a_mistake_is_named() {
    let project = project();
    let host = serve(&project);
    let old = "export const GET = () => new Response('old');\n";
    project.write("api/word.ts", old);
    eventually("the new file answers", async || {
        (get(&host, "/api/word").await == (200, "old".into())).then_some(())
    })
    .await;
    project.write("api/word.ts", &old.replace("old", "new"));
    eventually("the new code answers", async || {
        (get(&host, "/api/word").await == (200, "new".into())).then_some(())
    })
    .await;
    project.write("api/empty.js", "module.exports = {};\n");
    eventually("a file that exports nothing says so", async || {
        let answer = host.get(&format!("{}/api/empty", host.vercel)).await;
        let problem = answer.header("coldframe-problem").unwrap_or_default().to_owned();
        (answer.status == 500 && problem.contains("exports nothing that answers requests")).then_some(())
    })
    .await;
}

/// As Vercel builds it: an ES module that no package.json calls one becomes CommonJS, and finds files as CommonJS does.
#[tokio::test(flavor = "multi_thread")]
async fn an_es_module_finds_its_files_as_on_vercel_and_reloads_with_them() {
    let project = Project::new()
        .with("package.json", "{}")
        .with("api/site.js", "import db from '../lib/db'\nimport { word } from '../lib/words'\nimport { deep } from '@/deep'\nexport default (req, res) => res.json({ kind: db.kind, word, deep, here: typeof __dirname })\n")
        .with("lib/db.ts", "interface Db { kind: string }\nconst db: Db = { kind: 'typed' }\nexport default db\n")
        .with("lib/words/index.js", "export const word = 'folder'\n")
        .with("lib/deep.ts", "export const deep: number = 7\n")
        .with("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}}"#)
        .with("esm/package.json", r#"{"type": "module"}"#)
        .with("esm/vercel.json", "{}")
        .with("esm/api/strict.js", "import { word } from '../lib/words'\nexport default (req, res) => res.end(word)\n")
        .with("esm/lib/words.js", "export const word = 'strict'\n");
    let host = serve(&project);
    let (status, text) = get(&host, "/api/site").await;
    assert_eq!(status, 200, "{text}");
    let expected = json!({"kind": "typed", "word": "folder", "deep": 7, "here": "string"});
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), expected);
    project.write("lib/words/index.js", "export const word = 'new'\n");
    eventually("what it imports is reloaded", async || {
        get(&host, "/api/site").await.1.contains("\"new\"").then_some(())
    })
    .await;
    let answer = host.get(&format!("{}/api/strict", host.vercel)).await;
    let problem = answer.header("coldframe-problem").unwrap_or_default().to_owned();
    assert_eq!(answer.status, 500, "a package of ES modules has to name its files, on Vercel as well");
    assert!(problem.contains("Cannot find module") && problem.contains("lib/words"), "{problem}");
}

const SERVER: &str = "\
import express from 'express';

const app = express();
app.get('/beds/:id', (req, res) => res.json({ bed: req.params.id }));
export default app;
";

#[tokio::test(flavor = "multi_thread")]
async fn a_server_where_vercel_looks_for_one_answers_what_no_file_does() {
    let project = Project::new()
        .with("package.json", r#"{"type": "module", "dependencies": {"express": "*"}}"#)
        .with("src/server.ts", SERVER)
        .with("api/hours.js", "export default (req, res) => res.send('nine to five');\n")
        .with("public/about.txt", "a garden");
    symlink(installed::node_clouds(), project.file("node_modules")).expect("a link");
    let host = serve(&project);
    assert_eq!(get(&host, "/beds/7").await, (200, r#"{"bed":"7"}"#.into()));
    assert_eq!(get(&host, "/api/hours").await, (200, "nine to five".into()));
    assert_eq!(get(&host, "/about.txt").await, (200, "a garden".into()));
    assert_eq!(get(&host, "/nowhere").await.0, 404, "as the server itself says");
}
