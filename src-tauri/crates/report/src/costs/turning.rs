//! Over all volumes, the cheapest of some plans beside the cheapest of all machines: where the one takes over from the other,
//! and at which number of calls two shapes of traffic have another winner.

use std::cmp::Reverse;

use coldframe_cost::{Cheaper, Crossing, Decimal, Plan, Stair, Status, Usd, cheapest, crossings};
use rayon::prelude::*;

use super::Pricing;

/// Tried for the one at which two shapes differ most, from the first volume on. Every round number is among them.
const FIRST_VOLUME: u64 = 1_000;
const DECADES: u32 = 7;
/// Of each decade, in tenths.
const STEPS: [u64; 12] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90];

/// The volumes between which machines take over, in round numbers: machines come in whole ones, so that with each that is
/// added the plan may be the cheaper one again for a while; and which calls it rests on is chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turning {
    /// Below it the plan is the cheaper one; 1 where there is no such volume.
    pub from: u64,
    /// From here on machines are; `None` where they do not stay it.
    pub to: Option<u64>,
}

impl Turning {
    /// One for each part of the calls: what holds for all of them. `None` where machines never are the cheaper ones.
    pub(super) fn of(turns: &[Vec<Crossing>]) -> Option<Self> {
        let machine = |turn: &&Crossing| turn.cheaper == Cheaper::Machine;
        let first = turns.iter().filter_map(|turns| turns.iter().find(machine));
        let last = turns.iter().map(|turns| turns.last().filter(machine).map(|turn| turn.calls_per_month));
        let to: Option<Vec<u64>> = last.collect();
        let from = first.map(|turn| turn.calls_per_month).min()?;
        let to = to.and_then(|to| to.into_iter().max());
        Some(match to {
            // As good as one number.
            Some(to) if nearest(from) == nearest(to) => Self { from: nearest(to), to: Some(nearest(to)) },
            to => Self { from: down(from), to: to.map(up) },
        })
    }

    /// It lies between the two: which side is the cheaper one depends.
    pub fn has(&self, calls_per_month: u64) -> bool {
        calls_per_month >= self.from && self.to.is_none_or(|to| calls_per_month < to)
    }
}

/// Between two round numbers: those of one figure, and 15 between 10 and 20.
fn step(calls: u64) -> u64 {
    let one = 10_u64.pow(calls.max(1).ilog10());
    if calls < 2 * one && one > 1 { one / 2 } else { one }
}

/// At most as many.
fn down(calls: u64) -> u64 {
    calls / step(calls) * step(calls)
}

/// At least as many.
fn up(calls: u64) -> u64 {
    calls.div_ceil(step(calls)) * step(calls)
}

fn nearest(calls: u64) -> u64 {
    let (below, above) = (down(calls), up(calls));
    if calls - below < above - calls { below } else { above }
}

type Price<'a> = Box<dyn Fn(u64) -> Option<Usd> + 'a>;

/// What each side costs at every volume, unrounded.
pub(super) struct Lines<'a> {
    plans: Vec<Price<'a>>,
    /// Of the cheapest machines.
    stairs: Vec<Stair>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(pricing: &'a Pricing<'a>, plans: &[&'a Plan]) -> Self {
        let current = plans.iter().filter(|plan| plan.status == Status::Current);
        let plans =
            current.filter_map(|plan| Some(Box::new(pricing.plan_price(plan)?) as Price<'a>)).collect();
        let machines: Vec<_> = pricing.machines().collect();
        let kinds: Vec<_> = machines.into_par_iter().map(|machine| pricing.stairs(machine)).collect();
        Self { plans, stairs: cheapest(&kinds) }
    }

    /// `None` where every plan would refuse the work.
    fn plan_usd(&self, volume: u64) -> Option<Usd> {
        self.plans.iter().filter_map(|price| price(volume)).min()
    }

    fn machines_usd(&self, volume: u64) -> Option<Usd> {
        let at = self.stairs.partition_point(|stair| stair.to < volume);
        self.stairs.get(at).filter(|stair| stair.from <= volume).map(|stair| stair.usd)
    }

    /// None where every plan would refuse the work.
    pub(super) fn turns(&self) -> Vec<Crossing> {
        if self.plans.is_empty() {
            return Vec::new();
        }
        crossings(&self.stairs, |volume| self.plan_usd(volume).unwrap_or_default())
    }
}

/// The number of calls at which evenly the machines, and in spikes the plan, are the cheaper by most: one where that is sure,
/// if there is one. `None` where at none of those that are tried it is so.
pub(super) fn most_different(
    [evenly, in_spikes]: [&Lines<'_>; 2],
    turning: [Option<Turning>; 2],
) -> Option<u64> {
    let volumes =
        (0..DECADES).flat_map(|decade| STEPS.map(|step| FIRST_VOLUME / 10 * step * 10_u64.pow(decade)));
    let by_most = |volume: u64| -> Option<Decimal> {
        let machines = evenly.plan_usd(volume)?.0.checked_div(evenly.machines_usd(volume)?.0)?;
        let plan = in_spikes.machines_usd(volume)?.0.checked_div(in_spikes.plan_usd(volume)?.0)?;
        Some(machines.min(plan)).filter(|times| *times > Decimal::ONE)
    };
    let [even, spiky] = turning;
    let sure = |volume: u64| {
        even.and_then(|turning| turning.to).is_some_and(|to| volume >= to)
            && spiky.is_none_or(|turning| volume < turning.from)
    };
    let differing = volumes.filter_map(|volume| Some((sure(volume), by_most(volume)?, Reverse(volume))));
    differing.max().map(|(_, _, Reverse(volume))| volume)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(calls_per_month: u64, cheaper: Cheaper) -> Crossing {
        Crossing { calls_per_month, cheaper, machines: 1, usd: Usd::ZERO }
    }

    #[test]
    fn machines_are_cheaper_for_good_only_after_the_last_turn_of_any_part_of_the_calls() {
        let (plan, machine) = (Cheaper::Plan, Cheaper::Machine);
        let turning = |from, to| Some(Turning { from, to });
        assert_eq!(Turning::of(&[Vec::new()]), None);
        let back = vec![crossing(5, machine), crossing(8, plan), crossing(9, machine)];
        assert_eq!(Turning::of(std::slice::from_ref(&back)), turning(5, Some(9)));
        assert_eq!(Turning::of(&[back[..2].to_vec()]), turning(5, None), "they do not stay it");
        let later = vec![crossing(11, machine)];
        assert_eq!(Turning::of(&[later.clone(), back.clone()]), turning(5, Some(15)));
        assert_eq!(Turning::of(&[later, Vec::new()]), turning(10, None), "for some calls never");
    }

    #[test]
    fn round_numbers_leave_nothing_of_the_doubt_out() {
        let both = |calls| (down(calls), up(calls));
        assert_eq!(
            [1, 9, 10, 4_200_000, 16_100_000, 90_000_001].map(both),
            [
                (1, 1),
                (9, 9),
                (10, 10),
                (4_000_000, 5_000_000),
                (15_000_000, 20_000_000),
                (90_000_000, 100_000_000)
            ]
        );
        let one = vec![crossing(10_855_001, Cheaper::Machine)];
        assert_eq!(Turning::of(&[one]), Some(Turning { from: 10_000_000, to: Some(10_000_000) }));
        let turning = Turning { from: 10, to: Some(20) };
        assert_eq!([9, 10, 19, 20].map(|calls| turning.has(calls)), [false, true, true, false]);
    }
}
