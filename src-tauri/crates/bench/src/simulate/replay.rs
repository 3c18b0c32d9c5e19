//! A real load run, and the same calls simulated from its record: how many instances and cold starts either has.

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use coldframe_cost::{ColdTime, Footprint, Options, Rule, Service, Shape, Simulation, Traffic, simulate};
use coldframe_testkit::{Host, HostBuilder, Project, eventually};
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::figures::Figures;

/// Calls come at random for so long, and an instance is gone soon: about every second call is cold.
const SECONDS: u64 = 60;
const CALLS: u64 = 600;
const IDLE_MS: u64 = 120;
const SEED: u64 = 1;

const FUNCTION: &str = "import time\n\ndef lambda_handler(event, context):\n    time.sleep(event['ms'] / 1000)\n    return 'done'\n";

pub(crate) async fn measure(coldframe: Option<&Path>, figures: &mut Figures) -> Result<()> {
    let coldframe = coldframe.context("no binary to measure\nhint: run `cargo xtask bench`")?;
    let project = Project::new().python("paced", FUNCTION);
    let host = Arc::new(HostBuilder::new(coldframe, project.path()).start());
    let id = host.function("paced").await["id"].clone();
    // The first call finds out what the pool is.
    host.invoke("paced", &json!({"ms": 1})).await;
    host.rpc("set_pool", json!({"function": id, "idle_ms": IDLE_MS})).await;
    eventually("the pool is at zero", async || {
        (host.function("paced").await["state"] == "at_zero").then_some(())
    })
    .await;
    let before = host.invocations().await.len();
    run(&host).await?;
    let mut rows = host.invocations().await;
    rows.truncate(rows.len() - before);
    rows.reverse();
    let pool = host.function("paced").await["pool"].clone();

    let cold = rows.iter().filter(|row| row["cold"] == true).count() as f64;
    let instances: HashSet<&str> = rows.iter().filter_map(|row| row["instance"].as_str()).collect();
    let instances = instances.len() as f64;
    let replayed = replay(&rows, &pool)?;
    let off = |simulated: u64, recorded: f64| (simulated as f64 / recorded - 1.0).abs() * 100.0;
    figures.put("replay_recorded_cold_starts", cold);
    figures.put("replay_cold_starts_off_percent", off(replayed.totals.cold, cold));
    figures.put("replay_instances_off_percent", off(replayed.totals.started, instances));
    println!(
        "  a load run of {} calls in {SECONDS} s: {cold} cold, {instances} instances; simulated from the record {} and {}",
        rows.len(),
        replayed.totals.cold,
        replayed.totals.started
    );
    Ok(())
}

/// Poisson arrivals, whoever is still under way.
async fn run(host: &Arc<Host>) -> Result<()> {
    let traffic = Traffic { shape: Shape::Poisson, requests: CALLS, length_us: SECONDS * 1_000_000 };
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    for (number, at) in (0_u64..).zip(traffic.arrivals(SEED)) {
        sleep_until(begun + Duration::from_micros(at)).await;
        let host = Arc::clone(host);
        calls.spawn(async move { host.invoke("paced", &json!({"ms": 20 + number * 37 % 100})).await.status });
    }
    let statuses = calls.join_all().await;
    ensure!(statuses.iter().all(|status| *status == 200), "not every call was served: {statuses:?}");
    Ok(())
}

/// The recorded calls again: each when it came, each as long as it took, on the pool's own rule.
fn replay(rows: &[Value], pool: &Value) -> Result<Simulation> {
    let us = |row: &Value, field: &str| (row[field].as_f64().unwrap_or(0.0) * 1e3).round() as u64;
    let mut calls = Vec::new();
    for row in rows {
        calls.push((instant_us(row["started_at"].as_str().unwrap_or_default())?, row));
    }
    calls.sort_by_key(|(at, _)| *at);
    let first = calls.first().context("nothing was recorded")?.0;
    let arrivals: Vec<u64> = calls.iter().map(|(at, _)| at - first).collect();
    let times = calls.iter().map(|(_, row)| {
        let before = ["queue_ms", "build_ms", "spawn_ms", "boot_ms", "init_ms"].map(|field| us(row, field));
        let init_us = if row["cold"] == true { before.iter().sum() } else { 0 };
        ColdTime { init_us, handler_us: us(row, "handler_ms") + us(row, "overhead_ms"), count: 1 }
    });
    let footprint = Footprint { memory_mb: 128, vcpu_milli: None, cpu_us: 0 };
    let service = Service::in_order(times.collect(), footprint)?;
    let rule = Rule {
        idle_us: pool["idle_ms"].as_u64().context("a pool without an idle time")? * 1_000,
        limit: pool["concurrency"].as_u64(),
        ..Rule::default()
    };
    let length_us = arrivals.last().map_or(0, |last| last + 60_000_000);
    Ok(simulate(&Traffic::recorded(arrivals, length_us), &service, &rule, Options::seeded(SEED)))
}

/// Microseconds since the month began: `2026-11-01T09:30:01.25Z` is a day, 9 h 30 min and 1.25 s.
fn instant_us(text: &str) -> Result<u64> {
    let (date, clock) = text.trim_end_matches('Z').split_once('T').context("a time without its T")?;
    let day: u64 = date.rsplit('-').next().unwrap_or_default().parse()?;
    let mut seconds = 0.0;
    for part in clock.split(':') {
        seconds = seconds * 60.0 + part.parse::<f64>()?;
    }
    Ok(day * 86_400_000_000 + (seconds * 1e6).round() as u64)
}
