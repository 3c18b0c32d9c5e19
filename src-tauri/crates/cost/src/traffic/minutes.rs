//! Shapes whose rate changes by the minute.

use std::sync::LazyLock;

use super::shape::{Shape, Spikes, Stretch, rest};
use crate::random::{Random, cosine};

const MINUTE_US: f64 = 60e6;
const DAY: u64 = 1_440;
/// More spikes than minutes are one long spike.
const MOST_SPIKES: u32 = 1_440;

#[derive(Debug, Clone)]
pub(super) struct Minutes<'a> {
    shape: &'a Shape,
    /// Which minutes of `day` have a spike.
    spikes: Vec<bool>,
    day: Option<u64>,
    /// What the spikes of all days are drawn from, each day its own.
    seed: u64,
}

impl<'a> Minutes<'a> {
    pub(super) fn new(shape: &'a Shape, mut random: Random) -> Self {
        Self { shape, spikes: vec![false; DAY as usize], day: None, seed: random.bits() }
    }

    pub(super) fn stretch(&mut self, at_us: f64) -> Stretch {
        let minute = (at_us / MINUTE_US).floor();
        Stretch { until_us: (minute + 1.0) * MINUTE_US, rate: self.rate(minute as u64) }
    }

    fn rate(&mut self, minute: u64) -> f64 {
        match self.shape {
            Shape::Daily { peak } => of_the_day(minute, *peak),
            Shape::Weekly { peak, weekend } => {
                let weekend = if weekend.is_finite() { weekend.clamp(0.0, 1e3) } else { 1.0 };
                let weekday = 7.0 / (5.0 + 2.0 * weekend);
                let share = if minute / DAY % 7 < 5 { weekday } else { weekday * weekend };
                share * of_the_day(minute, *peak)
            }
            Shape::Spiky(spikes) => {
                self.draw(minute / DAY, *spikes);
                let in_spikes = f64::from(spikes.a_day.min(MOST_SPIKES)) * f64::from(spikes.minutes);
                let (calm, spike) = rest(in_spikes / DAY as f64, spikes.times);
                if self.spikes[(minute % DAY) as usize] { spike } else { calm }
            }
            Shape::Minutes(counts) => {
                let index = minute % (counts.len() as u64).max(1);
                counts.get(index as usize).map_or(1.0, |count| *count as f64)
            }
            _ => 1.0,
        }
    }

    fn draw(&mut self, day: u64, spikes: Spikes) {
        if self.day == Some(day) {
            return;
        }
        self.day = Some(day);
        self.spikes.fill(false);
        let mut random = Random::new(self.seed, day);
        for _ in 0..spikes.a_day.min(MOST_SPIKES) {
            let begins = random.below(DAY) as usize;
            let ends = begins.saturating_add(spikes.minutes as usize);
            // What goes past midnight is at the day's beginning instead: each day has its whole share.
            for minute in begins..ends.min(begins + DAY as usize) {
                self.spikes[minute % DAY as usize] = true;
            }
        }
    }
}

/// From the trough at midnight to the peak at noon; more than twice the mean cannot be had of a sine.
fn of_the_day(minute: u64, peak: f64) -> f64 {
    let height = if peak.is_finite() { (peak - 1.0).clamp(0.0, 1.0) } else { 0.0 };
    1.0 - height * COSINES[(minute % DAY) as usize]
}

/// Of the middle of each minute of a day: months are gone through minute by minute again and again.
static COSINES: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..DAY).map(|minute| cosine((minute as f64 + 0.5) / DAY as f64)).collect());
