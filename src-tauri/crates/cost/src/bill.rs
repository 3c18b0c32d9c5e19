//! A month's bill: quantities less the free tier, through the tiers, each line rounded half-up to cents, then added.

use rust_decimal::Decimal;

use crate::{
    book::{Plan, Rate},
    money::Usd,
    usage::Metered,
};

/// Whether the plan's monthly allowance is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeTier {
    Applied,
    Ignored,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `requests`, `compute`; with its tier where there is more than one in use.
    pub item: String,
    /// What is charged, after the free tier.
    pub quantity: Decimal,
    /// What the free tier took off this line.
    pub free: Decimal,
    /// `requests`, `GB-s`, `machine-hours`.
    pub unit: &'static str,
    pub unit_price: Usd,
    /// Before rounding; for comparing and drawing, not for adding up.
    pub exact: Usd,
    /// To cents.
    pub amount: Usd,
}

impl Bill {
    /// The sum of the rounded lines.
    pub fn total(&self) -> Usd {
        self.lines.iter().map(|line| line.amount).sum::<Usd>().to_cents()
    }

    /// Without any rounding: a continuous function of the volume, for break-even and curves.
    pub fn exact(&self) -> Usd {
        self.lines.iter().map(|line| line.exact).sum()
    }
}

impl Line {
    pub(crate) fn new(
        item: impl Into<String>,
        quantity: Decimal,
        free: Decimal,
        unit: &'static str,
        unit_price: Usd,
    ) -> Self {
        let exact = unit_price * quantity;
        Self { item: item.into(), quantity, free, unit, unit_price, exact, amount: exact.to_cents() }
    }
}

impl Plan {
    /// What a month of this usage costs. `metered` is one whole month of the account.
    pub fn month(&self, metered: Metered, free_tier: FreeTier) -> Bill {
        let (free_requests, free_gb_seconds) = match (free_tier, &self.free) {
            (FreeTier::Applied, Some(free)) => (free.requests.value, free.gb_seconds.value),
            _ => (Decimal::ZERO, Decimal::ZERO),
        };
        let mut lines = self.request.lines("requests", "requests", metered.requests, free_requests);
        lines.extend(self.gb_second.lines("compute", "GB-s", metered.gb_seconds, free_gb_seconds));
        Bill { lines }
    }
}

impl Rate {
    fn lines(&self, item: &str, unit: &'static str, quantity: Decimal, allowance: Decimal) -> Vec<Line> {
        let free = quantity.min(allowance);
        let charged = quantity - free;
        let mut lines = Vec::new();
        for (index, tier) in self.tiers.iter().enumerate() {
            let until = tier.up_to.map_or(charged, |up_to| charged.min(up_to));
            let within = (until - tier.from).max(Decimal::ZERO);
            if index > 0 && within.is_zero() {
                break;
            }
            let item = if index == 0 { item.to_owned() } else { format!("{item}, tier {}", index + 1) };
            let free = if index == 0 { free } else { Decimal::ZERO };
            lines.push(Line::new(item, within, free, unit, tier.usd.value));
        }
        lines
    }
}
