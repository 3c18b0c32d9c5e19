//! The seam between usage and prices: every plan has one meter, which says what of the usage it counts. What a
//! quantity costs is not here.

mod active_cpu;
mod active_instance;
mod lifetime;
mod nodes;
mod per_invocation;
mod rounding;
mod warm;

pub use self::{nodes::Nodes, rounding::Rounding, warm::WarmRule};

use rust_decimal::Decimal;

use crate::{
    book::{Figure, Plan},
    money::Usd,
    quantity::{Dimension, Metered},
    simulate::Billed,
    usage::{Bin, InvocationUsage, Period, Usage},
};

/// How a plan counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meter {
    /// Each invocation's time × its memory.
    PerInvocation(Rounding),
    /// The time an instance has a call under way × its resources; calls that overlap share it.
    ActiveInstance(Rounding),
    /// CPU time really used, and memory while a call is under way.
    ActiveCpu(Rounding),
    /// An instance's whole life × its resources.
    Lifetime(Rounding),
    /// Machines; invocations are free.
    Nodes(Nodes),
}

impl Meter {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::PerInvocation(_) => "per-invocation",
            Self::ActiveInstance(_) => "active-instance",
            Self::ActiveCpu(_) => "active-cpu",
            Self::Lifetime(_) => "lifetime",
            Self::Nodes(_) => "nodes",
        }
    }

    /// The same meter, in whole milliseconds without a minimum.
    pub(crate) fn without_rounding(&self) -> Self {
        let mut meter = self.clone();
        if let Self::PerInvocation(rounding)
        | Self::ActiveInstance(rounding)
        | Self::ActiveCpu(rounding)
        | Self::Lifetime(rounding) = &mut meter
        {
            (rounding.granularity_ms.value, rounding.minimum_ms.value) = (1, 0);
        }
        meter
    }

    /// How stretches in which an instance has a call under way are rounded, where they are what is billed.
    pub(crate) fn billed(&self) -> Option<Billed> {
        let (Self::ActiveInstance(rounding) | Self::ActiveCpu(rounding)) = self else { return None };
        let us = |ms: &Figure<u64>| ms.value.saturating_mul(1_000);
        Some(Billed { least_us: us(&rounding.minimum_ms), step_us: us(&rounding.granularity_ms) })
    }

    /// None where machines are billed.
    pub fn rounding(&self) -> Option<&Rounding> {
        match self {
            Self::PerInvocation(rounding)
            | Self::ActiveInstance(rounding)
            | Self::ActiveCpu(rounding)
            | Self::Lifetime(rounding) => Some(rounding),
            Self::Nodes(_) => None,
        }
    }
}

impl Plan {
    /// What the plan's meter counts of this usage.
    pub fn measure(&self, usage: &Usage) -> Metered {
        let ran = match &self.meter {
            Meter::PerInvocation(rounding) => per_invocation::count(rounding, &self.sizing, usage),
            Meter::ActiveInstance(rounding) => active_instance::count(rounding, &self.sizing, usage),
            Meter::ActiveCpu(rounding) => active_cpu::count(rounding, &self.sizing, usage),
            Meter::Lifetime(rounding) => lifetime::count(rounding, &self.sizing, usage),
            Meter::Nodes(_) => nodes::count(usage),
        };
        let kept = self.warm.as_ref().zip(usage.warm.as_ref());
        let kept = kept.map(|(rule, warm)| warm::count(rule, self.meter.rounding(), &self.sizing, warm));
        let snapshots = self.snapshot_minimum_s.as_ref().zip(usage.snapshots);
        let snapshots = snapshots.map(|(minimum, used)| warm::snapshots(minimum, used));
        ran + kept.unwrap_or_default() + snapshots.unwrap_or_default() + usage.counted
    }

    /// Milliseconds that are billed for one invocation that shares its instance with no other.
    ///
    /// Lambda: `ceil(init + handler)`, rounded once, not each part (AWS: 100.77 + 250.06 ms → 351 ms).
    /// <https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/>
    pub fn billed_ms(&self, usage: InvocationUsage) -> u64 {
        self.billed_ms_of(Bin::from(usage))
    }

    /// Of each call of a bin.
    pub fn billed_ms_of(&self, bin: Bin) -> u64 {
        self.meter.rounding().map_or(0, |rounding| rounding.billed_ms(bin.handler_ms, bin.init_handler_ms))
    }

    /// Milliseconds of time that are billed in all: of calls, of stretches with a call under way or of whole lives, as the
    /// plan counts. `None` where it bills machines.
    pub fn billed_time_ms(&self, usage: &Usage) -> Option<u64> {
        let rounding = self.meter.rounding()?;
        let periods = |all: &[Period]| {
            all.iter().map(|one| rounding.billed_ms(one.ms, one.init_ms) * one.count).sum::<u64>()
        };
        Some(match &self.meter {
            Meter::PerInvocation(_) => {
                usage.calls.iter().map(|bin| self.billed_ms_of(*bin) * bin.count).sum()
            }
            Meter::Lifetime(_) => periods(&usage.lives),
            Meter::ActiveInstance(_) | Meter::ActiveCpu(_) | Meter::Nodes(_) => periods(&usage.active),
        })
    }

    /// The unrounded list price of one invocation: first tiers, no free tier.
    pub fn price_invocation(&self, usage: InvocationUsage) -> Usd {
        self.list_price(&self.measure(&Usage::calls([Bin::from(usage)])))
    }

    /// Unrounded, at first tiers, no free tier.
    pub fn list_price(&self, metered: &Metered) -> Usd {
        self.rates.iter().map(|rate| rate.first() * rate.in_units(metered)).sum()
    }
}

impl Figure<u64> {
    fn at_least(&self, quantity: u64) -> u64 {
        quantity.max(self.value)
    }
}

/// Exact: 1/1024 and 1/1000 both end within ten digits.
fn gb_seconds(mb_ms: u128) -> Decimal {
    decimal(mb_ms) / Decimal::from(1_024_000)
}

/// From thousandths × milliseconds.
fn seconds(milli_ms: u128) -> Decimal {
    decimal(milli_ms) / Decimal::from(1_000_000)
}

fn decimal(count: u128) -> Decimal {
    // 7.9e28 is more megabyte-milliseconds than ten billion calls of 15 minutes at 10 GB.
    i128::try_from(count)
        .ok()
        .and_then(|count| Decimal::try_from_i128_with_scale(count, 0).ok())
        .unwrap_or(Decimal::MAX)
}

/// Resource × time, in whole numbers until the end.
#[derive(Default)]
struct Integral {
    requests: u128,
    mb_ms: u128,
    vcpu_milli_ms: u128,
    ghz_milli_ms: u128,
    ephemeral_mb_ms: u128,
}

impl Integral {
    fn add(&mut self, size: crate::size::Size, ms: u64, count: u64) {
        let ms = u128::from(ms) * u128::from(count);
        self.mb_ms += u128::from(size.memory_mb) * ms;
        self.vcpu_milli_ms += u128::from(size.vcpu_milli) * ms;
        self.ghz_milli_ms += u128::from(size.ghz_milli) * ms;
    }

    fn metered(&self) -> Metered {
        Metered::default()
            .with(Dimension::Requests, decimal(self.requests))
            .with(Dimension::Memory, gb_seconds(self.mb_ms))
            .with(Dimension::Vcpu, seconds(self.vcpu_milli_ms))
            .with(Dimension::Ghz, seconds(self.ghz_milli_ms))
            .with(Dimension::Ephemeral, gb_seconds(self.ephemeral_mb_ms))
    }
}
