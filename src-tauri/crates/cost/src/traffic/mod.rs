//! When calls come: a shape over time at any volume, drawn one by one from a seed. Nothing is collected, so a billion
//! calls take no more memory than one. What a call does is not here.

mod arrivals;
mod bursty;
mod minutes;
mod schedule;
mod shape;

pub(crate) use self::shape::Stretch;
pub use self::{
    arrivals::Arrivals,
    schedule::{Due, Pattern, Schedule},
    shape::{Shape, Spikes, Turns},
};

use self::shape::Profile;
use crate::random::Random;

/// 730 hours, as price books count.
pub const MONTH_US: u64 = 730 * 3_600 * 1_000_000;

/// So many calls over a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    pub shape: Shape,
    /// Exactly so many come. With [`Shape::Instants`] as many as there are instants.
    pub requests: u64,
    pub length_us: u64,
}

/// Streams of a seed.
const ARRIVALS: u64 = 1;
const SHAPE: u64 = 2;

impl Traffic {
    /// A month of it.
    pub fn month(shape: Shape, requests: u64) -> Self {
        Self { shape, requests, length_us: MONTH_US }
    }

    /// These and no others, in microseconds from the beginning, earliest first.
    pub fn recorded(instants_us: Vec<u64>, length_us: u64) -> Self {
        let requests = instants_us.len() as u64;
        Self { shape: Shape::Instants(instants_us), requests, length_us }
    }

    /// Every call, earliest first. The same seed gives the same calls.
    pub fn arrivals(&self, seed: u64) -> Arrivals<'_> {
        Arrivals::whole(self, Random::new(seed, ARRIVALS), Random::new(seed, SHAPE))
    }

    /// How fast calls are expected to come in each of `steps` equal parts of the time, calls a second: for a picture.
    pub fn rates(&self, seed: u64, steps: usize) -> Vec<f64> {
        let step_us = self.length_us as f64 / steps.max(1) as f64;
        let mut profile = self.shape.profile(Random::new(seed, SHAPE));
        let sums: Vec<f64> =
            (0..steps).map(|step| profile.sum(step as f64 * step_us, (step + 1) as f64 * step_us)).collect();
        let all = sums.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        sums.iter().map(|sum| sum / all * self.requests as f64 / step_us * 1e6).collect()
    }

    /// Those of a part of the time, `thinned` as often as in the whole; as a Poisson process has them, so their number
    /// is not given. `weight` is [`Traffic::weight`] of the same seed.
    /// `known` is all of [`Traffic::stretches`], where going through them anew for every window takes too long.
    pub(crate) fn window<'a>(
        &'a self,
        seed: u64,
        window: Window,
        weight: f64,
        known: Option<&'a [Stretch]>,
    ) -> Arrivals<'a> {
        let own = Random::new(seed, ARRIVALS + ((window.number + 1) << 8));
        let profile = match known {
            Some(stretches) => Profile::Known(stretches),
            None => self.shape.profile(Random::new(seed, SHAPE)),
        };
        Arrivals::part(self, own, profile, window, weight)
    }

    /// The rate from the beginning to an end, in stretches: from, until, and the rate, of which 1 is a month's mean.
    pub(crate) fn stretches(&self, seed: u64, end_us: f64, mut each: impl FnMut(f64, f64, f64)) {
        let mut profile = self.shape.profile(Random::new(seed, SHAPE));
        let mut at_us = 0.0;
        while at_us < end_us {
            let stretch = profile.stretch(at_us);
            let until_us = stretch.until_us.min(end_us);
            each(at_us, until_us, stretch.rate);
            at_us = until_us;
        }
    }

    /// How much time it would take at the mean rate; what the calls are spread over.
    pub(crate) fn weight(&self, seed: u64) -> f64 {
        let of = |length_us| self.shape.profile(Random::new(seed, SHAPE)).weight(length_us);
        match self.shape.period_us() {
            Some(period_us) => {
                let times = self.length_us / period_us;
                let whole = if times > 0 { times as f64 * of(period_us) } else { 0.0 };
                whole + of(self.length_us % period_us)
            }
            None => of(self.length_us),
        }
    }
}

/// A part of the time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Each has its own chance.
    pub(crate) number: u64,
    pub(crate) from_us: u64,
    pub(crate) to_us: u64,
    /// Calls come with this share of their rate, at most 1.
    pub(crate) thinned: f64,
}
