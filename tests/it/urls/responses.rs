//! What the caller gets for what a function returns.

use coldframe_testkit::Project;
use serde_json::json;

use super::{curl, own_host};
use crate::serve;

/// Returns what the request's body says; or fails as the query asks.
const PUPPET: &str = "\
import base64, json, os, time

def lambda_handler(event, context):
    how = event.get('queryStringParameters', {}).get('how')
    if how == 'raise':
        raise Exception('Handler fails')
    if how == 'exit':
        os._exit(1)
    if how == 'sleep':
        time.sleep(30)
    return json.loads(event['body'])
";

fn puppet() -> Project {
    Project::new().python("puppet", PUPPET).python("closed", PUPPET).with(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\n\
         Globals: { Function: { Runtime: python3.12, Handler: lambda_function.lambda_handler } }\n\
         Resources:\n\
         \x20 puppet: { Type: AWS::Serverless::Function, Properties: { CodeUri: puppet/, Timeout: 1 } }\n\
         \x20 closed: { Type: AWS::Serverless::Function, Properties: { CodeUri: closed/, ReservedConcurrentExecutions: 0 } }\n",
    )
}

#[test]
fn a_response_is_inferred_from_what_is_returned() {
    let project = puppet();
    let host = serve(&project);
    let url = own_host(&host, "puppet");
    for (returned, status, kind, body) in [
        (r#"{"a": 1}"#, 200, "application/json", r#"{"a": 1}"#),
        (r#"["hello", 3, true]"#, 200, "application/json", r#"["hello", 3, true]"#),
        ("42", 200, "application/json", "42"),
        ("true", 200, "application/json", "true"),
        ("null", 200, "application/json", "null"),
        (r#""hello""#, 200, "application/json", "hello"),
        (r#"{"statusCode": 201}"#, 201, "application/json", ""),
        (r#"{"statusCode": 404, "body": "no peas"}"#, 404, "application/json", "no peas"),
        (r#"{"statusCode": 200, "body": {"a": 1}}"#, 200, "application/json", r#"{"a":1}"#),
        (
            r#"{"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "<p>hi"}"#,
            200,
            "text/html",
            "<p>hi",
        ),
        (
            r#"{"statusCode": 200, "body": "aGVsbG8=", "isBase64Encoded": true}"#,
            200,
            "application/json",
            "hello",
        ),
        (r#"{"statusCode": "202", "body": "text"}"#, 202, "application/json", "text"),
    ] {
        let got = curl(&url, &["-H", "Content-Type: application/json", "-d", returned]);
        assert_eq!((got.status, got.header("content-type")), (status, Some(kind)), "{returned}: {got:?}");
        assert_eq!(got.body.replace(": ", ":"), body.replace(": ", ":"), "{returned}");
        assert!(got.header("x-amzn-requestid").is_some(), "{returned}: {got:?}");
    }
}

#[test]
fn headers_and_cookies_of_a_response_are_sent() {
    let project = puppet();
    let host = serve(&project);
    let returned = json!({
        "statusCode": 302,
        "headers": {"Location": "/bed?x=1", "X-Rows": 3},
        "cookies": ["a=1; HttpOnly", "b=2; Path=/"],
    });
    let sent = returned.to_string();
    let got = curl(&own_host(&host, "puppet"), &["-H", "Content-Type: application/json", "-d", &sent]);
    assert_eq!(
        (got.status, got.header("location"), got.header("x-rows")),
        (302, Some("/bed?x=1"), Some("3"))
    );
    assert_eq!(got.all("set-cookie"), ["a=1; HttpOnly", "b=2; Path=/"], "one header for each cookie");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_502_and_throttling_is_429() {
    let project = puppet();
    let host = serve(&project);
    let url = own_host(&host, "puppet");
    for how in ["raise", "exit", "sleep"] {
        let got = curl(&format!("{url}/?how={how}"), &[]);
        assert_eq!((got.status, got.body.as_str()), (502, "Internal Server Error"), "{how}: {got:?}");
        assert!(got.header("x-amzn-requestid").is_some(), "{how}: {got:?}");
    }
    let misshapen = r#"{"statusCode": "abc"}"#;
    let got = curl(&url, &["-H", "Content-Type: application/json", "-d", misshapen]);
    assert_eq!((got.status, got.body.as_str()), (502, "Internal Server Error"), "no status: {got:?}");

    let got = curl(&own_host(&host, "closed"), &[]);
    assert_eq!(got.status, 429, "{got:?}");
    assert_eq!(got.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");

    let rows = host.invocations().await;
    let statuses: Vec<&str> = rows.iter().rev().filter_map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["error", "crash", "timeout", "ok", "throttled"], "{rows:?}");
}

#[test]
fn a_route_of_an_http_api_reaches_its_function_and_fails_in_its_own_way() {
    let project = Project::new()
        .python("pets", "def lambda_handler(event, context):\n    return event['rawPath'] and event\n")
        .python("broken", "def lambda_handler(event, context):\n    raise Exception('no')\n")
        .with(
            "template.yaml",
            "Transform: AWS::Serverless-2016-10-31\n\
             Globals: { Function: { Runtime: python3.12, Handler: lambda_function.lambda_handler } }\n\
             Resources:\n\
             \x20 pets:\n\
             \x20   Type: AWS::Serverless::Function\n\
             \x20   Properties:\n\
             \x20     CodeUri: pets/\n\
             \x20     Events:\n\
             \x20       One: { Type: HttpApi, Properties: { Path: '/pets/{id}', Method: get } }\n\
             \x20       Rest: { Type: HttpApi, Properties: { Path: '/files/{proxy+}', Method: any } }\n\
             \x20 broken:\n\
             \x20   Type: AWS::Serverless::Function\n\
             \x20   Properties:\n\
             \x20     CodeUri: broken/\n\
             \x20     Events:\n\
             \x20       One: { Type: HttpApi, Properties: { Path: /trouble, Method: get } }\n",
        );
    let host = serve(&project);
    let event = curl(&format!("{}/pets/a%20cat?x=1", host.aws), &[]).json();
    assert_eq!((&event["routeKey"], &event["rawPath"]), (&json!("GET /pets/{id}"), &json!("/pets/a%20cat")));
    assert_eq!(event["pathParameters"], json!({"id": "a cat"}), "decoded");
    let event = curl(&format!("{}/files/a/b/c", host.aws), &["-X", "PUT"]).json();
    assert_eq!(
        (&event["routeKey"], &event["pathParameters"]["proxy"]),
        (&json!("ANY /files/{proxy+}"), &json!("a/b/c"))
    );
    let got = curl(&format!("{}/pets/cat", host.aws), &["-X", "DELETE"]);
    assert_ne!(got.status, 405, "a method without a route is not 405 on AWS");
    let got = curl(&format!("{}/trouble", host.aws), &[]);
    assert_eq!((got.status, got.json()), (500, json!({"message": "Internal Server Error"})));
    let got = curl(&format!("{}/elsewhere", host.aws), &[]);
    assert_eq!((got.status, got.json()), (404, json!({"message": "Not Found"})));
}
