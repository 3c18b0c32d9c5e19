//! Where a plan's line crosses a machine's: the volume from which the machine is the cheaper of the two.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    bill::FreeTier,
    book::{Machine, Plan},
    machine::{Load, Targets},
    money::Usd,
    quantity::Metered,
};

/// Calls a month between which a crossing is looked for and curves are drawn.
pub const BREAK_EVEN_RANGE: (u64, u64) = (1_000, 10_000_000_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakEven {
    /// The smallest volume at which the plan costs more than the machines that hold it.
    pub calls_per_month: u64,
    /// What the machines cost there.
    pub usd: Usd,
    pub machines: u32,
}

/// Looks for the smallest volume at which `plan` (after its free tier) costs more than machines of this kind.
///
/// The number of machines is a staircase and the plan's price a rising line, so each step is looked at on its own.
/// `None`: the plan is cheaper up to the end of the range, or the machine cannot do the work.
pub fn break_even(
    plan: &Plan,
    machine: &Machine,
    metered: Metered,
    load: &Load,
    targets: Targets,
    hours_per_month: Decimal,
) -> Option<BreakEven> {
    let (mut from, last) = BREAK_EVEN_RANGE;
    let plan_usd = |volume: u64| Some(plan.month(metered.at(volume.into())?, FreeTier::Applied).exact());
    let count =
        |volume: u64| Some(machine.need(&load.at(volume.into()), targets, hours_per_month).ok()?.count);
    while from <= last {
        let machines = count(from)?;
        let usd = machine.month(machines, hours_per_month).exact();
        let step_end = largest(from, last, |volume| count(volume) == Some(machines));
        if plan_usd(step_end)? > usd {
            let at_most = largest(from.saturating_sub(1), step_end, |volume| {
                plan_usd(volume).is_some_and(|plan| plan <= usd)
            });
            let calls_per_month = if plan_usd(from)? > usd { from } else { at_most + 1 };
            return Some(BreakEven { calls_per_month, usd: usd.to_cents(), machines });
        }
        // Where steps become tiny against the volume, looking at each would take for ever and tell nothing more.
        from = (step_end + 1).max(from + from / 50);
    }
    None
}

/// The largest volume in `from..=to` that satisfies a condition which holds at `from` and, once false, stays false.
fn largest(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut yes, mut no) = (from, to + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// Volumes for a chart with a logarithmic axis: `per_decade` points in every decade of the range, both ends included.
pub fn volumes(per_decade: u32) -> Vec<u64> {
    let (first, last) = BREAK_EVEN_RANGE;
    let decades = (last / first).ilog10();
    (0..=decades * per_decade)
        .map(|step| {
            let exact = Decimal::from(first) * power_of_ten(step, per_decade);
            exact.round().to_u64().unwrap_or(last)
        })
        .collect()
}

/// 10^(step / per_decade): whole decades exactly, the points between only as exact as a chart needs.
fn power_of_ten(step: u32, per_decade: u32) -> Decimal {
    let whole = Decimal::from(10_u64.pow(step / per_decade));
    let rest = f64::from(step % per_decade) / f64::from(per_decade);
    whole * Decimal::try_from(10_f64.powf(rest)).unwrap_or(Decimal::ONE)
}
