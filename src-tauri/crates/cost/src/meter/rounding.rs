//! How billed time is rounded: up to a step, at least a minimum, with or without the start-up.

use crate::book::Figure;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounding {
    pub granularity_ms: Figure<u64>,
    pub minimum_ms: Figure<u64>,
    /// Init counts as time; else only the handler does.
    pub init_billed: Figure<bool>,
}

impl Rounding {
    /// `init_ms`: init and the rest together.
    pub(crate) fn billed_ms(&self, ms: u64, init_ms: u64) -> u64 {
        let ms = if self.init_billed.value { init_ms } else { ms };
        self.minimum_ms.at_least(ms).next_multiple_of(self.granularity_ms.value)
    }
}
