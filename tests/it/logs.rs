//! The log of calls that wrote nothing: the provider's lines are there all the same, for whoever looks.

use std::path::Path;

use coldframe_testkit::{Project, eventually, run};
use serde_json::{Value, json};

use crate::{live::Live, serve};

const QUIET: &str = "def lambda_handler(event, context):\n    return event\n";

fn of_call<'a>(lines: &'a Value, request_id: &Value) -> Vec<&'a Value> {
    lines.as_array().expect("lines").iter().filter(|line| line["request_id"] == *request_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_call_has_the_provider_s_lines_wherever_one_looks() {
    let project = Project::new()
        .python("quiet", QUIET)
        .python("loud", "def lambda_handler(event, context):\n    print('hello')\n");
    let host = serve(&project);
    host.invoke("quiet", &json!({})).await;
    host.invoke("quiet", &json!({"warm": true})).await;
    host.invoke("loud", &json!({})).await;
    let rows = eventually("all have finished", async || {
        let rows = host.invocations().await;
        (rows.len() == 3 && rows.iter().all(|row| !row["peak_memory_mb"].is_null())).then_some(rows)
    })
    .await;
    let warm = &rows[1];
    assert_eq!((&warm["function"], &warm["cold"]), (&json!("quiet"), &json!(false)));
    let request = warm["request_id"].as_str().expect("an id");
    let expected = [
        format!("START RequestId: {request} Version: $LATEST"),
        format!("END RequestId: {request}"),
        format!("REPORT RequestId: {request}\t"),
    ];
    let said = |lines: &[&Value]| {
        assert_eq!(lines.len(), 3, "{lines:?}");
        for (line, expected) in lines.iter().zip(&expected) {
            assert!(line["text"].as_str().is_some_and(|text| text.starts_with(expected.as_str())), "{line}");
        }
    };

    let all = host.rpc("logs", json!({"function": null, "after": null, "limit": null})).await;
    let made = of_call(&all, &warm["request_id"]);
    said(&made);
    let ids: Vec<_> = all.as_array().expect("lines").iter().map(|line| line["id"].as_i64()).collect();
    assert!(ids.is_sorted(), "a log is in the order of time: {all}");
    let hello = all.as_array().expect("lines").iter().position(|line| line["text"] == "hello");
    let report = all.as_array().expect("lines").iter().position(|line| line == made[2]);
    assert!(report < hello, "the call before stands before: {all}");
    for row in &rows {
        let lines = of_call(&all, &row["request_id"]);
        let starts =
            lines.iter().filter(|line| line["text"].as_str().is_some_and(|text| text.starts_with("START")));
        assert_eq!(starts.count(), 1, "told once, quiet or not: {lines:?}");
    }
    let last = host.rpc("logs", json!({"function": warm["function_id"], "after": null, "limit": 2})).await;
    assert_eq!(of_call(&last, &warm["request_id"]), made[1..], "the last two of that function: {last}");
    let later = host.rpc("logs", json!({"function": null, "after": made[1]["id"], "limit": 1})).await;
    assert_eq!(later, json!([made[2]]), "following goes on behind a made line");
    let detail = host.rpc("invocation", json!({"id": warm["id"]})).await;
    assert_eq!(of_call(&detail["logs"], &warm["request_id"]), made, "the detail says the same");

    let directory = host.data_dir().display().to_string();
    let coldframe = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let printed = run(coldframe, &["logs", "quiet", "--data-dir", &directory], project.path(), &[], "");
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(expected.iter().all(|line| printed.stdout.contains(line)), "{}", printed.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_lines_the_last_are_shown_with_how_many_came_before() {
    let wordy =
        "def lambda_handler(event, context):\n    print('\\n'.join(f'line {n}' for n in range(2_100)))\n";
    let project = Project::new().python("wordy", wordy);
    let host = serve(&project);
    host.invoke("wordy", &json!({})).await;
    let detail = eventually("it has finished", async || {
        let id = host.invocations().await.first()?["id"].clone();
        let detail = host.rpc("invocation", json!({ "id": id })).await;
        (!detail["invocation"]["peak_memory_mb"].is_null()).then_some(detail)
    })
    .await;
    let shown = detail["logs"].as_array().expect("lines");
    let left_out = detail["logs_left_out"].as_u64().expect("a number");
    assert_eq!(shown.len(), 2_000);
    // With the provider's own before and after.
    assert!((101..=104).contains(&left_out), "{left_out}");
    let first = shown[0]["text"].as_str().expect("text");
    assert!(first.starts_with("line "), "those at the end are shown: {first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_call_is_seen_live_with_the_lines_the_log_has_later() {
    let project = Project::new().python("quiet", QUIET);
    let host = serve(&project);
    host.invoke("quiet", &json!({})).await;
    let calls = async {
        // The channel may be open only after some of them.
        loop {
            host.invoke("quiet", &json!({})).await;
            tokio::task::yield_now().await;
        }
    };
    let mut live = Live::open(&host).await;
    let quiet = live.until("a quiet, warm call", |batch| {
        let report = batch["logs"].as_array()?.iter().find(|line| {
            line["text"].as_str().is_some_and(|text| text.starts_with("REPORT") && !text.contains("Init"))
        })?;
        Some((report["request_id"].clone(), batch["logs"].clone()))
    });
    let (request, lines) = tokio::select! {
        found = quiet => found,
        () = calls => unreachable!("calls go on until a line is seen"),
    };
    let seen = of_call(&lines, &request);
    assert_eq!(seen.len(), 3, "START, END and REPORT, once: {lines}");
    let log = host.rpc("logs", json!({"function": null, "after": null, "limit": 10_000})).await;
    assert_eq!(of_call(&log, &request), seen, "the same lines by the same ids");
}

const WORDY: &str = r#"
import json, sys

def lambda_handler(event, context):
    print(json.dumps({"level": event.get("level", "info"), "message": "looked for", "item": event["item"]}))
    print("\x1b[31mWARN\x1b[0m low on " + event["item"], file=sys.stderr)
    if event.get("fail"):
        raise KeyError(event["item"])
"#;

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_all_functions_are_searched_paged_and_exported() {
    let project = Project::new().python("wordy", WORDY).python("quiet", QUIET);
    let host = serve(&project);
    host.invoke("wordy", &json!({"item": "lamp"})).await;
    host.invoke("quiet", &json!({})).await;
    host.invoke("wordy", &json!({"item": "chair", "level": "error"})).await;
    host.invoke("wordy", &json!({"item": "desk", "fail": true})).await;
    eventually("all have finished", async || {
        let rows = host.invocations().await;
        rows.iter().all(|row| !row["peak_memory_mb"].is_null()).then_some(())
    })
    .await;

    let all = host.rpc("logs", json!({"function": null, "limit": 1000})).await;
    let all = all.as_array().expect("lines");
    let mut paged: Vec<Value> = Vec::new();
    loop {
        let before = paged.first().map(|line| line["id"].clone());
        let page = host.rpc("logs", json!({"function": null, "before": before, "limit": 2})).await;
        let page = page.as_array().expect("lines").clone();
        if page.is_empty() {
            break;
        }
        paged.splice(0..0, page);
    }
    assert_eq!(&paged, all, "pages join without a gap, made lines among them");

    let directory = host.data_dir().display().to_string();
    let coldframe = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let logs = |args: &[&str]| {
        let mut whole = vec!["logs", "--data-dir", &directory];
        whole.extend(args);
        run(coldframe, &whole, project.path(), &[], "")
    };
    let found = |search: &str| {
        let printed = logs(&["--search", search, "--json"]);
        assert_eq!(printed.code, 0, "{search}: {}", printed.stderr);
        printed.json().as_array().expect("lines").clone()
    };
    let texts = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let errors = found("level:error");
    assert_eq!(errors.len(), 2, "a structured line and a failure: {:?}", texts(&errors));
    assert!(errors.iter().all(|line| line["level"] == "error"), "{errors:?}");
    assert_eq!(found("level:warn stream:stderr").len(), 3, "a level in colours");
    assert_eq!(found("\"warn low on DESK\"").len(), 1, "text is found without its colours");
    let quiet = found("fn:quiet");
    assert_eq!(quiet.len(), 3, "lines made of a quiet call: {:?}", texts(&quiet));
    assert_eq!(found("fn:quiet REPORT").len(), 1, "one of them");
    assert!(found("fn:quiet stream:stdout").is_empty(), "none of them is its own");
    let failed = found("status:failed -stream:platform");
    assert!(texts(&failed).iter().any(|text| text.contains("\"desk\"")), "lines of calls that failed");
    assert!(!texts(&failed).iter().any(|text| text.contains("lamp")), "{:?}", texts(&failed));
    assert!(found("until:1h").is_empty(), "nothing is that old");

    let wrong = logs(&["--search", "lev:error"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean level?"), "{}", wrong.stderr);
    let cut = logs(&["--limit", "1", "--search", "lamp"]);
    assert!(cut.stdout.contains(" wordy ") && cut.stdout.lines().count() == 1, "{}", cut.stdout);
    assert!(cut.stderr.contains("showing the newest 1"), "{}", cut.stderr);

    let query = json!({"function": null, "search": "lamp", "limit": 1});
    let text = host.rpc("export_logs", json!({"query": query, "format": "text"})).await;
    assert_eq!((&text["lines"], &text["cut"]), (&json!(2), &json!(false)), "the limit bounds no file");
    let written = text["file"]["text"].as_str().expect("text");
    assert!(written.lines().last().is_some_and(|line| line.ends_with(" warn WARN low on lamp")), "{written}");
    let json = host.rpc("export_logs", json!({"query": query, "format": "ndjson"})).await;
    let lines = json["file"]["text"].as_str().expect("text").lines();
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!(lines, found("lamp"), "a file has what the command line prints");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_written_shows_while_it_lasts() {
    let project = Project::new().python("quiet", QUIET);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, away) = (folder.path().join("data"), folder.path().join("away"));
    let host = crate::builder(&project).data_dir(&data).start();
    let large = json!({"text": "x".repeat(100_000)});
    host.invoke("quiet", &large).await;
    let status = |batch: &Value| {
        batch["status"]
            .as_object()
            .map(|status| (status["recording"].clone(), status["recording_problem"].clone()))
    };
    let mut live = Live::open(&host).await;
    let recording = live.until("whether it records", status).await;
    assert_eq!(recording, (json!(true), Value::Null));

    std::fs::rename(&data, &away).expect("our own folder");
    let calls = async {
        loop {
            assert_eq!(host.invoke("quiet", &large).await.status, 200, "calls are answered all the same");
        }
    };
    let broken =
        live.until("it does not record", |batch| status(batch).filter(|(recording, _)| recording == false));
    let (_, problem) = tokio::select! {
        found = broken => found,
        () = calls => unreachable!("calls go on until the journal is full"),
    };
    assert!(problem.as_str().is_some_and(|text| text.contains("not recording")), "{problem}");

    std::fs::rename(&away, &data).expect("our own folder");
    host.invoke("quiet", &large).await;
    let mended = live
        .until("it records again", |batch| status(batch).filter(|(recording, _)| recording == true))
        .await;
    assert_eq!(mended.1, Value::Null, "the problem is over");
}
