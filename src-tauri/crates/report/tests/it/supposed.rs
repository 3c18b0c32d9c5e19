//! What a person may suppose of a month: another size, another shape of traffic, a latency budget, care for machines.

use coldframe_cost::Decimal;
use coldframe_protocol::{
    CostOption, CostQuery, CostReport, CostSettings, Crossing, ErrorCode, LatencyBudget, RpcError,
    SimulationQuery, TrafficShape,
};

use crate::{
    costs::{EVERYTHING, option, twenty_minutes},
    record::{BEGAN, Call, HELLO, MINUTE, PROJECT, Record},
};

#[test]
fn another_size_or_architecture_can_be_supposed() {
    let report = twenty_minutes().report();
    let costs = |settings| {
        let query = CostQuery { calls_per_month: Some(50_000_000), settings, ..EVERYTHING };
        report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap()
    };
    let usd = |costs: &CostReport, id: &str| -> Decimal {
        option(costs, id).usd.as_deref().expect("a price").parse().unwrap()
    };
    let own = costs(CostSettings::default());
    let large = costs(CostSettings { memory_mb: Some(2_048), ..CostSettings::default() });
    // Four times the memory for less time: 90 ms of waiting stay, 24.2 ms of computing become 10.
    assert!(usd(&large, "aws-lambda-x86") > usd(&own, "aws-lambda-x86") * Decimal::from(3));
    assert!(usd(&large, "aws-lambda-x86") < usd(&own, "aws-lambda-x86") * Decimal::from(4));
    let small = costs(CostSettings { memory_mb: Some(32), ..CostSettings::default() });
    assert_eq!(
        option(&small, "aws-lambda-x86").refusal.as_deref(),
        Some("hello: it has no less than 128 MB of memory, not 32")
    );
    let arm = costs(CostSettings { architecture: Some("arm64".to_owned()), ..CostSettings::default() });
    assert!(arm.plans.iter().chain(&arm.machines).all(|option| option.architecture == "arm64"));
    let slow = costs(CostSettings { core_speed: Some(0.5), ..CostSettings::default() });
    assert!(usd(&slow, "aws-lambda-x86") > usd(&own, "aws-lambda-x86"));
    let range = option(&own, "aws-lambda-x86");
    let number = |text: &Option<String>| text.as_deref().expect("a range").parse::<Decimal>().unwrap();
    assert!(number(&range.usd_low) < number(&range.usd) && number(&range.usd) < number(&range.usd_high));
}

#[test]
fn care_for_a_machine_is_a_line_of_its_bill_and_moves_the_break_even() {
    let report = twenty_minutes().report();
    let costs = |settings| {
        let query = CostQuery { calls_per_month: Some(2_000_000), settings, ..EVERYTHING };
        report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap()
    };
    let first = |costs: &CostReport| {
        let pair =
            |crossing: &&Crossing| crossing.plan == "aws-lambda-x86" && crossing.machine == "do-basic-1gb";
        costs.crossings.iter().find(pair).map(|crossing| crossing.calls_per_month)
    };
    let without = costs(CostSettings::default());
    let care =
        CostSettings { care_hours: Some(1.5), care_usd_per_hour: Some(60.0), ..CostSettings::default() };
    let with = costs(care);
    let bill = option(&with, "do-basic-1gb");
    let line = bill.lines.iter().find(|line| line.label == "care").expect("a line for it");
    assert_eq!((line.units, line.unit.as_str(), line.usd.as_str()), (1.5, "hours", "90.00"));
    assert_eq!(bill.usd.as_deref(), Some("96.00"));
    assert!(first(&with) > first(&without), "{:?} is not after {:?}", first(&with), first(&without));
}

