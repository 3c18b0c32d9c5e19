//! Ten times the calls at the same moment: real instances on the pool. And ten times the traffic on machines with a scaling
//! rule, simulated with its delay, and the queue that builds. What was measured and what was simulated is said; where
//! one instance took all there were, nothing scaled, and nothing is claimed.

use coldframe_cost::{
    Adding, Footprint, Growth, Machine, MachineRun, Machines, Service, Serving, Traffic, simulate_machines,
};
use coldframe_protocol::{RowResult, Side};
use coldframe_report::Measured;
use futures_util::future::join_all;

use crate::{
    commands::blocking,
    sidebyside::{
        growing::Growing,
        stage::{Called, Result, Stage, failed},
        words::{count, detail, result, time},
    },
};

const TIMES: usize = 10;
/// Made one after the other first: what each of them worked and waited is nobody else's doing.
const ALONE: usize = 5;
/// More calls at once are no longer a demonstration, but a load test.
const MOST_AT_ONCE: usize = 200;
const MINUTE_US: u64 = 60_000_000;
/// Before, during and after.
const CALM: u64 = 5 * MINUTE_US;
const SPIKE: u64 = 15 * MINUTE_US;
/// More calls than these are simulated several as one.
const MOST_CALLS: f64 = 60_000.0;
/// Of the cores, before the spike.
const BUSY: f64 = 0.5;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let each =
        stage.engine.function_status(stage.id()).map_or(1, |status| status.app.settings.instance_concurrency);
    let before = before(each as usize);
    let at_once = before * TIMES;
    stage.doing("the calls before", 0.05);
    stage.empty_pool().await?;
    stage.call().await.well()?;
    let mut alone = Vec::with_capacity(ALONE);
    for _ in 0..ALONE {
        alone.extend(stage.call().await.well()?.invocation);
    }
    join_all((0..before).map(|_| stage.call())).await;
    stage.doing("ten times as many at once", 0.2);
    let calls: Vec<Called> = join_all((0..at_once).map(|_| stage.call())).await;
    let burst = Burst::of(each as usize, before, stage.instances(), &calls)?;
    stage.doing("ten times the traffic on a scaling rule", 0.6);
    stage.host.flush().await;
    let id = stage.id();
    let call = stage.host.read(move |report, _| report.measured(id, &alone)).await?;
    let call = call.ok_or_else(|| failed("the record has none of the calls", "is the disk full?"))?;
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
    let rests_on = vec![
        format!(
            "measured here: {at_once} calls at the same moment after {before}, on this machine's cores: a cloud has more of them"
        ),
        format!(
            "simulated, not measured: {title} half busy, then ten times the calls for 15 minutes; one more machine answers \
             {} s after it was needed ({} s until the rule acts, its boot and its deployment), and utilisation cannot say \
             more than 100 %",
            growth.total_s(),
            growth.notice_s.value
        ),
        "how long the rule is late is its own delay and its steps, for every function nearly the same"
            .to_owned(),
        deployment,
        work(&call),
    ];
    let (rule, grain) = blocking(move || Ok(simulated(&machine, &growth, call.work_ms()))).await?;
    Ok(RowResult { rests_on, ..told(&burst, &call, &Rule::of(&rule, grain)) })
}

/// What a machine does for a call, and what takes no core of it.
fn work(call: &Measured) -> String {
    let alone = format!("of {ALONE} calls before the burst, one after the other");
    match call.cpu_ms {
        Some(cpu_ms) => format!(
            "simulated with the CPU time {alone}: a call works for {} on one core, as was measured here, and waits for {} more, in \
             which it needs none",
            time(cpu_ms),
            time(call.waiting_ms())
        ),
        None => format!(
            "the CPU time {alone} is not known: the {} that each took are taken for work on one core",
            time(call.handler_ms)
        ),
    }
}

/// Calls at once on one instance, ten times which are more than it takes.
fn before(each: usize) -> usize {
    (2 * each).clamp(TIMES, MOST_AT_ONCE).div_ceil(TIMES)
}

/// What ten times the calls were on the pool.
struct Burst {
    /// Calls an instance takes at a time.
    each: usize,
    before: usize,
    sent: usize,
    answered: usize,
    instances: usize,
    cold: usize,
    middle_ms: f64,
    last_ms: f64,
}

