//! Steady against spiky: what it rests on, and that its turning points and its verdicts are one answer.

use coldframe_report::{Contrast, Contrasted, ReportError};
use coldframe_store::Status;

use crate::record::{BEGAN, Call, HELLO, Record, SECOND};

/// Calls that compute for 50 ms.
fn computing(record: &mut Record) -> Vec<i64> {
    let call =
        |n| Call { cpu_us: Some(50_000), memory_mb: 128, ..Call::new(HELLO, BEGAN + n * SECOND, 55_000) };
    (0..20).map(|n| record.call(&call(n))).collect()
}

#[test]
fn other_calls_of_the_function_move_nothing() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let told = |record: &Record| {
        let contrast = record.report().contrast(HELLO, &made, Some(20_000_000)).unwrap();
        (contrast.calls, contrast.steady.plan_usd, contrast.steady.machines_usd, contrast.spiky.turns)
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
    let any = at(1_000_000);
    for shape in [|contrast: &Contrast| contrast.steady.clone(), |contrast: &Contrast| contrast.spiky.clone()]
    {
        let turns = shape(&any).turns.expect("machines are cheaper at last");
        let last = turns.for_good.expect("for good");
        assert!(turns.first <= last);
        let machines_win = |found: &Contrasted| found.plan_usd.unwrap() > found.machines_usd;
        for volume in (1..=60).step_by(6).map(|million| million * 1_000_000) {
            let found = shape(&at(volume));
            assert_eq!(found.turns, Some(turns), "at {volume}");
            if volume < turns.first {
                assert!(!machines_win(&found), "the plan is cheaper at {volume}, before {}", turns.first);
            }
            if volume >= last {
                assert!(machines_win(&found), "machines are cheaper at {volume}, after {last}");
            }
        }
        assert!(machines_win(&shape(&at(turns.first))) && !machines_win(&shape(&at(turns.first - 1))));
    }
}

#[test]
fn by_itself_it_takes_a_volume_at_which_the_winner_changes() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let found = record.report().contrast(HELLO, &made, None).unwrap();
    assert!(found.steady.plan_usd.unwrap() > found.steady.machines_usd, "evenly, machines: {found:?}");
    assert!(found.spiky.plan_usd.unwrap() < found.spiky.machines_usd, "in spikes, the plan: {found:?}");
}

#[test]
fn its_bill_can_be_worked_out_from_what_it_rests_on() {
    let mut record = Record::new();
    let made = computing(&mut record);
    let found = record.report().contrast(HELLO, &made, Some(20_000_000)).unwrap();
    assert_eq!((found.memory_mb, found.handler_ms), (128, 55.0));
    // 128 MB has about a fourteenth of a core: what computes for 50 ms here takes fourteen times as long there.
    assert!((650.0..720.0).contains(&found.there_ms), "{}", found.there_ms);
    let compute = found.bill.iter().find(|line| line.unit == "GB-s").unwrap();
    assert_eq!(compute.units + compute.free_units, 20_000_000.0 * found.there_ms / 1_000.0 * 0.125);
}

#[test]
fn without_a_call_that_ran_there_is_nothing_to_price() {
    let mut record = Record::new();
    let refused = record.call(&Call { status: Status::Throttled, ..Call::new(HELLO, BEGAN, 0) });
    let none = record.report().contrast(HELLO, &[refused, 999_999], Some(1_000));
    assert!(matches!(none, Err(ReportError::Invalid(message)) if message.contains("no call")));
}