#[test]
fn what_would_be_refused_has_a_reason_instead_of_a_price() {
    let mut record = twenty_minutes();
    record.call(&Call { response_bytes: 5 << 20, ..Call::new(HELLO, BEGAN, 700_000_000) });
    let costs = record.report().costs(PROJECT, &EVERYTHING, BEGAN + 20 * MINUTE).unwrap();
    let refusal = |id: &str| option(&costs, id).refusal.clone().unwrap_or_default();
    assert!(
        refusal("azure-functions-consumption")
            .starts_with("it ends a call after 600,000 ms, and the longest of hello would take")
    );
    assert!(
        refusal("aws-lambda-x86").starts_with("it ends a call after 900,000 ms"),
        "350 s of computing take longer there"
    );
    assert_eq!(option(&costs, "aws-lambda-x86").usd, None);
    assert!(refusal("gcp-cloud-run-worker-pool").starts_with("a worker pool takes no calls"));
    let roomy = CostQuery {
        settings: CostSettings { memory_mb: Some(1_769), ..CostSettings::default() },
        ..EVERYTHING
    };
    let costs = record.report().costs(PROJECT, &roomy, BEGAN + 20 * MINUTE).unwrap();
    assert_eq!(option(&costs, "aws-lambda-x86").refusal, None, "with a whole core it would do it");
    assert_eq!(
        option(&costs, "vercel-fluid-pro").refusal.as_deref(),
        Some("a response of hello had 5 MB, and it takes 4.5 at most")
    );
}

#[test]
fn settings_that_cannot_be_meant_are_refused_by_name() {
    let report = twenty_minutes().report();
    let refused = |settings| {
        let error: RpcError = report
            .costs(PROJECT, &CostQuery { settings, ..EVERYTHING }, BEGAN + 20 * MINUTE)
            .unwrap_err()
            .into();
        assert_eq!(error.code, ErrorCode::Invalid);
        error.message
    };
    let usual = CostSettings::default;
    assert_eq!(
        refused(CostSettings { utilisation_percent: Some(0.0), ..usual() }),
        "utilisation_percent is 0: it goes from 1 to 100"
    );
    assert_eq!(
        refused(CostSettings { core_speed: Some(f64::NAN), ..usual() }),
        "core_speed is NaN: it goes from 0.05 to 20"
    );
    assert_eq!(
        refused(CostSettings { architecture: Some("mips".to_owned()), ..usual() }),
        "\"mips\" is no architecture: x86_64 or arm64"
    );
    let budget = Some(LatencyBudget { percentile: 42.0, ms: 1.0 });
    assert_eq!(
        refused(CostSettings { budget, ..usual() }),
        "a budget is for p50, p95, p99 or p99.9, not p42"
    );
}

#[test]
fn a_latency_budget_rules_out_what_is_too_slow() {
    let mut record = twenty_minutes();
    // A cold start of a second in every fifty calls.
    for n in 0..10 {
        let at = BEGAN + n * 2 * MINUTE;
        record.call(&Call { init_us: Some(1_000_000), ..Call::new(HELLO, at, 100_000) });
    }
    let report = record.report();
    let costs = |ms| {
        let settings = CostSettings {
            shape: Some(TrafficShape::Poisson),
            budget: Some(LatencyBudget { percentile: 99.0, ms }),
            ..CostSettings::default()
        };
        let query = CostQuery { calls_per_month: Some(2_000), settings, ..EVERYTHING };
        report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap()
    };
    // Three calls an hour: nearly each is cold.
    let lambda = costs(800.0);
    let option_of = |costs: &CostReport| option(costs, "aws-lambda-x86").clone();
    let slow = option_of(&lambda);
    let latency = slow.latency.as_ref().expect("it was simulated");
    assert!(latency.cold_percent > 50.0, "{latency:?}");
    assert!(latency.p99_low_ms < latency.p99_ms && latency.p99_ms < latency.p99_high_ms, "{latency:?}");
    assert!(slow.ruled_out.as_deref().is_some_and(|why| why.ends_with("over 800")), "{:?}", slow.ruled_out);
    assert!(slow.usd.is_some(), "it has a price all the same");
    assert!(lambda.machines.iter().any(|machine| machine.cheapest), "only machines are fast enough");
    assert!(
        lambda.verdict.contains("would be cheaper but are ruled out; of the first, p99"),
        "{}",
        lambda.verdict
    );
    let roomy = option_of(&costs(60_000.0));
    assert_eq!(roomy.ruled_out, None);
}

#[test]
fn a_plan_whose_limits_are_too_low_says_so_beside_a_price_for_all_calls() {
    let report = twenty_minutes().report();
    let costs = |calls| {
        let settings = CostSettings { shape: Some(TrafficShape::Daily), ..CostSettings::default() };
        let query = CostQuery { calls_per_month: Some(calls), settings, ..EVERYTHING };
        report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap()
    };
    let (some, many) = (costs(10_000_000), costs(100_000_000_000));
    for id in ["aws-lambda-x86", "ibm-code-engine-function", "gcp-cloud-run-request"] {
        let (some, many) = (option(&some, id), option(&many, id));
        assert_eq!(some.ruled_out, None, "{id}");
        let why = many.ruled_out.as_deref().unwrap_or_default();
        assert!(why.contains("would be refused there, by its limit of"), "{id}: {why}");
        let usd = |option: &CostOption| option.list_usd.as_deref().unwrap().parse::<f64>().unwrap();
        let times = usd(many) / usd(some);
        assert!(
            (1_000.0..20_000.0).contains(&times),
            "{id}: ten thousand times the calls cost {times} times as much"
        );
        assert!(!many.cheapest, "{id} is no choice");
    }
}

