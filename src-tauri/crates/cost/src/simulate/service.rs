//! How long calls take: as recorded, or as a theory supposes. Init and handler of a cold call are drawn together, as
//! they were recorded together.

use super::sampler::Table;
use crate::{random::one_minus_exp, usage::Bin};

/// A thousand days: longer times are cut to this.
pub(super) const LONGEST_US: u64 = 1_000 * 24 * 3_600 * 1_000_000;

/// Recorded warm calls of one handler time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarmTime {
    pub handler_us: u64,
    pub count: u64,
}

/// Recorded cold calls of one pair of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColdTime {
    /// Everything from the call to its handler: queue, spawn, boot and init of the new instance.
    pub init_us: u64,
    pub handler_us: u64,
    pub count: u64,
}

impl WarmTime {
    fn cut(self) -> Self {
        Self { handler_us: self.handler_us.min(LONGEST_US), ..self }
    }
}

impl ColdTime {
    fn cut(self) -> Self {
        let (init_us, handler_us) = (self.init_us.min(LONGEST_US), self.handler_us.min(LONGEST_US));
        Self { init_us, handler_us, ..self }
    }
}

/// What an instance is and what a call takes of it, for the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    pub memory_mb: u32,
    /// Thousandths; the plan's default where it is left out.
    pub vcpu_milli: Option<u32>,
    /// Mean CPU time of one call.
    pub cpu_us: u64,
}

/// How long calls take and what they use.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub(super) times: Times,
    pub footprint: Footprint,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Times {
    Drawn {
        warm: Table<WarmTime>,
        cold: Table<ColdTime>,
    },
    Exponential {
        mean_us: u64,
        init_us: u64,
    },
    /// The first call's times are the first, and so on.
    InOrder {
        calls: Vec<ColdTime>,
        cold: Table<ColdTime>,
    },
}

/// There is nothing to draw from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no call was recorded that says how long calls take")]
pub struct NoService;

impl Service {
    /// Every call the same.
    pub fn constant(handler_us: u64, init_us: u64, footprint: Footprint) -> Self {
        let warm = Table::new(vec![WarmTime { handler_us, count: 1 }.cut()]);
        let cold = Table::new(vec![ColdTime { init_us, handler_us, count: 1 }.cut()]);
        Self { times: Times::Drawn { warm, cold }, footprint }
    }

    /// Handler times exponentially distributed, init always the same: what queueing theory supposes.
    pub fn exponential(mean_us: u64, init_us: u64, footprint: Footprint) -> Self {
        let (mean_us, init_us) = (mean_us.min(LONGEST_US), init_us.min(LONGEST_US));
        Self { times: Times::Exponential { mean_us, init_us }, footprint }
    }

    /// As often as each was recorded. Without a cold call on record a cold one is drawn as a warm one without init, and
    /// the other way round.
    ///
    /// # Errors
    /// [`NoService`] where no call was recorded at all.
    pub fn recorded(
        warm: Vec<WarmTime>,
        cold: Vec<ColdTime>,
        footprint: Footprint,
    ) -> Result<Self, NoService> {
        let mut warm: Vec<_> = warm.into_iter().filter(|time| time.count > 0).map(WarmTime::cut).collect();
        let mut cold: Vec<_> = cold.into_iter().filter(|time| time.count > 0).map(ColdTime::cut).collect();
        if warm.is_empty() {
            warm = cold
                .iter()
                .map(|&ColdTime { handler_us, count, .. }| WarmTime { handler_us, count })
                .collect();
        }
        if cold.is_empty() {
            let without = |&WarmTime { handler_us, count }| ColdTime { init_us: 0, handler_us, count };
            cold = warm.iter().map(without).collect();
        }
        if warm.is_empty() {
            return Err(NoService);
        }
        Ok(Self { times: Times::Drawn { warm: Table::new(warm), cold: Table::new(cold) }, footprint })
    }

    /// From the histogram that roll-ups keep. A whole millisecond stands for its middle.
    ///
    /// # Errors
    /// [`NoService`] where the bins are empty.
    pub fn from_bins(bins: &[Bin], footprint: Footprint) -> Result<Self, NoService> {
        let middle = |ms: u64| ms.saturating_mul(1_000).saturating_sub(500);
        let (mut warm, mut cold) = (Vec::new(), Vec::new());
        for bin in bins {
            let (handler_us, count) = (middle(bin.handler_ms), bin.count);
            if bin.init_handler_ms > bin.handler_ms {
                let init_us = (bin.init_handler_ms - bin.handler_ms).saturating_mul(1_000);
                cold.push(ColdTime { init_us, handler_us, count });
            } else {
                warm.push(WarmTime { handler_us, count });
            }
        }
        Self::recorded(warm, cold, footprint)
    }

    /// The n-th call takes the n-th time; for replaying a record call by call. Calls beyond begin again. One that was
    /// cold has its own init where it is cold again, one that was warm (an init of 0) that of another.
    ///
    /// # Errors
    /// [`NoService`] where there is no time.
    pub fn in_order(calls: Vec<ColdTime>, footprint: Footprint) -> Result<Self, NoService> {
        let calls: Vec<_> = calls.into_iter().map(ColdTime::cut).collect();
        let mut cold: Vec<_> =
            calls.iter().copied().filter(|time| time.init_us > 0 && time.count > 0).collect();
        if cold.is_empty() {
            cold.push(ColdTime { init_us: 0, handler_us: 0, count: 1 });
        }
        if calls.is_empty() {
            return Err(NoService);
        }
        Ok(Self { times: Times::InOrder { calls, cold: Table::new(cold) }, footprint })
    }

