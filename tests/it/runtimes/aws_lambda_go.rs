//! AWS's own library for Go: programs that the host builds with the real tool chain, answering plainly, in streams and
//! behind gateways.

use std::time::Duration;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use super::{invoke, statuses};
use crate::{installed, samples::copy_folder, serve};

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

fn project() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("fixtures/go-functions"), project.path());
    project
}

/// The first call waits for the compiler.
async fn built(host: &Host, function: &str, event: &Value) {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", host.aws);
    let answer =
        host.http.post(url).timeout(COMPILED).body(event.to_string()).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{function}: {}", answer.text().await.unwrap_or_default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_go_program_answers_fails_and_reloads() {
    let project = project();
    let host = serve(&project);
    built(&host, "plain", &json!({"how": "fail"})).await;
    let first = invoke(&host, "plain", &json!({"name": "Ada"})).await;
    let got = first.returned();
    assert_eq!((&got["said"], &got["request"]), (&json!("hello Ada"), &json!(first.request_id())));
    assert_eq!(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:plain");
    assert_eq!((&got["custom"], &got["memory"]), (&json!("3"), &json!(128)));
    assert!(got["deadline"].as_u64() > Some(1_600_000_000_000), "milliseconds of the epoch: {got}");
    assert!(first.log.contains("hello Ada\n"), "{}", first.log);

    let failed = invoke(&host, "plain", &json!({"how": "fail"})).await.failed();
    assert_eq!(failed, json!({"errorMessage": "it was asked to fail", "errorType": "errorString"}));
    assert_eq!(
        invoke(&host, "plain", &json!({"name": "Ada"})).await.returned()["pid"],
        got["pid"],
        "it lives on"
    );
    let panicked = invoke(&host, "plain", &json!({"how": "panic"})).await.failed();
    assert_eq!(panicked["errorMessage"], "asked to panic");
    assert!(panicked["stackTrace"].to_string().contains("plain/main.go"), "{panicked}");
    let after = invoke(&host, "plain", &json!({"name": "Bo"})).await.returned();
    assert_ne!(after["pid"], got["pid"], "a program that panicked has ended");
    let exited = invoke(&host, "plain", &json!({"how": "exit"})).await.failed();
    assert_eq!(exited["errorType"], "Runtime.ExitError", "{exited}");
    assert_eq!(statuses(&host).await[1..], ["ok", "error", "ok", "error", "ok", "crash"]);

    let mistake = "package words\n\nconst Greeting = nothing\n";
    project.write_atomically("words/words.go", mistake);
    let problem = eventually("the mistake in what it imports is shown", async || {
        let problem = host.function("plain").await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await;
    assert_eq!((&problem["file"], &problem["line"]), (&json!("words/words.go"), &json!(3)), "{problem}");
    assert!(problem.to_string().contains("undefined: nothing"), "{problem}");
    assert_eq!(
        invoke(&host, "plain", &json!({"name": "Ada"})).await.returned()["said"],
        "hello Ada",
        "still serving"
    );

    project.write_atomically("words/words.go", "package words\n\nconst Greeting = \"good day\"\n");
    eventually("the new program answers", async || {
        (invoke(&host, "plain", &json!({"name": "Ada"})).await.returned()["said"] == "good day Ada")
            .then_some(())
    })
    .await;
    let left: Vec<_> = std::fs::read_dir(project.file("plain")).expect("the folder").flatten().collect();
    assert_eq!(left.len(), 1, "nothing is written beside the code: {left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_go_program_streams() {
    let project = project();
    let host = serve(&project);
    let get = async |path: &str| {
        let url = format!("{}/streaming/{path}", host.aws);
        host.http.get(url).timeout(COMPILED).send().await.expect("an answer")
    };
    let whole = get("").await;
    assert_eq!((whole.status().as_u16(), whole.headers()["x-seed"].as_bytes()), (202, &b"pea"[..]));
    assert_eq!(whole.text().await.expect("a body"), "one two three");
    let broken = get("?how=exit").await;
    assert_eq!(broken.status().as_u16(), 202, "the head was sent before");
    broken.text().await.expect_err("the body breaks off");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_go_sum_what_go_mod_names_is_fetched_for_the_build() {
    let project = project();
    let sums = project.file("go.sum");
    std::fs::remove_file(&sums).expect("our own copy");
    let modules = std::fs::read_to_string(project.file("go.mod")).expect("readable");
    project.write(
        "template.yaml",
        "\
Transform: AWS::Serverless-2016-10-31
Resources:
  fetched:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties: {CodeUri: plain, Runtime: provided.al2023, Handler: bootstrap}
",
    );
    let host = serve(&project);
    built(&host, "fetched", &json!({"name": "Ada"})).await;
    assert_eq!(invoke(&host, "fetched", &json!({"name": "Ada"})).await.returned()["said"], "hello Ada");
    project.write_atomically("words/words.go", "package words\n\nconst Greeting = \"good day\"\n");
    eventually("a save of what it imports builds it anew", async || {
        let said = invoke(&host, "fetched", &json!({"name": "Ada"})).await.returned()["said"].clone();
        (said == "good day Ada").then_some(())
    })
    .await;
    assert!(!sums.exists(), "nothing is written beside the person's code");
    assert_eq!(std::fs::read_to_string(project.file("go.mod")).expect("readable"), modules, "untouched");
}

/// The types that `aws-lambda-go` reads events into refuse what has another shape.
#[tokio::test(flavor = "multi_thread")]
async fn the_librarys_event_types_take_what_gateways_send() {
    let project = project();
    project.write(
        "template.yaml",
        "\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {CodeUri: web, Runtime: provided.al2023, Handler: bootstrap}}
Resources:
  rest:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties: {Events: {beds: {Type: Api, Properties: {Path: '/beds/{bed}', Method: any}}}}
  balanced:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties: {Environment: {Variables: {BEHIND: load balancer}}}
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: lambda
      Targets: [{Id: !GetAtt balanced.Arn}]
      TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: 'true'}]
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/shop/*]}}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Group}]
",
    );
    let host = serve(&project);
    let post = async |path: &str| {
        let request = host.http.post(format!("{}{path}", host.aws)).timeout(COMPILED).header("x-two", "1");
        let answer = request.header("x-two", "2").body("peas").send().await.expect("an answer");
        let problem = answer.headers().get("coldframe-problem").cloned();
        assert_eq!(answer.status(), 201, "{path}: {problem:?}");
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().cloned().collect();
        assert_eq!(cookies, ["a=1", "b=2"], "{path}");
        answer.json::<Value>().await.expect("the event")
    };
    let rest = post("/Prod/beds/3?q=a&q=b").await;
    assert_eq!(
        (&rest["resource"], &rest["path"], &rest["body"]),
        (&json!("/beds/{bed}"), &json!("/beds/3"), &json!("peas"))
    );
    assert_eq!(rest["pathParameters"], json!({"bed": "3"}));
    assert_eq!(rest["multiValueQueryStringParameters"], json!({"q": ["a", "b"]}));
    assert_eq!(rest["multiValueHeaders"]["X-Two"], json!(["1", "2"]));
    assert_eq!(rest["requestContext"]["stage"], "Prod");
    let balanced = post("/shop/a/b?q=%20&q=b").await;
    assert_eq!((&balanced["httpMethod"], &balanced["path"]), (&json!("POST"), &json!("/shop/a/b")));
    assert_eq!(balanced["multiValueQueryStringParameters"], json!({"q": ["%20", "b"]}), "as it was sent");
    assert_eq!(balanced["multiValueHeaders"]["x-two"], json!(["1", "2"]));
}
