//! The log of calls that wrote nothing: the provider's lines are there all the same, for whoever looks.

use std::path::Path;

use coldframe_testkit::{Host, Project, eventually, run};
use serde_json::{Value, json};

use crate::serve;

const QUIET: &str = "def lambda_handler(event, context):\n    return event\n";

/// Reads the live channel until a batch has what is wanted.
async fn live<T>(host: &Host, mut wanted: impl FnMut(&Value) -> Option<T>) -> T {
    let call = host.http.get(format!("{}/live", host.ui)).bearer_auth(host.token()).send();
    let mut response = call.await.expect("the live channel");
    let mut text = Vec::new();
    loop {
        let chunk = response.chunk().await.expect("the channel is open");
        text.extend_from_slice(&chunk.expect("the host lives"));
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let Ok(batch) = serde_json::from_slice(&line) else { continue };
            if let Some(found) = wanted(&batch) {
                return found;
            }
        }
    }
}

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
    let quiet = live(&host, |batch| {
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
    assert_eq!(live(&host, status).await, (json!(true), Value::Null));

    std::fs::rename(&data, &away).expect("our own folder");
    let calls = async {
        loop {
            assert_eq!(host.invoke("quiet", &large).await.status, 200, "calls are answered all the same");
        }
    };
    let broken = live(&host, |batch| status(batch).filter(|(recording, _)| recording == false));
    let (_, problem) = tokio::select! {
        found = broken => found,
        () = calls => unreachable!("calls go on until the journal is full"),
    };
    assert!(problem.as_str().is_some_and(|text| text.contains("not recording")), "{problem}");

    std::fs::rename(&away, &data).expect("our own folder");
    host.invoke("quiet", &large).await;
    let mended = live(&host, |batch| status(batch).filter(|(recording, _)| recording == true)).await;
    assert_eq!(mended.1, Value::Null, "the problem is over");
}
