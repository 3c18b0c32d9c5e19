//! What an open page is told while it is open.

use coldframe_testkit::{Host, PATIENCE, Project};
use serde_json::{Value, json};

use crate::serve;

/// The live channel, from when it was opened.
pub(crate) struct Live {
    response: reqwest::Response,
    text: Vec<u8>,
}

impl Live {
    pub(crate) async fn open(host: &Host) -> Self {
        let call = host.http.get(format!("{}/live", host.ui)).bearer_auth(host.token()).send();
        Self { response: call.await.expect("the live channel"), text: Vec::new() }
    }

    /// Reads on until a batch has what is wanted.
    pub(crate) async fn until<T>(&mut self, what: &str, wanted: impl FnMut(&Value) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, self.read(wanted)).await;
        found.unwrap_or_else(|_| panic!("never told: {what}"))
    }

    async fn read<T>(&mut self, mut wanted: impl FnMut(&Value) -> Option<T>) -> T {
        loop {
            while let Some(end) = self.text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.text.drain(..=end).collect();
                let Ok(batch) = serde_json::from_slice(&line) else { continue };
                if let Some(found) = wanted(&batch) {
                    return found;
                }
            }
            let chunk = self.response.chunk().await.expect("the channel is open");
            self.text.extend_from_slice(&chunk.expect("the host lives"));
        }
    }
}

/// Answers at once. Before its next event it waits for `go`, before an answer to `{"hold": …}` for `on`.
const LINGERS: &str = r#"#!/usr/bin/env python3
import json, os, time, urllib.request

api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
here = os.environ["LAMBDA_TASK_ROOT"]

def wait_for(name):
    while not os.path.exists(os.path.join(here, "..", name)):
        time.sleep(0.01)

while True:
    with urllib.request.urlopen(f"{api}/next") as event:
        held = "hold" in json.load(event)
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
    if held:
        wait_for("on")
    urllib.request.urlopen(f"{api}/{request}/response", b"{}").close()
    wait_for("go")
"#;

/// The states of the instances of the app that a batch tells of, if it does.
fn instances(batch: &Value) -> Option<Vec<&str>> {
    let pool = &batch["functions"].as_array()?.first()?["pool"]["instances"];
    pool.as_array()?.iter().map(|instance| instance["state"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_told_that_an_instance_is_busy_and_that_it_is_free_again() {
    let project = Project::new().with("coldframe.toml", "[functions.lingers]\ntimeout_seconds = 120\n");
    project.write_executable("lingers/bootstrap", LINGERS);
    let host = serve(&project);
    let mut live = Live::open(&host).await;
    let state = |wanted: &'static str| {
        move |batch: &Value| instances(batch).filter(|states| states[..] == [wanted]).map(drop)
    };
    host.invoke("lingers", &json!({})).await;
    live.until("it is busy though it has answered", |batch| {
        let answered = batch["invocations"].as_array().is_some_and(|rows| !rows.is_empty());
        (answered && instances(batch)? == ["busy"]).then_some(())
    })
    .await;
    project.write("go", "");
    live.until("it has asked for more", state("idle")).await;
    let event = json!({"hold": true});
    let (held, ()) = tokio::join!(host.invoke("lingers", &event), async {
        live.until("it has a call that takes long", state("busy")).await;
        project.write("on", "");
    });
    assert_eq!(held.status, 200, "{}", held.text());
    live.until("that has ended", state("idle")).await;
}
