//! Errors: a function's own come as answers, the service's as exceptions of their own classes.

use coldframe_testkit::Host;
use serde_json::json;

use super::{Checks, boto3, javascript, log, project, record};
use crate::serve;

#[tokio::test(flavor = "multi_thread")]
async fn boto3_gets_every_error_in_its_class() {
    let project = project();
    let host = serve(&project);
    let checks = boto3(&host, "boto3_errors.py");
    assert_function_errors(&checks);
    assert_service_errors(&checks);
    assert_record(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_javascript_sdk_gets_every_error_in_its_class() {
    let project = project();
    let host = serve(&project);
    let checks = javascript(&host, "javascript_errors.mjs");
    assert_function_errors(&checks);
    assert_service_errors(&checks);
    assert_record(&host).await;
}

fn assert_function_errors(checks: &Checks) {
    let failed = |check: &str| {
        let got = &checks[check];
        assert_eq!(
            (&got["status"], &got["function_error"]),
            (&json!(200), &json!("Unhandled")),
            "{check}: {got}"
        );
        assert_eq!(got["version"], "$LATEST", "{check}: {got}");
        let id = got["request"].as_str().expect("an id").to_owned();
        (got["payload"].clone(), id)
    };

    let (raised, id) = failed("raised");
    assert_eq!(raised["errorMessage"], "Handler fails");
    assert_eq!((&raised["errorType"], &raised["requestId"]), (&json!("Exception"), &json!(id)));
    let trace = raised["stackTrace"].as_array().expect("a trace");
    assert_eq!(trace.len(), 1, "only the function's own lines: {trace:?}");
    assert!(
        trace[0].as_str().is_some_and(|line| {
            line.starts_with("  File \"")
                && line.ends_with("line 2, in lambda_handler\n    raise Exception('Handler fails')\n")
        }),
        "{trace:?}"
    );
    let text = log(&checks["raised"]);
    assert!(text.contains("[ERROR] Exception: Handler fails\r"), "{text}");

    let (exited, id) = failed("exited");
    let message = format!("RequestId: {id} Error: Runtime exited with error: exit status 3");
    assert_eq!(exited, json!({"errorType": "Runtime.ExitError", "errorMessage": message}));
    let text = log(&checks["exited"]);
    assert!(text.contains(&format!("{message}\nRuntime.ExitError\n")), "{text}");

    let (timed_out, id) = failed("timed out");
    let message = format!("RequestId: {id} Error: Task timed out after 1.00 seconds");
    assert_eq!(timed_out, json!({"errorType": "Sandbox.Timedout", "errorMessage": message}));
    let text = log(&checks["timed out"]);
    assert!(text.contains(&format!("Z {id} Task timed out after 1.00 seconds\n")), "{text}");

    let (unimportable, _) = failed("not imported");
    assert_eq!(unimportable["errorMessage"], "no settings");
    assert_eq!(
        (&unimportable["errorType"], &unimportable["requestId"]),
        (&json!("RuntimeError"), &json!(""))
    );

    let (large, _) = failed("answer too large");
    assert_eq!(
        large,
        json!({
            "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
            "errorType": "Function.ResponseSizeTooLarge",
        })
    );
    let whole = checks["answer just right"]["payload"].as_str().map(str::len);
    assert_eq!(whole, Some(1_000_000), "a large answer arrives whole");
}

fn assert_service_errors(checks: &Checks) {
    let arn = "Function not found: arn:aws:lambda:us-east-1:000000000000:function";
    for (check, message) in [
        ("no such function", format!("{arn}:nobody:$LATEST")),
        ("no such version", format!("{arn}:echo:7")),
        ("no such function, as an event", format!("{arn}:nobody:$LATEST")),
        ("no such function, as a dry run", format!("{arn}:nobody:$LATEST")),
        ("no such function, read", format!("{arn}:nobody")),
        ("no such configuration", format!("{arn}:nobody")),
    ] {
        assert_refused(checks, check, "ResourceNotFoundException", 404);
        assert_eq!(checks[check]["message"], message, "{check}");
    }

    for check in ["not JSON", "not UTF-8", "not JSON, as an event"] {
        let message = assert_refused(checks, check, "InvalidRequestContentException", 400);
        let start = "Could not parse request body into json: Could not parse payload into json: ";
        assert!(message.starts_with(start), "{check}: {message}");
    }
    assert_refused(checks, "client context no Base64", "InvalidRequestContentException", 400);
    assert_refused(checks, "qualifiers disagree", "InvalidParameterValueException", 400);
    let message = assert_refused(checks, "no such invocation type", "InvalidParameterValueException", 400);
    assert!(message.contains("Sometimes"), "{message}");

    assert_eq!(checks["just not too large"]["payload"], 6_291_454, "6 MB are allowed");
    for (check, bytes, kind, limit) in [
        ("too large", 6_291_457, "RequestResponse", 6_291_456),
        ("too large for an event", 1_048_577, "Event", 1_048_576),
    ] {
        let message = assert_refused(checks, check, "RequestTooLargeException", 413);
        assert_eq!(
            message,
            format!("{bytes} byte payload is too large for the {kind} invocation type (limit {limit} bytes)")
        );
    }

    for (check, attempts) in
        [("no concurrency at all", 1), ("no concurrency, retried", 3), ("concurrency taken", 1)]
    {
        let message = assert_refused(checks, check, "TooManyRequestsException", 429);
        assert_eq!(message, "Rate Exceeded.", "{check}");
        assert_eq!(checks[check]["reason"], "ReservedFunctionConcurrentInvocationLimitExceeded", "{check}");
        assert_eq!(checks[check]["attempts"], attempts, "{check}");
    }
    assert_eq!(checks["the one that took it"]["payload"], "done");
}

fn assert_refused(checks: &Checks, check: &str, class: &str, status: u16) -> String {
    let got = &checks[check];
    assert_eq!((&got["code"], &got["http"]), (&json!(class), &json!(status)), "{check}: {got}");
    assert_eq!((&got["class"], &got["type"]), (&json!(class), &json!("User")), "{check}: {got}");
    assert_eq!(got["caught_by_its_class"], true, "{check} can be caught by its class: {got}");
    assert!(got["request"].is_string(), "{check} has a request id: {got}");
    got["message"].as_str().unwrap_or_default().to_owned()
}

/// What was refused before a function was chosen is in no function's record; each attempt of a throttled call is.
async fn assert_record(host: &Host) {
    let rows = record(host).await;
    let count = |function: &str, wanted: &str| {
        rows.iter().filter(|[name, _, status]| name == function && status == wanted).count()
    };
    assert_eq!(count("closed", "throttled"), 4, "one attempt, and three: {rows:?}");
    assert_eq!((count("waits", "throttled"), count("waits", "ok")), (1, 1), "{rows:?}");
    assert_eq!(count("echo", "ok"), 0, "every event for it was refused: {rows:?}");
    let failed = (count("raises", "error"), count("exits", "crash"), count("sleeps", "timeout"));
    assert_eq!(failed, (1, 1, 1), "{rows:?}");
    assert_eq!((count("unimportable", "init_error"), count("large", "error")), (1, 1), "{rows:?}");
}
