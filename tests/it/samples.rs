//! The samples do what their first lines promise, all of them, from a copy of the folder as it is checked out.

use std::{path::Path, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use coldframe_testkit::{Answer, Host, Project, eventually};
use serde_json::{Value, json};

use crate::{builder, installed};

/// Copies what is checked in: no builds, no environments.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir()
            && !["target", ".venv", "node_modules"].map(Some).contains(&entry.file_name().to_str())
        {
            copy_folder(&source, &target);
        } else if kind.is_file() {
            std::fs::copy(&source, &target).expect("a copied file");
        }
    }
}

fn samples() -> Project {
    let project = Project::new();
    copy_folder(&installed::source("../../sample-functions"), project.path());
    installed::share_cargo_target(&project);
    project
}

async fn call(host: &Host, function: &str, event: Value) -> Value {
    let answer = host.invoke(function, &event).await;
    assert_eq!((answer.status, answer.function_error()), (200, None), "{function}: {}", answer.text());
    answer.json()
}

async fn failed(host: &Host, function: &str, event: Value) -> Value {
    let answer = host.invoke(function, &event).await;
    assert_eq!(
        (answer.status, answer.function_error()),
        (200, Some("Unhandled")),
        "{function}: {}",
        answer.text()
    );
    answer.json()
}

/// The newest row of a function.
async fn last(host: &Host, function: &str) -> Value {
    let rows = host.invocations().await;
    rows.into_iter()
        .find(|row| row["function"] == function)
        .unwrap_or_else(|| panic!("{function} was called"))
}

/// The same with what is measured after the answer has left.
async fn measured(host: &Host, function: &str) -> Value {
    eventually("the call is measured", async || {
        let row = last(host, function).await;
        row["peak_memory_mb"].is_number().then_some(row)
    })
    .await
}

