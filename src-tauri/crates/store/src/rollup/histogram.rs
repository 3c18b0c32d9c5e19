//! What bills are made of: how many invocations had exactly which usage. Providers round each invocation up before
//! they add, so sums are not enough; counts of the rounded usage are, for every rounding of a millisecond or more.

use std::collections::BTreeMap;

use super::varint;

/// Peak memory is counted in steps of this many kilobytes (128 MB, the coarsest step a provider bills in).
const MEMORY_STEP_KB: i64 = 128 << 10;

/// The usage of one invocation as bills see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usage {
    /// Handler time, rounded up to a millisecond.
    pub handler_ms: u64,
    /// Init and handler together, rounded up to a millisecond; 0 if it was no cold start.
    pub cold_ms: u64,
    /// Peak memory in steps of 128 MB, rounded up; 0 where it is not known.
    pub memory_steps: u64,
}

impl Usage {
    pub(crate) fn new(handler_us: i64, init_us: Option<i64>, peak_memory_kb: Option<i64>) -> Self {
        let up = |value: i64, step: i64| (value.max(0) as u64).div_ceil(step as u64);
        Self {
            handler_ms: up(handler_us, 1000),
            cold_ms: init_us.map_or(0, |init| up(init.max(0).saturating_add(handler_us.max(0)), 1000)),
            memory_steps: peak_memory_kb.map_or(0, |peak| up(peak, MEMORY_STEP_KB)),
        }
    }
}

/// Usage → number of invocations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram(pub BTreeMap<Usage, u64>);

impl Histogram {
    pub fn add(&mut self, usage: Usage, count: u64) {
        *self.0.entry(usage).or_default() += count;
    }

    pub fn merge(&mut self, other: &Self) {
        for (usage, count) in &other.0 {
            self.add(*usage, *count);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Usage, u64)> {
        self.0.iter().map(|(usage, count)| (*usage, *count))
    }

    /// Sorted by handler time, so its differences and most else fit a byte each.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(5 * self.0.len());
        let mut before = 0;
        for (usage, count) in &self.0 {
            varint::put(&mut out, usage.handler_ms - before);
            varint::put(&mut out, usage.cold_ms);
            varint::put(&mut out, usage.memory_steps);
            varint::put(&mut out, *count);
            before = usage.handler_ms;
        }
        out
    }

    /// `None` if these bytes were not made by `encode`.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut histogram = Self::default();
        let mut handler_ms = 0_u64;
        while !bytes.is_empty() {
            handler_ms = handler_ms.checked_add(varint::take(&mut bytes)?)?;
            let cold_ms = varint::take(&mut bytes)?;
            let memory_steps = varint::take(&mut bytes)?;
            histogram.add(Usage { handler_ms, cold_ms, memory_steps }, varint::take(&mut bytes)?);
        }
        Some(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_rounded_up_as_bills_are() {
        let warm = Usage::new(1_001, None, Some(MEMORY_STEP_KB));
        assert_eq!(warm, Usage { handler_ms: 2, cold_ms: 0, memory_steps: 1 });
        let cold = Usage::new(1_000, Some(400), Some(MEMORY_STEP_KB + 1));
        assert_eq!(cold, Usage { handler_ms: 1, cold_ms: 2, memory_steps: 2 });
        assert_eq!(Usage::new(0, None, None), Usage { handler_ms: 0, cold_ms: 0, memory_steps: 0 });
    }

    #[test]
    fn counts_survive_encoding_and_merging_exactly() {
        let mut histogram = Histogram::default();
        let mut twice = Histogram::default();
        for n in 0..5_000_i64 {
            let usage = Usage::new(n * 777, (n % 7 == 0).then_some(n * 31), (n % 3 != 0).then_some(n * 100));
            histogram.add(usage, 1);
            twice.add(usage, 2);
        }
        let decoded = Histogram::decode(&histogram.encode()).unwrap();
        assert_eq!(decoded, histogram, "encoding lost a count");
        histogram.merge(&decoded);
        assert_eq!(histogram, twice, "merging lost a count");
        assert_eq!(Histogram::decode(&[1, 2]), None, "a torn blob was read");
    }
}
