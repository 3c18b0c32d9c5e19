//! Knative, OpenFaaS, Lambda Managed Instances: the machines are paid, not the calls.

use rust_decimal::Decimal;

use super::Metered;
use crate::{
    bill::{Bill, Line},
    book::{Addon, Book, Figure, Machine},
    money::Usd,
    quantity::Dimension,
    usage::Usage,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// The machine it runs on unless another is chosen.
    pub node: String,
    /// What runs the cluster, by the hour.
    pub control_plane: Option<String>,
    /// What the provider takes for running them, of the machines' undiscounted price.
    pub fee: Option<Figure<Decimal>>,
}

pub(super) fn count(usage: &Usage) -> Metered {
    let requests = usage.calls.iter().map(|bin| u128::from(bin.count)).sum();
    Metered::default().with(Dimension::Requests, super::decimal(requests))
}

impl Nodes {
    /// The machine it runs on unless another is chosen; the book was checked for it.
    pub fn machine<'a>(&self, book: &'a Book) -> Option<&'a Machine> {
        book.machine(&self.node)
    }

    pub fn control_plane<'a>(&self, book: &'a Book) -> Option<&'a Addon> {
        self.control_plane.as_ref().and_then(|id| book.addons.iter().find(|addon| addon.id == *id))
    }

    /// The management fee on machines that ran for `hours` altogether, at their list price by the hour.
    pub fn fee_line(&self, hours: Decimal, list_hour: Usd) -> Option<Line> {
        let fee = self.fee.as_ref()?;
        Some(Line::new(
            "management",
            hours,
            Decimal::ZERO,
            "machine-hours",
            list_hour * fee.value,
            fee.confidence,
        ))
    }

    /// Everything beside the requests: `count` machines for a month, what manages them, and the cluster.
    pub fn month(&self, book: &Book, machine: &Machine, count: u32) -> Bill {
        let hours = book.hours_per_month;
        let mut lines = machine.month(count, hours).lines;
        let month = lines.iter().map(|line| line.exact).sum::<Usd>();
        let machine_hours = hours * Decimal::from(count);
        if !machine_hours.is_zero() {
            lines.extend(self.fee_line(machine_hours, Usd(month.0 / machine_hours)));
        }
        if let Some(addon) = self.control_plane(book) {
            let (usd, confidence) = (addon.hour.value, addon.hour.confidence);
            lines.push(Line::new("control plane", hours, Decimal::ZERO, "hours", usd, confidence));
        }
        Bill { lines }
    }
}
