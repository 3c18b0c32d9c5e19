//! The month: what it is projected from, when it is asked for instead, and that roll-ups and rows agree to the cent.

use coldframe_cost::{Book, Choice, Decimal, FreeTier, InvocationUsage, Meter, Plan, Usage, Usd};
use coldframe_protocol::{CostOption, CostQuery, CostReport, CostSettings, Crossing, ErrorCode, RpcError};
use coldframe_store::Status;

use crate::record::{BEGAN, Call, HELLO, MINUTE, PROJECT, RESIZE, Record, SECOND};

pub(crate) const EVERYTHING: CostQuery = CostQuery {
    function: None,
    minutes: None,
    calls_per_month: None,
    settings: CostSettings {
        shape: None,
        memory_mb: None,
        architecture: None,
        budget: None,
        utilisation_percent: None,
        headroom_percent: None,
        spare: None,
        care_hours: None,
        care_usd_per_hour: None,
        core_speed: None,
        free_tier: None,
        made_calls: None,
    },
};

pub(crate) fn option<'a>(report: &'a CostReport, id: &str) -> &'a CostOption {
    report.plans.iter().chain(&report.machines).find(|option| option.id == id).expect("an option of the book")
}

/// 24 calls a minute for 20 minutes, 100 ms each with 512 MB, 10 ms of it CPU.
pub(crate) fn twenty_minutes() -> Record {
    let mut record = Record::new();
    for n in 0..480 {
        record.call(&Call { cpu_us: Some(10_000), ..Call::new(HELLO, BEGAN + n * MINUTE / 24, 100_000) });
    }
    record
}

#[test]
fn an_empty_record_asks_for_calls() {
    let report = Record::new().report();
    for calls_per_month in [None, Some(1_000_000)] {
        let costs = report.costs(PROJECT, &CostQuery { calls_per_month, ..EVERYTHING }, BEGAN).unwrap();
        assert_eq!(
            costs.verdict,
            "No call is recorded in this time. Call a function a few times: prices rest on what its calls use."
        );
        assert_eq!((costs.plans.len(), costs.machines.len()), (19, 47), "the options are named all the same");
        assert!(
            costs.plans.iter().chain(&costs.machines).all(|option| option.usd.is_none() && !option.cheapest)
        );
        assert!(costs.curves.is_empty() && costs.crossings.is_empty());
    }
}

#[test]
fn a_few_calls_are_no_month() {
    let mut record = Record::new();
    for n in 0..12 {
        record.call(&Call::new(HELLO, BEGAN + n * SECOND, 100_000));
    }
    let report = record.report();
    let now = BEGAN + 3 * MINUTE;

    let costs = report.costs(PROJECT, &EVERYTHING, now).unwrap();
    assert!(!costs.basis.enough);
    assert_eq!(costs.basis.calls_per_month, None);
    assert_eq!(
        costs.verdict,
        "How busy will it be? 12 calls in 3 minutes make no month (that takes 200 calls and 10 minutes): say how many \
         calls a month you expect, and prices rest on what was recorded."
    );
    assert!(
        costs
            .plans
            .iter()
            .chain(&costs.machines)
            .all(|option| option.usd.is_none() && option.lines.is_empty())
    );
    assert!(costs.volumes.is_empty() && costs.curves.is_empty() && costs.crossings.is_empty());

    let said = CostQuery { calls_per_month: Some(3_000_000), ..EVERYTHING };
    let costs = report.costs(PROJECT, &said, now).unwrap();
    assert!(!costs.basis.enough, "it still says that the record is thin");
    assert_eq!(costs.basis.calls_per_month, Some(3_000_000));
    assert_eq!((costs.basis.mean_handler_ms, costs.basis.mean_cpu_ms), (Some(100.0), Some(50.0)));
    let x86 = option(&costs, "aws-lambda-x86");
    // 512 MB are 0.289 of a core, 5.79 ms of every 20: 50 ms of CPU take 163.7 there, and 50 ms are waited for.
    // 321,000 GB-s are free; 2 M requests are not.
    assert_eq!((x86.usd.as_deref(), x86.list_usd.as_deref()), (Some("0.40"), Some("5.95")));
    let lines: Vec<_> = x86
        .lines
        .iter()
        .map(|line| (line.label.as_str(), line.quantity.as_str(), line.usd.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("requests", "2,000,000 requests × $0.0000002, 1,000,000 free", "0.40"),
            ("compute", "321,000 GB-s, all free", "0.00")
        ]
    );
    assert!(costs.assumptions.iter().any(|said| said.contains("the record is too short to tell")));
}

