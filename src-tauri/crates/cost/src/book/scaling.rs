//! How a plan scales as far as its provider says or others have observed: what a simulation goes by. None of it has
//! to do with prices.

use super::{Figure, Plan};
use crate::simulate::{Beyond, Burst, Rule};

/// A plan's scaling rule, figure by figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    /// Seconds that an instance without a call is kept. Often observed only, and never promised.
    pub idle_s: Figure<u64>,
    /// Calls an instance takes at once.
    pub concurrency: Figure<u64>,
    /// Most instances unless more are asked for.
    pub most: Option<Figure<u64>>,
    /// Most calls under way in an account unless more are asked for.
    pub account: Option<Figure<u64>>,
    /// So many instances may start at once, and as many more in each `burst_s`.
    pub burst: Option<Figure<u64>>,
    pub burst_s: Option<Figure<u64>>,
    /// Seconds a call beyond the limits waits for a place; refused at once where it is left out.
    pub queue_s: Option<Figure<u64>>,
}

const SECOND_US: u64 = 1_000_000;

impl Scaling {
    pub fn rule(&self) -> Rule {
        let beyond = self.queue_s.as_ref().map_or(Beyond::Throttle, |longest| Beyond::Queue {
            most: u64::MAX,
            longest_us: longest.value.saturating_mul(SECOND_US),
        });
        let burst = self.burst.as_ref().zip(self.burst_s.as_ref()).map(|(many, seconds)| Burst {
            instances: many.value,
            per_us: seconds.value.saturating_mul(SECOND_US),
        });
        Rule {
            idle_us: self.idle_s.value.saturating_mul(SECOND_US),
            concurrency: u32::try_from(self.concurrency.value).unwrap_or(u32::MAX),
            limit: self.most.as_ref().map(|most| most.value),
            account: self.account.as_ref().map(|most| most.value),
            beyond,
            minimum: 0,
            burst,
            billed: None,
        }
    }

    /// Each figure with where it is from and how sure it is.
    pub fn says(&self) -> Vec<String> {
        let figures = [
            ("an instance is kept without a call", Some(&self.idle_s), " s"),
            ("calls an instance takes at once", Some(&self.concurrency), ""),
            ("most instances", self.most.as_ref(), ""),
            ("most calls under way in an account", self.account.as_ref(), ""),
            ("instances that may start at once", self.burst.as_ref(), ""),
            ("until as many more may start", self.burst_s.as_ref(), " s"),
            ("a call beyond the limits waits", self.queue_s.as_ref(), " s"),
        ];
        let known = figures.into_iter().filter_map(|(what, figure, unit)| Some((what, figure?, unit)));
        known
            .map(|(what, figure, unit)| {
                let sure = if figure.confidence.is_unverified() {
                    "not verified"
                } else {
                    figure.confidence.as_str()
                };
                format!("{what}: {}{unit}, {sure} ({})", figure.value, figure.source.title)
            })
            .collect()
    }
}

impl Plan {
    /// How the plan scales unless told otherwise. Of a plan whose book does not say: one call at a time, kept for five
    /// minutes.
    pub fn rule(&self) -> Rule {
        let rule = self.scaling.as_ref().map_or_else(Rule::default, Scaling::rule);
        Rule { billed: self.meter.billed(), ..rule }
    }

    /// What the plan's own rule rests on, in sentences.
    pub fn rule_says(&self) -> Vec<String> {
        self.scaling.as_ref().map_or_else(
            || vec![format!("the price book does not say how {} scales", self.title)],
            Scaling::says,
        )
    }
}
