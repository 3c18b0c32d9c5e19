//! What callers would wait: on a plan, warm and cold calls as they would take there; on machines, with the wait for a core.

use coldframe_cost::{ColdStart, Machine, Need, Starting};
use coldframe_protocol::{ColdGuess, LatencyBudget, LatencyGuess};

use crate::deployed::rests_on;

use super::{
    on_plan::OnPlan,
    pricing::Pricing,
    simulated::{Outlook, Simulated},
};

impl OnPlan<'_> {
    /// Of the function that is called most.
    pub(super) fn cold_start(&self) -> Option<ColdGuess> {
        let cold = self.expected(self.basis.works.first()?)?;
        let work = self.basis.works.first()?;
        Some(ColdGuess {
            typical_ms: cold.typical_ms,
            low_ms: cold.low_ms,
            high_ms: cold.high_ms,
            rests_on: rests_on(&cold, work.import_ms(), &work.name),
        })
    }

    pub(super) fn expected(&self, work: &super::work::Work) -> Option<ColdStart> {
        let speed = self.wanted.speed;
        let paces = [speed.faster(), speed, speed.slower()].map(|speed| self.pace(work, speed));
        let starting = Starting {
            runtime: &work.runtime,
            language: &work.language,
            architecture: &self.plan.architecture,
            memory_mb: self.memory_mb(work),
            import_ms: work.import_ms(),
        };
        ColdStart::expect(starting, paces, self.plan.provider == "aws")
    }
}

/// From simulations with a good, the usual and a bad outlook.
pub(super) fn guess(simulated: &[(Outlook, Simulated); 3]) -> Option<LatencyGuess> {
    let [(_, good), (_, usual), (_, bad)] = simulated;
    Some(LatencyGuess {
        p50_ms: usual.ms(0.5)?,
        p95_ms: usual.ms(0.95)?,
        p99_ms: usual.ms(0.99)?,
        p999_ms: usual.ms(0.999)?,
        p99_low_ms: good.ms(0.99)?,
        p99_high_ms: bad.ms(0.99)?,
        cold_percent: usual.cold_percent(),
        throttled_percent: usual.refused_percent(),
        peak_instances: usual.peak_instances as f64,
    })
}

impl Pricing<'_> {
    /// Calls as recorded, their CPU at the cloud's pace, and at worst the wait for a core on top.
    pub(super) fn machine_latency(
        &self,
        machine: &Machine,
        need: &Need,
        volume: u64,
    ) -> Option<LatencyGuess> {
        let queue = self.queue(machine, need.count, volume);
        let handler = &self.basis.figures.handler;
        let share = self.basis.cpu_share().min(1.0);
        let at = |quantile: f64, speed: f64| {
            let us = handler.quantile(quantile)?;
            let wait_ms = queue.wait_ms(quantile)?;
            let core = f64::try_from(machine.vcpu.value).unwrap_or(1.0).min(1.0) * speed;
            Some((us * (1.0 - share) + us * share / core) / 1000.0 + wait_ms)
        };
        let speed = self.wanted.speed;
        Some(LatencyGuess {
            p50_ms: at(0.5, speed.value())?,
            p95_ms: at(0.95, speed.value())?,
            p99_ms: at(0.99, speed.value())?,
            p999_ms: at(0.999, speed.value())?,
            p99_low_ms: at(0.99, speed.faster().value())?,
            p99_high_ms: at(0.99, speed.slower().value())?,
            cold_percent: 0.0,
            throttled_percent: 0.0,
            peak_instances: need.count.into(),
        })
    }

    /// Why the latency budget rules an option out.
    pub(super) fn over_budget(&self, latency: &LatencyGuess) -> Option<String> {
        let LatencyBudget { percentile, ms } = self.wanted.budget?;
        let there = match percentile {
            percentile if percentile <= 50.0 => latency.p50_ms,
            percentile if percentile <= 95.0 => latency.p95_ms,
            percentile if percentile <= 99.0 => latency.p99_ms,
            _ => latency.p999_ms,
        };
        (there > ms).then(|| format!("p{percentile} would be about {there:.0} ms, over {ms:.0}"))
    }
}
