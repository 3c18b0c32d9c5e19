//! Under which contracts a function runs: found by running it there, as it is or through an adapter that is shown.

mod answers;
mod best;
mod requests;
mod shapes;

use std::{os::unix::fs::symlink, path::Path};

use coldframe_testkit::{Host, Project, eventually, run};
use serde_json::{Value, json};

use crate::{builder, installed, serve};

/// Every cloud answers it; it needs nothing.
const PLAIN: &str = "\
def lambda_handler(event, context):
    return {'hello': event.get('name', 'nobody')}
";

async fn report(host: &Host, function: &str, event: Option<&str>) -> Value {
    let id = host.function(function).await["id"].clone();
    host.rpc("portability", json!({"function": id, "event": event})).await
}

/// Provider → (verdict, whether callers get the same).
fn verdicts(report: &Value) -> Vec<(String, String, Option<bool>)> {
    let all = report["elsewhere"].as_array().expect("every other provider");
    all.iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            (text("provider"), text("verdict"), one["same_answer"].as_bool())
        })
        .collect()
}

fn of<'a>(report: &'a Value, provider: &str) -> &'a Value {
    let all = report["elsewhere"].as_array().expect("every other provider");
    all.iter()
        .find(|one| one["provider"] == provider)
        .unwrap_or_else(|| panic!("no {provider} in {report:#}"))
}

/// What an adapter of one cloud makes of a call is what all callers get.
fn ran_alike(report: &Value, answer: &str, providers: &[&str]) {
    assert_eq!(report["home"]["answer"], answer, "{report:#}");
    for provider in providers {
        let ported = of(report, provider);
        let told = (&ported["same_answer"], &ported["run"]["answer"]);
        assert_eq!(told, (&json!(true), &json!(answer)), "{provider}: {ported:#}");
    }
}

