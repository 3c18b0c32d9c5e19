//! What a projection rests on: the recorded calls, how long they took to come, and what one of them uses.

use std::collections::BTreeMap;

use coldframe_cost::{Decimal, Load};
use coldframe_protocol::{CostBasis, CostQuery};
use coldframe_store::{Figures, FunctionRow, Micros, Range};

use super::work::Work;
use crate::{
    Report, ReportError,
    span::MINUTE,
    wording::{mb, ms},
};

/// Fewer calls than this are not called a month.
pub(crate) const ENOUGH_CALLS: u64 = 200;
/// Nor is a shorter time.
pub(crate) const ENOUGH_MINUTES: f64 = 10.0;
/// Calls that are no traffic: what a person did to look at the function, not what its callers did.
pub(crate) const NOT_TRAFFIC: [&str; 4] = ["load_test", "map", "replay", "reload_check"];
/// No more minutes than these (four weeks, the latest) are looked at for how calls come.
const SHAPE_MINUTES: usize = 28 * 24 * 60;

/// Everything about the recorded traffic that prices depend on.
#[derive(Debug)]
pub(crate) struct Basis {
    pub calls: u64,
    pub minutes: f64,
    /// Of all functions.
    pub figures: Figures,
    /// Those that were called, most calls first.
    pub works: Vec<Work>,
    /// What is simulated as an app of its own: the functions called most, and the rest as one.
    pub groups: Vec<Work>,
    /// Calls in each recorded minute, from the first to the last.
    pub by_minute: Vec<u32>,
}

/// So many functions are simulated each for itself.
const GROUPS: usize = 4;

impl Report {
    /// The recorded traffic of one function or of a whole project, of the last `minutes` or of all time.
    pub(super) fn basis(
        &self,
        project_id: i64,
        query: &CostQuery,
        now: Micros,
    ) -> Result<Basis, ReportError> {
        let CostQuery { function, minutes, .. } = *query;
        let left_out: &[&str] = if query.settings.made_calls == Some(true) { &[] } else { &NOT_TRAFFIC };
        let functions = match function {
            Some(id) => vec![self.function(id)?],
            None => self.reader.functions(project_id)?,
        };
        let ids: Vec<i64> = functions.iter().map(|function| function.id).collect();
        let asked_from = minutes.map(|minutes| now - i64::from(minutes) * MINUTE);
        // The record does not reach further back than its first call.
        let from = match (asked_from, self.reader.first_call(&ids)?) {
            (Some(asked), Some(first)) => asked.max(first),
            (Some(asked), None) => asked,
            (None, Some(first)) => first,
            (None, None) => now,
        };
        let from = from.div_euclid(MINUTE) * MINUTE;
        let range = Range { from, to: now.max(from) + 1 };
        let mut works = BTreeMap::<i64, Work>::new();
        for roll_up in self.reader.figures(&ids, range)?.iter() {
            if left_out.contains(&roll_up.key.trigger.as_str()) {
                continue;
            }
            works.entry(roll_up.key.function_id).or_default().add(roll_up);
        }
        works.retain(|_, work| work.calls() > 0);
        for function in functions {
            let Some(work) = works.get_mut(&function.id) else { continue };
            self.introduce(work, function)?;
        }
        let mut works: Vec<Work> = works.into_values().collect();
        works.sort_by_key(|work| std::cmp::Reverse(work.calls()));
        let by_minute = self.reader.calls_by_minute(&ids, range, left_out, SHAPE_MINUTES)?;
        Ok(Basis::new(works, by_minute, (now - from).max(0) as f64 / MINUTE as f64))
    }

    /// A few calls of one function, and nothing else that was recorded of it.
    pub(super) fn basis_of(&self, function: i64, invocations: &[i64]) -> Result<Basis, ReportError> {
        let mut work = Work::default();
        for roll_up in &self.reader.figures_of(invocations)? {
            work.add(roll_up);
        }
        self.introduce(&mut work, self.function(function)?)?;
        let works = if work.calls() > 0 { vec![work] } else { Vec::new() };
        Ok(Basis::new(works, Vec::new(), 0.0))
    }

