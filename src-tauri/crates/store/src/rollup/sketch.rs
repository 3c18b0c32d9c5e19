//! A mergeable sketch of durations: any percentile within 1 % of a true value of that rank, in a few hundred bytes.
//! After DDSketch (Masson, Rim, Lee 2019, <https://arxiv.org/abs/1908.10693>): counts in buckets whose bounds grow
//! by a constant factor, so that adding two sketches is adding counts, and loses nothing.

use std::collections::BTreeMap;

use super::varint;

/// Relative error of a percentile.
const ERROR: f64 = 0.01;
const GAMMA: f64 = (1.0 + ERROR) / (1.0 - ERROR);

/// Durations in microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Values below one microsecond.
    zeros: u64,
    /// Bucket `i` holds values in `(GAMMA^(i-1), GAMMA^i]`.
    buckets: BTreeMap<u16, u64>,
}

impl Sketch {
    pub fn add(&mut self, value_us: i64) {
        if value_us < 1 {
            self.zeros += 1;
        } else {
            // 2^63 lies in bucket 2184.
            let bucket = ((value_us as f64).ln() / GAMMA.ln()).ceil() as u16;
            *self.buckets.entry(bucket).or_default() += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
    }

    pub fn count(&self) -> u64 {
        self.zeros + self.buckets.values().sum::<u64>()
    }

    /// The value at a quantile between 0 and 1, microseconds; `None` of nothing.
    ///
    /// By nearest rank: the smallest value that at least this share of all values does not exceed, the `ceil(q·n)`th
    /// of them. So the p95 of fewer than twenty values is the largest, and no slow call hides in a short record.
    pub fn quantile(&self, quantile: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = rank(quantile, count);
        let mut seen = self.zeros;
        if rank <= seen {
            return Some(0.0);
        }
        for (&bucket, &count) in &self.buckets {
            seen += count;
            if rank <= seen {
                return Some(2.0 * GAMMA.powi(i32::from(bucket)) / (GAMMA + 1.0));
            }
        }
        None
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 + 3 * self.buckets.len());
        varint::put(&mut out, self.zeros);
        let mut before = 0;
        for (&bucket, &count) in &self.buckets {
            varint::put(&mut out, u64::from(bucket - before));
            varint::put(&mut out, count);
            before = bucket;
        }
        out
    }

    /// `None` if these bytes were not made by `encode`.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut sketch = Self::default();
        if bytes.is_empty() {
            return Some(sketch);
        }
        sketch.zeros = varint::take(&mut bytes)?;
        let mut bucket = 0_u16;
        while !bytes.is_empty() {
            bucket = bucket.checked_add(u16::try_from(varint::take(&mut bytes)?).ok()?)?;
            sketch.buckets.insert(bucket, varint::take(&mut bytes)?);
        }
        Some(sketch)
    }
}

/// `ceil(quantile · count)`, from 1 to `count`.
fn rank(quantile: f64, count: u64) -> u64 {
    let exact = quantile.clamp(0.0, 1.0) * count as f64;
    // A product that is whole but for rounding (0.07 · 100) must not reach the next rank.
    ((exact - exact * 1e-12).ceil() as u64).clamp(1, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed stream of numbers over six orders of magnitude.
    fn values(seed: u64, count: usize) -> Vec<i64> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let exponent = (state >> 40) as f64 / (1_u64 << 24) as f64 * 6.0;
                10_f64.powf(exponent) as i64
            })
            .collect()
    }

    #[test]
    fn every_percentile_is_within_one_percent_of_the_true_value() {
        let mut values = values(7, 10_000);
        let mut sketch = Sketch::default();
        for value in &values {
            sketch.add(*value);
        }
        values.sort_unstable();
        for permille in 0..=1000_usize {
            let quantile = permille as f64 / 1000.0;
            let truth = values[(permille * values.len()).div_ceil(1000).max(1) - 1] as f64;
            let said = sketch.quantile(quantile).unwrap();
            let error = (said - truth).abs() / truth;
            assert!(error <= ERROR + 1e-9, "p{permille}‰: {said} instead of {truth} is off by {error}");
        }
    }

    #[test]
    fn a_percentile_of_a_few_values_is_the_nearest_rank() {
        // Values so far apart that each has a bucket of its own: 1, 10, 100 …
        let of = |count: u32| {
            let mut sketch = Sketch::default();
            (0..count).for_each(|n| sketch.add(10_i64.pow(n)));
            move |quantile: f64| sketch.quantile(quantile).unwrap().log10().round()
        };
        let asked = |count| [0.0, 0.5, 0.95, 1.0].map(of(count));
        assert_eq!(asked(1), [0.0, 0.0, 0.0, 0.0]);
        assert_eq!(asked(2), [0.0, 0.0, 1.0, 1.0], "the p95 of two is the slower");
        assert_eq!(asked(3), [0.0, 1.0, 2.0, 2.0]);
        assert_eq!(asked(10), [0.0, 4.0, 9.0, 9.0]);
        assert_eq!((rank(0.95, 20), rank(0.95, 21), rank(0.07, 100)), (19, 20, 7));
    }

    #[test]
    fn a_few_values_in_two_sketches_have_the_percentiles_of_all() {
        let slow = [3, 40, 9_000, 1, 77];
        for split in 0..=slow.len() {
            let (mut left, mut right, mut whole) = (Sketch::default(), Sketch::default(), Sketch::default());
            slow[..split].iter().for_each(|value| left.add(*value));
            slow[split..].iter().for_each(|value| right.add(*value));
            slow.iter().for_each(|value| whole.add(*value));
            left.merge(&right);
            for quantile in [0.0, 0.2, 0.5, 0.8, 0.95, 1.0] {
                assert_eq!(left.quantile(quantile), whole.quantile(quantile), "split at {split}, {quantile}");
            }
        }
    }

    #[test]
    fn merging_equals_having_seen_everything_at_once() {
        let (one, two) = (values(1, 500), values(2, 700));
        let (mut left, mut right, mut whole) = (Sketch::default(), Sketch::default(), Sketch::default());
        one.iter().for_each(|value| left.add(*value));
        two.iter().for_each(|value| right.add(*value));
        one.iter().chain(&two).for_each(|value| whole.add(*value));
        left.merge(&right);
        assert_eq!(left, whole, "a merged sketch differs from one of all values");
        assert_eq!(whole.count(), 1200);
    }

    #[test]
    fn survives_its_encoding_and_refuses_rubbish() {
        let mut sketch = Sketch::default();
        for value in [-5, 0, 1, 2, 1_000, i64::MAX] {
            sketch.add(value);
        }
        assert_eq!(Sketch::decode(&sketch.encode()), Some(sketch), "encoding lost something");
        assert_eq!(Sketch::decode(&[]), Some(Sketch::default()));
        assert_eq!(Sketch::decode(&[0xff; 12]), None, "an endless integer was read");
        assert_eq!(Sketch::default().quantile(0.5), None);
    }
}