#[test]
fn enough_calls_are_projected_to_a_month() {
    let now = BEGAN + 20 * MINUTE;
    let costs = twenty_minutes().report().costs(PROJECT, &EVERYTHING, now).unwrap();

    let basis = &costs.basis;
    assert!(basis.enough);
    assert_eq!((basis.recorded_calls, basis.recorded_minutes), (480, 20.0));
    // 24 a minute × 60 × 730.
    assert_eq!(basis.calls_per_month, Some(1_051_200));
    assert_eq!((basis.peak_memory_mb, basis.cold_percent), (Some(60.0), Some(0.0)));
    let arm = option(&costs, "aws-lambda-arm64");
    // 10 ms of CPU take 24.2 there. List: 0.21 for requests, 115 ms × 0.5 GB × 0.0000133334 × 1,051,200 = 0.81.
    assert_eq!((arm.usd.as_deref(), arm.list_usd.as_deref()), (Some("0.01"), Some("1.02")));
    let lightsail = option(&costs, "aws-lightsail-1");
    assert_eq!((lightsail.usd.as_deref(), lightsail.count), (Some("7.00"), Some(1)));
    // 24 × 10 ms a minute: 0.004 of 0.2 sustained cores.
    assert_eq!(lightsail.idle_percent, Some(98.0));
    let said = "At the traffic recorded in 20 minutes (480 calls), Cloud Run, billed by requests would cost nothing: its free tier covers the $3.";
    assert!(costs.verdict.starts_with(said), "{}", costs.verdict);
    let machine = "The cheapest always-on choice, Fly shared-cpu-1x 256 MB, would cost $1.97 and idle 94 % of the time; it \
                   becomes cheaper above 2.";
    assert!(costs.verdict.contains(machine), "{}", costs.verdict);
    let own = "AWS Lambda arm64, which the code is written for, would cost $0.01.";
    assert!(costs.verdict.ends_with(own), "{}", costs.verdict);
    assert_eq!(costs.prices, "Prices of 2026-11-20, list, without tax");
    assert_eq!(costs.volumes.len(), 85);
    let priced = costs.plans.iter().chain(&costs.machines).filter(|option| option.usd.is_some()).count();
    assert_eq!(costs.curves.len(), priced, "what has a price has a curve");
    assert!(costs.curves.iter().all(|curve| curve.usd.len() == costs.volumes.len()));
    assert!(!costs.crossings.is_empty());
}

#[test]
fn the_last_minutes_can_be_asked_for_and_a_single_function() {
    let mut record = twenty_minutes();
    for n in 0..240 {
        record.call(&Call::new(RESIZE, BEGAN + 20 * MINUTE + n * MINUTE / 24, 1_000));
    }
    let report = record.report();
    let now = BEGAN + 30 * MINUTE;
    let calls = |function, minutes| {
        let basis = report.costs(PROJECT, &CostQuery { function, minutes, ..EVERYTHING }, now).unwrap().basis;
        (basis.recorded_calls, basis.recorded_minutes)
    };
    assert_eq!(calls(None, None), (720, 30.0));
    assert_eq!(calls(Some(HELLO), None), (480, 30.0));
    assert_eq!(calls(Some(RESIZE), None), (240, 10.0), "its record is as old as its first call");
    assert_eq!(calls(None, Some(10)), (240, 10.0));
    assert_eq!(calls(None, Some(1440)), (720, 30.0), "no longer than there is a record");
}

#[test]
fn what_the_free_tier_covers_costs_nothing() {
    let query = CostQuery { calls_per_month: Some(900_000), ..EVERYTHING };
    let costs = twenty_minutes().report().costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap();
    let said = "At 900,000 calls a month like the 480 calls recorded, AWS Lambda arm64 would cost nothing: its free \
                tier covers the $0.87 a month. The cheapest always-on choice, Fly shared-cpu-1x 256 MB, would cost $1.97";
    assert!(costs.verdict.starts_with(said), "{}", costs.verdict);
    let cheapest: Vec<_> =
        costs.plans.iter().filter(|plan| plan.cheapest).map(|plan| plan.id.as_str()).collect();
    assert_eq!(cheapest, ["aws-lambda-arm64"], "both cost nothing; the list price decides");
}

