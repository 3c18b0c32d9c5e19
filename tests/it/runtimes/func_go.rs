//! Knative's `func` in Go: the four shapes its scaffolding knows, around which the host builds a program with the real
//! middleware, as `func build` does.

use std::time::Duration;

use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::json;

use crate::serve;

/// Longer than compiling everything takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);

const INSTANCED: &str = "\
package function

import (
	\"context\"
	\"encoding/json\"
	\"io\"
	\"net/http\"
	\"os\"
)

type Bed struct{ started bool }

func New() *Bed { return &Bed{} }

func (bed *Bed) Start(context.Context, map[string]string) error {
	bed.started = true
	return nil
}

func (bed *Bed) Ready(context.Context) (bool, error) { return bed.started, nil }

func (bed *Bed) Handle(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set(\"X-Own\", \"kept\")
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(map[string]any{
		\"path\": r.URL.Path, \"body\": string(body), \"started\": bed.started, \"service\": os.Getenv(\"K_SERVICE\"), \"own\": os.Getenv(\"OWN\"),
	})
}
";
const STATIC: &str = "\
package function

import (
	\"fmt\"
	\"net/http\"
)

func Handle(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, \"hello \"+r.URL.Query().Get(\"name\"))
}
";
const EVENTS: &str = "\
package function

import (
	\"context\"
	\"errors\"

	\"github.com/cloudevents/sdk-go/v2/event\"
)

func Handle(_ context.Context, given event.Event) (*event.Event, error) {
	if given.Type() == \"fail\" {
		return nil, errors.New(\"asked to fail\")
	}
	answer := event.New()
	answer.SetID(\"answer-\" + given.ID())
	answer.SetType(\"answer\")
	answer.SetSource(\"/here\")
	return &answer, answer.SetData(event.ApplicationJSON, map[string]string{\"got\": string(given.Data())})
}
";
const INSTANCED_EVENTS: &str = "\
package function

import (
	\"fmt\"

	\"github.com/cloudevents/sdk-go/v2/event\"
)

type Bed struct{}

func New() *Bed { return &Bed{} }

func (*Bed) Handle(given event.Event) error {
	fmt.Println(\"got\", given.ID(), string(given.Data()))
	return nil
}
";
const GO_MOD: &str = "module function\n\ngo 1.21\n";
const EVENTS_MOD: &str = include_str!("../fixtures/func-go-events/go.mod.txt");
const EVENTS_SUM: &str = include_str!("../fixtures/func-go-events/go.sum.txt");

fn project() -> Project {
    Project::new()
        .with("gofn/func.yaml", "name: gofn\nruntime: go\nrun:\n  envs:\n  - name: OWN\n    value: set\n")
        .with("gofn/go.mod", GO_MOD)
        .with("gofn/function.go", INSTANCED)
        .with("plain/func.yaml", "name: plain\nruntime: go\n")
        .with("plain/go.mod", GO_MOD)
        .with("plain/handle.go", STATIC)
        .with("plain/handle_test.go", "package function\n\nfunc New() {}\n")
        .with("events/func.yaml", "name: events\nruntime: go\ninvoke: cloudevent\n")
        .with("events/go.mod", EVENTS_MOD)
        .with("events/go.sum", EVENTS_SUM)
        .with("events/handle.go", EVENTS)
        .with("bed/func.yaml", "name: bed\nruntime: go\ninvoke: cloudevent\n")
        .with("bed/go.mod", EVENTS_MOD)
        .with("bed/go.sum", EVENTS_SUM)
        .with("bed/function.go", INSTANCED_EVENTS)
}

async fn answered(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.timeout(COMPILED).send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.expect("a body").to_vec() }
}

async fn event(host: &Host, function: &str, kind: &str, id: &str) -> Answer {
    let request = host.http.post(format!("{}/{function}", host.knative)).json(&json!({"name": "a"}));
    let attributes = [("ce-source", "/s"), ("ce-type", kind), ("ce-specversion", "1.0"), ("ce-id", id)];
    let own = attributes.iter().filter(|(_, value)| !value.is_empty());
    answered(own.fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_handled_by_an_instance_or_a_function() {
    let project = project();
    let host = serve(&project);
    let made = answered(host.http.post(format!("{}/gofn/a/b", host.knative)).body("seeds")).await;
    assert_eq!(made.status, 201, "{} {:?}", made.text(), made.header("coldframe-problem"));
    assert_eq!(
        made.json(),
        json!({"path": "/a/b", "body": "seeds", "started": true, "service": "gofn", "own": "set"})
    );
    assert_eq!(made.header("x-own"), Some("kept"));
    let ready = answered(host.http.get(format!("{}/gofn/health/readiness", host.knative))).await;
    assert_eq!((ready.status, ready.text().as_str()), (200, "READY"), "the middleware's own");

    let plain = answered(host.http.get(format!("{}/plain?name=Ada", host.knative))).await;
    assert_eq!(
        (plain.status, plain.text().as_str()),
        (200, "hello Ada"),
        "{:?}",
        plain.header("coldframe-problem")
    );
    project.write_atomically("plain/handle.go", &STATIC.replace("hello ", "good day "));
    eventually("the new code answers", async || {
        let answer = host.get(&format!("{}/plain?name=Ada", host.knative)).await;
        (answer.text() == "good day Ada").then_some(())
    })
    .await;
    project.write_atomically("plain/handle.go", &STATIC.replace("fmt.Fprint(w", "fmt.Fprint(x"));
    let problem = eventually("the mistake is shown", async || {
        let problem = host.function("plain").await["problem"].clone();
        (!problem.is_null()).then_some(problem)
    })
    .await;
    assert_eq!((&problem["file"], &problem["line"]), (&json!("plain/handle.go"), &json!(9)), "{problem}");
    for left in [".s", ".func", "go.sum", "main.go"] {
        assert!(!project.file(&format!("plain/{left}")).exists(), "{left} is not written beside the code");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_handled_by_an_instance_or_a_function() {
    let project = project();
    let host = serve(&project);
    let answer = event(&host, "events", "t", "7").await;
    assert_eq!(answer.status, 200, "{} {:?}", answer.text(), answer.header("coldframe-problem"));
    assert_eq!((answer.header("ce-type"), answer.header("ce-id")), (Some("answer"), Some("answer-7")));
    assert_eq!(answer.json(), json!({"got": "{\"name\":\"a\"}"}));
    assert_eq!(event(&host, "events", "fail", "8").await.status, 500);
    assert_eq!(event(&host, "events", "t", "").await.status, 400, "an event without its id is none");
    assert_eq!(event(&host, "bed", "t", "9").await.status, 200);
    let said = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await.to_string();
    assert!(said.contains(r#"got 9 {\"name\":\"a\"}"#), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn packages_that_offer_no_function_or_two_say_so() {
    let project = Project::new()
        .with("two/func.yaml", "name: two\nruntime: go\n")
        .with("two/go.mod", GO_MOD)
        .with("two/function.go", INSTANCED)
        .with("two/handle.go", STATIC)
        .with("none/func.yaml", "name: none\nruntime: go\n")
        .with("none/go.mod", GO_MOD)
        .with("none/function.go", "package function\n")
        .with("bare/func.yaml", "name: bare\nruntime: go\n")
        .with("bare/handle.go", STATIC);
    let host = serve(&project);
    for (function, expected) in [
        ("two", "both a function New and a function Handle"),
        ("none", "neither a function New nor a function Handle"),
        ("bare", "no go.mod says which module"),
    ] {
        let problems = host.function(function).await["problems"].to_string();
        assert!(problems.contains(expected), "{function}: {problems}");
        let answer = host.get(&format!("{}/{function}", host.knative)).await;
        assert_eq!(answer.status, 503, "{function}");
        let why = answer.header("coldframe-problem").unwrap_or_default();
        assert!(why.contains(expected), "{function}: {why}");
    }
}
