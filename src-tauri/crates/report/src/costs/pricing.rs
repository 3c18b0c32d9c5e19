//! Every plan and machine of the book at one volume, as curves over all volumes, and where they cross.

use std::sync::Arc;

use coldframe_cost::{
    BREAK_EVEN_RANGE, Bill, Book, Cheaper, CoreSpeed, FreeTier, Machine, Meter, Metered, Plan, Stair, Status,
    Usd, crossings, staircase,
};
use coldframe_protocol::{CostCurve, CostOption, Crossing};
use rayon::prelude::*;

use super::{
    basis::Basis,
    on_plan::OnPlan,
    packed::{Packed, PackedPlans},
    wanted::Wanted,
};

/// Beyond so many turns a pair of a plan and a machine is as good as equal.
const MOST_TURNS: usize = 16;

pub(super) struct Pricing<'a> {
    pub(super) book: &'a Book,
    pub(super) basis: &'a Basis,
    pub(super) wanted: &'a Wanted,
    /// Of the plans that charge for instances.
    packed: Arc<PackedPlans>,
}

/// In the book's order; at most one of all is marked as the cheapest.
#[derive(Debug)]
pub(super) struct Offers {
    pub(super) plans: Vec<CostOption>,
    pub(super) machines: Vec<CostOption>,
}

/// An option with (price to pay, list price) where there is one.
pub(super) type Priced = (CostOption, Option<(Usd, Usd)>);

impl<'a> Pricing<'a> {
    pub(super) fn new(
        book: &'a Book,
        basis: &'a Basis,
        wanted: &'a Wanted,
        packed: Arc<PackedPlans>,
    ) -> Self {
        Self { book, basis, wanted, packed }
    }

    /// Of a plan that charges for instances, where curves are drawn.
    pub(super) fn packed(&self, plan: &Plan) -> Option<&Packed> {
        self.packed.get(&plan.id)
    }

    /// Without what it takes to draw curves.
    pub(super) fn at_one_volume(book: &'a Book, basis: &'a Basis, wanted: &'a Wanted) -> Self {
        Self { book, basis, wanted, packed: Arc::default() }
    }

    /// What a person chooses from: `plans`, and every machine.
    pub(super) fn offers(&self, plans: Vec<&'a Plan>, volume: Option<u64>) -> Offers {
        let machines: Vec<_> = self.machines().collect();
        let mut plans: Vec<Priced> =
            plans.into_par_iter().map(|plan| self.plan_option(plan, volume)).collect();
        let mut machines: Vec<Priced> =
            machines.into_par_iter().map(|machine| self.machine_option(machine, volume)).collect();
        // Where the free tier covers several, the list price says which. What is on its way out, or too slow, is no choice.
        let price = |(option, price): &Priced| {
            price.filter(|_| option.ruled_out.is_none() && option.status == Status::Current.as_str())
        };
        let cheapest = plans.iter().chain(&machines).filter_map(price).min();
        let marked = plans
            .iter_mut()
            .chain(&mut machines)
            .find(|offer| cheapest.is_some() && price(offer) == cheapest);
        if let Some((option, _)) = marked {
            option.cheapest = true;
        }
        let options = |offers: Vec<Priced>| offers.into_iter().map(|(option, _)| option).collect();
        Offers { plans: options(plans), machines: options(machines) }
    }

