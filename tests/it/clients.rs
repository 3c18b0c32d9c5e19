//! What people call functions with, unmodified: boto3, the AWS CLI, AWS's SDK for JavaScript. The scripts beside this
//! file (`clients/`) only call and print; what AWS was recorded to answer is asserted here.

mod aws_cli;
mod calls;
mod errors;
mod reads;
mod streams;

use std::{collections::BTreeMap, ops::Index, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use coldframe_testkit::{Host, Project, Verb, run};
use serde_json::Value;

use crate::installed;

/// One function for each thing a client has to understand.
fn project() -> Project {
    Project::new()
        .python("echo", ECHO)
        .python("raises", "def lambda_handler(event, context):\n    raise Exception('Handler fails')\n")
        .python("exits", "import os\n\ndef lambda_handler(event, context):\n    os._exit(3)\n")
        .python("sleeps", "import time\n\ndef lambda_handler(event, context):\n    time.sleep(30)\n")
        .python("unimportable", "raise RuntimeError('no settings')\n")
        .python("large", "def lambda_handler(event, context):\n    return 'x' * event if isinstance(event, int) else len(event)\n")
        .python("waits", WAITS)
        .python("closed", "def lambda_handler(event, context):\n    return 'open'\n")
        .node("streams", STREAMS)
        .with("template.yaml", TEMPLATE)
}

const ECHO: &str = "\
def lambda_handler(event, context):
    print('got', event)
    client = context.client_context
    return {
        'event': event,
        'arn': context.invoked_function_arn,
        'request': context.aws_request_id,
        'version': context.function_version,
        'client': client and {'title': client.client.app_title, 'custom': client.custom, 'env': client.env},
    }
";

/// Says that it runs, and ends when it is told to, so that nothing here depends on time.
const WAITS: &str = "\
import pathlib, time

def lambda_handler(event, context):
    gate = pathlib.Path(event['gate'])
    (gate / 'running').touch()
    while not (gate / 'go').exists():
        time.sleep(0.005)
    return 'done'
";

const STREAMS: &str = "\
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.fail === 'before') throw new RangeError('nothing was sent');
  for (const part of event.parts) {
    stream.write(part);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (event.fail === 'after') throw new RangeError('half was sent');
  if (event.fail === 'exit') process.exit(7);
  stream.end();
});
";

const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: python3.12, Handler: lambda_function.lambda_handler, Timeout: 20 } }
Resources:
  echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: echo/
      Description: Answers with what it got
      MemorySize: 256
      Timeout: 7
      Environment: { Variables: { COLOUR: green } }
  raises: { Type: AWS::Serverless::Function, Properties: { CodeUri: raises/ } }
  exits: { Type: AWS::Serverless::Function, Properties: { CodeUri: exits/ } }
  sleeps: { Type: AWS::Serverless::Function, Properties: { CodeUri: sleeps/, Timeout: 1 } }
  unimportable: { Type: AWS::Serverless::Function, Properties: { CodeUri: unimportable/ } }
  large: { Type: AWS::Serverless::Function, Properties: { CodeUri: large/ } }
  waits: { Type: AWS::Serverless::Function, Properties: { CodeUri: waits/, ReservedConcurrentExecutions: 1 } }
  closed: { Type: AWS::Serverless::Function, Properties: { CodeUri: closed/, ReservedConcurrentExecutions: 0 } }
  streams:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: streams/, Handler: index.handler, Runtime: nodejs20.x }
";

const NAMES: [&str; 9] =
    ["closed", "echo", "exits", "large", "raises", "sleeps", "streams", "unimportable", "waits"];

/// What a script printed, by the name of the check.
struct Checks(BTreeMap<String, Value>);

impl Index<&str> for Checks {
    type Output = Value;

    fn index(&self, check: &str) -> &Value {
        self.0.get(check).unwrap_or_else(|| panic!("no check {check} among {:?}", self.0.keys()))
    }
}

fn boto3(host: &Host, script: &str) -> Checks {
    checks(&call(host, &installed::python_environment().join("bin/python"), &[&path(script)]))
}

fn javascript(host: &Host, script: &str) -> Checks {
    // The script finds its packages beside itself, which is where they are installed.
    let beside = installed::source("clients/node_modules").canonicalize();
    assert_eq!(beside.ok(), installed::node_modules().canonicalize().ok(), "COLDFRAME_NODE_CLIENTS");
    checks(&call(host, Path::new("node"), &["--no-warnings", &path(script)]))
}

fn aws(host: &Host, arguments: &[&str]) -> Verb {
    call(host, &installed::python_environment().join("bin/aws"), arguments)
}

fn path(script: &str) -> String {
    installed::source("clients").join(script).display().to_string()
}

/// Runs a client with nothing but the endpoint and invented credentials, in a folder of its own.
fn call(host: &Host, program: &Path, arguments: &[&str]) -> Verb {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().display().to_string();
    let nowhere = home.path().join("none").display().to_string();
    let env = [
        ("AWS_ENDPOINT_URL", host.aws.as_str()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "anything"),
        ("AWS_SECRET_ACCESS_KEY", "anything"),
        ("AWS_CONFIG_FILE", &nowhere),
        ("AWS_SHARED_CREDENTIALS_FILE", &nowhere),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_PAGER", ""),
        ("HOME", &folder),
        ("NO_PROXY", "*"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    run(program, arguments, home.path(), &env, "")
}

fn checks(script: &Verb) -> Checks {
    assert_eq!(script.code, 0, "the script ends well: {}\n{}", script.stdout, script.stderr);
    let lines = script.stdout.lines().map(|line| {
        let mut check: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no check: {line}"));
        let name = check["check"].take().as_str().expect("a check has a name").to_owned();
        (name, check)
    });
    Checks(lines.collect())
}

/// Function, trigger and status of every call, the oldest first.
async fn record(host: &Host) -> Vec<[String; 3]> {
    let rows = host.invocations().await;
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or_default().to_owned();
    rows.iter().rev().map(|row| ["function", "trigger", "status"].map(|member| text(row, member))).collect()
}

/// The log tail as text.
fn log(result: &Value) -> String {
    let bytes = STANDARD.decode(result["log"].as_str().expect("a log tail")).expect("Base64");
    String::from_utf8(bytes).expect("text")
}

/// START, END and REPORT of one invocation around what it printed itself.
fn assert_log(log: &str, request_id: &str, own: &str) {
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[0], format!("START RequestId: {request_id} Version: $LATEST"), "{log}");
    assert!(lines.contains(&own), "{own:?} is in {log}");
    assert!(lines.contains(&format!("END RequestId: {request_id}").as_str()), "{log}");
    assert!(
        lines
            .last()
            .is_some_and(|line| line.starts_with(&format!("REPORT RequestId: {request_id}\tDuration: "))),
        "{log}"
    );
}
