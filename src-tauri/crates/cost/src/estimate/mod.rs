//! What if: a month that nobody recorded, priced from a few figures a person gives. Says what it takes for granted, and
//! refuses what the plan would refuse.

mod refusal;
mod rests_on;
mod supposed;

pub use self::{
    refusal::Refusal,
    supposed::{Kept, Supposed},
};

use crate::{
    bill::Bill,
    book::{Book, Machine, Plan},
    machine::{Load, Need, Part, Targets},
    meter::{Meter, Nodes},
    money::Usd,
};
use rust_decimal::Decimal;

/// The busiest minute over the mean minute, where nothing tells.
const ASSUMED_PEAK: u32 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    pub bill: Bill,
    /// What of it is only for rounding up, at list price, unrounded.
    pub rounding: Usd,
    /// What it takes for granted, one sentence each, with the figures.
    pub rests_on: Vec<String>,
    /// Figures of the plan that must not be presented as fact.
    pub unverified: Vec<String>,
}

/// How a month of this would be run, where that is not the plan's business.
enum Run<'a> {
    Metered,
    /// So many instances all the time.
    Instances(u64),
    Machines(&'a Machine, Need),
}

/// # Errors
/// [`Refusal`]: the plan would not do this work, or has no price for something that is asked.
pub fn estimate(book: &Book, plan: &Plan, supposed: &Supposed) -> Result<Estimate, Refusal> {
    let size = refusal::check(plan, supposed)?;
    let mut usage = supposed.usage();
    let mut run = Run::Metered;
    match &plan.meter {
        Meter::Lifetime(_) => {
            let instances = supposed.instances(book.hours_per_month);
            usage.lives = vec![supposed.life(instances, book.hours_per_month)];
            usage.warm = None;
            run = Run::Instances(instances);
        }
        Meter::Nodes(nodes) => {
            let (machine, need) = machines(book, plan, nodes, supposed)?;
            run = Run::Machines(machine, need);
        }
        Meter::PerInvocation(_) | Meter::ActiveInstance(_) | Meter::ActiveCpu(_) => {}
    }
    let metered = plan.measure(&usage);
    let mut bill = plan.month(metered, supposed.free_tier_of(plan));
    if let (Meter::Nodes(nodes), Run::Machines(machine, need)) = (&plan.meter, &run) {
        bill.lines.extend(nodes.month(book, machine, need.count).lines);
    }
    let unverified = plan.unverified_for(|of| !metered.of(of).is_zero(), supposed.kept.is_some());
    let mut rests_on = rests_on::sentences(book, plan, supposed, size, &run);
    rests_on.extend(unverified.iter().map(|figure| format!("not verified: {figure}")));
    Ok(Estimate { bill, rounding: plan.rounding_cost(&usage), rests_on, unverified })
}

fn machines<'a>(
    book: &'a Book,
    plan: &Plan,
    nodes: &Nodes,
    supposed: &Supposed,
) -> Result<(&'a Machine, Need), Refusal> {
    let Some(machine) = nodes.machine(book) else {
        return Err(Refusal::NoMachine { plan: plan.title.clone(), machine: nodes.node.clone() });
    };
    let part = Part {
        calls_per_month: supposed.requests.into(),
        cpu_ms: Decimal::from(supposed.cpu_us()) / Decimal::ONE_THOUSAND,
        handler_ms: Decimal::from(supposed.duration_us) / Decimal::ONE_THOUSAND,
        memory_mb: supposed.memory_mb.into(),
    };
    let load = Load { parts: vec![part], peak_factor: ASSUMED_PEAK.into() };
    let need = machine.need(&load, Targets::default(), book.hours_per_month);
    let need = need.map_err(|unfit| Refusal::Machine { machine: machine.title.clone(), unfit })?;
    Ok((machine, need))
}
