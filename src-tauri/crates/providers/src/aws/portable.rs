//! Lambda's functions elsewhere, and others' on Lambda. A function is called with any JSON, or with the event that one of
//! AWS's gateways makes of a request; others' are called by a function URL.

mod heard;

use bytes::Bytes;

use self::heard::heard;
use super::{detect, door};
use crate::{
    domain::{App, Gateway},
    invocation::ResponseHead,
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
    unsent: |_, _| None,
    told,
    // Its event and its runtime hold to them.
    // <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    limits: Limits::NONE.at_most(900, 10_240),
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
    bindings: |_, _| Vec::new(),
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
    let event = match written.speech {
        Speech::Python => include_str!("../../portable/aws/calls_event.py"),
        Speech::JavaScript => include_str!("../../portable/aws/calls_event.mjs"),
    };
    let mut halves = vec![event];
    if written.is_called_with_requests() {
        halves.extend(requests(written));
    }
    Ok(vec![Callee {
        convention: Convention::Event,
        file,
        name: name.to_owned(),
        made: "",
        halves,
        fed: None,
        library: None,
    }])
}

/// What makes of a request the event of the gateway that its function has, and an answer of what that takes for one.
fn requests(written: &Written<'_>) -> [&'static str; 2] {
    macro_rules! half {
        ($name:literal) => {
            match written.speech {
                Speech::Python => include_str!(concat!("../../portable/aws/", $name, ".py")),
                Speech::JavaScript => include_str!(concat!("../../portable/aws/", $name, ".mjs")),
            }
        };
    }
    match written.heard.gateway() {
        Gateway::Http if written.heard.route.is_none() => [half!("routeless"), half!("calls_request")],
        Gateway::Http => [half!("routes"), half!("calls_request")],
        Gateway::Rest(_) => [half!("routes"), half!("calls_rest")],
        Gateway::LoadBalancer { multi_value: false } => [half!("last_value"), half!("calls_balanced")],
        Gateway::LoadBalancer { multi_value: true } => [half!("all_values"), half!("calls_balanced")],
    }
}

/// A function of parameters gets the event; that a context comes with it is found when it runs.
fn unchanged(callee: &Callee, _speech: Speech) -> Option<String> {
    let (stem, _) = callee.file.rsplit_once('.')?;
    (callee.convention == Convention::Parameters).then(|| format!("{stem}.{}", callee.name))
}

fn taker(written: &Written<'_>, _callee: &Callee) -> Taker {
    let half = match (written.speech, !written.is_called_with_requests()) {
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

fn asks(_app: &App, call: &Call) -> String {
    match call {
        Call::Value(value) => value.to_string(),
        Call::Request(request) => String::from_utf8_lossy(&door::event_of(request)).into_owned(),
    }
}

fn told(call: &Call, gateway: &Gateway, _head: &ResponseHead, body: &Bytes) -> Result<Told, String> {
    match call {
        Call::Value(_) => Ok(Told::of_value(body.clone())),
        Call::Request(request) => door::answer_of(gateway, request, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fake_invoke::found, portable::heard_request};

    #[test]
    fn a_request_becomes_an_event_and_the_event_the_same_request() {
        let own = found("f", &[]);
        let again = |description: &str| {
            let call = heard_request(&own.function, description).unwrap().call;
            heard(&own.function, &asks(&own.app, &call)).unwrap().call
        };
        let text =
            r#"{"method":"POST","path":"/a/b?c=d%20e","headers":{"content-type":"text/plain"},"body":"hi"}"#;
        let Call::Request(request) = again(text) else { panic!("a request") };
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/a/b?c=d%20e"));
        assert_eq!(
            (&request.headers["content-type"], &request.body[..]),
            (&"text/plain".parse().unwrap(), &b"hi"[..])
        );
        let bytes = r#"{"headers":{"content-type":"image/png"},"body":"/wA=","base64":true}"#;
        let call = again(bytes);
        let Call::Request(request) = &call else { panic!("a request") };
        assert_eq!(&request.body[..], [0xff, 0], "the bytes that were sent");
        let described = call.description().to_string();
        let Call::Request(request) = heard_request(&own.function, &described).unwrap().call else {
            panic!("a request")
        };
        assert_eq!(&request.body[..], [0xff, 0], "and every other provider gets the same");
    }
}
