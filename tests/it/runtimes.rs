//! What functions are written with, unmodified: AWS's own runtime clients, and extensions inside the process.

mod aws_lambda_go;
mod awslambdaric;
mod extensions;
mod func_go;
mod functions_framework;
mod functions_framework_go;
mod functions_framework_java;
mod java;
mod lambda_runtime;
mod layers;
mod nodejs;
mod ruby;
mod serverless_wsgi;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use coldframe_testkit::{Answer, Host};
use serde_json::Value;

/// A call with a client context and the log tail asked for.
async fn invoke(host: &Host, function: &str, event: &Value) -> Called {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", host.aws);
    // Whole, as the mobile SDKs send it: `lambda_runtime` ends at a client with a member missing.
    let client = r#"{"installation_id":"i","app_title":"Seeds","app_version_name":"one","app_version_code":"1","app_package_name":"p"}"#;
    let context = STANDARD.encode(format!(r#"{{"client":{client},"custom":{{"bed":"3"}},"env":{{}}}}"#));
    let request =
        host.http.post(url).header("x-amz-log-type", "Tail").header("x-amz-client-context", context);
    let response = request.body(event.to_string()).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let answer = Answer { status, headers, body: response.bytes().await.expect("a body").to_vec() };
    let log = answer.header("x-amz-log-result").map(|text| STANDARD.decode(text).expect("Base64"));
    let log = String::from_utf8(log.unwrap_or_default()).expect("text");
    Called { answer, log }
}

struct Called {
    answer: Answer,
    log: String,
}

impl Called {
    /// What the function returned.
    fn returned(&self) -> Value {
        assert_eq!((self.answer.status, self.answer.function_error()), (200, None), "{}", self.answer.text());
        self.answer.json()
    }

    /// What it failed with.
    fn failed(&self) -> Value {
        assert_eq!(self.answer.status, 200, "{}", self.answer.text());
        assert_eq!(self.answer.function_error(), Some("Unhandled"), "{}", self.answer.text());
        self.answer.json()
    }

    fn request_id(&self) -> &str {
        self.answer.header("x-amzn-requestid").expect("a request id")
    }
}

/// Status of every call, the oldest first.
async fn statuses(host: &Host) -> Vec<String> {
    let rows = host.invocations().await;
    rows.iter().rev().map(|row| row["status"].as_str().unwrap_or_default().to_owned()).collect()
}
