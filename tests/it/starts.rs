//! Starts that fail, and processes that are ended: what the caller, the log and the record say of them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use coldframe_testkit::Project;
use serde_json::json;

use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_init_names_the_request_and_its_log_is_whole() {
    let project = Project::new()
        .python("app", "import sys\nprint('on my way')\nsys.exit(4)\n\ndef lambda_handler(e, c): pass\n");
    let host = serve(&project);
    let answer = host.invoke_tailed("app", &json!({})).await;
    let request = answer.header("x-amzn-requestid").expect("a request id").to_owned();
    assert_eq!(answer.function_error(), Some("Unhandled"));
    let message = answer.json()["errorMessage"].as_str().map(str::to_owned);
    assert_eq!(
        message,
        Some(format!("RequestId: {request} Error: Runtime exited with error: exit status 4"))
    );

    let tail = BASE64_STANDARD.decode(answer.header("x-amz-log-result").expect("a log")).expect("base64");
    let tail = String::from_utf8(tail).expect("text");
    let lines: Vec<&str> = tail.lines().collect();
    let expected = [
        "on my way",
        "INIT_REPORT Init Duration: ",
        &format!("START RequestId: {request} Version: $LATEST"),
        &format!("RequestId: {request} Error: Runtime exited with error: exit status 4"),
        "Runtime.ExitError",
        &format!("END RequestId: {request}"),
        &format!("REPORT RequestId: {request}\tDuration: "),
    ];
    assert_eq!(lines.len(), expected.len(), "{tail}");
    for (line, start) in lines.iter().zip(expected) {
        assert!(line.starts_with(start), "{start:?} in {tail}");
    }
    assert!(tail.contains("Status: error\tError Type: Runtime.ExitError"), "{tail}");
    let row = &host.invocations().await[0];
    assert_eq!(row["status"], "init_error");
    assert!(row["instance"].is_string(), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_out_of_memory_kill_is_recorded_with_what_it_held() {
    let hoard = "def lambda_handler(event, context):\n    held = []\n    while True:\n        held.append(bytearray(10 << 20))\n";
    let project = Project::new().python("app", hoard);
    let host = serve(&project);
    let answer = host.invoke("app", &json!({})).await;
    assert_eq!(answer.function_error(), Some("Unhandled"), "{}", answer.text());
    let row = &host.invocations().await[0];
    assert_eq!(row["status"], "out_of_memory", "{row}");
    let peak = row["peak_memory_mb"].as_f64().expect("a measure");
    assert!(peak > 128.0, "it was over its limit: {row}");
}
