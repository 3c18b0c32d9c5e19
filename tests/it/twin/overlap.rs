//! A resident process that has several calls at a time, as a server of its language has.

use std::collections::BTreeSet;

use coldframe_testkit::{Host, Project, eventually};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{asked, resident, running};
use crate::serve;

/// Goes on when as many calls as asked for have begun and none has ended; fails or never ends if it is told to.
const TOGETHER: &str = "\
let begun = 0
let open = []

export const handler = async (event, context) => {
  if (event.hangs) await new Promise(() => {})
  begun += 1
  if (begun === event.of) open.forEach((go) => go())
  else if (begun < event.of) await new Promise((go) => open.push(go))
  console.log('line of ' + event.name)
  if (event.fails) throw new RangeError('of ' + event.name)
  return { name: event.name, id: context.awsRequestId, pid: process.pid }
}
";

fn invoke(id: &Value, event: &Value) -> Value {
    json!({"function": id, "event": event.to_string(), "cold": false, "trigger": "app", "twin": true})
}

fn text(invoked: &Value) -> Value {
    let text = invoked["body"]["text"].as_str().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {invoked}"))
}

/// The rows of the twin's calls with that status, as many as there are to be.
async fn rows(host: &Host, twin: &Value, status: &str, most: usize) -> Vec<Value> {
    let query = json!({"function": twin["recorded_as"], "minutes": null, "status": status, "before": null, "limit": 99});
    eventually("every call is in the record", async || {
        let rows = host.rpc("invocations", query.clone()).await;
        rows.as_array().filter(|rows| rows.len() == most).cloned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_process_has_many_calls_at_the_same_time() {
    let project = Project::new().node("together", TOGETHER);
    let host = serve(&project);
    let id = resident(&host, "together", json!({})).await;
    let twin = running(&host, &id).await;
    assert_eq!((&twin["wanted"], &twin["calls_each"]), (&json!(1), &json!(64)), "{twin}");
    let pool = host.function("together").await;
    assert_eq!(pool["pool"]["instance_concurrency"], 1, "the contract has one at a time: {pool}");

    let calls = (0..20).map(|name| invoke(&id, &json!({"of": 20, "name": name})));
    let answers: Vec<Value> =
        join_all(calls.map(|call| host.rpc("invoke", call))).await.iter().map(text).collect();
    let names: Vec<i64> = answers.iter().filter_map(|answer| answer["name"].as_i64()).collect();
    assert_eq!(names, (0..20).collect::<Vec<_>>(), "each caller has its own answer");
    let ids: BTreeSet<&str> = answers.iter().filter_map(|answer| answer["id"].as_str()).collect();
    assert_eq!(ids.len(), 20, "and its own context: {answers:?}");
    assert!(answers.iter().all(|answer| answer["pid"] == twin["processes"][0]["pid"]), "{answers:?}");

    for row in rows(&host, &twin, "ok", 20).await {
        let detail = host.rpc("invocation", json!({"id": row["id"]})).await;
        let name = serde_json::from_str::<Value>(detail["response"]["text"].as_str().unwrap_or_default())
            .expect("an answer")["name"]
            .clone();
        let lines = detail["logs"].to_string();
        assert!(lines.contains(&format!("line of {name}\"")), "its own line is known for its own: {detail}");
        assert_eq!(lines.matches("line of ").count(), 1, "and no other's is: {lines}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_or_a_timeout_of_one_does_not_lose_the_others() {
    let project = Project::new()
        .node("together", TOGETHER)
        .with("coldframe.toml", "[functions.together]\ntimeout_seconds = 1\n");
    let host = serve(&project);
    let id = resident(&host, "together", json!({})).await;
    let before = running(&host, &id).await;
    let calls = (0..4).map(|name| invoke(&id, &json!({"of": 4, "name": name, "fails": name == 2})));
    let answers = join_all(calls.map(|call| host.rpc("invoke", call))).await;
    assert_eq!(text(&answers[2])["errorMessage"], "of 2", "{answers:?}");
    for name in [0, 1, 3] {
        assert_eq!(text(&answers[name])["name"], name, "{answers:?}");
    }
    let late = host.rpc("invoke", invoke(&id, &json!({"hangs": true}))).await;
    assert!(late.to_string().contains("timed out"), "{late}");
    let next = host.rpc("invoke", invoke(&id, &json!({"of": 0, "name": "next"}))).await;
    assert_eq!(text(&next)["pid"], before["processes"][0]["pid"], "the same process has it: {next}");
    assert_eq!(running(&host, &id).await["restarts"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_caller_of_one_that_is_killed_is_answered() {
    let project = Project::new()
        .node("together", TOGETHER)
        .with("coldframe.toml", "[functions.together]\ntimeout_seconds = 60\n");
    let host = serve(&project);
    let id = resident(&host, "together", json!({})).await;
    let instance = running(&host, &id).await["processes"][0]["id"].clone();
    let calls = join_all((0..5).map(|_| host.rpc("invoke", invoke(&id, &json!({"hangs": true})))));
    let (answers, ()) = tokio::join!(calls, async {
        eventually("all are under way", async || {
            let twin = host.rpc("twin", json!({"function": id})).await;
            (twin["processes"][0]["in_flight"] == 5).then_some(())
        })
        .await;
        host.rpc("kill_instance", json!({"function": id, "instance": instance})).await;
    });
    for answer in &answers {
        assert!(answer.to_string().contains("Runtime exited"), "{answer}");
    }
    running(&host, &id).await;
    let next = host.rpc("invoke", invoke(&id, &json!({"of": 0, "name": "next"}))).await;
    assert_eq!(text(&next)["name"], "next", "another process has taken over: {next}");
}

/// Callbacks, and answers that are there at once.
const OLDER: &str = "\
exports.handler = (event, context, callback) => {
  setTimeout(() => callback(null, { rest: context.getRemainingTimeInMillis() > 0 }), 1)
  setInterval(() => {}, 1000)
}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_answers_at_once_whatever_else_the_process_has_to_do() {
    let project = Project::new().with("older/index.js", OLDER);
    let host = serve(&project);
    let id = resident(&host, "older", json!({})).await;
    for _ in 0..3 {
        assert_eq!(asked(&host, &id, true).await, json!({"rest": true}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_process_has_one_call_and_there_are_several_of_them() {
    let project = Project::new().python("counter", super::COUNTER);
    let host = serve(&project);
    let id = resident(&host, "counter", json!({})).await;
    let twin = running(&host, &id).await;
    assert_eq!(twin["calls_each"], 1, "as AWS's own runtime has it: {twin}");
    assert!(twin["wanted"].as_u64().is_some_and(|wanted| (3..=12).contains(&wanted)), "{twin}");
}