    /// No cold call was recorded: its init is not known and taken for nothing.
    pub(super) fn has_init(&self) -> bool {
        match &self.times {
            Times::Drawn { cold, .. } | Times::InOrder { cold, .. } => {
                cold.rows.iter().any(|row| row.init_us > 0)
            }
            Times::Exponential { init_us, .. } => *init_us > 0,
        }
    }

    pub(super) fn mean_handler_us(&self) -> f64 {
        match &self.times {
            Times::Drawn { warm, .. } => mean(warm.rows.iter().map(|row| (row.handler_us, row.count))),
            Times::Exponential { mean_us, .. } => *mean_us as f64,
            Times::InOrder { calls, .. } => mean(calls.iter().map(|call| (call.handler_us, 1))),
        }
    }

    pub(super) fn mean_init_us(&self) -> f64 {
        match &self.times {
            Times::Drawn { cold, .. } | Times::InOrder { cold, .. } => {
                mean(cold.rows.iter().map(|row| (row.init_us, row.count)))
            }
            Times::Exponential { init_us, .. } => *init_us as f64,
        }
    }

    /// Where calls come one after the other at equal distances: of how many are under way when one comes, the mean and
    /// the variance. Each that came so many distances ago is with the chance that a call takes longer than those.
    pub(super) fn under_way(&self, gap_us: f64) -> (f64, f64) {
        let longer = |us: f64| match &self.times {
            Times::Exponential { mean_us, .. } => 1.0 - one_minus_exp(us / (*mean_us as f64).max(1.0)),
            Times::Drawn { warm, .. } => {
                share_longer(warm.rows.iter().map(|row| (row.handler_us, row.count)), us)
            }
            Times::InOrder { calls, .. } => share_longer(calls.iter().map(|call| (call.handler_us, 1)), us),
        };
        let many = (self.longest_warm_us() as f64 / gap_us.max(1e-3)).floor();
        let step = (many / MOST_STEPS).ceil().max(1.0);
        let (mut mean, mut variance, mut ago) = (0.0, 0.0, 1.0);
        while ago <= many {
            let share = longer((ago + (step - 1.0) / 2.0) * gap_us);
            let these = step.min(many - ago + 1.0);
            mean += these * share;
            variance += these * share * (1.0 - share);
            ago += step;
        }
        (mean, variance)
    }

    /// Times of a cold call, and which share of the cold calls has them.
    pub(super) fn cold_times(&self) -> Vec<(ColdTime, f64)> {
        match &self.times {
            Times::Drawn { cold, .. } | Times::InOrder { cold, .. } => {
                let all: f64 = cold.rows.iter().map(|row| row.count as f64).sum();
                cold.rows.iter().map(|row| (*row, row.count as f64 / all)).collect()
            }
            Times::Exponential { mean_us, init_us } => {
                vec![(ColdTime { init_us: *init_us, handler_us: *mean_us, count: 1 }, 1.0)]
            }
        }
    }

    /// The longest call of an instance that is there already.
    pub(super) fn longest_warm_us(&self) -> u64 {
        match &self.times {
            Times::Drawn { warm, .. } => warm.rows.iter().map(|row| row.handler_us).max().unwrap_or(0),
            Times::Exponential { mean_us, .. } => mean_us.saturating_mul(10),
            Times::InOrder { .. } => self.longest_handler_us(),
        }
    }

    /// The longest handler time that is given or recorded; none is where times are exponential.
    pub(super) fn longest_handler_us(&self) -> u64 {
        match &self.times {
            Times::Drawn { warm, cold } => {
                let warm = warm.rows.iter().map(|row| row.handler_us);
                warm.chain(cold.rows.iter().map(|row| row.handler_us)).max().unwrap_or(0)
            }
            Times::Exponential { .. } => 0,
            Times::InOrder { calls, .. } => calls.iter().map(|call| call.handler_us).max().unwrap_or(0),
        }
    }

    /// The longest call there may be, cold.
    pub(super) fn longest_us(&self) -> u64 {
        match &self.times {
            Times::Drawn { warm, cold } => {
                let warm = warm.rows.iter().map(|row| row.handler_us).max();
                let cold = cold.rows.iter().map(|row| row.handler_us.saturating_add(row.init_us)).max();
                warm.max(cold).unwrap_or(0)
            }
            Times::Exponential { mean_us, init_us } => mean_us.saturating_mul(10).saturating_add(*init_us),
            Times::InOrder { calls, cold } => {
                let init = cold.rows.iter().map(|row| row.init_us).max().unwrap_or(0);
                let longest = calls.iter().map(|call| call.handler_us).max().unwrap_or(0);
                longest.saturating_add(init)
            }
        }
    }
}

/// Calls under way at once are added up in at most so many steps.
const MOST_STEPS: f64 = 500.0;

/// Of calls of these times and counts.
fn share_longer(times: impl Iterator<Item = (u64, u64)>, than_us: f64) -> f64 {
    let (longer, all) = times.fold((0.0, 0.0), |(longer, all), (us, count)| {
        let count = count as f64;
        (longer + if us as f64 > than_us { count } else { 0.0 }, all + count)
    });
    if all > 0.0 { longer / all } else { 0.0 }
}

fn mean(times: impl Iterator<Item = (u64, u64)>) -> f64 {
    let (sum, count) = times
        .fold((0.0, 0.0), |(sum, count), (us, many)| (sum + us as f64 * many as f64, count + many as f64));
    if count > 0.0 { sum / count } else { 0.0 }
}
