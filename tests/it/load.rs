//! Load tests: what is sent is recorded, what is refused or not sent is counted, and a run ends when it is asked to.

use std::path::Path;

use coldframe_testkit::{Host, Project, Verb, eventually, run};
use serde_json::{Value, json};

use crate::builder;

const QUICK: &str =
    "import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.01)\n    return event\n";
const SLOW: &str =
    "import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.2)\n    return 'done'\n";

fn load(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = vec!["load"];
    all.extend(args);
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn figure(detail: &Value, name: &str) -> u64 {
    detail["run"]["figures"][name].as_u64().unwrap_or_else(|| panic!("no {name} in {:#}", detail["run"]))
}

/// Of the record, as (all, throttled).
async fn recorded(host: &Host) -> (u64, u64) {
    let rows = host.invocations().await;
    let sent: Vec<_> = rows.iter().filter(|row| row["trigger"] == "load_test").collect();
    let throttled = sent.iter().filter(|row| row["status"] == "throttled").count();
    (sent.len() as u64, throttled as u64)
}

/// A run that would take an hour, as it is once it has sent some calls.
async fn endless(host: &Host, name: &str) -> Value {
    let function = host.function(name).await["id"].clone();
    let request =
        json!({"function": function, "event": "{}", "shape": "poisson", "rate": 40, "seconds": 3600});
    let id = json!({"id": host.rpc("start_load", request).await["id"]});
    eventually("it has sent some calls", async || {
        let run = host.rpc("load", id.clone()).await["run"].clone();
        (run["figures"]["ok"].as_u64() > Some(3)).then_some(())
    })
    .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_that_was_sent_is_recorded_and_the_run_is_kept() {
    let project = Project::new()
        .python("quick", QUICK)
        .with("coldframe.toml", "[functions.quick]\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let verb =
        load(&project, data.path(), &["quick", "--rate", "40", "--for", "3s", "--waiting", "1000", "--json"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    assert!(verb.stderr.contains(" sent, "), "it tells how it goes: {}", verb.stderr);
    let detail = verb.json();
    assert_eq!([figure(&detail, "due"), figure(&detail, "sent"), figure(&detail, "ok")], [120; 3]);
    assert_eq!(recorded(&host).await, (120, 0), "as many as were sent");
    assert!(figure(&detail, "cold") >= 1 && figure(&detail, "peak_instances") >= 1);

    let latency = &detail["run"]["figures"]["latency"];
    let order = ["p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"].map(|name| number(&latency[name]));
    assert!(order[0] >= 10.0 && order.is_sorted(), "it sleeps for 10 ms: {order:?}");
    let course = &detail["course"];
    let sum = |name: &str| -> u64 {
        course["series"][name].as_array().into_iter().flatten().filter_map(Value::as_u64).sum()
    };
    assert_eq!((sum("due"), sum("answered")), (120, 120));
    assert_eq!(course["failures"], json!([]));
    assert_eq!(detail["run"]["figures"]["wanted_rate"], 40.0, "however busy this machine is");
    assert_eq!(detail["run"]["price"]["plan"], "aws-lambda-x86");

    let kept = host.rpc("load", json!({"id": detail["run"]["id"]})).await;
    assert_eq!(kept, detail, "what was printed is what is kept");
    let listed = host.rpc("loads", json!({})).await;
    let mut unpriced = kept["run"].clone();
    unpriced["price"] = Value::Null;
    assert_eq!((&listed[0], listed.as_array().map(Vec::len)), (&unpriced, Some(1)));
    let costs = host.rpc("costs", json!({"function": null, "minutes": null, "calls_per_month": null})).await;
    assert_eq!(costs["basis"]["recorded_calls"], 0, "a load test is no traffic to be projected");

    host.rpc("remove_load", json!({"id": detail["run"]["id"]})).await;
    assert_eq!(host.rpc("loads", json!({})).await, json!([]));
    let back = host.rpc("restore_load", json!({"id": detail["run"]["id"]})).await;
    assert_eq!(back, detail["run"]);
    let id = json!({"id": detail["run"]["id"]});
    assert_eq!(host.rpc("load", id.clone()).await, detail, "whole, with its course");
    assert!(host.try_rpc("restore_load", id.clone()).await.status >= 400, "it is there already");

    host.rpc("remove_load", id.clone()).await;
    host.rpc("clear_record", json!({"project": null, "older_than_days": null})).await;
    assert!(host.try_rpc("restore_load", id).await.status >= 400, "a cleared record is empty for good");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_one_instance_throttles_what_comes_beside_it() {
    let project = Project::new()
        .python("slow", SLOW)
        .with("coldframe.toml", "[functions.slow]\nconcurrency = 1\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let verb =
        load(&project, data.path(), &["slow", "--rate", "20", "--for", "2s", "--waiting", "1000", "--json"]);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let detail = verb.json();
    let throttled = figure(&detail, "throttled");
    assert_eq!(figure(&detail, "ok") + throttled, 40);
    assert!(throttled > 0, "of 20 a second it can do 5: {:#}", detail["run"]["figures"]);
    assert_eq!((figure(&detail, "peak_instances"), figure(&detail, "cold")), (1, 1));
    assert!(number(&detail["run"]["figures"]["latency"]["p50_ms"]) >= 200.0, "those refused have none");
    assert_eq!(recorded(&host).await, (40, throttled));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_beyond_the_calls_under_way_is_dropped_and_told() {
    let project = Project::new().python("slow", SLOW);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let args = ["slow", "--rate", "40", "--for", "1s", "--in-flight", "1", "--shape", "ramp", "--json"];
    let detail = load(&project, data.path(), &args).json();
    let (sent, dropped) = (figure(&detail, "sent"), figure(&detail, "dropped"));
    assert_eq!((figure(&detail, "due"), sent + dropped), (20, 20));
    assert!(sent <= 5 && figure(&detail, "peak_instances") == 1, "one after the other: {sent}");
    assert_eq!(recorded(&host).await.0, sent, "what was dropped never came");
}

/// An instance of it takes a while to start.
const LATE: &str = "\
import time

time.sleep(0.5)

def lambda_handler(event, context):
    return 'done'
";

#[tokio::test(flavor = "multi_thread")]
async fn what_one_side_is_not_sent_the_other_is_not_either() {
    let project = Project::new().python("late", LATE);
    let data = tempfile::tempdir().expect("a temporary folder");
    let _host = builder(&project).data_dir(data.path()).start();
    let args = ["late", "--rate", "40", "--for", "1s", "--in-flight", "1", "--twin", "--json"];
    let detail = load(&project, data.path(), &args).json();
    let (pool, twin) = (&detail["run"]["figures"], &detail["run"]["twin"]["figures"]);
    assert!(
        figure(&detail, "dropped") > 5,
        "nothing is sent while the first waits for its instance: {pool:#}"
    );
    for count in ["due", "sent", "dropped"] {
        assert_eq!(pool[count], twin[count], "{count}: both are held against the same arrivals");
    }
    assert_eq!(detail["course"]["series"]["dropped"], detail["twin_course"]["series"]["dropped"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_calls_are_sent_again_but_not_those_of_a_load_test() {
    let project = Project::new().python("quick", QUICK);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let replay = ["quick", "--shape", "replay", "--last", "5m", "--speed", "20", "--json"];
    let none = load(&project, data.path(), &replay);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("nobody called it in the last 5 minutes"), "{}", none.stderr);
    for _ in 0..4 {
        host.invoke("quick", &json!({})).await;
    }
    for _ in 0..2 {
        let detail = load(&project, data.path(), &replay).json();
        assert_eq!((figure(&detail, "sent"), &detail["run"]["plan"]["speed"]), (4, &json!(20.0)));
    }
}

/// Its init ends when a file says so.
const STUCK: &str = "\
import os, time

while not os.path.exists(os.path.join(os.environ['LAMBDA_TASK_ROOT'], '..', 'go')):
    time.sleep(0.01)

def lambda_handler(event, context):
    return 'done'
";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_gives_up_the_calls_that_wait_for_an_instance() {
    let project = Project::new().python("stuck", STUCK);
    let host = builder(&project).arg("--max-instances").arg("4").start();
    let function = host.function("stuck").await["id"].clone();
    let request =
        json!({"function": function, "event": "{}", "shape": "constant", "rate": 100, "seconds": 3600});
    let id = json!({"id": host.rpc("start_load", request).await["id"]});
    eventually("more is due than this machine can start", async || {
        let detail = host.rpc("load", id.clone()).await;
        (figure(&detail, "crowded") > 0 && figure(&detail, "instances") > 0).then_some(())
    })
    .await;
    host.rpc("stop_load", id.clone()).await;
    let detail = eventually("it is over", async || {
        let detail = host.rpc("load", id.clone()).await;
        (detail["run"]["state"] == "stopped").then_some(detail)
    })
    .await;
    let sent = figure(&detail, "sent");
    assert_eq!(
        sent,
        figure(&detail, "unfinished") + figure(&detail, "errors"),
        "{:#}",
        detail["run"]["figures"]
    );
    assert!(figure(&detail, "unfinished") > 0 && figure(&detail, "crowded") == figure(&detail, "dropped"));
    let said = detail["rests_on"].to_string();
    assert!(said.contains("this machine cannot start them that fast"), "{said}");
    eventually("what was started for them is gone", async || {
        let function = host.function("stuck").await;
        (function["state"] == "at_zero" && function["pool"]["instances"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(recorded(&host).await.0, sent, "what was given up is in the record all the same");
    project.write("go", "");
    let later = host.invoke("stuck", &json!({})).await;
    assert_eq!((later.status, later.text()), (200, "\"done\"".to_owned()), "whoever comes later is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_alone_and_ends_when_it_is_asked_to() {
    let project = Project::new().python("quick", QUICK);
    let host = builder(&project).start();
    let id = endless(&host, "quick").await;
    assert_eq!(host.rpc("status", json!({})).await["load"], id["id"]);
    assert_eq!(host.rpc("loads", json!({})).await[0]["state"], "running");
    let function = host.function("quick").await["id"].clone();
    let another = json!({"function": function, "event": "{}", "shape": "constant", "rate": 1, "seconds": 1});
    let refused = host.try_rpc("start_load", another).await;
    assert!(
        refused.status >= 400 && refused.text().contains("a load test of quick goes on"),
        "{}",
        refused.text()
    );
    assert!(host.try_rpc("remove_load", id.clone()).await.status >= 400, "it goes on");

    host.rpc("stop_load", id.clone()).await;
    let stopped = eventually("it is over", async || {
        let detail = host.rpc("load", id.clone()).await;
        (detail["run"]["state"] == "stopped").then_some(detail)
    })
    .await;
    let sent = figure(&stopped, "sent");
    assert!(sent > 3 && sent < 144_000, "{:#}", stopped["run"]);
    assert_eq!((figure(&stopped, "in_flight"), recorded(&host).await.0), (0, sent));
    assert_eq!(host.rpc("status", json!({})).await["load"], json!(null));
    assert_eq!(host.rpc("stop_load", id).await["state"], "stopped", "no harm in asking twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_with_its_host_and_is_kept_however_that_ends() {
    let project = Project::new().python("quick", QUICK);
    let data = tempfile::tempdir().expect("a temporary folder");
    let start = || builder(&project).data_dir(data.path()).start();
    let host = start();
    let first = endless(&host, "quick").await;
    assert!(host.terminate().success());
    let host = start();
    let run = host.rpc("load", first).await["run"].clone();
    assert_eq!(run["state"], "stopped");
    assert!(run["figures"]["ok"].as_u64() > Some(3), "{run:#}");
    let second = endless(&host, "quick").await;
    host.kill_hard();
    let run = start().rpc("load", second).await["run"].clone();
    assert_eq!((&run["state"], &run["ended_at"]), (&json!("interrupted"), &json!(null)));
}

#[test]
fn what_cannot_be_meant_is_refused_with_one_error() {
    let project = Project::new().python("quick", QUICK).with("bad.json", "{");
    let data = tempfile::tempdir().expect("a temporary folder");
    let refused = |args: &[&str]| {
        let verb = load(&project, data.path(), args);
        assert_eq!(verb.stdout, "", "{args:?}");
        (verb.code, verb.stderr)
    };
    let (code, said) = refused(&["nobody", "--rate", "1"]);
    assert!(code == 3 && said.contains("there is no function nobody"), "{code} {said}");
    let (code, said) = refused(&["quick", "--rate", "5001"]);
    assert!(
        code == 2 && said.contains("the rate goes from 0 to 5000 calls a second, not 5001"),
        "{code} {said}"
    );
    for args in [
        &["quick"][..],
        &["quick", "--rate", "0"],
        &["quick", "--rate", "-1"],
        &["quick", "--rate", "1", "--for", "2h"],
        &["quick", "--rate", "1", "--for", "soon"],
        &["quick", "--rate", "1", "--in-flight", "0"],
        &["quick", "--rate", "1", "--in-flight", "2.5"],
        &["quick", "--rate", "1", "--shape", "spike"],
        &["quick", "--rate", "1", "--shape", "replay"],
        &["quick", "--rate", "1", "--event", "bad.json"],
    ] {
        assert_eq!(refused(args).0, 2, "{args:?}");
    }
}
