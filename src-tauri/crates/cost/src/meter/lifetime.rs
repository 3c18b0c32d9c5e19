//! Cloud Run billed by instances, and its worker pools: from an instance's start to its end, called or not.

use super::{Integral, Rounding};
use crate::{quantity::Metered, size::Sizing, usage::Usage};

pub(super) fn count(rounding: &Rounding, sizing: &Sizing, usage: &Usage) -> Metered {
    let mut sum = Integral::default();
    sum.requests = usage.calls.iter().map(|bin| u128::from(bin.count)).sum();
    for life in &usage.lives {
        let ms = rounding.billed_ms(life.ms, life.init_ms);
        sum.add(sizing.nearest(life.memory_mb, life.vcpu_milli), ms, life.count);
    }
    sum.metered()
}
