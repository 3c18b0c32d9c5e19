//! What a projection rests on: the recorded calls, how long they took to come, and what one of them uses.

use std::collections::BTreeMap;

use coldframe_cost::{Bin, Decimal, Load, Metered, Part, Plan, Usage};
use coldframe_protocol::CostBasis;
use coldframe_store::{Figures, RollUp};

/// Fewer calls than this are not called a month.
pub(crate) const ENOUGH_CALLS: u64 = 200;
/// Nor is a shorter time.
pub(crate) const ENOUGH_MINUTES: f64 = 10.0;
/// The busiest minute over the mean minute, where the record cannot tell.
const ASSUMED_PEAK: u32 = 4;
/// Calls that are no traffic: what a person did to look at the function, not what its callers did.
pub(super) const NOT_TRAFFIC: [&str; 3] = ["load_test", "replay", "reload_check"];

/// Everything about the recorded traffic that prices depend on.
#[derive(Debug)]
pub(crate) struct Basis {
    pub calls: u64,
    pub minutes: f64,
    pub figures: Figures,
    pub bins: Vec<Bin>,
    pub load: Load,
    /// The peak factor is the record's, not an assumption.
    pub peak_recorded: bool,
    /// Calls whose CPU time is known.
    pub cpu_known: u64,
}

impl Basis {
    /// `roll_ups`: one span of time each, of any key; `busiest_minute`: its calls; `minutes`: how long the record is.
    pub(crate) fn new(roll_ups: &[RollUp], busiest_minute: u64, minutes: f64) -> Self {
        let mut functions = BTreeMap::<i64, (Figures, u32)>::new();
        let mut figures = Figures::default();
        let mut bins = Vec::new();
        for roll_up in roll_ups.iter().filter(|roll_up| !NOT_TRAFFIC.contains(&roll_up.key.trigger.as_str()))
        {
            figures.merge(&roll_up.figures);
            bins.extend(roll_up_bins(roll_up));
            let (of_function, memory_mb) = functions.entry(roll_up.key.function_id).or_default();
            of_function.merge(&roll_up.figures);
            *memory_mb = roll_up.key.memory_mb.max(*memory_mb);
        }
        let calls = figures.counts.ran();
        let peak_recorded = calls >= ENOUGH_CALLS && minutes >= ENOUGH_MINUTES;
        let peak_factor = if peak_recorded {
            let mean =
                Decimal::from(calls) / Decimal::try_from(minutes).unwrap_or(Decimal::ONE).max(Decimal::ONE);
            (Decimal::from(busiest_minute) / mean).max(Decimal::ONE)
        } else {
            Decimal::from(ASSUMED_PEAK)
        };
        let parts = functions
            .values()
            .filter(|(figures, _)| figures.counts.ran() > 0)
            .map(|(figures, memory_mb)| part(figures, *memory_mb))
            .collect();
        Self {
            calls,
            minutes,
            cpu_known: figures.sums.cpu_known,
            figures,
            bins,
            load: Load { parts, peak_factor },
            peak_recorded,
        }
    }

    /// Enough calls over enough time to be scaled to a month.
    pub(crate) fn enough(&self) -> bool {
        self.calls >= ENOUGH_CALLS && self.minutes >= ENOUGH_MINUTES
    }

    /// Calls a month if it goes on like this.
    pub(crate) fn projected(&self, hours_per_month: Decimal) -> Option<u64> {
        if !self.enough() {
            return None;
        }
        let minutes = Decimal::try_from(self.minutes).ok()?;
        let month = Decimal::from(self.calls) * hours_per_month * Decimal::from(60) / minutes;
        month.round().try_into().ok()
    }

    /// What the plan's meter counted of the recorded calls.
    pub(crate) fn metered(&self, plan: &Plan) -> Metered {
        plan.measure(&Usage::calls(self.bins.iter().copied()))
    }

    pub(crate) fn to_wire(&self, calls_per_month: Option<u64>) -> CostBasis {
        let sums = &self.figures.sums;
        let mean = |sum: i64, of: u64| (of > 0).then(|| crate::wording::ms(sum) / of as f64);
        CostBasis {
            recorded_calls: self.calls,
            recorded_minutes: self.minutes,
            enough: self.enough(),
            calls_per_month,
            mean_handler_ms: mean(sums.handler_us, self.calls),
            mean_cpu_ms: mean(sums.cpu_user_us + sums.cpu_system_us, sums.cpu_known),
            peak_memory_mb: (sums.memory_known > 0).then(|| crate::wording::mb(sums.memory_peak_kb)),
            cold_percent: (self.calls > 0).then(|| 100.0 * sums.cold as f64 / self.calls as f64),
        }
    }
}

/// The roll-up's exact histogram in the meter's terms.
pub(crate) fn roll_up_bins(roll_up: &RollUp) -> impl Iterator<Item = Bin> {
    let memory_mb = roll_up.key.memory_mb;
    roll_up.figures.usage.iter().map(move |(usage, count)| Bin {
        handler_ms: usage.handler_ms,
        // 0 says that it was no cold start; one whose handler took no time is a cold start all the same.
        init_handler_ms: usage.cold_ms.max(usage.handler_ms),
        memory_mb,
        observed_mb: None,
        count,
    })
}

/// One function's calls as a machine would feel them. What was not measured is taken at its most: the whole handler
/// time as CPU, the configured memory as used.
fn part(figures: &Figures, memory_mb: u32) -> Part {
    let sums = &figures.sums;
    let calls = figures.counts.ran();
    let handler_ms = mean_ms(sums.handler_us, calls);
    Part {
        calls_per_month: calls.into(),
        cpu_ms: if sums.cpu_known == 0 {
            handler_ms
        } else {
            mean_ms(sums.cpu_user_us + sums.cpu_system_us, sums.cpu_known)
        },
        handler_ms,
        memory_mb: if sums.memory_known == 0 {
            memory_mb.into()
        } else {
            Decimal::from(sums.memory_peak_kb) / Decimal::from(1024)
        },
    }
}

fn mean_ms(sum_us: i64, of: u64) -> Decimal {
    Decimal::from(sum_us) / Decimal::from(1000) / Decimal::from(of)
}
