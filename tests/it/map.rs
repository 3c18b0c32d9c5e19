//! Maps: every item is run once, answers come back in the order of the items, and what fails is told by itself.

use std::path::Path;

use coldframe_testkit::{Project, Verb, eventually, run};
use serde_json::{Value, json};

use crate::{builder, serve};

const DOUBLE: &str = "def lambda_handler(event, context):\n    if event.get('n') == 3:\n        raise ValueError('no threes')\n    return {'twice': event['n'] * 2}\n";
/// Fails the first time it sees an item.
const SECOND: &str = "import os\n\ndef lambda_handler(event, context):\n    mark = os.path.join(event['marks'], str(event['n']))\n    if not os.path.exists(mark):\n        open(mark, 'w').close()\n        raise RuntimeError('not yet')\n    return 'ok'\n";

fn map(project: &Project, data: &Path, args: &[&str], input: &str) -> Verb {
    let directory = data.display().to_string();
    let mut all = vec!["map"];
    all.extend(args);
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], input)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_is_answered_in_its_order_and_recorded_once() {
    let project = Project::new().python("double", DOUBLE);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let input: String = (0..40).map(|n| format!("{{\"n\":{n}}}\n")).collect();
    let verb = map(&project, data.path(), &["double", "-", "--parallel", "4"], &input);
    assert_eq!(verb.code, 1, "one of them fails: {}", verb.stderr);
    let answers = lines(&verb.stdout);
    assert_eq!(answers.len(), 40);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer["index"], n);
        if n == 3 {
            assert_eq!((&answer["ok"], &answer["error"]), (&json!(false), &json!("ValueError")));
            continue;
        }
        let said: Value = serde_json::from_str(answer["answer"].as_str().expect("text")).expect("JSON");
        assert_eq!(said["twice"], n * 2, "{answer}");
    }
    assert!(verb.stderr.starts_with("40 JSON Lines from pasted text"), "{}", verb.stderr);
    assert!(verb.stderr.contains("39 ok, 1 failed"), "{}", verb.stderr);
    let rows = host.invocations().await;
    assert_eq!(rows.iter().filter(|row| row["trigger"] == "map").count(), 40);
    let runs = host.rpc("maps", json!({})).await;
    let kept = &runs[0];
    assert_eq!((&kept["state"], &kept["figures"]["failed"]), (&json!("done"), &json!(1)));
    assert_eq!(kept["price"]["plan"], "aws-lambda-x86");
    let most = kept["figures"]["peak_instances"].as_u64().expect("a count");
    assert!((1..=4).contains(&most), "no more instances than calls at once: {most}");
    let failed =
        host.rpc("map_answers", json!({"id": kept["id"], "failed": true, "limit": 10})).await["answers"]
            .clone();
    assert_eq!(failed.as_array().map(Vec::len), Some(1));
    let call = rows.iter().find(|row| row["id"] == failed[0]["invocation"]).expect("it is in the record");
    assert_eq!(call["status"], "error");
    let page = host.rpc("map_answers", json!({"id": kept["id"], "after": 9, "limit": 5})).await;
    assert_eq!((&page["answers"][0]["index"], &page["more"]), (&json!(10), &json!(true)));

    host.rpc("clear_record", json!({"project": null, "older_than_days": null})).await;
    assert_eq!(host.rpc("maps", json!({})).await, json!([]), "clearing takes what it answered too");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_folder_are_items_and_what_fails_is_tried_again() {
    let marks = tempfile::tempdir().expect("a temporary folder");
    let project = Project::new()
        .python("size", "def lambda_handler(event, context):\n    return len(open(event['path']).read())\n")
        .python("second", SECOND)
        .with("texts/a.txt", "aaa")
        .with("texts/b.txt", "bbbbb")
        .with("texts/.hidden", "x")
        .with("texts/__pycache__/a.pyc", "x")
        .with("texts/node_modules/x/index.js", "x");
    let data = tempfile::tempdir().expect("a temporary folder");
    let out = data.path().join("answers.jsonl");
    let named = out.display().to_string();
    let verb = map(&project, data.path(), &["size", "texts", "--out", &named], "");
    assert_eq!((verb.code, verb.stdout.as_str()), (0, ""), "{}", verb.stderr);
    let told = "2 files of a folder (3 left out: __pycache__, hidden, node_modules) from";
    assert!(verb.stderr.starts_with(told), "{}", verb.stderr);
    let answers = lines(&std::fs::read_to_string(&out).expect("the answers"));
    assert_eq!([&answers[0]["answer"], &answers[1]["answer"]], [&json!("3"), &json!("5")]);

    let items = json!([
        {"n": 1, "marks": marks.path().display().to_string()},
        {"n": 2, "marks": marks.path().display().to_string()},
    ]);
    let verb = map(&project, data.path(), &["second", "-", "--attempts", "2"], &items.to_string());
    assert_eq!(verb.code, 0, "{}{}", verb.stdout, verb.stderr);
    assert!(lines(&verb.stdout).iter().all(|answer| answer["attempts"] == 2), "{}", verb.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_there_is_room_for_wait_and_none_is_lost() {
    let project = Project::new()
        .python(
            "slow",
            "import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.05)\n    return event\n",
        )
        .with("coldframe.toml", "[functions.slow]\nconcurrency = 2\n");
    let host = serve(&project);
    let function = host.function("slow").await["id"].clone();
    let text: String = (0..12).map(|n| format!("{n}\n")).collect();
    let begun =
        host.rpc("start_map", json!({"function": function, "input": {"text": text}, "parallel": 8})).await;
    let again = host.try_rpc("start_map", json!({"function": function, "input": {"text": "1"}})).await;
    assert_eq!(again.status, 409, "one at a time: {}", again.text());
    let run = eventually("it is done", async || {
        let page = host.rpc("map_answers", json!({"id": begun["id"], "limit": 1})).await;
        (page["run"]["state"] == "done").then(|| page["run"].clone())
    })
    .await;
    let figures = &run["figures"];
    assert_eq!((&figures["ok"], &figures["failed"]), (&json!(12), &json!(0)), "{run}");
    assert!(figures["throttled"].as_u64() > Some(0), "eight at once found no place: {run}");
    assert!(figures["peak_instances"].as_u64() <= Some(2), "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_it_is_asked_to_and_keeps_what_was_answered() {
    let project = Project::new().python(
        "gate",
        "import os, time\n\ndef lambda_handler(event, context):\n    while event['n'] > 0 and not os.path.exists(event['gate']):\n        time.sleep(0.01)\n    return event['n']\n",
    ).with("coldframe.toml", "[functions.gate]\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let gate = data.path().join("gate");
    let host = serve(&project);
    let function = host.function("gate").await["id"].clone();
    let items: Vec<Value> = (0..50).map(|n| json!({"n": n, "gate": gate.display().to_string()})).collect();
    let input = json!({"text": serde_json::to_string(&items).expect("JSON")});
    let begun = host.rpc("start_map", json!({"function": function, "input": input, "parallel": 2})).await;
    let id = json!({"id": begun["id"]});
    eventually("one is answered and two wait", async || {
        let page = host.rpc("map_answers", json!({"id": begun["id"], "limit": 1})).await;
        let figures = &page["run"]["figures"];
        (figures["ok"] == 1 && figures["in_flight"] == 2).then_some(())
    })
    .await;
    assert_eq!(host.rpc("stop_map", id.clone()).await["state"], "stopping");
    std::fs::write(&gate, "").expect("a file of our own");
    let run = eventually("it has stopped", async || {
        let page = host.rpc("map_answers", json!({"id": begun["id"], "limit": 1})).await;
        (page["run"]["state"] == "stopped").then(|| page["run"].clone())
    })
    .await;
    assert_eq!((&run["figures"]["ok"], &run["figures"]["in_flight"]), (&json!(3), &json!(0)));
    let text = host.rpc("export_map", id.clone()).await["text"].as_str().expect("text").to_owned();
    assert_eq!(lines(&text).len(), 3);
    host.rpc("remove_map", id.clone()).await;
    assert_eq!(host.rpc("maps", json!({})).await, json!([]));
    assert_eq!(host.rpc("restore_map", id.clone()).await["figures"], run["figures"]);
    assert_eq!(host.rpc("export_map", id.clone()).await["text"], text, "with its answers");
    assert!(host.try_rpc("restore_map", id.clone()).await.status >= 400, "it is there already");

    host.rpc("remove_map", id.clone()).await;
    host.rpc("clear_record", json!({"project": null, "older_than_days": null})).await;
    assert!(host.try_rpc("restore_map", id).await.status >= 400, "a cleared record is empty for good");
}

#[test]
fn a_mistake_in_the_input_is_named_before_anything_runs() {
    let project = Project::new().python("double", DOUBLE).with("bad.jsonl", "{\"n\":1}\n{\"n\":}\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let said = |args: &[&str], input: &str| {
        let verb = map(&project, data.path(), args, input);
        assert_ne!(verb.code, 0, "{args:?}");
        verb.stderr
    };
    assert!(said(&["double", "bad.jsonl"], "").contains("bad.jsonl:2:6: no JSON value begins here: }"));
    assert!(said(&["double", "nowhere"], "").contains("nowhere cannot be read"));
    assert!(said(&["double", "-"], "").contains("pasted text holds no item"));
    assert!(said(&["double", "-", "--parallel", "0"], "1").contains("calls at once: from 1 to 1000, not 0"));
    assert!(said(&["nobody", "-"], "1").contains("there is no function nobody"));
}
