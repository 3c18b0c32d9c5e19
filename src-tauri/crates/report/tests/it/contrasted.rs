//! Steady against spiky: what it rests on, that it is what the Costs page says, and that its turning points and its verdicts
//! are one answer.

use coldframe_protocol::{CostQuery, CostReport, CostSettings, TrafficShape};
use coldframe_report::{Contrast, Contrasted, ReportError};
use coldframe_store::Status;

use crate::record::{BEGAN, Call, HELLO, PROJECT, Record, SECOND};

/// Calls that compute for 50 ms.
fn computing(record: &mut Record) -> Vec<i64> {
    let call =
        |n| Call { cpu_us: Some(50_000), memory_mb: 128, ..Call::new(HELLO, BEGAN + n * SECOND, 55_000) };
    (0..20).map(|n| record.call(&call(n))).collect()
}

/// What the Costs page says of the same calls.
fn costs(record: &Record, volume: u64, shape: TrafficShape) -> CostReport {
    let settings = CostSettings { shape: Some(shape), ..CostSettings::default() };
    let query = CostQuery { function: Some(HELLO), minutes: None, calls_per_month: Some(volume), settings };
    record.report().costs(PROJECT, &query, BEGAN + 60 * SECOND).expect("they are priced")
}

fn cents(usd: Option<&String>) -> u64 {
    let digits = usd.expect("it has a price").replace('.', "");
    digits.parse().expect("dollars and cents")
}

fn shapes(contrast: &Contrast) -> [(TrafficShape, &Contrasted); 2] {
    [(TrafficShape::Steady, &contrast.steady), (TrafficShape::Spiky, &contrast.spiky)]
}

#[test]
fn its_figures_are_those_of_the_costs_page_to_the_cent() {
    let mut record = Record::new();
    let made = computing(&mut record);
    for volume in [1_000, 8_000_000, 12_000_000, 300_000_000] {
        let found = record.report().contrast(HELLO, &made, Some(volume)).unwrap();
        for (shape, found) in shapes(&found) {
            let costs = costs(&record, volume, shape);
            let own = costs.plans.iter().filter(|plan| {
                ["aws-lambda-x86", "aws-lambda-arm64"].contains(&plan.id.as_str()) && plan.ruled_out.is_none()
            });
            let own = own.min_by_key(|plan| cents(plan.usd.as_ref()));
            let machine = costs.machines.iter().filter(|machine| machine.usd.is_some());
            let machine = machine.min_by_key(|machine| cents(machine.usd.as_ref())).unwrap();
            let at = format!("{volume} calls, {shape:?}");
            assert_eq!((&found.machine.usd, &found.machine.title), (&machine.usd, &machine.title), "{at}");
            assert_eq!(found.machine.count, machine.count, "{at}");
            // Where limits refuse calls, neither page has a plan to offer.
            assert_eq!(found.plan.is_ok(), own.is_some(), "{at}");
            let (Ok(plan), Some(own)) = (&found.plan, own) else { continue };
            assert_eq!((&plan.usd, &plan.list_usd), (&own.usd, &own.list_usd), "{at}");
            let (plan, machine) = (cents(plan.usd.as_ref()), cents(machine.usd.as_ref()));
            assert!(found.machines_win() == (machine < plan) || machine == plan, "{at}");
        }
    }
}

#[test]
fn other_calls_of_the_function_move_nothing() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let told = |record: &Record| {
        let contrast = record.report().contrast(HELLO, &made, Some(20_000_000)).unwrap();
        let paid = contrast.steady.plan.map(|plan| plan.usd);
        (contrast.calls, paid, contrast.steady.machine.usd, contrast.spiky.turning)
    };
    let before = told(&record);
    assert_eq!(before.0, 20);
    for n in 0..60 {
        let slow =
            Call { status: Status::Timeout, trigger: "load_test", ..Call::new(HELLO, BEGAN + n, 3_000_000) };
        record.call(&slow);
    }
    assert_eq!(told(&record), before);
}

