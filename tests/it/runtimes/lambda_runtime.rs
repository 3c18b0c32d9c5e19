//! Rust's runtime crate: a package that the host builds with cargo, answering plainly and in streams.

use std::time::Duration;

use coldframe_testkit::{Host, Project, eventually};
use serde_json::json;

use super::{invoke, statuses};
use crate::{installed, samples::copy_folder, serve};

/// The package, as a person has it; what it depends on is compiled once and kept between runs.
fn project() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("fixtures/rust-functions"), project.path());
    installed::share_cargo_target(&project);
    project
}

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

/// The first calls wait for cargo.
async fn built(project: &Project) -> Host {
    let host = serve(project);
    for (function, event) in [("plain", json!({"name": "Ada"})), ("streaming", json!({"parts": []}))] {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", host.aws);
        let request = host.http.post(url).timeout(COMPILED).body(event.to_string());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{function}: {}", answer.text().await.unwrap_or_default());
    }
    host
}

/// One journey: the programs are built in one place, where builds of several projects would meet.
#[tokio::test(flavor = "multi_thread")]
async fn programs_are_built_answer_stream_and_reload() {
    let project = project();
    let host = built(&project).await;
    answers_and_fails(&host).await;
    streams(&host).await;
    reloads(&host, &project).await;
}

async fn answers_and_fails(host: &Host) {
    let first = invoke(host, "plain", &json!({"name": "Ada"})).await;
    let got = first.returned();
    assert_eq!((&got["hello"], &got["request"]), (&json!("Ada"), &json!(first.request_id())));
    assert_eq!(got["arn"], "arn:aws:lambda:us-east-1:000000000000:function:plain");
    assert_eq!((&got["custom"], &got["memory"]), (&json!({"bed": "3"}), &json!(128)));
    assert!(got["deadline"].as_u64() > Some(1_600_000_000_000), "milliseconds of the epoch: {got}");
    assert!(first.log.contains("hello Ada\n"), "{}", first.log);
    assert_eq!(invoke(host, "plain", &json!({"name": "Ada"})).await.returned()["pid"], got["pid"]);

    let failed = invoke(host, "plain", &json!({"name": "Ada", "how": "fail"})).await.failed();
    assert_eq!(failed["errorMessage"], "it was asked to fail", "{failed}");
    let misread = invoke(host, "plain", &json!({"no": "name"})).await.failed();
    assert!(
        misread["errorMessage"].as_str().is_some_and(|text| text.contains("missing field `name`")),
        "{misread}"
    );
    let panicked = invoke(host, "plain", &json!({"name": "Ada", "how": "panic"})).await.failed();
    assert!(
        panicked["errorMessage"].as_str().is_some_and(|text| text.contains("asked to panic")),
        "{panicked}"
    );
    let exited = invoke(host, "plain", &json!({"name": "Ada", "how": "exit"})).await.failed();
    assert_eq!(exited["errorType"], "Runtime.ExitError", "{exited}");
    assert_eq!(invoke(host, "plain", &json!({"name": "Bo"})).await.returned()["hello"], "Bo");
    assert_eq!(statuses(host).await[2..], ["ok", "ok", "error", "error", "error", "crash", "ok"]);
}

async fn streams(host: &Host) {
    let url = format!("{}/2021-11-15/functions/streaming/response-streaming-invocations", host.aws);
    let event = json!({"parts": ["one ", "two ", "three"]});
    let response = host.http.post(&url).body(event.to_string()).send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "application/vnd.amazon.eventstream");
    let bytes = response.bytes().await.expect("a body");
    let text = String::from_utf8_lossy(&bytes);
    for part in ["PayloadChunk", "one ", "two ", "three", "InvokeComplete"] {
        assert!(text.contains(part), "{part:?} is in the stream: {text:?}");
    }
    let got = host.http.post(format!("{}/streaming/", host.aws)).body("x").send().await.expect("an answer");
    assert_eq!(got.status(), 502, "an HTTP event is not what it takes");
    let before = invoke(host, "streaming", &json!({"parts": [], "fail": "before"})).await.failed();
    assert_eq!(before["errorMessage"], "nothing was sent", "{before}");
    let exited = host.http.post(&url).body(json!({"parts": ["one "], "fail": "exit"}).to_string());
    let bytes = exited.send().await.expect("an answer").bytes().await.expect("a body");
    let text = String::from_utf8_lossy(&bytes);
    assert!(
        text.contains("one ") && text.contains("ErrorCode"),
        "what was sent, and that it broke: {text:?}"
    );
    assert_eq!(statuses(host).await[9..], ["ok", "error", "error", "crash"]);
}

/// A save is built, and a mistake in one is named while the old program serves.
async fn reloads(host: &Host, project: &Project) {
    let code = std::fs::read_to_string(project.file("src/bin/plain.rs")).expect("readable");

    project.write_atomically(
        "src/bin/plain.rs",
        &code.replace("\"hello\": payload.name", "\"hello\": payload.nam"),
    );
    let problem = eventually("the mistake is shown", async || {
        let problem = host.function("plain").await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await;
    assert!(problem["file"].as_str().is_some_and(|file| file.ends_with("src/bin/plain.rs")), "{problem}");
    assert!(problem["line"].is_u64() && problem.to_string().contains("nam"), "{problem}");
    assert_eq!(
        invoke(host, "plain", &json!({"name": "Ada"})).await.returned()["hello"],
        "Ada",
        "still serving"
    );

    project
        .write_atomically("src/bin/plain.rs", &code.replace("\"hello\": payload.name", "\"hello\": \"new\""));
    eventually("the new program answers", async || {
        (invoke(host, "plain", &json!({"name": "Ada"})).await.returned()["hello"] == "new").then_some(())
    })
    .await;
}
