//! Where windows of simulated time lie, how long they are, and which share of the calls comes in them.

use super::{
    Bucket,
    places::is_ranked,
    rule::{Beyond, Billed, Rule},
    service::Service,
};
use crate::traffic::Traffic;

/// Fewer windows say too little of the error, and of the hours of a day.
const FEWEST: u64 = 30;
/// More are no better: there are 168 hours in a week.
const MOST: u64 = 168;
/// A pool that has filled needs no long run-up: more windows meet more of what is rare.
const MOST_SETTLED: u64 = 500;
/// Where spikes and turns are what matters, windows no longer than those tell them apart.
const MOST_RANKED: u64 = 4_000;
/// A window is at least this share of its run-up.
const WORTH_ITS_RUN_UP: f64 = 0.5;
/// Longer calls are not waited for to fall out of step.
const MOST_PHASE_US: u64 = 10_000_000;

/// Where and how long the windows are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) windows: u64,
    pub(super) window_us: u64,
    pub(super) run_up_us: u64,
    /// It is shorter by up to this: what is billed in seconds must not begin one with each window.
    pub(super) phase_us: u64,
    /// Calls come with this share of their rate.
    pub(super) thinned: f64,
    /// A run-up is too short for a pool to fill: it has filled already.
    pub(super) settled: bool,
    length_us: u64,
}

impl Layout {
    pub(super) fn new(traffic: &Traffic, service: &Service, rule: &Rule, most_calls: u64) -> Self {
        let length_us = traffic.length_us.max(1);
        let budget_us = most_calls as f64 / traffic.requests as f64 * length_us as f64;
        let fewest = |run_up_us: u64| FEWEST as f64 * run_up_us as f64 * (1.0 + WORTH_ITS_RUN_UP);
        // What happened before an idle time and the longest call ago no longer matters.
        let billed_us = rule.billed.map_or(0, |billed| billed.until_us(0, 0));
        // Nor may all instances begin a call with it, where there are no more of them than are needed.
        let all_busy_us = rule.most_instances().map_or(0, |_| service.longest_warm_us().min(MOST_PHASE_US));
        let phase_us = billed_us.max(all_busy_us);
        let whole_us = rule.idle_us.saturating_add(service.longest_us());
        let whole_us = whole_us.saturating_add(phase_us).min(length_us);
        let settled = if is_ranked(&traffic.shape) {
            // What is rare is seen by many windows only.
            MOST_SETTLED as f64 * whole_us as f64 * (1.0 + WORTH_ITS_RUN_UP) > budget_us
        } else {
            fewest(whole_us) > budget_us
        };
        let settling_us = settling_us(traffic, service, rule).saturating_add(phase_us);
        let run_up_us = if settled { settling_us.min(length_us) } else { whole_us };
        let run_up = run_up_us as f64;
        let thinned = (budget_us / fewest(run_up_us)).min(1.0);
        let budget_us = budget_us / thinned;
        let most = match (settled, is_ranked(&traffic.shape)) {
            (_, true) => MOST_RANKED,
            (true, false) => MOST_SETTLED,
            (false, false) => MOST,
        };
        // As many as leave each a window as long as its run-up.
        let windows = (budget_us / (2.0 * run_up).max(1.0)).clamp(FEWEST as f64, most as f64) as u64;
        let window_us = (budget_us / windows as f64 - run_up).max(1.0) as u64;
        let window_us = window_us.min(length_us / windows).max(1);
        Self { windows, window_us, run_up_us, phase_us, thinned, settled, length_us }
    }

    /// From what a window saw to what the time has that it stands for.
    pub(super) fn bring_up(self, bucket: &mut Bucket, (from_us, to_us): (u64, u64), instances: f64) {
        let calls = 1.0 / self.thinned * (to_us - from_us) as f64 / bucket.seen_us.max(1) as f64;
        let up = |count: u64, factor: f64| (count as f64 * factor).round() as u64;
        *bucket = Bucket {
            from_us,
            seen_us: bucket.seen_us,
            alive_max: up(bucket.alive_max, instances),
            busy_max: up(bucket.busy_max, instances),
            alive_us: up(bucket.alive_us, instances),
            busy_us: up(bucket.busy_us, instances),
            calls: up(bucket.calls, calls),
            cold: up(bucket.cold, calls),
            throttled: up(bucket.throttled, calls),
        };
    }

    pub(super) fn stratum(self, number: u64) -> (u64, u64) {
        let edge =
            |number: u64| (u128::from(self.length_us) * u128::from(number) / u128::from(self.windows)) as u64;
        (edge(number), edge(number + 1))
    }

    pub(super) fn thinned_rule(self, rule: &Rule) -> Rule {
        let thinned = self.thinned;
        if thinned >= 1.0 {
            return *rule;
        }
        let less = |many: u64, share: f64| ((many as f64 * share).round() as u64).max(u64::from(many > 0));
        let mut thin = *rule;
        if rule.has_stretches() {
            thin.billed = rule.billed.or(Some(Billed::EXACTLY));
        }
        // Calls that come more rarely would meet in an instance more rarely: it takes as much fewer at once.
        thin.concurrency = ((f64::from(rule.concurrency) * thinned).round() as u32).max(1);
        let instances = f64::from(rule.concurrency) * thinned / f64::from(thin.concurrency);
        thin.limit = rule.limit.map(|limit| less(limit, instances));
        thin.account = rule.account.map(|account| less(account, thinned));
        thin.minimum = less(rule.minimum, instances);
        if let Some(burst) = &mut thin.burst {
            burst.instances = less(burst.instances, instances);
        }
        if let Beyond::Queue { most, .. } = &mut thin.beyond {
            *most = less(*most, thinned);
        }
        thin
    }
}

/// Until as many calls are under way as will be; and until the queue is as long, where calls wait for each other.
fn settling_us(traffic: &Traffic, service: &Service, rule: &Rule) -> u64 {
    let limit = rule.limit.map_or(f64::INFINITY, |limit| limit as f64 * f64::from(rule.concurrency));
    let most = limit.min(rule.account.map_or(f64::INFINITY, |account| account as f64));
    let load = traffic.requests as f64 / traffic.length_us.max(1) as f64 * service.mean_handler_us();
    let queue_us = match rule.beyond {
        // A shape has its busy hours: at half of what there is on average they may fill it.
        Beyond::Queue { longest_us, .. } if load > 0.4 * most => longest_us,
        _ => 0,
    };
    // And until it is known what is still paid for.
    let billed_us = rule.billed.map_or(0, |billed| billed.until_us(0, 0));
    service.longest_warm_us().saturating_add(queue_us).max(billed_us).max(1)
}
