//! One function's share of the recorded traffic, in the terms that prices and machines take.

use coldframe_cost::{Bin, Decimal, Part};
use coldframe_store::{Figures, RollUp};

/// Peak memory is kept in steps of this many megabytes.
const STEP_MB: u64 = 128;

/// What was recorded of one function.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    pub name: String,
    /// Whose contract its code is written for.
    pub provider: String,
    pub language: String,
    pub runtime: String,
    pub figures: Figures,
    pub bins: Vec<Bin>,
    /// The largest it was given.
    pub memory_mb: u32,
    /// The longest its calls could take.
    pub timeout_ms: u64,
}

impl Work {
    pub(super) fn add(&mut self, roll_up: &RollUp) {
        self.figures.merge(&roll_up.figures);
        self.bins.extend(roll_up_bins(roll_up));
        self.memory_mb = roll_up.key.memory_mb.max(self.memory_mb);
        self.timeout_ms = roll_up.key.timeout_ms.max(self.timeout_ms);
    }

    /// Together with another: what is simulated as one where there are many.
    pub(super) fn join(&mut self, other: &Self) {
        self.figures.merge(&other.figures);
        self.bins.extend(&other.bins);
        self.memory_mb = self.memory_mb.max(other.memory_mb);
    }

    pub(super) fn calls(&self) -> u64 {
        self.figures.counts.ran()
    }

    /// User and system CPU of one call, milliseconds; its whole time where nothing is known.
    pub(super) fn cpu_ms(&self) -> Decimal {
        let sums = &self.figures.sums;
        if sums.cpu_known == 0 {
            return self.handler_ms();
        }
        mean_ms(sums.cpu_user_us + sums.cpu_system_us, sums.cpu_known)
    }

    pub(super) fn handler_ms(&self) -> Decimal {
        mean_ms(self.figures.sums.handler_us, self.calls())
    }

    /// What of its time a call computes; over 1 where several cores work at once.
    pub(super) fn cpu_share(&self) -> f64 {
        let handler_ms = self.handler_ms();
        if handler_ms.is_zero() {
            return 1.0;
        }
        (self.cpu_ms() / handler_ms).try_into().unwrap_or(1.0)
    }

    /// Its own module code, milliseconds: the mean of the cold starts, of reloads where there was none.
    pub(super) fn import_ms(&self) -> f64 {
        let sums = &self.figures.sums;
        match (sums.cold, sums.reloaded) {
            (0, 0) => 0.0,
            (0, reloaded) => sums.reload_init_us as f64 / 1000.0 / reloaded as f64,
            (cold, _) => sums.init_us as f64 / 1000.0 / cold as f64,
        }
    }

    /// From the start of its process until it is ready, milliseconds: boot and import.
    pub(super) fn start_ms(&self) -> f64 {
        let sums = &self.figures.sums;
        match sums.cold {
            0 => self.import_ms(),
            cold => (sums.boot_us + sums.init_us) as f64 / 1000.0 / cold as f64,
        }
    }

    pub(super) fn peak_memory_mb(&self) -> Option<Decimal> {
        let sums = &self.figures.sums;
        (sums.memory_known > 0).then(|| Decimal::from(sums.memory_peak_kb) / Decimal::from(1024))
    }

    /// Its calls as a machine would feel them, `speed` times as fast in what they compute. What was not measured is taken
    /// at its most: the whole handler time as CPU, the configured memory as used.
    pub(super) fn part(&self, speed: Decimal) -> Part {
        let (handler_ms, here_ms) = (self.handler_ms(), self.cpu_ms());
        let cpu_ms = here_ms / speed;
        let waiting_ms = (handler_ms - here_ms).max(Decimal::ZERO);
        Part {
            calls_per_month: self.calls().into(),
            cpu_ms,
            handler_ms: if here_ms > handler_ms { handler_ms / speed } else { waiting_ms + cpu_ms },
            memory_mb: self.peak_memory_mb().unwrap_or_else(|| self.memory_mb.into()),
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
        observed_mb: (usage.memory_steps > 0)
            .then(|| u32::try_from(usage.memory_steps * STEP_MB).unwrap_or(u32::MAX)),
        count,
    })
}

fn mean_ms(sum_us: i64, of: u64) -> Decimal {
    if of == 0 {
        return Decimal::ZERO;
    }
    Decimal::from(sum_us) / Decimal::ONE_THOUSAND / Decimal::from(of)
}
