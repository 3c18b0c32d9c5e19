//! REST APIs and load balancers: payload 1.0 and target-group events, with the adapters that web frameworks are run by.

use coldframe_testkit::Project;
use serde_json::{Value, json};

use super::curl;
use crate::{installed, serve};

const MIRROR: &str = "import json\ndef lambda_handler(event, context):\n    answer = event.get('body')\n    if answer and answer.startswith('{'):\n        return json.loads(answer)\n    return {'statusCode': 200, 'body': json.dumps(event)}\n";

const TEMPLATE: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {CodeUri: ., Runtime: python3.12, Handler: app.lambda_handler}
  Api: {Cors: \"'https://garden.example'\"}
Resources:
  Garden:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Variables: {season: spring}
      BinaryMediaTypes: [image~1png]
  mirror:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        all: {Type: Api, Properties: {RestApiId: !Ref Garden, Path: '/{proxy+}', Method: any}}
        bed: {Type: Api, Properties: {RestApiId: !Ref Garden, Path: '/beds/{bed}', Method: get}}
        one: {Type: Api, Properties: {RestApiId: !Ref Garden, Path: /beds, Method: post}}
";

fn rest() -> Project {
    Project::new().with("template.yaml", TEMPLATE).with("app.py", MIRROR)
}

#[test]
fn a_rest_api_sends_payload_1_as_aws_was_recorded_to() {
    let project = rest();
    let host = serve(&project);
    let got = curl(
        &format!("{}/beds/a%20b?q=HeLlO&q=2&plus=a%2Bb+c", host.aws),
        &["-H", "X-Two: 1", "-H", "x-two: 2", "-A", "seeds/1.0"],
    );
    assert_eq!((got.status, got.header("content-type")), (200, Some("application/json")));
    assert!(got.header("x-amz-apigw-id").is_some() && got.header("x-amzn-requestid").is_some(), "{got:?}");
    let event = got.json();
    assert_eq!(
        (&event["resource"], &event["path"], &event["httpMethod"]),
        (&json!("/beds/{bed}"), &json!("/beds/a%20b"), &json!("GET"))
    );
    assert_eq!(event["pathParameters"], json!({"bed": "a b"}));
    assert_eq!(event["queryStringParameters"], json!({"q": "2", "plus": "a+b c"}), "the last of each");
    assert_eq!(event["multiValueQueryStringParameters"], json!({"q": ["HeLlO", "2"], "plus": ["a+b c"]}));
    assert_eq!(event["headers"]["X-Two"], "2");
    assert_eq!(
        (&event["multiValueHeaders"]["X-Two"], &event["headers"]["User-Agent"]),
        (&json!(["1", "2"]), &json!("seeds/1.0"))
    );
    for added in ["X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"] {
        assert!(event["headers"][added].is_string(), "the edge adds {added}: {event}");
    }
    assert_eq!(event["stageVariables"], json!({"season": "spring"}));
    let context = &event["requestContext"];
    assert_eq!((&context["stage"], &context["path"]), (&json!("live"), &json!("/live/beds/a%20b")));
    assert_eq!(
        (&context["resourcePath"], &context["identity"]["sourceIp"]),
        (&json!("/beds/{bed}"), &json!("127.0.0.1"))
    );
    assert_eq!(context["identity"].get("user"), Some(&Value::Null), "what nobody knows is null");
    assert_eq!((event.get("body"), &event["isBase64Encoded"]), (Some(&Value::Null), &json!(false)));
    assert!(event.get("version").is_none(), "REST APIs say no version");

    let bare = curl(&format!("{}/live/x/", host.aws), &[]).json();
    assert_eq!(
        (&bare["path"], &bare["pathParameters"]["proxy"]),
        (&json!("/x/"), &json!("x")),
        "below its stage too"
    );
    for absent in ["queryStringParameters", "multiValueQueryStringParameters"] {
        assert_eq!(bare.get(absent), Some(&Value::Null), "{absent} is null, not left out");
    }
    let sent =
        curl(&format!("{}/beds", host.aws), &["-H", "Content-Type: image/png", "--data-binary", "x"]).json();
    assert_eq!(
        (&sent["body"], &sent["isBase64Encoded"]),
        (&json!("eA=="), &json!(true)),
        "a binary type of the API"
    );
    let form = curl(&format!("{}/beds", host.aws), &["--data-binary", "a=1"]).json();
    assert_eq!((&form["body"], &form["isBase64Encoded"]), (&json!("a=1"), &json!(false)), "no other is");
    assert!(form["headers"].get("Content-Length").is_none(), "{form}");
}

#[test]
fn a_rest_api_takes_only_what_payload_1_allows() {
    let project = rest();
    let host = serve(&project);
    let answered = |body: &str, accept: &str| {
        curl(&format!("{}/beds", host.aws), &["-H", &format!("Accept: {accept}"), "--data-binary", body])
    };
    let good = answered(
        r#"{"statusCode":"201","headers":{"x":true},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}}"#,
        "*/*",
    );
    assert_eq!(
        (good.status, good.header("x"), good.all("set-cookie")),
        (201, Some("true"), vec!["a=1", "b=2"])
    );
    for body in [
        r#"{"statusCode":200,"cookies":[]}"#,
        r#"{"message":"hi"}"#,
        r#"{"statusCode":"x"}"#,
        r#"{"body":{}}"#,
    ] {
        let bad = answered(body, "*/*");
        assert_eq!(
            (bad.status, bad.body.as_str()),
            (502, r#"{"message":"Internal server error"}"#),
            "{body}"
        );
        assert!(bad.header("coldframe-problem").is_some(), "{bad:?}");
    }
    let encoded = r#"{"body":"eA==","isBase64Encoded":true}"#;
    assert_eq!(answered(encoded, "image/png").body, "x", "accepted as binary");
    assert_eq!(answered(encoded, "text/html").body, "eA==", "and left as it is where not");
}

#[test]
fn a_rest_api_answers_options_itself_and_leaves_the_rest_to_the_function() {
    let project = rest();
    let host = serve(&project);
    let asked = curl(&format!("{}/beds/3", host.aws), &["-X", "OPTIONS"]);
    assert_eq!(
        (asked.status, asked.header("access-control-allow-origin")),
        (200, Some("https://garden.example"))
    );
    assert_eq!(asked.header("access-control-allow-methods"), Some("GET,OPTIONS"), "those of the path");
    let plain = curl(&format!("{}/beds/3", host.aws), &["-H", "Origin: https://garden.example"]);
    assert_eq!((plain.status, plain.header("access-control-allow-origin")), (200, None));
    let only = Project::new()
        .with("serverless.yml", "provider: {name: aws, runtime: python3.12}\nfunctions:\n  f: {handler: app.lambda_handler, events: [{http: 'GET /hi'}]}\n")
        .with("app.py", MIRROR);
    let host = serve(&only);
    let missed = curl(&format!("{}/dev/nowhere", host.aws), &[]);
    assert_eq!((missed.status, missed.body.as_str()), (403, r#"{"message":"Missing Authentication Token"}"#));
    assert_eq!(missed.header("x-amzn-errortype"), Some("MissingAuthenticationTokenException"));
    assert_eq!(curl(&format!("{}/dev/hi", host.aws), &[]).json()["requestContext"]["stage"], "dev");
}

#[test]
fn a_load_balancer_sends_the_last_value_or_all_and_takes_the_same() {
    let serverless = "\
provider: {name: aws, runtime: python3.12}
functions:
  single:
    handler: app.lambda_handler
    events: [{alb: {listenerArn: x, priority: 1, conditions: {path: [/one, /one/*]}}}]
  multiple:
    handler: app.lambda_handler
    events: [{alb: {listenerArn: x, priority: 2, multiValueHeaders: true, conditions: {path: '/all*', method: [GET, POST]}}}]
";
    let project = Project::new().with("serverless.yml", serverless).with("app.py", MIRROR);
    let host = serve(&project);
    let two = ["-H", "X-Two: 1", "-H", "x-two: 2"];
    let one = curl(&format!("{}/one/a/b?q=%20&q=b+c", host.aws), &two).json();
    assert_eq!(
        (&one["path"], &one["httpMethod"], &one["body"]),
        (&json!("/one/a/b"), &json!("GET"), &json!(""))
    );
    assert_eq!(
        (&one["queryStringParameters"], &one["headers"]["x-two"]),
        (&json!({"q": "b+c"}), &json!("2")),
        "as sent, the last of each"
    );
    assert!(one.get("multiValueHeaders").is_none(), "{one}");
    assert!(
        one["requestContext"]["elb"]["targetGroupArn"]
            .as_str()
            .is_some_and(|arn| arn.contains(":targetgroup/single/")),
        "{one}"
    );
    let all = curl(&format!("{}/all?q=%20&q=b", host.aws), &two).json();
    assert_eq!(
        (&all["multiValueQueryStringParameters"], &all["multiValueHeaders"]["x-two"]),
        (&json!({"q": ["%20", "b"]}), &json!(["1", "2"]))
    );
    assert!(all.get("headers").is_none(), "{all}");
    assert_eq!(
        curl(&format!("{}/one", host.aws), &[]).json()["queryStringParameters"],
        json!({}),
        "none is an empty map"
    );
    let bad = curl(
        &format!("{}/one", host.aws),
        &["-H", "Content-Type: application/json", "--data-binary", r#"{"body":"no status"}"#],
    );
    assert_eq!(bad.status, 502);
    assert!(
        bad.body.contains("<h1>502 Bad Gateway</h1>") && bad.header("coldframe-problem").is_some(),
        "{bad:?}"
    );
}

#[test]
fn a_load_balancer_carries_a_megabyte_each_way_and_no_more() {
    let serverless = "\
provider: {name: aws, runtime: python3.12}
functions:
  size:
    handler: app.handler
    events: [{alb: {listenerArn: x, priority: 1, conditions: {path: /size}}}]
";
    let code = "def handler(event, context):\n    size = int(event['queryStringParameters'].get('answer', '0'))\n    return {'statusCode': 200, 'body': 'x' * size or str(len(event['body']))}\n";
    let most = 1024 * 1024;
    let project = Project::new()
        .with("serverless.yml", serverless)
        .with("app.py", code)
        .with("most.txt", &"x".repeat(most))
        .with("more.txt", &"x".repeat(most + 1));
    let host = serve(&project);
    let sent = |file: &str| {
        let file = format!("@{}", project.file(file).display());
        curl(
            &format!("{}/size", host.aws),
            &["-H", "Content-Type: text/plain", "-H", "Expect:", "--data-binary", &file],
        )
    };
    let whole = sent("most.txt");
    assert_eq!((whole.status, whole.body.as_str()), (200, most.to_string().as_str()), "{whole:?}");
    let refused = sent("more.txt");
    assert_eq!((refused.status, refused.header("content-type")), (413, Some("text/html")));
    assert!(refused.body.contains("<h1>413 Request Entity Too Large</h1>"), "{refused:?}");
    let around = r#"{"statusCode": 200, "body": ""}"#.len();
    let answered = |bytes: usize| curl(&format!("{}/size?answer={}", host.aws, bytes - around), &[]);
    assert_eq!(answered(most).body.len(), most - around, "the JSON counts");
    let long = answered(most + 1);
    assert_eq!(long.status, 502);
    assert!(long.header("coldframe-problem").is_some_and(|why| why.contains("1048577 bytes")), "{long:?}");
    let upgrade =
        curl(&format!("{}/size", host.aws), &["-H", "Connection: Upgrade", "-H", "Upgrade: websocket"]);
    assert_eq!(upgrade.status, 400, "there are no WebSockets: {upgrade:?}");
}

/// Flask, Express and others run on Lambda behind these.
#[test]
fn the_adapters_of_frameworks_understand_all_of_them() {
    let events = "[{httpApi: 'ANY /two/PLACE'}, {http: {path: 'one/PLACE', method: any}}, {alb: {listenerArn: x, priority: 1, conditions: {path: '/alb/PLACE*'}}}]";
    let functions = format!(
        "provider: {{name: aws, runtime: python3.12}}\nfunctions:\n  mangum: {{handler: app.handler, events: {}}}\n  serverless-http: {{handler: index.handler, runtime: nodejs20.x, events: {}}}\n",
        events.replace("PLACE", "python"),
        events.replace("PLACE", "node")
    );
    let project = Project::new()
        .with("serverless.yml", &functions)
        .with(
            "app.py",
            "\
from mangum import Mangum

async def app(scope, receive, send):
    body = (await receive()).get('body', b'')
    said = '%s %s %s %s' % (scope['method'], scope['path'], scope['query_string'].decode(), body.decode())
    headers = [(b'content-type', b'text/plain'), (b'x-seed', b'pea')]
    await send({'type': 'http.response.start', 'status': 201, 'headers': headers})
    await send({'type': 'http.response.body', 'body': said.encode()})

handler = Mangum(app, lifespan='off')
",
        )
        .with(
            "index.js",
            "\
const express = require('express');
const app = express();
app.use(express.text({ type: '*/*' }));
app.use((request, response) => {
  const [path, query] = request.originalUrl.split('?');
  response.status(201).set('x-seed', 'pea').type('text/plain').send(`${request.method} ${path} ${query} ${request.body}`);
});
exports.handler = require('serverless-http')(app);
",
        );
    std::os::unix::fs::symlink(installed::node_modules(), project.file("node_modules")).expect("a link");
    std::os::unix::fs::symlink(installed::python_environment(), project.file(".venv")).expect("a link");
    let host = serve(&project);
    for kind in ["one", "two", "alb"] {
        for language in ["python", "node"] {
            let path = format!("/{kind}/{language}");
            let got = curl(
                &format!("{}{path}?bed=3", host.aws),
                &["-H", "Content-Type: text/plain", "--data-binary", "peas"],
            );
            assert_eq!((got.status, got.header("x-seed")), (201, Some("pea")), "{path}: {got:?}");
            assert_eq!(got.body, format!("POST {path} bed=3 peas"), "{path}");
        }
    }
}