fn verdict(provider: &str, verdict: &str, same: Option<bool>) -> (String, String, Option<bool>) {
    (provider.to_owned(), verdict.to_owned(), same)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lambda_function_is_answered_alike_under_every_contract_and_recorded_under_none() {
    let project = Project::new().python("greet", PLAIN);
    symlink(installed::python_clouds(), project.file("greet/.venv")).expect("a link");
    let host = serve(&project);
    let report = report(&host, "greet", Some(r#"{"name": "Ada"}"#)).await;
    let through = |provider| verdict(provider, "adapter", Some(true));
    assert_eq!(
        verdicts(&report),
        [through("vercel"), through("gcp"), through("ibm"), through("knative"), through("azure")],
        "{report:#}"
    );
    assert_eq!(report["home"]["answer"], r#"{"hello": "Ada"}"#, "at home it is answered with its value");
    let ibm = of(&report, "ibm")["reason"].as_str().unwrap_or_default().to_owned();
    assert!(ibm.contains("missing 1 required positional argument"), "why not as it is: {ibm}");
    let source = of(&report, "gcp")["adapter"]["source"].as_str().expect("shown").to_owned();
    assert!(source.contains("from lambda_function import lambda_handler"), "{source}");
    assert!(source.contains("def main(request):"), "{source}");

    assert_eq!(host.invocations().await, Vec::<Value>::new(), "no call of the function's traffic");
    assert_eq!(host.function("greet").await["state"], "at_zero", "the pool never had an instance");
    let left: Vec<_> = std::fs::read_dir(project.file("greet")).expect("readable").flatten().collect();
    let names: Vec<_> = left.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(
        names.iter().all(|name| !name.starts_with("on_")),
        "nothing is written beside the code: {names:?}"
    );

    // The adapter is what it is shown as: beside the code it is a function of that cloud.
    project.write(
        "greet/main.py",
        &format!(
            "import functions_framework\n{}",
            source.replace("def main(", "@functions_framework.http\ndef greeting(")
        ),
    );
    let answer = coldframe_testkit::eventually("the copied adapter is found", async || {
        let functions = host.functions().await;
        functions.iter().any(|one| one["name"] == "greeting").then_some(())
    });
    answer.await;
    let url = format!("{}/greeting", host.gcp);
    let answer = host.http.post(url).json(&json!({"name": "Bo"})).send().await.expect("an answer");
    assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({"hello": "Bo"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_tells_whether_it_is_called_with_requests() {
    let source = "\
exports.handler = async (event) => ({
  statusCode: 201,
  headers: { 'X-Own': 'kept' },
  body: `${event.requestContext.http.method} ${event.rawPath} ${event.queryStringParameters?.name} ${event.body}`,
});
";
    let project = Project::new().with("web/index.js", source);
    symlink(installed::node_clouds(), project.file("web/node_modules")).expect("a link");
    let host = serve(&project);
    let event = json!({
        "version": "2.0", "rawPath": "/", "rawQueryString": "name=Ada", "headers": {"content-type": "text/plain"},
        "requestContext": {"http": {"method": "POST", "path": "/"}}, "body": "peas", "isBase64Encoded": false,
    });
    let event = json!({"queryStringParameters": {"name": "Ada"}, "event": event})["event"].to_string();
    let report = report(&host, "web", Some(&event)).await;
    assert_eq!(report["home"]["status"], 201, "{report:#}");
    for provider in ["vercel", "gcp", "ibm", "knative", "azure"] {
        let ported = of(&report, provider);
        assert_eq!(ported["verdict"], "adapter", "{provider}: {ported:#}");
        assert_eq!(ported["run"]["status"], 201, "{provider}: {ported:#}");
        assert_eq!(ported["run"]["answer"], "POST / Ada peas", "{provider}: {ported:#}");
    }
}

/// Bytes that are no text, as a function URL hands them over.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_bytes_arrives_as_the_same_bytes_everywhere() {
    let python = "\
import base64
def lambda_handler(event, context):
    body = base64.b64decode(event['body']) if event['isBase64Encoded'] else event['body'].encode()
    return {'statusCode': 200, 'headers': {'content-type': 'text/plain'}, 'body': f\"{event['isBase64Encoded']} {body.hex()}\"}
";
    let node = "\
exports.handler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'text/plain' },
  body: `${event.isBase64Encoded} ${Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8').toString('hex')}`,
});
";
    let project = Project::new().python("py", python).with("js/index.js", node);
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    let host = serve(&project);
    let event = json!({
        "version": "2.0", "rawPath": "/", "rawQueryString": "", "headers": {"content-type": "application/octet-stream"},
        "requestContext": {"http": {"method": "POST", "path": "/"}}, "body": "/wCJUE5H", "isBase64Encoded": true,
    })
    .to_string();
    for (function, answer) in [("py", "True ff0089504e47"), ("js", "true ff0089504e47")] {
        let report = report(&host, function, Some(&event)).await;
        assert_eq!(report["home"]["answer"], answer, "{report:#}");
        for provider in ["vercel", "gcp", "ibm", "knative", "azure"] {
            let ported = of(&report, provider);
            assert_eq!(ported["run"]["answer"], answer, "{function} under {provider}: {ported:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_it_at_home_runs_it_elsewhere() {
    let template = "Resources:\n  App:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: app, Runtime: python3.38, Handler: app.handler}\n";
    let project = Project::new()
        .with("template.yaml", template)
        .with("app.py", "import sys\n\ndef handler(event, context):\n    return {'by': sys.executable}\n");
    // A version that no machine has, which is really the machine's own.
    let home = Project::new();
    let ask = ["-c", "import sys; print(sys.executable)"];
    let real = run(Path::new("python3"), &ask, home.path(), &[], "").stdout;
    let kept = home.file(".pyenv/versions/3.38.2/bin/python");
    std::fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    symlink(real.trim(), &kept).expect("a link");
    let host = builder(&project).env("HOME", home.path()).env("PYENV_ROOT", "").start();
    let report = report(&host, "app", Some("{}")).await;
    let by = kept.display().to_string();
    assert!(report["home"]["answer"].as_str().is_some_and(|answer| answer.contains(&by)), "{report:#}");
    for provider in ["vercel", "gcp", "ibm", "knative"] {
        let ported = of(&report, provider);
        assert_eq!(ported["same_answer"], true, "{provider}: {ported:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_adapter_runs_as_it_is() {
    let project = Project::new()
        .with(
            "count/main.js",
            "exports.main = async (params) => ({ words: (params.text ?? '').split(' ').length });\n",
        )
        .with("site/vercel.json", "{}")
        .with(
            "site/api/hi.js",
            "module.exports = (req, res) => res.status(202).json({ hi: req.query.name });\n",
        );
    symlink(installed::node_clouds(), project.file("site/node_modules")).expect("a link");
    let host = serve(&project);
    let counted = report(&host, "count", Some(r#"{"text": "peas and beans"}"#)).await;
    let aws = of(&counted, "aws");
    assert_eq!((&aws["verdict"], &aws["same_answer"]), (&json!("as_it_is"), &json!(true)), "{aws:#}");
    assert_eq!(aws["adapter"], Value::Null);
    assert_eq!(of(&counted, "gcp")["verdict"], "adapter", "{counted:#}");

    let site = host.functions().await.into_iter().find(|one| one["provider"] == "vercel").expect("found");
    let request = json!({"function": site["id"], "event": r#"{"path": "/api/hi?name=Ada"}"#});
    let hi = host.rpc("portability", request).await;
    let gcp = of(&hi, "gcp");
    assert_eq!(gcp["same_answer"], true, "Express has what Vercel adds: {gcp:#}");
    let aws = of(&hi, "aws");
    assert_eq!((&aws["verdict"], &aws["run"]["status"]), (&json!("adapter"), &json!(202)), "{aws:#}");
    assert!(aws["adapter"]["source"].to_string().contains("express"), "{aws:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_the_error_itself_and_ties_are_named() {
    let tied = "\
import os

try:
    import boto3
except ImportError:
    boto3 = None


def lambda_handler(event, context):
    return {'left': context.get_remaining_time_in_millis() > 0, 'here': os.environ['AWS_REGION']}
";
    let project = Project::new()
        .python("tied", tied)
        .python("broken", "def lambda_handler(event, context):\n    return 1 / 0\n")
        .with(
            "az/host.json",
            r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "python3"}}}"#,
        )
        .with(
            "az/queued/function.json",
            r#"{"bindings": [{"type": "queueTrigger", "direction": "in", "name": "msg", "queueName": "q"}]}"#,
        )
        .with(
            "events/main.py",
            "import functions_framework\n\n@functions_framework.cloud_event\ndef stored(event):\n    pass\n",
        );
    let host = serve(&project);
    let tied = report(&host, "tied", None).await;
    assert_eq!(tied["event_from"], "empty", "it was never called");
    let gcp = of(&tied, "gcp");
    assert_eq!(gcp["verdict"], "refused", "{gcp:#}");
    assert_eq!(
        gcp["reason"], "KeyError: 'AWS_REGION'",
        "Lambda's context is told by the adapter; what its environment has is not there: {gcp:#}"
    );
    assert!(gcp["log"].to_string().contains("Traceback"), "the whole of it is there: {gcp:#}");
    let names: Vec<_> =
        tied["ties"].as_array().expect("ties").iter().map(|tie| (&tie["name"], &tie["line"])).collect();
    assert_eq!(names, [(&json!("boto3"), &json!(4)), (&json!("AWS_REGION"), &json!(10))]);

    let broken = report(&host, "broken", None).await;
    assert!(broken["failure"]["message"].to_string().contains("division by zero"), "{broken:#}");
    assert!(verdicts(&broken).iter().all(|(_, verdict, _)| verdict == "not_tried"), "{broken:#}");

    let queued = report(&host, "queued", Some("\"a message\"")).await;
    let why = of(&queued, "aws")["reason"].as_str().unwrap_or_default().to_owned();
    assert!(why.contains("listens on a port of its own"), "{why}");

    let stored = report(&host, "stored", None).await;
    let why = of(&stored, "aws")["reason"].as_str().unwrap_or_default().to_owned();
    assert!(why.contains("made by the functions framework"), "no mechanical adapter, and why: {why}");
    assert_eq!(stored["home"], Value::Null, "nothing was run for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_adapter_is_written_with_may_be_missing_and_a_module_may_wait_for_something() {
    let waits =
        "const ready = await Promise.resolve('ready');\nexport const handler = async () => ({ ready });\n";
    let project = Project::new()
        .with("waits/index.mjs", waits)
        .with("site/vercel.json", "{}")
        .with("site/api/hi.js", "module.exports = (req, res) => res.json({ hi: true });\n");
    let host = serve(&project);
    let waits = report(&host, "waits", None).await;
    for provider in ["vercel", "gcp", "ibm", "knative"] {
        let ported = of(&waits, provider);
        assert_eq!(ported["same_answer"], true, "a module with an await at its top: {ported:#}");
    }
    let azure = of(&waits, "azure");
    assert_eq!(azure["verdict"], "not_tried", "that is not the function's fault: {azure:#}");
    assert_eq!(azure["reason"], "@azure/functions is not installed for it: npm install @azure/functions");
    assert!(azure["adapter"]["source"].is_string(), "the adapter is shown all the same: {azure:#}");

    let site = report(&host, "api-hi", None).await;
    let reason = of(&site, "aws")["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.contains("res.json is not a function"), "what Vercel adds to a response: {reason}");
    assert!(reason.contains("npm install express"), "with what else it can be tried: {reason}");
    assert_eq!(of(&site, "gcp")["same_answer"], true, "Google's framework adds the same: {site:#}");
}

#[test]
fn the_verb_says_it_in_a_table_and_prints_the_adapter() {
    let project = Project::new().python("greet", PLAIN);
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let said = |args: &[&str]| {
        let mut all = vec!["portability", "greet", "--data-dir", &directory];
        all.extend(args);
        run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "{\"name\": \"Ada\"}")
    };
    let verb = said(&["--event", "-", "--adapter", "knative"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    for part in ["written for AWS Lambda", "runs through an adapter", "on_knative.py", "def new():"] {
        assert!(verb.stdout.contains(part), "{part:?} in {}", verb.stdout);
    }
    let json = said(&["--json"]).json();
    assert_eq!(json["name"], "greet");
    assert_eq!(json["elsewhere"].as_array().map(Vec::len), Some(5));
}

/// Looks a name up without asking anybody: that it is no address is an answer, too.
const CONNECTING: &str = "\
import socket

def lambda_handler(event, context):
    for host in ('photos.s3.eu-central-1.amazonaws.com', 'seeds.example'):
        try:
            socket.getaddrinfo(host, 443, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            pass
    return 'done'
";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_was_seen_connecting_to_is_named() {
    let project = Project::new().python("photos", CONNECTING).python("quiet", PLAIN);
    let host = serve(&project);
    assert_eq!(host.invoke("photos", &json!({})).await.json(), json!("done"));
    let seen = eventually("the process has told of them", async || {
        let report = report(&host, "photos", Some("{}")).await;
        let seen = report["connections"].clone();
        (seen.as_array().is_some_and(|seen| seen.len() == 2)).then_some(seen)
    })
    .await;
    assert_eq!(
        seen,
        json!([
            {"host": "photos.s3.eu-central-1.amazonaws.com", "provider": "aws", "title": "AWS", "service": "Amazon S3"},
            {"host": "seeds.example", "provider": null, "title": null, "service": null},
        ])
    );
    assert_eq!(report(&host, "quiet", Some("{}")).await["connections"], json!([]), "nobody else's");
}

/// Connects to what the event names, one by one, by address.
const BY_ADDRESS: &str = "\
import os, socket

def lambda_handler(event, context):
    api, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
    own = socket.create_server(('127.0.0.1', 0))
    for target in [(api, int(port)), own.getsockname(), *map(tuple, event)]:
        socket.create_connection(target).close()
    return 'done'
";
const FETCHING: &str = "\
import { createServer } from 'node:http'

const own = createServer((request, response) => response.end()).listen(0, '127.0.0.1')
export const handler = async (event) => {
  const targets = [process.env.AWS_LAMBDA_RUNTIME_API, `127.0.0.1:${own.address().port}`, ...event]
  for (const target of targets) await fetch(`http://${target}/`).catch(() => {})
  return 'done'
}
";

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_a_host_too_and_what_the_process_listens_on_is_none() {
    let service = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = service.local_addr().expect("bound").port();
    let project = Project::new().python("seeds", BY_ADDRESS).node("pots", FETCHING);
    let host = serve(&project);
    let seeds = json!([["127.0.0.1", port], ["localhost", port]]);
    assert_eq!(host.invoke("seeds", &seeds).await.json(), json!("done"));
    // Nobody listens there.
    drop(service);
    assert_eq!(host.invoke("pots", &json!([format!("127.0.0.1:{port}")])).await.json(), json!("done"));
    for (name, hosts) in [("seeds", vec!["127.0.0.1", "localhost"]), ("pots", vec!["127.0.0.1"])] {
        let id = host.function(name).await["id"].clone();
        let expected: Vec<String> = hosts.iter().map(|host| format!("{host}:{port}")).collect();
        let outside = eventually("the process has told of them", async || {
            let table = host.rpc("side_by_side", json!({"function": id})).await;
            let seen = table["outside"].as_array().is_some_and(|seen| {
                seen.iter().all(|one| one.as_str().is_some_and(|one| one.ends_with(&port.to_string())))
            });
            seen.then(|| table["outside"].clone())
        })
        .await;
        assert_eq!(outside, json!(expected), "of {name}");
    }
}
