//! Requests in the shape of the home provider's own gateways and routes: elsewhere they are sent as requests, and what
//! callers get is compared.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{of, ran_alike, report};
use crate::{installed, serve};

const REST_PYTHON: &str = "\
import json

def lambda_handler(event, context):
    asked = [event['httpMethod'], event['path'], event['resource'], event['pathParameters'], event['queryStringParameters']]
    asked += [event['multiValueQueryStringParameters'], event['headers'].get('X-Own'), event['body'], event['stageVariables']]
    asked += [event['requestContext']['stage'], event['requestContext']['path']]
    return {'statusCode': 201, 'headers': {'x-own': 'kept'}, 'multiValueHeaders': {'Set-Cookie': ['a=1', 'b=2']}, 'body': json.dumps(asked)}
";
const REST_NODE: &str = "\
exports.handler = async (event) => {
  const { httpMethod, path, resource, pathParameters, queryStringParameters, multiValueQueryStringParameters, headers, body, stageVariables, requestContext } = event
  const asked = [httpMethod, path, resource, pathParameters, queryStringParameters, multiValueQueryStringParameters, headers['X-Own'] ?? null, body, stageVariables]
  return { statusCode: 201, headers: { 'x-own': 'kept' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: JSON.stringify([...asked, requestContext.stage, requestContext.path]) }
}
";

/// `sam init`'s: an API of a template's own, of which a function has routes.
fn template(kind: &str) -> String {
    format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Py:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         {{FunctionName: py, CodeUri: py, Handler: lambda_function.lambda_handler, Runtime: python3.12, Events: {{A: {{Type: \
         {kind}, Properties: {{Path: '/pets/{{id}}', Method: any}}}}, B: {{Type: {kind}, Properties: {{Path: /pets/all, \
         Method: get}}}}}}}}\n  Js:\n    Type: AWS::Serverless::Function\n    Properties:\n      {{FunctionName: js, CodeUri: \
         js, Handler: index.handler, Runtime: nodejs20.x, Events: {{A: {{Type: {kind}, Properties: {{Path: '/toys/{{id}}', \
         Method: any}}}}, B: {{Type: {kind}, Properties: {{Path: /toys/all, Method: get}}}}}}}}\n"
    )
}

fn both(kind: &str, python: &str, node: &str) -> Project {
    let project = Project::new()
        .with("template.yaml", &template(kind))
        .with("py/lambda_function.py", python)
        .with("js/index.js", node);
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    project
}

