//! Python's runtime client, brought by the function itself: named in its requirements, installed in its `.venv`.

use std::os::unix::fs::symlink;

use coldframe_testkit::{Project, alive, eventually};
use serde_json::json;

use super::{invoke, statuses};
use crate::{installed, serve};

const CODE: &str = "\
import os, sys, time

def lambda_handler(event, context):
    print('hello from', context.aws_request_id)
    how = event.get('how')
    if how == 'raise':
        raise ValueError('zu früh')
    if how == 'exit':
        os._exit(3)
    if how == 'sleep':
        time.sleep(30)
    if how == 'none':
        return None
    if how == 'bytes':
        return b'raw bytes'
    if how == 'unserialisable':
        return {1, 2}
    if how == 'large':
        return 'x' * 6291557
    return {
        'event': event,
        'pid': os.getpid(),
        'client': 'awslambdaric' in sys.modules,
        'ours': any(name.startswith('coldframe') for name in sys.modules),
        'request': context.aws_request_id,
        'arn': context.invoked_function_arn,
        'remaining': context.get_remaining_time_in_millis(),
        'custom': context.client_context.custom,
        'trace': os.environ.get('_X_AMZN_TRACE_ID'),
    }
";

fn project() -> Project {
    let project = Project::new()
        .python("ric", CODE)
        .with("ric/requirements.txt", "awslambdaric==4.2.2\n")
        .python("broken", "import seeds_that_do_not_exist\n")
        .with("broken/requirements.txt", "awslambdaric==4.2.2\n")
        .with(
            "template.yaml",
            "Transform: AWS::Serverless-2016-10-31\n\
             Globals: { Function: { Runtime: python3.12, Handler: lambda_function.lambda_handler } }\n\
             Resources:\n\
             \x20 ric: { Type: AWS::Serverless::Function, Properties: { CodeUri: ric/, Timeout: 2 } }\n\
             \x20 broken: { Type: AWS::Serverless::Function, Properties: { CodeUri: broken/ } }\n",
        );
    for function in ["ric", "broken"] {
        let environment = project.file(function).join(".venv");
        symlink(installed::python_environment(), environment).expect("a link");
    }
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_and_is_reused() {
    let project = project();
    let host = serve(&project);
    let first = invoke(&host, "ric", &json!({"name": "Ada", "text": "grüß"})).await;
    let got = first.returned();
    assert_eq!((&got["client"], &got["ours"]), (&json!(true), &json!(false)), "AWS's client runs, not ours");
    assert_eq!(got["event"], json!({"name": "Ada", "text": "grüß"}));
    assert_eq!(got["request"], first.request_id());
    assert_eq!(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:ric");
    assert_eq!(got["custom"], json!({"bed": "3"}));
    assert!(got["trace"].as_str().is_some_and(|trace| trace.starts_with("Root=1-")), "{got}");
    let remaining = got["remaining"].as_i64().expect("milliseconds");
    assert!((1..=2000).contains(&remaining), "the deadline is real: {remaining}");
    assert!(first.log.contains(&format!("hello from {}\n", first.request_id())), "{}", first.log);
    assert!(first.log.starts_with(&format!("START RequestId: {} Version: $LATEST\n", first.request_id())));

    let second = invoke(&host, "ric", &json!({})).await.returned();
    assert_eq!(second["pid"], got["pid"], "a warm call uses the same process");
    assert_eq!(invoke(&host, "ric", &json!({"how": "none"})).await.returned(), json!(null));
    let bytes = invoke(&host, "ric", &json!({"how": "bytes"})).await;
    assert_eq!(bytes.answer.text(), "raw bytes", "the function's bytes, untouched");
    let rows = eventually("every call is measured, from outside", async || {
        let rows = host.invocations().await;
        rows.iter().all(|row| row["peak_memory_mb"].as_f64() > Some(5.0)).then_some(rows)
    })
    .await;
    assert_eq!((rows.len(), &rows[0]["status"]), (4, &json!("ok")));
    assert!(rows[3]["cold"] == true && rows[2]["cold"] == false, "the first was cold");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_failures_have_the_shapes_aws_gives() {
    let project = project();
    let host = serve(&project);
    let raised = invoke(&host, "ric", &json!({"how": "raise"})).await;
    let got = raised.failed();
    assert_eq!((&got["errorType"], &got["errorMessage"]), (&json!("ValueError"), &json!("zu früh")));
    assert_eq!(got["requestId"], raised.request_id());
    assert!(got["stackTrace"][0].as_str().is_some_and(|line| line.contains("line 7, in lambda_handler")));
    assert!(raised.log.contains("[ERROR] ValueError: zu früh\r"), "{}", raised.log);

    let got = invoke(&host, "ric", &json!({"how": "unserialisable"})).await.failed();
    assert_eq!(got["errorType"], "Runtime.MarshalError");
    let exited = invoke(&host, "ric", &json!({"how": "exit"})).await;
    let message =
        format!("RequestId: {} Error: Runtime exited with error: exit status 3", exited.request_id());
    assert_eq!(exited.failed(), json!({"errorType": "Runtime.ExitError", "errorMessage": message}));
    let slow = invoke(&host, "ric", &json!({"how": "sleep"})).await;
    let message = format!("RequestId: {} Error: Task timed out after 2.00 seconds", slow.request_id());
    assert_eq!(slow.failed(), json!({"errorType": "Sandbox.Timedout", "errorMessage": message}));
    let got = invoke(&host, "ric", &json!({"how": "large"})).await.failed();
    assert_eq!(got["errorType"], "Function.ResponseSizeTooLarge");
    let got = invoke(&host, "ric", &json!({})).await.returned();
    assert_eq!(got["client"], true, "the next call finds a working instance");
    assert_eq!(statuses(&host).await, ["error", "error", "crash", "timeout", "error", "ok"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_imported_says_so() {
    let project = project();
    let host = serve(&project);
    let got = invoke(&host, "broken", &json!({})).await.failed();
    assert_eq!(got["errorType"], "Runtime.ImportModuleError");
    let message = got["errorMessage"].as_str().unwrap_or_default();
    assert!(message.contains("No module named 'seeds_that_do_not_exist'"), "{message}");
    assert_eq!(statuses(&host).await, ["init_error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_file_is_served_by_a_new_process() {
    let project = project();
    let host = serve(&project);
    let pid = invoke(&host, "ric", &json!({})).await.returned()["pid"].as_u64().expect("a pid");
    project.write_atomically(
        "ric/lambda_function.py",
        "def lambda_handler(event, context):\n    return 'new'\n",
    );
    eventually("the new code answers", async || {
        (invoke(&host, "ric", &json!({})).await.returned() == "new").then_some(())
    })
    .await;
    let pid = u32::try_from(pid).expect("a pid");
    eventually("the old process ends", async || (!alive(pid)).then_some(())).await;
}
