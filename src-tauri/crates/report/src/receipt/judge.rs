//! One metric of two sides: what became of it, and how much of that is noise.

use coldframe_protocol::{CheckVerdict, CheckedMetric, CheckedWhat};

use super::ranks::{Compared, compare, median, sorted};

/// Fewer of each side can claim nothing: no order of theirs is as rare as is asked for. Of these, taken in turn, one is:
/// that all of now are beyond all of before, in the first five and in the other three, is a chance of 1 in 2520.
pub const FEWEST: u32 = 8;
/// So many rounds are near each other.
const NEAR: usize = 5;
/// A half shows a change if at least this part of it is seen there.
const SHOWN: f64 = 1.0 / 3.0;
/// Two copies of the same files differ a little by where they lie: by so much of what nobody cares for.
const ALIKE: f64 = 0.5;
/// Noise beyond this part of the figure says nothing of the figure.
const USELESS: f64 = 0.8;
/// Unless it is no more than so many times what anybody would care for.
const SMALL: f64 = 7.0;

/// A smaller difference is none, however sure: a part of what it was, and an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Least {
    pub part: f64,
    pub amount: f64,
}

impl Least {
    pub fn of(self, before: f64) -> f64 {
        (self.part * before.abs()).max(self.amount)
    }
}

/// Milliseconds and MiB.
pub fn least(what: CheckedWhat) -> Least {
    match what {
        CheckedWhat::ColdP50 | CheckedWhat::Init | CheckedWhat::StartCpu => Least { part: 0.05, amount: 2.0 },
        CheckedWhat::ColdP95 => Least { part: 0.10, amount: 4.0 },
        CheckedWhat::Warm | CheckedWhat::CallCpu => Least { part: 0.05, amount: 0.2 },
        CheckedWhat::Memory => Least { part: 0.03, amount: 1.0 },
    }
}

/// How the samples of both sides were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Round by round, one of either: those of the same few rounds belong together.
    InTurn,
    /// Each side by itself.
    Apart,
}

impl Taken {
    fn compare(self, before: &[f64], now: &[f64]) -> Option<Compared> {
        match self {
            Self::Apart => compare(before, now, usize::MAX),
            Self::InTurn => compare(before, now, NEAR),
        }
    }
}

/// Samples of both sides in the order they were taken; of all metrics here less is better. `None` without a sample of
/// now. The band is of the noise alone, and at least what nobody cares for; whatever is said of the change does not move it.
pub fn judge(what: CheckedWhat, before: &[f64], now: &[f64], taken: Taken) -> Option<CheckedMetric> {
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
    let Some(all) = taken.compare(before, now) else { return Some(metric) };
    let was = median(&sorted(before))?;
    let smallest = least(what).of(was);
    let band = smallest.max(all.noise + ALIKE * smallest);
    let samples = before.len().min(now.len());
    metric.before = Some(was);
    metric.change = Some(all.shift);
    metric.band = Some(band);
    metric.samples = count(samples);
    let told = all.shift.abs() > band;
    metric.verdict = match samples {
        few if few < FEWEST as usize => {
            metric.more = FEWEST - metric.samples;
            CheckVerdict::TooFew
        }
        _ if told && both_halves(all.shift, before, now, taken) => worse_if(all.shift > 0.0),
        // Seen in one half: more may show whether it stays.
        _ if told => {
            metric.more = FEWEST.max(metric.samples / 2);
            CheckVerdict::TooFew
        }
        _ if band > USELESS * was.abs() && band > SMALL * smallest => {
            metric.more = more(samples, band, (USELESS * was.abs()).max(SMALL * smallest));
            CheckVerdict::TooFew
        }
        _ => CheckVerdict::Unchanged,
    };
    Some(metric)
}

/// What is seen in all is no burst in some.
fn both_halves(shift: f64, before: &[f64], now: &[f64], taken: Taken) -> bool {
    let (first, second) = (before.split_at(before.len() / 2), now.split_at(now.len() / 2));
    let shown = SHOWN * shift.abs();
    [(first.0, second.0), (first.1, second.1)].into_iter().all(|(before, now)| {
        taken.compare(before, now).is_some_and(|half| half.shift * shift.signum() >= shown)
    })
}

/// What is said so far, where more samples could turn it into a claim, or into none.
pub(super) fn open(what: CheckedWhat, before: &[f64], now: &[f64]) -> Option<CheckVerdict> {
    let metric = judge(what, before, now, Taken::InTurn)?;
    let seen =
        metric.change.zip(metric.before).is_some_and(|(change, was)| change.abs() >= least(what).of(was));
    let open = match metric.verdict {
        CheckVerdict::TooFew => true,
        CheckVerdict::Unchanged => seen,
        CheckVerdict::Worse | CheckVerdict::Better | CheckVerdict::Alone => false,
    };
    open.then_some(metric.verdict)
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
