//! Google's functions-framework-conformance: a function of each signature copies what it got into its log. Every event is
//! sent in both of its shapes to functions of both shapes.
//! <https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md>

use std::os::unix::fs::symlink;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, serve};

const PYTHON: &str = "\
import json
import functions_framework

@functions_framework.http
def pyhttp(request):
    return request.get_data()

@functions_framework.cloud_event
def pycloud(event):
    attributes = event.get_attributes() if hasattr(event, 'get_attributes') else event._attributes
    print('got ' + json.dumps({'data': event.data, **{k: attributes.get(k) for k in ('id', 'source', 'type', 'subject', 'specversion')}}))

class Given:
    def __init__(self, given): self.given = given
    @staticmethod
    def from_dict(given): return Given(given)
    def to_dict(self): return {'payload': self.given}

@functions_framework.typed(Given)
def pytyped(given):
    return given
";
const PYTHON_LEGACY: &str = "\
import json

def pylegacy(event, context):
    print('got ' + json.dumps({'data': event, 'id': context.event_id, 'type': context.event_type, 'resource': context.resource}))
";
const NODE: &str = "\
const functions = require('@google-cloud/functions-framework');
functions.http('jshttp', (req, res) => res.send(JSON.stringify(req.body)));
functions.cloudEvent('jscloud', ({ id, source, type, subject, specversion, data }) => console.log('got ' + JSON.stringify({ data, id, source, type, subject, specversion })));
";
const NODE_LEGACY: &str = "\
exports.jslegacy = (data, context) => {
  console.log('got ' + JSON.stringify({ data, id: context.eventId, type: context.eventType, resource: context.resource }));
};
";

/// An event of the first generation, and what it is as a CloudEvent.
fn events() -> [(Value, Value); 5] {
    let object = json!({"bucket": "some-bucket", "name": "folder/Test.cs", "kind": "storage#object"});
    let account = |created: &str| json!({"uid": "UUpby3", "email": "test@nowhere.com", "metadata": {created: "2020-05-26T10:42:27Z"}});
    let legacy = |kind: &str, resource: Value, data: Value| json!({"context": {"eventId": "aaaaaa-1111", "timestamp": "2020-09-29T11:32:00.000Z", "eventType": kind, "resource": resource}, "data": data});
    let cloud = |kind: &str, source: &str, subject: Option<&str>, data: Value| json!({"id": "aaaaaa-1111", "specversion": "1.0", "type": kind, "source": source, "subject": subject, "data": data});
    let mut database = legacy(
        "providers/google.firebase.database/eventTypes/ref.write",
        json!("projects/_/instances/my-project-id/refs/gcf-test/xyz"),
        json!({"data": null, "delta": {"grandchild": "other"}}),
    );
    database["domain"] = json!("europe-west1.firebasedatabase.app");
    let value = json!({"value": {"fields": {"count": {"integerValue": "4"}}}});
    let message = json!({"@type": "type.googleapis.com/google.pubsub.v1.PubsubMessage", "attributes": {"attribute1": "value1"}, "data": "VGhpcw=="});
    let mut wrapped = message.clone();
    wrapped["messageId"] = json!("aaaaaa-1111");
    wrapped["publishTime"] = json!("2020-09-29T11:32:00.000Z");
    [
        (
            legacy(
                "google.storage.object.finalize",
                json!({"service": "storage.googleapis.com", "name": "projects/_/buckets/some-bucket/objects/folder/Test.cs", "type": "storage#object"}),
                object.clone(),
            ),
            cloud(
                "google.cloud.storage.object.v1.finalized",
                "//storage.googleapis.com/projects/_/buckets/some-bucket",
                Some("objects/folder/Test.cs"),
                object,
            ),
        ),
        (
            legacy(
                "google.pubsub.topic.publish",
                json!({"service": "pubsub.googleapis.com", "name": "projects/sample/topics/gcf-test", "type": "type.googleapis.com/google.pubsub.v1.PubsubMessage"}),
                message,
            ),
            cloud(
                "google.cloud.pubsub.topic.v1.messagePublished",
                "//pubsub.googleapis.com/projects/sample/topics/gcf-test",
                None,
                json!({"message": wrapped}),
            ),
        ),
        (
            legacy(
                "providers/cloud.firestore/eventTypes/document.write",
                json!("projects/project-id/databases/(default)/documents/gcf-test/2Vm2mI1d"),
                value.clone(),
            ),
            cloud(
                "google.cloud.firestore.document.v1.written",
                "//firestore.googleapis.com/projects/project-id/databases/(default)",
                Some("documents/gcf-test/2Vm2mI1d"),
                value,
            ),
        ),
        (
            legacy(
                "providers/firebase.auth/eventTypes/user.create",
                json!("projects/my-project-id"),
                account("createdAt"),
            ),
            cloud(
                "google.firebase.auth.user.v1.created",
                "//firebaseauth.googleapis.com/projects/my-project-id",
                Some("users/UUpby3"),
                account("createTime"),
            ),
        ),
        (
            database,
            cloud(
                "google.firebase.database.ref.v1.written",
                "//firebasedatabase.googleapis.com/projects/_/locations/europe-west1/instances/my-project-id",
                Some("refs/gcf-test/xyz"),
                json!({"data": null, "delta": {"grandchild": "other"}}),
            ),
        ),
    ]
}