impl Burst {
    /// # Errors
    /// None was answered.
    fn of(each: usize, before: usize, instances: usize, calls: &[Called]) -> Result<Self> {
        let served: Vec<_> = calls.iter().filter_map(|called| called.served).collect();
        let answered = calls.iter().filter(|called| called.shown.error.is_none()).count();
        if answered == 0 || served.is_empty() {
            let why = calls.first().and_then(|called| called.shown.error.clone()).unwrap_or_default();
            return Err(failed(
                format!("no call was answered: {why}"),
                "is its concurrency limited, or Coldframe paused?",
            ));
        }
        Ok(Self {
            each,
            before,
            sent: calls.len(),
            answered,
            instances,
            cold: served.iter().filter(|served| served.cold).count(),
            middle_ms: middle(calls),
            last_ms: calls.iter().map(Called::ms).fold(0.0, f64::max),
        })
    }
}

/// What ten times the traffic was to a scaling rule.
struct Rule {
    machines: u32,
    late_ms: f64,
    queued: u64,
    /// Longer than on a core of its own.
    middle_ms: f64,
    slow_ms: f64,
}

impl Rule {
    fn of(run: &MachineRun, grain: u64) -> Self {
        let at = |share| run.delay.percentile_us(share).map_or(0.0, |us| us as f64 / 1_000.0);
        Self {
            machines: run.peak_machines,
            late_ms: run.longest_short_us as f64 / 1_000.0,
            queued: run.most_beyond * grain,
            middle_ms: at(0.5),
            slow_ms: at(0.99),
        }
    }
}

fn told(burst: &Burst, call: &Measured, rule: &Rule) -> RowResult {
    let (ready, late) = (time(burst.last_ms), time(rule.late_ms));
    let (sent, instances) = (count(burst.sent as u64), count(burst.instances as u64));
    let refused = match burst.sent - burst.answered {
        0 => String::new(),
        some => format!("; {} were not answered well", count(some as u64)),
    };
    let machines = format!(
        "Simulated: on a scaling rule, ten times the traffic finds too few machines for {late} of 15 minutes, and {} calls \
         queue.",
        count(rule.queued)
    );
    let details = vec![
        detail("measured or simulated", "measured here", "simulated"),
        detail(
            "growth",
            format!("from {} at once to {sent}", calls(burst.before)),
            format!("{TIMES} × the calls"),
        ),
        detail("instances or machines in the end", instances.clone(), rule.machines.to_string()),
        detail(
            "a call before it",
            format!("{} of work, {} of waiting", time(call.work_ms()), time(call.waiting_ms())),
            "as measured",
        ),
        detail("cold starts", burst.cold.to_string(), "none"),
        detail("not answered well", count((burst.sent - burst.answered) as u64), "none"),
        detail("calls in the queue at most", "0", count(rule.queued)),
        detail(
            "answered after, the middle call",
            time(burst.middle_ms),
            time(rule.middle_ms + call.handler_ms),
        ),
        detail(
            "answered after, the slowest, or one in a hundred",
            ready.clone(),
            time(rule.slow_ms + call.handler_ms),
        ),
    ];
    let what = "that a scaling rule has too few machines, of 15 minutes of ten times the calls (simulated)";
    let always_on = (late.as_str(), what);
    if burst.instances <= 1 {
        let why = if refused.is_empty() {
            format!("one instance takes {} at a time, and took them all", calls(burst.each))
        } else {
            format!("there is one instance{refused}: is its concurrency limited?")
        };
        return RowResult {
            details,
            hint: Some(format!(
                "more than {} at once that take a while: an event that is more work, or the Load page, which sends as many as you like",
                calls(burst.each)
            )),
            ..result(
                ("nothing scaled", &format!("{sent} calls at once: {why}")),
                always_on,
                &format!("Nothing scaled here: {sent} calls came at once, and {why}. {machines}"),
            )
        };
    }
    RowResult {
        better: (burst.answered == burst.sent).then_some(Side::Serverless),
        details,
        ..result(
            (
                &ready,
                &format!(
                    "until the last of {sent} calls at once was answered, by {instances} instances (measured here){refused}"
                ),
            ),
            always_on,
            &format!(
                "Measured here: of ten times the calls, {sent} at once, the last was answered after {ready}, by {instances} instances{refused}. {machines}"
            ),
        )
    }
}

fn calls(number: usize) -> String {
    if number == 1 { "1 call".to_owned() } else { format!("{} calls", count(number as u64)) }
}

