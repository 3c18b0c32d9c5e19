//! What the services a manifest connects a function to would send it, in the shapes their documents give; names and
//! numbers are made up. Requests are the doors' own.

use serde_json::{Value, json};

use super::door;
use crate::{
    domain::{App, Binding, Function},
    example::{Asked, Example, WHEN},
};

const EPOCH_MS: i64 = 1_768_469_400_000;

/// A request at its first route, else the first service that is known.
pub(super) fn example(app: &App, function: &Function) -> Option<Example> {
    if let Some(route) = function.routes.first() {
        let asked = Asked::of(route);
        let event = door::event_at(app, function, route, &asked);
        let trigger = format!("{} of its {}", asked.title(), route.gateway.title());
        return Some(Example { trigger, event: String::from_utf8_lossy(&event).into_owned() });
    }
    function.bindings.iter().find_map(|binding| {
        let event = sent_by(&binding.kind)?;
        Some(Example { trigger: binding.kind.clone(), event: event.to_string() })
    })
}

/// An event a manifest names, which nothing here sends.
pub(super) fn binding(kind: &str) -> Binding {
    Binding { kind: kind.to_owned(), ..Binding::default() }
}

/// By SAM's name of it or serverless.yml's.
fn sent_by(kind: &str) -> Option<Value> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "sqs" => queue(),
        "sns" => topic(),
        "s3" => bucket(),
        "dynamodb" => table(),
        "kinesis" => stream(),
        "schedule" | "schedulev2" => {
            bridge("aws.events", "Scheduled Event", &json!([arn("events", "rule/every-morning")]), &json!({}))
        }
        "eventbridgerule" | "cloudwatchevent" | "eventbridge" => {
            bridge("com.example.orders", "OrderPlaced", &json!([]), &json!({"order": 42, "total": 99}))
        }
        _ => return None,
    })
}

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{rest}")
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>
fn queue() -> Value {
    let message = |id: u32, body: &str| {
        json!({
            "messageId": format!("00000000-0000-4000-8000-00000000000{id}"), "receiptHandle": format!("handle-{id}"),
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1", "SentTimestamp": EPOCH_MS.to_string(), "SenderId": "EXAMPLE",
                "ApproximateFirstReceiveTimestamp": (EPOCH_MS + 5).to_string(),
            },
            "messageAttributes": {}, "md5OfBody": "0123456789abcdef0123456789abcdef",
            "eventSource": "aws:sqs", "eventSourceARN": arn("sqs", "orders"), "awsRegion": "us-east-1",
        })
    };
    json!({"Records": [message(1, r#"{"order":41,"total":12.5}"#), message(2, r#"{"order":42,"total":99}"#)]})
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
fn topic() -> Value {
    json!({"Records": [{
        "EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": arn("sns", "orders:subscription"),
        "Sns": {
            "Type": "Notification", "MessageId": "00000000-0000-4000-8000-000000000001",
            "TopicArn": arn("sns", "orders"), "Subject": "Order placed", "Message": r#"{"order":42}"#,
            "Timestamp": WHEN, "SignatureVersion": "1", "Signature": "EXAMPLE", "SigningCertUrl": "EXAMPLE",
            "UnsubscribeUrl": "EXAMPLE", "MessageAttributes": {"kind": {"Type": "String", "Value": "order"}},
        },
    }]})
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
fn bucket() -> Value {
    json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": WHEN,
        "eventName": "ObjectCreated:Put", "userIdentity": {"principalId": "EXAMPLE"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "example"},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "uploads",
            "bucket": {"name": "photos", "ownerIdentity": {"principalId": "EXAMPLE"}, "arn": "arn:aws:s3:::photos"},
            "object": {
                "key": "holiday/beach.jpg", "size": 1_048_576, "eTag": "0123456789abcdef0123456789abcdef",
                "sequencer": "0A1B2C3D4E5F678901",
            },
        },
    }]})
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>
fn table() -> Value {
    let item = |state: &str| json!({"id": {"S": "order-42"}, "state": {"S": state}, "total": {"N": "99"}});
    json!({"Records": [{
        "eventID": "1", "eventName": "MODIFY", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": EPOCH_MS / 1000, "Keys": {"id": {"S": "order-42"}},
            "OldImage": item("placed"), "NewImage": item("paid"), "SequenceNumber": "111", "SizeBytes": 59,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": arn("dynamodb", "table/orders/stream/2026-01-15T00:00:00.000"),
    }]})
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>
fn stream() -> Value {
    json!({"Records": [{
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "sensor-7",
            "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
            // {"sensor":7,"celsius":21.5}
            "data": "eyJzZW5zb3IiOjcsImNlbHNpdXMiOjIxLjV9", "approximateArrivalTimestamp": EPOCH_MS / 1000,
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000006:4959",
        "eventName": "aws:kinesis:record", "awsRegion": "us-east-1",
        "invokeIdentityArn": "arn:aws:iam::000000000000:role/local",
        "eventSourceARN": arn("kinesis", "stream/readings"),
    }]})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html>
fn bridge(source: &str, kind: &str, resources: &Value, detail: &Value) -> Value {
    json!({
        "version": "0", "id": "00000000-0000-4000-8000-000000000001", "detail-type": kind, "source": source,
        "account": "000000000000", "time": "2026-01-15T09:30:00Z", "region": "us-east-1", "resources": resources,
        "detail": detail,
    })
}
