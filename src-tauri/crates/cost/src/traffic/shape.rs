//! The shapes, their parameters and how the rate of calls goes over time. Rates are relative: 1 is the mean.

use super::{bursty::Bursty, minutes::Minutes};
use crate::random::Random;

/// How calls are spread over time. But for `Steady` and the recorded ones, calls come independently of each other at
/// the rate of the moment (a Poisson process whose rate changes).
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One after the other at equal distances: cron jobs, polling.
    Steady,
    /// At random, at the same rate all the time.
    Poisson,
    /// The rate follows a sine from midnight's trough to noon's peak.
    Daily { peak: f64 },
    /// Daily, and Saturday and Sunday with `weekend` times the calls of a weekday. Begins on a Monday.
    Weekly { peak: f64, weekend: f64 },
    /// A calm base, and at random times short spikes.
    Spiky(Spikes),
    /// Turns of busy and calm time, each of random length (a Markov-modulated Poisson process of two states).
    Bursty(Turns),
    /// The calls of each recorded minute, begun again when it is over. Exactly as many in each minute where traffic is
    /// as long and as many as recorded; else at each minute's rate.
    Minutes(Vec<u64>),
    /// Exactly these, in microseconds from the beginning, earliest first.
    Instants(Vec<u64>),
}

/// Of [`Shape::Spiky`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spikes {
    pub a_day: u32,
    pub minutes: u32,
    /// A spike's rate over the mean rate.
    pub times: f64,
}

/// Of [`Shape::Bursty`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turns {
    /// Mean length of a busy turn.
    pub busy_s: f64,
    /// Mean length of a calm one.
    pub calm_s: f64,
    /// A busy turn's rate over the mean rate.
    pub times: f64,
}

const MINUTE_US: u64 = 60_000_000;
const DAY_US: u64 = 1_440 * MINUTE_US;

/// At most so many times the mean, so that a calm rest is left.
const MOST_TIMES: f64 = 1e6;

impl Default for Spikes {
    /// Four a day, of five minutes, at 20 times the mean: over a quarter of all calls come in 1.4 % of the time.
    fn default() -> Self {
        Self { a_day: 4, minutes: 5, times: 20.0 }
    }
}

impl Default for Turns {
    /// A minute at 8 times the mean, then nine calm ones: four fifths of all calls come in a tenth of the time.
    fn default() -> Self {
        Self { busy_s: 60.0, calm_s: 540.0, times: 8.0 }
    }
}

