//! What the record says of calls over plain HTTP is what their callers got.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::curl;
use crate::serve;

const ENDS: &str = "import json, sys\ndef lambda_handler(event, context):\n    how = (event.get('queryStringParameters') or {}).get('m')\n    if how == 'raise':\n        raise ValueError('no')\n    if how == 'exit':\n        sys.exit(3)\n    if how == 'shape':\n        return {'statusCode': 'abc'}\n    return {'statusCode': int(how)}\n";

const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  ends:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Runtime: python3.12
      Handler: app.lambda_handler
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        http: {Type: HttpApi, Properties: {Path: /http, Method: get}}
        rest: {Type: Api, Properties: {Path: /rest, Method: get}}
";

#[tokio::test]
async fn the_status_in_the_record_is_the_callers() {
    let project = Project::new().with("template.yaml", TEMPLATE).with("app.py", ENDS);
    let host = serve(&project);
    let mut seen = Vec::new();
    for at in ["ends/", "http", "rest"] {
        for how in ["201", "302", "418", "503", "raise", "exit", "shape"] {
            let got = curl(&format!("{}/{at}?m={how}", host.aws), &[]);
            seen.push(json!([at, how, got.status]));
        }
    }
    assert_eq!(
        (&seen[4], &seen[11]),
        (&json!(["ends/", "raise", 502]), &json!(["http", "raise", 500])),
        "each surface has its own failure"
    );
    let mut rows = host.invocations().await;
    rows.sort_by_key(|row| row["id"].as_i64());
    let recorded: Vec<&Value> = rows.iter().map(|row| &row["http_status"]).collect();
    let callers: Vec<&Value> = seen.iter().map(|call| &call[2]).collect();
    assert_eq!(recorded, callers, "of {seen:?}");
}
