//! Traffic that is really sent: the moment at which each call of a load test is due. Whether the one before has been
//! answered does not matter to it (an open loop), so that a slow answer is measured and not waited out.

use std::cmp::Ordering;

use super::{Arrivals, Shape, Traffic};

/// How the rate of calls goes over the time of a load test. Rates are calls a second.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// At equal distances.
    Constant { rate: f64 },
    /// At random, independent of each other; as many as at that constant rate.
    Poisson { rate: f64 },
    /// The rate rises or falls evenly from the begin to the end.
    Ramp { from: f64, to: f64 },
    /// A burst in the middle of the time, of this length.
    Spike { base: f64, peak: f64, peak_us: u64 },
    /// At these moments, in microseconds from the begin, earliest first.
    Replay { instants_us: Vec<u64> },
}

/// When each call is due. The same seed gives the same moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    pattern: Pattern,
    length_us: u64,
    /// Of the patterns that come from a shape of simulated traffic.
    traffic: Option<Traffic>,
}

const SECOND_US: u64 = 1_000_000;

impl Schedule {
    /// Rates that are no numbers or below 0 are 0.
    pub fn new(pattern: Pattern, length_us: u64) -> Self {
        let mut schedule = Self { pattern, length_us, traffic: None };
        schedule.traffic = match &schedule.pattern {
            Pattern::Constant { .. } => {
                Some(Traffic { shape: Shape::Steady, requests: schedule.calls(), length_us })
            }
            Pattern::Poisson { .. } => {
                Some(Traffic { shape: Shape::Poisson, requests: schedule.calls(), length_us })
            }
            Pattern::Replay { instants_us } => Some(Traffic::recorded(instants_us.clone(), length_us)),
            Pattern::Ramp { .. } | Pattern::Spike { .. } => None,
        };
        schedule
    }

    pub fn length_us(&self) -> u64 {
        self.length_us
    }

    /// How many come.
    pub fn calls(&self) -> u64 {
        match &self.pattern {
            Pattern::Replay { instants_us } => instants_us.len() as u64,
            _ => self.stretches().iter().map(Stretch::calls).sum::<f64>().round() as u64,
        }
    }

    /// The highest rate there is, calls a second; of a replay the most calls that begin within one second.
    pub fn peak_rate(&self) -> f64 {
        match &self.pattern {
            Pattern::Replay { instants_us } => most_in_a_second(instants_us) as f64,
            _ => self.stretches().iter().map(|stretch| stretch.from.max(stretch.to)).fold(0.0, f64::max),
        }
    }

    /// The moments in microseconds from the begin, earliest first.
    pub fn due(&self, seed: u64) -> Due<'_> {
        let way = match &self.traffic {
            Some(traffic) => Way::Drawn(traffic.arrivals(seed)),
            None => Way::Paced { stretches: self.stretches(), next: 0, calls: self.calls() },
        };
        Due { way }
    }

    fn stretches(&self) -> Vec<Stretch> {
        let length_us = self.length_us as f64;
        let stretch = |us: f64, from: f64, to: f64| Stretch { us, from: rate(from), to: rate(to) };
        match self.pattern {
            Pattern::Constant { rate } | Pattern::Poisson { rate } => vec![stretch(length_us, rate, rate)],
            Pattern::Ramp { from, to } => vec![stretch(length_us, from, to)],
            Pattern::Spike { base, peak, peak_us } => {
                let peak_us = peak_us.min(self.length_us) as f64;
                let calm_us = (length_us - peak_us) / 2.0;
                vec![stretch(calm_us, base, base), stretch(peak_us, peak, peak), stretch(calm_us, base, base)]
            }
            Pattern::Replay { .. } => Vec::new(),
        }
    }
}

fn rate(rate: f64) -> f64 {
    if rate.is_finite() { rate.max(0.0) } else { 0.0 }
}

fn most_in_a_second(instants_us: &[u64]) -> usize {
    let mut first = 0;
    let within = instants_us.iter().enumerate().map(|(last, at)| {
        while at.saturating_sub(instants_us[first]) >= SECOND_US {
            first += 1;
        }
        last - first + 1
    });
    within.max().unwrap_or(0)
}

/// A part of the time over which the rate goes evenly from one to another.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    us: f64,
    from: f64,
    to: f64,
}

impl Stretch {
    fn calls(&self) -> f64 {
        (self.from + self.to) / 2.0 * self.us / 1e6
    }

    /// When so many calls of it have come, in microseconds from its begin: the summed rate turned round.
    fn after(&self, calls: f64) -> f64 {
        let (seconds, from) = (self.us / 1e6, self.from);
        // calls = from·t + slope·t²/2
        let slope = if seconds > 0.0 { (self.to - from) / seconds } else { 0.0 };
        let t = match slope.partial_cmp(&0.0) {
            Some(Ordering::Equal) | None => calls / from,
            // Written so that nothing nearly equal is subtracted.
            _ => 2.0 * calls / (from + (from * from + 2.0 * slope * calls).max(0.0).sqrt()),
        };
        (t * 1e6).clamp(0.0, self.us)
    }
}

