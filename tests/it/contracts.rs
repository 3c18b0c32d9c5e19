//! Every contract in every language: one small function of each, called at its provider's own door. What answered as
//! it should is the table of `src-tauri/CONTRACTS.md`; nothing else is.

use std::{collections::BTreeMap, fmt::Write as _, os::unix::fs::symlink, path::Path, time::Duration};

use coldframe_testkit::{Host, Project};

use crate::{installed, serve};

const DOCUMENT: &str = "src-tauri/CONTRACTS.md";
/// Longer than compiling a package takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

const LANGUAGES: [&str; 7] = ["Python", "JavaScript", "TypeScript", "Go", "Java", "Rust", "any program"];

/// One function, and how it is known to have answered.
struct Cell {
    provider: &'static str,
    language: &'static str,
    /// What the provider calls.
    convention: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// Where a door has it, with a body where it is sent one.
    call: fn(&Host) -> (String, &'static str),
    answer: &'static str,
}

const PYTHON_LAMBDA: &str = "def lambda_handler(event, context):\n    return {'hello': event['name']}\n";
const NODE_LAMBDA: &str = "export const handler = async (event) => ({ hello: event.name });\n";
const TYPED_LAMBDA: &str =
    "export const handler = async (event: { name: string }) => ({ hello: event.name });\n";
const SHELL_LAMBDA: &str = "\
#!/bin/sh
while true; do
  headers=$(mktemp)
  curl -sS -o /dev/null -D \"$headers\" \"http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next\"
  id=$(tr -d '\\r' < \"$headers\" | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
  curl -sS -o /dev/null -d '{\"hello\":\"Ada\"}' \"http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response\"
done
";
const GO_LAMBDA: &str = "\
package main

import \"github.com/aws/aws-lambda-go/lambda\"

func handle(event map[string]string) (map[string]string, error) {
\treturn map[string]string{\"hello\": event[\"name\"]}, nil
}

func main() {
\tlambda.Start(handle)
}
";
const JAVA_LAMBDA: &str = "\
package garden;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

public class Hello implements RequestHandler<Map<String, String>, Map<String, String>> {
    @Override
    public Map<String, String> handleRequest(Map<String, String> event, Context context) {
        return Map.of(\"hello\", event.get(\"name\"));
    }
}
";
const GO_VERCEL: &str = "\
package handler

import (
\t\"fmt\"
\t\"net/http\"
)

func Handler(w http.ResponseWriter, r *http.Request) {
\tfmt.Fprintf(w, \"hello %s\", r.URL.Query().Get(\"name\"))
}
";
const PYTHON_VERCEL: &str = "\
from http.server import BaseHTTPRequestHandler

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'hello Ada')
";
const PYTHON_AZURE: &str = "\
import azure.functions as func
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route='py')
def pyazure(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse('hello ' + req.params['name'])
";
const NODE_AZURE: &str = "\
const { app } = require('@azure/functions');
app.http('jsazure', { route: 'js', authLevel: 'anonymous', handler: async (request) => ({ body: `hello ${request.query.get('name')}` }) });
";
const TYPED_AZURE: &str = "\
import { app, type HttpRequest } from '@azure/functions';
app.http('tsazure', { route: 'ts', authLevel: 'anonymous', handler: async (request: HttpRequest) => ({ body: `hello ${request.query.get('name')}` }) });
";
const SERVER: &str = "\
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'hello Ada')

    def log_message(self, *_):
        pass

HTTPServer(('127.0.0.1', int(os.environ.get('FUNCTIONS_CUSTOMHANDLER_PORT') or os.environ['PORT'])), Handler).serve_forever()
";
const HOST_JSON: &str = r#"{"version": "2.0"}"#;
const CUSTOM_HOST: &str = r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "python3", "arguments": ["server.py"]}, "enableForwardingHttpRequest": true}}"#;
const HTTP_BINDINGS: &str = r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "methods": ["get"]}, {"type": "http", "direction": "out", "name": "res"}]}"#;

