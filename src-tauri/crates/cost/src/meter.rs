//! The per-invocation meter: billed time × memory. Other meters (an instance's active periods, CPU used) join here.

use rust_decimal::Decimal;

use crate::{
    book::{Billing, Plan},
    money::Usd,
    usage::{Bin, InvocationUsage, Metered},
};

/// Milliseconds that are billed for one invocation.
///
/// Lambda: `ceil(init + handler)`, rounded once, not each part (AWS: 100.77 + 250.06 ms → 351 ms).
/// <https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/>
pub fn billed_ms(plan: &Plan, usage: InvocationUsage) -> u64 {
    let init_us = if plan.billing.init_billed.value { usage.billed_init_us } else { 0 };
    round_up(&plan.billing, (init_us + usage.handler_us).div_ceil(1000))
}

/// The unrounded list price: first tiers, no free tier.
pub fn price_invocation(plan: &Plan, usage: InvocationUsage) -> Usd {
    let gb_seconds = gb_seconds(u128::from(billed_ms(plan, usage)) * u128::from(usage.memory_mb));
    plan.request.first() + plan.gb_second.first() * gb_seconds
}

impl Plan {
    /// What the plan's meter counts for these invocations.
    pub fn meter(&self, bins: impl IntoIterator<Item = Bin>) -> Metered {
        let (mut requests, mut mb_ms) = (0_u128, 0_u128);
        for bin in bins {
            let ms = if self.billing.init_billed.value { bin.init_handler_ms } else { bin.handler_ms };
            requests += u128::from(bin.count);
            mb_ms +=
                u128::from(round_up(&self.billing, ms)) * u128::from(bin.memory_mb) * u128::from(bin.count);
        }
        Metered { requests: decimal(requests), gb_seconds: gb_seconds(mb_ms) }
    }
}

fn round_up(billing: &Billing, ms: u64) -> u64 {
    ms.max(billing.minimum_ms.value).next_multiple_of(billing.granularity_ms.value)
}

/// Exact: 1/1024 and 1/1000 both end within ten digits.
fn gb_seconds(mb_ms: u128) -> Decimal {
    decimal(mb_ms) / Decimal::from(1_024_000)
}

fn decimal(count: u128) -> Decimal {
    // 7.9e28 is more megabyte-milliseconds than ten billion calls of 15 minutes at 10 GB.
    i128::try_from(count)
        .ok()
        .and_then(|count| Decimal::try_from_i128_with_scale(count, 0).ok())
        .unwrap_or(Decimal::MAX)
}
