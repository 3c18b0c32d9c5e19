//! Two meters of the same time: what the pool came to on its plan, and what a machine with the resident twin did.

use coldframe_protocol::{Meter, TimelineQuery, TwinMeters};
use coldframe_store::{AppEntry, Entry, FunctionEntry, InstanceReady, InstanceStarted, Status, TwinEntry};

use crate::record::{BEGAN, Call, HELLO, MINUTE, PROJECT, Record, SECOND};

/// As the function that it is the twin of, so much later.
const TWIN: i64 = 500;
const TWINS: i64 = HELLO + TWIN;
/// The twin is switched on in the middle of a minute.
const SINCE: i64 = BEGAN + 30 * SECOND;

/// HELLO and its twin, which ran from [`SINCE`] for an hour and a half.
fn record(provider: &str, machine: Option<&str>) -> Record {
    let record = Record::new();
    record.note(Entry::Twin(TwinEntry {
        id: 7,
        app_id: HELLO + 1000,
        resident_id: TWINS + 1000,
        since: SINCE,
        until: Some(SINCE + 90 * MINUTE),
        processes: 2,
        machine: machine.map(str::to_owned),
    }));
    for id in [HELLO, TWINS] {
        record.note(Entry::App(AppEntry {
            id: id + 1000,
            project_id: PROJECT,
            provider: provider.to_owned(),
            name: "hello".to_owned(),
            language: "python".to_owned(),
            runtime: "python3.12".to_owned(),
            path: "hello".to_owned(),
            seen_at: BEGAN + 1,
        }));
    }
    record.note(Entry::Function(FunctionEntry {
        id: TWINS,
        app_id: TWINS + 1000,
        name: "hello".to_owned(),
        handler: "lambda_function.lambda_handler".to_owned(),
        path: "hello".to_owned(),
        seen_at: BEGAN,
    }));
    record.note(Entry::InstanceStarted(InstanceStarted {
        id: TWINS + 3000,
        name: "i-9".to_owned(),
        app_id: TWINS + 1000,
        revision_id: HELLO + 2000,
        pid: 4243,
        started_at: SINCE,
        cause: "resident".to_owned(),
    }));
    record.note(Entry::InstanceReady(InstanceReady {
        id: TWINS + 3000,
        at: SINCE + 1,
        spawn_us: 1,
        boot_us: 1,
        init_us: 1,
        peak_memory_kb: Some(100 * 1024),
    }));
    record
}

fn meters(record: &Record) -> TwinMeters {
    record.report().meters(HELLO, SINCE + 100 * MINUTE).expect("it can be read").expect("it has a twin")
}

fn lines(meter: &Meter) -> Vec<(&str, f64, &str)> {
    meter.lines.iter().map(|line| (line.label.as_str(), line.units, line.usd.as_str())).collect()
}

#[test]
fn the_pool_is_billed_by_what_its_calls_used_and_the_machine_by_the_hour() {
    let mut record = record("aws", Some("aws-ec2-t4g-nano"));
    record.call(&Call::new(HELLO, SINCE - 1, 900_000));
    for second in [0, 1, 100] {
        // It waits: what computes is reckoned with the share of the CPU that its memory buys there.
        record.call(&Call { cpu_us: Some(0), ..Call::new(HELLO, SINCE + second * SECOND, 100_000) });
        record.call(&Call::new(TWINS, SINCE + second * SECOND, 80_000));
    }
    record.call(&Call { status: Status::Error, ..Call::new(TWINS, SINCE + 2 * SECOND, 1_000) });
    record.call(&Call::new(HELLO, SINCE + 90 * MINUTE, 900_000));
    let meters = meters(&record);
    assert_eq!((meters.pool.calls, meters.twin.calls), (3, 4), "of the time itself, to the microsecond");
    assert_eq!((meters.pool.errors, meters.twin.errors, meters.hours), (0, 1, 1.5));
    // 3 × 100 ms × 512 MB are 0.15 GB-s.
    assert_eq!(
        lines(&meters.pool),
        [("requests", 3.0, "0.0000006"), ("compute", 0.15, "0.000002500005")],
        "{:?}",
        meters.pool
    );
    assert_eq!((meters.pool.usd.as_str(), meters.pool.idle_usd_per_hour.as_str()), ("0.000003100005", "0"));
    assert_eq!((meters.twin.id.as_str(), meters.twin.lines.len()), ("aws-ec2-t4g-nano", 1));
    let hour: f64 = meters.twin.idle_usd_per_hour.parse().expect("a price");
    let paid: f64 = meters.twin.usd.parse().expect("a price");
    assert!((paid - 1.5 * hour).abs() < 1e-9 && hour > 0.0, "{paid} for an hour and a half at {hour}");
}

#[test]
fn the_cheapest_machine_with_room_is_taken_where_none_is_named() {
    let mut record = record("aws", None);
    record.call(&Call { peak_memory_kb: 900 * 1024, ..Call::new(TWINS, SINCE + SECOND, 1_000) });
    let meters = meters(&record);
    let [first, ..] = &meters.machines[..] else { panic!("the book has machines") };
    assert_eq!(first.id, meters.twin.id, "the first is taken");
    assert!(first.fits && first.memory_mb * 4 / 5 >= 1800, "two processes of 900 MB: {first:?}");
    let price = |usd: &str| usd.parse::<f64>().expect("a price");
    let fitting: Vec<f64> = meters
        .machines
        .iter()
        .take_while(|machine| machine.fits)
        .map(|machine| price(&machine.usd_per_hour))
        .collect();
    assert!(fitting.is_sorted() && fitting.len() > 1, "{fitting:?}");
}

#[test]
fn what_a_plan_costs_whatever_is_used_is_no_part_of_the_meter_and_calls_that_met_share_their_time() {
    let mut record = record("vercel", None);
    for _ in 0..2 {
        record.call(&Call::new(HELLO, SINCE + 2 * MINUTE, 3_600_000_000 / 100));
    }
    let meters = meters(&record);
    let usd: f64 = meters.pool.usd.parse().expect("a price");
    assert!(usd < 1.0, "no subscription is in it: {:?}", meters.pool.lines);
    assert!(meters.rests_on.iter().any(|said| said.starts_with("the $20")), "{:?}", meters.rests_on);
    let memory = meters.pool.lines.iter().find(|line| line.unit == "GB-h").expect("memory over time");
    assert!(
        (memory.units - 2.0 / 100.0).abs() < 1e-4,
        "the plan's 2 GB for a hundredth of an hour, once: {memory:?}"
    );
}

#[test]
fn a_function_without_a_twin_has_no_meters_and_a_timeline_has_the_twins_lanes_last() {
    let mut record = record("aws", None);
    record.call(&Call::new(HELLO, SINCE, 1_000));
    record.call(&Call::new(TWINS, SINCE + 1, 1_000));
    let report = record.report();
    assert_eq!(report.meters(crate::record::RESIZE, SINCE).expect("it can be read"), None);
    let over =
        |function| TimelineQuery { from: BEGAN as f64 / 1e3, to: (BEGAN + MINUTE) as f64 / 1e3, function };
    for function in [None, Some(HELLO)] {
        let timeline = report.timeline(PROJECT, &over(function)).expect("it can be read");
        let lanes: Vec<_> =
            timeline.lanes.iter().filter(|lane| lane.app == "hello").map(|lane| lane.resident).collect();
        assert_eq!(lanes, [false, true]);
        let spans: Vec<_> = timeline.spans.iter().map(|span| (span.function_id, span.resident)).collect();
        assert_eq!(spans, [(HELLO, false), (HELLO, true)], "both are of the function");
    }
}