fn lambda(host: &Host, name: &str) -> (String, &'static str) {
    (format!("{}/2015-03-31/functions/{name}/invocations", host.aws), r#"{"name": "Ada"}"#)
}

fn action(host: &Host, name: &str) -> (String, &'static str) {
    let url = format!("{}/api/v1/namespaces/_/actions/{name}?blocking=true&result=true", host.ibm);
    (url, r#"{"name": "Ada"}"#)
}

const CELLS: [Cell; 23] = [
    Cell {
        provider: "AWS Lambda",
        language: "Python",
        convention: "handler(event, context)",
        files: &[("awspy/lambda_function.py", PYTHON_LAMBDA)],
        call: |host| lambda(host, "awspy"),
        answer: r#"{"hello": "Ada"}"#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "JavaScript",
        convention: "handler(event, context)",
        files: &[("awsjs/index.mjs", NODE_LAMBDA)],
        call: |host| lambda(host, "awsjs"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "TypeScript",
        convention: "handler(event, context)",
        files: &[("awsts/index.ts", TYPED_LAMBDA)],
        call: |host| lambda(host, "awsts"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "Go",
        convention: "aws-lambda-go",
        files: &[
            ("awsgo/go.mod", include_str!("../../sample-functions/polyglot/go/go.mod")),
            ("awsgo/go.sum", include_str!("../../sample-functions/polyglot/go/go.sum")),
            ("awsgo/main.go", GO_LAMBDA),
        ],
        call: |host| lambda(host, "awsgo"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "Java",
        convention: "RequestHandler, RequestStreamHandler",
        files: &[
            ("awsjava/pom.xml", include_str!("../../sample-functions/polyglot/java/pom.xml")),
            ("awsjava/src/main/java/garden/Hello.java", JAVA_LAMBDA),
        ],
        call: |host| lambda(host, "awsjava"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "Rust",
        convention: "lambda_runtime",
        files: &[],
        call: |host| lambda(host, "plain"),
        answer: r#""hello":"Ada""#,
    },
    Cell {
        provider: "AWS Lambda",
        language: "any program",
        convention: "bootstrap on the Runtime API",
        files: &[("awssh/bootstrap", SHELL_LAMBDA)],
        call: |host| lambda(host, "awssh"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "Vercel",
        language: "Python",
        convention: "class handler, WSGI, ASGI",
        files: &[("site/vercel.json", "{}"), ("site/api/py.py", PYTHON_VERCEL)],
        call: |host| (format!("{}/api/py", host.vercel), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Vercel",
        language: "JavaScript",
        convention: "(req, res), GET(request)",
        files: &[("site/api/js.mjs", "export default (req, res) => res.send(`hello ${req.query.name}`);\n")],
        call: |host| (format!("{}/api/js?name=Ada", host.vercel), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Vercel",
        language: "TypeScript",
        convention: "(req, res), GET(request)",
        files: &[(
            "site/api/ts.ts",
            "export function GET(request: Request): Response {\n  return new Response('hello ' + new URL(request.url).searchParams.get('name'));\n}\n",
        )],
        call: |host| (format!("{}/api/ts?name=Ada", host.vercel), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Vercel",
        language: "Go",
        convention: "Handler(w, r)",
        files: &[("site/api/go.go", GO_VERCEL)],
        call: |host| (format!("{}/api/go?name=Ada", host.vercel), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Google Cloud Functions",
        language: "Python",
        convention: "functions framework",
        files: &[(
            "gcppy/main.py",
            "import functions_framework\n\n@functions_framework.http\ndef gcppy(request):\n    return 'hello ' + request.args['name']\n",
        )],
        call: |host| (format!("{}/gcppy?name=Ada", host.gcp), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Google Cloud Functions",
        language: "JavaScript",
        convention: "functions framework",
        files: &[(
            "gcpjs/index.js",
            "const functions = require('@google-cloud/functions-framework');\nfunctions.http('gcpjs', (req, res) => res.send(`hello ${req.query.name}`));\n",
        )],
        call: |host| (format!("{}/gcpjs?name=Ada", host.gcp), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Google Cloud Functions",
        language: "TypeScript",
        convention: "functions framework",
        files: &[(
            "gcpts/index.ts",
            "import * as functions from '@google-cloud/functions-framework';\nfunctions.http('gcpts', (req, res) => { res.send(`hello ${req.query.name as string}`); });\n",
        )],
        call: |host| (format!("{}/gcpts?name=Ada", host.gcp), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "IBM Cloud",
        language: "Python",
        convention: "main(params)",
        files: &[("ibmpy/__main__.py", "def main(args):\n    return {'hello': args['name']}\n")],
        call: |host| action(host, "ibmpy"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "IBM Cloud",
        language: "JavaScript",
        convention: "main(params)",
        files: &[("ibmjs/main.js", "function main(params) {\n  return { hello: params.name };\n}\n")],
        call: |host| action(host, "ibmjs"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "IBM Cloud",
        language: "TypeScript",
        convention: "main(params)",
        files: &[(
            "ibmts/main.ts",
            "export function main(params: { name: string }) {\n  return { hello: params.name };\n}\n",
        )],
        call: |host| action(host, "ibmts"),
        answer: r#"{"hello":"Ada"}"#,
    },
    Cell {
        provider: "Knative",
        language: "Python",
        convention: "new().handle (ASGI)",
        files: &[
            ("knpy/func.yaml", "name: knpy\nruntime: python\n"),
            (
                "knpy/func.py",
                "class Function:\n    async def handle(self, scope, receive, send):\n        await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n        await send({'type': 'http.response.body', 'body': b'hello Ada'})\n\ndef new():\n    return Function()\n",
            ),
        ],
        call: |host| (format!("{}/knpy", host.knative), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Knative",
        language: "JavaScript",
        convention: "handle(context, body)",
        files: &[
            ("knjs/func.yaml", "name: knjs\nruntime: node\n"),
            ("knjs/index.js", "module.exports = { handle: (context) => `hello ${context.query.name}` };\n"),
        ],
        call: |host| (format!("{}/knjs?name=Ada", host.knative), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Knative",
        language: "TypeScript",
        convention: "handle(context, body)",
        files: &[
            ("knts/func.yaml", "name: knts\nruntime: typescript\n"),
            (
                "knts/src/index.ts",
                "export const handle = (context: { query: { name: string } }): string => `hello ${context.query.name}`;\n",
            ),
        ],
        call: |host| (format!("{}/knts?name=Ada", host.knative), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Knative",
        language: "any program",
        convention: "a server on PORT",
        files: &[("knany/server.py", SERVER)],
        call: |host| (format!("{}/knany", host.knative), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Azure Functions",
        language: "Python",
        convention: "azure-functions",
        files: &[("azpy/host.json", HOST_JSON), ("azpy/function_app.py", PYTHON_AZURE)],
        call: |host| (format!("{}/api/py?name=Ada", host.azure), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Azure Functions",
        language: "JavaScript",
        convention: "@azure/functions",
        files: &[
            ("azjs/host.json", HOST_JSON),
            ("azjs/package.json", r#"{"main": "index.js"}"#),
            ("azjs/index.js", NODE_AZURE),
        ],
        call: |host| (format!("{}/api/js?name=Ada", host.azure), ""),
        answer: "hello Ada",
    },
];

/// Beside the above, which is as long as a table may be.
const MORE: [Cell; 2] = [
    Cell {
        provider: "Azure Functions",
        language: "TypeScript",
        convention: "@azure/functions",
        files: &[
            ("azts/host.json", HOST_JSON),
            ("azts/package.json", r#"{"main": "dist/index.js"}"#),
            ("azts/src/index.ts", TYPED_AZURE),
        ],
        call: |host| (format!("{}/api/ts?name=Ada", host.azure), ""),
        answer: "hello Ada",
    },
    Cell {
        provider: "Azure Functions",
        language: "any program",
        convention: "a custom handler",
        files: &[
            ("azany/host.json", CUSTOM_HOST),
            ("azany/server.py", SERVER),
            ("azany/custom/function.json", HTTP_BINDINGS),
        ],
        call: |host| (format!("{}/api/custom", host.azure), ""),
        answer: "hello Ada",
    },
];

fn project() -> Project {
    let project = Project::new();
    crate::samples::copy_folder(&installed::source("fixtures/rust-functions"), &project.file("rust"));
    project.write(
        "coldframe.toml",
        "[functions.knany]\nprovider = 'knative'\npath = 'knany'\nhandler = 'python3 server.py'\n",
    );
    for (file, text) in CELLS.iter().chain(&MORE).flat_map(|cell| cell.files) {
        if file.ends_with("bootstrap") {
            project.write_executable(file, text);
        } else {
            project.write(file, text);
        }
    }
    installed::share_cargo_target(&project);
    symlink(installed::python_clouds(), project.file("azpy/.venv")).expect("a link");
    for folder in ["azjs", "azts"] {
        symlink(installed::node_clouds(), project.file(&format!("{folder}/node_modules"))).expect("a link");
    }
    project
}

/// Why it did not answer as it should.
async fn tried(host: &Host, cell: &Cell) -> Result<(), String> {
    let (url, body) = (cell.call)(host);
    let request = if body.is_empty() {
        host.http.get(&url)
    } else {
        host.http.post(&url).header("content-type", "application/json").body(body)
    };
    let answer = request.timeout(COMPILED).send().await.map_err(|error| error.to_string())?;
    let (status, problem) = (answer.status(), answer.headers().get("coldframe-problem").cloned());
    let text = answer.text().await.map_err(|error| error.to_string())?;
    if status == 200 && text.contains(cell.answer) {
        return Ok(());
    }
    Err(format!("{url}: {status} {text} {problem:?}"))
}

fn document(passed: &BTreeMap<(&str, &str), &str>) -> String {
    let mut providers: Vec<&str> = CELLS.iter().chain(&MORE).map(|cell| cell.provider).collect();
    providers.dedup();
    let mut text = String::from(
        "# What runs\n\nEvery contract in every language, by what it calls. The table is written by the test `contracts`, which runs a \
         small function\nof each and calls it at its provider's own door: a cell is empty where nothing passed. \
         `UPDATE_CONTRACTS=1 cargo xtask test`\nwrites it anew.\n\n",
    );
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = std::iter::once("contract").chain(LANGUAGES).map(str::to_owned).collect::<Vec<_>>();
    text.push_str(&line(head));
    text.push_str(&line(vec!["---".to_owned(); LANGUAGES.len() + 1]));
    for provider in providers {
        let cells = LANGUAGES.iter().map(|language| {
            passed.get(&(provider, *language)).map_or_else(String::new, |called| format!("`{called}`"))
        });
        text.push_str(&line(std::iter::once(provider.to_owned()).chain(cells).collect()));
    }
    let _ = writeln!(
        text,
        "\nAWS Lambda, Google's framework, Knative's middleware and Azure's libraries are tested besides with their own runtime\n\
         clients, where a function brings one; `tests/it` has those tests. Azure's Python and Node functions always run with\n\
         Azure's libraries. TypeScript is transpiled, not type-checked."
    );
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_contracts_is_what_passes() {
    let project = project();
    let host = serve(&project);
    let (mut passed, mut failed) = (BTreeMap::new(), Vec::new());
    for cell in CELLS.iter().chain(&MORE) {
        match tried(&host, cell).await {
            Ok(()) => {
                passed.insert((cell.provider, cell.language), cell.convention);
            }
            Err(why) => failed.push(format!("{} in {}: {why}", cell.provider, cell.language)),
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(DOCUMENT);
    let fresh = document(&passed);
    if std::env::var_os("UPDATE_CONTRACTS").is_some() {
        std::fs::write(&path, &fresh).expect("the document is written");
    }
    assert_eq!(failed, Vec::<String>::new(), "these did not answer");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, fresh, "{DOCUMENT} is not what passes: run with UPDATE_CONTRACTS=1 and commit it");
}
