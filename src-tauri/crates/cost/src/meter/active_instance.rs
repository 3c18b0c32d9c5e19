//! Cloud Run billed by requests, Azure Flex Consumption, Container Apps, Code Engine: an instance is billed while it
//! has at least one call under way, however many share it.

use super::{Integral, Rounding};
use crate::{quantity::Metered, size::Sizing, usage::Usage};

pub(super) fn count(rounding: &Rounding, sizing: &Sizing, usage: &Usage) -> Metered {
    let mut sum = Integral::default();
    sum.requests = usage.calls.iter().map(|bin| u128::from(bin.count)).sum();
    for period in &usage.active {
        let ms = rounding.billed_ms(period.ms, period.init_ms);
        sum.add(sizing.nearest(period.memory_mb, period.vcpu_milli), ms, period.count);
    }
    sum.metered()
}