#[test]
fn turning_points_do_not_depend_on_the_volume_asked_and_agree_with_every_verdict() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let report = record.report();
    let at = |volume: u64| report.contrast(HELLO, &made, Some(volume)).unwrap();
    let any = shapes(&at(1_000_000)).map(|(_, found)| found.turning.expect("machines are cheaper at last"));
    for volume in (1..=60).step_by(12).map(|million| million * 1_000_000) {
        let found = at(volume);
        for ((_, found), turning) in shapes(&found).into_iter().zip(any) {
            assert_eq!(found.turning, Some(turning), "at {volume}");
            let for_good = turning.to.expect("for good");
            assert!(turning.from <= for_good);
            // Round numbers: a fifth less or more is no contradiction.
            if volume * 5 < turning.from * 4 {
                assert!(!found.machines_win(), "the plan is cheaper at {volume}: {turning:?}");
            }
            if volume * 4 > for_good * 5 {
                assert!(found.machines_win(), "machines are cheaper at {volume}: {turning:?}");
            }
        }
    }
}

#[test]
fn by_itself_it_takes_a_volume_at_which_the_winner_changes_and_that_is_in_no_doubt() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let found = record.report().contrast(HELLO, &made, None).unwrap();
    assert_eq!(found.differ_at, Some(found.calls_per_month));
    assert!(found.steady.machines_win(), "evenly, machines: {found:?}");
    assert!(!found.spiky.machines_win(), "in spikes, the plan: {found:?}");
    for (shape, one) in shapes(&found) {
        let turning = one.turning.expect("machines are cheaper at last");
        assert!(!turning.has(found.calls_per_month), "{shape:?}: {turning:?}");
    }
}

#[test]
fn calls_that_took_unlike_times_leave_more_in_doubt() {
    let mut record = Record::new();
    let alike = computing(&mut record);
    let unlike: Vec<i64> = (0..20)
        .map(|n| {
            let us = if n % 2 == 0 { 30_000 } else { 80_000 };
            let call = Call::new(HELLO, BEGAN + (100 + n) * SECOND, us);
            record.call(&Call { cpu_us: Some(us - 5_000), memory_mb: 128, ..call })
        })
        .collect();
    let report = record.report();
    let turning = |made: &[i64]| report.contrast(HELLO, made, Some(1)).unwrap().steady.turning.unwrap();
    let (alike, unlike) = (turning(&alike), turning(&unlike));
    assert!(unlike.from < alike.from && unlike.to >= alike.to, "{unlike:?}, {alike:?}");
}

#[test]
fn a_function_that_hardly_computes_has_one_winner_however_its_calls_come_and_none_is_made_up() {
    let mut record = Record::new();
    let call = |n| Call { cpu_us: Some(300), memory_mb: 128, ..Call::new(HELLO, BEGAN + n * SECOND, 400) };
    let made: Vec<i64> = (0..20).map(|n| record.call(&call(n))).collect();
    let found = record.report().contrast(HELLO, &made, None).unwrap();
    assert_eq!(found.differ_at, None);
    assert_eq!(
        (found.steady.machine.count, found.spiky.machine.count),
        (Some(1), Some(1)),
        "one holds either"
    );
    assert_eq!(found.steady.turning, found.spiky.turning);
    assert!(found.steady.turning.is_some(), "it is the volume that decides");
}

#[test]
fn its_bill_can_be_worked_out_from_what_it_rests_on() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let found = record.report().contrast(HELLO, &made, Some(20_000_000)).unwrap();
    assert_eq!((found.memory_mb, found.handler_ms), (128, 55.0));
    // 128 MB has about a fourteenth of a core: what computes for 50 ms here takes fourteen times as long there.
    assert!((650.0..720.0).contains(&found.there_ms), "{}", found.there_ms);
    let plan = found.steady.plan.unwrap();
    let compute = plan.lines.iter().find(|line| line.unit == "GB-s").unwrap();
    assert_eq!(compute.units + compute.free_units, 20_000_000.0 * found.there_ms / 1_000.0 * 0.125);
}

#[test]
fn without_a_call_that_ran_there_is_nothing_to_price() {
    let mut record = Record::new();
    let refused = record.call(&Call { status: Status::Throttled, ..Call::new(HELLO, BEGAN, 0) });
    let none = record.report().contrast(HELLO, &[refused, 999_999], Some(1_000));
    assert!(matches!(none, Err(ReportError::Invalid(message)) if message.contains("no call")));
}
