//! Reading calls: what tools ask before they call, and waiters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Checks, NAMES, boto3, javascript, project};
use crate::serve;

#[test]
fn boto3_reads_what_there_is() {
    let project = project();
    let host = serve(&project);
    assert_reads(&boto3(&host, "boto3_reads.py"), &host.aws);
}

#[test]
fn the_javascript_sdk_reads_what_there_is() {
    let project = project();
    let host = serve(&project);
    assert_reads(&javascript(&host, "javascript_reads.mjs"), &host.aws);
}

fn assert_reads(checks: &Checks, aws: &str) {
    assert_eq!(names(&checks["list"]["names"]), NAMES.into(), "every function, each once");
    assert!(checks["list"]["first"]["Runtime"].is_string(), "a list has whole configurations");
    let pages = checks["pages"]["pages"].as_array().expect("pages");
    assert_eq!(pages.iter().map(|page| names(page).len()).collect::<Vec<_>>(), [2, 2, 2, 2, 1]);
    assert_eq!(
        pages.iter().flat_map(names).collect::<BTreeSet<_>>(),
        NAMES.into(),
        "no page repeats another"
    );

    let got = &checks["configuration"];
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:echo";
    for (member, expected) in [
        ("FunctionName", json!("echo")),
        ("FunctionArn", json!(arn)),
        ("Runtime", json!("python3.12")),
        ("Handler", json!("lambda_function.lambda_handler")),
        ("Description", json!("Answers with what it got")),
        ("Timeout", json!(7)),
        ("MemorySize", json!(256)),
        ("Version", json!("$LATEST")),
        ("Environment", json!({"Variables": {"COLOUR": "green"}})),
        ("TracingConfig", json!({"Mode": "PassThrough"})),
        ("State", json!("Active")),
        ("LastUpdateStatus", json!("Successful")),
        ("PackageType", json!("Zip")),
        ("Architectures", json!(["x86_64"])),
        ("EphemeralStorage", json!({"Size": 512})),
        ("SnapStart", json!({"ApplyOn": "None", "OptimizationStatus": "Off"})),
        ("LoggingConfig", json!({"LogFormat": "Text", "LogGroup": "/aws/lambda/echo"})),
    ] {
        assert_eq!(got[member], expected, "{member} of {got}");
    }
    for member in ["Role", "CodeSha256", "RevisionId", "LastModified"] {
        assert!(got[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {got}");
    }
    let modified = got["LastModified"].as_str().unwrap_or_default();
    assert!(
        modified.starts_with("20") && modified.ends_with("+0000"),
        "a time as Lambda writes it: {modified}"
    );

    let function = &checks["function"];
    assert_eq!(function["same"], true, "GetFunction by ARN holds the same configuration");
    assert_eq!(function["code"], json!(["Location", "RepositoryType"]));
    let qualified = checks["qualified"]["arn"].as_str().unwrap_or_default();
    assert!(qualified.starts_with(arn), "{qualified}");
    assert_eq!(checks["concurrency"]["ReservedConcurrentExecutions"], 1);
    assert_eq!(checks["reserved"]["ReservedConcurrentExecutions"], 1);
    let url = &checks["url"];
    let address = format!("{}/echo/", aws.replace("127.0.0.1", "localhost"));
    let shown = url["FunctionUrl"].as_str().unwrap_or_default().replace("127.0.0.1", "localhost");
    assert_eq!((shown, &url["AuthType"], &url["InvokeMode"]), (address, &json!("NONE"), &json!("BUFFERED")));
    assert!(checks["settings"]["ConcurrentExecutions"].is_u64(), "{}", checks["settings"]);
    assert_eq!(checks["mappings"]["EventSourceMappings"], json!([]));

    for waiter in [
        "function_exists",
        "function_active",
        "function_active_v2",
        "function_updated",
        "function_updated_v2",
    ] {
        assert_eq!(checks[waiter]["waited"], true, "{waiter}");
    }
}

fn names(list: &Value) -> BTreeSet<&str> {
    list.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}