fn project(with_frameworks: bool) -> Project {
    let signature = "[functions.NAME]\nenv = { FUNCTION_SIGNATURE_TYPE = 'event' }\n";
    let project = Project::new()
        .with("py/main.py", PYTHON)
        .with("pyold/main.py", PYTHON_LEGACY)
        .with("pyold/requirements.txt", "functions-framework==3.10.2\n")
        .with("js/index.js", NODE)
        .with("jsold/index.js", NODE_LEGACY)
        .with("jsold/package.json", r#"{"dependencies": {"@google-cloud/functions-framework": "5.0.5"}}"#)
        .with("coldframe.toml", &signature.replace("NAME", "jslegacy"));
    if with_frameworks {
        for folder in ["py", "pyold"] {
            symlink(installed::python_clouds(), project.file(folder).join(".venv")).expect("a link");
        }
        for folder in ["js", "jsold"] {
            symlink(installed::node_clouds(), project.file(folder).join("node_modules")).expect("a link");
        }
    }
    project
}

/// The status, and what the function said it got.
async fn got(host: &Host, function: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let mut request = host.http.post(format!("{}/{function}", host.gcp)).body(body.to_string());
    let kind = ("content-type", "application/json");
    let own = headers.iter().any(|(name, _)| *name == kind.0);
    for (name, value) in headers.iter().chain((!own).then_some(&kind)) {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    assert!(status < 300, "{function}: {status} {}", answer.text().await.unwrap_or_default());
    let row = eventually("the call has finished", async || {
        let rows = host.invocations().await;
        let newest = rows.into_iter().find(|row| row["function"] == function)?;
        newest["peak_memory_mb"].is_number().then_some(newest)
    })
    .await;
    let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
    let lines = detail["logs"].as_array().expect("log lines");
    let said =
        lines.iter().rev().find_map(|line| line["text"].as_str()?.strip_prefix("got ").map(str::to_owned));
    let said = said.unwrap_or_else(|| panic!("{function} said nothing: {lines:?}"));
    (status, serde_json::from_str(&said).expect("JSON"))
}

async fn conforms(host: &Host) {
    for http in ["pyhttp", "jshttp"] {
        let request = host.http.post(format!("{}/{http}", host.gcp)).json(&json!({"is": "PASS"}));
        let answer = request.send().await.expect("an answer");
        let text = answer.text().await.expect("text");
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{http}: {error}: {text}")),
            json!({"is": "PASS"}),
            "{http} copies its request"
        );
    }
    // The framework for Node has no such functions.
    let request = host.http.post(format!("{}/pytyped", host.gcp)).json(&json!({"message": "Hello"}));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "a typed function");
    let said = answer.json::<Value>().await.expect("JSON");
    assert_eq!(said, json!({"payload": {"message": "Hello"}}), "a typed function");
    let structured = [("content-type", "application/cloudevents+json")];
    for (legacy, cloud) in events() {
        for function in ["pycloud", "jscloud"] {
            for (how, headers, body) in [
                ("legacy", &[] as &[(&str, &str)], &legacy),
                ("structured", &structured, &without_nulls(&cloud)),
            ] {
                let (_, said) = got(host, function, headers, body).await;
                for member in ["id", "specversion", "type", "source", "data"] {
                    assert_eq!(said[member], cloud[member], "{function}, {how}: {member} of {said:#}");
                }
                assert_eq!(said["subject"], cloud["subject"], "{function}, {how}: {said:#}");
            }
        }
        let attributes: Vec<(String, String)> = ["id", "source", "type", "specversion", "subject"]
            .iter()
            .filter_map(|name| Some((format!("ce-{name}"), cloud[*name].as_str()?.to_owned())))
            .chain([("ce-time".to_owned(), "2020-09-29T11:32:00.000Z".to_owned())])
            .collect();
        let binary: Vec<(&str, &str)> =
            attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let context = &legacy["context"];
        for function in ["pylegacy", "jslegacy"] {
            for (how, headers, body) in
                [("legacy", &[] as &[(&str, &str)], &legacy), ("binary", binary.as_slice(), &cloud["data"])]
            {
                let (_, said) = got(host, function, headers, body).await;
                assert_eq!(said["id"], context["eventId"], "{function}, {how}: {said:#}");
                assert_eq!(said["type"], context["eventType"], "{function}, {how}: {said:#}");
                assert_eq!(said["data"], legacy["data"], "{function}, {how}: {said:#}");
                assert_eq!(said["resource"], context["resource"], "{function}, {how}: {said:#}");
            }
        }
    }
}

fn without_nulls(event: &Value) -> Value {
    let members = event.as_object().expect("an object").clone();
    Value::Object(members.into_iter().filter(|(name, value)| name == "data" || !value.is_null()).collect())
}

/// The status that an event without its id is answered with.
async fn without_an_id(host: &Host, function: &str) -> u16 {
    let request = host.http.post(format!("{}/{function}", host.gcp)).json(&json!({"a": 1}));
    let attributes = [("ce-source", "//s"), ("ce-type", "t"), ("ce-specversion", "1.0")];
    let request = attributes.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_frameworks_conform_behind_our_door() {
    let project = project(true);
    let host = serve(&project);
    conforms(&host).await;
    assert_eq!(without_an_id(&host, "pycloud").await, 400, "what no event has is refused");
    assert_eq!(without_an_id(&host, "jscloud").await, 204, "the framework for Node takes what comes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_ins_conform_alike() {
    let project = project(false);
    let host = serve(&project);
    conforms(&host).await;
    for function in ["pycloud", "jscloud"] {
        assert_eq!(
            without_an_id(&host, function).await,
            400,
            "{function} is stricter where nothing is installed"
        );
    }
}
