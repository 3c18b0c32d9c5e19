//! How the calls of the month come: the recorded minutes or a shape, for a picture and for planning.

use coldframe_cost::{Decimal, Traffic};
use coldframe_protocol::{TrafficPreview, TrafficShape};

use super::{basis::Basis, simulated::shape, wanted::Wanted};

const HOUR_US: u64 = 3_600_000_000;
/// A picture has at most so many steps.
const STEPS: usize = 168;

/// The busiest minute over the mean minute of a shape.
pub(super) fn peak_factor(shape: TrafficShape) -> Decimal {
    let tenths = match shape {
        TrafficShape::Recorded | TrafficShape::Steady | TrafficShape::Poisson => 10,
        TrafficShape::Daily => 20,
        // Twice the mean of a day, which on a weekday is 7 / 5.8 of the week's.
        TrafficShape::Weekly => 24,
        TrafficShape::Spiky => 200,
        TrafficShape::Bursty => 80,
    };
    Decimal::new(tenths, 1)
}

/// What stretch of time shows a shape: a week where days differ, the recorded time, else a day.
pub(super) fn length_us(wanted: &Wanted, basis: &Basis) -> u64 {
    match wanted.shape {
        TrafficShape::Weekly => 7 * 24 * HOUR_US,
        TrafficShape::Recorded => {
            (basis.by_minute.len() as u64 * 60_000_000).clamp(24 * HOUR_US, 7 * 24 * HOUR_US)
        }
        TrafficShape::Steady
        | TrafficShape::Poisson
        | TrafficShape::Daily
        | TrafficShape::Spiky
        | TrafficShape::Bursty => 24 * HOUR_US,
    }
}

/// The same picture for the same question.
pub(super) const SEED: u64 = 1;

pub(super) fn preview(basis: &Basis, wanted: &Wanted, volume: Option<u64>, month_us: u64) -> TrafficPreview {
    let length_us = length_us(wanted, basis);
    let steps = usize::try_from(length_us / (10 * 60_000_000)).unwrap_or(STEPS).clamp(6, STEPS);
    let requests = volume.map(|volume| (volume as f64 * length_us as f64 / month_us as f64) as u64);
    let rates = |requests: u64| {
        Traffic { shape: shape(wanted.shape, &basis.by_minute), requests, length_us }.rates(SEED, steps)
    };
    TrafficPreview {
        shape: wanted.shape,
        step_minutes: length_us as f64 / steps as f64 / 60e6,
        calls_per_s: requests.map(|requests| rates(requests.max(1))).unwrap_or_default(),
        peak_factor: wanted.peak_factor.try_into().unwrap_or(1.0),
    }
}
