//! Busy and calm turns of random length: a Markov-modulated Poisson process of two states.

use super::shape::{Stretch, Turns, rest};
use crate::random::Random;

/// A turn is at least so long, so that any traffic is over after a bounded number of them.
const SHORTEST_S: f64 = 0.1;

#[derive(Debug, Clone)]
pub(super) struct Bursty {
    busy_us: f64,
    calm_us: f64,
    busy_rate: f64,
    calm_rate: f64,
    random: Random,
    busy: bool,
    until_us: f64,
}

impl Bursty {
    pub(super) fn new(turns: Turns, random: Random) -> Self {
        let us = |seconds: f64| {
            if seconds.is_finite() { seconds.clamp(SHORTEST_S, 1e9) * 1e6 } else { SHORTEST_S * 1e6 }
        };
        let (busy_us, calm_us) = (us(turns.busy_s), us(turns.calm_s));
        let (calm_rate, busy_rate) = rest(busy_us / (busy_us + calm_us), turns.times);
        // The first turn begins at 0, and is a busy one: a turn of no length goes before it.
        Self { busy_us, calm_us, busy_rate, calm_rate, random, busy: false, until_us: 0.0 }
    }

    pub(super) fn stretch(&mut self, at_us: f64) -> Stretch {
        while self.until_us <= at_us {
            self.busy = !self.busy;
            let mean = if self.busy { self.busy_us } else { self.calm_us };
            self.until_us += (mean * self.random.exponential()).max(1.0);
        }
        Stretch { until_us: self.until_us, rate: if self.busy { self.busy_rate } else { self.calm_rate } }
    }
}
