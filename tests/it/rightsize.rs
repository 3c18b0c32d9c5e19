//! The right size: a function measured at several memory sizes, beside its pool and outside of its record; and the
//! setting that gives ordinary calls the same share of the CPU.

use std::path::Path;

use coldframe_testkit::{Host, Project, Verb, descendants, eventually, processes_with, run};
use serde_json::{Value, json};

use crate::builder;

/// Computes for 20 ms of CPU time, whatever share of it it has. Looks that it is told its size.
const BURN: &str = "
import os, time

def lambda_handler(event, context):
    if int(os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) != int(context.memory_limit_in_mb):
        raise ValueError('two sizes')
    end = time.process_time() + 0.02
    while time.process_time() < end: pass
    return 'done'
";
const HUNGRY: &str = "
def lambda_handler(event, context):
    return len(bytearray(200_000_000))
";
const SLEEPY: &str = "import time\n\ndef lambda_handler(event, context):\n    time.sleep(60)\n";

fn rightsize(project: &Project, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = vec!["rightsize"];
    all.extend(args);
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, project.path(), &[], "")
}

fn size(report: &Value, memory_mb: u32) -> &Value {
    let sizes = report["sizes"].as_array().expect("sizes");
    sizes.iter().find(|size| size["memory_mb"] == memory_mb).expect("it was asked for")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn plan<'a>(report: &'a Value, id: &str) -> &'a Value {
    let plans = report["plans"].as_array().expect("plans");
    plans.iter().find(|plan| plan["plan"] == id).unwrap_or_else(|| panic!("no {id} in {report:#}"))
}

