//! Extensions within the function's process, as monitoring libraries are: registered at start, told of each call.

use coldframe_testkit::{Project, eventually};
use serde_json::{Value, json};

use crate::serve;

/// Registers while it is imported, and listens on a thread of its own.
const CODE: &str = "\
import json, os, threading, urllib.error, urllib.request

API = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2020-01-01/extension/'
SEEN = []

def call(path, headers, body=None):
    request = urllib.request.Request(API + path, data=body, headers=headers)
    try:
        response = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        return response.status, dict(response.headers), json.loads(response.read())

def register(name, events):
    return call('register', {'Lambda-Extension-Name': name}, json.dumps({'events': events}).encode())

STATUS, HEADERS, DESCRIPTION = register('watcher', ['INVOKE'])
BAD = register('gardener', ['HARVEST'])
ID = HEADERS['Lambda-Extension-Identifier']
STRANGER = call('event/next', {'Lambda-Extension-Identifier': '00000000-0000-4000-8000-000000000000'})

def listen():
    while True:
        SEEN.append(call('event/next', {'Lambda-Extension-Identifier': ID})[2])

threading.Thread(target=listen, daemon=True).start()

def lambda_handler(event, context):
    late = register('late', ['INVOKE'])
    return {'status': STATUS, 'description': DESCRIPTION, 'bad': BAD[::2], 'stranger': STRANGER[::2],
            'late': late[::2], 'seen': SEEN, 'request': context.aws_request_id}
";

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_registers_and_is_told_of_calls() {
    let project = Project::new().python("watched", CODE);
    let host = serve(&project);
    let first = host.invoke("watched", &json!({})).await.json();
    assert_eq!(first["status"], 200, "{first}");
    assert_eq!(
        first["description"],
        json!({"functionName": "watched", "functionVersion": "$LATEST", "handler": "lambda_function.lambda_handler"})
    );
    for (refused, kind) in [
        ("bad", "Extension.InvalidEventType"),
        ("stranger", "Extension.UnknownExtensionIdentifier"),
        ("late", "Extension.RegistrationClosed"),
    ] {
        assert_eq!(
            (&first[refused][0], &first[refused][1]["errorType"]),
            (&json!(403), &json!(kind)),
            "{refused}"
        );
    }
    let request = first["request"].clone();
    let told = eventually("the extension was told of the first call", async || {
        let seen = host.invoke("watched", &json!({})).await.json()["seen"].as_array().cloned()?;
        seen.into_iter().find(|event| event["requestId"] == request)
    })
    .await;
    assert_eq!((&told["eventType"], &told["tracing"]["type"]), (&json!("INVOKE"), &json!("X-Amzn-Trace-Id")));
    assert_eq!(told["invokedFunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:watched");
    assert!(told["deadlineMs"].as_u64() > Some(1_600_000_000_000) && told["tracing"]["value"] != Value::Null);
}