async fn answered(call: reqwest::RequestBuilder) -> String {
    let answer = call.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.text().await.expect("a body")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_apis_function_is_called_elsewhere_as_that_api_would() {
    let project = both("Api", REST_PYTHON, REST_NODE);
    let host = serve(&project);
    for (name, at) in [("py", "pets"), ("js", "toys")] {
        let url = format!("{}/{at}/a%20b?q=1&q=c%26d", host.aws);
        let call = host.http.post(url).header("x-own", "2").header("content-type", "text/plain").body("peas");
        let answer = answered(call).await;
        let asked: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(asked[3], json!({"id": "a b"}), "{asked}");
        let report = report(&host, name, None).await;
        assert_eq!((&report["event_from"], &report["home"]["status"]), (&json!("last_call"), &json!(201)));
        for provider in ["gcp", "ibm", "knative", "azure", "vercel"] {
            // Knative's middleware for Node has no path to give.
            if (name, provider) == ("js", "knative") {
                let ported = of(&report, provider);
                let reason = ported["reason"].as_str().unwrap_or_default();
                assert!(reason.starts_with("Knative's middleware for Node answers at / only"), "{ported:#}");
                assert_eq!(ported["differs"], json!(["body"]), "{ported:#}");
                continue;
            }
            let ported = of(&report, provider);
            if provider == "azure" {
                // Of several cookies Azure's adapter has the last.
                assert_eq!(ported["run"]["answer"], answer.as_str(), "{ported:#}");
                continue;
            }
            assert_eq!(
                (&ported["verdict"], &ported["differs"]),
                (&json!("adapter"), &json!([])),
                "{ported:#}"
            );
            assert_eq!(ported["run"]["status"], 201, "{ported:#}");
        }
        let note = of(&report, "vercel")["adapter"]["note"].to_string();
        assert!(note.contains("/api/on_vercel") && note.contains("rewrite"), "the route to set: {note}");
    }
}

/// The proof that a verdict holds: the adapter that is shown, deployed.
#[tokio::test(flavor = "multi_thread")]
async fn the_adapter_of_a_rest_apis_function_answers_callers_of_the_other_cloud() {
    let project = both("Api", REST_PYTHON, REST_NODE);
    let host = serve(&project);
    let event = json!({
        "resource": "/pets/{id}", "path": "/pets/7", "httpMethod": "GET", "headers": {}, "multiValueHeaders": {},
        "queryStringParameters": null, "multiValueQueryStringParameters": null, "pathParameters": {"id": "7"},
        "stageVariables": null, "requestContext": {"stage": "Prod"}, "body": null, "isBase64Encoded": false,
    });
    let report = report(&host, "py", Some(&event.to_string())).await;
    let vercel = of(&report, "vercel");
    assert_eq!(vercel["same_answer"], true, "{vercel:#}");
    let adapter = vercel["adapter"]["source"].as_str().expect("shown");
    let site = Project::new()
        .with("vercel.json", r#"{"rewrites": [{"source": "/(.*)", "destination": "/api/on_vercel"}]}"#)
        .with("lambda_function.py", REST_PYTHON)
        .with("api/on_vercel.py", adapter);
    let there = serve(&site);
    let url = format!("{}/pets/7", there.vercel);
    let answer = answered(there.http.get(url)).await;
    assert_eq!(answer, report["home"]["answer"].as_str().expect("an answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_apis_variables_are_found_in_the_path_elsewhere() {
    let python = "\
def lambda_handler(event, context):
    return {'statusCode': 200, 'headers': {'content-type': 'text/plain'}, 'body': f\"{event['routeKey']} {event.get('pathParameters')}\"}
";
    let node = "\
exports.handler = async (event) => ({
  statusCode: 200, headers: { 'content-type': 'text/plain' }, body: `${event.routeKey} ${JSON.stringify(event.pathParameters)}`,
})
";
    let project = both("HttpApi", python, node);
    let host = serve(&project);
    for (name, path, answer, others) in [
        ("py", "pets/a%2Fb", "ANY /pets/{id} {'id': 'a/b'}", vec!["ibm", "knative"]),
        ("py", "pets/all", "GET /pets/all None", vec!["vercel", "gcp", "ibm", "knative", "azure"]),
        ("js", "toys/a%2Fb", "ANY /toys/{id} {\"id\":\"a/b\"}", vec!["vercel", "gcp", "ibm", "azure"]),
        ("js", "toys/all", "GET /toys/all undefined", vec!["vercel", "gcp", "ibm", "azure"]),
    ] {
        let url = format!("{}/{path}", host.aws);
        assert_eq!(answered(host.http.get(url)).await, answer);
        ran_alike(&report(&host, name, None).await, answer, &others);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_balancers_function_is_called_elsewhere_as_that_would() {
    let python = "\
import json
def lambda_handler(event, context):
    own = event.get('multiValueHeaders') or event['headers']
    query = event.get('multiValueQueryStringParameters') or event['queryStringParameters']
    said = {'content-type': 'text/plain'}
    headers = {'multiValueHeaders': {k: [v] for k, v in said.items()}} if 'multiValueHeaders' in event else {'headers': said}
    return {'statusCode': 200, **headers, 'body': json.dumps([event['httpMethod'], event['path'], own['x-own'], query, 'elb' in event['requestContext']])}
";
    let node = "\
exports.handler = async (event) => {
  const own = event.multiValueHeaders ?? event.headers
  const said = event.multiValueHeaders ? { multiValueHeaders: { 'content-type': ['text/plain'] } } : { headers: { 'content-type': 'text/plain' } }
  return { statusCode: 200, ...said, body: JSON.stringify([event.httpMethod, event.path, own['x-own'], event.multiValueQueryStringParameters ?? event.queryStringParameters, 'elb' in event.requestContext]) }
}
";
    let project = both("Api", python, node);
    let host = serve(&project);
    let one = json!({"headers": {"x-own": "1"}, "queryStringParameters": {"q": "c%26d"}});
    let all = json!({"multiValueHeaders": {"x-own": ["1"]}, "multiValueQueryStringParameters": {"q": ["1", "c%26d"]}});
    for members in [one, all] {
        let mut event = json!({
            "requestContext": {"elb": {"targetGroupArn": "arn:of:it"}}, "httpMethod": "GET", "path": "/img/a", "body": "",
            "isBase64Encoded": false,
        });
        for (name, value) in members.as_object().into_iter().flatten() {
            event[name] = value.clone();
        }
        for name in ["py", "js"] {
            let report = report(&host, name, Some(&event.to_string())).await;
            let answer = report["home"]["answer"].as_str().expect("an answer").to_owned();
            assert!(answer.contains("/img/a") && answer.contains("true"), "{answer}");
            let node = name == "js";
            ran_alike(&report, &answer, &["vercel", "gcp", "ibm", "azure"]);
            assert_eq!(of(&report, "knative")["same_answer"], !node, "{report:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_variables_of_a_vercel_path_are_in_the_query_everywhere() {
    let class = "\
from http.server import BaseHTTPRequestHandler

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.partition('?')[2].encode())
";
    let web = "export function GET(request) { return new Response(new URL(request.url).searchParams.get('team')) }\n";
    let project = Project::new()
        .with("site/vercel.json", "{}")
        .with("site/api/users/[id].js", "module.exports = (req, res) => { res.json({ id: req.query.id }) }\n")
        .with("site/api/teams/[team].js", web)
        .with("site/api/pets/[pet].py", class);
    symlink(installed::node_clouds(), project.file("site/node_modules")).expect("a link");
    let host = serve(&project);
    let all = ["aws", "gcp", "ibm", "azure"];
    for (name, path, answer, others) in [
        ("api-users-id", "users/7", "{\"id\":\"7\"}", &all[..]),
        ("api-teams-team", "teams/a", "a", &all[..]),
        ("api-pets-pet", "pets/cat?x=1", "x=1&pet=cat", &["aws", "ibm", "knative"][..]),
    ] {
        let event = json!({"path": format!("/api/{path}")}).to_string();
        let given = report(&host, name, Some(&event)).await;
        ran_alike(&given, answer, others);
        // What a caller sends is what it is tried with.
        let url = format!("{}/api/{path}", host.vercel);
        let call = host.http.get(url).header("authorization", "Bearer peas");
        assert_eq!(answered(call).await, answer);
        let last = report(&host, name, None).await;
        assert_eq!(last["event_from"], "last_call_redacted", "{last:#}");
        let event: Value = serde_json::from_str(last["event"].as_str().expect("an event")).expect("JSON");
        assert!(
            event["path"].as_str().is_some_and(|sent| sent.starts_with(&format!("/api/{path}"))),
            "{event}"
        );
        assert_eq!(event["headers"]["authorization"], Value::Null, "no secret: {event}");
        ran_alike(&last, answer, others);
        let gcp = of(&last, "gcp");
        if name == "api-users-id" {
            // What a process says that ends is why, and not that it ended.
            let reason = gcp["reason"].as_str().unwrap_or_default();
            assert!(reason.starts_with("as it is: Function 'default' is not defined"), "{gcp:#}");
        }
    }
    let knative = report(&host, "api-users-id", Some(r#"{"path": "/api/users/7"}"#)).await;
    let knative = of(&knative, "knative");
    assert_eq!(knative["same_answer"], false, "{knative:#}");
    assert!(knative["reason"].to_string().contains("the function gets no path there"), "{knative:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn knatives_middleware_for_python_has_paths() {
    let python = "\
def lambda_handler(event, context):
    if event['rawPath'] != '/items':
        return {'statusCode': 404, 'body': 'no such path'}
    return {'statusCode': 200, 'headers': {'content-type': 'text/plain'}, 'body': 'peas, beans'}
";
    let node = "\
exports.handler = async (event) => event.rawPath === '/items' ? { statusCode: 200, body: 'peas' } : { statusCode: 404, body: 'no such path' }
";
    let project = Project::new().python("py", python).with("js/index.js", node);
    let host = serve(&project);
    let event = json!({
        "version": "2.0", "rawPath": "/items", "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/items"}}, "isBase64Encoded": false,
    })
    .to_string();
    ran_alike(&report(&host, "py", Some(&event)).await, "peas, beans", &["knative", "vercel", "ibm"]);
    let js = report(&host, "js", Some(&event)).await;
    let knative = of(&js, "knative");
    assert_eq!(knative["verdict"], "refused", "{knative:#}");
    let reason = knative["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("Knative's middleware for Node answers at / only"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_head_gets_none_of_the_body_anywhere() {
    let python = "def lambda_handler(event, context):\n    return {'statusCode': 200, 'headers': {'content-type': 'text/plain'}, 'body': 'peas'}\n";
    let project = Project::new().python("py", python);
    let host = serve(&project);
    let event = json!({
        "version": "2.0", "rawPath": "/", "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "HEAD", "path": "/"}}, "isBase64Encoded": false,
    })
    .to_string();
    ran_alike(&report(&host, "py", Some(&event)).await, "", &["vercel", "gcp", "ibm", "knative"]);
}
