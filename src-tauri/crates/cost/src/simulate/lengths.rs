//! How long instances were busy, or lived: a histogram in constant memory that becomes the [`Period`]s of a usage.
//! Exact to the millisecond for short ones; longer ones share a bucket within a thousandth of their length, and the
//! bucket keeps their sum, so that what they come to together stays exact.

use crate::usage::Period;

const FINE: u32 = 11;
const PER_DOUBLING: usize = 1 << FINE;
/// Up to 2^43 ms.
const BUCKETS: usize = 33 * PER_DOUBLING;

#[derive(Debug, Clone)]
pub(super) struct Lengths {
    /// As long as the longest so far needs.
    sums: Vec<Sum>,
    /// Where the shortest so far is.
    first: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    count: u64,
    /// Without the start-up.
    ms: u64,
    init_ms: u64,
}

impl Lengths {
    pub(super) fn new() -> Self {
        Self { sums: Vec::new(), first: BUCKETS }
    }

    /// `us` with the `init_us` that began it; rounded up once each, as meters do.
    #[inline]
    pub(super) fn add(&mut self, us: u64, init_us: u64) {
        let (ms, init_ms) = (us.saturating_sub(init_us).div_ceil(1_000), us.div_ceil(1_000));
        let shift = (63 - FINE).saturating_sub((init_ms | 1).leading_zeros());
        let index = shift as usize * PER_DOUBLING + (init_ms >> shift) as usize;
        let index = index.min(BUCKETS - 1);
        if index >= self.sums.len() {
            self.sums.resize(index + 1, Sum::default());
        }
        self.first = self.first.min(index);
        let sum = &mut self.sums[index];
        sum.count += 1;
        sum.ms += ms;
        sum.init_ms += init_ms;
    }

    /// Those that share a bucket are told in whole milliseconds, some of them one more, so that the sum is kept.
    pub(super) fn periods(&self, memory_mb: u32, vcpu_milli: Option<u32>) -> Vec<Period> {
        let mut periods = Vec::new();
        for sum in self.sums.iter().skip(self.first).filter(|sum| sum.count > 0) {
            let mut period = |more: u64, count| {
                if count > 0 {
                    let init_ms = sum.init_ms / sum.count + more;
                    let ms = (sum.ms.div_ceil(sum.count)).min(init_ms);
                    periods.push(Period { ms, init_ms, memory_mb, vcpu_milli, count });
                }
            };
            let longer = sum.init_ms % sum.count;
            period(0, sum.count - longer);
            period(1, longer);
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_all_is_kept() {
        let mut lengths = Lengths::new();
        let all =
            [1, 999, 1_000, 1_001, 5_000_001, 5_000_900, 3_600_000_000, 2_628_000_000_000, u64::MAX / 2];
        let mut sum = 0_u128;
        for us in all {
            lengths.add(us, 0);
            sum += u128::from(us.div_ceil(1_000));
        }
        let periods = lengths.periods(128, None);
        assert_eq!(periods.iter().map(|period| period.count).sum::<u64>(), all.len() as u64);
        let told: u128 = periods.iter().map(|p| u128::from(p.init_ms) * u128::from(p.count)).sum();
        assert_eq!(told, sum);
        assert!(periods.iter().all(|period| period.ms == period.init_ms), "none began with a start-up");
    }

    #[test]
    fn a_start_up_is_part_of_one_length_only() {
        let mut lengths = Lengths::new();
        lengths.add(400_500, 150_000);
        let [period] = lengths.periods(512, Some(1_000))[..] else { panic!("one period") };
        assert_eq!((period.ms, period.init_ms, period.count), (251, 401, 1));
    }
}
