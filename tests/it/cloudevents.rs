//! The SDKs of CloudEvents for Python, JavaScript and Go, as those who send events to Google's and Knative's functions
//! use them, in both of the protocol's modes. The functions have the same SDKs on their side.
//! <https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md>

use std::{os::unix::fs::symlink, path::Path, time::Duration};

use coldframe_testkit::{Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, samples::copy_folder, serve};

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

const PYTHON: &str = "\
import json
import functions_framework

@functions_framework.cloud_event
def pyevent(event):
    names = ('id', 'source', 'type', 'subject', 'specversion', 'bed')
    print('got ' + json.dumps({'data': event.data, **{name: event[name] for name in names}}))
";
const NODE: &str = "\
const functions = require('@google-cloud/functions-framework');
functions.cloudEvent('jsevent', ({ id, source, type, subject, specversion, bed, data }) =>
  console.log('got ' + JSON.stringify({ id, source, type, subject, specversion, bed, data })));
";
const FUNC_NODE: &str = "\
const handle = async (context, { id, source, type, subject, specversion, bed, data }) => {
  console.log('got ' + JSON.stringify({ id, source, type, subject, specversion, bed, data }));
  return context.cloudEventResponse({ got: data }).type('answer').source('/here').response();
};
module.exports = { handle };
";
const FUNC_GO: &str = "\
package function

import (
	\"encoding/json\"
	\"fmt\"

	\"github.com/cloudevents/sdk-go/v2/event\"
)

