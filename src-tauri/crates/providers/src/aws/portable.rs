//! Lambda's functions elsewhere, and others' on Lambda. A function is called with any JSON, or with the event that a
//! function URL or an HTTP API makes of a request (payload format 2.0).

use base64::{DecodeError, Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use super::{detect, door};
use crate::{
    domain::Problem,
    invocation::{HttpRequest, ResponseHead},
    portable::{Call, Callee, Convention, Limits, Modules, Portable, Services, Speech, Taker, Told, Written},
};

/// Services by the part of their hosts' names, which an endpoint of another kind (dual-stack, FIPS) has as well.
const SERVICES: [(&str, &str); 18] = [
    ("s3", "Amazon S3"),
    ("dynamodb", "Amazon DynamoDB"),
    ("sqs", "Amazon SQS"),
    ("sns", "Amazon SNS"),
    ("lambda", "AWS Lambda"),
    ("secretsmanager", "AWS Secrets Manager"),
    ("ssm", "AWS Systems Manager"),
    ("kms", "AWS KMS"),
    ("sts", "AWS STS"),
    ("events", "Amazon EventBridge"),
    ("states", "AWS Step Functions"),
    ("kinesis", "Amazon Kinesis"),
    ("firehose", "Amazon Data Firehose"),
    ("rds", "Amazon RDS"),
    ("bedrock-runtime", "Amazon Bedrock"),
    ("logs", "Amazon CloudWatch Logs"),
    ("monitoring", "Amazon CloudWatch"),
    ("email", "Amazon SES"),
];

/// Services by what their clients are called.
const CLIENTS: [(&str, &str); 24] = [
    ("s3", "Amazon S3"),
    ("dynamodb", "Amazon DynamoDB"),
    ("dynamodbstreams", "Amazon DynamoDB"),
    ("sqs", "Amazon SQS"),
    ("sns", "Amazon SNS"),
    ("lambda", "AWS Lambda"),
    ("secretsmanager", "AWS Secrets Manager"),
    ("ssm", "AWS Systems Manager"),
    ("kms", "AWS KMS"),
    ("sts", "AWS STS"),
    ("events", "Amazon EventBridge"),
    ("eventbridge", "Amazon EventBridge"),
    ("stepfunctions", "AWS Step Functions"),
    ("sfn", "AWS Step Functions"),
    ("kinesis", "Amazon Kinesis"),
    ("firehose", "Amazon Data Firehose"),
    ("rds", "Amazon RDS"),
    ("rdsdata", "Amazon RDS"),
    ("bedrockruntime", "Amazon Bedrock"),
    ("logs", "Amazon CloudWatch Logs"),
    ("cloudwatchlogs", "Amazon CloudWatch Logs"),
    ("cloudwatch", "Amazon CloudWatch"),
    ("ses", "Amazon SES"),
    ("cognitoidentityprovider", "Amazon Cognito"),
];

pub(super) const PORTABLE: Portable = Portable {
    callees,
    unchanged,
    taker,
    app: detect::declared,
    heard,
    asks,
    told,
    // Its event and its runtime hold to them.
    limits: Limits { request: None, answer: None },
    clients: &[
        "boto3",
        "botocore",
        "aioboto3",
        "aiobotocore",
        "aws_xray_sdk",
        "aws_lambda_powertools",
        "aws-sdk",
        "@aws-sdk/",
        "@aws-lambda-powertools/",
        "aws-xray-sdk",
        "aws-xray-sdk-core",
        "github.com/aws/",
        "aws_config",
        "aws_sdk_",
        "lambda_runtime",
        "lambda_http",
        "software.amazon.awssdk.services",
    ],
    modules: Modules {
        named: &[("@aws-sdk/lib-dynamodb", "Amazon DynamoDB"), ("@aws-sdk/lib-storage", "Amazon S3")],
        before: &[
            "@aws-sdk/client-",
            "github.com/aws/aws-sdk-go-v2/service/",
            "github.com/aws/aws-sdk-go/service/",
            "aws_sdk_",
            "software.amazon.awssdk.services.",
        ],
        makers: &["boto3", "botocore", "aioboto3", "aiobotocore", "aws-sdk"],
        services: &CLIENTS,
    },
    frameworks: &[],
    services: &[
        Services { domain: "amazonaws.com", named: &SERVICES },
        Services { domain: "amazonaws.com.cn", named: &SERVICES },
        Services { domain: "api.aws", named: &SERVICES },
    ],
    variables: &["AWS_LAMBDA_", "LAMBDA_TASK_ROOT", "AWS_REGION", "AWS_EXECUTION_ENV"],
};

fn callees(written: &Written<'_>) -> Result<Vec<Callee>, String> {
    let handler = &written.app.handler;
    let (stem, name) =
        handler.rsplit_once('.').ok_or_else(|| format!("its handler {handler} names no file"))?;
    let endings: &[&str] = match written.speech {
        Speech::Python => &["py"],
        Speech::JavaScript => &["js", "mjs", "cjs"],
    };
    let file = endings
        .iter()
        .map(|ending| format!("{stem}.{ending}"))
        .find(|file| written.code.join(file).is_file())
        .ok_or_else(|| format!("there is no file for its handler {handler}"))?;
    let (event, request) = match written.speech {
        Speech::Python => (
            include_str!("../../portable/aws/calls_event.py"),
            include_str!("../../portable/aws/calls_request.py"),
        ),
        Speech::JavaScript => (
            include_str!("../../portable/aws/calls_event.mjs"),
            include_str!("../../portable/aws/calls_request.mjs"),
        ),
    };
    let halves = if written.call.is_request() { vec![event, request] } else { vec![event] };
    Ok(vec![Callee {
        convention: Convention::Event,
        file,
        name: name.to_owned(),
        made: "",
        halves,
        library: None,
    }])
}

/// A function of parameters gets the event; that a context comes with it is found when it runs.
fn unchanged(callee: &Callee, _speech: Speech) -> Option<String> {
    let (stem, _) = callee.file.rsplit_once('.')?;
    (callee.convention == Convention::Parameters).then(|| format!("{stem}.{}", callee.name))
}

fn taker(written: &Written<'_>, _callee: &Callee) -> Taker {
    let half = match (written.speech, !written.call.is_request()) {
        (Speech::Python, true) => include_str!("../../portable/aws/takes_value.py"),
        (Speech::Python, false) => include_str!("../../portable/aws/takes_request.py"),
        (Speech::JavaScript, true) => include_str!("../../portable/aws/takes_value.mjs"),
        (Speech::JavaScript, false) => include_str!("../../portable/aws/takes_request.mjs"),
    };
    let file = match written.speech {
        Speech::Python => "on_aws.py",
        Speech::JavaScript => "on_aws.mjs",
    };
    Taker {
        file,
        handler: "on_aws.handler",
        half,
        wants_requests: false,
        beside: Vec::new(),
        note: None,
        library: None,
    }
}

fn heard(text: &str) -> Result<Call, Problem> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Problem::error(format!("the event is not JSON: {error}")).hint("an empty event is {}")
    })?;
    let request = request(&value).map_err(|error| {
        Problem::error(format!("`body` is not the Base64 that `isBase64Encoded` says: {error}"))
            .hint("write the body as text with \"isBase64Encoded\": false, or encode it")
    })?;
    Ok(request.map_or(Call::Value(value), Call::Request))
}

