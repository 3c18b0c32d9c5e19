//! What a plan's rounding is worth: the share of a price that is paid for time and memory nobody used.

use crate::{
    book::Plan,
    money::Usd,
    simulate::Simulation,
    size::{Choice, Sizing},
    usage::Usage,
};

impl Plan {
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
