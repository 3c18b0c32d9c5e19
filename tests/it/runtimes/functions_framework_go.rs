//! Google's own framework for Go: packages that the host builds a program around with the real tool chain, as Google's
//! build does.

use std::time::Duration;

use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::{Value, json};

use crate::{builder, installed, samples::copy_folder, serve};

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

const GO_MOD: &str = include_str!("../fixtures/gcp-go/go.mod");
const GO_SUM: &str = include_str!("../fixtures/gcp-go/go.sum");

fn garden() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("fixtures/gcp-go"), project.path());
    project
}

async fn get(host: &Host, target: &str) -> Answer {
    answered(host.http.get(format!("{}{target}", host.gcp))).await
}

async fn answered(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.timeout(COMPILED).send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.expect("a body").to_vec() }
}

async fn problem(host: &Host, function: &str, what: &str) -> Value {
    eventually(what, async || {
        let problem = host.function(function).await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn registered_functions_answer_fail_and_reload() {
    let project = garden();
    let host = serve(&project);
    let answer = get(&host, "/GoHello/a/b?name=Ada").await;
    assert_eq!(answer.status, 201, "{} {:?}", answer.text(), answer.header("coldframe-problem"));
    let got = answer.json();
    assert_eq!((&got["said"], &got["path"]), (&json!("hello Ada"), &json!("/a/b")));
    assert_eq!((&got["target"], &got["signature"]), (&json!("GoHello"), &json!("http")));
    assert_eq!(got["service"], "GoHello");
    assert!(got["revision"].as_str().is_some_and(|name| name.starts_with("GoHello-")), "{got}");

    let panicked = get(&host, "/GoHello?name=panic").await;
    assert_eq!((panicked.status, panicked.header("x-google-status")), (500, Some("crash")));
    assert_eq!(get(&host, "/GoHello?name=Bo").await.json()["pid"], got["pid"], "it lives on");
    assert_eq!(get(&host, "/GoHello?name=exit").await.status, 503, "its process has ended");
    assert_ne!(get(&host, "/GoHello?name=Cy").await.json()["pid"], got["pid"], "another one answers");
    let rows = host.invocations().await;
    let statuses: Vec<&str> = rows.iter().rev().filter_map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["ok", "error", "ok", "crash", "ok"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_has_many_calls_and_what_it_imports_is_its_own() {
    let project = garden();
    let host = serve(&project);
    let calls = (0..3).map(|_| get(&host, "/GoTogether"));
    let answers = futures_util::future::join_all(calls).await;
    let pids: Vec<String> = answers.iter().map(Answer::text).collect();
    assert!(pids.iter().all(|pid| *pid == pids[0] && !pid.is_empty()), "one process has all three: {pids:?}");

    let said = async || get(&host, "/GoHello?name=Ada").await.json()["said"].clone();
    assert_eq!(said().await, "hello Ada");
    project.write_atomically("beds/beds.go", "package beds\n\nconst Greeting = nothing\n");
    let mistake = problem(&host, "GoHello", "the mistake in what it imports is shown").await;
    assert_eq!((&mistake["file"], &mistake["line"]), (&json!("beds/beds.go"), &json!(3)), "{mistake}");
    assert!(mistake["message"].as_str().is_some_and(|text| text.contains("undefined: nothing")), "{mistake}");
    assert_eq!(said().await, "hello Ada", "still serving");
    project.write_atomically("beds/beds.go", "package beds\n\nconst Greeting = \"good day\"\n");
    eventually("the new code answers", async || (said().await == "good day Ada").then_some(())).await;
    for left in ["coldframe_gcp", "go.work", "function"] {
        assert!(!project.file(left).exists(), "{left} is not written beside the person's code");
    }
    assert_eq!(std::fs::read_to_string(project.file("go.mod")).expect("readable"), GO_MOD, "untouched");
    assert_eq!(std::fs::read_to_string(project.file("go.sum")).expect("readable"), GO_SUM, "untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_that_do_not_register_themselves_are_found_by_their_shape() {
    let project = garden();
    let host = serve(&project);
    let plain = get(&host, "/GoPlain?name=Ada").await;
    assert_eq!(
        (plain.status, plain.text().as_str()),
        (200, "plain Ada"),
        "{:?}",
        plain.header("coldframe-problem")
    );
    assert_eq!(host.function("GoOwnEvent").await["takes"], "cloud-event");
    assert_eq!(host.function("GoLegacy").await["takes"], "request");
}

/// The framework alone, whose own needs are in no list of the person's.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_program_around_it_needs_is_found_as_googles_build_finds_it() {
    let without: String = GO_SUM
        .lines()
        .filter(|line| !line.starts_with("cloud.google.com/go/functions v1.19.3 h1:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let project = Project::new()
        .with("go.mod", &GO_MOD.replace("example.com/garden", "example.com/alone"))
        .with("go.sum", &without)
        .with("alone.go", ALONE);
    let host = builder(&project).arg("--function-port").arg("gcp/GoAlone=0").start();
    let answer = get(&host, "/GoAlone").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "/"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    let urls = host.function("GoAlone").await["urls"].clone();
    let root = urls[0].as_str().expect("a URL of its own").to_owned();
    let own = answered(host.http.get(format!("{root}a?b=c"))).await;
    assert_eq!(
        (own.status, own.text().as_str()),
        (200, "/a?b=c"),
        "at the root of a port of its own: {urls}"
    );
    assert_eq!(std::fs::read_to_string(project.file("go.sum")).expect("readable"), without, "untouched");
}

/// As in Google's quickstart, which has a `go.mod` and no `go.sum`.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_go_sum_what_go_mod_names_is_fetched_as_googles_build_does() {
    let modules = "module example.com/gcf\n\ngo 1.21\n\n\
                   require github.com/GoogleCloudPlatform/functions-framework-go v1.9.2\n";
    let project = Project::new().with("go.mod", modules).with("alone.go", ALONE);
    let host = serve(&project);
    let answer = get(&host, "/GoAlone/a").await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "/a"),
        "{:?}",
        answer.header("coldframe-problem")
    );
    assert_eq!(std::fs::read_to_string(project.file("go.mod")).expect("readable"), modules, "untouched");
    assert!(!project.file("go.sum").exists(), "nothing is written beside the person's code");
}

const ALONE: &str = "\
package alone

import (
	\"fmt\"
	\"net/http\"

	\"github.com/GoogleCloudPlatform/functions-framework-go/functions\"
)

func init() {
	functions.HTTP(\"GoAlone\", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.RequestURI())
	})
}
";

const ITS_OWN: &str = "\
package main

import (
	\"log\"
	\"net/http\"
	\"os\"

	\"github.com/GoogleCloudPlatform/functions-framework-go/funcframework\"
	\"github.com/GoogleCloudPlatform/functions-framework-go/functions\"
)

func init() {
	functions.HTTP(\"GoMain\", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(\"main\")) })
}

func main() {
	if os.Getenv(\"SILENT\") != \"\" {
		select {}
	}
	if err := funcframework.Start(os.Getenv(\"PORT\")); err != nil {
		log.Fatal(err)
	}
}
";

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_as_go_tells_them() {
    let missing: String = GO_SUM
        .lines()
        .filter(|line| !line.starts_with("github.com/GoogleCloudPlatform/functions-framework-go v1.9.2 h1:"))
        .fold(String::new(), |text, line| text + line + "\n");
    let project = Project::new()
        .with("main/go.mod", &GO_MOD.replace("garden", "main"))
        .with("main/go.sum", GO_SUM)
        .with("main/main.go", ITS_OWN)
        .with("two/go.mod", &GO_MOD.replace("garden", "two"))
        .with("two/go.sum", GO_SUM)
        .with("two/main.go", &ITS_OWN.replace("GoMain", "GoTwo"))
        .with("two/other.go", "package main\n\nfunc main() {}\n")
        .with("sums/go.mod", &GO_MOD.replace("garden", "sums"))
        .with("sums/go.sum", &missing)
        .with("sums/alone.go", &ALONE.replace("GoAlone", "GoSums"))
        .with("one/go.mod", &GO_MOD.replace("garden", "one"))
        .with("one/alone.go", &ALONE.replace("GoAlone", "GoOne"))
        .with("none/alone.go", &ALONE.replace("GoAlone", "GoNone"))
        .with(
            "coldframe.toml",
            "[functions.nope]\nprovider = 'gcp'\npath = 'one'\nhandler = 'Nope'\n\
             [functions.silent]\nprovider = 'gcp'\npath = 'main'\nhandler = 'GoMain'\nstart_seconds = 3\n\
             env = { SILENT = '1' }\n",
        );
    let host = serve(&project);
    let expected = "`Nope` is no function of Google's framework in one";
    eventually("a function that is not registered is named, with those that are", async || {
        let said = host.stderr();
        (said.contains(expected) && said.contains("`GoOne`")).then_some(())
    })
    .await;
    let told = async |function: &str| {
        let answer = get(&host, &format!("/{function}")).await;
        (answer.status, host.function(function).await["problem"].clone())
    };
    let (status, two) = told("GoTwo").await;
    assert_eq!((status, &two["file"]), (503, &json!("two/other.go")), "{two}");
    assert!(two["message"].as_str().is_some_and(|text| text.contains("main redeclared")), "{two}");
    let (_, sums) = told("GoSums").await;
    assert_eq!((&sums["file"], &sums["line"]), (&json!("sums/alone.go"), &json!(7)), "{sums}");
    assert!(sums["message"].as_str().is_some_and(|text| text.starts_with("missing go.sum entry")), "{sums}");
    assert!(sums["hint"].as_str().is_some_and(|text| text.contains("go mod tidy")), "{sums}");
    assert_eq!(sums["remedy"], "Run go mod tidy", "one click mends it: {sums}");
    let (_, none) = told("GoNone").await;
    assert!(
        none["message"].as_str().is_some_and(|text| text.contains("no go.mod says which module")),
        "{none}"
    );

    let silent = get(&host, "/silent").await;
    let why = silent.header("coldframe-problem").expect("a reason").to_owned();
    assert_eq!(silent.status, 503);
    assert!(why.contains("did not listen on port") && why.contains("within 3 s"), "{why}");
    let log = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(log.contains("The user-provided container failed to start and listen on the port"), "{log}");
}
