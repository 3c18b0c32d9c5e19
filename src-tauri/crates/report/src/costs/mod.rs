//! The month: recorded traffic (or the volume a person gives) on every plan and machine of the book. Says what it
//! rests on, and asks instead of inventing a month when a few calls are all there is.

mod assumptions;
mod basis;
mod offers;
mod verdict;

use coldframe_cost::{Book, Decimal, Targets, volumes};
use coldframe_protocol::{CostQuery, CostReport};
use coldframe_store::{Micros, Range};

pub(crate) use basis::roll_up_bins;
use basis::{Basis, NOT_TRAFFIC};
use offers::Pricing;

use crate::{
    Report, ReportError,
    span::MINUTE,
    wording::{count, span},
};

/// More calls a month than this are a typing mistake: 380,000 a second.
const MOST_CALLS: u64 = 1_000_000_000_000;
/// Points of a curve in every decade of volume: fine enough to show the steps of machines.
const POINTS_PER_DECADE: u32 = 12;

impl Report {
    /// # Errors
    /// There is no such function; an absurd volume; the record cannot be read.
    pub fn costs(&self, project_id: i64, query: &CostQuery, now: Micros) -> Result<CostReport, ReportError> {
        if let Some(asked) = query.calls_per_month.filter(|asked| *asked > MOST_CALLS) {
            let message = format!("{} calls a month are more than {}", count(asked), count(MOST_CALLS));
            return Err(ReportError::Invalid(message));
        }
        let ids = match query.function {
            Some(id) => vec![self.function(id)?.id],
            None => self.reader.functions(project_id)?.iter().map(|function| function.id).collect(),
        };
        let asked_from = query.minutes.map(|minutes| now - i64::from(minutes) * MINUTE);
        // The record does not reach further back than its first call.
        let from = match (asked_from, self.reader.first_call(&ids)?) {
            (Some(asked), Some(first)) => asked.max(first),
            (Some(asked), None) => asked,
            (None, Some(first)) => first,
            (None, None) => now,
        };
        let from = from.div_euclid(MINUTE) * MINUTE;
        let range = Range { from, to: now.max(from) + 1 };
        let busiest = self.reader.busiest_minute(&ids, range, &NOT_TRAFFIC)?;
        let minutes = (now - from).max(0) as f64 / MINUTE as f64;
        let basis = Basis::new(&self.reader.figures(&ids, range)?, busiest, minutes);
        Ok(report(&self.book, &basis, query.calls_per_month, &span(minutes)))
    }
}

/// Which month it is.
struct Month<'a> {
    /// The calls a person gave.
    asked: Option<u64>,
    /// Those, or the projected ones; `None` where there is nothing to go by.
    calls: Option<u64>,
    /// How the recorded time reads, `24 hours`.
    span: &'a str,
    hours: Decimal,
}

fn report(book: &Book, basis: &Basis, asked: Option<u64>, span: &str) -> CostReport {
    let hours = book.hours_per_month;
    // Without a single recorded call there is nothing to multiply, whatever the volume.
    let volume = asked.or_else(|| basis.projected(hours)).filter(|_| basis.calls > 0);
    let month = Month { asked, calls: volume, span, hours };
    let targets = Targets::default();
    let pricing = Pricing { book, basis, targets };
    let offers = pricing.offers(volume);
    let (crossings, drawn) = match volume {
        Some(_) => (pricing.crossings(), volumes(POINTS_PER_DECADE)),
        None => (Vec::new(), Vec::new()),
    };
    CostReport {
        basis: basis.to_wire(volume),
        verdict: verdict::verdict(basis, &offers, &crossings, &month),
        curves: pricing.curves(&drawn),
        volumes: drawn.iter().map(|volume| *volume as f64).collect(),
        crossings,
        prices: prices(book),
        assumptions: assumptions::assumptions(book, basis, targets, &month),
        plans: offers.plans,
        machines: offers.machines,
    }
}

/// `prices of 2026-11-20, us-east-1`.
fn prices(book: &Book) -> String {
    let mut regions: Vec<_> = book.plans.iter().map(|plan| plan.region.as_str()).collect();
    regions.extend(book.machines.iter().map(|machine| machine.region.as_str()));
    regions.sort_unstable();
    regions.dedup();
    format!("Prices of {}, {}", book.compiled, regions.join(", "))
}