/// No function's process is left below the host.
async fn nothing_runs(host: &Host) {
    eventually("no function's process is left", async || {
        let python = descendants(host.pid()).into_iter().filter(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.starts_with("python"))
        });
        (python.count() == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn less_memory_is_less_cpu_and_the_pool_and_the_record_know_nothing_of_it() {
    let project = Project::new()
        .python("burn", BURN)
        .with("coldframe.toml", "[functions.burn]\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let args = ["burn", "--memory", "128,1769", "--runs", "10", "--json"];
    let verb = rightsize(&project, data.path(), &args);
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let report = verb.json();
    let (small, whole) = (size(&report, 128), size(&report, 1769));
    for size in [small, whole] {
        assert_eq!(size["failure"], json!(null), "{size:#}");
        let kept = size["share"].as_str().expect("a process came up");
        assert!(["cgroup_v2", "cgroup_v1", "duty_cycle", "whole"].contains(&kept), "{kept}");
        assert!(number(&size["cpu_ms"]) > 15.0, "it computed: {size:#}");
        assert_eq!(size["runs"].as_array().map(Vec::len), Some(12), "two cold, ten warm");
    }
    // Of a fourteenth of a core, at best. A machine full of other work makes calls slower at any size: the best of
    // several tells what was possible.
    let best = |size: &Value, of: fn(&Value) -> Option<f64>| {
        let runs = size["runs"].as_array().into_iter().flatten().filter_map(of);
        runs.min_by(f64::total_cmp).expect("a run")
    };
    let slowness = |size| best(size, |run| Some(number(&run["handler_ms"]) / number(&run["cpu_ms"])));
    assert!(slowness(small) > 8.0, "{small:#}");
    assert!(slowness(small) > 3.0 * slowness(whole), "{small:#}\n{whole:#}");
    let init = |size| best(size, |run| run["init_ms"].as_f64());
    assert!(init(small) > init(whole), "init is under the share: {small:#}\n{whole:#}");

    for lambda in ["aws-lambda-x86", "aws-lambda-arm64"] {
        let sizes = plan(&report, lambda)["sizes"].as_array().expect("sizes");
        assert_eq!(sizes.iter().map(|size| size["memory_mb"].clone()).collect::<Vec<_>>(), [128, 1769]);
        for choice in ["cheapest", "fastest", "balanced"] {
            assert_eq!(sizes.iter().filter(|size| size[choice] == true).count(), 1, "{choice}: {sizes:?}");
        }
        assert_eq!(sizes[1]["fastest"], true);
    }
    assert_eq!(plan(&report, "azure-functions-flex")["sizes"][0]["basis"], "between");
    assert!(report["rests_on"].to_string().contains("this machine's CPU"), "{report:#}");

    assert_eq!(host.invocations().await, Vec::<Value>::new(), "no call of the function's traffic");
    let function = host.function("burn").await;
    assert_eq!(function["state"], "at_zero", "the pool never had an instance");
    assert_eq!(host.rpc("overview", json!({})).await["calls"], 0);
    nothing_runs(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_is_too_small_says_so_and_has_no_price() {
    // With a small share of the CPU it takes a while to ask for too much.
    let project = Project::new()
        .python("hungry", HUNGRY)
        .with("coldframe.toml", "[functions.hungry]\ntimeout_seconds = 60\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let args = ["hungry", "--memory", "128,1769", "--runs", "1", "--cold-runs", "1"];
    let json = rightsize(&project, data.path(), &[&args[..], &["--json"]].concat());
    assert_eq!(json.code, 0, "{}", json.stderr);
    let report = json.json();
    assert_eq!(size(&report, 128)["failure"]["status"], "out_of_memory");
    assert_eq!(size(&report, 128)["warm_p50_ms"], json!(null));
    assert!(number(&size(&report, 1769)["peak_memory_mb"]) > 190.0, "{report:#}");
    let priced = plan(&report, "aws-lambda-x86")["sizes"].as_array().expect("sizes");
    assert_eq!(priced.iter().map(|size| size["memory_mb"].clone()).collect::<Vec<_>>(), [1769]);

    let table = rightsize(&project, data.path(), &args);
    assert!(table.stdout.contains("128 MB is not priced: it used "), "{}", table.stdout);
    assert!(table.stdout.contains("1769 MB"), "{}", table.stdout);
    let none = rightsize(&project, data.path(), &["hungry", "--memory", "128"]);
    assert_eq!(none.code, 1, "no size worked: {}", none.stdout);
    assert_eq!(processes_with(&project.path().display().to_string()), Vec::<u32>::new());
}

#[test]
fn what_cannot_be_meant_is_refused_with_one_error() {
    let project = Project::new().python("burn", BURN).with("bad.json", "{");
    let data = tempfile::tempdir().expect("a temporary folder");
    let refused = |args: &[&str]| {
        let verb = rightsize(&project, data.path(), args);
        assert_eq!(verb.stdout, "", "{args:?}");
        (verb.code, verb.stderr)
    };
    let (code, said) = refused(&["nobody"]);
    assert!(code == 3 && said.contains("there is no function nobody"), "{code} {said}");
    let (code, said) = refused(&["burn", "--memory", "64"]);
    assert!(code == 2 && said.contains("memory goes from 128 to 10240 MB, not 64"), "{code} {said}");
    for args in [["--memory", "-1"], ["--memory", "1GB"], ["--runs", "0"], ["--event", "bad.json"]] {
        assert_eq!(refused(&[&["burn"], &args[..]].concat()).0, 2, "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_ends_what_runs() {
    let project = Project::new()
        .python("sleepy", SLEEPY)
        .with("coldframe.toml", "[functions.sleepy]\ntimeout_seconds = 90\n");
    let host = builder(&project).start();
    let id = host.function("sleepy").await["id"].clone();
    let started = eventually("its process runs", async || {
        descendants(host.pid()).into_iter().find(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.starts_with("python"))
        })
    });
    tokio::select! {
        answer = host.rpc("rightsize", json!({"function": id, "memories": [1769]})) => panic!("{answer}"),
        _ = started => {}
    }
    nothing_runs(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_calls_have_the_share_when_asked_and_a_change_makes_new_instances() {
    let project = Project::new().python("burn", BURN).with(
        "coldframe.toml",
        "[functions.burn]\nmemory_mb = 128\ntimeout_seconds = 60\nemulate_cpu_share = true\n",
    );
    let host = builder(&project).start();
    let id = host.function("burn").await["id"].clone();
    let slowness = async || {
        let request = json!({"function": id, "event": "{}", "cold": false, "trigger": "app"});
        let detail = host.rpc("invoke", request).await["detail"]["invocation"].clone();
        assert_eq!(detail["status"], "ok", "{detail:#}");
        let cpu = number(&detail["cpu_user_ms"]) + number(&detail["cpu_system_ms"]);
        (number(&detail["handler_ms"]) / cpu, detail["cold"] == true)
    };
    let (held, _) = slowness().await;
    let pool = host.function("burn").await["pool"].clone();
    assert_eq!(pool["emulate_cpu_share"], true);
    let kept = pool["instances"][0]["cpu_share"].as_str().expect("it says how").to_owned();
    assert!(kept.starts_with("0.072 vCPU ("), "{kept}");

    let pool =
        host.rpc("set_pool", json!({"function": id, "emulate_cpu_share": false})).await["pool"].clone();
    assert_eq!((&pool["emulate_cpu_share"], &pool["instances"]), (&json!(false), &json!([])));
    assert!(held > 8.0, "it had a fourteenth of a core, not one {held:.1}th");
    assert!(slowness().await.1, "the instance with another share is gone");
    // Other work on this machine may slow down any one call.
    eventually("a call has more than it could have had with the share", async || {
        (slowness().await.0 < 5.0).then_some(())
    })
    .await;
    let instance = host.function("burn").await["pool"]["instances"][0].clone();
    assert_eq!(instance["cpu_share"], json!(null), "off is as before");
}