/// An instance lives for 900 s after each call: with calls at random, 1 − e^(−λ · 900 s) of the month.
#[test]
fn a_price_between_two_simulated_volumes_is_what_theory_says() {
    let report = twenty_minutes().report();
    let list = |calls| {
        let settings = CostSettings { shape: Some(TrafficShape::Poisson), ..CostSettings::default() };
        let query = CostQuery { calls_per_month: Some(calls), settings, ..EVERYTHING };
        let costs = report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap();
        option(&costs, "gcp-cloud-run-instance").list_usd.as_deref().unwrap().parse::<f64>().unwrap()
    };
    let always = list(100_000);
    for calls in [1_400, 3_100, 4_301, 7_000] {
        let theory = always * (1.0 - (-(calls as f64) / 2_628_000.0 * 900.0).exp());
        let told = list(calls);
        assert!((told / theory - 1.0).abs() < 0.06, "{calls}: {told} of {theory}");
    }
}

#[test]
fn rounding_is_a_part_of_the_price() {
    let report = twenty_minutes().report();
    let shapes = [TrafficShape::Daily, TrafficShape::Bursty, TrafficShape::Spiky];
    for (calls, shape) in [1_000_000, 50_000_000, 300_000_000].into_iter().zip(shapes.into_iter().cycle()) {
        let settings = CostSettings { shape: Some(shape), ..CostSettings::default() };
        let query = CostQuery { calls_per_month: Some(calls), settings, ..EVERYTHING };
        let costs = report.costs(PROJECT, &query, BEGAN + 20 * MINUTE).unwrap();
        for plan in costs.plans.iter().filter(|plan| plan.list_usd.is_some()) {
            let number = |text: &Option<String>| text.as_deref().unwrap().parse::<f64>().unwrap();
            let (list, rounding) = (number(&plan.list_usd), number(&plan.rounding_usd));
            assert!((0.0..=list + 0.01).contains(&rounding), "{}: {rounding} of {list}", plan.id);
        }
        let flex = option(&costs, "azure-functions-flex");
        assert!(flex.rounding_usd.as_deref() != Some("0.00"), "a second at least: {flex:?}");
    }
}

#[test]
fn a_plan_is_watched_over_a_day() {
    let report = twenty_minutes().report();
    let query = |plan: &str| SimulationQuery {
        cost: CostQuery {
            calls_per_month: Some(3_000_000),
            settings: CostSettings { shape: Some(TrafficShape::Daily), ..CostSettings::default() },
            ..EVERYTHING
        },
        plan: plan.to_owned(),
        seed: 7,
        idle_s: None,
        concurrency: None,
        limit: None,
        min_instances: None,
    };
    let now = BEGAN + 20 * MINUTE;
    let day = report.simulate(PROJECT, &query("aws-lambda-arm64"), now).unwrap();
    assert_eq!((day.alive_max.len(), day.step_minutes), (144, 10.0));
    let calls: f64 = day.calls.iter().sum();
    assert_eq!(calls, (3_000_000.0_f64 * 24.0 / 730.0).round(), "a day's share of the month");
    let (night, noon): (f64, f64) = (day.calls[..12].iter().sum(), day.calls[66..78].iter().sum());
    assert!(noon > 5.0 * night, "{noon} at noon, {night} at night");
    assert!(day.alive_mean.iter().zip(&day.busy_mean).all(|(alive, busy)| alive + 1e-9 >= *busy));
    assert_eq!(day, report.simulate(PROJECT, &query("aws-lambda-arm64"), now).unwrap(), "the same seed");
    let kept = SimulationQuery { min_instances: Some(20), ..query("aws-lambda-arm64") };
    let kept = report.simulate(PROJECT, &kept, now).unwrap();
    assert_eq!(kept.cold_percent, 0.0, "enough are always there");
    let narrow = SimulationQuery { limit: Some(1), ..query("aws-lambda-arm64") };
    assert!(report.simulate(PROJECT, &narrow, now).unwrap().throttled_percent > 1.0);

    let message = |query: &SimulationQuery| report.simulate(PROJECT, query, now).unwrap_err().to_string();
    assert_eq!(
        message(&query("aws-lambda-arm46")),
        "there is no plan aws-lambda-arm46: did you mean aws-lambda-arm64?"
    );
    assert_eq!(
        message(&SimulationQuery { limit: Some(0), ..query("aws-lambda-x86") }),
        "limit is 0: no call would ever be answered"
    );
    let nothing = Record::new().report().simulate(PROJECT, &query("aws-lambda-x86"), now).unwrap_err();
    assert!(nothing.to_string().starts_with("no call is recorded in this time"), "{nothing}");
}

