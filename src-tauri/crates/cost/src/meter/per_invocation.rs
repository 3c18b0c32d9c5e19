//! AWS Lambda, Azure Functions Consumption, Cloud Functions 1st gen, OpenWhisk: every invocation is billed for itself,
//! however many run at once.

use super::{Integral, Rounding};
use crate::{quantity::Metered, size::Sizing, usage::Usage};

/// Scratch space every instance has for nothing.
const EPHEMERAL_INCLUDED_MB: u32 = 512;

pub(super) fn count(rounding: &Rounding, sizing: &Sizing, usage: &Usage) -> Metered {
    let mut sum = Integral::default();
    let ephemeral_mb = usage.ephemeral_mb.saturating_sub(EPHEMERAL_INCLUDED_MB);
    for bin in &usage.calls {
        let ms = rounding.billed_ms(bin.handler_ms, bin.init_handler_ms);
        let held = bin.observed_mb.filter(|_| sizing.is_observed()).unwrap_or(bin.memory_mb);
        sum.requests += u128::from(bin.count);
        sum.add(sizing.nearest(held, None), ms, bin.count);
        sum.ephemeral_mb_ms += u128::from(ephemeral_mb) * u128::from(ms) * u128::from(bin.count);
    }
    sum.metered()
}
