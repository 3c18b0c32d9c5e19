//! Which size of a plan is right for a function: what one call takes and costs at each, and which is the cheapest, the
//! fastest and the balanced one. Durations come in as they were measured, each with the CPU it was measured with; a
//! plan that sells other shares of CPU gets a duration between the two measured ones, never one beyond them.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    book::{Plan, Status},
    meter::Meter,
    money::Usd,
    size::{Choice, Size},
    usage::{Bin, Usage},
};

/// Warm calls measured at one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paced {
    pub memory_mb: u32,
    /// Thousandths of a core that the size has.
    pub vcpu_milli: u32,
    /// Thousandths of a core the calls really had: less where the machine has no more.
    pub had_milli: u32,
    /// The median.
    pub duration_us: u64,
}

/// Where a duration comes from, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Measured with that share of a core.
    Measured,
    /// Between those of the next smaller and the next larger share that were measured.
    Between,
    /// Measured with fewer cores than the size has: it takes no longer.
    AtMost,
}

impl Basis {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Between => "between",
            Self::AtMost => "at_most",
        }
    }
}

/// One size of a plan, with what a warm call takes and costs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub memory_mb: u32,
    pub vcpu_milli: u32,
    pub duration_us: u64,
    /// Of one call: unrounded list price, first tiers, no free tier.
    pub usd: Usd,
    pub basis: Basis,
}

/// Positions in a list of offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Best {
    pub cheapest: usize,
    pub fastest: usize,
    /// See [`BALANCE`].
    pub balanced: usize,
}

/// How the balanced size is chosen, for people to read. AWS Lambda Power Tuning's own adds the two, half and half, each
/// over its largest; a product needs no weights, and one size that is far off does not move the others' order.
pub const BALANCE: &str =
    "the balanced size has the least (duration ÷ shortest duration) × (price ÷ lowest price)";

/// What a plan sells of the sizes that ran: where memory is chosen freely those that were measured, else the plan's
/// own. Smallest first; none where the plan does not sell CPU by memory, or nobody says how much.
pub fn offers(plan: &Plan, measured: &[Paced]) -> Vec<Offer> {
    let by_memory = matches!(plan.meter, Meter::PerInvocation(_) | Meter::ActiveInstance(_));
    let Some(least_mb) = measured.iter().map(|one| one.memory_mb).min().filter(|_| by_memory) else {
        return Vec::new();
    };
    if plan.status == Status::Retired {
        return Vec::new();
    }
    let mut offers: Vec<_> = sold(plan, measured)
        .into_iter()
        // What was too small here was not measured, and is too small there.
        .filter(|size| size.memory_mb >= least_mb)
        .filter_map(|size| {
            let vcpu_milli = vcpu_milli(plan, size)?;
            let (duration_us, basis) = duration(size.memory_mb, vcpu_milli, measured)?;
            let usd = price(plan, size, duration_us);
            Some(Offer { memory_mb: size.memory_mb, vcpu_milli, duration_us, usd, basis })
        })
        .collect();
    offers.sort_by_key(|offer| (offer.memory_mb, offer.vcpu_milli));
    offers.dedup_by_key(|offer| (offer.memory_mb, offer.vcpu_milli));
    offers
}

/// `None` of no offers. Of two alike the smaller is chosen.
pub fn best(offers: &[Offer]) -> Option<Best> {
    let least = |value: fn(&Offer) -> Decimal| {
        let indexed = offers.iter().enumerate();
        indexed.min_by_key(|(index, offer)| (value(offer), *index)).map(|(index, _)| index)
    };
    Some(Best {
        cheapest: least(|offer| offer.usd.0)?,
        fastest: least(|offer| offer.duration_us.into())?,
        // Dividing both by their least, the same for every offer, does not change the order.
        balanced: least(|offer| Decimal::from(offer.duration_us).saturating_mul(offer.usd.0))?,
    })
}

/// Thousandths of a vCPU an instance of that size has; `None` where nobody says.
fn vcpu_milli(plan: &Plan, size: Size) -> Option<u32> {
    if size.vcpu_milli > 0 {
        return Some(size.vcpu_milli);
    }
    let vcpu = plan.vcpu(size.memory_mb)?;
    (vcpu * Decimal::ONE_THOUSAND).round().to_u32()
}

fn sold(plan: &Plan, measured: &[Paced]) -> Vec<Size> {
    match &plan.sizing.choice {
        Choice::Any { .. } => {
            measured.iter().filter_map(|one| plan.sizing.size(one.memory_mb, None).ok()).collect()
        }
        Choice::Table(sizes) => sizes.clone(),
        // What is held is billed there: no size is chosen.
        Choice::Observed { .. } => Vec::new(),
    }
}

/// What a call takes with that share of a core.
fn duration(memory_mb: u32, vcpu_milli: u32, measured: &[Paced]) -> Option<(u64, Basis)> {
    let same = |one: &&Paced| one.vcpu_milli == vcpu_milli;
    let exact = measured.iter().filter(same).min_by_key(|one| one.memory_mb.abs_diff(memory_mb));
    if let Some(one) = exact {
        let basis = if one.had_milli < one.vcpu_milli { Basis::AtMost } else { Basis::Measured };
        return Some((one.duration_us, basis));
    }
    let had = |one: &&Paced| one.had_milli == one.vcpu_milli;
    let below = measured.iter().filter(had).filter(|one| one.had_milli < vcpu_milli);
    let above = measured.iter().filter(had).filter(|one| one.had_milli > vcpu_milli);
    let (below, above) = (below.max_by_key(|one| one.had_milli)?, above.min_by_key(|one| one.had_milli)?);
    // What a call computes takes as many times longer as its share is smaller; what it waits for does not change.
    let slowness = |milli: u32| 1.0 / f64::from(milli);
    let (slow, fast) = (slowness(below.had_milli), slowness(above.had_milli));
    let weight = (slowness(vcpu_milli) - fast) / (slow - fast);
    let of = |us: u64| us as f64;
    let us = of(above.duration_us) + weight * (of(below.duration_us) - of(above.duration_us));
    Some((us.round().max(0.0) as u64, Basis::Between))
}

fn price(plan: &Plan, size: Size, duration_us: u64) -> Usd {
    let ms = duration_us.div_ceil(1000);
    let bin =
        Bin { handler_ms: ms, init_handler_ms: ms, memory_mb: size.memory_mb, observed_mb: None, count: 1 };
    let mut usage = Usage::calls([bin]);
    for period in &mut usage.active {
        period.vcpu_milli = (size.vcpu_milli > 0).then_some(size.vcpu_milli);
    }
    plan.list_price(&plan.measure(&usage))
}
