//! What rounding adds to calls that were made: by the millisecond and by 100 ms each call is rounded up, by the minute and
//! by the hour the time in which any of them ran, as a machine is paid for that is on as long as there is work.

use std::collections::BTreeSet;

use coldframe_cost::{Decimal, Usd};
use coldframe_store::{InvocationFilter, NamedInvocation};

use crate::{Report, ReportError, deployed::own_plan};

/// The newest calls.
const MOST_CALLS: u32 = 1_000;
/// Each with its name, milliseconds; the first two of each call, the others of the time.
const STEPS: [(&str, u64, bool); 4] =
    [("1 ms", 1, true), ("100 ms", 100, true), ("a minute", 60_000, false), ("an hour", 3_600_000, false)];

#[derive(Debug, Clone, PartialEq)]
pub struct RoundedCalls {
    pub calls: u64,
    pub plan: String,
    /// As they were, init and handler.
    pub exact_ms: f64,
    pub exact_usd: Usd,
    pub steps: Vec<RoundedStep>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RoundedStep {
    pub name: &'static str,
    pub billed_ms: u64,
    /// At the plan's price of a millisecond.
    pub usd: Usd,
    /// More than what the calls really took, of it.
    pub more_percent: f64,
}

/// A call: when its work began and ended, microseconds.
type Span = (i64, i64);

impl Report {
    /// # Errors
    /// The record cannot be read.
    pub fn rounded_calls(&self, function: i64) -> Result<Option<RoundedCalls>, ReportError> {
        let filter = InvocationFilter { function_id: Some(function), ..InvocationFilter::default() };
        let rows = self.reader.invocations(&filter, None, MOST_CALLS)?;
        let ran: Vec<&NamedInvocation> =
            rows.iter().filter(|named| named.row.phases.handler_us > 0).collect();
        let Some(newest) = ran.first() else { return Ok(None) };
        let Some(plan) = own_plan(&self.book, &newest.provider, &newest.row.architecture) else {
            return Ok(None);
        };
        let spans: Vec<Span> = ran.iter().map(|named| span(named)).collect();
        let each = plan.usd_per_ms(newest.row.memory_mb);
        let exact_ms = spans.iter().map(|(begin, end)| end - begin).sum::<i64>() as f64 / 1_000.0;
        let usd = |ms: f64| each * Decimal::try_from(ms).unwrap_or_default();
        let steps = STEPS.map(|(name, step_ms, of_each)| {
            let billed_ms = if of_each { by_call(&spans, step_ms) } else { by_time(&spans, step_ms) };
            RoundedStep {
                name,
                billed_ms,
                usd: usd(billed_ms as f64),
                more_percent: 100.0 * (billed_ms as f64 - exact_ms) / exact_ms,
            }
        });
        Ok(Some(RoundedCalls {
            calls: ran.len() as u64,
            plan: plan.title.clone(),
            exact_ms,
            exact_usd: usd(exact_ms),
            steps: steps.into(),
        }))
    }
}

fn span(named: &NamedInvocation) -> Span {
    let phases = &named.row.phases;
    let init = if named.row.cold { phases.billed_init_us() } else { 0 };
    let begin = named.row.started_at + phases.queue_us + phases.build_us + phases.spawn_us;
    (begin, begin + init + phases.handler_us)
}

fn by_call(spans: &[Span], step_ms: u64) -> u64 {
    let steps =
        spans.iter().map(|(begin, end)| u64::try_from(end - begin).unwrap_or(0).div_ceil(step_ms * 1_000));
    steps.sum::<u64>() * step_ms
}

/// Every step of the clock that a call touched, once.
fn by_time(spans: &[Span], step_ms: u64) -> u64 {
    let step_us = i64::try_from(step_ms).unwrap_or(i64::MAX).saturating_mul(1_000);
    let touched =
        spans.iter().flat_map(|(begin, end)| begin.div_euclid(step_us)..=(end - 1).div_euclid(step_us));
    touched.collect::<BTreeSet<_>>().len() as u64 * step_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_rounded_each_and_time_once() {
        let spans = [(0, 30_000), (40_000, 140_500), (59_900_000, 60_100_000)];
        assert_eq!(by_call(&spans, 1), 30 + 101 + 200);
        assert_eq!(by_call(&spans, 100), 100 + 200 + 200);
        assert_eq!(by_time(&spans, 60_000), 120_000, "the last call touches a second minute");
        assert_eq!(by_time(&spans, 3_600_000), 3_600_000);
        assert_eq!(by_time(&[], 60_000), 0);
    }
}