fn middle(calls: &[Called]) -> f64 {
    let mut all: Vec<f64> = calls.iter().map(Called::ms).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// And how many calls each simulated one stands for. `cpu_ms`: what a call works; while it waits, others have the core.
fn simulated(machine: &Machine, growth: &Growth, cpu_ms: f64) -> (MachineRun, u64) {
    let cores: u32 = machine.vcpu.value.ceil().try_into().unwrap_or(1).max(1);
    let work_us = (cpu_ms * 1_000.0).max(100.0);
    let a_second = f64::from(cores) * BUSY * 1e6 / work_us;
    let times = TIMES as f64;
    let all = a_second * (2.0 * CALM as f64 + times * SPIKE as f64) / 1e6;
    let grain = (all / MOST_CALLS).ceil().max(1.0);
    let stretches = [(CALM, 1.0), (SPIKE, times), (CALM, 1.0)];
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
        for cpu_ms in [2.0, 400.0] {
            let (run, grain) = simulated(machine, growth, cpu_ms);
            assert!(run.longest_short_us >= growth.boot_s.value * 1_000_000, "{run:?}");
            assert!(run.most_beyond * grain > 100, "{} calls of {grain}", run.most_beyond);
            assert!(run.peak_machines > 1);
        }
    }

    fn burst(each: usize, instances: usize, answered: usize) -> Burst {
        let before = before(each);
        Burst {
            each,
            before,
            sent: before * TIMES,
            answered,
            instances,
            cold: instances.saturating_sub(1),
            middle_ms: 40.0,
            last_ms: 320.0,
        }
    }

    const CALL: Measured = Measured { handler_ms: 1_000.0, cpu_ms: Some(1.5) };
    const LATE: Rule =
        Rule { machines: 8, late_ms: 816_000.0, queued: 9_000, middle_ms: 60_000.0, slow_ms: 300_000.0 };

    #[test]
    fn ten_times_the_calls_are_more_than_one_instance_takes() {
        for each in [1, 3, 16, 80, 100] {
            assert!(before(each) * TIMES > each && before(each) * TIMES <= MOST_AT_ONCE, "{each}");
        }
        assert_eq!((before(1), before(16), before(1_000)), (1, 4, 20));
    }

    #[test]
    fn where_one_instance_took_them_all_nothing_scaled_and_nothing_is_claimed() {
        let found = told(&burst(16, 1, 40), &CALL, &LATE);
        assert_eq!((found.better, found.serverless.figure.as_str()), (None, "nothing scaled"));
        assert!(
            found.sentence.contains("one instance takes 16 calls at a time, and took them all"),
            "{}",
            found.sentence
        );
        assert!(found.hint.is_some_and(|hint| hint.contains("more than 16 calls at once")));
        let limited = told(&burst(1, 1, 1), &CALL, &LATE);
        assert!(
            limited.sentence.contains("9 were not answered well: is its concurrency limited?"),
            "{}",
            limited.sentence
        );
    }

    #[test]
    fn what_was_measured_and_what_was_simulated_is_said() {
        let found = told(&burst(1, 10, 10), &CALL, &LATE);
        assert_eq!(found.better, Some(Side::Serverless));
        assert!(
            found.sentence.starts_with("Measured here: of ten times the calls, 10 at once"),
            "{}",
            found.sentence
        );
        assert!(
            found.sentence.contains("Simulated: on a scaling rule")
                && found.sentence.contains("13.6 min of 15 minutes"),
            "{}",
            found.sentence
        );
        assert_eq!(
            (found.details[0].serverless.as_str(), found.details[0].always_on.as_str()),
            ("measured here", "simulated")
        );
        assert_eq!(told(&burst(1, 10, 8), &CALL, &LATE).better, None, "calls were lost");
    }

    #[test]
    fn waiting_is_no_work() {
        let found = told(&burst(1, 10, 10), &CALL, &LATE);
        let of = |label: &str| found.details.iter().find(|detail| detail.label == label).expect("it is told");
        assert_eq!(of("a call before it").serverless, "1.5 ms of work, 998 ms of waiting");
        assert_eq!(
            of("answered after, the middle call").always_on,
            "61 s",
            "in the queue, and then its own time"
        );
        assert!(work(&CALL).contains("works for 1.5 ms on one core"), "{}", work(&CALL));
        let unknown = Measured { cpu_ms: None, ..CALL };
        assert!(work(&unknown).contains("is not known: the 1.0 s that each took"), "{}", work(&unknown));
    }
}
