//! One plan under the month's traffic, watched over a day (a week, where days differ) call by call.

use coldframe_cost::{Bucket, Decimal, MONTH_US, Options, Plan, Rule};
use coldframe_protocol::{Simulation, SimulationQuery};
use coldframe_store::Micros;

use super::{
    Basis, Pricing, Wanted,
    on_plan::OnPlan,
    option::lines,
    simulated::{Outlook, Simulated},
    traffic::length_us,
};
use crate::{Report, ReportError};

/// Steps of the picture.
const STEPS: usize = 144;
/// More calls than this in the time are sampled.
const MOST_CALLS: u64 = 2_000_000;
const SECOND_US: u64 = 1_000_000;

impl Report {
    /// # Errors
    /// There is no such function or plan; it would refuse the work; nothing is recorded, or not how many calls come; an
    /// absurd setting; the record cannot be read.
    pub fn simulate(
        &self,
        project_id: i64,
        query: &SimulationQuery,
        now: Micros,
    ) -> Result<Simulation, ReportError> {
        let (basis, wanted) = self.asked(project_id, &query.cost, now)?;
        let plan = self.book.plan(&query.plan).ok_or_else(|| {
            let hint = self.book.nearest_plan(&query.plan).map(|plan| format!(": did you mean {}?", plan.id));
            ReportError::Invalid(format!("there is no plan {}{}", query.plan, hint.unwrap_or_default()))
        })?;
        if basis.calls == 0 {
            let message = "no call is recorded in this time: a simulation draws on how long calls took";
            return Err(ReportError::Invalid(message.to_owned()));
        }
        let volume = query.cost.calls_per_month.or_else(|| basis.projected(self.book.hours_per_month));
        let Some(volume) = volume else {
            let message = "the record is too short to say how many calls come: say how many a month";
            return Err(ReportError::Invalid(message.to_owned()));
        };
        let on = OnPlan { plan, basis: &basis, wanted: &wanted };
        if let Some(refusal) = on.refusal() {
            return Err(ReportError::Invalid(format!("{} would refuse the work: {refusal}", plan.title)));
        }
        let rule = rule(plan, query)?;
        let length_us = length_us(&wanted, &basis);
        let calls = (volume as f64 * length_us as f64 / MONTH_US as f64).round().max(1.0) as u64;
        let options = Options { seed: query.seed, buckets: STEPS, most_calls: MOST_CALLS };
        let simulated = on.simulate((calls, length_us), &rule, Outlook::Usual, options);
        self.told(&on, query, &rule, volume, length_us, &simulated)
    }

    fn told(
        &self,
        on: &OnPlan<'_>,
        query: &SimulationQuery,
        rule: &Rule,
        volume: u64,
        length_us: u64,
        simulated: &Simulated,
    ) -> Result<Simulation, ReportError> {
        let (basis, wanted): (&Basis, &Wanted) = (on.basis, on.wanted);
        let steps = simulated.apps.iter().map(|app| app.buckets.len()).min().unwrap_or(0);
        let over = |of: &dyn Fn(&Bucket) -> f64| -> Vec<f64> {
            let sum =
                |step: usize| simulated.apps.iter().filter_map(|app| app.buckets.get(step)).map(of).sum();
            (0..steps).map(sum).collect()
        };
        let (alive, busy) = simulated
            .apps
            .iter()
            .fold((0.0, 0.0), |(alive, busy), app| (alive + app.alive_us as f64, busy + app.busy_us as f64));
        let pricing = Pricing::at_one_volume(&self.book, basis, wanted);
        let day = on.counted(simulated);
        let times = Decimal::from(MONTH_US) / Decimal::from(length_us);
        let month = day.times(times);
        let bill = pricing
            .plan_bill(on.plan, month, volume, wanted.speed, wanted.free_tier)
            .map_err(ReportError::Invalid)?;
        let ms = |share| simulated.ms(share).unwrap_or(0.0);
        let mut assumes: Vec<String> = Vec::new();
        for sentence in simulated.apps.iter().flat_map(|app| &app.says).chain(&on.plan.rule_says()) {
            if !assumes.contains(sentence) {
                assumes.push(sentence.clone());
            }
        }
        Ok(Simulation {
            plan: on.plan.id.clone(),
            title: on.plan.title.clone(),
            shape: wanted.shape,
            calls_per_month: volume,
            seed: query.seed,
            idle_s: rule.idle_us / SECOND_US,
            concurrency: rule.concurrency,
            limit: rule.limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
            min_instances: u32::try_from(rule.minimum).unwrap_or(u32::MAX),
            step_minutes: length_us as f64 / 60e6 / steps.max(1) as f64,
            alive_max: over(&|bucket| bucket.alive_max as f64),
            alive_mean: over(&|bucket| bucket.alive_mean()),
            busy_mean: over(&|bucket| bucket.busy_mean()),
            calls: over(&|bucket| bucket.calls as f64),
            cold: over(&|bucket| bucket.cold as f64),
            throttled: over(&|bucket| bucket.throttled as f64),
            cold_percent: simulated.cold_percent(),
            throttled_percent: simulated.refused_percent(),
            utilisation_percent: if alive > 0.0 { 100.0 * busy / alive } else { 0.0 },
            peak_instances: simulated.peak_instances as f64,
            p50_ms: ms(0.5),
            p95_ms: ms(0.95),
            p99_ms: ms(0.99),
            p999_ms: ms(0.999),
            lines: lines(&bill),
            usd: bill.total().to_string(),
            assumes,
        })
    }
}

/// The plan's own, with what the person changed.
fn rule(plan: &Plan, query: &SimulationQuery) -> Result<Rule, ReportError> {
    let mut rule = plan.rule();
    if let Some(idle_s) = query.idle_s {
        if idle_s > 7 * 24 * 3600 {
            return Err(ReportError::Invalid(format!("idle_s is {idle_s}: a week is the most")));
        }
        rule.idle_us = idle_s * SECOND_US;
    }
    match query.concurrency {
        Some(0) => {
            return Err(ReportError::Invalid("concurrency is 0: an instance takes a call at least".into()));
        }
        Some(concurrency) => rule.concurrency = concurrency.min(10_000),
        None => {}
    }
    match query.limit {
        Some(0) => return Err(ReportError::Invalid("limit is 0: no call would ever be answered".into())),
        Some(limit) => rule.limit = Some(limit.into()),
        None => {}
    }
    rule.minimum = query.min_instances.map_or(rule.minimum, u64::from).min(rule.limit.unwrap_or(100_000));
    Ok(rule)
}
