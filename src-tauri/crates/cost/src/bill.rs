//! A month's bill: quantities less the free tier, through the tiers, each line rounded half-up to cents, then added.

use rust_decimal::Decimal;

use crate::{
    book::{Confidence, Plan, Rate, Subscription},
    money::Usd,
    quantity::Metered,
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
    /// How sure the price is.
    pub confidence: Confidence,
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
    pub fn new(
        item: impl Into<String>,
        quantity: Decimal,
        free: Decimal,
        unit: &'static str,
        unit_price: Usd,
        confidence: Confidence,
    ) -> Self {
        let exact = unit_price * quantity;
        let amount = exact.to_cents();
        Self { item: item.into(), quantity, free, unit, unit_price, confidence, exact, amount }
    }
}

impl Plan {
    /// What a month of this usage costs. `metered` is one whole month of the account.
    pub fn month(&self, metered: Metered, free_tier: FreeTier) -> Bill {
        let Bill { mut lines } = self.used(metered, free_tier);
        lines.extend(self.subscription.as_ref().map(|paid| paid.line(&lines)));
        Bill { lines }
    }

    /// The same without what is paid by the month, whatever is used.
    pub fn used(&self, metered: Metered, free_tier: FreeTier) -> Bill {
        let discount = self.discount.as_ref().map_or(Decimal::ONE, |discount| discount.value);
        let mut lines = Vec::new();
        for rate in &self.rates {
            let quantity = rate.in_units(&metered);
            if rate.of.is_core() || !quantity.is_zero() {
                lines.extend(rate.lines(quantity, free_tier, discount));
            }
        }
        Bill { lines }
    }
}

impl Subscription {
    /// What it pays for of the usage is taken off it, so that the bill's sum is what is paid.
    fn line(&self, usage: &[Line]) -> Line {
        let month = self.month.value;
        let rest = |part: fn(&Line) -> Usd| {
            let used = usage.iter().map(part).sum::<Usd>();
            if self.includes_usage { month - used.min(month) } else { month }
        };
        let item =
            if self.includes_usage { "subscription, less the usage it pays for" } else { "subscription" };
        let amount = rest(|line| line.amount).to_cents();
        let exact = rest(|line| line.exact);
        let line = Line::new(item, Decimal::ONE, Decimal::ZERO, "months", amount, self.month.confidence);
        Line { exact, ..line }
    }
}

impl Rate {
    /// `quantity` in the rate's own unit.
    fn lines(&self, quantity: Decimal, free_tier: FreeTier, discount: Decimal) -> Vec<Line> {
        let allowance = match free_tier {
            FreeTier::Applied => self.allowance(discount),
            FreeTier::Ignored => Decimal::ZERO,
        };
        let free = quantity.min(allowance);
        let charged = quantity - free;
        let mut lines = Vec::new();
        for (index, tier) in self.tiers.iter().enumerate() {
            let until = tier.up_to.map_or(charged, |up_to| charged.min(up_to));
            let within = (until - tier.from).max(Decimal::ZERO);
            if index > 0 && within.is_zero() {
                break;
            }
            let item =
                if index == 0 { self.item.clone() } else { format!("{}, tier {}", self.item, index + 1) };
            let free = if index == 0 { free } else { Decimal::ZERO };
            let usd = tier.usd.value * discount;
            lines.push(Line::new(item, within, free, self.unit.as_str(), usd, tier.usd.confidence));
        }
        lines
    }

    /// What is free, in the rate's own unit. Where a provider takes it off as money, that money buys more of a unit
    /// that is cheaper, by region or discount, than where it was valued.
    fn allowance(&self, discount: Decimal) -> Decimal {
        let Some(free) = &self.free else { return Decimal::ZERO };
        let price = self.tiers.first().map_or(Decimal::ZERO, |tier| tier.usd.value.0 * discount);
        match &self.free_at {
            Some(at) if !price.is_zero() => free.value * at.value.0 / price,
            _ => free.value,
        }
    }
}
