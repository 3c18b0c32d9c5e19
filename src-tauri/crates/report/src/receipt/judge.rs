//! One metric of two sides: what became of it, and how much of that is noise.

use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedWhat};

use super::ranks::{compare, median, sorted};

/// Fewer of each side can claim nothing: each half has to stand by itself, and of six against six chance alone puts all
/// on one side once in a thousand times.
const FEWEST: usize = 12;
/// Noise beyond this part of the figure says nothing of the figure.
const USELESS: f64 = 0.6;
/// Unless it is no more than so many times what anybody would care for.
const SMALL: f64 = 5.0;

/// A smaller difference is none, however sure: a part of what it was, and an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Least {
    pub part: f64,
    pub amount: f64,
}

impl Least {
    pub(super) fn of(self, before: f64) -> f64 {
        (self.part * before.abs()).max(self.amount)
    }
}

/// Milliseconds and MiB. Two copies of the same files differ by a percent or two, by where they lie.
pub fn least(what: CheckedWhat) -> Least {
    match what {
        CheckedWhat::ColdP50 | CheckedWhat::Init | CheckedWhat::StartCpu => Least { part: 0.05, amount: 2.0 },
        CheckedWhat::ColdP95 => Least { part: 0.10, amount: 4.0 },
        CheckedWhat::Warm | CheckedWhat::CallCpu => Least { part: 0.05, amount: 0.2 },
        CheckedWhat::Memory => Least { part: 0.03, amount: 1.0 },
    }
}

/// Samples of both sides in the order they were taken; of all metrics here less is better. `None` without a sample of
/// now.
pub fn judge(what: CheckedWhat, before: &[f64], now: &[f64]) -> Option<CheckedMetric> {
    let shown = median(&sorted(now))?;
    let mut metric = CheckedMetric {
        metric: what,
        before: None,
        now: shown,
        change: None,
        band: None,
        verdict: CheckVerdict::Alone,
        samples: count(now.len()),
        more: 0,
    };
    let Some(all) = compare(before, now) else { return Some(metric) };
    let was = median(&sorted(before))?;
    let smallest = least(what).of(was);
    let band = smallest.max(all.within);
    let samples = before.len().min(now.len());
    metric.before = Some(was);
    metric.change = Some(all.shift);
    metric.band = Some(band);
    metric.samples = count(samples);
    metric.verdict = match samples {
        few if few < FEWEST => {
            metric.more = count(FEWEST - few);
            CheckVerdict::TooFew
        }
        _ if claimed(what, before, now) => {
            metric.band = Some(smallest.max(all.towards_none.min(all.shift.abs())));
            worse_if(all.shift > 0.0)
        }
        _ if band > USELESS * was.abs() && band > SMALL * smallest => {
            metric.more = more(samples, band, (USELESS * was.abs()).max(SMALL * smallest));
            CheckVerdict::TooFew
        }
        _ => {
            // A difference that was seen and not claimed is within what would not be.
            metric.band = Some(band.max(all.shift.abs()));
            CheckVerdict::Unchanged
        }
    };
    Some(metric)
}

/// Both halves say it, each by itself, and so do all together.
fn claimed(what: CheckedWhat, before: &[f64], now: &[f64]) -> bool {
    let (first, second) = (before.split_at(before.len() / 2), now.split_at(now.len() / 2));
    let parts = [(before, now), (first.0, second.0), (first.1, second.1)];
    let shifts: Vec<f64> = parts.iter().map_while(|(before, now)| change(what, before, now)).collect();
    shifts.len() == parts.len() && shifts.windows(2).all(|pair| (pair[0] > 0.0) == (pair[1] > 0.0))
}

/// The shift, if it is one.
fn change(what: CheckedWhat, before: &[f64], now: &[f64]) -> Option<f64> {
    let compared = compare(before, now)?;
    let was = median(&sorted(before))?;
    (compared.apart && compared.shift.abs() >= least(what).of(was)).then_some(compared.shift)
}

/// Whether more samples could turn what is seen into a claim, or into none.
pub(super) fn is_open(what: CheckedWhat, before: &[f64], now: &[f64]) -> bool {
    let Some(metric) = judge(what, before, now) else { return false };
    let seen =
        metric.change.zip(metric.before).is_some_and(|(change, was)| change.abs() >= least(what).of(was));
    match metric.verdict {
        CheckVerdict::TooFew => true,
        CheckVerdict::Unchanged => seen,
        CheckVerdict::Worse | CheckVerdict::Better | CheckVerdict::Alone => false,
    }
}

pub(super) fn worse_if(worse: bool) -> CheckVerdict {
    if worse { CheckVerdict::Worse } else { CheckVerdict::Better }
}

/// A band shrinks with the root of the number of samples.
fn more(samples: usize, band: f64, wanted: f64) -> u32 {
    let times = (band / wanted.max(f64::MIN_POSITIVE)).powi(2);
    let more = (samples as f64 * (times - 1.0)).ceil().max(1.0);
    more.min(1e6) as u32
}

pub(super) fn count(samples: usize) -> u32 {
    u32::try_from(samples).unwrap_or(u32::MAX)
}