    pub(super) fn plans(&self) -> impl Iterator<Item = &'a Plan> {
        let wanted = self.wanted;
        self.book.plans.iter().filter(move |plan| wanted.takes(&plan.architecture))
    }

    pub(super) fn machines(&self) -> impl Iterator<Item = &'a Machine> {
        let wanted = self.wanted;
        self.book.machines.iter().filter(move |machine| wanted.takes(&machine.architecture))
    }

    pub(super) fn on(&self, plan: &'a Plan) -> OnPlan<'a> {
        OnPlan { plan, basis: self.basis, wanted: self.wanted }
    }

    /// The same volumes for every option; one that cannot do the work is left out.
    pub(super) fn curves(&self, volumes: &[u64]) -> Vec<CostCurve> {
        if volumes.is_empty() {
            return Vec::new();
        }
        let plans = self.plans().filter_map(|plan| {
            let price = self.plan_price(plan)?;
            curve(&plan.id, &plan.title, "plan", volumes, |volume| price(*volume))
        });
        let machines = self.machines().filter_map(|machine| {
            let price = |volume: &u64| {
                let need = self.need(machine, *volume, self.wanted.speed()).ok()?;
                Some(self.machine_bill(machine, need.count).exact())
            };
            curve(&machine.id, &machine.title, "machine", volumes, price)
        });
        plans.chain(machines).collect()
    }

    /// Where each plan that is not on its way out and each machine change places.
    pub(super) fn crossings(&self) -> Vec<Crossing> {
        let machines: Vec<_> = self.machines().collect();
        let stairs: Vec<_> =
            machines.into_par_iter().map(|machine| (machine, self.stairs(machine))).collect();
        let mut all = Vec::new();
        for plan in self.plans().filter(|plan| plan.status == Status::Current) {
            let Some(price) = self.plan_price(plan) else { continue };
            for (machine, stairs) in &stairs {
                let mut turns = crossings(stairs, |volume| price(volume).unwrap_or(Usd::ZERO));
                // The last one says how it stays.
                if let Some(last) = turns.pop() {
                    turns.truncate(MOST_TURNS - 1);
                    turns.push(last);
                }
                all.extend(turns.into_iter().map(|turn| Crossing {
                    plan: plan.id.clone(),
                    machine: machine.id.clone(),
                    calls_per_month: turn.calls_per_month as f64,
                    cheaper: if turn.cheaper == Cheaper::Plan { "plan" } else { "machine" }.to_owned(),
                    machines: turn.machines,
                    usd: turn.usd.to_cents().to_string(),
                }));
            }
        }
        all
    }

    pub(super) fn stairs(&self, machine: &Machine) -> Vec<Stair> {
        let load = self.basis.load(self.wanted.peak_factor, self.wanted.speed());
        let mut stairs =
            staircase(machine, &load, self.wanted.targets, self.book.hours_per_month, BREAK_EVEN_RANGE);
        if let Some(care) = self.wanted.care {
            for stair in &mut stairs {
                stair.usd = stair.usd + care.of(stair.machines).exact;
            }
        }
        stairs
    }

    /// A month on a plan at any volume, unrounded; `None` where it would refuse the work.
    pub(super) fn plan_price(&self, plan: &'a Plan) -> Option<impl Fn(u64) -> Option<Usd> + use<'a, '_>> {
        let on = self.on(plan);
        if on.refusal().is_some() {
            return None;
        }
        let speed = self.wanted.speed;
        let recorded = on.metered(speed);
        let packed = self.packed.get(&plan.id);
        Some(move |volume: u64| {
            let month = match packed {
                Some(packed) => packed.at(volume),
                None => recorded.at(volume.into())?,
            };
            Some(self.plan_bill(plan, month, volume, speed, self.wanted.free_tier).ok()?.exact())
        })
    }

    /// What a plan takes for a month. The error is why it would take nothing for it.
    pub(super) fn plan_bill(
        &self,
        plan: &Plan,
        month: Metered,
        volume: u64,
        speed: CoreSpeed,
        free_tier: FreeTier,
    ) -> Result<Bill, String> {
        let mut bill = plan.month(month, free_tier);
        if let Meter::Nodes(nodes) = &plan.meter {
            let (machine, count) = self.nodes(nodes, volume, speed)?;
            bill.lines.extend(nodes.month(self.book, machine, count).lines);
        }
        Ok(bill)
    }
}

fn curve(
    id: &str,
    title: &str,
    kind: &str,
    volumes: &[u64],
    price: impl Fn(&u64) -> Option<Usd>,
) -> Option<CostCurve> {
    let usd = volumes.iter().map(|volume| price(volume).map(Usd::to_f64)).collect::<Option<_>>()?;
    Some(CostCurve { id: id.to_owned(), title: title.to_owned(), kind: kind.to_owned(), usd })
}
