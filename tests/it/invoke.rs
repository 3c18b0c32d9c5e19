//! One call, in every way it can end.

use base64::Engine as _;
use coldframe_testkit::Project;
use serde_json::{Value, json};

use crate::{ECHO, builder, serve};

#[tokio::test(flavor = "multi_thread")]
async fn a_python_function_answers_and_is_reused() {
    let project = Project::new().python("echo", ECHO);
    let host = serve(&project);
    let first = host.invoke("echo", &json!({"name": "Ada"})).await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(first.header("x-amz-executed-version"), Some("$LATEST"));
    assert_eq!(first.json()["event"], json!({"name": "Ada"}));
    let second = host.invoke("echo", &json!(2)).await;
    assert_eq!(second.json()["pid"], first.json()["pid"], "a warm call uses the same process");
    assert_ne!(second.json()["request"], first.json()["request"], "every call has its own request id");

    // CPU and memory are known when the process asks for more work, a moment after the answer.
    let rows = coldframe_testkit::eventually("both calls have finished", async || {
        let rows = host.invocations().await;
        rows.iter().all(|row| row["cpu_user_ms"].is_f64()).then_some(rows)
    })
    .await;
    assert_eq!(rows.len(), 2, "one row a call: {rows:?}");
    assert_eq!(rows[1]["cold"], true, "the first call was cold");
    assert_eq!(rows[0]["cold"], false, "the second was warm");
    let phases = ["queue", "build", "spawn", "boot", "init", "handler", "overhead"];
    for row in &rows {
        let sum: f64 =
            phases.iter().map(|phase| row[format!("{phase}_ms")].as_f64().expect("a number")).sum();
        let total = row["total_ms"].as_f64().expect("a number");
        assert!((sum - total).abs() < 0.01, "phases sum to the total: {sum} and {total} in {row}");
        assert!(
            row["peak_memory_mb"].as_f64().is_some_and(|memory| (2.0..200.0).contains(&memory)),
            "measured: {row}"
        );
        assert!(row["cpu_user_ms"].is_f64(), "measured: {row}");
    }
    assert!(rows[1]["init_ms"].as_f64() > Some(0.0), "init of a cold start takes time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_function_answers() {
    let project =
        Project::new().node("hello", "export const handler = async (event) => ({ hello: event.name });\n");
    let host = serve(&project);
    let answer = host.invoke("hello", &json!({"name": "Ada"})).await;
    assert_eq!(answer.json(), json!({"hello": "Ada"}), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typescript_function_answers_with_its_own_lines_in_a_trace() {
    let project = Project::new()
        .with(
            "typed/index.ts",
            "import { shout } from './text';\ninterface Event { name: string; fail?: boolean }\n\
         export const handler = async (event: Event): Promise<string> => {\n  \
         if (event.fail) throw new Error('on purpose');\n  return shout(event.name);\n};\n",
        )
        .with(
            "typed/text.ts",
            "export function shout(text: string): string {\n  return text.toUpperCase();\n}\n",
        );
    let host = serve(&project);
    let answer = host.invoke("typed", &json!({"name": "ada"})).await;
    assert_eq!(answer.json(), json!("ADA"), "{}", answer.text());
    let failed = host.invoke("typed", &json!({"name": "x", "fail": true})).await;
    let trace = failed.json()["trace"].to_string();
    assert!(trace.contains("index.ts:4"), "the trace names the TypeScript line: {trace}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_bootstrap_speaks_the_runtime_api() {
    let project = Project::new();
    project.write_executable(
        "shell/bootstrap",
        r#"#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "$api/invocation/next")
  id=$(grep -i '^lambda-runtime-aws-request-id:' "$headers" | tr -d '\r' | cut -d' ' -f2)
  rm -f "$headers"
  curl -sS -X POST "$api/invocation/$id/response" -d "{\"shell\": $event}" > /dev/null
done
"#,
    );
    let host = serve(&project);
    let answer = host.invoke("shell", &json!({"a": 1})).await;
    assert_eq!(answer.json(), json!({"shell": {"a": 1}}), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_the_shapes_aws_was_recorded_to_give() {
    let project = Project::new().python(
        "trouble",
        "import os, time\n\ndef lambda_handler(event, context):\n    kind = event['kind']\n    if kind == 'raise':\n        \
         raise Exception('Handler fails')\n    if kind == 'exit':\n        os._exit(event['code'])\n    if kind == 'sleep':\n        \
         time.sleep(30)\n    if kind == 'large':\n        return 'x' * 6291557\n",
    ).with(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  trouble:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         CodeUri: trouble/\n      Handler: lambda_function.lambda_handler\n      Runtime: python3.12\n      Timeout: 1\n",
    );
    let host = serve(&project);

    let raised = host.invoke("trouble", &json!({"kind": "raise"})).await;
    assert_eq!((raised.status, raised.function_error()), (200, Some("Unhandled")));
    assert_eq!(raised.json()["errorMessage"], "Handler fails");
    assert_eq!(raised.json()["errorType"], "Exception");
    assert!(
        raised.json()["stackTrace"][0].as_str().is_some_and(|line| line.contains("line 6")),
        "{}",
        raised.text()
    );

    let exited = host.invoke("trouble", &json!({"kind": "exit", "code": 3})).await;
    assert_eq!(exited.function_error(), Some("Unhandled"));
    assert_eq!(exited.json()["errorType"], "Runtime.ExitError");
    let message = exited.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
    assert!(message.ends_with("Error: Runtime exited with error: exit status 3"), "{message}");

    let silent = host.invoke("trouble", &json!({"kind": "exit", "code": 0})).await;
    let message = silent.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
    assert!(message.ends_with("Error: Runtime exited without providing a reason"), "{message}");

    let timed_out = host.invoke("trouble", &json!({"kind": "sleep"})).await;
    assert_eq!(timed_out.json()["errorType"], "Sandbox.Timedout");
    let message = timed_out.json()["errorMessage"].as_str().unwrap_or_default().to_owned();
    assert!(message.ends_with("Error: Task timed out after 1.00 seconds"), "{message}");

    let large = host.invoke("trouble", &json!({"kind": "large"})).await;
    assert_eq!(large.json()["errorType"], "Function.ResponseSizeTooLarge", "{}", large.text());

    let after = host.invoke("trouble", &json!({"kind": "none"})).await;
    assert_eq!((after.status, after.text().as_str()), (200, "null"), "the next call has a new instance");

    let statuses: Vec<String> = host
        .invocations()
        .await
        .iter()
        .rev()
        .map(|row| row["status"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(statuses, ["error", "crash", "crash", "timeout", "error", "ok"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tail_has_what_cloudwatch_would_show() {
    let project = Project::new().python(
        "loud",
        "print('importing')\n\ndef lambda_handler(event, context):\n    print('hello from', event)\n",
    );
    let host = serve(&project);
    let url = format!("{}/2015-03-31/functions/loud/invocations", host.aws);
    let response =
        host.http.post(url).header("X-Amz-Log-Type", "Tail").body("7").send().await.expect("an answer");
    let tail = response.headers()["x-amz-log-result"].to_str().expect("base64").to_owned();
    let log = base64::engine::general_purpose::STANDARD.decode(tail).expect("base64");
    let log = String::from_utf8(log).expect("text");
    let id = response.headers()["x-amzn-requestid"].to_str().expect("an id").to_owned();
    assert!(log.contains(&format!("START RequestId: {id} Version: $LATEST\n")), "{log}");
    assert!(log.contains("hello from 7\n"), "{log}");
    assert!(log.contains(&format!("END RequestId: {id}\n")), "{log}");
    let report = log.lines().find(|line| line.starts_with("REPORT")).expect("a REPORT line");
    for part in
        ["Duration: ", "Billed Duration: ", "Memory Size: 128 MB", "Max Memory Used: ", "Init Duration: "]
    {
        assert!(report.contains(part), "{part:?} is missing in {report:?}");
    }
    assert!(!report.contains("Max Memory Used: 128 MB"), "memory used is measured, not configured: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_line_says_what_ended_the_invocation() {
    let project = Project::new()
        .python("late", "import time\n\ndef lambda_handler(event, context):\n    time.sleep(60)\n")
        .python("gone", "import os\n\ndef lambda_handler(event, context):\n    os._exit(3)\n")
        .python(
            "huge",
            "def lambda_handler(event, context):\n    kept = []\n    while True:\n        \
             kept.append(bytearray(b'x') * 8_000_000)\n",
        )
        .with(
            "coldframe.toml",
            "[functions.late]\ntimeout_seconds = 1\n[functions.huge]\ntimeout_seconds = 30\n",
        );
    let host = serve(&project);
    for (function, ending) in [
        ("late", "Status: timeout"),
        ("gone", "Status: error\tError Type: Runtime.ExitError"),
        ("huge", "Status: error\tError Type: Runtime.OutOfMemory"),
    ] {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", host.aws);
        let response =
            host.http.post(url).header("X-Amz-Log-Type", "Tail").body("{}").send().await.expect("an answer");
        assert_eq!(response.headers()["x-amz-function-error"], "Unhandled", "{function}");
        let tail = response.headers()["x-amz-log-result"].to_str().expect("base64").to_owned();
        let log = base64::engine::general_purpose::STANDARD.decode(tail).expect("base64");
        let log = String::from_utf8(log).expect("text");
        let report = log.lines().find(|line| line.starts_with("REPORT")).expect("a REPORT line");
        assert!(report.ends_with(&format!("\t{ending}")), "{function}: {report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_limit_that_is_told_is_the_one_that_counts() {
    let project = Project::new()
        .python("limited", ECHO)
        .with("coldframe.toml", "[functions.limited]\nconcurrency = 2\n");
    let host = builder(&project).arg("--account-concurrency").arg("7").start();
    let url = format!("{}/2016-08-19/account-settings/", host.aws);
    let response = host.http.get(url).send().await.expect("an answer");
    let settings: Value = response.json().await.expect("JSON");
    let limit = &settings["AccountLimit"];
    assert_eq!(
        (&limit["ConcurrentExecutions"], &limit["UnreservedConcurrentExecutions"]),
        (&json!(7), &json!(5))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_at_once_and_runs_later() {
    let project = Project::new().python("later", ECHO);
    let host = serve(&project);
    let url = format!("{}/2015-03-31/functions/later/invocations", host.aws);
    let response = host
        .http
        .post(url)
        .header("X-Amz-Invocation-Type", "Event")
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 202);
    let row = coldframe_testkit::eventually("the event ran", async || {
        host.invocations().await.into_iter().find(|row| row["status"] == "ok")
    })
    .await;
    assert_eq!((row["trigger"].as_str(), row["attempt"].as_u64()), (Some("async"), Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn environment_holds_the_contract_and_none_of_the_hosts_secrets() {
    let project = Project::new().python(
        "env",
        "import os\n\ndef lambda_handler(event, context):\n    return dict(os.environ) | {'cwd': os.getcwd()}\n",
    ).with("env/.env", "FROM_FILE=yes\n");
    let host = serve(&project);
    let env = host.invoke("env", &json!({})).await.json();
    let root = project.file("env").canonicalize().expect("exists").display().to_string();
    for (name, value) in [
        ("AWS_LAMBDA_FUNCTION_NAME", "env"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("_HANDLER", "lambda_function.lambda_handler"),
        ("TZ", ":UTC"),
        ("FROM_FILE", "yes"),
        ("LAMBDA_TASK_ROOT", root.as_str()),
        ("cwd", root.as_str()),
    ] {
        assert_eq!(env[name], value, "{name}");
    }
    assert!(
        env["CARGO"].is_null() && env["CARGO_MANIFEST_DIR"].is_null(),
        "the environment is built, not inherited"
    );
}
