//! The same calls to both sides, from nothing: how long they take, and what cold starts do to the slowest. Where this
//! machine could not send them all, nothing is said of which side is the better one.

use coldframe_protocol::{LoadFigures, LoadLatency, RowResult, Side};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, result, time},
};

/// So many calls, and a few more, are sent.
const CALLS: f64 = 110.0;
/// Calls a second: of those that wait for the first instance only so many may, on a machine that is busy, too. And of a core that a side is kept busy with: both run on this machine.
const RATES: (f64, f64) = (5.0, 15.0);
const BUSY: f64 = 0.6;
/// One in a thousand cannot be told from fewer.
const FOR_P999: u64 = 1_000;
const FOR_P99: u64 = 100;
/// One in so many may be left unsent, and the rest is still what was to be compared.
const FEW: u64 = 50;
/// Closer than this is the same.
const ALIKE: f64 = 1.1;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    let handler_s = stage.call().await.well()?.served.map_or(0.01, |served| served.handler.as_secs_f64());
    let rate = (BUSY / handler_s.max(0.001)).clamp(RATES.0, RATES.1);
    stage.empty_pool().await?;
    let found = stage.traffic(rate, CALLS / rate, async { Ok(()) }).await?;
    let twin = found.run.twin.as_ref().map(|twin| &twin.figures);
    told(&found.run.figures, twin, &found.rests_on)
}

fn told(pool: &LoadFigures, twin: Option<&LoadFigures>, rests_on: &[String]) -> Result<RowResult> {
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
    let rests_on = rests_on.to_vec();
    if pool.dropped > pool.due / FEW {
        return Ok(unsent(pool, of_pool, of_twin, rests_on));
    }
    let figure = |latency: &LoadLatency| match p99(latency) {
        p99 if calls >= FOR_P99 => format!("p50 {} · p99 {p99}", time(latency.p50_ms)),
        _ => format!("p50 {}", time(latency.p50_ms)),
    };
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
        rests_on,
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

/// Both sides had the same calls, but not those that were to be compared.
fn unsent(
    pool: &LoadFigures,
    of_pool: &LoadLatency,
    of_twin: &LoadLatency,
    rests_on: Vec<String>,
) -> RowResult {
    let (dropped, due) = (count(pool.dropped), count(pool.due));
    let sent = format!("{} of {due} sent", count(pool.sent));
    RowResult {
        details: vec![
            detail("not sent, to either side", dropped.clone(), dropped.clone()),
            detail("half of those sent within", time(of_pool.p50_ms), time(of_twin.p50_ms)),
            detail("the slowest of them", time(of_pool.max_ms), time(of_twin.max_ms)),
        ],
        hint: Some("end what else keeps this machine busy and do it again, or choose an event that is more work: its calls come more slowly".to_owned()),
        rests_on,
        ..result(
            (&sent, "nothing to compare"),
            (&sent, "nothing to compare"),
            &format!(
                "{dropped} of {due} calls were sent to neither side, because this machine could not start instances as fast as they came: those that were left are not compared."
            ),
        )
    }
}

fn answered(figures: &LoadFigures) -> u64 {
    figures.ok + figures.errors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(due: u64, dropped: u64, p99_ms: f64) -> LoadFigures {
        let latency =
            LoadLatency { mean_ms: 2.0, p50_ms: 2.0, p90_ms: 3.0, p99_ms, p999_ms: p99_ms, max_ms: p99_ms };
        let sent = due - dropped;
        LoadFigures { due, dropped, sent, ok: sent, latency: Some(latency), ..LoadFigures::default() }
    }

    #[test]
    fn nothing_is_claimed_where_more_than_a_few_calls_were_not_sent() {
        let told = |dropped| {
            let (pool, twin) = (figures(110, dropped, 300.0), figures(110, dropped, 3.0));
            told(&pool, Some(&twin), &[]).unwrap()
        };
        let whole = told(2);
        assert_eq!(whole.better, Some(Side::AlwaysOn));
        assert_eq!(whole.serverless.figure, "p50 2.0 ms · p99 300 ms");
        let torn = told(44);
        assert_eq!((torn.better, torn.serverless.figure.as_str()), (None, "66 of 110 sent"));
        assert!(torn.sentence.starts_with("44 of 110 calls were sent to neither side"), "{}", torn.sentence);
        assert!(torn.hint.is_some() && !torn.sentence.contains("Half of the calls"));
    }
}
