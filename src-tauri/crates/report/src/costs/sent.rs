//! What the calls of a load test come to, reckoned as the pool's meter and the Costs page reckon: from the record, each call
//! as long as it would take on the plan. A run that goes on is read by whole minutes, so that whoever looks on does not
//! slow down what is measured.

use coldframe_cost::{Decimal, Plan, Usd};
use coldframe_store::{Activity, Range, RollUp};

use super::meters::plan_bill;
use crate::{Report, ReportError, deployed::own_plan, span::MINUTE};

/// Of the record: the calls a load test sends.
const SENT: &str = "load_test";

/// When a run began, and whether it is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) function: i64,
    pub(crate) range: Range,
    pub(crate) over: bool,
}

impl Report {
    /// What one call costs on average at list price, on the plan its code is written for; `None` where the record has none of
    /// them.
    ///
    /// # Errors
    /// There is no such function; the record cannot be read.
    pub(crate) fn sent_call(&self, of: Sending) -> Result<Option<(&Plan, Usd)>, ReportError> {
        let app = self.function(of.function)?.app_id;
        let figures = self.sent_figures(of)?;
        let calls: u64 = figures.iter().map(|roll_up| roll_up.figures.counts.ran()).sum();
        let Some(first) = figures.first().filter(|_| calls > 0) else { return Ok(None) };
        let works = self.works(app, &figures)?;
        let plan =
            works.first().and_then(|work| own_plan(&self.book, &work.provider, &first.key.architecture));
        let Some(plan) = plan else { return Ok(None) };
        let activity = self.sent_activity(app, of)?;
        let bill = plan_bill(plan, works, activity.as_ref())?;
        Ok(Some((plan, bill.exact() * (Decimal::ONE / Decimal::from(calls)))))
    }

    fn sent_figures(&self, of: Sending) -> Result<Vec<RollUp>, ReportError> {
        let ids = [of.function];
        let mut figures = if of.over {
            self.reader.figures_exactly(&ids, of.range)?
        } else {
            let from = of.range.from.div_euclid(MINUTE) * MINUTE;
            self.reader.figures(&ids, Range { from, ..of.range })?
        };
        figures.retain(|roll_up| roll_up.key.trigger == SENT);
        Ok(figures)
    }

    /// How its calls met in instances; `None` while that is not known.
    fn sent_activity(&self, app: i64, of: Sending) -> Result<Option<Activity>, ReportError> {
        if !of.over {
            return Ok(None);
        }
        Ok(Some(self.reader.activity(app, &[of.function], of.range)?))
    }
}