async fn logs(host: &Host, function: &str) -> Vec<String> {
    let id = last(host, function).await["id"].clone();
    let detail = host.rpc("invocation", json!({"id": id})).await;
    let lines = detail["logs"].as_array().unwrap_or_else(|| panic!("log lines: {detail}"));
    lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_is_found_and_its_saved_events_are_there() {
    let project = samples();
    let host = builder(&project).start();
    let functions = host.rpc("functions", json!({})).await;
    let functions = functions.as_array().expect("a list");
    let mut names: Vec<&str> = functions.iter().filter_map(|function| function["name"].as_str()).collect();
    names.sort_unstable();
    for name in [
        "chatty",
        "crash",
        "docs-search",
        "greeting",
        "hello",
        "invoice",
        "io-wait",
        "leak",
        "markdown",
        "order-total",
        "polyglot-go",
        "polyglot-java",
        "polyglot-node",
        "polyglot-page",
        "polyglot-python",
        "polyglot-rust",
        "polyglot-shell",
        "polyglot-typescript",
        "primes-rust",
        "quote",
        "season",
        "seed-events",
        "shell-facts",
        "slug",
        "story-stream",
        "thumbnail",
        "upload-log",
        "visits",
        "word-count",
    ] {
        assert!(names.contains(&name), "{name} is among {names:?}");
    }
    let mut events = 0;
    for function in functions {
        assert_eq!(function["problem"], Value::Null, "{} has no problem", function["name"]);
        let saved = host.rpc("events", json!({"function": function["id"]})).await;
        events += saved.as_array().map_or(0, Vec::len);
    }
    assert!(events >= 20, "{events} saved events");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_and_node_samples_do_what_they_promise() {
    let project = samples();
    let host = builder(&project).start();
    assert_eq!(call(&host, "hello", json!({"name": "Ada"})).await["message"], "Hello, Ada!");
    let page = host.get(&format!("{}/hello/?name=Grace", host.aws)).await;
    assert_eq!(page.json()["message"], "Hello, Grace!");

    let visits = call(&host, "visits", json!({"work_ms": 1})).await;
    assert_eq!(visits, json!({"in_memory": 1, "in_a_file": 1}));
    assert_eq!(call(&host, "visits", json!({})).await, json!({"in_memory": 2, "in_a_file": 2}));

    assert_eq!(call(&host, "quote", json!({"items": {"bread": 2, "cheese": 1}})).await["total_cents"], 1120);
    let missing = failed(&host, "quote", json!({"items": {"caviar": 1}})).await;
    assert_eq!(
        (&missing["errorType"], &missing["errorMessage"]),
        (&json!("ValueError"), &json!("no price for caviar"))
    );
    let invoice = post(&host, "/invoice/2024-7", r#"{"items": {"apple": 3}}"#).await;
    assert!(invoice.text().starts_with("Invoice 2024-7\n  3 x apple"), "{}", invoice.text());
    assert!(
        invoice.text().ends_with("Prices in EUR. Thank you.\n"),
        "the template's !Sub: {}",
        invoice.text()
    );

    let order = json!({"country": "ES", "items": [{"name": "peas", "cents": 249, "count": 4}, {"name": "pot", "cents": 1299}]});
    assert_eq!(call(&host, "order-total", order).await["total_cents"], 2777);
    let unknown = failed(&host, "order-total", json!({"country": "XX"})).await;
    assert_eq!(unknown["errorMessage"], "no VAT rate for XX");
    assert!(unknown["trace"].to_string().contains("index.ts:"), "its own TypeScript lines: {unknown}");

    let note = post(&host, "/notes", "# Peas & Beans\n\nSow **early**.").await;
    assert_eq!(note.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(
        note.text(),
        "<title>Notes (dev)</title>\n<h1 id=\"peas-beans\">Peas &#38; Beans</h1>\n<p>Sow <strong>early</strong>.</p>\n"
    );
    let slug = host.get(&format!("{}/slug/An%20Early%20Pea", host.aws)).await;
    assert_eq!(slug.json()["slug"], "an-early-pea");

    let found = call(&host, "docs-search", json!({"words": "generator function"})).await;
    assert!(found["topics"].as_array().is_some_and(|topics| !topics.is_empty()), "{found}");
    let cold = measured(&host, "docs-search").await;
    let (init, handler) =
        (cold["init_ms"].as_f64().unwrap_or(0.0), cold["handler_ms"].as_f64().unwrap_or(0.0));
    assert!(init > 100.0 && init > 5.0 * handler, "slow to import, quick to answer: {cold}");
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_other_clouds_do_what_they_promise() {
    let project = samples();
    let host = builder(&project).start();
    let greeted = host.get(&format!("{}/greeting?name=Ada", host.gcp)).await;
    assert_eq!(greeted.text(), "Hello, Ada!");
    let event = json!({
        "specversion": "1.0", "id": "1", "source": "//storage.googleapis.com/projects/_/buckets/photos",
        "type": "google.cloud.storage.object.v1.finalized",
        "data": {"bucket": "photos", "name": "pea.jpg", "size": "1024"},
    });
    let taken = host.http.post(format!("{}/upload-log", host.gcp)).body(event.to_string());
    let taken = taken.header("content-type", "application/cloudevents+json").send().await.expect("an answer");
    assert_eq!(taken.status(), 204);
    assert_eq!(
        logs(&host, "upload-log").await,
        ["google.cloud.storage.object.v1.finalized: photos/pea.jpg, 1024 bytes"]
    );
    let counted = host.get(&format!("{}/word-count?text=to%20sow%20or%20not%20to%20sow", host.ibm)).await;
    assert_eq!(counted.json()["words"], 6);
    let season = host.get(&format!("{}/api/v1/web/guest/garden/season?month=4", host.ibm)).await;
    assert_eq!(season.json(), json!({"season": "spring"}));
    let wrong = host.get(&format!("{}/api/v1/web/guest/garden/season?month=13", host.ibm)).await;
    assert_eq!((wrong.status, wrong.text().as_str()), (400, "month goes from 1 to 12"));
    let sown = json!({"specversion": "1.0", "id": "1", "source": "/bed", "type": "garden.sown", "data": {"seed": "pea"}});
    let sprouting = host.http.post(format!("{}/seed-events", host.knative)).body(sown.to_string());
    let sprouting = sprouting.header("content-type", "application/cloudevents+json");
    let sprouting = sprouting.send().await.expect("an answer");
    let watering = host.get(&format!("{}/api/watering/peas?rain=1.5", host.azure)).await;
    assert_eq!(watering.json(), json!({"bed": "peas", "water_mm": 2.5}));
    assert_eq!(sprouting.headers()["ce-type"], "garden.sprouting");
    assert_eq!(sprouting.json::<Value>().await.expect("JSON"), json!({"seed": "pea", "sprouts_in_days": 10}));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_told_from_waiting_and_a_stream_comes_word_by_word() {
    let project = samples();
    let host = builder(&project).start();
    let png = host.get(&format!("{}/thumbnail/?size=96&width=24", host.aws)).await;
    assert_eq!((png.status, png.header("content-type")), (200, Some("image/png")));
    assert!(png.body.starts_with(b"\x89PNG\r\n\x1a\n"), "the bytes of a picture");
    assert_eq!(
        u32::from_be_bytes(png.body[16..20].try_into().expect("four bytes")),
        24,
        "as wide as asked for"
    );
    let again = call(&host, "thumbnail", json!({"size": 64, "width": 16})).await;
    let again = STANDARD.decode(again["body"].as_str().expect("a body")).expect("Base64");
    assert!(again.starts_with(b"\x89PNG"));

    let waited = call(&host, "io-wait", json!({"delays": [200, 300, 400]})).await;
    assert!(waited["waited_ms"].as_f64() >= Some(395.0), "the slowest decides: {waited}");
    let row = measured(&host, "io-wait").await;
    let cpu =
        row["cpu_user_ms"].as_f64().unwrap_or(f64::MAX) + row["cpu_system_ms"].as_f64().unwrap_or(f64::MAX);
    assert!(cpu < row["handler_ms"].as_f64().unwrap_or(0.0), "waiting is not work: {row}");

    let story = host.get(&format!("{}/story-stream/?pace=1", host.aws)).await;
    assert_eq!(story.header("content-type"), Some("text/plain; charset=utf-8"));
    assert!(story.text().starts_with("A seed was sown") && story.text().ends_with("did not notice. \n"));

    assert_eq!(call(&host, "chatty", json!({})).await["lines"], 1000);
    let lines = eventually("every line is in the record", async || {
        let lines = logs(&host, "chatty").await;
        (lines.iter().filter(|line| line.contains("of 1000")).count() == 1000).then_some(lines)
    })
    .await;
    assert!(lines.iter().any(|line| line.contains("\"line\":999")), "the last one too");
}

#[tokio::test(flavor = "multi_thread")]
async fn failing_samples_fail_as_they_say() {
    let project = samples();
    let host = builder(&project).start();
    let message = |error: &Value| error["errorMessage"].as_str().unwrap_or_default().to_owned();
    for (how, status, words) in [
        ("raise", "error", "this was asked for"),
        ("exit", "crash", "exit status 3"),
        ("segfault", "crash", "signal: segmentation fault"),
        ("memory", "out_of_memory", "signal: killed"),
        ("timeout", "timeout", "Task timed out after 3.00 seconds"),
    ] {
        let error = failed(&host, "crash", json!({"how": how})).await;
        assert!(message(&error).contains(words), "{how}: {error}");
        assert_eq!(last(&host, "crash").await["status"], status, "{how}");
    }
    assert_eq!(call(&host, "crash", json!({"how": "none"})).await, json!({"survived": true}));

    let first = call(&host, "leak", json!({"megabytes": 20})).await;
    assert_eq!(first, json!({"calls": 1, "kept_mb": 20}));
    let before = measured(&host, "leak").await["peak_memory_mb"].as_f64().unwrap_or_default();
    assert_eq!(call(&host, "leak", json!({"megabytes": 20})).await["kept_mb"], 40);
    let after = measured(&host, "leak").await["peak_memory_mb"].as_f64().unwrap_or_default();
    assert!(after > before + 15.0, "the peak climbs: {before} MB, then {after} MB");
    let mut calls = 2;
    while host.invoke("leak", &json!({"megabytes": 20})).await.function_error().is_none() {
        calls += 1;
        assert!(calls < 20, "128 MB are used up");
    }
    assert_eq!(last(&host, "leak").await["status"], "out_of_memory");
    assert_eq!(call(&host, "leak", json!({})).await["calls"], 1, "a new instance begins anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_another_provider_answer_too() {
    let project = samples();
    let host = builder(&project).start();
    let facts = call(&host, "shell-facts", json!({"a": 1})).await;
    assert_eq!((&facts["system"], &facts["event_bytes"]), (&json!("Linux"), &json!(7)));
    // The first call waits for cargo.
    let url = format!("{}/2015-03-31/functions/primes-rust/invocations", host.aws);
    let request = host.http.post(url).timeout(Duration::from_secs(600)).body(r#"{"below": 1000}"#);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer, json!({"below": 1000, "count": 168, "largest": 997}));

    let hello = host.get(&format!("{}/api/hello?name=Ada", host.vercel)).await;
    assert_eq!((hello.status, hello.json()), (200, json!({"message": "Hello, Ada!"})));
    let red = host.get(&format!("{}/api/colors/red", host.vercel)).await;
    assert_eq!((red.status, &red.json()["hex"]), (200, &json!("#c0392b")));
    let none = host.get(&format!("{}/api/colors/none", host.vercel)).await;
    assert_eq!((none.status, &none.json()["hex"]), (404, &Value::Null));
}

/// `curl -d`, as a text.
async fn post(host: &Host, path: &str, body: &'static str) -> Answer {
    let request = host.http.post(format!("{}{path}", host.aws)).header("content-type", "text/plain");
    let response = request.body(body).send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.bytes().await.expect("a body").to_vec() }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_page_asks_the_same_of_every_language() {
    let project = samples();
    let host = builder(&project).start();
    let page = host.get(&format!("{}/polyglot", host.aws)).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for (language, says) in [
        ("python", "Python 3."),
        ("node", "Node "),
        ("typescript", "TypeScript on Node "),
        ("rust", "Rust"),
        ("go", "Go 1."),
        ("java", "Java "),
        ("shell", "sh and awk"),
    ] {
        assert!(page.text().contains(&format!("{language}: ")), "the page has a button for {language}");
        let url = format!("{}/polyglot/{language}?below=1000", host.aws);
        let answer = host.http.get(url).timeout(Duration::from_secs(300)).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(
            answer["language"].as_str().is_some_and(|name| name.starts_with(says)),
            "{language}: {answer}"
        );
        assert_eq!((&answer["count"], answer["ms"].is_number()), (&json!(168), true), "{language}: {answer}");
    }
}
