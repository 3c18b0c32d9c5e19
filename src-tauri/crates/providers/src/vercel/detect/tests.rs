use crate::{domain::ProviderId, testing::Inline};

const HANDLER: &str = "from http.server import BaseHTTPRequestHandler\n\nclass handler(BaseHTTPRequestHandler):\n    def do_GET(self): pass\n";

#[test]
fn files_under_api_with_a_handler_class_are_functions() {
    let project = Inline::new(&[
        ("api/index.py", HANDLER),
        (
            "api/users/[id].py",
            "import http.server\nclass handler(http.server.BaseHTTPRequestHandler): pass\n",
        ),
        ("api/_shared.py", HANDLER),
        ("api/.hidden.py", HANDLER),
        ("api/_lib/x.py", HANDLER),
        ("api/helper.py", "class handler: pass\n# class handler(BaseHTTPRequestHandler):\n"),
        ("api/hello.py", HANDLER),
        ("other/hello.py", HANDLER),
        ("second/api/hello.py", HANDLER),
        ("second/api/v1/api/deep.py", HANDLER),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    vercel api-hello: python python3.12 api/hello.py in . (300 s, 2048 MB)
      route ANY /api/hello
      why: api/hello.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-index: python python3.12 api/index.py in . (300 s, 2048 MB)
      route ANY /api
      why: api/index.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-users-id: python python3.12 api/users/[id].py in . (300 s, 2048 MB)
      route ANY /api/users/[id]
      why: api/users/[id].py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-hello-2: python python3.12 api/hello.py in second (300 s, 2048 MB)
      route ANY /api/hello
      why: second/api/hello.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      assumed: called `api-hello-2`, because another function is already called `api-hello`
    vercel api-v1-api-deep: python python3.12 api/v1/api/deep.py in second (300 s, 2048 MB)
      route ANY /api/v1/api/deep
      why: second/api/v1/api/deep.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    Warning api/helper.py: it defines neither a class `handler` nor `app`; it is left out; hint: define a class `handler` on BaseHTTPRequestHandler or a WSGI or ASGI `app`, or begin the name of what only helps with _
    ");
}

#[test]
fn functions_one_folder_below_are_named_where_nothing_says_that_they_are_vercels() {
    let told = |files: &[(&str, &str)]| {
        let problems = Inline::new(files).detect().problems;
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let simple = "export default async function handler(req: any, res: any) { res.json({}) }\n";
    let package = r#"{"dependencies": {"express": "5"}}"#;
    let named = told(&[("site/api/simple.ts", simple), ("site/package.json", package)]);
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(
        named[0].contains("site/api/simple.ts") && named[0].contains("write {} into site/vercel.json"),
        "{named:?}"
    );
    let client = "export default function load(url) { return fetch(url) }\n";
    assert!(told(&[("web/api/client.ts", client), ("web/package.json", package)]).is_empty());
    assert!(told(&[("pages/api/hello.ts", simple)]).is_empty(), "of Next.js");
    assert_eq!(
        found(&[("site/api/simple.ts", simple), ("site/vercel.json", "{}")]),
        ["api/simple.ts /api/simple"]
    );
}

const APPLICATION: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n";

fn found(files: &[(&str, &str)]) -> Vec<String> {
    let detection = Inline::new(files).detect();
    let apps = detection.apps.iter().filter(|app| app.provider == ProviderId::Vercel);
    apps.map(|app| format!("{} {}", app.handler, app.functions[0].routes[0].path)).collect()
}

#[test]
fn an_application_at_the_root_answers_every_path() {
    let lists = ("requirements.txt", "fastapi[standard]==0.120\n");
    assert_eq!(found(&[("main.py", APPLICATION), lists]), ["main.py /"]);
    assert_eq!(found(&[("src/index.py", APPLICATION), lists, ("src/app.py", "x = 1\n")]), ["src/index.py /"]);
    let script = "[project]\ndependencies = ['flask>=3']\nscripts = { app = 'backend.server:app' }\n";
    assert_eq!(
        found(&[("backend/server.py", APPLICATION), ("pyproject.toml", script)]),
        ["backend/server.py /"]
    );
    assert_eq!(found(&[("app.py", APPLICATION)]), [] as [&str; 0], "any server's folder looks like this");
    let below = [("web/app.py", APPLICATION), ("web/requirements.txt", "flask\n"), ("web/vercel.json", "{}")];
    assert_eq!(found(&below), ["app.py /"]);
    assert_eq!(found(&below[..2]), [] as [&str; 0], "not the project's own root");
    let mangum = "from mangum import Mangum\napp = FastAPI()\nhandler = Mangum(app)\n";
    assert_eq!(found(&[("app.py", mangum), lists, ("vercel.json", "{}")]), [] as [&str; 0]);
}

#[test]
fn django_has_its_application_where_its_settings_say() {
    let manage =
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_of.settings')\n");
    let wsgi = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n";
    let lists = ("pyproject.toml", "[project]\ndependencies = ['django>=5']\n");
    let named = ("site_of/settings.py", "WSGI_APPLICATION = 'served.web.application'\n");
    assert_eq!(found(&[manage, lists, named, ("served/web.py", wsgi)]), ["served/web.py /"]);
    let package = ("site_of/settings/__init__.py", "from .base import *\n");
    assert_eq!(found(&[manage, lists, package, ("site_of/wsgi.py", wsgi)]), ["site_of/wsgi.py /"]);
    assert_eq!(found(&[manage, named, ("served/web.py", wsgi)]), [] as [&str; 0], "nothing asks for Django");
}

#[test]
fn pyproject_names_an_application_before_the_usual_files() {
    let said = "[project]\ndependencies = ['python-fasthtml']\n[tool.vercel]\nentrypoint = 'back.end:app'\n";
    let pages = "from fasthtml.common import *\n\napp, rt = fast_app()\n";
    assert_eq!(
        found(&[("main.py", pages), ("back/end.py", pages), ("pyproject.toml", said)]),
        ["back/end.py /"]
    );
    assert_eq!(found(&[("main.py", pages), ("requirements.txt", "python-fasthtml\n")]), ["main.py /"]);
}

#[test]
fn a_server_of_a_framework_in_javascript_answers_every_path() {
    let asks = |name: &str| format!("{{\"dependencies\": {{\"{name}\": \"1\"}}}}");
    let with = |name: &str, file: &str, text: &str| found(&[("package.json", &asks(name)), (file, text)]);
    let express = "import express from 'express'\nconst app = express()\nexport default app\n";
    assert_eq!(with("express", "src/index.ts", express), ["src/index.ts /"]);
    assert_eq!(
        with("hono", "index.js", "import { Hono } from \"hono\"\nexport default new Hono()\n"),
        ["index.js /"]
    );
    let koa = "const Koa = require('koa')\nnew Koa().listen(3000)\n";
    assert_eq!(with("koa", "server.cjs", koa), ["server.cjs /"]);
    assert_eq!(with("koa", "index.js", express), [] as [&str; 0], "it imports another framework");
    let nest = "import { NestFactory } from '@nestjs/core'\nconst app = await NestFactory.create(M)\nawait app.listen(1)\n";
    assert_eq!(with("@nestjs/core", "src/main.ts", nest), ["src/main.ts /"]);
    let lambda = "const express = require('express')\nmodule.exports.handler = require('serverless-http')(express())\n";
    assert_eq!(with("express", "index.js", lambda), [] as [&str; 0], "Lambda calls it");
    let server = "require('node:http').createServer((_, res) => res.end('x')).listen(3000)\n";
    let package = ("package.json", "{}");
    assert_eq!(
        found(&[package, ("server.js", server)]),
        [] as [&str; 0],
        "any server's folder looks like this"
    );
    assert_eq!(found(&[package, ("server.js", server), ("vercel.json", "{}")]), ["server.js /"]);
}

#[test]
fn what_a_framework_would_build_is_named() {
    let next = ("package.json", "{\"dependencies\": {\"next\": \"16\", \"express\": \"5\"}}");
    let server = ("server.js", "require('express')().listen(3000)\n");
    insta::assert_snapshot!(Inline::new(&[next, server]).problems(), @"Warning package.json: Next.js is not run here: what its own build makes, pages and routes, answers nothing; hint: run `next dev` for those; files below `pages/api` are run here as functions without Next.js, and so are those below `api`");
    let kit = ("package.json", "{\"devDependencies\": {\"@sveltejs/kit\": \"2\"}}");
    assert_eq!(Inline::new(&[kit]).problems(), "", "nothing says that it is Vercel's");
    insta::assert_snapshot!(Inline::new(&[kit, ("vercel.json", "{}")]).problems(), @"Warning package.json: SvelteKit is not run here: what its own build makes, pages and routes, answers nothing; hint: run its own development server for those; files below `api` are run here");
    let go = [("go.mod", "module x\n"), ("main.go", "package main\nfunc main() {}\n"), ("vercel.json", "{}")];
    insta::assert_snapshot!(Inline::new(&go).problems(), @r#"Warning main.go: a server in Go is not run under Vercel's contract here: its paths answer nothing; hint: functions in Go below `api` are; or declare it in coldframe.toml with provider = "knative", its path, and as handler the command that starts it once it is built"#);
}

#[test]
fn a_class_may_be_called_handler_with_a_capital() {
    let capital = HANDLER.replace("class handler", "class Handler");
    assert_eq!(found(&[("api/hello.py", &capital)]), ["api/hello.py /api/hello"]);
}

#[test]
fn vercel_json_sets_limits_and_its_mistakes_are_named() {
    let project = Inline::new(&[
        ("api/a.py", HANDLER),
        ("api/b.py", HANDLER),
        ("api/c/index.py", HANDLER),
        ("api/c.py", HANDLER),
        ("api/wsgi.py", "from flask import Flask\napp = Flask(__name__)\n"),
        (
            "vercel.json",
            "{\n  \"functions\": {\n    \"api/a.py\": {\"maxDuration\": 10, \"memory\": 1024},\n    \"api/b*.py\": {\"maxDuration\": 0, \"memory\": 1},\n    \"api/none.py\": {},\n    \"api/x.ts\": {}\n  }\n}\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    vercel api-a: python python3.12 api/a.py in . (10 s, 1024 MB)
      route ANY /api/a
      why: api/a.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      why: vercel.json sets limits for api/a.py
      assumed: runtime python3.12, because no file names a version
    vercel api-b: python python3.12 api/b.py in . (300 s, 2048 MB)
      route ANY /api/b
      why: api/b.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      why: vercel.json sets limits for api/b*.py
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Warning vercel.json:4: maxDuration `0` is not between 1 and 800; hint: write one from 1 to 800; until then 300 s is used
      Warning vercel.json:4: memory `1` is not between 128 and 10240; hint: write one from 128 to 10240; until then 2048 MB is used
    vercel api-c-index: python python3.12 api/c/index.py in . (300 s, 2048 MB)
      route ANY /api/c
      why: api/c/index.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-c: python python3.12 api/c.py in . (300 s, 2048 MB)
      route ANY /api/c
      why: api/c.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Error api/c.py: api/c/index.py and api/c.py both answer at /api/c: api/c/index.py does, and Vercel refuses to build with both; hint: rename one of them
    vercel api-wsgi: python python3.12 api/wsgi.py in . (300 s, 2048 MB)
      route ANY /api/wsgi
      why: api/wsgi.py lies under api and defines `app`, a WSGI or ASGI application
      assumed: runtime python3.12, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    Warning vercel.json:5: the pattern api/none.py matches no function; hint: correct it: Vercel refuses to build with it
    Warning vercel.json:6: the pattern api/x.ts matches no function; hint: correct it: Vercel refuses to build with it
    ");
    project.write("vercel.json", b"{ nope");
    assert!(project.problems().contains("Error vercel.json:1: "), "{}", project.problems());
}

#[test]
fn a_class_that_is_not_closed_yet_is_a_function_with_a_problem_to_come() {
    let project = Inline::new(&[
        ("api/cut.py", "from http.server import BaseHTTPRequestHandler\nclass handler(:\n    pass\n"),
        ("api/torn.py", "class handler(BaseHTTPRequestHandler:\n    pass\n"),
        ("api/helper.py", "class other(BaseHTTPRequestHandler): pass\n"),
    ]);
    let summary = project.summary();
    assert!(summary.contains("api/torn.py") && summary.contains("api/cut.py"), "{summary}");
    assert!(!summary.contains("api/helper.py lies"), "{summary}");
}

#[test]
fn every_language_has_its_files_and_its_own_settings() {
    let project = Inline::new(&[
        (
            "api/hello.js",
            "export const config = { maxDuration: 20 };\nexport default function handler(req, res) {}\n",
        ),
        ("api/users/[id].ts", "export async function GET(request: Request) {}\n"),
        ("api/types.d.ts", "export {};\n"),
        ("api/helper.ts", "export const two = 2;\n"),
        ("api/[...rest].mjs", "export default { fetch() {} }\n"),
        ("api/[name].js", "module.exports = (req, res) => res.end();\n"),
        (
            "api/time.go",
            "package handler\n\nimport \"net/http\"\n\nfunc Time(w http.ResponseWriter, r *http.Request) {}\n",
        ),
        ("api/time_test.go", "package handler\n"),
        ("src/api/client.ts", "export default function get() {}\n"),
        (
            "vercel.json",
            "{\n\"crons\": [{\"path\": \"/api/time\", \"schedule\": \"0 5 * * *\"}],\n\"functions\": {\"api/users/[id].ts\": {\"runtime\": \"now-php@1.0.0\"}},\n\"routes\": []\n}\n",
        ),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    vercel api-rest: node nodejs22.x api/[...rest].mjs in . (300 s, 2048 MB)
      route ANY /api/[...rest]
      why: api/[...rest].mjs lies under api and exports a default
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Warning api/[...rest].mjs: `[...rest]` takes one part of a path here, as on Vercel without Next.js; hint: to take the rest of the path, add a rewrite to vercel.json: {"source": "/api/:path*", "destination": "/api/[...rest]"}
    vercel api-name: node nodejs22.x api/[name].js in . (300 s, 2048 MB)
      route ANY /api/[name]
      why: api/[name].js lies under api and exports a default
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Error api/[name].js: api/[...rest].mjs and api/[name].js both answer at /api/[name]: api/[...rest].mjs does, and Vercel refuses to build with both; hint: rename one of them
    vercel api-hello: node nodejs22.x api/hello.js in . (20 s, 2048 MB)
      route ANY /api/hello
      why: api/hello.js lies under api and exports a default
      why: its `config` sets maxDuration to 20
      assumed: runtime nodejs22.x, because no file names a version
      assumed: it is compiled from an ES module to CommonJS, as on Vercel where no package.json says "type": "module"
    vercel api-time: go go api/time.go in . (300 s, 2048 MB)
      route ANY /api/time
      why: api/time.go lies under api and defines Time(http.ResponseWriter, *http.Request)
      why: vercel.json has it called at `0 5 * * *` (UTC) as GET /api/time
      assumed: runtime go, in the version that is installed here
      assumed: it is called by hand; its schedule `0 5 * * *` is not followed unless coldframe.toml says follow_schedules = true
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
    vercel api-users-id: typescript nodejs22.x api/users/[id].ts in . (300 s, 2048 MB)
      route ANY /api/users/[id]
      why: api/users/[id].ts lies under api and exports GET
      why: vercel.json sets limits for api/users/[id].ts
      assumed: runtime nodejs22.x, because no file names a version
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Warning vercel.json:3: the runtime `now-php@1.0.0` of api/users/[id].ts is not run here; hint: api/users/[id].ts runs as the typescript it is written in
    Warning api/helper.ts: it exports neither a default nor a function named after an HTTP method; Vercel makes a function of it that cannot answer, so it is left out; hint: export default function handler(req, res), or begin the name of what only helps with _
    Warning vercel.json:4: `routes` of vercel.json is not followed; hint: write it as redirects, rewrites and headers, which Coldframe follows
    "#);
}

#[test]
fn javascript_below_an_api_folder_elsewhere_is_no_function() {
    let project = Inline::new(&[
        ("web/src/api/client.js", "export default function get(req, res) {}\n"),
        ("web/package.json", "{}"),
    ]);
    assert_eq!(project.summary(), "");
    for (name, text) in [
        ("api/lambda.js", "module.exports = { handler };\n"),
        ("api/health.go", "package api\nfunc Health(w http.ResponseWriter, r *http.Request) {}\n"),
        ("service/api/main.py", "app = FastAPI()\n"),
    ] {
        project.write(name, text.as_bytes());
        assert!(!project.summary().contains("vercel"), "{}", project.summary());
    }
    project.write("web/src/vercel.json", b"{}");
    assert!(project.summary().contains("vercel api-client"), "{}", project.summary());
}

#[test]
fn what_is_not_followed_is_named_with_what_happens_instead() {
    let manifest = r#"{
  "regions": ["fra1"],
  "outputDirectory": "dist",
  "fluid": true,
  "images": {"sizes": [64]},
  "functions": {
    "api/a.py": {
      "includeFiles": "data/**",
      "excludeFiles": "tests/**",
      "regions": ["fra1"],
      "supportsCancellation": true,
      "runtime": "vercel-php@0.7",
      "maxDuraton": 5
    }
  }
}
"#;
    let project = Inline::new(&[
        ("api/a.py", HANDLER),
        ("api/b.rb", "Handler = Proc.new { |request, response| }\n"),
        ("api/c.rs", "fn main() {}\n"),
        ("api/_d.rb", ""),
        ("middleware.ts", "export default function middleware() {}\n"),
        ("vercel.json", manifest),
    ]);
    insta::assert_snapshot!(project.summary(), @r#"
    vercel api-a: python python3.12 api/a.py in . (300 s, 2048 MB)
      route ANY /api/a
      why: api/a.py lies under api and defines a class `handler` on BaseHTTPRequestHandler
      why: vercel.json sets limits for api/a.py
      assumed: runtime python3.12, because no file names a version
      assumed: regions of vercel.json is not used: it runs on this machine
      assumed: outputDirectory of vercel.json is not used: pages are those of the folder `public`, or what lies beside `api`
      assumed: excludeFiles of vercel.json is not used: every file of the folder is there, these as well
      assumed: includeFiles of vercel.json is not used: every file of the folder is there
      assumed: timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them
      Warning vercel.json:12: the runtime `vercel-php@0.7` of api/a.py is not run here; hint: api/a.py runs as the python it is written in
    Warning api/b.rb: it is a function in Ruby, which is not run under Vercel's contract here; hint: requests for it are answered with 404; Ruby is run as a function of AWS Lambda, or write this one in JavaScript, TypeScript, Python or Go
    Warning api/c.rs: it is a function in Rust, which is not run under Vercel's contract here; hint: requests for it are answered with 404; Rust is run as a function of AWS Lambda, or write this one in JavaScript, TypeScript, Python or Go
    Warning middleware.ts: middleware is not run: requests reach functions and files as they were sent; hint: what it redirects, rewrites or adds can stand in vercel.json, which is followed
    Warning vercel.json:4: `fluid` of vercel.json is not followed; hint: an instance has one call at a time, unless coldframe.toml says instance_concurrency
    Warning vercel.json:5: `images` of vercel.json is not followed; hint: /_vercel/image is not there: link to the pictures themselves
    Warning vercel.json:11: `supportsCancellation` of functions in vercel.json is not followed; hint: a caller that leaves aborts nothing: the function runs to its end
    Warning vercel.json:13: `maxDuraton` is no property of functions in vercel.json; hint: write maxDuration; until then it is as if it was not there
    "#);
}

#[test]
fn a_file_in_another_language_is_named_only_where_it_is_vercels() {
    let others = Inline::new(&[
        ("api/routes.rb", "class Routes; end\n"),
        ("middleware.js", "export default 1\n"),
        ("lib/api/x.rs", "fn main() {}\n"),
    ]);
    assert_eq!(others.problems(), "", "nothing says that Vercel deploys it");
    let own = Inline::new(&[("api/a.rs", "use vercel_runtime::{run, service_fn};\nfn main() {}\n")]);
    assert!(own.problems().starts_with("Warning api/a.rs: it is a function in Rust"), "{}", own.problems());
}
