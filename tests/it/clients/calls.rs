//! Calls that are answered.

use coldframe_testkit::{Host, eventually};
use serde_json::json;

use super::{Checks, assert_log, boto3, javascript, log, project, record};
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn boto3_calls_in_every_way() {
    let project = project();
    let host = serve(&project);
    let checks = boto3(&host, "boto3_calls.py");
    assert_calls(&checks);
    let headers = &checks["with a payload"]["headers"];
    assert_eq!(headers["x-amz-executed-version"], "$LATEST");
    assert_eq!(headers["content-type"], "application/json");
    assert_record(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_javascript_sdk_calls_in_every_way() {
    let project = project();
    let host = serve(&project);
    let checks = javascript(&host, "javascript_calls.mjs");
    assert_calls(&checks);
    assert_record(&host).await;
}

fn assert_calls(checks: &Checks) {
    let got = &checks["with a payload"];
    assert_eq!(got["payload"]["event"], json!({"name": "Ada", "text": "grüß"}), "the event arrives as sent");
    assert_eq!((&got["status"], &got["http"]), (&json!(200), &json!(200)));
    assert_eq!((&got["version"], &got["function_error"]), (&json!("$LATEST"), &json!(null)));
    assert_eq!(got["log"], json!(null), "no log unless asked for");
    assert_eq!(got["payload"]["version"], "$LATEST");
    assert_eq!(got["payload"]["client"], json!(null));
    assert_eq!(got["request"], got["payload"]["request"], "caller and function know the call by one id");
    assert_eq!(got["attempts"], 1);

    assert_eq!(checks["without a payload"]["payload"]["event"], json!({}), "no payload is an empty object");
    assert_eq!(checks["with a number"]["payload"]["event"], 7, "any JSON is an event");

    let logged = &checks["with the log"];
    assert_log(&log(logged), logged["request"].as_str().expect("an id"), "got {}");
    assert_eq!(checks["without the log"]["log"], json!(null));

    for (check, status) in [("as an event", 202), ("as a dry run", 204)] {
        let got = &checks[check];
        assert_eq!((&got["status"], &got["empty"]), (&json!(status), &json!(true)), "{check}: {got}");
        assert!(got["request"].is_string(), "{check} has a request id: {got}");
        assert_eq!(got["version"], json!(null), "nothing was executed yet: {got}");
    }

    let client = &checks["with client context"]["payload"]["client"];
    assert_eq!(client["custom"], json!({"bed": "3"}), "the context arrives decoded");
    assert_eq!((&client["title"], &client["env"]["locale"]), (&json!("Seeds"), &json!("de")));

    let arn = "arn:aws:lambda:us-east-1:000000000000:function:echo";
    let qualified = format!("{arn}:$LATEST");
    for (check, expected) in [
        ("by name", arn),
        ("by ARN", arn),
        ("by partial ARN", arn),
        ("by name and version", &qualified),
        ("by qualifier", &qualified),
        ("by ARN and version", &qualified),
        ("by both, agreeing", &qualified),
    ] {
        assert_eq!(checks[check]["payload"]["arn"], expected, "{check}: as the caller named it");
    }
}

/// Fifteen calls: one ran dry, the one that nobody waited for runs too.
async fn assert_record(host: &Host) {
    let rows = eventually("every call is in the record", async || {
        let rows = record(host).await;
        (rows.len() == 14 && rows.iter().all(|[.., status]| status == "ok")).then_some(rows)
    })
    .await;
    let of = |wanted: &str| rows.iter().filter(|[_, trigger, _]| trigger == wanted).count();
    assert_eq!((of("sdk"), of("async")), (13, 1), "{rows:?}");
}
