//! Every plan and machine of the book at one volume, as curves over all volumes, and where they cross.

use coldframe_cost::{Bill, Book, Decimal, FreeTier, Line, Machine, Plan, Targets, Usd, break_even};
use coldframe_protocol::{CostCurve, CostLine, CostOption, Crossing};

use super::basis::Basis;
use crate::wording::quantity;

pub(super) struct Pricing<'a> {
    pub(super) book: &'a Book,
    pub(super) basis: &'a Basis,
    pub(super) targets: Targets,
}

/// In the book's order; at most one of all is marked as the cheapest.
#[derive(Debug)]
pub(super) struct Offers {
    pub(super) plans: Vec<CostOption>,
    pub(super) machines: Vec<CostOption>,
}

impl Pricing<'_> {
    pub(super) fn offers(&self, volume: Option<u64>) -> Offers {
        let mut plans: Vec<_> = self.book.plans.iter().map(|plan| self.plan(plan, volume)).collect();
        let mut machines: Vec<_> =
            self.book.machines.iter().map(|machine| self.machine(machine, volume)).collect();
        // Where the free tier covers several, the list price says which.
        let price = |offer: &(CostOption, Option<(Usd, Usd)>)| offer.1;
        let cheapest = plans.iter().chain(&machines).filter_map(price).min();
        let marked =
            plans.iter_mut().chain(&mut machines).find(|offer| cheapest.is_some() && offer.1 == cheapest);
        if let Some((option, _)) = marked {
            option.cheapest = true;
        }
        let options = |offers: Vec<(CostOption, _)>| offers.into_iter().map(|(option, _)| option).collect();
        Offers { plans: options(plans), machines: options(machines) }
    }

    /// With (price to pay, list price) where there is one.
    fn plan(&self, plan: &Plan, volume: Option<u64>) -> (CostOption, Option<(Usd, Usd)>) {
        let mut option = CostOption {
            id: plan.id.clone(),
            title: plan.title.clone(),
            kind: "plan".to_owned(),
            lines: Vec::new(),
            usd: None,
            list_usd: None,
            count: None,
            idle_percent: None,
            cheapest: false,
            note: None,
            source: plan.source.url.clone(),
            confidence: plan.confidence().as_str().to_owned(),
        };
        let Some(metered) = volume.and_then(|volume| self.basis.metered(plan).at(volume.into())) else {
            return (option, None);
        };
        let bill = plan.month(metered, FreeTier::Applied);
        let list = plan.month(metered, FreeTier::Ignored);
        option.lines = lines(&bill);
        option.usd = Some(bill.total().to_string());
        option.list_usd = Some(list.total().to_string());
        (option, Some((bill.total(), list.exact())))
    }

    fn machine(&self, machine: &Machine, volume: Option<u64>) -> (CostOption, Option<(Usd, Usd)>) {
        let mut option = CostOption {
            id: machine.id.clone(),
            title: machine.title.clone(),
            kind: "machine".to_owned(),
            lines: Vec::new(),
            usd: None,
            list_usd: None,
            count: None,
            idle_percent: None,
            cheapest: false,
            note: machine.note.clone(),
            source: machine.source.url.clone(),
            confidence: machine.price_confidence().as_str().to_owned(),
        };
        let Some(volume) = volume else { return (option, None) };
        let load = self.basis.load.at(volume.into());
        let need = match machine.need(&load, self.targets, self.book.hours_per_month) {
            Ok(need) => need,
            Err(unfit) => {
                option.note = Some(unfit.to_string());
                return (option, None);
            }
        };
        let bill = machine.month(need.count, self.book.hours_per_month);
        option.lines = lines(&bill);
        option.usd = Some(bill.total().to_string());
        option.list_usd.clone_from(&option.usd);
        option.count = Some(need.count);
        option.idle_percent = percent(need.idle());
        (option, Some((bill.total(), bill.exact())))
    }

    /// The same volumes for every option; one that cannot do the work is left out.
    pub(super) fn curves(&self, volumes: &[u64]) -> Vec<CostCurve> {
        if volumes.is_empty() {
            return Vec::new();
        }
        let plans = self.book.plans.iter().filter_map(|plan| {
            let metered = self.basis.metered(plan);
            let price =
                |volume: &u64| Some(plan.month(metered.at((*volume).into())?, FreeTier::Applied).exact());
            curve(&plan.id, &plan.title, "plan", volumes, price)
        });
        let hours = self.book.hours_per_month;
        let machines = self.book.machines.iter().filter_map(|machine| {
            let price = |volume: &u64| {
                let load = self.basis.load.at((*volume).into());
                let count = machine.need(&load, self.targets, hours).ok()?.count;
                Some(machine.month(count, hours).exact())
            };
            curve(&machine.id, &machine.title, "machine", volumes, price)
        });
        plans.chain(machines).collect()
    }

    pub(super) fn crossings(&self) -> Vec<Crossing> {
        let (load, hours) = (&self.basis.load, self.book.hours_per_month);
        let mut crossings = Vec::new();
        for plan in &self.book.plans {
            let metered = self.basis.metered(plan);
            for machine in &self.book.machines {
                if let Some(found) = break_even(plan, machine, metered, load, self.targets, hours) {
                    crossings.push(Crossing {
                        plan: plan.id.clone(),
                        machine: machine.id.clone(),
                        calls_per_month: found.calls_per_month as f64,
                        usd: found.usd.to_string(),
                    });
                }
            }
        }
        crossings
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

fn lines(bill: &Bill) -> Vec<CostLine> {
    let worded = |line: &Line| CostLine {
        label: line.item.clone(),
        quantity: worded_quantity(line),
        usd: line.amount.to_string(),
    };
    bill.lines.iter().map(worded).collect()
}

/// `140,000 GB-s × $0.0000166667, 400,000 free`.
fn worded_quantity(line: &Line) -> String {
    let amount = quantity(line.quantity, 2);
    match (line.quantity.is_zero(), line.free.is_zero()) {
        (true, false) => format!("{} {}, all free", quantity(line.free, 2), line.unit),
        (_, true) => format!("{amount} {} × ${}", line.unit, line.unit_price),
        (false, false) => {
            format!("{amount} {} × ${}, {} free", line.unit, line.unit_price, quantity(line.free, 2))
        }
    }
}

fn percent(share: Decimal) -> Option<f64> {
    (share * Decimal::ONE_HUNDRED).round_dp(1).try_into().ok()
}
