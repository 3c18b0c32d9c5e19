//! Spans of time: from `the last 60 minutes` to what the roll-ups can answer, cut into the buckets of a chart.

use coldframe_store::{Micros, Range};

pub(crate) const MINUTE: Micros = 60_000_000;
/// A chart has at most this many buckets (and one, because the first and the last are cut).
const BUCKETS: i64 = 60;
/// Lengths of a bucket a person can name, in minutes.
const LENGTHS: [i64; 11] = [1, 2, 5, 10, 15, 60, 120, 180, 360, 1_440, 10_080];

/// `None`: everything.
pub(crate) fn since(minutes: Option<u32>, now: Micros) -> Option<Range> {
    minutes.map(|minutes| Range { from: now - i64::from(minutes) * MINUTE, to: i64::MAX })
}

/// A span that is whole buckets: it begins up to one bucket before what was asked for and ends just after now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: Micros,
    pub(crate) to: Micros,
    pub(crate) bucket: Micros,
}

impl Window {
    /// `first`: the oldest call of the record, where everything is asked for.
    pub(crate) fn new(minutes: Option<u32>, first: Option<Micros>, now: Micros) -> Self {
        let length = match minutes {
            Some(minutes) => i64::from(minutes.max(1)) * MINUTE,
            None => (now - first.unwrap_or(now)).max(MINUTE),
        };
        let fits = |minutes: &&i64| length <= **minutes * MINUTE * BUCKETS;
        let bucket = match LENGTHS.iter().find(fits) {
            Some(minutes) => minutes * MINUTE,
            // Years: as many whole weeks as it takes.
            None => (length / BUCKETS).div_euclid(10_080 * MINUTE) * 10_080 * MINUTE + 10_080 * MINUTE,
        };
        let down = |at: Micros| at.div_euclid(bucket) * bucket;
        Self { from: down(now - length), to: down(now) + bucket, bucket }
    }

    pub(crate) fn range(self) -> Range {
        Range { from: self.from, to: self.to }
    }

    pub(crate) fn buckets(self) -> usize {
        usize::try_from((self.to - self.from) / self.bucket).unwrap_or(1)
    }

    /// Which bucket a moment lies in.
    pub(crate) fn index(self, at: Micros) -> Option<usize> {
        usize::try_from((at - self.from).div_euclid(self.bucket)).ok().filter(|index| *index < self.buckets())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_763_683_215_500_000; // 15.5 s into a minute, and a day

    #[test]
    fn the_usual_spans_have_buckets_a_person_can_name() {
        let bucket = |minutes| Window::new(Some(minutes), None, NOW).bucket / MINUTE;
        assert_eq!([15, 60, 1440, 10_080].map(bucket), [1, 1, 60, 180]);
    }

    #[test]
    fn a_window_holds_all_that_was_asked_for_and_now() {
        for minutes in [1, 15, 59, 60, 61, 1440, 10_080, 600_000, u32::MAX] {
            let window = Window::new(Some(minutes), None, NOW);
            assert!(window.from <= NOW - i64::from(minutes) * MINUTE && window.to > NOW, "{minutes} minutes");
            assert!(window.buckets() <= 62, "{minutes} minutes in {} buckets", window.buckets());
            assert_eq!((window.index(window.from), window.index(window.to)), (Some(0), None));
            assert_eq!(window.index(NOW), Some(window.buckets() - 1), "now is in the last bucket");
        }
    }

    #[test]
    fn everything_begins_with_the_first_call() {
        let window = Window::new(None, Some(NOW - 90 * MINUTE), NOW);
        assert_eq!(window.bucket, 2 * MINUTE);
        assert!(window.from <= NOW - 90 * MINUTE);
        assert_eq!(Window::new(None, None, NOW).buckets(), 2, "an empty record has a minute");
    }
}
