//! What a plan's rounding is worth: the share of a price that is paid for time and memory nobody used.

use crate::{
    book::Plan,
    money::Usd,
    simulate::Simulation,
    size::{Choice, Sizing},
    usage::{Bin, Usage},
};
use rust_decimal::Decimal;

impl Plan {
    /// What a millisecond more of a call costs, computing all the time, at list price and without rounding.
    pub fn usd_per_ms(&self, memory_mb: u32) -> Usd {
        const LONG_MS: u64 = 1_000_000;
        let exact = Self { meter: self.meter.without_rounding(), ..self.clone() };
        let price = |ms: u64| {
            let bin = Bin {
                handler_ms: ms,
                init_handler_ms: ms,
                memory_mb,
                observed_mb: Some(memory_mb),
                count: 1,
            };
            let usage = Usage { cpu_us: u128::from(ms) * 1_000, ..Usage::calls([bin]) };
            exact.list_price(&exact.measure(&usage))
        };
        (price(2 * LONG_MS) - price(LONG_MS)) * (Decimal::ONE / Decimal::from(LONG_MS))
    }

    /// At list price, of this usage: steps and minimums of time beyond whole milliseconds, and steps of memory where what
    /// was held is billed. A size that is larger than asked because the plan sells no other is no rounding.
    pub fn rounding_cost(&self, usage: &Usage) -> Usd {
        self.rounding_cost_beside(usage, usage)
    }

    /// The same of what a pool of instances does: between calls, an instance that is still paid for does nothing.
    pub fn rounding_cost_of(&self, simulation: &Simulation) -> Usd {
        // A sample's stretches and its busy time differ by chance.
        self.rounding_cost_beside(&simulation.usage, &simulation.busy_exactly()).max(Usd::ZERO)
    }

    fn rounding_cost_beside(&self, usage: &Usage, worked: &Usage) -> Usd {
        let meter = self.meter.without_rounding();
        let choice = match self.sizing.choice {
            Choice::Observed { max_mb, .. } => Choice::Observed { step_mb: 1, min_mb: 0, max_mb },
            ref choice => choice.clone(),
        };
        let exact = Self { meter, sizing: Sizing { choice, ..self.sizing }, ..self.clone() };
        self.list_price(&self.measure(usage)) - self.list_price(&exact.measure(worked))
    }
}