func Handle(given event.Event) (*event.Event, error) {
	data := map[string]any{}
	if err := given.DataAs(&data); err != nil {
		return nil, err
	}
	said, err := json.Marshal(map[string]any{
		\"id\": given.ID(), \"source\": given.Source(), \"type\": given.Type(), \"subject\": given.Subject(),
		\"specversion\": given.SpecVersion(), \"bed\": given.Extensions()[\"bed\"], \"data\": data,
	})
	fmt.Println(\"got \" + string(said))
	answer := event.New()
	answer.SetID(\"answer\")
	answer.SetType(\"answer\")
	answer.SetSource(\"/here\")
	return &answer, err
}
";

const FUNC_PYTHON: &str = "\
import json
from cloudevents.core.v1.event import CloudEvent

def new():
    return Function()

class Function:
    async def handle(self, scope, receive, send):
        given = scope['event'].get_attributes()
        names = ('id', 'source', 'type', 'subject', 'specversion', 'bed')
        print('got ' + json.dumps({'data': scope['event'].get_data(), **{name: given.get(name) for name in names}}), flush=True)
        attributes = {'id': 'answer', 'source': '/here', 'type': 'answer', 'specversion': '1.0'}
        await send.binary(CloudEvent(attributes, {'got': True}))
";

/// Every function, with what it answers an event with and whether with another.
const FUNCTIONS: [(&str, &str, u64, bool); 5] = [
    ("gcp", "pyevent", 200, false),
    ("gcp", "jsevent", 204, false),
    ("knative", "jsfunc", 200, true),
    ("knative", "gofunc", 200, true),
    ("knative", "pyfunc", 200, true),
];

fn project() -> Project {
    let project = Project::new()
        .with("py/main.py", PYTHON)
        .with("py/requirements.txt", "functions-framework==3.10.2\n")
        .with("js/index.js", NODE)
        .with("jsfunc/func.yaml", "name: jsfunc\nruntime: node\ninvoke: cloudevent\n")
        .with("jsfunc/index.js", FUNC_NODE)
        .with("pyfunc/func.yaml", "name: pyfunc\nruntime: python\ninvoke: cloudevent\n")
        .with("pyfunc/func.py", FUNC_PYTHON)
        .with("gofunc/func.yaml", "name: gofunc\nruntime: go\ninvoke: cloudevent\n")
        .with("gofunc/go.mod", include_str!("fixtures/func-go-events/go.mod.txt"))
        .with("gofunc/go.sum", include_str!("fixtures/func-go-events/go.sum.txt"))
        .with("gofunc/handle.go", FUNC_GO);
    symlink(installed::python_clouds(), project.file("py/.venv")).expect("a link");
    symlink(installed::python_func(), project.file("pyfunc/.venv")).expect("a link");
    for folder in ["js", "jsfunc"] {
        symlink(installed::node_clouds(), project.file(&format!("{folder}/node_modules"))).expect("a link");
    }
    project
}

fn url(host: &Host, (door, function): (&str, &str)) -> String {
    let door = if door == "gcp" { &host.gcp } else { &host.knative };
    format!("{door}/{function}/")
}

/// What a program that sends says of every URL.
fn sent(program: &Path, args: &[&str], urls: &[String]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(urls.iter().map(String::as_str)).collect();
    let folder = installed::source("clients");
    let ran = coldframe_testkit::run(program, &args, &folder, &[], "");
    assert_eq!(ran.code, 0, "{}: {}", program.display(), ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sdk_reaches_every_function_in_both_modes() {
    let project = project();
    let host = serve(&project);
    // The first event waits for the compiler, longer than an SDK does.
    let first = host.http.post(url(&host, ("knative", "gofunc"))).timeout(COMPILED);
    first.send().await.expect("an answer");
    let urls: Vec<String> = FUNCTIONS.iter().map(|(door, name, ..)| url(&host, (door, name))).collect();

    let node = Path::new("node");
    let script = node_script();
    let sender = go_sender();
    for (sdk, said) in [
        ("py", sent(&installed::python_clouds().join("bin/python"), &["cloudevents_send.py"], &urls)),
        ("js", sent(node, &[&script.file("send.cjs").display().to_string()], &urls)),
        ("go", sent(&sender.file("send"), &[], &urls)),
    ] {
        for (url, (_, function, status, answers)) in urls.iter().zip(FUNCTIONS) {
            for mode in ["binary", "structured"] {
                let one = &said[format!("{url} {mode}")];
                let about = format!("{sdk} to {function}, {mode}: {one}");
                assert_eq!(one["status"], status, "{about}");
                let answer = one["answer"].as_str();
                assert_eq!(answer, answers.then_some("answer"), "{about}");
                let got = got(&host, function, &format!("{sdk}-{mode}")).await;
                assert_eq!(
                    got,
                    json!({"id": format!("{sdk}-{mode}"), "source": "/sdk", "type": "sown", "subject": "peas", "specversion": "1.0", "bed": "three", "data": {"name": "pea"}}),
                    "{about}"
                );
            }
        }
    }
}

/// What a function said of the event of that id.
async fn got(host: &Host, function: &str, id: &str) -> Value {
    eventually(&format!("{function} has said what it got of {id}"), async || {
        let query = json!({"function": host.function(function).await["id"], "after": null, "limit": null});
        let lines = host.rpc("logs", query).await;
        lines.as_array().or_else(|| lines["lines"].as_array())?.iter().find_map(|line| {
            let said: Value = serde_json::from_str(line["text"].as_str()?.strip_prefix("got ")?).ok()?;
            (said["id"] == id).then_some(said)
        })
    })
    .await
}

/// Beside the packages that it needs.
fn node_script() -> Project {
    let folder = Project::new().with("send.cjs", include_str!("clients/cloudevents_send.cjs"));
    symlink(installed::node_clouds(), folder.file("node_modules")).expect("a link");
    folder
}

/// The program that sends with Go's SDK.
fn go_sender() -> Project {
    let folder = Project::new();
    copy_folder(&installed::source("fixtures/cloudevents-go"), folder.path());
    let go = Path::new("go");
    let built =
        coldframe_testkit::run(go, &["build", "-buildvcs=false", "-o", "send", "."], folder.path(), &[], "");
    assert_eq!(built.code, 0, "{}", built.stderr);
    folder
}

/// Who is strict says 400; the framework for Node takes what comes.
#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_a_required_attribute_is_no_event() {
    let project = project();
    let host = serve(&project);
    let attributes = [("id", "1"), ("source", "/s"), ("type", "t"), ("specversion", "1.0")];
    for missing in ["id", "source", "type"] {
        let kept = attributes.iter().filter(|(name, _)| *name != missing);
        for (door, function, expected) in
            [("gcp", "pyevent", 400), ("knative", "gofunc", 400), ("gcp", "jsevent", 204)]
        {
            let post = || host.http.post(url(&host, (door, function))).timeout(COMPILED);
            let binary = kept.clone().fold(post().json(&json!({"a": 1})), |request, (name, value)| {
                request.header(format!("ce-{name}"), *value)
            });
            let event: Value = kept.clone().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            let structured =
                post().header("content-type", "application/cloudevents+json").body(event.to_string());
            for (mode, request) in [("binary", binary), ("structured", structured)] {
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), expected, "{function}, {mode}, without {missing}");
            }
        }
    }
}