/// Of [`Schedule::due`].
#[derive(Debug, Clone)]
pub struct Due<'a> {
    way: Way<'a>,
}

#[derive(Debug, Clone)]
enum Way<'a> {
    Drawn(Arrivals<'a>),
    /// Each in the middle of its share of the summed rate.
    Paced {
        stretches: Vec<Stretch>,
        next: u64,
        calls: u64,
    },
}

impl Iterator for Due<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        match &mut self.way {
            Way::Drawn(arrivals) => arrivals.next(),
            Way::Paced { stretches, next, calls } => {
                if *next >= *calls {
                    return None;
                }
                let mut left = *next as f64 + 0.5;
                *next += 1;
                let mut begins_us = 0.0;
                for (index, stretch) in stretches.iter().enumerate() {
                    let of_it = stretch.calls();
                    // What rounding leaves over comes at the very end.
                    if left < of_it || index + 1 == stretches.len() {
                        return Some((begins_us + stretch.after(left.min(of_it))) as u64);
                    }
                    left -= of_it;
                    begins_us += stretch.us;
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_S: u64 = 10 * SECOND_US;

    fn due(pattern: Pattern) -> Vec<u64> {
        let schedule = Schedule::new(pattern, TEN_S);
        let due: Vec<u64> = schedule.due(7).collect();
        assert_eq!(due.len() as u64, schedule.calls(), "as many as were said");
        assert!(due.is_sorted() && due.iter().all(|at| *at <= TEN_S), "in order, within the time");
        due
    }

    fn within(due: &[u64], from_s: u64, to_s: u64) -> usize {
        due.iter().filter(|at| (from_s * SECOND_US..to_s * SECOND_US).contains(*at)).count()
    }

    #[test]
    fn a_constant_rate_has_equal_distances() {
        let due = due(Pattern::Constant { rate: 4.0 });
        assert_eq!((due.len(), due[0], due[1], due[39]), (40, 125_000, 375_000, 9_875_000));
    }

    #[test]
    fn a_ramp_comes_faster_and_faster_or_slower_and_slower() {
        let up = due(Pattern::Ramp { from: 0.0, to: 100.0 });
        assert_eq!(up.len(), 500);
        assert_eq!([within(&up, 0, 1), within(&up, 4, 5), within(&up, 9, 10)], [5, 45, 95]);
        let down = due(Pattern::Ramp { from: 100.0, to: 0.0 });
        assert_eq!([within(&down, 0, 1), within(&down, 4, 5), within(&down, 9, 10)], [95, 55, 5]);
        let mirrored: Vec<u64> = up.iter().rev().map(|at| TEN_S - at).collect();
        assert!(
            mirrored.iter().zip(&down).all(|(one, other)| one.abs_diff(*other) <= 2),
            "the same turned round"
        );
        assert_eq!(due(Pattern::Ramp { from: 4.0, to: 4.0 }), due(Pattern::Constant { rate: 4.0 }));
    }

    #[test]
    fn a_spike_is_in_the_middle() {
        let due = due(Pattern::Spike { base: 2.0, peak: 100.0, peak_us: 2 * SECOND_US });
        assert_eq!(
            (due.len(), within(&due, 0, 4), within(&due, 4, 6), within(&due, 6, 10)),
            (216, 8, 200, 8)
        );
        let schedule = Schedule::new(Pattern::Spike { base: 0.0, peak: 5.0, peak_us: u64::MAX }, TEN_S);
        assert_eq!((schedule.calls(), schedule.peak_rate()), (50, 5.0), "no longer than the whole time");
    }

    #[test]
    fn chance_comes_from_the_seed() {
        let schedule = Schedule::new(Pattern::Poisson { rate: 50.0 }, TEN_S);
        let drawn = |seed| schedule.due(seed).collect::<Vec<_>>();
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        assert_eq!(drawn(3).len(), 500);
        let seconds: Vec<usize> = (0..10).map(|s| within(&drawn(1), s, s + 1)).collect();
        assert!(seconds.iter().any(|calls| *calls != 50), "not at equal distances: {seconds:?}");
    }

    #[test]
    fn a_replay_is_what_it_was_given() {
        let instants_us = vec![5, 5, 999_999, 1_000_004, 1_000_005];
        assert_eq!(due(Pattern::Replay { instants_us: instants_us.clone() }), instants_us);
        let schedule = Schedule::new(Pattern::Replay { instants_us }, TEN_S);
        assert_eq!(schedule.peak_rate(), 4.0, "within any second");
    }

    #[test]
    fn no_numbers_are_no_calls() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(due(Pattern::Constant { rate }), [0; 0]);
            assert_eq!(due(Pattern::Poisson { rate }), [0; 0]);
            assert_eq!(due(Pattern::Ramp { from: rate, to: rate }), [0; 0]);
            assert_eq!(due(Pattern::Spike { base: rate, peak: rate, peak_us: 1 }), [0; 0]);
        }
        assert_eq!(Schedule::new(Pattern::Ramp { from: 1.0, to: 2.0 }, 0).due(1).count(), 0);
        assert_eq!(Schedule::new(Pattern::Replay { instants_us: Vec::new() }, 0).peak_rate(), 0.0);
    }
}
