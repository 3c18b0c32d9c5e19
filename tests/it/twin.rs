//! The resident twin: processes that live on beside the pool, the same calls on both, and two meters.

mod logs;
mod meters;
mod mirror;
mod overlap;

use coldframe_testkit::{Host, Project, eventually, kill, processes_with};
use serde_json::{Value, json};

use crate::{builder, serve};

/// How often its process was called, and which it is.
const COUNTER: &str = "\
import os
count = 0

def lambda_handler(event, context):
    global count
    count += 1
    return {'count': count, 'pid': os.getpid()}
";

/// The id of a function whose twin runs.
async fn resident(host: &Host, name: &str, request: Value) -> Value {
    let id = host.function(name).await["id"].clone();
    let mut request = request;
    request["function"] = id.clone();
    host.rpc("start_twin", request).await;
    running(host, &id).await;
    id
}

/// It has all of its processes.
async fn running(host: &Host, id: &Value) -> Value {
    eventually("every process of the twin is there", async || {
        let twin = host.rpc("twin", json!({"function": id})).await;
        let processes = twin["processes"].as_array().map_or(0, Vec::len) as u64;
        (twin["state"] == "running" && Some(processes) == twin["wanted"].as_u64()).then_some(twin)
    })
    .await
}

/// What it answers, asked on the twin or on the pool.
async fn asked(host: &Host, id: &Value, twin: bool) -> Value {
    let request = json!({"function": id, "event": "{}", "cold": false, "trigger": "app", "twin": twin});
    let invoked = host.rpc("invoke", request).await;
    let text = invoked["body"]["text"].as_str().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {invoked}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_keeps_what_the_pool_loses_and_is_none_of_the_functions_figures() {
    let project = Project::new()
        .python("counter", COUNTER)
        .with("coldframe.toml", "[functions.counter]\nidle_seconds = 1\n");
    let host = serve(&project);
    let id = resident(&host, "counter", json!({"processes": 1})).await;
    assert_eq!(host.function("counter").await["twin"], true);
    assert_eq!(host.function("counter").await["state"], "at_zero", "the pool has nothing of it");
    for _ in 0..2 {
        asked(&host, &id, true).await;
        assert_eq!(asked(&host, &id, false).await["count"], 1);
        host.rpc("sleep", json!({"function": id})).await;
    }
    let last = asked(&host, &id, true).await;
    assert_eq!(last["count"], 3, "one process has had every call");
    eventually("the pool is at zero", async || {
        (host.function("counter").await["state"] == "at_zero").then_some(())
    })
    .await;
    let twin = running(&host, &id).await;
    assert_eq!(twin["processes"][0]["pid"], last["pid"], "it is never scaled in");
    assert_eq!((&twin["calls_each"], &twin["wanted"]), (&json!(1), &json!(1)));

    assert_eq!(host.invocations().await.len(), 2, "the twin's calls are no traffic of the function's");
    let overview = host.rpc("overview", json!({"minutes": null})).await;
    assert_eq!((&overview["calls"], overview["functions"].as_array().map(Vec::len)), (&json!(2), Some(1)));
    let starts = host.rpc("starts", json!({"function": null, "minutes": null})).await;
    assert!(!starts.to_string().contains("resident"), "nor are its starts: {starts}");
    let query =
        json!({"function": twin["recorded_as"], "minutes": null, "status": null, "before": null, "limit": 9});
    let own = host.rpc("invocations", query).await;
    assert_eq!(own.as_array().map(Vec::len), Some(3), "they are in the record all the same: {own}");
    let over = json!({"from": 0.0, "to": 4e12, "function": id});
    let timeline = host.rpc("timeline", over).await;
    let resident = |of: &str| -> Vec<bool> {
        timeline[of].as_array().into_iter().flatten().filter_map(|one| one["resident"].as_bool()).collect()
    };
    assert_eq!(resident("lanes"), [false, false, true], "its lanes come last: {timeline}");
    assert_eq!(resident("spans").iter().filter(|resident| **resident).count(), 3);

    let stopped = host.rpc("stop_twin", json!({"function": id})).await;
    assert_eq!((&stopped["state"], &stopped["processes"]), (&json!("off"), &json!([])));
    assert!(stopped["until"].is_string(), "{stopped}");
    let request = json!({"function": id, "event": "{}", "cold": false, "trigger": "app", "twin": true});
    assert_eq!(host.rpc("invoke", request).await["error"], "its resident twin is off");
}

/// How often it was called, by its memory and by a file.
const KEEPER: &str = "\
import os, tempfile
count = 0

def lambda_handler(event, context):
    global count
    count += 1
    path = os.path.join(tempfile.gettempdir(), 'count')
    kept = (int(open(path).read()) if os.path.exists(path) else 0) + 1
    with open(path, 'w') as file:
        file.write(str(kept))
    return {'memory': count, 'file': kept, 'folder': tempfile.gettempdir()}
";

#[tokio::test(flavor = "multi_thread")]
async fn its_processes_have_the_files_of_one_machine_and_each_its_own_memory() {
    let project = Project::new().python("keeper", KEEPER);
    let host = serve(&project);
    let id = resident(&host, "keeper", json!({"processes": 2})).await;
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(asked(&host, &id, true).await);
    }
    let all = |of: &str| said.iter().filter_map(|one| one[of].as_u64()).collect::<Vec<_>>();
    assert_eq!((all("memory"), all("file")), (vec![1, 1, 2, 2], vec![1, 2, 3, 4]));
    let pool = asked(&host, &id, false).await;
    assert_eq!((&pool["memory"], &pool["file"]), (&json!(1), &json!(1)), "an instance has its own");

    let pid = running(&host, &id).await["processes"][0]["pid"].as_u64().expect("a pid");
    kill(u32::try_from(pid).expect("a pid"), true);
    eventually("another process is there", async || {
        let twin = host.rpc("twin", json!({"function": id})).await;
        let all = twin["processes"].as_array().map(Vec::len) == Some(2);
        (twin["restarts"] == 1 && all).then_some(())
    })
    .await;
    assert_eq!(asked(&host, &id, true).await["file"], 5, "the machine is still there");
    let folder = said[0]["folder"].as_str().expect("a folder").to_owned();
    host.rpc("stop_twin", json!({"function": id})).await;
    eventually("its folder went with it", async || (!std::path::Path::new(&folder).exists()).then_some(()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_is_started_anew_and_the_gap_is_told() {
    let project = Project::new().python("counter", COUNTER);
    let host = serve(&project);
    let id = resident(&host, "counter", json!({"processes": 1})).await;
    let first = asked(&host, &id, true).await;
    kill(u32::try_from(first["pid"].as_u64().expect("a pid")).expect("a pid"), true);
    eventually("another process is there", async || {
        let twin = host.rpc("twin", json!({"function": id})).await;
        (twin["restarts"] == 1 && twin["state"] == "running").then_some(())
    })
    .await;
    let second = asked(&host, &id, true).await;
    assert_ne!(second["pid"], first["pid"]);
    assert_eq!(second["count"], 1, "what the first one knew is gone with it");
    let twin = running(&host, &id).await;
    let [gap] = twin["outages"].as_array().map(Vec::as_slice).unwrap_or_default() else {
        panic!("one gap: {}", twin["outages"])
    };
    assert_eq!(gap["reason"], "crash");
    assert_eq!(gap["ms"], twin["down_ms"], "it was the only one");
    assert!(gap["ms"].as_f64() >= Some(100.0), "it rests before it is started anew: {gap}");

    // As the page does it: one of the pool, which is replaced by the next call, and one of nobody's.
    asked(&host, &id, false).await;
    let instance = host.function("counter").await["pool"]["instances"][0]["id"].clone();
    host.rpc("kill_instance", json!({"function": id, "instance": instance})).await;
    assert_eq!(asked(&host, &id, false).await["count"], 1, "the next call has a new one");
    let again = host.try_rpc("kill_instance", json!({"function": id, "instance": instance})).await;
    assert_eq!((again.status, &again.json()["code"]), (404, &json!("not_found")), "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_made_smaller_while_it_starts_keeps_no_more_than_it_is_to_have() {
    let project = Project::new().python("counter", COUNTER);
    let host = serve(&project);
    let id = host.function("counter").await["id"].clone();
    host.rpc("start_twin", json!({"function": id, "processes": 6})).await;
    host.rpc("start_twin", json!({"function": id, "processes": 1})).await;
    running(&host, &id).await;
    // What a start that came to nothing leaves behind is a row of the record, so all six have come up by then.
    eventually("every start is over", async || {
        let over = json!({"from": 0.0, "to": 4e12, "function": id});
        let timeline = host.rpc("timeline", over).await;
        let lanes = timeline["lanes"].as_array().map_or(0, Vec::len);
        (lanes == 6).then_some(())
    })
    .await;
    let twin = host.rpc("twin", json!({"function": id})).await;
    assert_eq!(twin["processes"].as_array().map(Vec::len), Some(1), "{twin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_restarts_it_with_what_was_saved() {
    let project = Project::new().python("counter", COUNTER);
    let host = serve(&project);
    let id = resident(&host, "counter", json!({})).await;
    let before = running(&host, &id).await;
    project.write("counter/lambda_function.py", &COUNTER.replace("count = 0", "count = 40"));
    let after = eventually("every process is another", async || {
        let twin = running(&host, &id).await;
        (twin["processes"][0]["revision"] != before["processes"][0]["revision"]).then_some(twin)
    })
    .await;
    assert_eq!(asked(&host, &id, true).await["count"], 41);
    assert_eq!((&after["restarts"], &after["outages"][0]["reason"]), (&json!(0), &json!("reload")));
    assert_eq!(after["since"], before["since"], "its meter runs on");
}

/// Answers one event and ends, as a script that is started for every request does.
const ONCE: &str = "\
#!/bin/sh
set -e
HEADERS=$(mktemp)
curl -sS -o /dev/null -D \"$HEADERS\" \"http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next\"
ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id \"$HEADERS\" | tr -d '[:space:]' | cut -d: -f2)
curl -sS -o /dev/null \"http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response\" -d '\"done\"'
";

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_with_its_call_is_told_and_runs_with_a_process_for_each() {
    let template = "Resources:\n  Once:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: once/, Handler: bootstrap, Runtime: provided.al2023}\n";
    let project = Project::new().with("template.yaml", template);
    project.write_executable("once/bootstrap", ONCE);
    let host = serve(&project);
    let id = resident(&host, "Once", json!({"processes": 1})).await;
    let call = json!({"function": id, "event": "{}", "cold": false, "trigger": "app", "twin": true});
    let twin = eventually("it is found out", async || {
        host.rpc("invoke", call.clone()).await;
        let twin = host.rpc("twin", json!({"function": id})).await;
        (twin["not_resident"] == true).then_some(twin)
    })
    .await;
    assert_eq!(twin["state"], "broken");
    assert_eq!(twin["problem"]["message"], "its process ends with its call: it does not run resident");
    let turned_away = host.rpc("invoke", call.clone()).await;
    assert!(
        turned_away["error"].as_str().is_some_and(|why| why.contains("ends with its call")),
        "{turned_away}"
    );

    resident(&host, "Once", json!({"per_call": true})).await;
    for _ in 0..3 {
        assert_eq!(asked(&host, &id, true).await, "done");
    }
    let twin = running(&host, &id).await;
    assert_eq!((&twin["per_call"], &twin["not_resident"]), (&json!(true), &json!(false)), "{twin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_twin_outlives_its_host() {
    let project = Project::new().python("counter", COUNTER);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    resident(&host, "counter", json!({"processes": 2})).await;
    let mark = project.path().canonicalize().expect("exists").display().to_string();
    assert_eq!(processes_with(&mark).len(), 2, "it has two");
    host.kill_hard();
    eventually("both are gone", async || processes_with(&mark).is_empty().then_some(())).await;
    let host = builder(&project).data_dir(data.path()).start();
    let id = host.function("counter").await["id"].clone();
    let twin = host.rpc("twin", json!({"function": id})).await;
    assert_eq!(twin["state"], "off", "nobody switched it on here");
    assert!(twin["until"].is_string(), "its meter stopped when its host died: {twin}");
}
