//! What a pool holds and starts at a rate of calls, by formula.

use super::{Kept, Stretch};
use crate::{
    random::{ln, one_minus_exp},
    simulate::{rule::Rule, service::Service},
    traffic::{Shape, Traffic},
};

/// Numbers of instances told apart around the load; more are taken together.
const LEVELS: f64 = 32.0;
/// Standard deviations around the load beyond which an instance is alive for sure, or not at all.
const BELOW: f64 = 5.0;
const ABOVE: f64 = 9.0;
/// As good as certain: `1 − e^−x` is one from here on, and the probability `e^−x` none.
const SURELY: f64 = 37.0;

#[derive(Debug, Clone, Copy)]
pub(super) struct Pool {
    handler_us: f64,
    init_us: f64,
    pub(super) idle_us: f64,
    concurrency: f64,
    minimum: f64,
    pub(super) limit: f64,
    /// Where calls come at equal distances: the mean and the variance of how many are under way when one comes.
    even: Option<(f64, f64)>,
}

impl Pool {
    pub(super) fn new(traffic: &Traffic, service: &Service, rule: &Rule) -> Self {
        let gap_us = traffic.length_us.max(1) as f64 / traffic.requests.max(1) as f64;
        // At equal distances no more meet than fit into the longest.
        let most = match traffic.shape {
            Shape::Steady => (service.longest_warm_us() as f64 / gap_us).floor() + 1.0,
            _ => f64::INFINITY,
        };
        let most = (most / f64::from(rule.concurrency.max(1))).ceil();
        Self {
            handler_us: service.mean_handler_us(),
            init_us: service.mean_init_us(),
            idle_us: rule.idle_us as f64,
            concurrency: f64::from(rule.concurrency.max(1)),
            minimum: rule.minimum as f64,
            limit: rule.most_instances().map_or(most, |limit| most.min(limit as f64)),
            even: (traffic.shape == Shape::Steady).then(|| service.under_way(gap_us)),
        }
    }

    /// After stretches of a rate and a length, of which the last is now and lasts `stays_us` in all, where that is no
    /// longer than an idle time: instances alive for calls, and how many start a microsecond.
    pub(super) fn after(self, past: &[(f64, f64)], stays_us: Option<f64>) -> Kept {
        let mut past: Vec<(Coming, f64)> =
            past.iter().map(|&(rate, long_us)| (self.coming(rate), long_us)).collect();
        let (now, since_us) = past.pop().unwrap_or_default();
        // The busiest first: they say soonest that an instance is alive.
        past.sort_unstable_by(|(one, _), (other, _)| other.rate.total_cmp(&one.rate));
        let busiest = past.first().map_or(now.rate, |(earlier, _)| earlier.rate.max(now.rate));
        let (mean, variance) = self.load(busiest);
        let wide = variance.sqrt().max(1.0);
        let levels =
            |calls: f64| (calls / self.concurrency).clamp(self.minimum, self.limit.max(self.minimum));
        let (from, to) = (levels(mean - BELOW * wide).floor(), levels(mean + ABOVE * wide + 8.0).ceil());
        let each = ((to - from) / LEVELS).ceil().max(1.0);
        let mut kept = Kept { instances: from - self.minimum, ..Kept::default() };
        let mut level = from;
        while level < to {
            let many = each.min(to - level);
            // The one beyond so many full ones; of several taken together, the one in the middle.
            let place = self.place((level + (many - 1.0) / 2.0) * self.concurrency);
            let mut asked_before = 0.0;
            for (coming, long_us) in &past {
                asked_before += coming.beyond(&place) * long_us;
                if asked_before > SURELY {
                    break;
                }
            }
            let needed = now.beyond(&place);
            let asked = asked_before + needed * since_us;
            let alive = one_minus_exp(asked);
            kept.instances += many * alive;
            let starts = match stays_us {
                // The mean of the stretch: most start right after the rate has changed.
                Some(long_us) => {
                    (1.0 - one_minus_exp(asked_before)) * one_minus_exp(needed * long_us) / long_us
                }
                None => needed * (1.0 - alive),
            };
            kept.starts += many * starts;
            if asked < 1e-9 {
                break;
            }
            level += many;
        }
        kept
    }

    /// The mean and the variance of how many calls are under way.
    fn load(self, rate: f64) -> (f64, f64) {
        self.even.unwrap_or((rate * self.handler_us, rate * self.handler_us))
    }

    fn coming(self, rate: f64) -> Coming {
        let (mean, variance) = self.load(rate);
        Coming { rate, mean, variance, ln_variance: ln(variance.max(f64::MIN_POSITIVE)) }
    }

    fn place(self, under_way: f64) -> Place {
        // Of calls at equal distances some are always there, the rest by chance.
        let by_chance = under_way - self.even.map_or(0.0, |(mean, variance)| mean - variance);
        Place { under_way, by_chance, ln_factorial: ln_factorial(by_chance) }
    }

    /// While instances start, their calls are under way for longer: where the rate rises at once, beyond what is
    /// there, everything that comes meanwhile needs a place.
    pub(super) fn rises(self, stretches: &[Stretch]) -> Kept {
        let mut rises = Kept::default();
        let (mut there, mut until_us, mut before) = (0.0_f64, 0.0, 0.0);
        for stretch in stretches {
            let load = stretch.rate * self.handler_us / self.concurrency;
            if stretch.from_us > until_us {
                there = self.after(&[(before, self.idle_us)], None).instances;
            }
            let beyond = (load - there - self.minimum).max(0.0);
            if beyond > 0.1 * load {
                // As fast as calls come that no instance has room for.
                let meanwhile = beyond * self.init_us / self.handler_us.max(1.0);
                let more = meanwhile.min((self.limit - load).max(0.0));
                rises.starts += more;
                rises.instances += more;
                rises.peak = rises.peak.max(more);
                there = load + more;
                until_us = stretch.until_us + self.idle_us;
            } else if load > there {
                (there, until_us) = (load, stretch.until_us + self.idle_us);
            }
            before = stretch.rate;
        }
        rises
    }
}

/// Calls at one rate, and how many of them are under way: what is asked of it at every level.
#[derive(Debug, Clone, Copy, Default)]
struct Coming {
    rate: f64,
    mean: f64,
    variance: f64,
    ln_variance: f64,
}

/// Where one more instance is needed: with more calls under way than this.
struct Place {
    under_way: f64,
    by_chance: f64,
    ln_factorial: f64,
}

impl Coming {
    /// How often more calls come to be under way, times a microsecond.
    fn beyond(&self, place: &Place) -> f64 {
        if place.under_way <= self.mean {
            // They are about always.
            return self.rate;
        }
        self.rate * self.poisson(place) * (1.0 - self.variance / place.by_chance)
    }

    /// The Poisson distribution's probability of so many by chance, which need not be whole.
    fn poisson(&self, place: &Place) -> f64 {
        if self.variance <= 0.0 {
            return if place.by_chance < 0.5 { 1.0 } else { 0.0 };
        }
        let unlikely = self.variance + place.ln_factorial - place.by_chance * self.ln_variance;
        let unlikely = if place.by_chance < 0.5 { self.variance } else { unlikely };
        if unlikely > SURELY { 0.0 } else { 1.0 - one_minus_exp(unlikely.max(0.0)) }
    }
}

/// Stirling's series.
fn ln_factorial(many: f64) -> f64 {
    if many < 0.5 {
        return 0.0;
    }
    (many + 0.5) * ln(many) - many + 0.918_938_533_204_672_8 + 1.0 / (12.0 * many)
        - 1.0 / (360.0 * many * many * many)
}