impl Shape {
    /// Names of those that need no record, as on the command line.
    pub const NAMES: [&'static str; 6] = ["steady", "poisson", "daily", "weekly", "spiky", "bursty"];

    /// The shape of that name with its defaults: a peak of twice the mean, and weekends of 0.4 of a weekday.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "steady" => Self::Steady,
            "poisson" => Self::Poisson,
            "daily" => Self::Daily { peak: 2.0 },
            "weekly" => Self::Weekly { peak: 2.0, weekend: 0.4 },
            "spiky" => Self::Spiky(Spikes::default()),
            "bursty" => Self::Bursty(Turns::default()),
            _ => return None,
        })
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Poisson => "poisson",
            Self::Daily { .. } => "daily",
            Self::Weekly { .. } => "weekly",
            Self::Spiky(_) => "spiky",
            Self::Bursty(_) => "bursty",
            Self::Minutes(_) | Self::Instants(_) => "recorded",
        }
    }

    /// One sentence, with the parameters.
    pub fn says(&self) -> String {
        match self {
            Self::Steady => "calls come at equal distances".to_owned(),
            Self::Poisson => "calls come at random, at the same rate all the time".to_owned(),
            Self::Daily { peak } => {
                format!(
                    "calls come at random, at noon {peak} times as fast as on average, the fewest at midnight"
                )
            }
            Self::Weekly { peak, weekend } => format!(
                "calls come at random, at noon {peak} times as fast as on a day's average, on Saturday and Sunday \
                 {weekend} times as many as on a weekday; it begins on a Monday"
            ),
            Self::Spiky(spikes) => format!(
                "calls come at random, and {} times a day, at no set time, for {} minutes {} times as fast as on average",
                spikes.a_day, spikes.minutes, spikes.times
            ),
            Self::Bursty(turns) => format!(
                "calls come in turns: about {} s at {} times the mean rate, then about {} calm s",
                turns.busy_s, turns.times, turns.calm_s
            ),
            Self::Minutes(minutes) => format!("calls come as in {} recorded minutes", minutes.len()),
            Self::Instants(_) => "calls come exactly when they were recorded".to_owned(),
        }
    }

    /// After how long the rate begins anew, in microseconds; none where it never does.
    pub(crate) fn period_us(&self) -> Option<u64> {
        match self {
            Self::Daily { .. } => Some(DAY_US),
            Self::Weekly { .. } => Some(7 * DAY_US),
            Self::Minutes(counts) => Some((counts.len() as u64).max(1) * MINUTE_US),
            Self::Steady | Self::Poisson => Some(MINUTE_US),
            Self::Spiky(_) | Self::Bursty(_) | Self::Instants(_) => None,
        }
    }

    pub(super) fn profile(&self, random: Random) -> Profile<'_> {
        match self {
            Self::Bursty(turns) => Profile::Bursty(Bursty::new(*turns, random)),
            Self::Daily { .. } | Self::Weekly { .. } | Self::Spiky(_) => {
                Profile::Minutes(Minutes::new(self, random))
            }
            Self::Minutes(counts) if counts.iter().any(|count| *count > 0) => {
                Profile::Minutes(Minutes::new(self, random))
            }
            Self::Steady | Self::Poisson | Self::Minutes(_) | Self::Instants(_) => Profile::Even,
        }
    }
}

/// The rate over time, as stretches in each of which it stays the same.
#[derive(Debug, Clone)]
pub(super) enum Profile<'a> {
    Even,
    Minutes(Minutes<'a>),
    Bursty(Bursty),
    /// Gone through before.
    Known(&'a [Stretch]),
}

/// From the moment that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) until_us: f64,
    /// 1 is the mean.
    pub(crate) rate: f64,
}

impl Profile<'_> {
    /// The stretch that has `at_us`, which never goes back.
    pub(super) fn stretch(&mut self, at_us: f64) -> Stretch {
        match self {
            Self::Even => Stretch { until_us: f64::INFINITY, rate: 1.0 },
            Self::Minutes(minutes) => minutes.stretch(at_us),
            Self::Bursty(bursty) => bursty.stretch(at_us),
            Self::Known(stretches) => {
                let next = stretches.partition_point(|stretch| stretch.until_us <= at_us);
                let after = Stretch { until_us: f64::INFINITY, rate: 0.0 };
                stretches.get(next).copied().unwrap_or(after)
            }
        }
    }

    /// The rate added up over all the time.
    pub(super) fn weight(mut self, length_us: u64) -> f64 {
        self.sum(0.0, length_us as f64)
    }

    /// The rate added up over a part of the time; the next part may not begin before it.
    pub(super) fn sum(&mut self, from_us: f64, to_us: f64) -> f64 {
        let (mut at, mut sum) = (from_us, 0.0);
        while at < to_us {
            let stretch = self.stretch(at);
            let until = stretch.until_us.min(to_us);
            sum += (until - at) * stretch.rate;
            at = until;
        }
        sum
    }
}

/// The rate outside so that the mean is 1, where `share` of the time has `times` the mean.
pub(super) fn rest(share: f64, times: f64) -> (f64, f64) {
    let times = if times.is_finite() { times.clamp(0.0, MOST_TIMES) } else { 1.0 };
    if share >= 1.0 {
        return (1.0, 1.0);
    }
    (((1.0 - share * times) / (1.0 - share)).max(0.0), times)
}
