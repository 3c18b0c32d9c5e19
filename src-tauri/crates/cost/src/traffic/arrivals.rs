//! One call after the other. Time is stretched so that the rate is even, gaps are drawn there, and each is brought back
//! (inversion of the summed rate, exact because rates are constant by stretches).

use super::{
    Traffic, Window,
    shape::{Profile, Shape, Stretch},
};
use crate::random::{Random, one_minus_exp};

/// The instants of calls in microseconds from the beginning, earliest first.
#[derive(Debug, Clone)]
pub struct Arrivals<'a> {
    source: Source<'a>,
}

#[derive(Debug, Clone)]
enum Source<'a> {
    Listed(std::slice::Iter<'a, u64>),
    Steady { next: u64, requests: u64, length_us: u64, until_us: u64 },
    Drawn(Drawn<'a>),
}

#[derive(Debug, Clone)]
struct Drawn<'a> {
    random: Random,
    profile: Profile<'a>,
    stretch: Stretch,
    /// Of the stretch's rate.
    inverse: f64,
    now_us: f64,
    until_us: f64,
    gaps: Gaps<'a>,
}

/// How much evened-out time lies before the next call.
#[derive(Debug, Clone)]
enum Gaps<'a> {
    /// Any number of calls, so far apart on average.
    Mean(f64),
    /// So many calls in the weight that is left: their instants are as those of as many independent ones, sorted.
    Exactly { calls: u64, weight: f64 },
    /// The same minute by minute.
    Minutes { calls: u64, weight: f64, next: std::slice::Iter<'a, u64>, until_us: f64 },
}

const MINUTE_US: u64 = 60_000_000;

impl<'a> Arrivals<'a> {
    pub(super) fn whole(traffic: &'a Traffic, random: Random, shape: Random) -> Self {
        let (requests, length_us) = (traffic.requests, traffic.length_us);
        let source = match &traffic.shape {
            Shape::Instants(instants) => Source::Listed(instants.iter()),
            Shape::Steady => Source::Steady { next: 0, requests, length_us, until_us: length_us },
            Shape::Minutes(counts)
                if counts.iter().map(|count| u128::from(*count)).sum::<u128>() == u128::from(requests)
                    && counts.len() as u64 * MINUTE_US == length_us =>
            {
                let gaps = Gaps::Minutes { calls: 0, weight: 0.0, next: counts.iter(), until_us: 0.0 };
                Source::Drawn(Drawn::new(random, Profile::Even, 0, length_us, gaps))
            }
            shaped => {
                let weight = shaped.profile(shape.clone()).weight(length_us);
                let gaps = Gaps::Exactly { calls: requests, weight };
                Source::Drawn(Drawn::new(random, shaped.profile(shape), 0, length_us, gaps))
            }
        };
        Self { source }
    }

    pub(super) fn part(
        traffic: &'a Traffic,
        random: Random,
        profile: Profile<'a>,
        window: Window,
        weight: f64,
    ) -> Self {
        let Window { from_us, to_us, thinned, .. } = window;
        let to_us = to_us.min(traffic.length_us);
        let requests = (traffic.requests as f64 * thinned).round();
        let source = match &traffic.shape {
            Shape::Instants(instants) => {
                let begin = instants.partition_point(|at| *at < from_us);
                let end = instants.partition_point(|at| *at < to_us).max(begin);
                Source::Listed(instants[begin..end].iter())
            }
            Shape::Steady => {
                let (requests, length_us) = (requests as u64, traffic.length_us);
                let next =
                    (u128::from(from_us) * u128::from(requests)).div_ceil(u128::from(length_us.max(1)));
                Source::Steady { next: next as u64, requests, length_us, until_us: to_us }
            }
            _ => {
                let gaps = Gaps::Mean(weight / requests.max(1e-9));
                Source::Drawn(Drawn::new(random, profile, from_us, to_us, gaps))
            }
        };
        Self { source }
    }
}

impl Iterator for Arrivals<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        match &mut self.source {
            Source::Listed(instants) => instants.next().copied(),
            Source::Steady { next, requests, length_us, until_us } => {
                if *next >= *requests {
                    return None;
                }
                // In the middle of its share of the time.
                let at = (u128::from(*length_us) * (2 * u128::from(*next) + 1)) / (2 * u128::from(*requests));
                *next += 1;
                (at < u128::from(*until_us)).then_some(at as u64)
            }
            Source::Drawn(drawn) => drawn.next(),
        }
    }
}

impl<'a> Drawn<'a> {
    fn new(random: Random, profile: Profile<'a>, from_us: u64, until_us: u64, gaps: Gaps<'a>) -> Self {
        let (now_us, until_us) = (from_us as f64, until_us as f64);
        let stretch = Stretch { until_us: now_us, rate: 0.0 };
        Self { random, profile, stretch, inverse: 0.0, now_us, until_us, gaps }
    }

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let mut gap = match &mut self.gaps {
            Gaps::Mean(mean) => *mean * self.random.exponential(),
            Gaps::Exactly { calls: 0, .. } => return None,
            Gaps::Exactly { calls, weight } => {
                let gap = *weight * one_minus_exp(self.random.exponential() / *calls as f64);
                *calls -= 1;
                *weight -= gap;
                gap
            }
            Gaps::Minutes { .. } => self.in_its_minute()?,
        };
        loop {
            let room = (self.stretch.until_us.min(self.until_us) - self.now_us) * self.stretch.rate;
            if gap < room {
                self.now_us += gap * self.inverse;
                return Some(self.now_us as u64);
            }
            gap -= room.max(0.0);
            self.now_us = self.stretch.until_us.min(self.until_us).max(self.now_us);
            if self.now_us >= self.until_us {
                // The last of a fixed number may be lost to rounding: it comes at the very end.
                return self.gaps.is_counted().then_some((self.until_us as u64).saturating_sub(1));
            }
            self.stretch = self.profile.stretch(self.now_us);
            self.inverse = 1.0 / self.stretch.rate;
        }
    }

    /// Goes to the next minute that has one if this has no more.
    fn in_its_minute(&mut self) -> Option<f64> {
        let Gaps::Minutes { calls, weight, next, until_us } = &mut self.gaps else { return None };
        while *calls == 0 {
            self.now_us = *until_us;
            *calls = *next.next()?;
            *until_us += MINUTE_US as f64;
            *weight = MINUTE_US as f64;
        }
        let gap = *weight * one_minus_exp(self.random.exponential() / *calls as f64);
        *calls -= 1;
        *weight -= gap;
        Some(gap)
    }
}

impl Gaps<'_> {
    fn is_counted(&self) -> bool {
        !matches!(self, Self::Mean(_))
    }
}