#[test]
fn a_burst_is_planned_for() {
    let mut record = Record::new();
    for n in 0..400 {
        record.call(&Call::new(HELLO, BEGAN + n * MINUTE / 400, 100_000));
    }
    let costs = record.report().costs(PROJECT, &EVERYTHING, BEGAN + 20 * MINUTE).unwrap();
    let peak = "the busiest minute has 20 times the calls of the mean minute, as recorded";
    assert!(costs.assumptions.iter().any(|said| said == peak), "{:?}", costs.assumptions);
    // 400 × 50 ms in that minute are a third of a core; a Fargate quarter is planned at 60 %.
    assert_eq!(option(&costs, "aws-fargate-x86-025-05").count, Some(3));
}

#[test]
fn a_record_of_days_is_as_old_as_its_first_minute() {
    let mut record = Record::new();
    let evening = BEGAN + 20 * 60 * MINUTE;
    for n in 0..300 {
        record.call(&Call::new(HELLO, evening + n * SECOND, 100_000));
    }
    let now = evening + 72 * 60 * MINUTE;
    record.call(&Call::new(HELLO, now - MINUTE, 100_000));
    let costs = record.report().costs(PROJECT, &EVERYTHING, now).unwrap();
    assert_eq!((costs.basis.recorded_calls, costs.basis.recorded_minutes), (301, 4_320.0));
    assert!(
        costs.verdict.starts_with("At the traffic recorded in 3 days (301 calls), "),
        "{}",
        costs.verdict
    );
}

#[test]
fn load_tests_and_throttled_calls_are_no_traffic() {
    let mut record = twenty_minutes();
    record.call(&Call { trigger: "load_test", ..Call::new(HELLO, BEGAN, 9_000_000) });
    record.call(&Call { trigger: "replay", ..Call::new(HELLO, BEGAN, 9_000_000) });
    record.call(&Call { status: Status::Throttled, ..Call::new(HELLO, BEGAN, 0) });
    let costs = record.report().costs(PROJECT, &EVERYTHING, BEGAN + 20 * MINUTE).unwrap();
    assert_eq!(costs.basis.recorded_calls, 480);
    assert_eq!(costs.basis.mean_handler_ms, Some(100.0));
    assert!(
        costs.assumptions.iter().any(|said| said.starts_with("the busiest minute has 1 times")),
        "{:?}",
        costs.assumptions
    );
}

#[test]
fn roll_ups_give_to_the_cent_what_the_rows_give() {
    let mut record = Record::new();
    let book = Book::built_in();
    // Of those that charge by call, whatever memory is held.
    let by_call = |plan: &&Plan| {
        matches!(plan.meter, Meter::PerInvocation(_))
            && !matches!(plan.sizing.choice, Choice::Observed { .. })
    };
    let plans: Vec<&Plan> = book.plans.iter().filter(by_call).collect();
    let mut rows = vec![Usd::ZERO; plans.len()];
    for n in 0..500_i64 {
        // Durations that all round differently, two memory sizes, three minutes.
        let handler_us = 1 + n * n * 7_919 % 2_000_003;
        let memory_mb = if n % 3 == 0 { 1_769 } else { 128 };
        record.call(&Call {
            memory_mb,
            cpu_us: Some(0),
            ..Call::new(HELLO, BEGAN + n * MINUTE / 200, handler_us)
        });
        // It only waits: the same anywhere.
        let usage = InvocationUsage { billed_init_us: 0, handler_us: handler_us.unsigned_abs(), memory_mb };
        for (sum, plan) in rows.iter_mut().zip(&plans) {
            *sum = *sum + plan.price_invocation(usage);
        }
    }
    // As many calls a month as were recorded: the month is the record.
    let query = CostQuery { calls_per_month: Some(500_000_000), ..EVERYTHING };
    let costs = record.report().costs(PROJECT, &query, BEGAN + 3 * MINUTE).unwrap();
    let mut compared = 0;
    for (row_sum, plan) in rows.iter().zip(&plans) {
        let month = *row_sum * Decimal::from(1_000_000);
        // One that refuses the work has no price.
        let Some(list) = option(&costs, &plan.id).list_usd.as_deref() else { continue };
        let list: Decimal = list.parse().unwrap();
        compared += 1;
        // Two lines are rounded, each by at most half a cent.
        assert!(
            (month.0 - list).abs() <= Decimal::new(1, 2),
            "{}: {month} by rows, {list} by roll-ups",
            plan.id
        );
    }
    assert!(compared >= 4, "{compared} plans");
    let plan = &book.plans[0];
    let nothing = plan.month(plan.measure(&Usage::default()), FreeTier::Applied);
    assert_eq!(nothing.total().to_string(), "0.00");
}

