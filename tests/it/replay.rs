//! The simulator against what really happened: calls whose overlaps are exact because the test holds and releases each,
//! recorded by the running host and simulated again from the record.

use std::{path::Path, sync::Arc};

use coldframe_cost::{Beyond, ColdTime, Footprint, Options, Rule, Service, Simulation, Traffic, simulate};
use coldframe_testkit::{Answer, Host, Project, eventually, run};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::serve;

const GATED: &str = "\
import pathlib, time

def lambda_handler(event, context):
    gate = pathlib.Path(event['gate'])
    gate.with_suffix('.running').touch()
    while not gate.with_suffix('.go').exists():
        time.sleep(0.002)
    return 'through'
";

const SETTINGS: &str = "[functions.gated]\nconcurrency = 3\ntimeout_seconds = 60\nidle_seconds = 1\n";

/// A call under way that waits at its gate.
struct Held {
    gate: std::path::PathBuf,
    answer: JoinHandle<Answer>,
}

impl Held {
    /// Returns when its handler runs.
    async fn call(host: &Arc<Host>, gates: &TempDir, name: &str) -> Self {
        let gate = gates.path().join(name);
        let answer = {
            let (host, event) = (Arc::clone(host), json!({"gate": gate.display().to_string()}));
            tokio::spawn(async move { host.invoke("gated", &event).await })
        };
        let running = gate.with_extension("running");
        eventually("the call runs", async || running.exists().then_some(())).await;
        Self { gate, answer }
    }

    async fn release(self) {
        std::fs::write(self.gate.with_extension("go"), "").expect("a file of our own");
        assert_eq!(self.answer.await.expect("an answer").status, 200);
    }
}

async fn idle(host: &Host, many: usize) {
    eventually("so many are idle", async || {
        let function = host.function("gated").await;
        let instances = function["pool"]["instances"].as_array()?;
        (instances.iter().filter(|one| one["state"] == "idle").count() == many).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replayed_calls_start_the_instances_that_were_recorded() {
    let project = Project::new().python("gated", GATED).with("coldframe.toml", SETTINGS);
    let host = Arc::new(serve(&project));
    let gates = tempfile::tempdir().expect("a temporary folder");
    let call = async |name: &str| Held::call(&host, &gates, name).await;
    // Two at once, a third that finds one of them idle, a fourth beside both, and no place for a fifth.
    let (one, two) = (call("one").await, call("two").await);
    one.release().await;
    idle(&host, 1).await;
    let (three, four) = (call("three").await, call("four").await);
    assert_eq!(host.invoke("gated", &json!({"gate": "none"})).await.status, 429);
    for held in [two, three, four] {
        held.release().await;
    }
    // The one most recently used takes the next; the idle time ends all.
    call("five").await.release().await;
    eventually("the pool is at zero", async || {
        (host.function("gated").await["state"] == "at_zero").then_some(())
    })
    .await;
    let (six, seven) = (call("six").await, call("seven").await);
    six.release().await;
    seven.release().await;

    let printed = run(
        Path::new(env!("CARGO_BIN_EXE_coldframe")),
        &["invocations", "--json", "--data-dir", &host.data_dir().display().to_string()],
        project.path(),
        &[],
        "",
    );
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let mut rows = printed.json().as_array().expect("a list").clone();
    rows.reverse();
    let cold = rows.iter().filter(|row| row["cold"] == true).count() as u64;
    let instances: std::collections::HashSet<&str> =
        rows.iter().filter_map(|row| row["instance"].as_str()).collect();
    assert_eq!(
        (rows.len(), instances.len() as u64),
        (8, cold),
        "each instance was started for a call: {rows:#?}"
    );

    let replayed = replay(&rows, &host.function("gated").await["pool"]);
    assert_eq!((replayed.totals.calls, replayed.totals.throttled), (8, 1));
    assert!(replayed.totals.cold.abs_diff(cold) <= 1, "{} cold, {cold} recorded", replayed.totals.cold);
    assert!(
        replayed.totals.started.abs_diff(instances.len() as u64) <= 1,
        "{} instances, {} recorded",
        replayed.totals.started,
        instances.len()
    );
    assert_eq!(replayed.peak_instances(), 3, "as many as the limit");
}

/// The recorded calls again: each when it came, each as long as it took, on the function's own rule.
fn replay(rows: &[Value], pool: &Value) -> Simulation {
    let us = |row: &Value, field: &str| (row[field].as_f64().expect("milliseconds") * 1e3).round() as u64;
    let times: Vec<u64> =
        rows.iter().map(|row| since_the_month_began(row["started_at"].as_str().expect("a time"))).collect();
    let first = times.iter().copied().min().expect("a call");
    let mut arrivals: Vec<u64> = times.iter().map(|at| at - first).collect();
    assert!(arrivals.is_sorted(), "{arrivals:?}");
    let served: Vec<&Value> = rows.iter().filter(|row| row["status"] == "ok").collect();
    let calls = served.iter().map(|row| {
        let before = ["queue_ms", "build_ms", "spawn_ms", "boot_ms", "init_ms"].map(|field| us(row, field));
        let init_us = if row["cold"] == true { before.iter().sum() } else { 0 };
        ColdTime { init_us, handler_us: us(row, "handler_ms") + us(row, "overhead_ms"), count: 1 }
    });
    let calls = calls.collect();
    let footprint = Footprint { memory_mb: 128, vcpu_milli: None, cpu_us: 0 };
    let service = Service::in_order(calls, footprint).expect("calls were served");
    let length_us = arrivals.last().map_or(0, |last| last + 60_000_000);
    let rule = Rule {
        idle_us: pool["idle_ms"].as_u64().expect("milliseconds") * 1_000,
        limit: pool["concurrency"].as_u64(),
        beyond: Beyond::Throttle,
        ..Rule::default()
    };
    simulate(
        &Traffic::recorded(std::mem::take(&mut arrivals), length_us),
        &service,
        &rule,
        Options::seeded(1),
    )
}

/// Microseconds since the month began: `2026-11-01T09:30:01.25Z` is a day, 9 h 30 min and 1.25 s.
fn since_the_month_began(text: &str) -> u64 {
    let (date, clock) = text.trim_end_matches('Z').split_once('T').expect("RFC 3339");
    let parts: Vec<f64> = clock.split(':').map(|part| part.parse().expect("a number")).collect();
    let day: u64 = date.rsplit('-').next().and_then(|day| day.parse().ok()).expect("a day");
    day * 86_400_000_000 + ((parts[0] * 3600.0 + parts[1] * 60.0 + parts[2]) * 1e6).round() as u64
}
