//! How fast instances may start.

use super::rule::Rule;

/// The bucket of starts. Holds the time at which it would be full, so that it needs no filling (a generic cell rate
/// algorithm, as networks shape traffic).
#[derive(Debug, Clone, Copy)]
pub(super) struct Starts {
    full_us: u64,
    each_us: u64,
    ahead_us: u64,
}

impl Starts {
    pub(super) fn new(rule: &Rule) -> Self {
        let each_us = rule.burst.map_or(0, |burst| burst.per_us / burst.instances.max(1));
        let ahead = rule.burst.map_or(0, |burst| burst.instances.max(1) - 1);
        Self { full_us: 0, each_us, ahead_us: each_us.saturating_mul(ahead) }
    }

    /// When there will be one, if not already.
    pub(super) fn next_us(self) -> u64 {
        self.full_us.saturating_sub(self.ahead_us)
    }

    pub(super) fn take(&mut self, at: u64) -> bool {
        let may = self.next_us() <= at;
        if may {
            self.full_us = self.full_us.max(at).saturating_add(self.each_us);
        }
        may
    }
}
