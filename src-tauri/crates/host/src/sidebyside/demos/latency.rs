//! The same calls to both sides, from nothing: how long they take, and what cold starts do to the slowest. Where this
//! machine could not send them all there is nothing to compare, and the row comes to nothing.

use coldframe_protocol::{LoadDetail, LoadFigures, LoadLatency, RowResult, Side};

use crate::sidebyside::{
    stage::{Failed, Result, Stage, failed},
    words::{count, detail, result, time},
};

/// So many calls, and a few more, are sent.
const CALLS: f64 = 110.0;
/// Calls a second: of those that wait for the first instance only so many may, on a machine that is busy, too. And of a core that a side is kept busy with: both run on this machine.
const RATES: (f64, f64) = (5.0, 15.0);
const BUSY: f64 = 0.6;
/// So many times slower it is tried again where this machine is too busy with something else to send as fast.
const SLOWER: [f64; 2] = [2.0, 4.0];
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
    let mut found = send(stage, rate).await?;
    for slower in SLOWER {
        if sent(&found.run.figures) {
            break;
        }
        found = send(stage, rate / slower).await?;
    }
    let twin = found.run.twin.as_ref().map(|twin| &twin.figures);
    told(&found.run.figures, twin, &found.rests_on)
}

async fn send(stage: &Stage<'_>, rate: f64) -> Result<LoadDetail> {
    stage.empty_pool().await?;
    stage.traffic(rate, CALLS / rate, async { Ok(()) }).await
}

/// All but a few.
fn sent(figures: &LoadFigures) -> bool {
    figures.dropped <= figures.due / FEW
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
    if !sent(pool) {
        return Err(unsent(pool));
    }
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
    let mut rests_on = rests_on.to_vec();
    if (FOR_P99..FOR_P999).contains(&calls) {
        rests_on.push(format!(
            "{} calls are enough for 99 of 100, and {} too few for 999 of 1,000: the Load page sends as many as you like to \
             both sides",
            count(calls),
            count(FOR_P999 - calls)
        ));
    }
    let figure = |latency: &LoadLatency| match p99(latency) {
        p99 if calls >= FOR_P99 => format!("p50 {} · p99 {p99}", time(latency.p50_ms)),
        _ => format!("p50 {}", time(latency.p50_ms)),
    };
    Ok(RowResult {
        better,
        details: vec![
            detail("calls answered", count(answered(pool)), count(answered(twin))),
            detail("failed, timed out or refused", count(lost(pool)), count(lost(twin))),
            detail("cold starts among them", count(pool.cold), "none"),
            detail("half of them within", time(of_pool.p50_ms), time(of_twin.p50_ms)),
            detail("90 of 100 within", time(of_pool.p90_ms), time(of_twin.p90_ms)),
            detail("99 of 100 within", p99(of_pool), p99(of_twin)),
            detail("999 of 1,000 within", p999(of_pool), p999(of_twin)),
            detail("the slowest", time(of_pool.max_ms), time(of_twin.max_ms)),
        ],
        too_few: (calls < FOR_P99).then(|| format!("{} more for 99 of 100", count(FOR_P99 - calls))),
        rests_on,
        ..result(
            (&figure(of_pool), "half within · 99 of 100 within, from nothing"),
            (&figure(of_twin), "half within · 99 of 100 within"),
            &format!(
                "Half of the calls were answered within {} on serverless and {} on always-on. The slowest took {} on \
                 serverless, where {} of them waited for a new instance, and {} on always-on.{}",
                time(of_pool.p50_ms),
                time(of_twin.p50_ms),
                time(of_pool.max_ms),
                count(pool.cold),
                time(of_twin.max_ms),
                troubles(pool, twin)
            ),
        )
    })
}

/// Both sides had the same calls, but not those that were to be compared.
fn unsent(pool: &LoadFigures) -> Failed {
    failed(
        format!(
            "{} of {} calls were sent to neither side, because this machine could not start instances as fast as they \
             came: what is left is not compared",
            count(pool.dropped),
            count(pool.due)
        ),
        "end what else keeps this machine busy and do it again, or choose an event that is more work: its calls come more slowly",
    )
}

/// What did not go well of what was sent, where anything did not.
fn troubles(pool: &LoadFigures, twin: &LoadFigures) -> String {
    match (lost(pool), lost(twin)) {
        (0, 0) => String::new(),
        (of_pool, of_twin) => format!(
            " Calls that failed, timed out or were refused: {} on serverless, {} on always-on.",
            count(of_pool),
            count(of_twin)
        ),
    }
}

fn lost(figures: &LoadFigures) -> u64 {
    figures.errors + figures.throttled + figures.unfinished
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
    fn a_run_that_could_not_send_its_calls_comes_to_nothing() {
        let told = |dropped| {
            let (pool, twin) = (figures(110, dropped, 300.0), figures(110, dropped, 3.0));
            told(&pool, Some(&twin), &[])
        };
        let whole = told(2).unwrap();
        assert_eq!(whole.better, Some(Side::AlwaysOn));
        assert_eq!(whole.serverless.figure, "p50 2.0 ms · p99 300 ms");
        assert!(whole.sentence.contains("within 2.0 ms on serverless"), "{}", whole.sentence);
        let torn = told(44).unwrap_err().error;
        assert!(torn.message.starts_with("44 of 110 calls were sent to neither side"), "{}", torn.message);
        assert!(torn.hint.is_some());
    }

    #[test]
    fn what_too_few_calls_say_is_no_claim() {
        let told = |due| told(&figures(due, 0, 300.0), Some(&figures(due, 0, 3.0)), &[]).unwrap();
        let few = told(60);
        assert_eq!((few.better, few.too_few.as_deref()), (None, Some("40 more for 99 of 100")));
        let enough = told(110);
        assert_eq!((enough.better, enough.too_few), (Some(Side::AlwaysOn), None));
        assert!(enough.rests_on.iter().any(|said| said.contains("890 too few for 999 of 1,000")));
    }

    #[test]
    fn calls_that_did_not_go_well_are_mentioned_where_there_were_any() {
        let well = figures(110, 0, 3.0);
        let said = |pool: &LoadFigures| told(pool, Some(&well), &[]).unwrap().sentence;
        assert!(!said(&well).contains("failed"));
        let ill = LoadFigures { ok: 106, errors: 3, unfinished: 1, ..figures(110, 0, 3.0) };
        assert!(
            said(&ill).ends_with("failed, timed out or were refused: 4 on serverless, 0 on always-on."),
            "{}",
            said(&ill)
        );
    }
}
