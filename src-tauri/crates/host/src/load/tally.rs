//! The figures of a run, from what happened to each call. Knows no clock: times are microseconds since the run began.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use coldframe_protocol::{
    LoadCourse, LoadFailure, LoadFigures, LoadLatency, LoadPercentile, LoadSeries, MeteredCalls,
};
use coldframe_providers::invocation::Served;
use coldframe_store::Sketch;

use crate::usage;

/// Steps of the course at most: beyond, every two become one.
const STEPS: usize = 300;
/// Length of a step at first.
const STEP_US: u64 = 500_000;
/// More kinds of failures are one.
const KINDS: usize = 20;
/// Where the course of latency by percentile is looked at, percent.
const PERCENTS: [f64; 18] = [
    0.0, 10.0, 25.0, 50.0, 60.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95,
    99.99,
];

/// What came of a call that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    Ok,
    Throttled,
    /// Nobody waited any longer for it to have an instance.
    GivenUp,
    /// By its type, or why nothing ran.
    Failed(String),
}

#[derive(Debug)]
pub(super) struct Tally {
    step_us: u64,
    figures: LoadFigures,
    latency: Sketch,
    latency_sum_us: u128,
    latency_max_us: u64,
    late: Sketch,
    failures: BTreeMap<String, u64>,
    steps: Vec<Step>,
    /// Calls an instance answered.
    ran: u64,
    last_answer_us: u64,
    /// When the last call was sent, or sending was stopped.
    sent_all_us: Option<u64>,
}

#[derive(Debug, Default, Clone)]
struct Step {
    due: u32,
    dropped: u32,
    answered: u32,
    errors: u32,
    throttled: u32,
    cold: u32,
    latency: Sketch,
    instances: u32,
    in_flight: u32,
}

impl Tally {
    /// `usage`: what is known of the function before it is called.
    pub(super) fn new(usage: MeteredCalls) -> Self {
        Self {
            step_us: STEP_US,
            figures: LoadFigures { usage, ..LoadFigures::default() },
            latency: Sketch::default(),
            latency_sum_us: 0,
            latency_max_us: 0,
            late: Sketch::default(),
            failures: BTreeMap::new(),
            steps: Vec::new(),
            ran: 0,
            last_answer_us: 0,
            sent_all_us: None,
        }
    }

    pub(super) fn in_flight(&self) -> u64 {
        self.figures.in_flight
    }

    pub(super) fn has_room(&self, most: u32) -> bool {
        self.figures.in_flight < u64::from(most)
    }

    /// A call is due; it is sent if fewer than `most` are under way, and this machine `keeps_up` with those before it.
    pub(super) fn due(&mut self, due_us: u64, most: u32, keeps_up: bool) -> bool {
        self.figures.due += 1;
        let sent = keeps_up && self.has_room(most);
        self.figures.crowded += u64::from(!keeps_up);
        let step = self.step(due_us);
        step.due += 1;
        step.dropped += u32::from(!sent);
        if sent {
            self.figures.sent += 1;
            self.figures.in_flight += 1;
        } else {
            self.figures.dropped += 1;
        }
        sent
    }

    /// It was handed over so late.
    pub(super) fn late(&mut self, late_us: u64) {
        self.late.add(i64::try_from(late_us).unwrap_or(i64::MAX));
    }

    pub(super) fn answered(&mut self, due_us: u64, at_us: u64, came: Came, served: Option<Served>) {
        self.figures.in_flight = self.figures.in_flight.saturating_sub(1);
        self.last_answer_us = self.last_answer_us.max(at_us);
        let step = self.step(at_us);
        match &came {
            Came::Throttled => step.throttled += 1,
            Came::GivenUp => {}
            Came::Ok | Came::Failed(_) => {
                step.errors += u32::from(came != Came::Ok);
                step.answered += u32::from(served.is_some());
                step.cold += u32::from(served.is_some_and(|served| served.cold));
            }
        }
        match came {
            Came::Ok => self.figures.ok += 1,
            Came::Throttled => self.figures.throttled += 1,
            Came::GivenUp => self.figures.unfinished += 1,
            Came::Failed(what) => {
                self.figures.errors += 1;
                let known = self.failures.contains_key(&what) || self.failures.len() < KINDS;
                *self.failures.entry(if known { what } else { "others".to_owned() }).or_default() += 1;
            }
        }
        if let Some(served) = served {
            self.ran += 1;
            let waited_us = at_us.saturating_sub(due_us);
            self.latency.add(i64::try_from(waited_us).unwrap_or(i64::MAX));
            self.latency_sum_us += u128::from(waited_us);
            self.latency_max_us = self.latency_max_us.max(waited_us);
            self.step(due_us).latency.add(i64::try_from(waited_us).unwrap_or(i64::MAX));
            self.used(served);
        }
    }

    fn used(&mut self, served: Served) {
        if served.cold {
            self.figures.cold += 1;
        }
        usage::add(&mut self.figures.usage, served);
    }

