//! Node's runtime client, `aws-lambda-ric`, which is partly C++: among the function's dependencies and installed.

use std::os::unix::fs::symlink;

use coldframe_testkit::Project;
use serde_json::json;

use super::{invoke, statuses};
use crate::{installed, serve};

const CODE: &str = "\
exports.handler = async (event, context) => {
  console.log('hello from', context.awsRequestId);
  switch (event.how) {
    case 'throw': throw new TypeError('zu früh');
    case 'reject': void Promise.reject(new Error('nobody waits')); await new Promise(() => {}); break;
    case 'exit': process.exit(3); break;
    case 'undefined': return undefined;
    case 'large': return 'x'.repeat(6291557);
  }
  return {
    event,
    pid: process.pid,
    client: process.argv[1],
    request: context.awsRequestId,
    arn: context.invokedFunctionArn,
    remaining: context.getRemainingTimeInMillis(),
    custom: context.clientContext.custom,
  };
};
";

const STREAM: &str = "\
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.fail === 'before') throw new RangeError('nothing was sent');
  if (!event.plain) {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-rows': '2' } });
  }
  stream.write('one ');
  await new Promise((resolve) => setTimeout(resolve, 20));
  stream.write('two');
  if (event.fail === 'after') throw new RangeError('half was sent');
  stream.end();
  await stream.finished?.();
});
";

const PACKAGE: &str = r#"{ "dependencies": { "aws-lambda-ric": "3.3.0" } }"#;

fn project() -> Project {
    let project = Project::new();
    for (function, code) in
        [("ric", CODE), ("streams", STREAM), ("broken", "throw new Error('no settings');\n")]
    {
        project.write(&format!("{function}/index.js"), code);
        project.write(&format!("{function}/package.json"), PACKAGE);
        symlink(installed::node_modules(), project.file(function).join("node_modules")).expect("a link");
    }
    project.with(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\n\
         Globals: { Function: { Runtime: nodejs20.x, Handler: index.handler, Timeout: 5 } }\n\
         Resources:\n\
         \x20 ric: { Type: AWS::Serverless::Function, Properties: { CodeUri: ric/ } }\n\
         \x20 broken: { Type: AWS::Serverless::Function, Properties: { CodeUri: broken/ } }\n\
         \x20 streams:\n\
         \x20   Type: AWS::Serverless::Function\n\
         \x20   Properties: { CodeUri: streams/, FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM } }\n",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_and_is_reused() {
    let project = project();
    let host = serve(&project);
    let first = invoke(&host, "ric", &json!({"name": "grüß"})).await;
    let got = first.returned();
    assert!(
        got["client"].as_str().is_some_and(|path| path.contains("aws-lambda-ric")),
        "AWS's client: {got}"
    );
    assert_eq!((&got["event"], &got["custom"]), (&json!({"name": "grüß"}), &json!({"bed": "3"})));
    assert_eq!(got["request"], first.request_id());
    assert_eq!(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:ric");
    let remaining = got["remaining"].as_i64().expect("milliseconds");
    assert!((1..=5000).contains(&remaining), "the deadline is real: {remaining}");
    let line = format!("\t{}\tINFO\thello from {}\n", first.request_id(), first.request_id());
    assert!(first.log.contains(&line), "{}", first.log);
    assert_eq!(invoke(&host, "ric", &json!({})).await.returned()["pid"], got["pid"], "the same process");
    assert_eq!(invoke(&host, "ric", &json!({"how": "undefined"})).await.returned(), json!(null));
    assert_eq!(statuses(&host).await, ["ok", "ok", "ok"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_failures_have_the_shapes_aws_gives() {
    let project = project();
    let host = serve(&project);
    let got = invoke(&host, "ric", &json!({"how": "throw"})).await.failed();
    assert_eq!((&got["errorType"], &got["errorMessage"]), (&json!("TypeError"), &json!("zu früh")));
    assert_eq!(got["trace"][0], "TypeError: zu früh");
    let got = invoke(&host, "ric", &json!({"how": "reject"})).await.failed();
    assert_eq!(got["errorType"], "Runtime.UnhandledPromiseRejection", "{got}");
    let exited = invoke(&host, "ric", &json!({"how": "exit"})).await;
    let message =
        format!("RequestId: {} Error: Runtime exited with error: exit status 3", exited.request_id());
    assert_eq!(exited.failed(), json!({"errorType": "Runtime.ExitError", "errorMessage": message}));
    let got = invoke(&host, "ric", &json!({"how": "large"})).await.failed();
    assert_eq!(got["errorType"], "Function.ResponseSizeTooLarge");
    let got = invoke(&host, "ric", &json!({})).await.returned();
    assert!(got["pid"].is_u64(), "the next call finds a working instance: {got}");
    let got = invoke(&host, "broken", &json!({})).await.failed();
    assert_eq!((&got["errorType"], &got["errorMessage"]), (&json!("Error"), &json!("no settings")));
    assert_eq!(statuses(&host).await, ["error", "error", "crash", "error", "ok", "init_error"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_streams() {
    let project = project();
    let host = serve(&project);
    let whole = invoke(&host, "streams", &json!({"plain": true})).await;
    assert_eq!((whole.answer.text().as_str(), whole.answer.function_error()), ("one two", None), "collected");
    let url = host.get(&format!("{}/streams/", host.aws)).await;
    assert_eq!((url.status, url.text().as_str(), url.header("x-rows")), (201, "one two", Some("2")));
    let half = invoke(&host, "streams", &json!({"plain": true, "fail": "after"})).await.failed();
    assert_eq!(half["errorMessage"], "half was sent", "the trailer's error, when it was to be collected");
    let before = invoke(&host, "streams", &json!({"fail": "before"})).await.failed();
    assert_eq!(before["errorMessage"], "nothing was sent");
    assert_eq!(statuses(&host).await, ["ok", "ok", "error", "error"]);
}
