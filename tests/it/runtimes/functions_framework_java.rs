//! Google's own invoker for Java, with functions that the host builds with Maven.

use std::time::Duration;

use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::{Value, json};

use crate::{installed, samples::copy_folder, serve};

/// The first build of a machine fetches what Maven needs.
const BUILT: Duration = Duration::from_secs(600);
const HELLO: &str = "src/main/java/garden/JavaHello.java";

fn project() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("fixtures/gcp-java"), project.path());
    project
}

async fn get(host: &Host, target: &str) -> Answer {
    answered(host.http.get(format!("{}{target}", host.gcp))).await
}

async fn answered(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.timeout(BUILT).send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.expect("a body").to_vec() }
}

#[tokio::test(flavor = "multi_thread")]
async fn java_functions_answer_fail_and_reload() {
    let project = project();
    let host = serve(&project);
    let answer = get(&host, "/JavaHello/a/b?name=Ada").await;
    assert_eq!(answer.status, 201, "{} {:?}", answer.text(), answer.header("coldframe-problem"));
    let got = answer.json();
    assert_eq!((&got["said"], &got["path"]), (&json!("hello Ada"), &json!("/a/b")));
    assert_eq!((&got["target"], &got["signature"]), (&json!("garden.JavaHello"), &json!("http")));
    assert_eq!(got["service"], "JavaHello");
    let says = host.function("JavaHello").await["assumed"].to_string();
    assert!(says.contains("Google's own invoker for Java runs it, fetched once by Maven"), "{says}");

    assert_eq!(get(&host, "/JavaHello?name=fail").await.status, 500);
    assert_eq!(get(&host, "/JavaHello?name=Bo").await.json()["pid"], got["pid"], "it lives on");
    let log = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(log.contains("asked to fail") && log.contains("JavaHello.java:16"), "{log}");
    assert_eq!(get(&host, "/JavaHello?name=exit").await.status, 503, "its process has ended");
    let rows = host.invocations().await;
    let statuses: Vec<&str> = rows.iter().rev().filter_map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["ok", "ok", "ok", "crash"], "the invoker does not say that it was the function");

    // Before the others are called: a save builds every function that was.
    reloads(&host, &project).await;

    let calls = (0..3).map(|_| get(&host, "/JavaTogether"));
    let pids: Vec<String> = futures_util::future::join_all(calls).await.iter().map(Answer::text).collect();
    assert!(pids.iter().all(|pid| *pid == pids[0] && !pid.is_empty()), "one process has all three: {pids:?}");
}

/// A save is built, and mistakes are named while the old classes serve.
async fn reloads(host: &Host, project: &Project) {
    let code = std::fs::read_to_string(project.file(HELLO)).expect("readable");
    let said = async || get(host, "/JavaHello?name=Ada").await.json()["said"].clone();
    project.write_atomically(HELLO, &code.replace("greeting + \" \" + name", "nothing + name"));
    let mistake = problem(host, "JavaHello", "javac's error is shown").await;
    assert_eq!((&mistake["file"], &mistake["line"]), (&json!(HELLO), &json!(25)), "{mistake}");
    assert!(
        mistake["message"].as_str().is_some_and(|text| text.contains("cannot find symbol: variable nothing")),
        "{mistake}"
    );
    assert_eq!(said().await, "hello Ada", "still serving");
    project.write_atomically(HELLO, &code.replace("\"hello\"", "\"good day\""));
    eventually("the new classes answer", async || (said().await == "good day Ada").then_some(())).await;
}

async fn problem(host: &Host, function: &str, what: &str) -> Value {
    eventually(what, async || {
        let problem = host.function(function).await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await
}

const PLAIN: &str = "package garden;\n\npublic class Plain {\n}\n";

#[tokio::test(flavor = "multi_thread")]
async fn classes_that_are_no_functions_are_told_so() {
    let project = Project::new()
        .with("fn/pom.xml", include_str!("../fixtures/gcp-java/pom.xml"))
        .with("fn/src/main/java/garden/Plain.java", PLAIN)
        .with(
            "fn/src/main/java/garden/JavaCopy.java",
            include_str!("../fixtures/gcp-java/src/main/java/garden/JavaCopy.java"),
        )
        .with(
            "coldframe.toml",
            "[functions.plain]\nprovider = 'gcp'\npath = 'fn'\nhandler = 'garden.Plain'\n\
             [functions.gone]\nprovider = 'gcp'\npath = 'fn'\nhandler = 'garden.Gone'\n",
        );
    let host = serve(&project);
    let expected = "`garden.Gone` is no function of Google's framework in fn";
    eventually("a class that is not there is named, with those that are", async || {
        let said = host.stderr();
        (said.contains(expected) && said.contains("`garden.JavaCopy`")).then_some(())
    })
    .await;
    let warned = host.function("plain").await["problems"].to_string();
    assert!(warned.contains("`garden.Plain` implements none of the framework's interfaces"), "{warned}");
    let answer = get(&host, "/plain").await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    let log = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(log.contains("Could not determine function signature type from target garden.Plain"), "{log}");
}
