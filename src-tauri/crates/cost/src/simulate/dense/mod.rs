//! How many instances a pool keeps where calls are so many that following them through one idle time takes too long.
//!
//! An instance beyond the n-th is needed when n calls are under way and one more comes. Where calls come at random and
//! nobody waits for a place, as many are under way as in M/G/∞: a Poisson number, of which only the mean `a` matters,
//! not how calls' lengths vary. So that happens at the rate `λ · P(n under way)`, in clusters of `1 / (1 − a/n)` on
//! average where n is above a (Aldous' Poisson clumping). An instance is alive if it was needed within the last idle
//! time, and one starts when it was not. Integrated over the time, that is what a pool holds.

mod formula;
mod tell;

use self::formula::Pool;
use super::{rule::Rule, service::Service};
use crate::traffic::{Shape, Traffic};

/// What a pool comes to over all the time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Kept {
    /// Of the time, of those that are started for calls.
    instances: f64,
    starts: f64,
    peak: f64,
    off: Off,
}

/// How far this is from all of the calls simulated, as shares; tests hold it to that.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Off {
    instances: f64,
    starts: f64,
}

impl Off {
    const USUAL: Self = Self { instances: 0.15, starts: 0.35 };
    /// Turns of about an idle time: what one leaves behind, the next may find or not.
    const IN_TURNS: Self = Self { instances: 0.3, starts: 1.0 };
}

/// Moments that are looked at, and of a turn: every hour of a week.
const MOMENTS: usize = 365;
const MOMENTS_OF_A_TURN: usize = 168;
/// Rates that differ by no more than this share are one.
const SAME: f64 = 0.03;

/// One stretch of constant rate.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from_us: f64,
    until_us: f64,
    /// Calls a microsecond.
    rate: f64,
}

pub(super) fn kept(traffic: &Traffic, seed: u64, service: &Service, rule: &Rule) -> Kept {
    let length_us = traffic.length_us.max(1) as f64;
    let pool = Pool::new(traffic, service, rule);
    let cycle = Cycle::of(traffic, pool.idle_us);
    let stretches = stretches(traffic, seed, cycle.until_us);
    let step_us = (cycle.until_us - cycle.from_us) / cycle.moments as f64;
    let (mut sum, mut first) = (Kept::default(), 0);
    for moment in 0..cycle.moments {
        let now_us = cycle.from_us + (moment as f64 + 0.5) * step_us;
        let from_us = (now_us - pool.idle_us).max(0.0);
        while stretches[first].until_us <= from_us && first + 1 < stretches.len() {
            first += 1;
        }
        let past = stretches[first..].iter().take_while(|stretch| stretch.from_us < now_us);
        let stays_us = past.clone().last().map(|now| now.until_us - now.from_us);
        let past: Vec<(f64, f64)> = past
            .map(|stretch| (stretch.rate, stretch.until_us.min(now_us) - stretch.from_us.max(from_us)))
            .collect();
        let at = pool.after(&past, stays_us.filter(|long_us| *long_us <= pool.idle_us));
        sum.instances += at.instances;
        sum.starts += at.starts * step_us * cycle.times;
        sum.peak = sum.peak.max(at.instances);
    }
    sum.instances /= cycle.moments as f64;
    // Those that every rise of the rate needs besides.
    let earlier = stretches.iter().take_while(|stretch| stretch.from_us < cycle.from_us);
    let earlier =
        earlier.map(|stretch| Stretch { until_us: stretch.until_us.min(cycle.from_us), ..*stretch });
    let (rises, before) = (pool.rises(&stretches), pool.rises(&earlier.collect::<Vec<_>>()));
    let of_the_cycle = |of: fn(&Kept) -> f64| (of(&rises) - of(&before)).max(0.0) * cycle.times;
    sum.starts = (sum.starts + of_the_cycle(|rises| rises.starts)).max(sum.peak.ceil());
    let most = (pool.limit - rule.minimum as f64).max(0.0);
    let kept_on = of_the_cycle(|rises| rises.instances) * pool.idle_us / length_us;
    sum.instances = (sum.instances + kept_on).min(most);
    sum.peak = (sum.peak + rises.peak).min(most);
    sum.off = if matches!(traffic.shape, Shape::Bursty(_)) { Off::IN_TURNS } else { Off::USUAL };
    sum
}

/// What is looked at: all the time, or of a rate that begins anew one turn, after enough of them for what is kept of
/// the one before.
#[derive(Debug, Clone, Copy)]
struct Cycle {
    from_us: f64,
    until_us: f64,
    /// How often it comes.
    times: f64,
    moments: usize,
}

impl Cycle {
    fn of(traffic: &Traffic, idle_us: f64) -> Self {
        let length_us = traffic.length_us.max(1) as f64;
        let period_us = traffic.shape.period_us().map_or(f64::INFINITY, |period_us| period_us as f64);
        let from_us = (idle_us / period_us).ceil() * period_us;
        let until_us = from_us + period_us;
        if until_us < length_us {
            return Self { from_us, until_us, times: length_us / period_us, moments: MOMENTS_OF_A_TURN };
        }
        Self { from_us: 0.0, until_us: length_us, times: 1.0, moments: MOMENTS }
    }
}

/// The rate over time; what changes faster than can be looked at is one stretch.
fn stretches(traffic: &Traffic, seed: u64, end_us: f64) -> Vec<Stretch> {
    let mean = traffic.requests as f64 / traffic.weight(seed).max(1.0);
    let mut all = Vec::<Stretch>::new();
    traffic.stretches(seed, end_us, |from_us, until_us, rate| {
        let rate = rate * mean;
        match all.last_mut() {
            Some(last) if (last.rate - rate).abs() <= SAME * rate => {
                let (before, more) = (last.until_us - last.from_us, until_us - from_us);
                last.rate = (last.rate * before + rate * more) / (before + more);
                last.until_us = until_us;
            }
            _ => all.push(Stretch { from_us, until_us, rate }),
        }
    });
    all
}
