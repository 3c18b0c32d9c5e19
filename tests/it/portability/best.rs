//! Which of several attempts counts, and what of a function's own provider stands in the way.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{of, report};
use crate::{installed, serve};

const ALL: [&str; 6] = ["aws", "vercel", "gcp", "ibm", "knative", "azure"];

fn asked(query: &str) -> String {
    json!({
        "version": "2.0", "rawPath": "/", "rawQueryString": query, "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/"}}, "isBase64Encoded": false,
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_any_size_is_read_as_its_cloud_reads_it() {
    let project = Project::new()
        .with("site/vercel.json", "{}")
        .with(
            "site/api/size.js",
            "module.exports = (req, res) => { res.json({ size: req.body.text.length }) }\n",
        )
        .with("site/api/any.js", "module.exports = (req, res) => { res.json({ got: req.body ?? null }) }\n");
    symlink(installed::node_clouds(), project.file("site/node_modules")).expect("a link");
    let host = serve(&project);
    let large = json!({"method": "POST", "body": {"text": "p".repeat(150_000)}}).to_string();
    let text = json!({"method": "POST", "headers": {"content-type": "application/json"}, "body": "\"peas\""})
        .to_string();
    for (name, event, answer) in [("size", large, r#"{"size":150000}"#), ("any", text, r#"{"got":"peas"}"#)] {
        let report = report(&host, &format!("api-{name}"), Some(&event)).await;
        assert_eq!(report["home"]["answer"], answer, "{report:#}");
        for provider in ["aws", "ibm", "azure"] {
            assert_eq!(of(&report, provider)["same_answer"], true, "{provider}: {report:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_adapter_cannot_read_is_no_failure_of_the_function() {
    let project = Project::new().with("site/vercel.json", "{}").with(
        "site/api/any.js",
        "module.exports = (req, res) => { res.status(200).json({ method: req.method }) }\n",
    );
    symlink(installed::node_clouds(), project.file("site/node_modules")).expect("a link");
    let host = serve(&project);
    let event = json!({"method": "POST", "headers": {"content-type": "application/json"}, "body": "{peas"})
        .to_string();
    let report = report(&host, "api-any", Some(&event)).await;
    assert_eq!(report["home"]["status"], 200, "{report:#}");
    let aws = of(&report, "aws");
    let reason = aws["reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("res.status is not a function") || reason.contains("Express could not read"),
        "{aws:#}"
    );
    assert!(!reason.contains("it answers 400"), "{aws:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_that_answers_the_same_counts_before_code_that_answers_another() {
    let node =
        "exports.handler = async (event) => ({ statusCode: 200, body: 'at ' + (event.rawPath ?? '') })\n";
    let manifest = "packages:\n  trips:\n    actions:\n      place:\n        function: place.js\n        inputs:\n          place: Paris\n";
    let project = Project::new()
        .with("js/index.js", node)
        .with("wsk/manifest.yml", manifest)
        .with("wsk/place.js", "exports.main = (params) => ({ at: params.place, by: params.by })\n");
    let host = serve(&project);
    let js = report(&host, "js", Some(&asked(""))).await;
    let ibm = of(&js, "ibm");
    // What says that it is JSON and is none, Code Engine gives nobody.
    let told = (&ibm["verdict"], &ibm["differs"], &ibm["run"]["answer"]);
    assert_eq!(told, (&json!("adapter"), &json!(["content-type"]), &js["home"]["answer"]), "{ibm:#}");
    let reason = ibm["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("as it is: callers get another"), "{reason}");

    let place = report(&host, "place", Some(r#"{"by": "train"}"#)).await;
    let aws = of(&place, "aws");
    let told = (&aws["verdict"], &aws["same_answer"], &aws["run"]["answer"]);
    assert_eq!(told, (&json!("adapter"), &json!(true), &json!(r#"{"at":"Paris","by":"train"}"#)), "{aws:#}");
    let reason = aws["reason"].as_str().unwrap_or_default();
    assert_eq!(
        reason,
        "as it is: callers get another body, without the parameters that its manifest gives it (place)"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn code_engine_takes_the_same_types_as_text_as_the_adapter_gives_it() {
    let python = "\
KINDS = {
    'svg': ('image/svg+xml', '<svg/>'), 'xml': ('application/xml', '<a/>'), 'js': ('application/javascript', 'x=1'),
    'problem': ('application/problem+json', '{\"a\":1}'), 'number': ('application/json', '{\"id\":12345678901234567890}'),
    'html': ('text/html', '<p>'), 'bad': ('text/plain', 'no JSON'),
}

def lambda_handler(event, context):
    kind, body = KINDS[event['rawQueryString']]
    return {'statusCode': 200, 'headers': {'content-type': kind}, 'body': body}
";
    let node = "\
const kinds = {
  svg: ['image/svg+xml', '<svg/>'], xml: ['application/xml', '<a/>'], js: ['application/javascript', 'x=1'],
  problem: ['application/problem+json', '{\"a\":1}'], number: ['application/json', '{\"id\":12345678901234567890}'],
  html: ['text/html', '<p>'], bad: ['text/plain', 'no JSON'],
}
exports.handler = async (event) => {
  const [kind, body] = kinds[event.rawQueryString]
  return { statusCode: 200, headers: { 'content-type': kind }, body }
}
";
    let project = Project::new().python("py", python).with("js/index.js", node);
    let host = serve(&project);
    for name in ["py", "js"] {
        for kind in ["svg", "xml", "js", "problem", "number", "html", "bad"] {
            let report = report(&host, name, Some(&asked(kind))).await;
            let ibm = of(&report, "ibm");
            assert_eq!(
                (&ibm["verdict"], &ibm["differs"]),
                (&json!("adapter"), &json!([])),
                "{name} {kind}: {ibm:#}"
            );
            assert_eq!(ibm["run"]["answer"], report["home"]["answer"], "{name} {kind}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_azure_sends_on_or_fetches_is_named() {
    let manifest = |more: Value| {
        let mut bindings = vec![
            json!({"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous"}),
            json!({"type": "http", "direction": "out", "name": "res"}),
        ];
        bindings.push(more);
        json!({"bindings": bindings}).to_string()
    };
    let queue = json!({"type": "queue", "direction": "out", "name": "msg", "queueName": "q"});
    let blob = json!({"type": "blob", "direction": "in", "name": "page", "path": "a/b"});
    let answers = "module.exports = async (context) => { context.bindings.msg = 'hi'; context.res = { body: 'sent' } }\n";
    let project = Project::new()
        .with("az/host.json", r#"{"version": "2.0"}"#)
        .with("az/gives/function.json", &manifest(queue))
        .with("az/gives/index.js", answers)
        .with("az/takes/function.json", &manifest(blob))
        .with("az/takes/index.js", answers)
        .with("py/host.json", r#"{"version": "2.0"}"#)
        .with(
            "py/function_app.py",
            "import azure.functions as func\n\napp = func.FunctionApp()\n\n@app.route(route='put')\n@app.queue_output(arg_name='msg', queue_name='q', connection='AzureWebJobsStorage')\ndef put(req, msg):\n    msg.set('hi')\n    return 'sent'\n",
        );
    symlink(installed::node_clouds(), project.file("az/node_modules")).expect("a link");
    let host = serve(&project);
    for (name, why) in [
        ("gives", "what it gives to `msg`, a binding of type queue, is sent on by Azure and by nobody else"),
        ("takes", "what `page`, a binding of type blob, holds is fetched by Azure and by nobody else"),
    ] {
        let report = report(&host, name, None).await;
        for provider in ALL.iter().filter(|id| **id != "azure") {
            let ported = of(&report, provider);
            assert_eq!(
                (&ported["verdict"], &ported["reason"]),
                (&json!("not_tried"), &json!(why)),
                "{ported:#}"
            );
        }
    }
    let ties = |report: &Value| -> Vec<(String, String, String)> {
        let all = report["ties"].as_array().expect("ties").iter();
        let bound = all.filter(|tie| tie["kind"] == "binding");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        bound.map(|tie| (text(&tie["service"]), text(&tie["name"]), text(&tie["file"]))).collect()
    };
    let tie = |service: &str, name: &str, file: &str| (service.to_owned(), name.to_owned(), file.to_owned());
    let gives = ties(&report(&host, "gives", None).await);
    assert!(gives.contains(&tie("Azure Queue Storage", "queue", "az/gives/function.json")), "{gives:?}");
    let put = ties(&report(&host, "put", None).await);
    assert_eq!(put, [tie("Azure Queue Storage", "queue_output", "py/function_app.py")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_another_with_every_call_is_not_compared() {
    let python = "import uuid\n\ndef lambda_handler(event, context):\n    return {'id': str(uuid.uuid4())}\n";
    let counts = "calls = 0\n\ndef lambda_handler(event, context):\n    global calls\n    calls += 1\n    return calls\n";
    let project = Project::new().python("ids", python).python("counts", counts);
    let host = serve(&project);
    let ids = report(&host, "ids", Some("{}")).await;
    for provider in ["vercel", "gcp", "ibm", "knative"] {
        let ported = of(&ids, provider);
        let told = (&ported["verdict"], &ported["same_answer"], &ported["differs"]);
        assert_eq!(told, (&json!("adapter"), &Value::Null, &json!([])), "{provider}: {ported:#}");
        let reason = ported["reason"].as_str().unwrap_or_default();
        assert!(reason.starts_with("not compared, as it is another with every call"), "{reason}");
    }
    let counts = report(&host, "counts", Some("{}")).await;
    assert_eq!(of(&counts, "gcp")["same_answer"], true, "a first call is compared with a first: {counts:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_another_cloud_has_for_nobody_are_named() {
    let template = "Resources:\n  Big:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: big, Runtime: python3.12, Handler: app.handler, Timeout: 900, MemorySize: 10240}\n";
    let project = Project::new()
        .with("template.yaml", template)
        .with("app.py", "def handler(event, context):\n    return 'done'\n");
    let host = serve(&project);
    let big = report(&host, "big", Some("{}")).await;
    let reason = |provider: &str| of(&big, provider)["reason"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        reason("vercel"),
        "its timeout of 900 s is over Vercel's 800 s; its memory of 10240 MB is over Vercel's 4096 MB"
    );
    assert!(reason("ibm").starts_with("its timeout of 900 s is over IBM Cloud's 120 s"), "{}", reason("ibm"));
    assert_eq!(reason("gcp"), "", "it is within Google's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lambda_function_may_answer_by_its_context() {
    let project = Project::new().with(
        "old/index.js",
        "exports.handler = (event, context) => { context.succeed({ hello: event.name }) }\n",
    );
    let host = serve(&project);
    let old = report(&host, "old", Some(r#"{"name": "Ada"}"#)).await;
    assert_eq!(old["home"]["answer"], r#"{"hello":"Ada"}"#, "{old:#}");
    for provider in ["vercel", "gcp", "ibm", "knative"] {
        assert_eq!(of(&old, provider)["same_answer"], true, "{old:#}");
    }
}
