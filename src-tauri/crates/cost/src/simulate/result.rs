//! What a simulation comes to.

use std::collections::BTreeMap;

use super::{
    buckets::Bucket,
    record::{Calls, Recorded},
    rule::Rule,
    scale::Share,
    service::{Service, Times},
    sketch::Sketch,
};
use crate::{
    traffic::Traffic,
    usage::{Bin, Period, Usage, Warm},
};

/// What became of the calls. Each is served, throttled or given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub calls: u64,
    pub served: u64,
    /// Served, and waited for the init of a new instance.
    pub cold: u64,
    pub throttled: u64,
    /// Served, and waited for a place.
    pub queued: u64,
    /// Waited for a place too long.
    pub given_up: u64,
    /// Instances started for calls.
    pub started: u64,
    /// Time those took until they were ready, together.
    pub init_us: u128,
}

impl Totals {
    /// What has come to them since.
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            calls: self.calls - before.calls,
            served: self.served - before.served,
            cold: self.cold - before.cold,
            throttled: self.throttled - before.throttled,
            queued: self.queued - before.queued,
            given_up: self.given_up - before.given_up,
            started: self.started - before.started,
            init_us: self.init_us - before.init_us,
        }
    }
}

/// How much of the traffic was really simulated, where not all of it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampled {
    /// Calls that were simulated and counted.
    pub simulated: u64,
    /// Windows of time they came in, spread over all of it.
    pub windows: usize,
    pub window_us: u64,
    /// Calls came with this share of their rate, and limits were as much lower; 1 where there was time for all.
    pub thinned: f64,
    /// There were too many for a pool to be seen filling: how many instances it keeps and starts was worked out from
    /// the rate of the calls and their mean time.
    pub settled: bool,
    /// Half the width of the 95 % confidence interval, as a share of all calls.
    pub cold_share_error: f64,
    pub throttled_share_error: f64,
    /// The same of the instances' time alive, as a share of itself.
    pub alive_error: f64,
    /// And of their time with a call under way: what a bill by it is off by.
    pub busy_error: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    pub totals: Totals,
    pub length_us: u64,
    /// Of every call served, from when it came to its end.
    pub latency: Sketch,
    pub cold_latency: Sketch,
    /// For a place; of every call served.
    pub wait: Sketch,
    /// From the beginning to the end.
    pub buckets: Vec<Bucket>,
    /// Instances × time, those kept ready included.
    pub alive_us: u128,
    /// Instances × time with a call under way.
    pub busy_us: u128,
    /// What the plan's meter takes.
    pub usage: Usage,
    pub sampled: Option<Sampled>,
    /// What it assumes, one sentence each.
    pub says: Vec<String>,
}

impl Simulation {
    /// Cold calls over calls served, 0 to 1.
    pub fn cold_share(&self) -> f64 {
        share(self.totals.cold, self.totals.served)
    }

    /// Calls throttled or given up over all calls, 0 to 1.
    pub fn refused_share(&self) -> f64 {
        share(self.totals.throttled + self.totals.given_up, self.totals.calls)
    }

    /// Of the time instances were alive, 0 to 1; none where there was no instance.
    pub fn utilisation(&self) -> Option<f64> {
        (self.alive_us > 0).then(|| self.busy_us as f64 / self.alive_us as f64)
    }

