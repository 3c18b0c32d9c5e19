//! What machines of one kind cost over all volumes: flat while a number of them is enough, then a step up.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::{
    book::Machine,
    machine::{Load, Targets},
    money::Usd,
};

/// Beyond so many machines a step is finer than anybody can look at.
const COARSE: u32 = 50;

/// Volumes that the same number of machines holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stair {
    pub from: u64,
    /// Included.
    pub to: u64,
    pub machines: u32,
    /// A month of them, unrounded.
    pub usd: Usd,
}

/// Every step between two volumes; none where the machine cannot do the work. Where more than 50 machines are needed,
/// volumes within 2 % of each other are one step, at the price of its smallest.
pub fn staircase(
    machine: &Machine,
    load: &Load,
    targets: Targets,
    hours_per_month: Decimal,
    (first, last): (u64, u64),
) -> Vec<Stair> {
    let count = |volume: u64| {
        machine.need(&load.at(volume.into()), targets, hours_per_month).ok().map(|need| need.count)
    };
    let mut stairs = Vec::new();
    let mut from = first;
    while from <= last {
        let Some(machines) = count(from) else { break };
        let to = if machines < COARSE {
            largest(from, last, |volume| count(volume) == Some(machines))
        } else {
            (from + from / 50).min(last)
        };
        stairs.push(Stair { from, to, machines, usd: machine.month(machines, hours_per_month).exact() });
        from = to + 1;
    }
    stairs
}

/// The cheapest of several kinds of machines at each volume that any of them can do, as one staircase.
pub fn cheapest(kinds: &[Vec<Stair>]) -> Vec<Stair> {
    let edges: BTreeSet<u64> = kinds.iter().flatten().flat_map(|stair| [stair.from, stair.to + 1]).collect();
    let mut at = vec![0; kinds.len()];
    let mut of_edge = |from: u64, next: u64| {
        let here = kinds.iter().zip(&mut at).filter_map(|(stairs, at)| {
            while stairs.get(*at).is_some_and(|stair| stair.to < from) {
                *at += 1;
            }
            stairs.get(*at).filter(|stair| stair.from <= from)
        });
        here.min_by_key(|stair| stair.usd).map(|stair| Stair { from, to: next - 1, ..*stair })
    };
    edges.iter().zip(edges.iter().skip(1)).filter_map(|(from, next)| of_edge(*from, *next)).collect()
}

/// The largest volume in `from..=to` that satisfies a condition which holds at `from` and, once false, stays false.
pub(crate) fn largest(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut yes, mut no) = (from, to + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}
