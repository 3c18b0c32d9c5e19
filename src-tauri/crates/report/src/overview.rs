//! The Functions page: the figures of a span of time, of the project and of each function, all from roll-ups.

use std::collections::HashMap;

use coldframe_cost::{Bin, FreeTier, Plan, Usage, Usd};
use coldframe_protocol::{FunctionStats, Overview, OverviewSeries, Range};
use coldframe_store::{Counts, Figures, Micros, RollUp, Sketch};

use crate::{
    Report, ReportError,
    costs::roll_up_bins,
    span::{MINUTE, Window},
    wording::{mb, ms},
};

/// The plan behind the price of a span.
const SPAN_PLAN: &str = "aws-lambda-arm64";
/// The plan behind a function's price per million calls.
const FUNCTION_PLAN: &str = "aws-lambda-x86";

/// Everything of one function, one bucket, or all.
#[derive(Default)]
struct Sum {
    figures: Figures,
    bins: Vec<Bin>,
}

impl Sum {
    fn add(&mut self, roll_up: &RollUp) {
        self.figures.merge(&roll_up.figures);
        self.bins.extend(roll_up_bins(roll_up));
    }
}

impl Report {
    /// Every function that was ever found in the project has its row, also without a call.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn overview(&self, project_id: i64, range: &Range, now: Micros) -> Result<Overview, ReportError> {
        let ids: Vec<_> = self.reader.functions(project_id)?.iter().map(|function| function.id).collect();
        let first = self.reader.first_call(&ids)?;
        let window = Window::new(range.minutes, first, now);
        let mut all = Sum::default();
        let mut functions: HashMap<i64, (Sum, Vec<u64>)> = HashMap::new();
        let mut buckets: Vec<Sum> = std::iter::repeat_with(Sum::default).take(window.buckets()).collect();
        for roll_up in self.reader.series(&ids, window.range(), window.bucket)? {
            all.add(&roll_up);
            let (function, spark) = functions
                .entry(roll_up.key.function_id)
                .or_insert_with(|| (Sum::default(), vec![0; window.buckets()]));
            function.add(&roll_up);
            let Some(index) = window.index(roll_up.start) else { continue };
            if let (Some(bucket), Some(calls)) = (buckets.get_mut(index), spark.get_mut(index)) {
                bucket.add(&roll_up);
                *calls += roll_up.figures.counts.all();
            }
        }
        let stats = ids.iter().map(|id| {
            let (function, spark) =
                functions.remove(id).unwrap_or_else(|| (Sum::default(), vec![0; window.buckets()]));
            stats(*id, &function, spark, self.book.plan(FUNCTION_PLAN))
        });
        let begun = first.map_or(window.from, |first| first.max(window.from));
        let minutes = ((now - begun) as f64 / MINUTE as f64).max(1.0);
        let counts = &all.figures.counts;
        let plan = self.book.plan(SPAN_PLAN);
        Ok(Overview {
            minutes: range.minutes,
            calls: counts.all(),
            calls_per_minute: counts.all() as f64 / minutes,
            cold: all.figures.sums.cold,
            cold_p95_ms: quantile(&all.figures.cold_wait, 0.95),
            p50_ms: quantile(&all.figures.total, 0.5),
            p95_ms: quantile(&all.figures.total, 0.95),
            errors: errors(counts),
            usd: price(plan, &all).0.round_dp(6).normalize().to_string(),
            series: OverviewSeries {
                bucket_s: u32::try_from(window.bucket / 1_000_000).unwrap_or(u32::MAX),
                calls: buckets.iter().map(|sum| sum.figures.counts.all() as f64).collect(),
                cold_percent: buckets
                    .iter()
                    .map(|sum| percent(sum.figures.sums.cold, sum.figures.counts.ran()))
                    .collect(),
                p50_ms: buckets.iter().map(|sum| quantile(&sum.figures.total, 0.5)).collect(),
                error_percent: buckets
                    .iter()
                    .map(|sum| percent(errors(&sum.figures.counts), sum.figures.counts.all()))
                    .collect(),
                usd: buckets.iter().map(|sum| price(plan, sum).to_f64()).collect(),
            },
            functions: stats.collect(),
        })
    }
}

fn stats(function: i64, sum: &Sum, spark: Vec<u64>, plan: Option<&Plan>) -> FunctionStats {
    let Figures { counts, sums, .. } = &sum.figures;
    let mean_cpu = |us: i64| (sums.cpu_known > 0).then(|| ms(us) / sums.cpu_known as f64);
    FunctionStats {
        function,
        calls: counts.all(),
        cold: sums.cold,
        errors: errors(counts),
        throttles: counts.throttled,
        p50_ms: quantile(&sum.figures.total, 0.5),
        p95_ms: quantile(&sum.figures.total, 0.95),
        cold_p95_ms: quantile(&sum.figures.cold_wait, 0.95),
        cpu_user_ms: mean_cpu(sums.cpu_user_us),
        cpu_system_ms: mean_cpu(sums.cpu_system_us),
        peak_memory_mb: (sums.memory_known > 0).then(|| mb(sums.memory_peak_kb)),
        usd_per_million: plan.and_then(|plan| {
            let million = plan.measure(&Usage::calls(sum.bins.iter().copied())).at(1_000_000.into())?;
            Some(plan.month(million, FreeTier::Ignored).total().to_string())
        }),
        spark,
    }
}

/// Unrounded, at list price.
fn price(plan: Option<&Plan>, sum: &Sum) -> Usd {
    plan.map_or(Usd::ZERO, |plan| {
        plan.month(plan.measure(&Usage::calls(sum.bins.iter().copied())), FreeTier::Ignored).exact()
    })
}

/// Everything that did not end well but was not throttled.
fn errors(counts: &Counts) -> u64 {
    counts.errors() + counts.refused + counts.interrupted
}

fn quantile(sketch: &Sketch, quantile: f64) -> Option<f64> {
    sketch.quantile(quantile).map(|us| us / 1000.0)
}

fn percent(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| 100.0 * part as f64 / of as f64)
}
