//! What a process tree has used. The exact CPU time comes from one clock and its division into user and system from
//! another, coarser one, so both are brought together here, without ever running backwards.

use std::time::Duration;

/// What a process tree has used since it was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sample {
    /// CPU time in user code. On systems other than Linux all CPU time is counted here.
    pub cpu_user: Duration,
    /// CPU time in the kernel on the tree's behalf.
    pub cpu_system: Duration,
    /// Resident memory now.
    pub memory_kb: u64,
    /// The most resident memory since the last [`crate::Child::reset_peak`], or since the start.
    pub peak_kb: u64,
}

impl Sample {
    pub fn cpu(&self) -> Duration {
        self.cpu_user + self.cpu_system
    }
}

/// One look at one process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Exact CPU time of the process itself.
    pub(crate) own: Duration,
    /// The same in user code, and in the kernel: coarse, used as a ratio only.
    pub(crate) own_user: Duration,
    pub(crate) own_system: Duration,
    /// CPU time of children that ended and were waited for: coarse.
    pub(crate) waited_user: Duration,
    pub(crate) waited_system: Duration,
    pub(crate) memory_kb: u64,
    /// Page faults until now, where the system counts them: without a new one resident memory has not grown.
    pub(crate) faults: Option<u64>,
    /// It has waited for a child, or may have.
    pub(crate) had_children: bool,
}

/// The running totals of a tree.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    user: Duration,
    system: Duration,
}

impl Meter {
    /// Takes a new look at every living process of the tree and returns the totals, in user code and in the kernel.
    ///
    /// Only what is new since the last look is divided, by the ratio seen until now, as the kernel does for its own
    /// figures (`cputime_adjust`): so neither total falls when the ratio shifts or a process leaves the tree.
    pub(crate) fn advance(&mut self, readings: impl Iterator<Item = Reading>) -> (Duration, Duration) {
        let (mut total, mut user, mut system) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for reading in readings {
            total += reading.own + reading.waited_user + reading.waited_system;
            user += reading.own_user + reading.waited_user;
            system += reading.own_system + reading.waited_system;
        }
        let share = if user + system == Duration::ZERO {
            0.0
        } else {
            system.as_secs_f64() / (user + system).as_secs_f64()
        };
        self.rise(total, total.mul_f64(share));
        (self.user, self.system)
    }

    /// The last word, from the kernel's own account of a tree that has ended.
    pub(crate) fn close(&mut self, user: Duration, system: Duration) {
        self.rise(user + system, system);
    }

    fn rise(&mut self, total: Duration, system: Duration) {
        let fresh = total.saturating_sub(self.user + self.system);
        let to_system = system.saturating_sub(self.system).min(fresh);
        self.system += to_system;
        self.user += fresh - to_system;
    }

    pub(crate) fn totals(&self) -> (Duration, Duration) {
        (self.user, self.system)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_exact_total_is_divided_by_the_coarse_ratio() {
        let reading = Reading { own: ms(41), own_user: ms(30), own_system: ms(10), ..Reading::default() };
        let (user, system) = Meter::default().advance([reading].into_iter());
        assert_eq!(user + system, ms(41), "nothing of the exact figure is lost");
        assert_eq!(system.as_micros(), 10_250, "a quarter of it was in the kernel");
    }

    #[test]
    fn totals_never_fall() {
        let mut meter = Meter::default();
        let early = Reading { own: ms(9), ..Reading::default() };
        assert_eq!(meter.advance([early].into_iter()), (ms(9), ms(0)), "no ratio yet: user code");
        let shifted = Reading { own: ms(11), own_system: ms(10), ..Reading::default() };
        assert_eq!(meter.advance([shifted].into_iter()), (ms(9), ms(2)), "only what is new is divided");
        assert_eq!(
            meter.advance([early].into_iter()),
            (ms(9), ms(2)),
            "a process that left takes nothing along"
        );
    }

    #[test]
    fn the_kernels_last_word_adds_only_what_was_not_seen() {
        let mut meter = Meter::default();
        meter.advance(
            [Reading { own: ms(200), own_user: ms(10), own_system: ms(10), ..Reading::default() }]
                .into_iter(),
        );
        meter.close(ms(205), ms(0));
        assert_eq!(meter.totals(), (ms(105), ms(100)), "the total is exact though the division was not");
        meter.close(ms(10), ms(0));
        assert_eq!(meter.totals(), (ms(105), ms(100)), "and never falls");
    }

    #[test]
    fn children_that_ended_count() {
        let reading =
            Reading { own: ms(1), waited_user: ms(50), waited_system: ms(10), ..Reading::default() };
        let (user, system) = Meter::default().advance([reading].into_iter());
        assert_eq!(user + system, ms(61));
        assert!(system > ms(9) && system < ms(11), "{system:?}");
    }
}
