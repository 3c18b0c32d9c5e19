//! What a person supposes of a month, and the usage that makes.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    bill::FreeTier,
    book::Plan,
    quantity::{Dimension, Metered},
    usage::{Bin, Period, Snapshots, Usage, Warm},
};

/// A month of calls that are all alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposed {
    pub requests: u64,
    pub duration_us: u64,
    pub memory_mb: u32,
    /// Thousandths; the plan's default where it is left out.
    pub vcpu_milli: Option<u32>,
    /// CPU time of one call; its whole duration where it is left out.
    pub cpu_us: Option<u64>,
    pub init_us: u64,
    /// 0 to 1: of the calls that capacity kept ready does not serve.
    pub cold_share: Decimal,
    pub ephemeral_mb: u32,
    pub kept: Option<Kept>,
    /// How often an instance is started from a snapshot, and how many seconds the snapshot is kept.
    pub snapshots: Option<(u64, u64)>,
    pub stream_gb: Decimal,
    pub egress_gb: Decimal,
    pub free_tier: FreeTier,
}

/// Instances kept ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub instances: u64,
    pub seconds: u64,
    /// How many of the calls they serve; all of them where it is left out.
    pub requests: Option<u64>,
    /// How long those take; as long as the others where it is left out.
    pub duration_us: Option<u64>,
}

impl Supposed {
    pub(super) fn cpu_us(&self) -> u64 {
        self.cpu_us.unwrap_or(self.duration_us)
    }

    /// How many calls the capacity kept ready serves, and how long each takes.
    pub(super) fn on_kept(&self) -> (u64, u64) {
        self.kept.map_or((0, self.duration_us), |kept| {
            (kept.requests.unwrap_or(self.requests), kept.duration_us.unwrap_or(self.duration_us))
        })
    }

    pub(super) fn cold(&self) -> u64 {
        let others = self.requests.saturating_sub(self.on_kept().0);
        (Decimal::from(others) * self.cold_share).round().to_u64().unwrap_or(others).min(others)
    }

    /// As if no two calls shared an instance.
    pub(super) fn usage(&self) -> Usage {
        let bin = |init_us: u64, us: u64, count| Bin {
            handler_ms: us.div_ceil(1000),
            init_handler_ms: (init_us + us).div_ceil(1000),
            memory_mb: self.memory_mb,
            observed_mb: None,
            count,
        };
        let (served, served_us) = self.on_kept();
        let cold = self.cold();
        let warm = self.requests.saturating_sub(served).saturating_sub(cold);
        let bins = [bin(self.init_us, self.duration_us, cold), bin(0, self.duration_us, warm)];
        let mut usage = Usage::calls(bins.into_iter().filter(|bin| bin.count > 0));
        for period in &mut usage.active {
            period.vcpu_milli = self.vcpu_milli;
        }
        let counted = Metered::default()
            .with(Dimension::Stream, self.stream_gb)
            .with(Dimension::Egress, self.egress_gb);
        Usage {
            cpu_us: u128::from(self.requests) * u128::from(self.cpu_us()),
            ephemeral_mb: self.ephemeral_mb,
            warm: self.kept.map(|kept| Warm {
                instances: kept.instances,
                seconds: kept.seconds,
                memory_mb: self.memory_mb,
                vcpu_milli: self.vcpu_milli,
                calls: vec![bin(0, served_us, served)],
                active: Vec::new(),
            }),
            snapshots: self.snapshots.map(|(restores, seconds)| Snapshots {
                memory_mb: self.memory_mb,
                seconds,
                restores,
            }),
            counted,
            ..usage
        }
    }

    /// For plans that bill instances as long as they live: those kept, else as few as hold the calls one at a time.
    pub(super) fn instances(&self, hours_per_month: Decimal) -> u64 {
        let busy_us = Decimal::from(self.requests) * Decimal::from(self.duration_us);
        let month_us = hours_per_month * Decimal::from(3_600_000_000_u64);
        let few = (busy_us / month_us).ceil().to_u64().unwrap_or(u64::MAX).max(1);
        self.kept.map_or(few, |kept| kept.instances)
    }

    pub(super) fn life(&self, instances: u64, hours_per_month: Decimal) -> Period {
        let month_ms = (hours_per_month * Decimal::from(3_600_000)).to_u64().unwrap_or(u64::MAX);
        let ms = self.kept.map_or(month_ms, |kept| kept.seconds.saturating_mul(1000));
        Period { ms, init_ms: ms, memory_mb: self.memory_mb, vcpu_milli: self.vcpu_milli, count: instances }
    }

    /// Lambda: a function with capacity kept ready has no free tier.
    pub(super) fn free_tier_of(&self, plan: &Plan) -> FreeTier {
        let refused = self.kept.is_some() && plan.warm.as_ref().is_some_and(|warm| !warm.free_tier.value);
        if refused { FreeTier::Ignored } else { self.free_tier }
    }
}
