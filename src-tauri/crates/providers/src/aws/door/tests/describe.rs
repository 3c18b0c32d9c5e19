//! The calls that read.

use serde_json::json;

use super::{Running, start};
use crate::{
    domain::{Cors, Problem, ProviderId, UrlSettings},
    fake_invoke::{Fake, echo, found, function_of},
};

async fn door() -> Running {
    let url = UrlSettings {
        streaming: true,
        cors: Some(Cors { allow_origins: vec!["*".into()], max_age: Some(5), ..Cors::default() }),
    };
    let mut limited = function_of(ProviderId::Aws, "b", &[], url);
    let mut app = (*limited.app).clone();
    app.settings.concurrency = Some(2);
    app.problems = vec![Problem::error("the handler `app.handler` does not exist")];
    limited.app = app.into();
    let fake = Fake::default().with(found("a", &[]), echo).with(limited, echo).with(found("c", &[]), echo);
    start(fake).await
}

fn names(answer: &serde_json::Value) -> Vec<&str> {
    answer["Functions"].as_array().unwrap().iter().map(|f| f["FunctionName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn functions_are_listed_in_pages() {
    let door = door().await;
    for path in ["/2015-03-31/functions", "/2015-03-31/functions/"] {
        let all = door.get(path).await.json();
        assert_eq!((names(&all), &all["NextMarker"]), (vec!["a", "b", "c"], &json!(null)));
    }
    let first = door.get("/2015-03-31/functions?MaxItems=2&FunctionVersion=ALL").await.json();
    assert_eq!(names(&first), ["a", "b"]);
    let marker = first["NextMarker"].as_str().unwrap();
    let second = door.get(&format!("/2015-03-31/functions?MaxItems=2&Marker={marker}")).await.json();
    assert_eq!((names(&second), &second["NextMarker"]), (vec!["c"], &json!(null)));
    for query in ["MaxItems=0", "MaxItems=x", "Marker=gone"] {
        assert_eq!(door.get(&format!("/2015-03-31/functions?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_configuration_has_what_clients_and_waiters_read() {
    let door = door().await;
    let answer = door.get("/2015-03-31/functions/a/configuration").await.json();
    let expected = json!({
        "FunctionName": "a",
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:a",
        "Runtime": "python3.12",
        "Handler": "app.handler",
        "Timeout": 3,
        "MemorySize": 128,
        "LastModified": "2026-01-01T00:00:00.123+0000",
        "Version": "$LATEST",
        "Environment": {"Variables": {"STAGE": "test"}},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/a"},
    });
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(&answer[member], value, "{member}");
    }
    let whole = door.get("/2015-03-31/functions/a%3A%24LATEST").await.json();
    assert_eq!(whole["Configuration"], answer);
    assert_eq!(whole["Code"]["RepositoryType"], "S3");
    assert!(whole.get("Concurrency").is_none());
}

#[tokio::test]
async fn a_function_that_cannot_run_is_failed() {
    let door = door().await;
    let answer = door.get("/2015-03-31/functions/b").await.json();
    assert_eq!(answer["Configuration"]["State"], "Failed");
    assert_eq!(answer["Configuration"]["StateReason"], "the handler `app.handler` does not exist");
    assert_eq!(answer["Concurrency"], json!({"ReservedConcurrentExecutions": 2}));
}

#[tokio::test]
async fn the_smaller_questions_are_answered() {
    let door = door().await;
    let url = door.ask("GET /2021-10-31/functions/b/url HTTP/1.1\nHost: localhost:9000\n", "").await.json();
    assert_eq!(
        (&url["FunctionUrl"], &url["InvokeMode"]),
        (&json!("http://localhost:9000/b/"), &json!("RESPONSE_STREAM"))
    );
    assert_eq!(url["Cors"], json!({"AllowCredentials": false, "AllowOrigins": ["*"], "MaxAge": 5}));
    assert_eq!(door.get("/2019-09-30/functions/a/concurrency").await.json(), json!({}));
    assert_eq!(
        door.get("/2019-09-30/functions/b/concurrency").await.json(),
        json!({"ReservedConcurrentExecutions": 2})
    );
    let mappings = door.get("/2015-03-31/event-source-mappings/?FunctionName=a").await.json();
    assert_eq!(mappings["EventSourceMappings"], json!([]));
    let account = door.get("/2016-08-19/account-settings/").await.json();
    assert_eq!(
        (
            &account["AccountLimit"]["UnreservedConcurrentExecutions"],
            &account["AccountUsage"]["FunctionCount"]
        ),
        (&json!(998), &json!(3))
    );
    let unknown = door.get("/2015-03-31/functions/nobody").await;
    assert_eq!(unknown.header("x-amzn-errortype"), Some("ResourceNotFoundException"));
    assert_eq!(
        unknown.json()["Message"],
        "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody"
    );
}
