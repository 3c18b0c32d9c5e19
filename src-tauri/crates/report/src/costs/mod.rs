//! The month: recorded traffic (or the volume a person gives) on every plan and machine of the book. Says what it
//! rests on, and asks instead of inventing a month when a few calls are all there is.

mod assumptions;
mod basis;
mod contrast;
mod latency;
mod machine_option;
mod measured;
mod meters;
mod on_plan;
mod opposites;
mod option;
mod packed;
mod plan_option;
mod pricing;
mod remembered;
mod sent;
mod simulated;
mod simulation;
mod traffic;
mod turning;
mod uses;
mod verdict;
mod wanted;
mod work;

use coldframe_cost::{Book, Decimal, MONTH_US};
use coldframe_protocol::{CostQuery, CostReport};
use coldframe_store::Micros;

use basis::Basis;
pub(crate) use basis::NOT_TRAFFIC;
pub use contrast::{Contrast, Contrasted};
pub use measured::Measured;
use pricing::Pricing;
pub(crate) use remembered::Remembered;
pub(crate) use sent::Sending;
pub use turning::Turning;
pub(crate) use verdict::CONTRACTS;
use wanted::Wanted;
pub(crate) use work::roll_up_bins;

use crate::{
    Report, ReportError,
    wording::{count, span},
};

/// More calls a month than this are a typing mistake: 380,000 a second.
const MOST_CALLS: u64 = 1_000_000_000_000;

impl Report {
    /// # Errors
    /// There is no such function; an absurd volume or setting; the record cannot be read.
    pub fn costs(&self, project_id: i64, query: &CostQuery, now: Micros) -> Result<CostReport, ReportError> {
        let (basis, wanted) = self.asked(project_id, query, now)?;
        let packed = self.remembered.packed(&self.book, &basis, &wanted);
        let pricing = Pricing::new(&self.book, &basis, &wanted, packed);
        let mut report = report(&pricing, query.calls_per_month, &self.remembered);
        report.twin = query.function.map(|id| self.meters(id, now)).transpose()?.flatten();
        Ok(report)
    }

    /// What a query means: the recorded traffic, and what is supposed of it.
    fn asked(&self, project_id: i64, query: &CostQuery, now: Micros) -> Result<(Basis, Wanted), ReportError> {
        if let Some(asked) = query.calls_per_month.filter(|asked| *asked > MOST_CALLS) {
            let message = format!("{} calls a month are more than {}", count(asked), count(MOST_CALLS));
            return Err(ReportError::Invalid(message));
        }
        let basis = self.basis(project_id, query, now)?;
        let wanted = Wanted::read(&query.settings, &basis)?;
        Ok((basis, wanted))
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

fn report(pricing: &Pricing<'_>, asked: Option<u64>, remembered: &Remembered) -> CostReport {
    let Pricing { book, basis, wanted, .. } = *pricing;
    let hours = book.hours_per_month;
    // Without a single recorded call there is nothing to multiply, whatever the volume.
    let volume = asked.or_else(|| basis.projected(hours)).filter(|_| basis.calls > 0);
    let span = span(basis.minutes);
    let month = Month { asked, calls: volume, span: &span, hours };
    let offers = pricing.offers(pricing.plans().collect(), volume);
    let drawn = volume.map(|_| remembered.drawn(pricing)).unwrap_or_default();
    CostReport {
        basis: basis.to_wire(volume),
        verdict: verdict::verdict(basis, &offers, &drawn.crossings, &month, wanted),
        curves: drawn.curves.clone(),
        volumes: drawn.volumes.iter().map(|volume| *volume as f64).collect(),
        crossings: drawn.crossings.clone(),
        settings: wanted.to_wire(),
        traffic: traffic::preview(basis, wanted, volume, MONTH_US),
        prices: prices(book),
        assumptions: assumptions::assumptions(basis, wanted, &month),
        twin: None,
        plans: offers.plans,
        machines: offers.machines,
    }
}

/// `Prices of 2026-11-20`.
fn prices(book: &Book) -> String {
    format!("Prices of {}, list, without tax", book.compiled)
}
