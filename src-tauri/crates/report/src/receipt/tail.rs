//! The slow end of cold starts. Twenty samples hold one that is beyond the 95th percentile, so it is not tested by
//! itself: it moves with the middle, or the slowest ten of all belong to one side; and further than both are spread.

use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedWhat};

use super::{
    judge::{count, least, worse_if},
    ranks::sorted,
};

const FEWEST: usize = 20;
const SLOWEST: usize = 10;
/// That all of them are of one side is a chance of 1 in 2000, if nothing differs.
const CHANCE: f64 = 0.0006;

/// `middle`: what became of the median. `None` without a sample of now.
pub(super) fn judge(before: &[f64], now: &[f64], middle: CheckVerdict) -> Option<CheckedMetric> {
    let what = CheckedWhat::ColdP95;
    let slow = p95(now)?;
    let mut metric = CheckedMetric {
        metric: what,
        before: None,
        now: slow,
        change: None,
        band: None,
        verdict: CheckVerdict::Alone,
        samples: count(now.len()),
        more: 0,
    };
    let Some(was) = p95(before) else { return Some(metric) };
    let samples = before.len().min(now.len());
    let change = slow - was;
    let smallest = least(what).of(was);
    let band = smallest.max(spread(before) + spread(now));
    metric.before = Some(was);
    metric.change = Some(change);
    metric.band = Some(band);
    metric.samples = count(samples);
    let along = middle == worse_if(change > 0.0);
    let tail = if change > 0.0 { chance(before, now) } else { chance(now, before) };
    metric.verdict = if samples < FEWEST {
        metric.more = count(FEWEST - samples);
        CheckVerdict::TooFew
    } else if change.abs() < band {
        CheckVerdict::Unchanged
    } else if along || tail <= CHANCE {
        worse_if(change > 0.0)
    } else {
        // Further than it is spread, and nothing else says so.
        metric.more = count(FEWEST);
        CheckVerdict::TooFew
    };
    Some(metric)
}

/// By the nearest rank.
pub(super) fn p95(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let rank = (sorted.len() as f64 * 0.95).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// How far the slow end is known: from the slowest down to the sample that the 95th percentile is above, but for a chance
/// of 1 in 2000.
fn spread(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let n = sorted.len();
    let slower = |k: usize| (ways(n, k) + k as f64 * 0.05_f64.ln() + (n - k) as f64 * 0.95_f64.ln()).exp();
    // The chance that so many or more are beyond it.
    let mut beyond = 0.0;
    let rare = (0..=n).rev().take_while(|k| {
        beyond += slower(*k);
        beyond <= 0.0005
    });
    let from = rare.count().saturating_sub(1);
    let (Some(last), Some(from)) = (sorted.last(), sorted.get(from)) else { return 0.0 };
    last - from
}

/// The chance that so many of the slowest are `now`'s if nothing differs (Fisher's exact test).
fn chance(before: &[f64], now: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = before.iter().map(|value| (*value, false)).collect();
    all.extend(now.iter().map(|value| (*value, true)));
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    let slowest = SLOWEST.min(all.len());
    let seen = all[..slowest].iter().filter(|(_, is_now)| *is_now).count();
    (seen..=slowest.min(now.len())).map(|k| drawn(k, slowest, now.len(), all.len())).sum()
}

/// Of `all`, of which `marked` are marked, `drawn` are taken: the chance that exactly `k` of them are marked.
fn drawn(k: usize, drawn: usize, marked: usize, all: usize) -> f64 {
    let unmarked = all - marked;
    if k > marked || drawn - k > unmarked {
        return 0.0;
    }
    (ways(marked, k) + ways(unmarked, drawn - k) - ways(all, drawn)).exp()
}

/// The logarithm of how many choices of `k` out of `n` there are.
fn ways(n: usize, k: usize) -> f64 {
    (0..k.min(n)).map(|step| ((n - step) as f64 / (step + 1) as f64).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank() {
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(p95(&twenty), Some(19.0));
        assert_eq!((p95(&[5.0]), p95(&[])), (Some(5.0), None));
    }

    #[test]
    fn the_slow_end_is_known_to_a_quarter_of_twenty() {
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        // 6 of 20 beyond it are a chance of 3 in 10,000, 5 of 2.6 in 1000.
        assert_eq!((spread(&twenty), spread(&[])), (5.0, 0.0));
    }

    #[test]
    fn chances_add_up_to_one() {
        let sum: f64 = (0..=10).map(|k| drawn(k, 10, 20, 40)).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        assert!(
            drawn(10, 10, 20, 40) < CHANCE && drawn(10, 10, 40, 80) < CHANCE,
            "all on one side is no chance"
        );
        assert!(drawn(9, 10, 20, 40) > CHANCE, "nine may be");
    }

    #[test]
    fn a_start_in_three_that_stalls_is_told_though_the_middle_stays() {
        let even: Vec<f64> = (0..40).map(|n| 100.0 + f64::from(n % 7)).collect();
        let stalls = even.iter().enumerate().map(|(n, value)| if n % 3 == 0 { value + 80.0 } else { *value });
        let stalls: Vec<f64> = stalls.collect();
        let told = |before, now| judge(before, now, CheckVerdict::Unchanged).unwrap();
        assert_eq!(told(&even, &stalls).verdict, CheckVerdict::Worse);
        assert_eq!(told(&stalls, &even).verdict, CheckVerdict::Better);
        assert_eq!(told(&even, &even).verdict, CheckVerdict::Unchanged);
        let few = told(&even[..8], &stalls[..8]);
        assert_eq!((few.verdict, few.more), (CheckVerdict::TooFew, 12));
    }

    #[test]
    fn it_moves_with_the_middle_but_for_a_burst_that_leaves_it_open() {
        let mut before: Vec<f64> = (0..20).map(|n| 100.0 + f64::from(n)).collect();
        let now: Vec<f64> = before.iter().map(|value| value + 60.0).collect();
        assert_eq!(judge(&before, &now, CheckVerdict::Worse).unwrap().verdict, CheckVerdict::Worse);
        before[3] = 900.0;
        let open = judge(&before, &now, CheckVerdict::Worse).unwrap();
        assert_eq!(open.verdict, CheckVerdict::Unchanged, "{open:?}");
        assert!(open.change.unwrap().abs() <= open.band.unwrap(), "{open:?}");
    }
}
