//! The same calls on both sides, and their bills held against those of `coldframe cost`.

use std::path::Path;

use coldframe_testkit::{Host, Project, eventually, run};
use serde_json::{Value, json};

use super::resident;
use crate::{builder, serve};

const WORK: &str = "\
import time

def lambda_handler(event, context):
    time.sleep(0.005)
    return event
";

fn coldframe(folder: &Path, data: &Path, args: &[&str]) -> Value {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--json", "--data-dir", &directory]);
    let verb = run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, folder, &[], "");
    assert_eq!(verb.code, 0, "{args:?}: {}", verb.stderr);
    verb.json()
}

fn usd(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no price"))
}

/// Switched off, with every call of both sides counted: a call is when its process asks for more.
async fn stopped(host: &Host) -> Value {
    let id = json!({"function": host.function("work").await["id"]});
    host.rpc("stop_twin", id.clone()).await;
    eventually("every call has finished", async || {
        let twin = host.rpc("twin", id.clone()).await;
        let calls = ["pool", "twin"].map(|side| twin["meters"][side]["calls"].as_u64());
        (calls == [Some(40); 2]).then_some(twin)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_have_the_same_calls_and_their_meters_say_what_costs_says() {
    let project = Project::new()
        .python("work", WORK)
        .with("coldframe.toml", "[functions.work]\ntimeout_seconds = 60\nmemory_mb = 512\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    // Before the twin: no part of what the meters count.
    host.invoke("work", &json!({})).await;
    let args = ["load", "work", "--rate", "20", "--for", "2s", "--twin", "--waiting", "1000"];
    let detail = coldframe(project.path(), data.path(), &args);
    let (pool, resident) = (&detail["run"]["figures"], &detail["run"]["twin"]["figures"]);
    for name in ["due", "sent", "ok"] {
        assert_eq!((&pool[name], &resident[name]), (&json!(40), &json!(40)), "{name}: {detail:#}");
    }
    assert_eq!((&resident["cold"], &detail["run"]["plan"]["twin"]), (&json!(0), &json!(true)));
    // Either side may have answered last: behind the last call there are steps without one.
    let due = |course: &Value| -> Vec<u64> {
        let steps = course["series"]["due"].as_array().into_iter().flatten().filter_map(Value::as_u64);
        steps.filter(|calls| *calls > 0).collect()
    };
    assert_eq!(due(&detail["twin_course"]), due(&detail["course"]), "at the same moments");
    assert!(
        resident["latency"]["p99_ms"].is_f64() && detail["run"]["twin"]["price"]["usd_per_hour"].is_string()
    );

    let twin = stopped(&host).await;
    let meters = &twin["meters"];
    assert_eq!(meters["twin"]["cold"], 0);
    assert_eq!(meters["pool"]["idle_usd_per_hour"], "0");

    // The pool's: the same month of as many calls, and the one call before it taken off.
    let cost = |calls: &str| {
        let args =
            ["cost", "--function", "work", "--made-calls", "--no-free-tier", "--calls-per-month", calls];
        coldframe(project.path(), data.path(), &args)
    };
    assert_eq!(&cost("41")["twin"], meters, "the Costs page has the same meters");
    host.rpc("clear_record", json!({"project": null, "older_than_days": null})).await;
    let args = ["load", "work", "--rate", "20", "--for", "2s", "--twin", "--waiting", "1000"];
    coldframe(project.path(), data.path(), &args);
    let twin = stopped(&host).await;
    let meters = &twin["meters"];
    let report = cost("40");
    assert_eq!(report["basis"]["recorded_calls"], 40);
    let plans = report["plans"].as_array().expect("plans");
    let own =
        plans.iter().find(|plan| plan["id"] == meters["pool"]["id"]).expect("the plan it is written for");
    let lines = |of: &Value| of["lines"].as_array().cloned().unwrap_or_default();
    let (counted, priced) = (lines(&meters["pool"]), lines(own));
    assert_eq!((counted.len(), priced.len()), (2, 2), "{own:#}");
    for (mine, theirs) in counted.iter().zip(&priced) {
        for name in ["label", "units", "unit", "unit_price_usd"] {
            assert_eq!(mine[name], theirs[name], "{mine} is not {theirs}");
        }
        assert!((usd(&mine["usd"]) - usd(&theirs["usd"])).abs() <= 0.005, "to the cent: {mine}, {theirs}");
    }
    let sum: f64 = counted.iter().map(|line| usd(&line["usd"])).sum();
    assert!((sum - usd(&meters["pool"]["usd"])).abs() < 1e-9, "its lines are all of it: {meters:#}");

    let machines = report["machines"].as_array().expect("machines");
    let machine = machines.iter().find(|one| one["id"] == meters["twin"]["id"]).expect("the meter's machine");
    let hours = meters["hours"].as_f64().expect("hours");
    let [line] = &lines(&meters["twin"])[..] else { panic!("one line: {meters:#}") };
    assert_eq!(line["unit_price_usd"], lines(machine)[0]["unit_price_usd"]);
    assert!(
        (usd(&line["usd"]) - hours * usd(&line["unit_price_usd"])).abs() < 1e-9,
        "{line} for {hours} hours"
    );
    assert_eq!(line["usd"], meters["twin"]["usd"]);

    // What it was is read from the record, whoever reads it.
    drop(host);
    assert_eq!(&cost("40")["twin"], meters);
}

/// Computes: on a part of a core it takes longer.
const COMPUTES: &str = "\
import time

def lambda_handler(event, context):
    until = time.thread_time() + 0.004
    while time.thread_time() < until:
        pass
    return event
";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_the_meter_and_costs_say_the_same_of_the_same_calls() {
    let project = Project::new()
        .python("work", COMPUTES)
        .with("coldframe.toml", "[functions.work]\ntimeout_seconds = 60\nmemory_mb = 128\n");
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let args = ["load", "work", "--rate", "20", "--for", "2s", "--twin", "--waiting", "1000"];
    let sent = coldframe(project.path(), data.path(), &args);
    let twin = stopped(&host).await;
    let run = host.rpc("load", json!({"id": sent["run"]["id"]})).await["run"].clone();
    let price = &run["price"];
    assert_eq!(price, &sent["run"]["price"], "what was printed is what is kept");
    let cents = |of: f64| format!("{:.2}", (of * 100.0).round() / 100.0);
    let million = |usd: f64, calls: f64| cents(usd / calls * 1e6);
    let metered = million(usd(&twin["meters"]["pool"]["usd"]), 40.0);
    assert_eq!(price["usd_per_million"], metered.as_str(), "{price} {}", twin["meters"]["pool"]);
    let args =
        ["cost", "--function", "work", "--made-calls", "--no-free-tier", "--calls-per-month", "1000000"];
    let report = coldframe(project.path(), data.path(), &args);
    let plans = report["plans"].as_array().expect("plans");
    let own = plans.iter().find(|plan| plan["id"] == price["plan"]).expect("the plan it is written for");
    assert_eq!(price["usd_per_million"], own["usd"], "{own:#}");
    assert!(price["basis"].to_string().contains("as long as it would take there"), "{price}");
}

/// Takes a call at a time, longer than they come.
const SLOW: &str =
    "import time\n\ndef lambda_handler(event, context):\n    time.sleep(0.1)\n    return 'done'\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_cannot_keep_up_says_so_beside_its_figures() {
    let project = Project::new().python("slow", SLOW);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    resident(&host, "slow", json!({"processes": 1})).await;
    let load = ["load", "slow", "--for", "2s", "--twin", "--waiting", "1000", "--data-dir"];
    let directory = data.path().display().to_string();
    let binary = Path::new(env!("CARGO_BIN_EXE_coldframe"));
    let args = [&load[..], &[directory.as_str(), "--rate", "30"]].concat();
    let verb = run(binary, &args, project.path(), &[], "");
    assert_eq!(verb.code, 0, "{}", verb.stderr);
    let said = "1 process with 1 call at a time takes 1 at once";
    assert!(verb.stdout.contains(said) && verb.stdout.contains("--processes"), "{}", verb.stdout);
    let args = [&load[..], &[directory.as_str(), "--rate", "2"]].concat();
    let verb = run(binary, &args, project.path(), &[], "");
    assert!(!verb.stdout.contains("could not keep up"), "{}", verb.stdout);
}

/// Computes for 30 ms.
const BUSY: &str = "\
import time

def lambda_handler(event, context):
    end = time.process_time() + 0.03
    while time.process_time() < end:
        pass
";

#[tokio::test(flavor = "multi_thread")]
async fn a_call_costs_what_the_meter_counts_at_the_pace_of_its_plan() {
    let project = Project::new().python("busy", BUSY);
    let host = serve(&project);
    // The start is none of the meter's.
    host.invoke("busy", &json!({})).await;
    let id = resident(&host, "busy", json!({"processes": 1})).await;
    host.invoke("busy", &json!({})).await;
    let meters = eventually("the call is counted", async || {
        let twin = host.rpc("twin", json!({"function": id})).await;
        (twin["meters"]["pool"]["calls"] == 1).then(|| twin["meters"].clone())
    })
    .await;
    let call = host.rpc("invocation", json!({"id": host.invocations().await[0]["id"]})).await;
    let own = |price: &&Value| price["plan"] == meters["pool"]["id"];
    let price =
        call["prices"].as_array().into_iter().flatten().find(own).expect("on the plan it is written for");
    let (here, there) = (usd(&price["usd"]), usd(&price["paced_usd"]));
    assert!((there - usd(&meters["pool"]["usd"])).abs() < 1e-10, "the same answer: {price}, {meters:#}");
    assert!(there > 2.0 * here, "128 MB have a fourteenth of a core: {price}");
    assert!(price["paced_ms"].as_u64() > price["billed_ms"].as_u64(), "{price}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_room_for_its_processes_is_told() {
    let heavy = format!("held = b'seed' * (15 << 20)\n{BUSY}");
    let project = Project::new().python("heavy", &heavy);
    let host = serve(&project);
    let id = resident(&host, "heavy", json!({"processes": 4, "machine": "fly-shared-1x-256"})).await;
    let told = eventually("what its processes hold is known", async || {
        let twin = host.rpc("twin", json!({"function": id})).await;
        twin["meters"]["too_small"].as_str().map(str::to_owned)
    })
    .await;
    assert!(told.starts_with("Fly shared-cpu-1x 256 MB is too small for that: its 256 MB may be used to 80 %, which is 204.8 MB, and 4 processes need"), "{told}");
    let twin = host.rpc("twin", json!({"function": id})).await;
    let rests_on = twin["meters"]["rests_on"].to_string();
    assert!(
        rests_on.contains("was chosen for it") && rests_on.contains("the cheapest with room is"),
        "{rests_on}"
    );
}
