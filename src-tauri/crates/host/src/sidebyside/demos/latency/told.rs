//! What the calls of both sides come to.

use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedWhat, LoadFigures, RowResult, Side};
use coldframe_report::receipt::{Taken, judge};

use super::sent;
use crate::sidebyside::{
    stage::{Failed, Result, failed},
    words::{count, detail, result, time},
};

/// One in a hundred cannot be told from fewer: of them the slow end is by its place.
const FOR_P99: u64 = 500;
/// Closer than this the slow end is the same.
const ALIKE: f64 = 1.1;

/// Milliseconds on either side, in the order they were taken, one of each in turn.
#[derive(Debug, Default)]
pub(super) struct Both {
    pub(super) pool: Vec<f64>,
    pub(super) twin: Vec<f64>,
}

impl Both {
    fn judged(&self, what: CheckedWhat) -> Option<CheckedMetric> {
        judge(what, &self.twin, &self.pool, Taken::InTurn)
    }
}

pub(super) struct Measured<'a> {
    pub(super) pool: &'a LoadFigures,
    pub(super) twin: Option<&'a LoadFigures>,
    pub(super) halves: Both,
    pub(super) firsts: Both,
    /// Calls a second at which they were sent before, and not all could be.
    pub(super) given_up: Vec<f64>,
}

pub(super) fn told(measured: &Measured<'_>, rests_on: &[String]) -> Result<RowResult> {
    let pool = measured.pool;
    let Some((twin, (of_pool, of_twin))) =
        measured.twin.and_then(|twin| Some((twin, pool.latency.as_ref().zip(twin.latency.as_ref())?)))
    else {
        return Err(failed(
            "no call was answered on both sides",
            "choose an event that the function answers",
        ));
    };
    if !sent(pool) {
        return Err(unsent(pool));
    }
    let halves = measured.halves.judged(CheckedWhat::Warm);
    let firsts = measured.firsts.judged(CheckedWhat::ColdP50);
    let calls = answered(pool).min(answered(twin));
    let slow = if calls >= FOR_P99 { further(of_pool.p99_ms, of_twin.p99_ms) } else { None };
    let claims = [better(halves.as_ref()), better(firsts.as_ref())];
    let sides = [claims[0], claims[1], slow];
    let apart = sides.contains(&Some(Side::Serverless)) && sides.contains(&Some(Side::AlwaysOn));
    let better = if apart { None } else { claims.into_iter().flatten().next() };
    let few = |metric: &Option<CheckedMetric>| {
        metric.as_ref().is_none_or(|one| one.verdict == CheckVerdict::TooFew)
    };
    let too_few = better.is_none() && !apart && few(&halves) && few(&firsts);
    let first = firsts.as_ref().and_then(|metric| Some((metric.now, metric.before?)));
    let mut details = vec![
        detail("calls answered", count(answered(pool)), count(answered(twin))),
        detail("failed, timed out or refused", count(lost(pool)), count(lost(twin))),
        detail("cold starts among them", count(pool.cold), "none"),
        detail("half of them within", time(of_pool.p50_ms), time(of_twin.p50_ms)),
        detail("90 of 100 within", time(of_pool.p90_ms), time(of_twin.p90_ms)),
        detail(&slow_end(calls), time(of_pool.p99_ms), time(of_twin.p99_ms)),
        detail("the slowest", time(of_pool.max_ms), time(of_twin.max_ms)),
    ];
    let each = measured.firsts.pool.len();
    if let Some((of_pool, of_twin)) = first {
        details.push(detail(
            &format!("a call from nothing, the middle of {each}"),
            time(of_pool),
            time(of_twin),
        ));
    }
    let mut rests_on = rests_on.to_vec();
    rests_on.push(
        "a side is better where the difference is beyond what chance may make of it, one time in 2,000: of the medians of every \
         half second, and of calls from nothing, made in turn with calls of the resident process"
            .to_owned(),
    );
    if calls < FOR_P99 {
        rests_on.push(format!(
            "{} calls are too few for 99 of 100: the Load page sends as many as you like to both sides",
            count(calls)
        ));
    }
    let from_nothing =
        first.map_or_else(String::new, |(of_pool, _)| format!(" · from nothing {}", time(of_pool)));
    Ok(RowResult {
        better,
        details,
        too_few: too_few.then(|| "what was measured may be chance".to_owned()),
        rests_on,
        ..result(
            (
                &format!("p50 {}{from_nothing}", time(of_pool.p50_ms)),
                "half of the calls within · a call from nothing",
            ),
            (&format!("p50 {}", time(of_twin.p50_ms)), "half of the calls within, and none from nothing"),
            &format!(
                "Half of the calls were answered within {} on serverless and {} on always-on. {}The slowest took {} on \
                 serverless, where {} of them waited for a new instance, and {} on always-on.{}{}{}",
                time(of_pool.p50_ms),
                time(of_twin.p50_ms),
                first.map_or_else(String::new, |(of_pool, of_twin)| format!(
                    "From nothing a call took {} on serverless; the resident process answered in {}. ",
                    time(of_pool),
                    time(of_twin)
                )),
                time(of_pool.max_ms),
                count(pool.cold),
                time(of_twin.max_ms),
                if apart { " They point different ways: neither side is better here." } else { "" },
                troubles(pool, twin),
                slower(&measured.given_up)
            ),
        )
    })
}

