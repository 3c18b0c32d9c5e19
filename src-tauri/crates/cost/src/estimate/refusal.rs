//! What a plan would not do, said instead of a price.

use rust_decimal::Decimal;

use super::Supposed;
use crate::{
    book::Plan,
    machine::Unfit,
    meter::Meter,
    quantity::Dimension,
    size::{NoSize, Size},
};

/// Lambda's most; no other plan here has a price for more than is included.
const EPHEMERAL_MOST_MB: u32 = 10_240;
const EPHEMERAL_INCLUDED_MB: u32 = 512;

/// The plan would not do this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{plan} would refuse this: {no_size}")]
    Size { plan: String, no_size: NoSize },
    #[error("{plan} takes no calls: {why}")]
    Uncallable { plan: String, why: String },
    #[error("{plan} would end a call after {most_ms} ms, and this one takes {asked_ms} ms")]
    Timeout { plan: String, most_ms: u64, asked_ms: u64 },
    #[error("{plan} has no price for {what}")]
    NoPrice { plan: String, what: &'static str },
    #[error("a call of {duration_ms} ms on {vcpu} vCPU cannot use {cpu_ms} ms of CPU time")]
    TooMuchCpu { duration_ms: u64, vcpu: Decimal, cpu_ms: u64 },
    #[error("scratch space goes up to {EPHEMERAL_MOST_MB} MB, not {0}")]
    Ephemeral(u32),
    #[error("{served} calls on capacity kept ready are more than the {requests} there are")]
    MoreServedThanCalled { served: u64, requests: u64 },
    #[error("{served} calls of {ms} ms do not fit into {instances} instances kept for {seconds} s")]
    DoesNotFit { served: u64, ms: u64, instances: u64, seconds: u64 },
    #[error("{machine} would refuse this: {unfit}")]
    Machine { machine: String, unfit: Unfit },
    #[error("{plan} runs on {machine}, which the price book does not have")]
    NoMachine { plan: String, machine: String },
}

/// The size it is billed as, where the plan would do all of it.
pub(super) fn check(plan: &Plan, supposed: &Supposed) -> Result<Size, Refusal> {
    let title = || plan.title.clone();
    let size = plan
        .sizing
        .size(supposed.memory_mb, supposed.vcpu_milli)
        .map_err(|no_size| Refusal::Size { plan: title(), no_size })?;
    let (served, served_us) = supposed.on_kept();
    let longest_ms = supposed.duration_us.max(served_us).div_ceil(1000);
    if let Some(most) = plan.timeout_ms.as_ref().filter(|most| longest_ms > most.value) {
        return Err(Refusal::Timeout { plan: title(), most_ms: most.value, asked_ms: longest_ms });
    }
    if let Some(cpu_us) = supposed.cpu_us {
        let chosen = supposed.vcpu_milli.map(|milli| Decimal::new(milli.into(), 3));
        // However small its share, it may have a whole core for a moment.
        let vcpu = chosen.or_else(|| plan.vcpu(size.memory_mb)).unwrap_or_default().max(Decimal::ONE);
        if Decimal::from(cpu_us) > Decimal::from(supposed.duration_us) * vcpu {
            let (duration_ms, cpu_ms) = (supposed.duration_us.div_ceil(1_000), cpu_us.div_ceil(1_000));
            return Err(Refusal::TooMuchCpu { duration_ms, vcpu: vcpu.round_dp(2).normalize(), cpu_ms });
        }
    }
    let by_life = matches!(plan.meter, Meter::Lifetime(_));
    let priced = |of| plan.rate(of).is_some();
    let asked = [
        (!supposed.stream_gb.is_zero() && !priced(Dimension::Stream), "responses streamed"),
        (!supposed.egress_gb.is_zero() && !priced(Dimension::Egress), "traffic out"),
        (
            supposed.ephemeral_mb > EPHEMERAL_INCLUDED_MB && !priced(Dimension::Ephemeral),
            "scratch space beyond what is included",
        ),
        (supposed.snapshots.is_some() && plan.snapshot_minimum_s.is_none(), "snapshots"),
        (supposed.kept.is_some() && plan.warm.is_none() && !by_life, "capacity kept ready"),
    ];
    if let Some((_, what)) = asked.into_iter().find(|(missing, _)| *missing) {
        return Err(Refusal::NoPrice { plan: title(), what });
    }
    if supposed.ephemeral_mb > EPHEMERAL_MOST_MB {
        return Err(Refusal::Ephemeral(supposed.ephemeral_mb));
    }
    if served > supposed.requests {
        return Err(Refusal::MoreServedThanCalled { served, requests: supposed.requests });
    }
    if let (Some(kept), Meter::PerInvocation(_)) = (supposed.kept, &plan.meter) {
        // One call at a time.
        let (busy, there) = (
            u128::from(served) * u128::from(served_us),
            u128::from(kept.instances) * u128::from(kept.seconds),
        );
        if busy > there * 1_000_000 {
            let (ms, instances, seconds) = (served_us.div_ceil(1000), kept.instances, kept.seconds);
            return Err(Refusal::DoesNotFit { served, ms, instances, seconds });
        }
    }
    Ok(size)
}
