//! Capacity that is kept ready (provisioned concurrency, always-ready, minimum instances), and snapshots to start from.

use super::{Integral, Rounding, decimal, gb_seconds, seconds};
use crate::{
    book::Figure,
    quantity::{Dimension, Metered},
    size::Sizing,
    usage::{Snapshots, Warm},
};

/// How a plan bills it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarmRule {
    /// From enabling to disabling, rounded up to this.
    pub granularity_s: Figure<u64>,
    /// True: all the time it is there, and the time it is busy on top, at prices of its own (Lambda, Flex). False: only
    /// while idle; busy time is like any other (Cloud Run, Container Apps).
    pub whole_time: Figure<bool>,
    /// The function's calls on demand still have the free tier.
    pub free_tier: Figure<bool>,
}

pub(super) fn count(rule: &WarmRule, rounding: Option<&Rounding>, sizing: &Sizing, warm: &Warm) -> Metered {
    let size = sizing.nearest(warm.memory_mb, warm.vcpu_milli);
    let mut busy = Integral::default();
    let mut busy_ms = 0_u128;
    let shared = warm.active.iter().map(|period| (period.ms, period.count));
    let single = warm.calls.iter().map(|bin| (bin.handler_ms, bin.count));
    let stretches = if warm.active.is_empty() { single.collect() } else { shared.collect::<Vec<_>>() };
    for (ms, count) in stretches {
        // It was initialised before anybody called.
        let ms = rounding.map_or(0, |rounding| rounding.billed_ms(ms, ms));
        busy.add(size, ms, count);
        busy_ms += u128::from(ms) * u128::from(count);
    }
    busy.requests = warm.calls.iter().map(|bin| u128::from(bin.count)).sum();
    let busy = busy.metered();
    let kept_s = warm.seconds.next_multiple_of(rule.granularity_s.value);
    let kept_ms = u128::from(warm.instances) * u128::from(kept_s) * 1000;
    let (paid_ms, busy) = if rule.whole_time.value {
        let own = Metered::default()
            .with(Dimension::WarmRequests, busy.of(Dimension::Requests))
            .with(Dimension::WarmBusyMemory, busy.of(Dimension::Memory));
        (kept_ms, own)
    } else {
        (kept_ms.saturating_sub(busy_ms), busy)
    };
    busy.with(Dimension::WarmMemory, gb_seconds(u128::from(size.memory_mb) * paid_ms))
        .with(Dimension::WarmVcpu, seconds(u128::from(size.vcpu_milli) * paid_ms))
        .with(Dimension::WarmGhz, seconds(u128::from(size.ghz_milli) * paid_ms))
}

pub(super) fn snapshots(minimum_s: &Figure<u64>, used: Snapshots) -> Metered {
    let memory_mb = u128::from(used.memory_mb);
    let kept_ms = u128::from(minimum_s.at_least(used.seconds)) * 1000;
    let restored_mb = decimal(memory_mb * u128::from(used.restores));
    Metered::default()
        .with(Dimension::SnapshotCache, gb_seconds(memory_mb * kept_ms))
        .with(Dimension::SnapshotRestores, restored_mb / decimal(1024))
}
