//! Scaling out to the limit, refusing beyond it, and going back to zero.

use std::sync::Arc;

use coldframe_testkit::{Project, alive, descendants, eventually};
use serde_json::json;

use crate::{builder, serve};

const SLOW: &str =
    "import time\n\ndef lambda_handler(event, context):\n    time.sleep(1.5)\n    return 'done'\n";

#[tokio::test(flavor = "multi_thread")]
async fn fifty_first_calls_start_at_most_the_limit_and_throttle_the_rest() {
    let project = Project::new().python("wide", SLOW).with(
        "coldframe.toml",
        "[functions.wide]\nconcurrency = 20\ntimeout_seconds = 60\nidle_seconds = 1\n",
    );
    let host = Arc::new(builder(&project).arg("--max-instances").arg("100").start());
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let host = Arc::clone(&host);
            tokio::spawn(async move { host.invoke("wide", &json!({})).await })
        })
        .collect();
    let (mut ok, mut throttled) = (0, 0);
    for call in calls {
        let answer = call.await.expect("an answer");
        match answer.status {
            200 => ok += 1,
            429 => {
                throttled += 1;
                assert_eq!(answer.header("x-amzn-errortype"), Some("TooManyRequestsException"));
                assert_eq!(answer.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(ok + throttled, 50);
    assert_eq!(ok, 20, "as many as the limit run, the rest is throttled");
    let rows = host.invocations().await;
    let instances: std::collections::HashSet<String> =
        rows.iter().filter_map(|row| row["instance"].as_str()).map(String::from).collect();
    assert_eq!(instances.len(), 20, "one instance for each call that ran");
    assert_eq!(rows.iter().filter(|row| row["status"] == "throttled").count(), throttled);

    // Idle time is one second: after it nothing is left.
    eventually("the pool is at zero", async || {
        let function = host.function("wide").await;
        (function["state"] == "at_zero").then_some(())
    })
    .await;
    eventually("no process is left", async || {
        let python = descendants(host.pid()).into_iter().filter(|pid| {
            alive(*pid)
                && std::fs::read_to_string(format!("/proc/{pid}/comm"))
                    .is_ok_and(|comm| comm.starts_with("python"))
        });
        (python.count() == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_can_be_cold_and_a_pool_can_sleep() {
    let project = Project::new().python("f", crate::ECHO);
    let host = serve(&project);
    let id = host.function("f").await["id"].clone();
    let invoke = |cold: bool| {
        let (host, id) = (&host, id.clone());
        async move {
            host.rpc("invoke", json!({"function": id, "event": "{}", "cold": cold, "trigger": "app"})).await
        }
    };
    invoke(false).await;
    assert_eq!(invoke(true).await["detail"]["invocation"]["cold"], true, "asked to be cold");
    assert_eq!(invoke(false).await["detail"]["invocation"]["cold"], false, "instances were left");
    let function = host.rpc("sleep", json!({"function": id})).await;
    assert_eq!(function["state"], "at_zero", "{function}");
    assert_eq!(invoke(false).await["detail"]["invocation"]["cold"], true, "after sleeping");
    host.rpc("set_pool", json!({"function": id, "always_cold": true})).await;
    invoke(false).await;
    assert_eq!(invoke(false).await["detail"]["invocation"]["cold"], true, "always cold");
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_warm_instances_are_there_before_the_call() {
    let project = Project::new().python("f", crate::ECHO);
    let host = serve(&project);
    let id = host.function("f").await["id"].clone();
    host.rpc("set_pool", json!({"function": id, "kept_warm": 2})).await;
    eventually("two instances wait", async || {
        let function = host.function("f").await;
        let idle = function["pool"]["instances"].as_array()?.iter().filter(|i| i["state"] == "idle").count();
        (idle == 2).then_some(())
    })
    .await;
    host.invoke("f", &json!({})).await;
    assert_eq!(host.invocations().await[0]["cold"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_instances_are_kept_warm_than_there_may_be() {
    let project = Project::new().python("f", crate::ECHO);
    let host = serve(&project);
    let id = host.function("f").await["id"].clone();
    host.rpc("set_pool", json!({"function": id, "concurrency": 2, "kept_warm": 5})).await;
    let alive = async || host.function("f").await["pool"]["instances"].as_array().map(Vec::len);
    eventually("two instances wait", async || {
        let function = host.function("f").await;
        let idle = function["pool"]["instances"].as_array()?.iter().filter(|i| i["state"] == "idle").count();
        (idle == 2).then_some(())
    })
    .await;
    host.invoke("f", &json!({})).await;
    assert_eq!(alive().await, Some(2), "the limit stands, whatever is to be kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_over_the_limit_is_killed_with_its_children_and_says_so() {
    let project = Project::new().python(
        "leak",
        "import time\n\ndef lambda_handler(event, context):\n    kept = []\n    while True:\n        kept.append(bytearray(8_000_000))\n        time.sleep(0.005)\n",
    ).with("coldframe.toml", "[functions.leak]\nmemory_mb = 128\ntimeout_seconds = 60\n");
    let host = serve(&project);
    let answer = host.invoke("leak", &json!({})).await;
    assert_eq!(answer.function_error(), Some("Unhandled"));
    assert_eq!(answer.json()["errorType"], "Runtime.ExitError", "{}", answer.text());
    assert!(answer.text().contains("signal: killed"), "{}", answer.text());
    assert_eq!(host.invocations().await[0]["status"], "out_of_memory");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concurrency_limit_can_be_set_and_lifted_while_the_function_runs() {
    let project = Project::new().python("wide", SLOW);
    let host = Arc::new(serve(&project));
    let id = host.function("wide").await["id"].clone();
    let limited = host.rpc("set_pool", json!({"function": id, "concurrency": 1})).await;
    assert_eq!(limited["pool"]["concurrency"], 1);
    let first = tokio::spawn({
        let host = Arc::clone(&host);
        async move { host.invoke("wide", &json!({})).await.status }
    });
    eventually("the first call holds the only place", async || {
        let function = host.function("wide").await;
        (function["pool"]["instances"][0]["state"] == "busy").then_some(())
    })
    .await;
    assert_eq!(host.invoke("wide", &json!({})).await.status, 429);
    let lifted = host.rpc("set_pool", json!({"function": id, "concurrency": "none"})).await;
    assert_eq!(lifted["pool"]["concurrency"], json!(null));
    assert_eq!(host.invoke("wide", &json!({})).await.status, 200, "beside the first");
    assert_eq!(first.await.expect("an answer"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_this_machine_has_no_room_for_get_the_instances_there_are() {
    let project = Project::new().python("f", crate::ECHO).python("g", crate::ECHO);
    let host = Arc::new(builder(&project).arg("--max-instances").arg("2").start());
    let call = |name: &'static str| {
        let host = Arc::clone(&host);
        tokio::spawn(async move { host.invoke(name, &json!({})).await.status })
    };
    // All of them wait far longer than a test has patience for if an instance is kept for its idle time.
    for calls in
        [(0..12).map(|_| call("f")).collect::<Vec<_>>(), vec![call("g"), call("g"), call("g"), call("f")]]
    {
        for call in calls {
            assert_eq!(call.await.expect("an answer"), 200);
        }
    }
    let rows = host.invocations().await;
    let cold = rows.iter().filter(|row| row["function"] == "f" && row["cold"] == true).count();
    assert!(cold <= 4, "two, and some after the other function had its turn: {cold}");
}