#[test]
fn waiting_at_volume_makes_a_machine_the_answer() {
    let mut record = Record::new();
    for n in 0..300 {
        record.call(&Call { cpu_us: Some(1_000), ..Call::new(HELLO, BEGAN + n * 2 * SECOND, 400_000) });
    }
    let query = CostQuery { calls_per_month: Some(30_000_000), ..EVERYTHING };
    let costs = record.report().costs(PROJECT, &query, BEGAN + 10 * MINUTE).unwrap();
    let machine = costs.machines.iter().find(|machine| machine.cheapest).expect("a machine is the cheapest");
    assert_eq!((machine.id.as_str(), machine.count), ("aws-ec2-t4g-nano", Some(1)));
    let nano = "At 30,000,000 calls a month like the 300 calls recorded, EC2 t4g.nano (not verified: its sustained CPU) \
                would cost $3.07 a month and idle 89 % of the time. IBM Code Engine apps would cost ";
    assert!(costs.verdict.starts_with(nano), "{}", costs.verdict);
    let own = "AWS Lambda arm64, which the code is written for, would cost $80.47.";
    assert!(costs.verdict.ends_with(own), "{}", costs.verdict);
    // Calls that only wait share an instance there: far fewer instance hours than calls take.
    let packed = option(&costs, "ibm-code-engine-app").latency.as_ref().expect("it was simulated");
    assert!(packed.peak_instances < 50.0, "{packed:?}");
}

#[test]
fn a_plain_server_takes_over_at_a_few_calls_a_second_of_computing() {
    let mut record = Record::new();
    for n in 0..300 {
        record.call(&Call { cpu_us: Some(100_000), ..Call::new(HELLO, BEGAN + n * 2 * SECOND, 100_000) });
    }
    let costs = record.report().costs(PROJECT, &EVERYTHING, BEGAN + 10 * MINUTE).unwrap();
    let of = |plan: &str, machine: &str| {
        let both = |crossing: &&Crossing| crossing.plan == plan && crossing.machine == machine;
        costs
            .crossings
            .iter()
            .filter(both)
            .map(|one| (one.cheaper.as_str(), one.machines))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("aws-lambda-arm64", "do-basic-1gb").first(), Some(&("machine", 1)));
    assert!(of("aws-lambda-x86-100ms", "do-basic-1gb").is_empty(), "nobody can buy that any more");
}

#[test]
fn a_machine_too_small_has_a_reason_instead_of_a_price() {
    let mut record = twenty_minutes();
    record.call(&Call { peak_memory_kb: 900 * 1024, ..Call::new(HELLO, BEGAN, 100_000) });
    let costs = record.report().costs(PROJECT, &EVERYTHING, BEGAN + 20 * MINUTE).unwrap();
    let fargate = option(&costs, "aws-fargate-x86-025-05");
    assert_eq!((fargate.usd.as_deref(), fargate.count), (None, None));
    assert_eq!(fargate.refusal.as_deref(), Some("one call needs 900 MB and 409 MB of its 512 MB are usable"));
    assert!(costs.curves.iter().all(|curve| curve.id != fargate.id));
    assert!(costs.crossings.iter().all(|crossing| crossing.machine != fargate.id));
}

#[test]
fn unknown_cpu_is_taken_at_its_most_and_says_so() {
    let mut record = Record::new();
    record.call(&Call { cpu_us: None, ..Call::new(HELLO, BEGAN, 100_000) });
    let query = CostQuery { calls_per_month: Some(2_628_000), ..EVERYTHING };
    let costs = record.report().costs(PROJECT, &query, BEGAN + MINUTE).unwrap();
    assert_eq!(costs.basis.mean_cpu_ms, None);
    // One call a second of 100 ms: 0.1 of 0.4 sustained cores.
    assert_eq!(option(&costs, "aws-ec2-t4g-small").idle_percent, Some(75.0));
    assert!(costs.assumptions.iter().any(|said| said.contains("its whole duration is taken as CPU")));
    assert_eq!(option(&costs, "aws-ec2-t4g-small").unverified, ["sustained CPU"]);
}

#[test]
fn an_absurd_volume_is_refused() {
    let query = CostQuery { calls_per_month: Some(u64::MAX), ..EVERYTHING };
    let error: RpcError =
        twenty_minutes().report().costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap_err().into();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert_eq!(error.message, "18,446,744,073,709,551,615 calls a month are more than 1,000,000,000,000");
}