/// The request that payload format 2.0 tells of.
///
/// # Errors
/// Its body is not what it says.
fn request(event: &Value) -> Result<Option<HttpRequest>, DecodeError> {
    let method = event["requestContext"]["http"]["method"].as_str();
    let method = method.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    let (Some(method), Some(path)) = (method, event["rawPath"].as_str()) else { return Ok(None) };
    let query = event["rawQueryString"].as_str().unwrap_or_default();
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut headers = HeaderMap::new();
    for (name, value) in event["headers"].as_object().into_iter().flatten() {
        // What the edge adds is for the other edge to add.
        if name.starts_with("x-amzn-") || name.starts_with("x-forwarded-") || name == "host" {
            continue;
        }
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name), HeaderValue::try_from(value.as_str().unwrap_or_default()))
        {
            headers.append(name, value);
        }
    }
    let cookies: Vec<_> =
        event["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if let Ok(cookies) = HeaderValue::try_from(cookies.join("; "))
        && !cookies.is_empty()
    {
        headers.insert(header::COOKIE, cookies);
    }
    let text = event["body"].as_str().unwrap_or_default();
    let body = if event["isBase64Encoded"] == true {
        STANDARD.decode(text)?.into()
    } else {
        Bytes::from(text.to_owned())
    };
    Ok(Some(HttpRequest { method, target, headers, body }))
}

fn asks(call: &Call) -> String {
    match call {
        Call::Value(value) => value.to_string(),
        Call::Request(request) => String::from_utf8_lossy(&door::event_of(request)).into_owned(),
    }
}

fn told(call: &Call, _head: &ResponseHead, body: &Bytes) -> Result<Told, String> {
    match call {
        Call::Value(_) => Ok(Told::of_value(body.clone())),
        Call::Request(_) => door::answer_of(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_an_event_and_the_event_the_same_request() {
        let text =
            r#"{"method":"POST","path":"/a/b?c=d%20e","headers":{"content-type":"text/plain"},"body":"hi"}"#;
        let call = crate::portable::heard_request(text).unwrap();
        let Call::Request(again) = heard(&asks(&call)).unwrap() else { panic!("a request") };
        assert_eq!((again.method.as_str(), again.target.as_str()), ("POST", "/a/b?c=d%20e"));
        assert_eq!(
            (&again.headers["content-type"], &again.body[..]),
            (&"text/plain".parse().unwrap(), &b"hi"[..])
        );
        assert!(matches!(heard("").unwrap(), Call::Value(_)), "no event is an empty one");
        assert!(
            matches!(heard(r#"{"rawPath":"/"}"#).unwrap(), Call::Value(_)),
            "a name alone makes no request"
        );
        assert!(heard("{").is_err());
        let event = |body: &str| {
            let http = r#""rawPath":"/","requestContext":{"http":{"method":"POST"}},"isBase64Encoded":true"#;
            heard(&format!(r#"{{{http},"headers":{{"content-type":"image/png"}},"body":"{body}"}}"#))
        };
        let text = r#"{"rawPath":"/","requestContext":{"http":{"method":"GET"}},"cookies":["a=1","b=2"]}"#;
        let Call::Request(sent) = heard(text).unwrap() else { panic!("a request") };
        assert_eq!(sent.headers["cookie"], "a=1; b=2", "where every other provider looks for them");
        let Call::Request(bytes) = event("/wA=").unwrap() else { panic!("a request") };
        assert_eq!(&bytes.body[..], [0xff, 0], "the bytes that were sent");
        let described = Call::Request(bytes).description().to_string();
        let Call::Request(again) = crate::portable::heard_request(&described).unwrap() else {
            panic!("a request")
        };
        assert_eq!(&again.body[..], [0xff, 0], "and every other provider gets the same");
        assert!(event("?").unwrap_err().message.contains("isBase64Encoded"));
    }
}
