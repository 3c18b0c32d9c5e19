//! When a plan starts instances, how long it keeps them, and what it does with calls beyond its limits.

/// A scaling rule. [`crate::Plan::rule`] has a plan's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How long an instance without a call is kept.
    pub idle_us: u64,
    /// Calls that may share an instance at the same time; at least 1.
    pub concurrency: u32,
    /// Most instances at once, those kept ready included.
    pub limit: Option<u64>,
    /// Most calls under way at once.
    pub account: Option<u64>,
    pub beyond: Beyond,
    /// Instances that are always there, initialised before anybody calls, and used first.
    pub minimum: u64,
    /// How fast new instances may come; as fast as they are asked for where it is left out.
    pub burst: Option<Burst>,
    /// Where stretches in which an instance has a call under way are billed: how they are rounded.
    pub billed: Option<Billed>,
}

/// What comes of a call that finds no instance and may not have a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    Throttle,
    /// It waits its turn. One that finds `most` waiting is throttled, one that has waited for `longest_us` is given up.
    Queue {
        most: u64,
        longest_us: u64,
    },
}

/// A bucket of `instances` starts that fills up again in `per_us`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    pub instances: u64,
    pub per_us: u64,
}

/// A stretch is billed for at least so long, and in whole steps. Nobody pays for the same second of an instance twice:
/// calls that come while one is still paid for go on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Billed {
    pub least_us: u64,
    pub step_us: u64,
}

impl Billed {
    /// As long as it is.
    pub(super) const EXACTLY: Self = Self { least_us: 0, step_us: 1 };

    #[inline]
    pub(super) fn until_us(self, from_us: u64, to_us: u64) -> u64 {
        let us = to_us.saturating_sub(from_us).max(self.least_us);
        from_us.saturating_add(us.checked_next_multiple_of(self.step_us.max(1)).unwrap_or(us))
    }
}

impl Rule {
    /// Whether it matters when instances have a call under way, besides how long each call is.
    pub(super) fn has_stretches(&self) -> bool {
        self.concurrency > 1 || self.billed.is_some()
    }

    /// Calls share an instance only as far as it has CPU for them: `vcpu` of it, and each uses `busy` cores on average
    /// while it runs.
    #[must_use]
    pub fn within_cpu(self, vcpu: f64, busy: f64) -> Self {
        // `as` saturates: without use of CPU there is no bound.
        let with_cpu = ((vcpu / busy.max(0.001)) as u32).max(1);
        Self { concurrency: self.concurrency.min(with_cpu), ..self }
    }

    /// As if every limit had been raised as far as is needed.
    #[must_use]
    pub fn without_limits(self) -> Self {
        Self { limit: None, account: None, burst: None, ..self }
    }

    /// Instances there may be at once, if that is bounded: with as many calls under way as the account allows, one more
    /// needs no instance.
    pub(super) fn most_instances(&self) -> Option<u64> {
        self.limit.into_iter().chain(self.account).min()
    }
}

impl Default for Rule {
    /// One call at a time, kept for five minutes, without limits.
    fn default() -> Self {
        Self {
            idle_us: 300_000_000,
            concurrency: 1,
            limit: None,
            account: None,
            beyond: Beyond::Throttle,
            minimum: 0,
            burst: None,
            billed: None,
        }
    }
}