    /// How many instances there are now.
    pub(super) fn sample(&mut self, at_us: u64, instances: u32) {
        let in_flight = u32::try_from(self.figures.in_flight).unwrap_or(u32::MAX);
        let step = self.step(at_us);
        step.instances = step.instances.max(instances);
        step.in_flight = step.in_flight.max(in_flight);
        self.figures.instances = instances;
        self.figures.peak_instances = self.figures.peak_instances.max(instances);
    }

    /// Nothing is sent from here on.
    pub(super) fn sent_all(&mut self, at_us: u64) {
        self.sent_all_us.get_or_insert(at_us);
    }

    /// Nothing is waited for any more.
    pub(super) fn close(&mut self) {
        self.figures.unfinished += std::mem::take(&mut self.figures.in_flight);
        // A last look at the instances is no part of the course.
        let silent = |step: &Step| step.due + step.answered + step.errors + step.throttled == 0;
        while self.steps.last().is_some_and(silent) {
            self.steps.pop();
        }
    }

    pub(super) fn figures(&self, now_us: u64) -> LoadFigures {
        let sending_us = self.sent_all_us.unwrap_or(now_us).max(1);
        let over = self.sent_all_us.is_some() && self.figures.in_flight == 0;
        let elapsed_us = if over { sending_us.max(self.last_answer_us) } else { now_us.max(1) };
        let rate = |calls: u64, us: u64| calls as f64 / (us as f64 / 1e6);
        LoadFigures {
            elapsed_s: elapsed_us as f64 / 1e6,
            wanted_rate: rate(self.figures.due, sending_us),
            achieved_rate: rate(self.ran, elapsed_us),
            latency: self.latency_figures(),
            late_p99_ms: self.late.quantile(0.99).map(ms),
            ..self.figures.clone()
        }
    }

    fn latency_figures(&self) -> Option<LoadLatency> {
        let max_ms = ms(self.latency_max_us as f64);
        let at = |quantile| self.latency.quantile(quantile).map(|us| ms(us).min(max_ms));
        Some(LoadLatency {
            p50_ms: at(0.5)?,
            p90_ms: at(0.9)?,
            p99_ms: at(0.99)?,
            p999_ms: at(0.999)?,
            mean_ms: ms(self.latency_sum_us as f64 / self.ran as f64),
            max_ms,
        })
    }

    pub(super) fn course(&self) -> LoadCourse {
        let max_ms = ms(self.latency_max_us as f64);
        let percentile = |percent: &f64| {
            let us = self.latency.quantile(percent / 100.0)?;
            Some(LoadPercentile { percent: *percent, ms: ms(us).min(max_ms) })
        };
        let mut failures: Vec<LoadFailure> = self
            .failures
            .iter()
            .map(|(what, calls)| LoadFailure { what: what.clone(), calls: *calls })
            .collect();
        failures.sort_by_key(|failure| std::cmp::Reverse(failure.calls));
        LoadCourse {
            series: self.series(),
            percentiles: PERCENTS.iter().filter_map(percentile).collect(),
            failures,
        }
    }

    fn series(&self) -> LoadSeries {
        let column = |of: fn(&Step) -> u32| self.steps.iter().map(of).collect::<Vec<_>>();
        let at =
            |quantile: f64| self.steps.iter().map(|step| step.latency.quantile(quantile).map(ms)).collect();
        LoadSeries {
            step_s: self.step_us as f64 / 1e6,
            due: column(|step| step.due),
            dropped: column(|step| step.dropped),
            answered: column(|step| step.answered),
            errors: column(|step| step.errors),
            throttled: column(|step| step.throttled),
            cold: column(|step| step.cold),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            instances: column(|step| step.instances),
            in_flight: column(|step| step.in_flight),
        }
    }

    fn step(&mut self, at_us: u64) -> &mut Step {
        let index = loop {
            match usize::try_from(at_us / self.step_us) {
                Ok(index) if index < STEPS => break index,
                _ => self.coarsen(),
            }
        };
        if self.steps.len() <= index {
            // Instances are there until a look says otherwise, also in a step in which nobody looked.
            let instances = self.figures.instances;
            let in_flight = u32::try_from(self.figures.in_flight).unwrap_or(u32::MAX);
            self.steps.resize(index + 1, Step { instances, in_flight, ..Step::default() });
        }
        &mut self.steps[index]
    }

    fn coarsen(&mut self) {
        self.step_us *= 2;
        self.steps = self
            .steps
            .chunks(2)
            .map(|pair| match pair {
                [first, second] => first.with(second),
                _ => pair[0].clone(),
            })
            .collect();
    }
}

impl Step {
    /// Both as one.
    fn with(&self, next: &Self) -> Self {
        let mut latency = self.latency.clone();
        latency.merge(&next.latency);
        Self {
            due: self.due + next.due,
            dropped: self.dropped + next.dropped,
            answered: self.answered + next.answered,
            errors: self.errors + next.errors,
            throttled: self.throttled + next.throttled,
            cold: self.cold + next.cold,
            latency,
            instances: self.instances.max(next.instances),
            in_flight: self.in_flight.max(next.in_flight),
        }
    }
}

fn ms(us: f64) -> f64 {
    us / 1000.0
}
