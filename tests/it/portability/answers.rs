//! What callers get elsewhere beside what they get at home: headers, sizes, statuses.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{of, report};
use crate::{installed, serve};

fn request(members: &Value) -> String {
    let mut event = json!({
        "version": "2.0", "rawPath": "/", "rawQueryString": "", "headers": {},
        "requestContext": {"http": {"method": "GET", "path": "/"}}, "isBase64Encoded": false,
    });
    for (name, value) in members.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event.to_string()
}

fn ran_alike(report: &Value, providers: &[&str]) {
    for provider in providers {
        let ported = of(report, provider);
        let told = (&ported["same_answer"], &ported["differs"]);
        assert_eq!(told, (&json!(true), &json!([])), "{}, {provider}: {ported:#}", report["name"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_a_cloud_lets_nobody_have_does_not_run_there() {
    let python = "def lambda_handler(event, context):\n    return {'x': 'y' * 5_000_000}\n";
    let project = Project::new().python("much", python);
    let host = serve(&project);
    let much = report(&host, "much", Some("{}")).await;
    let vercel = of(&much, "vercel");
    assert_eq!(
        (&vercel["verdict"], &vercel["reason"]),
        (&json!("refused"), &json!("its answer of 4.8 MB is over Vercel's 4.5 MB")),
        "{vercel:#}"
    );
    ran_alike(&much, &["gcp", "knative"]);

    let large = json!({"x": "y".repeat(5_000_000)}).to_string();
    let sent = report(&host, "much", Some(&large)).await;
    let reason = of(&sent, "vercel")["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("its request of 4.8 MB is over Vercel's 4.5 MB"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_and_headers_of_a_lambda_function_reach_its_callers_elsewhere() {
    let python = "\
def lambda_handler(event, context):
    return {'statusCode': 302, 'headers': {'Location': '/a', 'X-Own': 'kept', 'Content-Type': 'text/plain'}, 'cookies': ['a=1; Path=/', 'b=2']}
";
    let node = "\
exports.handler = async () => ({
  statusCode: 302, headers: { Location: '/a', 'X-Own': 'kept', 'Content-Type': 'text/plain' }, cookies: ['a=1; Path=/', 'b=2'],
})
";
    let project = Project::new().python("py", python).with("js/index.js", node);
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    let host = serve(&project);
    for function in ["py", "js"] {
        let report = report(&host, function, Some(&request(&json!({})))).await;
        assert_eq!(report["home"]["status"], 302, "{report:#}");
        ran_alike(&report, &["vercel", "gcp", "ibm", "knative"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cookie_of_a_vercel_function_reaches_its_callers_on_lambda() {
    let class = "\
from http.server import BaseHTTPRequestHandler

class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header('Location', '/a')
        self.send_header('Set-Cookie', 'a=1')
        self.send_header('Set-Cookie', 'b=' + self.headers['Cookie'])
        self.end_headers()
";
    let application = "\
def app(environ, start_response):
    start_response('302 Found', [('Location', '/a'), ('Set-Cookie', 'a=1'), ('Set-Cookie', 'b=' + environ['HTTP_COOKIE'])])
    return [b'']
";
    let node = "\
module.exports = (req, res) => {
  res.setHeader('Set-Cookie', ['a=1', `b=${req.headers.cookie}`])
  res.writeHead(302, { Location: '/a' }).end()
}
";
    let web = "\
export function GET(request) {
  const headers = new Headers({ Location: '/a' })
  headers.append('Set-Cookie', 'a=1')
  headers.append('Set-Cookie', `b=${request.headers.get('cookie')}`)
  return new Response(null, { status: 302, headers })
}
";
    let project = Project::new()
        .with("site/vercel.json", "{}")
        .with("site/api/made.py", class)
        .with("site/api/application.py", application)
        .with("site/api/node.js", node)
        .with("site/api/web.js", web);
    let host = serve(&project);
    for function in ["made", "application", "node", "web"] {
        let event = r#"{"headers": {"cookie": "c=3"}}"#;
        let report = report(&host, &format!("api-{function}"), Some(event)).await;
        assert_eq!(report["home"]["status"], 302, "{report:#}");
        ran_alike(&report, &["aws", "gcp", "ibm", "knative"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_event_of_a_request_has_what_lambda_always_tells() {
    let python = "\
import json

def lambda_handler(event, context):
    told = event['requestContext']
    told['requestId'], told['time'], told['timeEpoch'] = len(told['requestId']), len(told['time']), type(told['timeEpoch']).__name__
    told = [told, event['cookies'], event['queryStringParameters'], 'cookie' in event['headers'], sorted(event)]
    return {'statusCode': 200, 'body': json.dumps(told)}
";
    let node = "\
exports.handler = async (event) => {
  const { requestContext: told, cookies, queryStringParameters, headers } = event
  Object.assign(told, { requestId: told.requestId.length, time: told.time.length, timeEpoch: typeof told.timeEpoch })
  return { statusCode: 200, body: JSON.stringify([told, cookies, queryStringParameters, 'cookie' in headers, Object.keys(event).sort()]) }
}
";
    let project = Project::new().python("py", python).with("js/index.js", node);
    symlink(installed::node_clouds(), project.file("js/node_modules")).expect("a link");
    let host = serve(&project);
    let event = request(&json!({
        "rawQueryString": "a=1&a=2&b=", "headers": {"user-agent": "peas", "host": "localhost"}, "cookies": ["a=1", "b=2"],
    }));
    for function in ["py", "js"] {
        let report = report(&host, function, Some(&event)).await;
        assert_eq!(report["home"]["status"], 200, "{report:#}");
        ran_alike(&report, &["ibm", "knative"]);
        for provider in ["vercel", "gcp"] {
            let ported = of(&report, provider);
            assert_eq!(ported["run"]["status"], 200, "{provider}: {ported:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_an_error_elsewhere_does_not_run_there() {
    let python = "\
import os

def lambda_handler(event, context):
    try:
        return {'statusCode': 200, 'body': os.environ['AWS_LAMBDA_FUNCTION_NAME']}
    except KeyError:
        return {'statusCode': 500, 'body': 'sorry'}
";
    let project = Project::new().python("named", python);
    let host = serve(&project);
    for event in ["{}", &request(&json!({}))] {
        let report = report(&host, "named", Some(event)).await;
        for provider in ["vercel", "gcp", "ibm", "knative"] {
            let ported = of(&report, provider);
            assert_eq!(ported["verdict"], "refused", "{provider}: {ported:#}");
            let reason = ported["reason"].as_str().unwrap_or_default();
            let why = "only AWS Lambda sets AWS_LAMBDA_FUNCTION_NAME, which its sources name; it answers 500";
            assert!(reason.starts_with(why), "{reason}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_call_is_tried_without_what_the_record_redacts() {
    let project =
        Project::new().python("asked", "def lambda_handler(event, context):\n    return sorted(event)\n");
    let host = serve(&project);
    let id = host.function("asked").await["id"].clone();
    let event = json!({"headers": {"cookie": "session=1234567"}, "n": 1}).to_string();
    host.rpc("invoke", json!({"function": id, "event": event, "cold": false, "trigger": "app"})).await;
    let report = report(&host, "asked", None).await;
    assert_eq!(report["event_from"], "last_call_redacted", "{report:#}");
    assert_eq!(report["event"], r#"{"headers":{},"n":1}"#, "and which event it was");
    assert_eq!(report["home"]["answer"], r#"["headers", "n"]"#);
}
