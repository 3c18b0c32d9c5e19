//! Serverless price plans as the book has them.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Confidence, Figure, Scaling, Source};
use crate::{
    meter::{Meter, WarmRule},
    money::Usd,
    quantity::{Dimension, Metered, Unit},
    size::Sizing,
};

/// A serverless price plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: String,
    pub title: String,
    pub provider: String,
    pub region: String,
    pub architecture: String,
    /// The same for plans that differ in the architecture only.
    pub family: Option<String>,
    pub status: Status,
    pub source: Arc<Source>,
    pub meter: Meter,
    pub sizing: Sizing,
    /// In the order of a bill's lines.
    pub rates: Vec<Rate>,
    pub warm: Option<WarmRule>,
    /// A snapshot is billed for this long at least.
    pub snapshot_minimum_s: Option<Figure<u64>>,
    pub subscription: Option<Subscription>,
    /// A factor on every price: what a commitment or a contract leaves of it.
    pub discount: Option<Figure<Decimal>>,
    /// The longest a call may take; none where there is no limit.
    pub timeout_ms: Option<Figure<u64>>,
    /// When its instances start and stop; none where the book does not say.
    pub scaling: Option<Scaling>,
    /// The largest request and response, in units of 1,048,576 bytes; none where there is no limit or none is known.
    pub request_mb: Option<Figure<Decimal>>,
    pub response_mb: Option<Figure<Decimal>>,
    /// None where the sizes say it, or nobody does.
    pub cpu: Option<Cpu>,
    /// Why nobody can call what runs there, where that is so: it is priced, and never chosen.
    pub uncallable: Option<String>,
    /// What a price of this plan takes for granted or leaves out.
    pub notes: Vec<String>,
}

/// How much CPU an instance has, where that is no choice of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    pub share: CpuShare,
    /// A share below one core is given out in periods of this many milliseconds: what fits into a period's share runs at
    /// full speed.
    pub period_ms: Option<Figure<Decimal>>,
    /// How fast its cores are beside those of other plans; 1 where it is left out. For a book of one's own, by one's own
    /// measurements.
    pub speed: Option<Figure<Decimal>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CpuShare {
    /// One vCPU for so many megabytes, in proportion.
    PerMemory(Figure<u64>),
    /// So many vCPUs, whatever the memory.
    Fixed(Figure<Decimal>),
    /// What the size has.
    OfSize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Current,
    /// Still billed, no longer recommended.
    Legacy,
    /// Nobody can buy it any more.
    Retired,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Legacy => "legacy",
            Self::Retired => "retired",
        }
    }
}

/// Paid every month, whatever is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub month: Figure<Usd>,
    /// It pays for as much usage as it costs.
    pub includes_usage: bool,
}

/// Prices per unit, by how much a month has used. Tiers begin at 0, follow each other without gap or overlap, and the
/// last is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    pub of: Dimension,
    /// What a bill calls it.
    pub item: String,
    pub unit: Unit,
    /// What a month has for nothing, in `unit`.
    pub free: Option<Figure<Decimal>>,
    /// Where that is taken off as money: the price it is valued at.
    pub free_at: Option<Figure<Usd>>,
    pub tiers: Vec<Tier>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub from: Decimal,
    pub up_to: Option<Decimal>,
    pub usd: Figure<Usd>,
}

impl Rate {
    /// What was counted of it, in its own unit.
    pub fn in_units(&self, metered: &Metered) -> Decimal {
        metered.of(self.of) / self.unit.base()
    }

    /// The list price of the first unit.
    pub fn first(&self) -> Usd {
        self.tiers.first().map_or(Usd::ZERO, |tier| tier.usd.value)
    }
}

impl Plan {
    pub fn rate(&self, of: Dimension) -> Option<&Rate> {
        self.rates.iter().find(|rate| rate.of == of)
    }

    /// The least sure of the figures that every bill rests on: further tiers and prices of extras are left out, they
    /// name their own confidence.
    pub fn confidence(&self) -> Confidence {
        let rates = self.rates.iter().filter(|rate| rate.of.is_core());
        let rates = rates.flat_map(|rate| {
            let tier = rate.tiers.first().map(|tier| tier.usd.confidence);
            tier.into_iter().chain(rate.free.as_ref().map(|free| free.confidence))
        });
        let subscription = self.subscription.iter().map(|subscription| subscription.month.confidence);
        let rounding = self.rounding_figures().into_iter().map(|(_, confidence)| confidence);
        Confidence::least(rounding.chain(rates).chain(subscription))
    }

    /// Every figure of the plan that must not be presented as fact, by name.
    pub fn unverified(&self) -> Vec<String> {
        self.unverified_for(|_| true, true)
    }

    /// The same, of what a bill of these dimensions rests on, and with or without capacity kept ready.
    pub(crate) fn unverified_for(&self, used: impl Fn(Dimension) -> bool, kept: bool) -> Vec<String> {
        let mut all = self.rounding_figures();
        all.push(("sizes", self.sizing.confidence));
        let warm = self.warm.as_ref().filter(|_| kept);
        let snapshots = self.snapshot_minimum_s.as_ref().filter(|_| used(Dimension::SnapshotCache));
        let options = [
            warm.map(|warm| ("kept ready: granularity", warm.granularity_s.confidence)),
            warm.map(|warm| ("kept ready: whole time billed", warm.whole_time.confidence)),
            warm.map(|warm| ("kept ready: free tier", warm.free_tier.confidence)),
            snapshots.map(|least| ("snapshot minimum", least.confidence)),
            self.subscription.as_ref().map(|paid| ("subscription", paid.month.confidence)),
            self.discount.as_ref().map(|discount| ("discount", discount.confidence)),
            self.timeout_ms.as_ref().map(|longest| ("longest duration", longest.confidence)),
            self.request_mb.as_ref().map(|most| ("largest request", most.confidence)),
            self.response_mb.as_ref().map(|most| ("largest response", most.confidence)),
        ];
        all.extend(options.into_iter().flatten());
        let mut names: Vec<String> = named_unverified(all);
        for rate in self.rates.iter().filter(|rate| rate.of.is_core() || used(rate.of)) {
            let prices = rate.tiers.iter().map(|tier| ("price", tier.usd.confidence));
            let free = rate.free.iter().map(|free| ("free tier", free.confidence));
            let figures = named_unverified(prices.chain(free));
            names.extend(figures.into_iter().map(|figure| format!("{}: {figure}", rate.item)));
        }
        names
    }

    fn rounding_figures(&self) -> Vec<(&'static str, Confidence)> {
        self.meter.rounding().map_or_else(Vec::new, |rounding| {
            vec![
                ("granularity", rounding.granularity_ms.confidence),
                ("minimum", rounding.minimum_ms.confidence),
                ("init billed", rounding.init_billed.confidence),
            ]
        })
    }
}

fn named_unverified<'a>(figures: impl IntoIterator<Item = (&'a str, Confidence)>) -> Vec<String> {
    let unverified = figures.into_iter().filter(|(_, confidence)| confidence.is_unverified());
    unverified.map(|(name, _)| name.to_owned()).collect()
}
