//! Shapes of functions, and what an adapter makes of them.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::{of, report};
use crate::serve;

fn ran_alike(report: &Value, answer: &str, providers: &[&str]) {
    assert_eq!(report["home"]["answer"], answer, "{report:#}");
    for provider in providers {
        let ported = of(report, provider);
        let told = (&ported["same_answer"], &ported["run"]["answer"]);
        assert_eq!(told, (&json!(true), &json!(answer)), "{provider}: {ported:#}");
    }
}

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
