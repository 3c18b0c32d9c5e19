//! Ten calls at the same moment: real instances on the pool. And ten times the traffic on machines with a scaling rule,
//! simulated with its delay, and the queue that builds.

use coldframe_cost::{
    Adding, Footprint, Growth, Machine, MachineRun, Machines, Service, Serving, Traffic, simulate_machines,
};
use coldframe_protocol::{RowResult, Side};
use futures_util::future::join_all;

use crate::{
    commands::blocking,
    sidebyside::{
        growing::Growing,
        stage::{Called, Result, Stage, failed},
        words::{count, detail, result, time},
    },
};

const AT_ONCE: usize = 10;
const TIMES: f64 = 10.0;
const MINUTE_US: u64 = 60_000_000;
/// Before, during and after.
const CALM: u64 = 5 * MINUTE_US;
const SPIKE: u64 = 15 * MINUTE_US;
/// More calls than these are simulated several as one.
const MOST_CALLS: f64 = 60_000.0;
/// Of the cores, before the spike.
const BUSY: f64 = 0.5;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.doing("one call", 0.05);
    stage.empty_pool().await?;
    stage.call().await.well()?;
    stage.doing("ten calls at once", 0.2);
    let calls: Vec<Called> = join_all((0..AT_ONCE).map(|_| stage.call())).await;
    let served: Vec<_> = calls.iter().filter_map(|called| called.served).collect();
    if served.is_empty() {
        let why = calls.first().and_then(|called| called.shown.error.clone()).unwrap_or_default();
        return Err(failed(
            format!("no call was served: {why}"),
            "is its concurrency limited, or Coldframe paused?",
        ));
    }
    let instances = stage.instances();
    let cold = served.iter().filter(|served| served.cold).count();
    let last_ms = calls.iter().map(Called::ms).fold(0.0, f64::max);
    let handler_ms =
        served.iter().map(|served| served.handler.as_secs_f64() * 1_000.0).sum::<f64>() / served.len() as f64;
    stage.doing("ten times the traffic on a scaling rule", 0.6);
    let book = stage.host.inner.report.book().clone();
    let machine = stage.opposites().map(|(_, machine)| machine.clone());
    let growing = machine.as_ref().and_then(|machine| Growing::of(&book, machine, stage.asked.deploy_s));
    let Some((machine, growing)) = machine.zip(growing) else {
        return Err(failed(
            "the price book knows of no machine with a scaling rule",
            "add one in prices.toml",
        ));
    };
    let (title, deployment, growth) = (machine.title.clone(), growing.rests_on(), growing.growth);
    let delay_s = growth.total_s();
    let notice_s = growth.notice_s.value;
    let (rule, grain) = blocking(move || Ok(simulated(&machine, &growth, handler_ms))).await?;
    let late_ms = rule.longest_short_us as f64 / 1_000.0;
    let at = |share| rule.delay.percentile_us(share).map_or(0.0, |us| us as f64 / 1_000.0);
    let ready = time(last_ms);
    let pool =
        if cold > 0 { format!("{instances} instances") } else { "one instance took them all".to_owned() };
    Ok(RowResult {
        better: Some(Side::Serverless),
        details: vec![
            detail("calls at once / times the traffic", AT_ONCE.to_string(), format!("{TIMES:.0} ×")),
            detail("instances or machines in the end", instances.to_string(), rule.peak_machines.to_string()),
            detail("cold starts", cold.to_string(), "none"),
            detail("calls in the queue at most", "0", count(rule.most_beyond * grain)),
            detail("waited, the middle call", time(middle(&calls)), time(at(0.5))),
            detail("waited, one in a hundred", ready.clone(), time(at(0.99))),
        ],
        rests_on: vec![
            format!(
                "{AT_ONCE} calls at the same moment, with one instance there, on this machine's cores: a cloud has more of them"
            ),
            format!(
                "the rule is simulated on {title}: half busy, then ten times the calls for 15 minutes; one more machine answers {delay_s} s after it was needed ({notice_s} s until the rule acts, its boot and its deployment), and utilisation cannot say more than 100 %"
            ),
            deployment,
            format!("a call is work for one core for {}, as was measured here", time(handler_ms)),
        ],
        ..result(
            (&ready, &format!("until the last of {AT_ONCE} calls at once was answered, by {pool}")),
            (&time(late_ms), "that a scaling rule had too few machines (simulated)"),
            &format!(
                "Ten calls at once were all answered after {ready}. On a scaling rule, ten times the traffic found too few machines for {}, and {} calls queued.",
                time(late_ms),
                count(rule.most_beyond * grain)
            ),
        )
    })
}

fn middle(calls: &[Called]) -> f64 {
    let mut all: Vec<f64> = calls.iter().map(Called::ms).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// And how many calls each simulated one stands for.
fn simulated(machine: &Machine, growth: &Growth, handler_ms: f64) -> (MachineRun, u64) {
    let cores: u32 = machine.vcpu.value.ceil().try_into().unwrap_or(1).max(1);
    let work_us = (handler_ms * 1_000.0).max(100.0);
    let a_second = f64::from(cores) * BUSY * 1e6 / work_us;
    let all = a_second * (2.0 * CALM as f64 + TIMES * SPIKE as f64) / 1e6;
    let grain = (all / MOST_CALLS).ceil().max(1.0);
    let stretches = [(CALM, 1.0), (SPIKE, TIMES), (CALM, 1.0)];
    let (mut instants, mut from) = (Vec::new(), 0);
    for (length, times) in stretches {
        let every = grain * 1e6 / (a_second * times);
        let calls = (length as f64 / every) as u64;
        instants.extend((0..calls).map(|call| from + (call as f64 * every) as u64));
        from += length;
    }
    let footprint =
        Footprint { memory_mb: machine.memory_mb.value, vcpu_milli: None, cpu_us: work_us as u64 };
    let service = Service::constant((work_us * grain) as u64, 0, footprint);
    let adding = Adding {
        check_us: growth.notice_s.value * 1_000_000,
        boot_us: (growth.boot_s.value + growth.deploy_s.value) * 1_000_000,
        ..Adding::default()
    };
    let machines = Machines { count: 1, cores, serving: Serving::Queue, adding: Some(adding) };
    (simulate_machines(&Traffic::recorded(instants, from), &service, &machines, 1), grain as u64)
}

#[cfg(test)]
mod tests {
    use coldframe_cost::Book;

    use super::*;

    #[test]
    fn a_rule_is_late_by_its_delay_at_least_and_a_queue_builds() {
        let book = Book::built_in();
        let machine = book.machines.iter().find(|machine| machine.kind == "vm").expect("there is one");
        let growth = book.growth(machine).expect("of its kind");
        for handler_ms in [2.0, 400.0] {
            let (run, grain) = simulated(machine, growth, handler_ms);
            assert!(run.longest_short_us >= growth.boot_s.value * 1_000_000, "{run:?}");
            assert!(run.most_beyond * grain > 100, "{} calls of {grain}", run.most_beyond);
            assert!(run.peak_machines > 1);
        }
    }
}