/// Beyond the noise.
fn better(metric: Option<&CheckedMetric>) -> Option<Side> {
    match metric?.verdict {
        CheckVerdict::Worse => Some(Side::AlwaysOn),
        CheckVerdict::Better => Some(Side::Serverless),
        CheckVerdict::Unchanged | CheckVerdict::TooFew | CheckVerdict::Alone => None,
    }
}

fn further(pool_ms: f64, twin_ms: f64) -> Option<Side> {
    match pool_ms / twin_ms.max(0.001) {
        ratio if ratio > ALIKE => Some(Side::AlwaysOn),
        ratio if ratio < 1.0 / ALIKE => Some(Side::Serverless),
        _ => None,
    }
}

/// What the 99th percentile of so many is: of a few hundred one of the slowest.
fn slow_end(calls: u64) -> String {
    const PLACES: [&str; 5] =
        ["the slowest", "the second slowest", "the third slowest", "the fourth slowest", "the fifth slowest"];
    let place = calls - (calls * 99).div_ceil(100);
    match usize::try_from(place).ok().and_then(|place| PLACES.get(place)) {
        Some(place) if calls < FOR_P99 => format!("{place} of {}", count(calls)),
        _ => "99 of 100 within".to_owned(),
    }
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

/// That it is not the first that was sent, and where the others are.
fn slower(given_up: &[f64]) -> String {
    let Some(first) = given_up.first() else { return String::new() };
    format!(
        " They were sent slower than at first: {first:.0} calls a second were more than this machine could take beside what \
         else it does. Those calls are in the record and on the meters, and not in these figures."
    )
}

fn lost(figures: &LoadFigures) -> u64 {
    figures.errors + figures.throttled + figures.unfinished
}

fn answered(figures: &LoadFigures) -> u64 {
    figures.ok + figures.errors
}

#[cfg(test)]
mod tests {
    use coldframe_protocol::LoadLatency;

    use super::*;

    fn figures(due: u64, dropped: u64, p99_ms: f64) -> LoadFigures {
        let latency =
            LoadLatency { mean_ms: 2.0, p50_ms: 2.0, p90_ms: 3.0, p99_ms, p999_ms: p99_ms, max_ms: p99_ms };
        let sent = due - dropped;
        LoadFigures { due, dropped, sent, ok: sent, latency: Some(latency), ..LoadFigures::default() }
    }

    /// Samples about a figure, spread by an eighth.
    fn about(ms: f64, each: u32) -> Vec<f64> {
        (0..each).map(|n| ms * (0.94 + f64::from(n * 7 % 13) / 100.0)).collect()
    }

    fn both(pool: f64, twin: f64, each: u32) -> Both {
        let mut twin = about(twin, each);
        twin.reverse();
        Both { pool: about(pool, each), twin }
    }

    fn row(pool: &LoadFigures, twin: &LoadFigures, halves: Both, firsts: Both) -> Result<RowResult> {
        told(&Measured { pool, twin: Some(twin), halves, firsts, given_up: Vec::new() }, &[])
    }

    #[test]
    fn a_run_that_could_not_send_its_calls_comes_to_nothing() {
        let told = |dropped| {
            let (pool, twin) = (figures(110, dropped, 300.0), figures(110, dropped, 3.0));
            row(&pool, &twin, both(2.0, 2.0, 20), both(150.0, 3.0, 8))
        };
        let whole = told(2).unwrap();
        assert_eq!(whole.better, Some(Side::AlwaysOn));
        assert!(
            whole.serverless.figure.starts_with("p50 2.0 ms · from nothing 1"),
            "{}",
            whole.serverless.figure
        );
        assert!(whole.sentence.contains("within 2.0 ms on serverless"), "{}", whole.sentence);
        let torn = told(44).unwrap_err().error;
        assert!(torn.message.starts_with("44 of 110 calls were sent to neither side"), "{}", torn.message);
        assert!(torn.hint.is_some());
    }

    #[test]
    fn a_side_is_better_beyond_the_noise_only() {
        let run = |p99: [f64; 2], halves, firsts| {
            row(&figures(110, 0, p99[0]), &figures(110, 0, p99[1]), halves, firsts).unwrap()
        };
        let (alike, apart) = (|| both(52.0, 52.0, 20), || both(150.0, 52.0, 8));
        // Whichever call happens to be the second slowest.
        for p99 in [[266.0, 345.0], [345.0, 266.0]] {
            let found = run(p99, alike(), both(53.0, 52.0, 8));
            assert_eq!((found.better, &found.too_few), (None, &None), "{}", found.sentence);
            assert_eq!(run(p99, alike(), apart()).better, Some(Side::AlwaysOn));
        }
        let ways = run([9.0, 9.0], both(20.0, 52.0, 20), apart());
        assert_eq!(ways.better, None);
        assert!(ways.sentence.contains("They point different ways"), "{}", ways.sentence);
        let few = run([9.0, 9.0], both(52.0, 52.0, 4), both(150.0, 52.0, 3));
        assert!(few.better.is_none() && few.too_few.is_some(), "{}", few.sentence);
    }

    #[test]
    fn calls_that_came_too_fast_at_first_are_mentioned_though_they_do_not_count() {
        assert_eq!(slower(&[]), "");
        let said = slower(&[8.7, 4.3]);
        assert!(said.contains("9 calls a second were more") && said.contains("in the record"), "{said}");
    }

    #[test]
    fn the_slow_end_of_few_calls_is_told_by_its_place() {
        assert_eq!(slow_end(110), "the second slowest of 110");
        assert_eq!(
            (slow_end(60), slow_end(499)),
            ("the slowest of 60".into(), "the fifth slowest of 499".into())
        );
        assert_eq!(slow_end(500), "99 of 100 within");
        let of = |calls| {
            let (pool, twin) = (figures(calls, 0, 3.0), figures(calls, 0, 300.0));
            row(&pool, &twin, both(2.0, 2.0, 20), both(150.0, 3.0, 8)).unwrap().better
        };
        assert_eq!((of(110), of(600)), (Some(Side::AlwaysOn), None), "of enough calls it counts");
    }

    #[test]
    fn calls_that_did_not_go_well_are_mentioned_where_there_were_any() {
        let well = figures(110, 0, 3.0);
        let said =
            |pool: &LoadFigures| row(pool, &well, both(2.0, 2.0, 20), both(9.0, 2.0, 8)).unwrap().sentence;
        assert!(!said(&well).contains("failed"));
        let ill = LoadFigures { ok: 106, errors: 3, unfinished: 1, ..figures(110, 0, 3.0) };
        assert!(
            said(&ill).ends_with("failed, timed out or were refused: 4 on serverless, 0 on always-on."),
            "{}",
            said(&ill)
        );
    }
}