    /// Says whose work it is.
    fn introduce(&self, work: &mut Work, function: FunctionRow) -> Result<(), ReportError> {
        if let Some(app) = self.reader.app(function.app_id)? {
            (work.provider, work.language, work.runtime) = (app.provider, app.language, app.runtime);
        }
        work.name = function.name;
        Ok(())
    }
}

impl Basis {
    pub(super) fn new(works: Vec<Work>, by_minute: Vec<u32>, minutes: f64) -> Self {
        let mut figures = Figures::default();
        for work in &works {
            figures.merge(&work.figures);
        }
        let mut groups = works.clone();
        let rest = groups.split_off(groups.len().min(GROUPS));
        if let (Some(last), true) = (groups.last_mut(), !rest.is_empty()) {
            rest.iter().for_each(|work| last.join(work));
        }
        Self { calls: figures.counts.ran(), minutes, figures, works, groups, by_minute }
    }

    /// Enough calls over enough time to be scaled to a month.
    pub(crate) fn enough(&self) -> bool {
        self.calls >= ENOUGH_CALLS && self.minutes >= ENOUGH_MINUTES
    }

    /// Calls a month if it goes on like this.
    pub(crate) fn projected(&self, hours_per_month: Decimal) -> Option<u64> {
        if !self.enough() {
            return None;
        }
        let minutes = Decimal::try_from(self.minutes).ok()?;
        let month = Decimal::from(self.calls) * hours_per_month * Decimal::from(60) / minutes;
        month.round().try_into().ok()
    }

    /// The recorded busiest minute over the mean minute; `None` where the record is too short to tell.
    pub(super) fn recorded_peak(&self) -> Option<Decimal> {
        if !self.enough() {
            return None;
        }
        let mean = Decimal::from(self.calls) / Decimal::try_from(self.minutes).ok()?.max(Decimal::ONE);
        let busiest = self.by_minute.iter().max().copied().unwrap_or_default();
        Some((Decimal::from(busiest) / mean).max(Decimal::ONE))
    }

    /// As machines feel it, on cores `speed` times as fast.
    pub(super) fn load(&self, peak_factor: Decimal, speed: Decimal) -> Load {
        Load { parts: self.works.iter().map(|work| work.part(speed)).collect(), peak_factor }
    }

    /// What of their time all calls together compute, 0 to 1 and more.
    pub(super) fn cpu_share(&self) -> f64 {
        let sum = |of: fn(&Work) -> Decimal| {
            self.works.iter().map(|work| of(work) * Decimal::from(work.calls())).sum::<Decimal>()
        };
        let (cpu_ms, handler_ms) = (sum(Work::cpu_ms), sum(Work::handler_ms));
        if handler_ms.is_zero() { 1.0 } else { (cpu_ms / handler_ms).try_into().unwrap_or(1.0) }
    }

    pub(super) fn cpu_known(&self) -> u64 {
        self.figures.sums.cpu_known
    }

    pub(crate) fn to_wire(&self, calls_per_month: Option<u64>) -> CostBasis {
        let sums = &self.figures.sums;
        let mean = |sum: i64, of: u64| (of > 0).then(|| ms(sum) / of as f64);
        CostBasis {
            recorded_calls: self.calls,
            recorded_minutes: self.minutes,
            enough: self.enough(),
            calls_per_month,
            mean_handler_ms: mean(sums.handler_us, self.calls),
            mean_cpu_ms: mean(sums.cpu_user_us + sums.cpu_system_us, sums.cpu_known),
            peak_memory_mb: (sums.memory_known > 0).then(|| mb(sums.memory_peak_kb)),
            cold_percent: (self.calls > 0).then(|| 100.0 * sums.cold as f64 / self.calls as f64),
            functions: self.works.iter().map(|work| work.name.clone()).collect(),
        }
    }
}
