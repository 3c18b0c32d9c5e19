//! The functions of a month, each as its own provider would bill it: what tools that price infrastructure code ask for.

use coldframe_cost::{Bin, Book};
use coldframe_protocol::CostQuery;
use coldframe_store::Micros;

use super::{Basis, Wanted, on_plan::OnPlan, work::Work};
use crate::{Report, ReportError, export::Use};

impl Report {
    /// The functions of the same month, as their own provider would bill them.
    pub(crate) fn uses(
        &self,
        project_id: i64,
        query: &CostQuery,
        now: Micros,
    ) -> Result<Vec<Use>, ReportError> {
        let (basis, wanted) = self.asked(project_id, query, now)?;
        let volume = query.calls_per_month.or_else(|| basis.projected(self.book.hours_per_month));
        let volume = volume.unwrap_or(basis.calls);
        Ok(basis.works.iter().map(|work| one_use(&self.book, &basis, &wanted, work, volume)).collect())
    }
}

fn one_use(book: &Book, basis: &Basis, wanted: &Wanted, work: &Work, volume: u64) -> Use {
    let own = book.plans.iter().find(|plan| plan.provider == work.provider);
    let handler_ms = |bins: &mut dyn Iterator<Item = Bin>| {
        let (mut ms, mut calls) = (0_u128, 0_u128);
        for bin in bins {
            ms += u128::from(bin.handler_ms) * u128::from(bin.count);
            calls += u128::from(bin.count);
        }
        u64::try_from(ms.div_ceil(calls.max(1))).unwrap_or(u64::MAX)
    };
    let share = work.calls() as f64 / basis.calls.max(1) as f64;
    Use {
        name: work.name.clone(),
        provider: work.provider.clone(),
        calls_per_month: (volume as f64 * share).round() as u64,
        duration_ms: match own {
            Some(plan) => handler_ms(&mut OnPlan { plan, basis, wanted }.bins(work, wanted.speed)),
            None => handler_ms(&mut work.bins.iter().copied()),
        },
        memory_mb: wanted.memory_mb.unwrap_or(work.memory_mb),
    }
}
