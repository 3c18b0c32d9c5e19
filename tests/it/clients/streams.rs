//! InvokeWithResponseStream.

use coldframe_testkit::Host;
use serde_json::{Value, json};

use super::{Checks, assert_log, boto3, javascript, log, project, record};
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn boto3_reads_a_stream_and_how_it_failed() {
    let project = project();
    let host = serve(&project);
    assert_streams(&boto3(&host, "boto3_stream.py"));
    assert_record(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_javascript_sdk_reads_a_stream_and_how_it_failed() {
    let project = project();
    let host = serve(&project);
    assert_streams(&javascript(&host, "javascript_stream.mjs"));
    assert_record(&host).await;
}

fn assert_streams(checks: &Checks) {
    let parts = &checks["parts"];
    assert_eq!(parts["text"], "one two three");
    assert!(parts["chunks"].as_u64() > Some(1), "it comes in pieces: {parts}");
    assert_eq!((&parts["status"], &parts["version"]), (&json!(200), &json!("$LATEST")));
    assert_eq!(parts["ends"].as_array().map(Vec::len), Some(1), "one end: {parts}");
    assert!(end(parts)["ErrorCode"].is_null(), "{parts}");
    let text = log(parts);
    let id = parts["request"].as_str().expect("an id");
    assert_log(&text, id, &format!("END RequestId: {id}"));

    let half = &checks["fails half way"];
    assert_eq!(half["text"], "one two three", "what was sent stays sent");
    assert_eq!(end(half)["ErrorCode"], "RangeError");
    assert_eq!(details(half)["errorMessage"], "half was sent");
    assert_eq!(details(half)["errorType"], "RangeError");

    let before = &checks["fails before"];
    assert_eq!((&before["text"], &end(before)["ErrorCode"]), (&json!(""), &json!("Unhandled")));
    assert_eq!(details(before)["errorMessage"], "nothing was sent");

    let exits = &checks["exits half way"];
    assert_eq!(exits["text"], "one two three", "what was sent stays sent");
    assert!(end(exits)["ErrorCode"].is_string(), "the end says that it failed: {exits}");

    let plain = &checks["of a function that does not stream"];
    let answer: Value = serde_json::from_str(plain["text"].as_str().unwrap_or_default()).expect("JSON");
    assert_eq!(
        (&answer["event"]["name"], &plain["chunks"]),
        (&json!("Ada"), &json!(1)),
        "one chunk holds it"
    );
    assert!(end(plain)["ErrorCode"].is_null());

    let raises = &checks["of a function that raises"];
    assert_eq!((&raises["text"], &end(raises)["ErrorCode"]), (&json!(""), &json!("Unhandled")));
    assert_eq!(details(raises)["errorMessage"], "Handler fails");

    for (check, class, status) in
        [("of nobody", "ResourceNotFoundException", 404), ("of a full one", "TooManyRequestsException", 429)]
    {
        assert_eq!(
            (&checks[check]["code"], &checks[check]["http"]),
            (&json!(class), &json!(status)),
            "{check}"
        );
        assert_eq!(checks[check]["caught_by_its_class"], true, "{check}");
    }

    let whole = &checks["called without a stream"];
    assert_eq!((&whole["text"], &whole["error"]), (&json!("one two three"), &json!(null)), "collected");
}

fn end(stream: &Value) -> &Value {
    stream["ends"].as_array().and_then(|ends| ends.last()).unwrap_or_else(|| panic!("no end: {stream}"))
}

fn details(stream: &Value) -> Value {
    let text = end(stream)["ErrorDetails"].as_str().expect("details");
    serde_json::from_str(text).unwrap_or_else(|_| panic!("details are JSON: {text}"))
}

/// A failure in the middle is a failure in the record too, though the caller's status was 200.
async fn assert_record(host: &Host) {
    let rows = record(host).await;
    let of_streams = rows.iter().filter(|[function, ..]| function == "streams");
    let statuses: Vec<&str> = of_streams.map(|[_, _, status]| status.as_str()).collect();
    assert_eq!(statuses, ["ok", "error", "error", "crash", "ok"]);
}
