//! The same calls to both sides, from nothing: how long they take, and what cold starts do to the slowest.

use coldframe_protocol::{LoadFigures, LoadLatency, RowResult, Side};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, result, time},
};

/// So many calls, and a few more, are sent.
const CALLS: f64 = 110.0;
/// Calls a second, and of a core that a side is kept busy with: both run on this machine.
const RATES: (f64, f64) = (5.0, 40.0);
const BUSY: f64 = 0.6;
/// One in a thousand cannot be told from fewer.
const FOR_P999: u64 = 1_000;
const FOR_P99: u64 = 100;
/// Closer than this is the same.
const ALIKE: f64 = 1.1;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    let handler_s = stage.call().await.well()?.served.map_or(0.01, |served| served.handler.as_secs_f64());
    let rate = (BUSY / handler_s.max(0.001)).clamp(RATES.0, RATES.1);
    stage.empty_pool().await?;
    let found = stage.traffic(rate, CALLS / rate, async { Ok(()) }).await?;
    let pool = &found.run.figures;
    let twin = found.run.twin.as_ref().map(|twin| &twin.figures);
    let Some((twin, (of_pool, of_twin))) =
        twin.and_then(|twin| Some((twin, pool.latency.as_ref().zip(twin.latency.as_ref())?)))
    else {
        return Err(failed(
            "no call was answered on both sides",
            "choose an event that the function answers",
        ));
    };
    let calls = answered(pool).min(answered(twin));
    let p99 = |latency: &LoadLatency| {
        if calls >= FOR_P99 { time(latency.p99_ms) } else { "too few calls".to_owned() }
    };
    let p999 = |latency: &LoadLatency| {
        if calls >= FOR_P999 { time(latency.p999_ms) } else { "too few calls".to_owned() }
    };
    let better = match of_pool.p99_ms / of_twin.p99_ms.max(0.001) {
        _ if calls < FOR_P99 => None,
        ratio if ratio > ALIKE => Some(Side::AlwaysOn),
        ratio if ratio < 1.0 / ALIKE => Some(Side::Serverless),
        _ => None,
    };
    let figure = |latency: &LoadLatency| format!("{} · {}", time(latency.p50_ms), p99(latency));
    Ok(RowResult {
        better,
        details: vec![
            detail("calls answered", count(answered(pool)), count(answered(twin))),
            detail("cold starts among them", count(pool.cold), "none"),
            detail("half of them within", time(of_pool.p50_ms), time(of_twin.p50_ms)),
            detail("90 of 100 within", time(of_pool.p90_ms), time(of_twin.p90_ms)),
            detail("99 of 100 within", p99(of_pool), p99(of_twin)),
            detail("999 of 1,000 within", p999(of_pool), p999(of_twin)),
            detail("the slowest", time(of_pool.max_ms), time(of_twin.max_ms)),
        ],
        too_few: (calls < FOR_P999).then(|| {
            format!(
                "{} more calls for 999 of 1,000: the Load page sends as many as you like to both sides",
                count(FOR_P999 - calls)
            )
        }),
        rests_on: found.rests_on.clone(),
        ..result(
            (&figure(of_pool), "half within · 99 of 100 within, from nothing"),
            (&figure(of_twin), "half within · 99 of 100 within"),
            &format!(
                "Half of the calls took {} and {}; the slowest {} and {}, for {} of the pool's waited for a new instance.",
                time(of_pool.p50_ms),
                time(of_twin.p50_ms),
                time(of_pool.max_ms),
                time(of_twin.max_ms),
                count(pool.cold)
            ),
        )
    })
}

fn answered(figures: &LoadFigures) -> u64 {
    figures.ok + figures.errors
}
