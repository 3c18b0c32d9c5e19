//! What was worked out, told in the terms of a simulation.

use std::collections::BinaryHeap;

use super::Kept;
use crate::{
    simulate::{
        result::{Simulation, mean},
        rule::Rule,
        service::{Footprint, Service},
    },
    usage::{Bin, Period},
};

impl Kept {
    /// Puts it in the place of what windows saw.
    pub(in crate::simulate) fn tell(self, simulation: &mut Simulation, service: &Service, rule: &Rule) {
        let served = simulation.totals.served;
        let off = self.off;
        let started = (self.starts.round() as u64).min(served);
        let init_us = self.starts * service.mean_init_us();
        // Calls go to the instance that starts until it is full or ready.
        let meanwhile = served as f64 / simulation.length_us.max(1) as f64 * service.mean_init_us();
        let cold = (self.starts * meanwhile.clamp(1.0, f64::from(rule.concurrency.max(1)))) as u64;
        let totals = &mut simulation.totals;
        (totals.started, totals.cold, totals.init_us) =
            (started, cold.clamp(started, served), init_us as u128);
        simulation.busy_us += init_us as u128;
        let time = |instances: f64| (instances * simulation.length_us as f64) as u128;
        let lived = time(self.instances).max(simulation.busy_us.saturating_sub(time(rule.minimum as f64)));
        let seen = simulation.alive_us.max(1) as f64;
        simulation.alive_us = lived + time(rule.minimum as f64);
        let more = simulation.alive_us as f64 / seen;
        let most = rule.most_instances().map_or(u64::MAX, |most| most.max(rule.minimum));
        for bucket in &mut simulation.buckets {
            bucket.alive_us = (bucket.alive_us as f64 * more) as u64;
            bucket.alive_max =
                ((bucket.alive_max as f64 * more).ceil() as u64).max(bucket.busy_max).min(most);
        }
        simulation.usage.lives = vec![mean(lived, init_us as u128, started, service)];
        self.start(simulation, service, rule, started);
        let cold_share = simulation.cold_share();
        if let Some(sampled) = &mut simulation.sampled {
            (sampled.alive_error, sampled.cold_share_error) = (off.instances, off.starts * cold_share);
        }
    }

    /// The calls that instances were started for.
    fn start(self, simulation: &mut Simulation, service: &Service, rule: &Rule, started: u64) {
        let Footprint { memory_mb, vcpu_milli, .. } = service.footprint;
        let seen = simulation.latency.count() as f64 / simulation.totals.served.max(1) as f64;
        let mut calls = Most::of(simulation.usage.calls.iter().map(|bin| bin.count));
        let mut active = Most::of(simulation.usage.active.iter().map(|period| period.count));
        for (time, share) in service.cold_times() {
            let count = (started as f64 * share).round() as u64;
            let whole_us = time.init_us.saturating_add(time.handler_us);
            let (handler_ms, init_handler_ms) = (time.handler_us.div_ceil(1_000), whole_us.div_ceil(1_000));
            let usage = &mut simulation.usage;
            let count = calls.take(count, |place, taken| usage.calls[place].count -= taken);
            if rule.concurrency <= 1 {
                active.take(count, |place, taken| usage.active[place].count -= taken);
            }
            if count > 0 {
                let (ms, init_ms) = (handler_ms, init_handler_ms);
                calls.add(usage.calls.len(), count);
                active.add(usage.active.len(), count);
                usage.calls.push(Bin { handler_ms, init_handler_ms, memory_mb, observed_mb: None, count });
                usage.active.push(Period { ms, init_ms, memory_mb, vcpu_milli, count });
            }
            let cold = simulation.totals.cold as f64 * share;
            for _ in 0..(cold * seen).round() as u64 {
                simulation.latency.add(whole_us);
            }
            for _ in 0..(cold.ceil() as u64).min(1_000) {
                simulation.cold_latency.add(whole_us);
            }
        }
    }
}

/// Counts, by where there is most: a record has thousands of times, and each asks.
struct Most(BinaryHeap<(u64, usize)>);

impl Most {
    fn of(counts: impl Iterator<Item = u64>) -> Self {
        Self(counts.enumerate().map(|(place, count)| (count, place)).collect())
    }

    fn add(&mut self, place: usize, count: u64) {
        self.0.push((count, place));
    }

    /// Takes `count` away where there is most of it; how many could be taken.
    fn take(&mut self, count: u64, from: impl FnOnce(usize, u64)) -> u64 {
        let Some((most, place)) = self.0.pop() else { return 0 };
        let taken = count.min(most);
        from(place, taken);
        self.add(place, most - taken);
        taken
    }
}
