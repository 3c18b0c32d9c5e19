//! Where the windows lie. Equal strata of the time, a window somewhere in each: every hour of a day has its share. Where
//! most of the time is alike and what matters is short and rare, the strata are of the time in order of its rate instead,
//! so that spikes and busy turns have as many of the windows as they have of the time.

use super::{Bucket, layout::Layout};
use crate::{
    random::Random,
    traffic::{Shape, Stretch, Traffic},
};

#[derive(Debug)]
pub(super) struct Places {
    /// In the order of their strata.
    pub(super) begins_us: Vec<u64>,
    /// The rate over all the time, where strata are by it.
    pub(super) rates: Option<Vec<Stretch>>,
}

/// Whether a shape's rate is seldom what it is on average.
pub(super) fn is_ranked(shape: &Shape) -> bool {
    matches!(shape, Shape::Spiky(_) | Shape::Bursty(_))
}

impl Places {
    pub(super) fn new(traffic: &Traffic, seed: u64, layout: &Layout, random: &mut Random) -> Self {
        let last_us = traffic.length_us.saturating_sub(layout.window_us);
        if is_ranked(&traffic.shape) {
            let rates = rates(traffic, seed);
            let begins_us = by_rate(&rates, traffic, layout.windows, random);
            return Self {
                begins_us: begins_us.into_iter().map(|at| at.min(last_us)).collect(),
                rates: Some(rates),
            };
        }
        let begins_us = (0..layout.windows).map(|number| {
            let (from_us, to_us) = layout.stratum(number);
            from_us + random.below((to_us - from_us).saturating_sub(layout.window_us) + 1)
        });
        Self { begins_us: begins_us.collect(), rates: None }
    }

    /// Each bucket stands for the time around its window: for its stratum, or up to halfway to the next.
    pub(super) fn spread(&self, buckets: &mut [Bucket], layout: &Layout, stands_for: f64, length_us: u64) {
        if self.rates.is_none() {
            for (number, bucket) in (0..).zip(buckets) {
                layout.bring_up(bucket, layout.stratum(number), stands_for);
            }
            return;
        }
        buckets.sort_by_key(|bucket| bucket.from_us);
        let begins: Vec<u64> = buckets.iter().map(|bucket| bucket.from_us).collect();
        let mut from_us = 0;
        for (number, bucket) in buckets.iter_mut().enumerate() {
            let next = begins.get(number + 1);
            let to_us = next.map_or(length_us, |next| begins[number].midpoint(*next)).max(from_us);
            layout.bring_up(bucket, (from_us, to_us), stands_for);
            from_us = to_us;
        }
    }
}

/// As one, as long as the rate stays the same.
fn rates(traffic: &Traffic, seed: u64) -> Vec<Stretch> {
    let mut rates = Vec::<Stretch>::new();
    traffic.stretches(seed, traffic.length_us.max(1) as f64, |_, until_us, rate| match rates.last_mut() {
        Some(last) if last.rate.total_cmp(&rate).is_eq() => last.until_us = until_us,
        _ => rates.push(Stretch { until_us, rate }),
    });
    rates
}

fn by_rate(rates: &[Stretch], traffic: &Traffic, many: u64, random: &mut Random) -> Vec<u64> {
    let length_us = traffic.length_us.max(1) as f64;
    let begins = std::iter::once(0.0).chain(rates.iter().map(|stretch| stretch.until_us));
    let mut stretches: Vec<(f64, f64, f64)> = rates
        .iter()
        .zip(begins)
        .map(|(stretch, from_us)| (stretch.rate, from_us, stretch.until_us))
        .collect();
    stretches.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let mut all = stretches.into_iter().peekable();
    let mut passed_us = 0.0;
    (0..many)
        .map(|number| {
            let step_us = length_us / many as f64;
            let at_us = number as f64 * step_us + random.below(step_us.max(1.0) as u64) as f64;
            while let Some((_, from_us, until_us)) = all.peek()
                && passed_us + (until_us - from_us) <= at_us
            {
                passed_us += until_us - from_us;
                all.next();
            }
            all.peek().map_or(0, |(_, from_us, _)| (from_us + at_us - passed_us) as u64)
        })
        .collect()
}
