//! What a check calls functions with where nobody says it: what their manifest connects them to.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::check;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Handler: lambda_function.lambda_handler}}
Resources:
  Form:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: form
      CodeUri: form
      Events: {Post: {Type: HttpApi, Properties: {Path: '/forms/{id}', Method: post}}}
  Page:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: page
      CodeUri: page
      Events: {Get: {Type: Api, Properties: {Path: /pages, Method: get}}}
  Jobs:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: jobs
      CodeUri: jobs
      Events: {Jobs: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:us-east-1:000000000000:jobs'}}}
  Plain:
    Type: AWS::Serverless::Function
    Properties: {FunctionName: plain, CodeUri: plain}
";

#[test]
fn a_function_is_called_as_its_trigger_would_unless_events_are_kept_beside_the_project() {
    let project = Project::new().with("template.yaml", TEMPLATE);
    for (name, body) in [
        (
            "form",
            "import json
def lambda_handler(event, context):
    assert event['routeKey'] == 'POST /forms/{id}' and event['pathParameters'] == {'id': '1'}, event
    return json.loads(event['body'])['name']
",
        ),
        (
            "page",
            "def lambda_handler(event, context):
    assert event['httpMethod'] == 'GET' and event['resource'] == '/pages', event
    return event['requestContext']['identity']['sourceIp']
",
        ),
        (
            "jobs",
            "import json
def lambda_handler(event, context):
    return [json.loads(record['body'])['order'] for record in event['Records'] if record['eventSource'] == 'aws:sqs']
",
        ),
        ("plain", "def lambda_handler(event, context):\n    assert event == {}, event\n"),
    ] {
        project.write(&format!("{name}/lambda_function.py"), body);
    }
    let once = ["--max-memory-mb", "1000", "--within", "1ms"];
    let report = check(&project, &[once.as_slice(), &["--json"]].concat()).json();
    let called = |name: &str| -> (Value, Value, Value) {
        let all = report["functions"].as_array().expect("functions");
        let one = all.iter().find(|one| one["name"] == name).expect("it is checked");
        (one["failure"].clone(), one["events_from"].clone(), one["events"].clone())
    };
    let example = |trigger: &str| (Value::Null, json!("trigger"), json!([trigger]));
    assert_eq!(called("form"), example("POST /forms/1 of its HTTP API"));
    assert_eq!(called("page"), example("GET /pages of its REST API"));
    assert_eq!(called("jobs"), example("SQS"));
    assert_eq!(called("plain"), (Value::Null, json!("empty"), json!([])));

    project.write(".coldframe/events/jobs/two jobs.json", r#"{"Records": []}"#);
    let kept = check(&project, &[["jobs"].as_slice(), &once].concat());
    assert!(kept.stdout.contains("with the events saved beside the project (two jobs)"), "{}", kept.stdout);
    let shown = check(&project, &[["form"].as_slice(), &once].concat());
    assert!(
        shown.stdout.contains("with an example of its trigger (POST /forms/1 of its HTTP API)"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_function_that_fails_with_an_example_says_how_to_give_it_another() {
    let project =
        Project::new().python("hello", "def lambda_handler(event, context): return event['order']\n");
    let failed = check(&project, &["--max-memory-mb", "1000"]);
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(
        failed.stdout.contains("KeyError") && failed.stdout.contains("--events FILE"),
        "{}",
        failed.stdout
    );
}
