//! A histogram of times whose buckets are as fine as the time is short: percentiles of any number of calls in constant
//! memory, and two can be added. The index comes from the bits of the number, not from a logarithm.

/// Buckets in each doubling.
const FINE: u32 = 7;
const PER_DOUBLING: usize = 1 << FINE;
const BUCKETS: usize = (64 - FINE as usize + 1) * PER_DOUBLING;

/// Times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    counts: Vec<u64>,
    sum_us: u128,
    max_us: u64,
}

impl Default for Sketch {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], sum_us: 0, max_us: 0 }
    }
}

impl Sketch {
    /// A percentile is off by at most this share of itself: half a bucket.
    pub const RELATIVE_ERROR: f64 = 0.5 / PER_DOUBLING as f64;

    #[inline]
    pub fn add(&mut self, us: u64) {
        self.counts[index(us)] += 1;
        self.sum_us += u128::from(us);
        self.max_us = self.max_us.max(us);
    }

    pub fn add_zeros(&mut self, count: u64) {
        self.counts[0] += count;
    }

    pub fn merge(&mut self, other: &Self) {
        // Beyond its longest the other has nothing.
        let longest = index(other.max_us) + 1;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts).take(longest) {
            *mine += theirs;
        }
        self.sum_us += other.sum_us;
        self.max_us = self.max_us.max(other.max_us);
    }

    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The time that `share` (0 to 1) of the calls did not exceed; none without a call.
    pub fn percentile_us(&self, share: f64) -> Option<u64> {
        let total = self.count();
        if total == 0 {
            return None;
        }
        let rank = ((total as f64 * share.clamp(0.0, 1.0)).ceil() as u64).clamp(1, total);
        let mut below = 0;
        for (index, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank {
                return Some(middle(index).min(self.max_us));
            }
        }
        Some(self.max_us)
    }

    /// Exact.
    pub fn mean_us(&self) -> Option<f64> {
        let total = self.count();
        (total > 0).then(|| self.sum_us as f64 / total as f64)
    }

    /// Exact.
    pub fn max_us(&self) -> Option<u64> {
        (self.count() > 0).then_some(self.max_us)
    }
}

/// Exact below `PER_DOUBLING`; above, the highest `FINE` + 1 bits.
#[inline]
fn index(us: u64) -> usize {
    let shift = (63 - FINE).saturating_sub((us | 1).leading_zeros());
    (shift as usize) * PER_DOUBLING + (us >> shift) as usize
}

fn middle(index: usize) -> u64 {
    let shift = (index / PER_DOUBLING).saturating_sub(1) as u32;
    let lowest = ((index - shift as usize * PER_DOUBLING) as u64) << shift;
    lowest + ((1_u64 << shift) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_s_middle_is_near_everything_in_it() {
        let mut last = 0;
        for us in (0..100_000).chain((40..63).map(|bit| (1_u64 << bit) + (1 << (bit - 3)) + 5)) {
            let (at, middle) = (index(us), middle(index(us)));
            assert!(at >= last && at < BUCKETS, "larger times are in later buckets");
            last = at;
            let off = middle.abs_diff(us) as f64;
            assert!(off <= us as f64 * Sketch::RELATIVE_ERROR, "{us} is told as {middle}");
        }
        assert!(index(u64::MAX) < BUCKETS);
    }

    #[test]
    fn percentiles_are_ranks() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.percentile_us(0.5), None);
        (1..=100).for_each(|us| sketch.add(us));
        assert_eq!(sketch.percentile_us(0.5), Some(50));
        assert_eq!(sketch.percentile_us(0.99), Some(99));
        assert_eq!(sketch.percentile_us(1.0), Some(100));
        assert_eq!(sketch.mean_us(), Some(50.5));
        let mut twice = sketch.clone();
        twice.merge(&sketch);
        assert_eq!((twice.count(), twice.percentile_us(0.5)), (200, Some(50)), "added, the shares stay");
        twice.add_zeros(200);
        assert_eq!(twice.percentile_us(0.5), Some(0));
    }
}
