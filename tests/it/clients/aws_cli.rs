//! The AWS CLI as it comes from PyPI, which is version 1.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use coldframe_testkit::{Host, Verb, eventually};
use serde_json::{Value, json};

use super::{aws, log, project, record};
use crate::serve;

/// `aws lambda invoke`; also what it wrote into its output file.
fn invoke(host: &Host, function: &str, options: &[&str]) -> (Verb, Option<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("answer");
    let shown = file.display().to_string();
    let arguments = [&["lambda", "invoke", "--function-name", function], options, &[&shown]].concat();
    (aws(host, &arguments), std::fs::read_to_string(file).ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cli_calls_and_tells_errors_apart() {
    let project = project();
    let host = serve(&project);
    let (said, answer) = invoke(
        &host,
        "echo",
        &["--payload", r#"{"name": "Ada"}"#, "--log-type", "Tail", "--qualifier", "$LATEST"],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        (&said.json()["StatusCode"], &said.json()["ExecutedVersion"]),
        (&json!(200), &json!("$LATEST"))
    );
    let answer: Value = serde_json::from_str(&answer.expect("an answer")).expect("JSON");
    assert_eq!(answer["event"], json!({"name": "Ada"}));
    let text = log(&json!({"log": said.json()["LogResult"]}));
    assert!(text.contains("got {'name': 'Ada'}\n"), "{text}");

    let context = STANDARD.encode(r#"{"client":{"app_title":"Seeds"},"custom":{"bed":"3"}}"#);
    let (_, answer) = invoke(&host, "echo", &["--client-context", &context]);
    let answer: Value = serde_json::from_str(&answer.expect("an answer")).expect("JSON");
    assert_eq!(answer["client"]["custom"], json!({"bed": "3"}), "the client context arrives");

    let (said, answer) = invoke(&host, "raises", &[]);
    assert_eq!(said.code, 0, "a function's error is an answer: {}", said.stderr);
    assert_eq!(said.json()["FunctionError"], "Unhandled");
    assert!(answer.is_some_and(|text| text.contains("Handler fails")));

    let (said, _) = invoke(&host, "echo", &["--invocation-type", "Event", "--payload", "1"]);
    assert_eq!((said.code, said.json()), (0, json!({"StatusCode": 202})), "{}", said.stderr);
    let (said, _) = invoke(&host, "echo", &["--invocation-type", "DryRun"]);
    assert_eq!((said.code, said.json()), (0, json!({"StatusCode": 204})), "{}", said.stderr);
    eventually("the event ran", async || {
        let done = |[_, trigger, status]: &[String; 3]| trigger == "async" && status == "ok";
        record(&host).await.iter().any(done).then_some(())
    })
    .await;

    for (function, options, error) in [
        ("nobody", &["--payload", "{}"][..], "ResourceNotFoundException"),
        ("echo", &["--payload", "{no"], "InvalidRequestContentException"),
        ("closed", &[], "TooManyRequestsException"),
    ] {
        let (said, _) = invoke(&host, function, options);
        assert_eq!(said.code, 255, "an error of the service: {}", said.stderr);
        assert!(said.stderr.contains(&format!("An error occurred ({error})")), "{}", said.stderr);
    }
}

#[test]
fn the_cli_reads_and_waits() {
    let project = project();
    let host = serve(&project);
    let said =
        aws(&host, &["lambda", "list-functions", "--query", "Functions[].FunctionName", "--output", "text"]);
    let mut names: Vec<&str> = said.stdout.split_whitespace().collect();
    names.sort_unstable();
    assert_eq!(names, super::NAMES, "{}", said.stderr);
    let said = aws(&host, &["lambda", "get-function-configuration", "--function-name", "echo"]);
    assert_eq!((&said.json()["MemorySize"], &said.json()["State"]), (&json!(256), &json!("Active")));
    let said = aws(&host, &["lambda", "get-function", "--function-name", "echo"]);
    assert_eq!(said.json()["Configuration"]["Timeout"], 7, "{}", said.stderr);
    let said = aws(&host, &["lambda", "wait", "function-active-v2", "--function-name", "echo"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    // The endpoint may be given in the other ways too.
    let mut arguments = vec!["--endpoint-url", host.aws.as_str(), "lambda", "get-function-concurrency"];
    arguments.extend(["--function-name", "waits"]);
    assert_eq!(aws(&host, &arguments).json()["ReservedConcurrentExecutions"], 1);
}
