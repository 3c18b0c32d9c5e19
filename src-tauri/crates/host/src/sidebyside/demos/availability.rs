//! A process of each side is killed while calls come: what their callers see, and for how long.

use std::time::Duration;

use coldframe_protocol::{Commands as _, FunctionId, KillInstance, LoadFigures, RowResult, Side};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, result, time},
};

const RATE: f64 = 10.0;
const SECONDS: f64 = 3.0;
/// Until the processes die.
const BEFORE: Duration = Duration::from_millis(1_000);

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let before = stage.twin().await?;
    stage.call().await.well()?;
    let detail_of = stage.traffic(RATE, SECONDS, kill(stage)).await?;
    let Some(resident) = detail_of.run.twin.as_ref() else {
        return Err(failed("the traffic did not reach the resident process", "try it again"));
    };
    let after = stage.host.twin(FunctionId { function: stage.id() }).await?;
    let down_ms = after.down_ms - before.down_ms;
    let (pool, twin) = (&detail_of.run.figures, &resident.figures);
    let slowest = |figures: &LoadFigures| {
        figures.latency.as_ref().map_or_else(|| "none".to_owned(), |latency| time(latency.max_ms))
    };
    let (pool_lost, twin_lost) = (lost(pool), lost(twin));
    let down = if down_ms > 0.0 { time(down_ms) } else { "0 ms".to_owned() };
    let better = match pool_lost.cmp(&twin_lost) {
        std::cmp::Ordering::Less => Some(Side::Serverless),
        std::cmp::Ordering::Greater => Some(Side::AlwaysOn),
        std::cmp::Ordering::Equal if down_ms > 0.0 => Some(Side::Serverless),
        std::cmp::Ordering::Equal => None,
    };
    let processes = before.processes.len();
    Ok(RowResult {
        better,
        details: vec![
            detail("calls", count(pool.sent), count(twin.sent)),
            detail("failed or turned away", count(pool_lost), count(twin_lost)),
            detail("nobody was there", "0 ms", down.clone()),
            detail("slowest answer", slowest(pool), slowest(twin)),
            detail("killed", "1 instance", format!("1 of {processes} process{}", if processes == 1 { "" } else { "es" })),
        ],
        rests_on: vec![
            format!("{RATE:.0} calls a second for {SECONDS:.0} s to both sides, a process of each killed after {:.1} s", BEFORE.as_secs_f64()),
            "the resident process is started anew at once, on a machine that is well: one that died would first have to be noticed, and another booted (see the sourced figure and \"Provisioning\")".to_owned(),
            "a call that ran on a killed process fails on both sides; nobody tries it again here".to_owned(),
        ],
        ..result(
            (&plural(pool_lost), "failed when an instance was killed; a new one took the next"),
            (&plural(twin_lost), &format!("failed, and nobody was there for {down}")),
            &format!("Killing an instance cost its callers {}; killing the resident process {} and {down} without anybody.", plural(pool_lost), plural(twin_lost)),
        )
    })
}

fn lost(figures: &LoadFigures) -> u64 {
    figures.errors + figures.throttled + figures.unfinished
}

fn plural(calls: u64) -> String {
    if calls == 1 { "1 call".to_owned() } else { format!("{} calls", count(calls)) }
}

/// One process of each side, after a while.
async fn kill(stage: &Stage<'_>) -> Result<()> {
    tokio::time::sleep(BEFORE).await;
    let function = stage.id();
    let pool =
        stage.engine.function_status(function).and_then(|status| status.instances.first().map(|one| one.id));
    let twin = stage.host.twin(FunctionId { function }).await?.processes.first().map(|one| one.id);
    for instance in [pool, twin].into_iter().flatten() {
        // One that has just ended by itself is as good as killed.
        let _ = stage.host.kill_instance(KillInstance { function, instance }).await;
    }
    Ok(())
}
