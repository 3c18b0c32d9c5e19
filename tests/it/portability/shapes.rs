//! Shapes of functions, and what an adapter makes of them.

use std::{os::unix::fs::symlink, path::Path};

use coldframe_testkit::{Project, run};
use serde_json::json;

use super::{of, ran_alike, report};
use crate::{installed, serve};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_body_reaches_what_code_engine_calls() {
    let python = "\
from http.server import BaseHTTPRequestHandler

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'peas')
";
    let project = Project::new()
        .with("site/vercel.json", "{}")
        .with("site/api/py.py", python)
        .with("site/api/js.js", "module.exports = (req, res) => res.end('peas')\n");
    let host = serve(&project);
    for function in ["api-py", "api-js"] {
        ran_alike(&report(&host, function, None).await, "peas", &["ibm"]);
    }
}

/// A status that HTTP has no phrase for, which what stands between Lambda and WSGI cannot write.
const ODD_STATUS: &str = "\
def lambda_handler(event, context):
    print('asked')
    return {'statusCode': 299, 'body': 'odd'}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_adapter_is_not_the_functions() {
    let project = Project::new().python("odd", ODD_STATUS).python(
        "own",
        "import os\n\ndef lambda_handler(event, context):\n    return os.environ['AWS_REGION']\n",
    );
    let host = serve(&project);
    let event = json!({
        "version": "2.0", "rawPath": "/1", "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/1"}}, "isBase64Encoded": false,
    })
    .to_string();
    let odd = report(&host, "odd", Some(&event)).await;
    assert_eq!(odd["home"]["status"], 299, "{odd:#}");
    let vercel = of(&odd, "vercel");
    assert_eq!(vercel["verdict"], "not_tried", "{vercel:#}");
    let reason = vercel["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("the adapter failed: ValueError: 299"), "{vercel:#}");
    assert!(vercel["adapter"]["source"].is_string(), "it is shown: {vercel:#}");

    let own = report(&host, "own", Some(&event)).await;
    let vercel = of(&own, "vercel");
    assert_eq!(
        (&vercel["verdict"], &vercel["reason"]),
        (&json!("refused"), &json!("KeyError: 'AWS_REGION'")),
        "{own:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_of_the_webs_requests_run_elsewhere() {
    let web =
        "(request) => new Response(`${request.method} ${new URL(request.url).searchParams.get('name')}`)";
    let project = Project::new()
        .with("site/vercel.json", "{}")
        .with("site/api/get.js", &format!("export const GET = {web}\n"))
        .with("site/api/named.mjs", &format!("export async function GET(request) {{ return ({web})(request) }}\n"))
        .with("site/api/fetches.js", &format!("export default {{ fetch: {web} }}\n"))
        .with("site/api/method.js", &format!("export default {{ async fetch(asked) {{ return ({web})(asked) }} }}\n"))
        .with("site/api/typed.ts", "export function GET(request: Request): Response { return new Response(`${request.method} ${new URL(request.url).searchParams.get('name')}`) }\n")
        .with("site/api/app.js", &format!("const app = {{ fetch: {web} }}\nexport default app\n"))
        .with("site/api/edge.js", &format!("export const config = {{ runtime: 'edge' }}\nexport default {web}\n"))
        .with("site/api/post.js", "export function POST(request) { return new Response('planted') }\n");
    symlink(installed::node_clouds(), project.file("site/node_modules")).expect("a link");
    let host = serve(&project);
    let all = ["aws", "gcp", "ibm", "knative", "azure"];
    for function in ["get", "named", "fetches", "method", "typed", "app", "edge"] {
        let event = format!(r#"{{"path": "/api/{function}?name=Ada"}}"#);
        ran_alike(&report(&host, &format!("api-{function}"), Some(&event)).await, "GET Ada", &all);
    }
    let post = report(
        &host,
        "api-post",
        Some(r#"{"method": "POST", "headers": {"content-type": "text/plain"}, "body": "peas"}"#),
    )
    .await;
    ran_alike(&post, "planted", &all);
    let refused = report(&host, "api-post", None).await;
    for provider in all {
        let ported = of(&refused, provider);
        assert_eq!(ported["run"]["status"], 405, "it has no GET: {ported:#}");
    }
}

const CONTEXT: &str = "\
module.exports = async function (context, req) {
  context.log('asked')
  context.res = { status: 201, headers: { 'x-own': 'kept' }, body: { name: req.query.name ?? req.body?.name, id: req.params.id } }
}
";

#[tokio::test(flavor = "multi_thread")]
async fn azures_context_and_request_need_no_library() {
    let manifest = |route: &str, script: &str| {
        json!({
            "scriptFile": script,
            "bindings": [
                {"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "route": route},
                {"type": "http", "direction": "out", "name": "res"},
            ],
        })
        .to_string()
    };
    let project = Project::new()
        .with("az/host.json", r#"{"version": "2.0"}"#)
        .with("az/greet/function.json", &manifest("greet/{id?}", "index.js"))
        .with("az/greet/index.js", CONTEXT)
        .with("az/said/function.json", &manifest("", "../lib/said.js"))
        .with(
            "az/lib/said.js",
            "exports.run = (context, req) => { context.res.status(202).json({ said: req.method }) }\n",
        )
        .with(
            "az/queued/function.json",
            r#"{"bindings": [{"type": "queueTrigger", "direction": "in", "name": "msg", "queueName": "q"}]}"#,
        )
        .with("az/queued/index.js", "module.exports = async () => {}\n");
    symlink(installed::node_clouds(), project.file("az/node_modules")).expect("a link");
    let host = serve(&project);
    let all = ["aws", "vercel", "gcp", "ibm", "knative"];
    let greet = report(&host, "greet", Some(r#"{"method": "POST", "body": {"name": "Ada"}}"#)).await;
    ran_alike(&greet, "{\"name\":\"Ada\"}", &all);
    assert_eq!(of(&greet, "aws")["run"]["status"], 201, "{greet:#}");
    let routed = report(&host, "greet", Some(r#"{"path": "/api/greet/7?name=Bo"}"#)).await;
    ran_alike(&routed, "{\"name\":\"Bo\",\"id\":\"7\"}", &["aws", "vercel", "gcp", "ibm"]);
    ran_alike(&report(&host, "said", None).await, "{\"said\":\"GET\"}", &all);

    let queued = report(&host, "queued", Some("\"a message\"")).await;
    let why = of(&queued, "aws")["reason"].as_str().unwrap_or_default();
    assert!(why.contains("queueTrigger"), "{queued:#}");
}

#[test]
fn a_folder_of_data_that_is_named_from_elsewhere_is_where_the_trial_runs() {
    let project = Project::new().node("greet", "export const handler = async () => ({ hello: 'you' });\n");
    symlink(installed::node_clouds(), project.file("greet/node_modules")).expect("a link");
    let beside = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(beside.path().join("here")).expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let dir = project.path().display().to_string();
    let args = ["portability", "greet", "--dir", &dir, "--data-dir", "../data", "--json"];
    let report = run(binary, &args, &beside.path().join("here"), &[], "").json();
    assert_eq!(of(&report, "azure")["same_answer"], true, "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_that_its_code_is_written_for_are_named() {
    let python = "\
try:
    import boto3
    s3, table = boto3.client('s3'), boto3.resource('dynamodb')
    from google.cloud import storage
except ImportError:
    pass

def lambda_handler(event, context):
    return 1
";
    let project = Project::new().python("tied", python);
    let host = serve(&project);
    let ties = report(&host, "tied", None).await["ties"].clone();
    let named: Vec<_> = ties
        .as_array()
        .expect("ties")
        .iter()
        .map(|tie| {
            let text = |key: &str| tie[key].as_str().unwrap_or_default().to_owned();
            (text("service"), text("title"), text("name"), tie["line"].as_u64().unwrap_or_default())
        })
        .collect();
    let tie = |service: &str, cloud: &str, name: &str, line| {
        (service.to_owned(), cloud.to_owned(), name.to_owned(), line)
    };
    assert_eq!(
        named,
        [
            tie("Amazon S3", "AWS", "boto3", 3),
            tie("Amazon DynamoDB", "AWS", "boto3", 3),
            tie("Cloud Storage", "Google Cloud", "google.cloud.storage", 4),
        ]
    );
    let data = tempfile::tempdir().expect("a temporary folder");
    let args = ["portability", "tied", "--data-dir", &data.path().display().to_string()];
    let said = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &args, project.path(), &[], "").stdout;
    assert!(said.contains("- Amazon S3 (AWS), by the package boto3, tied/lambda_function.py:3"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framework_that_is_not_installed_is_named_and_no_verdict() {
    let python =
        "import functions_framework\n\n@functions_framework.http\ndef hello(request):\n    return 'hello'\n";
    let project = Project::new().with("hello/main.py", python);
    let host = serve(&project);
    let report = report(&host, "hello", None).await;
    assert_eq!(report["home"]["answer"], "hello", "a stand-in runs it: {report:#}");
    for provider in ["aws", "vercel", "ibm", "knative"] {
        let ported = of(&report, provider);
        assert_eq!(ported["verdict"], "not_tried", "{ported:#}");
        assert_eq!(
            ported["reason"],
            "functions-framework is not installed for it: pip install functions-framework"
        );
    }
}
