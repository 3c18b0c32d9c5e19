//! Stretches of time in which instances had a call under way, of those that are watched only as far as they were seen.
//!
//! A stretch that reaches beyond what is watched is not rounded up for the part of it that was seen: as many as begin
//! while somebody watches are counted, and the time of all that were cut off, those that had begun before included, is
//! theirs on average.

use super::{instance::Stretch, lengths::Lengths};
use crate::usage::Period;

#[derive(Debug, Clone)]
pub(super) struct Stretches {
    whole: Lengths,
    cut: Cut,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cut {
    begun: u64,
    us: u128,
    init_us: u128,
}

impl Stretches {
    pub(super) fn new() -> Self {
        Self { whole: Lengths::new(), cut: Cut::default() }
    }

    /// Watched is `from_us..to_us`; `ended` where nothing follows.
    #[inline]
    pub(super) fn add(&mut self, stretch: Stretch, ended: bool, (from_us, to_us): (u64, u64)) {
        let Stretch { from_us: begins, to_us: ends, init_us } = stretch;
        if begins >= from_us && ends <= to_us && ended {
            self.whole.add(ends - begins, init_us.min(ends - begins));
            return;
        }
        let within = |until: u64| u128::from(until.min(to_us).saturating_sub(begins.max(from_us)));
        let us = within(ends);
        if us > 0 {
            self.cut.begun += u64::from(begins >= from_us);
            self.cut.us += us;
            self.cut.init_us += within(begins.saturating_add(init_us)).min(us);
        }
    }

    pub(super) fn periods(&self, memory_mb: u32, vcpu_milli: Option<u32>) -> Vec<Period> {
        let mut periods = self.whole.periods(memory_mb, vcpu_milli);
        let Cut { begun, us, init_us } = self.cut;
        if us > 0 {
            let count = begun.max(1);
            let ms = |us: u128| u64::try_from((us / u128::from(count)).div_ceil(1_000)).unwrap_or(u64::MAX);
            periods.push(Period { ms: ms(us - init_us), init_ms: ms(us), memory_mb, vcpu_milli, count });
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATCHED: (u64, u64) = (1_000_000, 2_000_000);

    fn stretch(from_us: u64, to_us: u64) -> Stretch {
        Stretch { from_us, to_us, init_us: 0 }
    }

    #[test]
    fn what_was_cut_off_at_one_edge_makes_up_for_the_other() {
        let mut stretches = Stretches::new();
        stretches.add(stretch(500_000, 1_300_000), true, WATCHED);
        stretches.add(stretch(1_400_000, 1_500_000), true, WATCHED);
        stretches.add(stretch(1_900_000, 2_000_000), false, WATCHED);
        stretches.add(stretch(2_100_000, 2_300_000), true, WATCHED);
        let [whole, cut] = stretches.periods(128, None)[..] else { panic!("two kinds") };
        assert_eq!((whole.ms, whole.count), (100, 1));
        assert_eq!((cut.ms, cut.count), (400, 1), "300 ms of one that had begun, 100 ms of one that goes on");
    }

    #[test]
    fn one_that_is_longer_than_anybody_watched_is_there_all_the_same() {
        let mut stretches = Stretches::new();
        stretches.add(stretch(0, 9_000_000), false, WATCHED);
        let [cut] = stretches.periods(128, None)[..] else { panic!("one") };
        assert_eq!((cut.ms, cut.init_ms, cut.count), (1_000, 1_000, 1));
    }
}
