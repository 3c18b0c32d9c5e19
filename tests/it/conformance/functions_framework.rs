//! Google's functions-framework-conformance: a function of each signature copies what it got into its log. Every event is
//! sent in both of its shapes to functions of both shapes.
//! <https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md>

mod events;

use std::{os::unix::fs::symlink, time::Duration};

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use self::events::{events, without_nulls};
use crate::{installed, samples::copy_folder, serve};

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

/// The functions of one language.
struct Framework {
    http: &'static str,
    cloud: &'static str,
    legacy: &'static str,
    /// The framework for Node has no such functions.
    typed: Option<&'static str>,
    /// What the caller of an event without its id is told.
    without_an_id: u16,
}

const PYTHON_ONES: Framework = Framework {
    http: "pyhttp",
    cloud: "pycloud",
    legacy: "pylegacy",
    typed: Some("pytyped"),
    without_an_id: 400,
};
const NODE_ONES: Framework =
    Framework { http: "jshttp", cloud: "jscloud", legacy: "jslegacy", typed: None, without_an_id: 204 };
const GO_ONES: Framework = Framework {
    http: "GoCopy",
    cloud: "GoCloud",
    legacy: "GoLegacy",
    typed: Some("GoTyped"),
    without_an_id: 400,
};
const JAVA_ONES: Framework = Framework {
    http: "JavaCopy",
    cloud: "JavaCloud",
    legacy: "JavaLegacy",
    typed: Some("JavaTyped"),
    without_an_id: 500,
};

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

/// What the function said it got.
async fn got(host: &Host, function: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut request =
        host.http.post(format!("{}/{function}", host.gcp)).timeout(COMPILED).body(body.to_string());
    let kind = ("content-type", "application/json");
    let own = headers.iter().any(|(name, _)| *name == kind.0);
    for (name, value) in headers.iter().chain((!own).then_some(&kind)) {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let problem = answer.headers().get("coldframe-problem").cloned();
    assert!(status < 300, "{function}: {status} {problem:?} {}", answer.text().await.unwrap_or_default());
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
    serde_json::from_str(&said).expect("JSON")
}

/// Sends JSON and reads JSON.
async fn posted(host: &Host, function: &str, body: &Value) -> Value {
    let request = host.http.post(format!("{}/{function}", host.gcp)).timeout(COMPILED).json(body);
    let answer = request.send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    assert_eq!(status, 200, "{function}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{function}: {error}: {text}"))
}

async fn conforms(host: &Host, framework: &Framework) {
    let copied = posted(host, framework.http, &json!({"is": "PASS"})).await;
    assert_eq!(copied, json!({"is": "PASS"}), "{} copies its request", framework.http);
    if let Some(typed) = framework.typed {
        let said = posted(host, typed, &json!({"message": "Hello"})).await;
        assert_eq!(said, json!({"payload": {"message": "Hello"}}), "{typed}");
    }
    let structured = [("content-type", "application/cloudevents+json")];
    for (legacy, cloud) in events() {
        let function = framework.cloud;
        let attributes: Vec<(String, String)> = ["id", "source", "type", "specversion", "subject"]
            .iter()
            .filter_map(|name| Some((format!("ce-{name}"), cloud[*name].as_str()?.to_owned())))
            .chain([("ce-time".to_owned(), "2020-09-29T11:32:00.123Z".to_owned())])
            .collect();
        let binary: Vec<(&str, &str)> =
            attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for (how, headers, body) in [
            ("legacy", &[] as &[(&str, &str)], &legacy),
            ("structured", &structured, &without_nulls(&cloud)),
            ("binary", binary.as_slice(), &cloud["data"]),
        ] {
            let said = got(host, function, headers, body).await;
            for member in ["id", "specversion", "type", "source", "data"] {
                assert_eq!(said[member], cloud[member], "{function}, {how}: {member} of {said:#}");
            }
            // Go's SDK says of a subject that is not there that it is empty.
            let subject = Some(&said["subject"]).filter(|subject| **subject != "").unwrap_or(&Value::Null);
            assert_eq!(*subject, cloud["subject"], "{function}, {how}: {said:#}");
        }
        let context = legacy.get("context").unwrap_or(&legacy);
        let function = framework.legacy;
        for (how, headers, body) in
            [("legacy", &[] as &[(&str, &str)], &legacy), ("binary", binary.as_slice(), &cloud["data"])]
        {
            let said = got(host, function, headers, body).await;
            assert_eq!(said["id"], context["eventId"], "{function}, {how}: {said:#}");
            assert_eq!(said["type"], context["eventType"], "{function}, {how}: {said:#}");
            assert_eq!(said["data"], legacy["data"], "{function}, {how}: {said:#}");
            assert_eq!(said["resource"], context["resource"], "{function}, {how}: {said:#}");
        }
    }
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
    for framework in [PYTHON_ONES, NODE_ONES] {
        conforms(&host, &framework).await;
        let refused = without_an_id(&host, framework.cloud).await;
        assert_eq!(refused, framework.without_an_id, "what {} says of no event", framework.cloud);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_ins_conform_alike() {
    let project = project(false);
    let host = serve(&project);
    for framework in [PYTHON_ONES, NODE_ONES] {
        conforms(&host, &framework).await;
        let refused = without_an_id(&host, framework.cloud).await;
        assert_eq!(refused, 400, "{} is stricter where nothing is installed", framework.cloud);
    }
}

/// Those whose functions are compiled with them.
async fn compiled(fixture: &str, framework: Framework) {
    let project = Project::new();
    copy_folder(&installed::source(fixture), project.path());
    let host = serve(&project);
    conforms(&host, &framework).await;
    let refused = without_an_id(&host, framework.cloud).await;
    assert_eq!(refused, framework.without_an_id, "what {} says of no event", framework.cloud);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_framework_for_go_conforms() {
    compiled("fixtures/gcp-go", GO_ONES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_framework_for_java_conforms() {
    compiled("fixtures/gcp-java", JAVA_ONES).await;
}