#[test]
fn a_plan_whose_cpu_makes_calls_run_into_their_timeout_is_no_choice() {
    let mut record = Record::new();
    // Two seconds of computing and a timeout of three: with 0.29 of a core it takes seven.
    for n in 0..300 {
        let call = Call { cpu_us: Some(2_000_000), ..Call::new(HELLO, BEGAN + n * 2_000_000, 2_000_000) };
        record.call(&call);
    }
    let query = CostQuery { calls_per_month: Some(100_000), ..EVERYTHING };
    let costs = record.report().costs(PROJECT, &query, BEGAN + 10 * MINUTE).unwrap();
    assert_eq!(
        option(&costs, "aws-lambda-arm64").refusal.as_deref(),
        Some(
            "100 % of the calls of hello would run into its timeout of 3,000 ms there: more memory makes it faster"
        )
    );
    assert_eq!(option(&costs, "aws-lambda-arm64").usd, None, "instead of a price");
    assert!(
        costs.verdict.contains("which the code is written for, is no choice: 100 % of"),
        "{}",
        costs.verdict
    );
    let run = option(&costs, "gcp-cloud-run-request");
    assert!(run.refusal.is_none() && run.ruled_out.is_none(), "it has a whole core");
}

#[test]
fn the_table_the_chart_and_the_break_even_agree() {
    let report = twenty_minutes().report();
    let now = BEGAN + 20 * MINUTE;
    for volume in [100_000_u64, 10_000_000, 1_000_000_000] {
        let query = CostQuery { calls_per_month: Some(volume), ..EVERYTHING };
        let costs = report.costs(PROJECT, &query, now).unwrap();
        for plan in costs.plans.iter().filter(|plan| plan.usd.is_some()) {
            let usd = |text: &Option<String>| text.as_deref().expect("a price").parse::<f64>().unwrap();
            let (low, paid, high) = (usd(&plan.usd_low), usd(&plan.usd), usd(&plan.usd_high));
            assert!(low <= paid && paid <= high, "{} at {volume}: {low} {paid} {high}", plan.id);
            let curve =
                costs.curves.iter().find(|curve| curve.id == plan.id).expect("what has a price is drawn");
            let at =
                costs.volumes.iter().position(|drawn| *drawn == volume as f64).expect("a decade is drawn");
            let drawn = curve.usd[at];
            assert!(
                (drawn - paid).abs() <= 0.02 + paid * 0.001,
                "{} at {volume}: {drawn} drawn, {paid} told",
                plan.id
            );
        }
    }
    let query = CostQuery { calls_per_month: Some(1_000_000), ..EVERYTHING };
    let costs = report.costs(PROJECT, &query, now).unwrap();
    for crossing in &costs.crossings {
        let curve = |id: &str| costs.curves.iter().find(|curve| curve.id == id).expect("both are drawn");
        let (plan, machine) = (curve(&crossing.plan), curve(&crossing.machine));
        // From the last turn on it stays so.
        let later = costs.crossings.iter().any(|other| {
            (&other.plan, &other.machine) == (&crossing.plan, &crossing.machine)
                && other.calls_per_month > crossing.calls_per_month
        });
        if later {
            continue;
        }
        for (at, volume) in costs.volumes.iter().enumerate() {
            if *volume < crossing.calls_per_month {
                continue;
            }
            let cheaper = if plan.usd[at] <= machine.usd[at] * 1.03 { "plan" } else { "machine" };
            let close = (plan.usd[at] - machine.usd[at]).abs() <= machine.usd[at] * 0.05;
            assert!(close || cheaper == crossing.cheaper, "{crossing:?} at {volume}");
        }
    }
}
