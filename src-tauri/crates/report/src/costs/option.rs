//! An option as the wire has it: what is known before anything is worked out, and its bill's lines in words and numbers.

use coldframe_cost::{Bill, Decimal, Line, Source, Status, Usd};
use coldframe_protocol::{CostLine, CostOption};

use crate::wording::quantity;

/// An option of which nothing is worked out yet.
pub(super) fn unpriced(kind: &str, id: &str, title: &str, source: &Source) -> CostOption {
    CostOption {
        id: id.to_owned(),
        title: title.to_owned(),
        kind: kind.to_owned(),
        group: String::new(),
        provider: String::new(),
        region: String::new(),
        architecture: String::new(),
        status: Status::Current.as_str().to_owned(),
        lines: Vec::new(),
        usd: None,
        list_usd: None,
        usd_low: None,
        usd_high: None,
        rounding_usd: None,
        count: None,
        idle_percent: None,
        idle_usd: None,
        cheapest: false,
        refusal: None,
        ruled_out: None,
        latency: None,
        cold: None,
        fleet: None,
        notes: Vec::new(),
        unverified: Vec::new(),
        source: source.url.clone(),
        confidence: String::new(),
    }
}

pub(super) fn lines(bill: &Bill) -> Vec<CostLine> {
    worded(bill, 2, |line| line.amount.to_string())
}

/// Of a bill for less than a month, which cents are too coarse for.
pub(super) fn exact_lines(bill: &Bill) -> Vec<CostLine> {
    worded(bill, 6, |line| exact(line.exact))
}

/// Dollars, to a precision that no sum of them is too coarse for.
pub(super) fn exact(usd: Usd) -> String {
    usd.0.round_dp(12).normalize().to_string()
}

fn worded(bill: &Bill, places: u32, usd: impl Fn(&Line) -> String) -> Vec<CostLine> {
    let number = |value: Decimal| value.try_into().unwrap_or(0.0);
    let worded = |line: &Line| CostLine {
        label: line.item.clone(),
        quantity: worded_quantity(line, places),
        units: number(line.quantity),
        free_units: number(line.free),
        unit: line.unit.to_owned(),
        unit_price_usd: line.unit_price.to_string(),
        usd: usd(line),
    };
    bill.lines.iter().map(worded).collect()
}

/// `140,000 GB-s × $0.0000166667, 400,000 free`.
fn worded_quantity(line: &Line, places: u32) -> String {
    let amount = quantity(line.quantity, places);
    match (line.quantity.is_zero(), line.free.is_zero()) {
        (true, false) => format!("{} {}, all free", quantity(line.free, places), line.unit),
        (_, true) => format!("{amount} {} × ${}", line.unit, line.unit_price),
        (false, false) => {
            format!("{amount} {} × ${}, {} free", line.unit, line.unit_price, quantity(line.free, places))
        }
    }
}

pub(super) fn percent(share: Decimal) -> Option<f64> {
    (share * Decimal::ONE_HUNDRED).round_dp(1).try_into().ok()
}
