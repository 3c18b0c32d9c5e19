//! Where a plan's line crosses a machine's: the volumes at which the cheaper of the two changes.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    money::Usd,
    staircase::{Stair, largest},
};

/// Calls a month between which crossings are looked for.
pub const BREAK_EVEN_RANGE: (u64, u64) = (1, 10_000_000_000);
/// Calls a month between which curves are drawn.
pub const DRAWN_RANGE: (u64, u64) = (1_000, 10_000_000_000);

/// From one volume on, the other is cheaper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The first volume at which it is.
    pub calls_per_month: u64,
    pub cheaper: Cheaper,
    /// How many machines hold that, and what they cost a month, unrounded.
    pub machines: u32,
    pub usd: Usd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cheaper {
    /// At the same price it is the plan: nobody has to care for it.
    Plan,
    Machine,
}

/// Every volume at which the cheaper of a plan and a machine changes, smallest first; the plan is taken to be the cheaper
/// one before the first. With each step of the staircase it may change back.
///
/// `plan_usd` must never fall with the volume. Looks only where the two can meet: many plans can share a staircase.
pub fn crossings(stairs: &[Stair], plan_usd: impl Fn(u64) -> Usd) -> Vec<Crossing> {
    let mut search = Search { plan_usd, cheaper: Cheaper::Plan, found: Vec::new() };
    search.look(stairs);
    search.found
}

struct Search<F> {
    plan_usd: F,
    /// At the volume the search has come to.
    cheaper: Cheaper,
    found: Vec<Crossing>,
}

impl<F: Fn(u64) -> Usd> Search<F> {
    fn look(&mut self, stairs: &[Stair]) {
        let (Some(first), Some(last)) = (stairs.first(), stairs.last()) else { return };
        if (self.plan_usd)(last.to) <= first.usd {
            self.turn(first, first.from, Cheaper::Plan);
        } else if (self.plan_usd)(first.from) > last.usd {
            self.turn(first, first.from, Cheaper::Machine);
        } else if stairs.len() > 1 {
            let (below, above) = stairs.split_at(stairs.len() / 2);
            self.look(below);
            self.look(above);
        } else {
            // Neither all the way: the plan is cheaper at the beginning of the step and no longer at its end.
            let at_most = largest(first.from, first.to, |volume| (self.plan_usd)(volume) <= first.usd);
            self.turn(first, first.from, Cheaper::Plan);
            self.turn(first, at_most + 1, Cheaper::Machine);
        }
    }

    fn turn(&mut self, stair: &Stair, calls_per_month: u64, cheaper: Cheaper) {
        if self.cheaper != cheaper {
            self.cheaper = cheaper;
            let (machines, usd) = (stair.machines, stair.usd);
            self.found.push(Crossing { calls_per_month, cheaper, machines, usd });
        }
    }
}

/// Volumes for a chart with a logarithmic axis: `per_decade` points in every decade of the range, both ends included.
pub fn volumes(per_decade: u32) -> Vec<u64> {
    let (first, last) = DRAWN_RANGE;
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