    pub fn peak_instances(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.alive_max).max().unwrap_or(0)
    }

    pub fn mean_instances(&self) -> f64 {
        self.alive_us as f64 / self.length_us.max(1) as f64
    }

    /// The usage without what an instance is still paid for while it has no call: the time with one, as it was.
    pub(crate) fn busy_exactly(&self) -> Usage {
        let mut usage = self.usage.clone();
        let kept = usage.warm.iter().flat_map(|warm| &warm.active);
        let kept_ms: u128 = kept.map(|period| u128::from(period.ms) * u128::from(period.count)).sum();
        let ms = |us: u128| u64::try_from(us / 1_000).unwrap_or(u64::MAX);
        if let Some(first) = usage.active.first().copied() {
            let busy_us = self.busy_us.saturating_sub(kept_ms * 1_000);
            let without_init = ms(busy_us.saturating_sub(self.totals.init_us));
            usage.active = vec![Period { ms: without_init, init_ms: ms(busy_us), count: 1, ..first }];
        }
        usage
    }

    pub(super) fn of(recorded: Recorded, service: &Service, rule: &Rule, traffic: &Traffic) -> Self {
        Self::scaled(recorded, service, rule, traffic, Share::ALL)
    }

    /// `recorded` is that share of everything.
    pub(super) fn scaled(
        recorded: Recorded,
        service: &Service,
        rule: &Rule,
        traffic: &Traffic,
        part: Share,
    ) -> Self {
        let Recorded { latency, cold_latency, mut wait, buckets, .. } = recorded;
        let mut totals = recorded.totals;
        wait.add_zeros(totals.served - totals.queued);
        part.totals(&mut totals, traffic.requests);
        let area = |of: fn(&Bucket) -> u64| buckets.iter().map(|bucket| u128::from(of(bucket))).sum::<u128>();
        let busy_us = part.busy_time(area(|bucket| bucket.busy_us));
        let alive_us = part.time(area(|bucket| bucket.alive_us)).max(busy_us);
        let calls = bins(&recorded.calls, service, part);
        let kept = bins(&recorded.kept_calls, service, part);
        let mut usage = Usage::calls(calls);
        for period in &mut usage.active {
            period.vcpu_milli = service.footprint.vcpu_milli;
        }
        let (memory_mb, vcpu_milli) = (service.footprint.memory_mb, service.footprint.vcpu_milli);
        let kept_us = u128::from(rule.minimum) * u128::from(traffic.length_us);
        if part.is_all() {
            usage.lives = recorded.lives.periods(memory_mb, vcpu_milli);
        } else {
            let lived = alive_us.saturating_sub(kept_us);
            usage.lives = vec![mean(lived, totals.init_us, totals.started, service)];
        }
        let mut kept_active = Vec::new();
        if rule.has_stretches() {
            usage.active = recorded.active.periods(memory_mb, vcpu_milli);
            kept_active = recorded.kept_active.periods(memory_mb, vcpu_milli);
            if !part.is_all() {
                usage.active = part.periods(&usage.active);
                kept_active = part.periods(&kept_active);
            }
        }
        usage.cpu_us = u128::from(totals.served) * u128::from(service.footprint.cpu_us);
        usage.warm = (rule.minimum > 0).then(|| Warm {
            instances: rule.minimum,
            seconds: traffic.length_us.div_ceil(1_000_000),
            memory_mb,
            vcpu_milli,
            calls: kept,
            active: kept_active,
        });
        let (length_us, says) = (traffic.length_us, Vec::new());
        Self {
            totals,
            length_us,
            latency,
            cold_latency,
            wait,
            buckets,
            alive_us,
            busy_us,
            usage,
            sampled: None,
            says,
        }
    }
}

pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// So many periods that come to so much time together.
pub(super) fn mean(us: u128, init_us: u128, count: u64, service: &Service) -> Period {
    let count = count.max(1);
    let ms = |us: u128| u64::try_from(us / u128::from(count) / 1_000).unwrap_or(u64::MAX);
    let (memory_mb, vcpu_milli) = (service.footprint.memory_mb, service.footprint.vcpu_milli);
    Period { ms: ms(us.saturating_sub(init_us)), init_ms: ms(us), memory_mb, vcpu_milli, count }
}

/// Calls of the same billed shape counted together, as roll-ups have them.
fn bins(calls: &Calls, service: &Service, part: Share) -> Vec<Bin> {
    let mut shapes = BTreeMap::<(u64, u64), u64>::new();
    let mut add = |handler_ms, init_handler_ms, count: u64| {
        if count > 0 {
            *shapes.entry((handler_ms, init_handler_ms)).or_default() += count;
        }
    };
    if let Times::Drawn { warm, cold } = &service.times {
        for (row, count) in warm.rows.iter().zip(&calls.warm) {
            let ms = row.handler_us.div_ceil(1_000);
            add(ms, ms, *count);
        }
        for (row, count) in cold.rows.iter().zip(&calls.cold) {
            let whole = row.handler_us.saturating_add(row.init_us).div_ceil(1_000);
            add(row.handler_us.div_ceil(1_000), whole, *count);
        }
    }
    for period in calls.other.periods(0, None) {
        add(period.ms, period.init_ms, period.count);
    }
    let memory_mb = service.footprint.memory_mb;
    let bins = shapes.into_iter().map(|((handler_ms, init_handler_ms), count)| Bin {
        handler_ms,
        init_handler_ms,
        memory_mb,
        observed_mb: None,
        count,
    });
    part.bins(bins.collect())
}
