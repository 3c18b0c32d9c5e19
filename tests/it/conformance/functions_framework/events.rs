//! Google's events of the first generation, and what they are as CloudEvents.
//! <https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md>

use serde_json::{Value, json};

/// An event of the first generation, and what it is as a CloudEvent.
pub(super) fn events() -> [(Value, Value); 5] {
    let object = json!({"bucket": "some-bucket", "name": "folder/Test.cs", "kind": "storage#object"});
    let account = |created: &str| json!({"uid": "UUpby3", "email": "test@nowhere.com", "metadata": {created: "2020-05-26T10:42:27Z"}});
    let legacy = |kind: &str, resource: Value, data: Value| json!({"context": {"eventId": "aaaaaa-1111", "timestamp": "2020-09-29T11:32:00.123Z", "eventType": kind, "resource": resource}, "data": data});
    let cloud = |kind: &str, source: &str, subject: Option<&str>, data: Value| json!({"id": "aaaaaa-1111", "specversion": "1.0", "type": kind, "source": source, "subject": subject, "data": data});
    // Firebase's database sends the older, flat form, which names where it lies.
    let database = json!({
        "eventType": "providers/google.firebase.database/eventTypes/ref.write",
        "resource": "projects/_/instances/my-project-id/refs/gcf-test/xyz",
        "eventId": "aaaaaa-1111",
        "timestamp": "2020-09-29T11:32:00.123Z",
        "domain": "europe-west1.firebasedatabase.app",
        "data": {"data": null, "delta": {"grandchild": "other"}},
    });
    let value = json!({"value": {"fields": {"count": {"integerValue": "4"}}}});
    let message = json!({"@type": "type.googleapis.com/google.pubsub.v1.PubsubMessage", "attributes": {"attribute1": "value1"}, "data": "VGhpcw=="});
    let mut wrapped = message.clone();
    wrapped["messageId"] = json!("aaaaaa-1111");
    wrapped["publishTime"] = json!("2020-09-29T11:32:00.123Z");
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

/// As it is sent: what an event does not have is left out.
pub(super) fn without_nulls(event: &Value) -> Value {
    let members = event.as_object().expect("an object").clone();
    Value::Object(members.into_iter().filter(|(name, value)| name == "data" || !value.is_null()).collect())
}
