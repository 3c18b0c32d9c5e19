use std::time::Duration;

use super::*;

fn tally() -> Tally {
    Tally::new(MeteredCalls::default())
}

fn served(cold: bool, handler_us: u64) -> Option<Served> {
    let init = if cold { Duration::from_millis(100) } else { Duration::ZERO };
    Some(Served { instance: 1, cold, init, handler: Duration::from_micros(handler_us) })
}

#[test]
fn every_call_is_counted_once_and_where_it_belongs() {
    let mut tally = tally();
    let sent: Vec<bool> = (0..4).map(|n| tally.due(n * 400_000, 3, true)).collect();
    assert_eq!(sent, [true, true, true, false], "a fourth is too many under way");
    tally.answered(0, 600_000, Came::Ok, served(true, 20_100));
    tally.answered(400_000, 1_200_000, Came::Failed("Boom".into()), served(false, 10_000));
    tally.answered(800_000, 800_050, Came::Throttled, None);
    tally.sent_all(10_000_000);
    let figures = tally.figures(11_000_000);
    assert_eq!((figures.due, figures.sent, figures.dropped, figures.in_flight), (4, 3, 1, 0));
    assert_eq!((figures.ok, figures.errors, figures.throttled, figures.cold), (1, 1, 1, 1));
    assert_eq!((figures.elapsed_s, figures.wanted_rate, figures.achieved_rate), (10.0, 0.4, 0.2));
    let usage = &figures.usage;
    assert_eq!((usage.warm_ms, usage.cold_ms, usage.cold_init_ms), (10, 21, 121), "each rounded up");
    let course = tally.course();
    assert_eq!(course.series.step_s, 0.5);
    assert_eq!((course.series.due, course.series.dropped), (vec![2, 1, 1], vec![0, 0, 1]));
    assert_eq!((course.series.answered, course.series.cold), (vec![0, 1, 1], vec![0, 1, 0]));
    assert_eq!(course.series.p50_ms[2], None, "its call was dropped");
    assert_eq!(course.failures, [LoadFailure { what: "Boom".into(), calls: 1 }]);
}

#[test]
fn latency_counts_from_the_moment_a_call_was_due() {
    let mut tally = tally();
    assert_eq!(tally.figures(5).latency, None);
    for n in 1..=1000_u64 {
        tally.due(0, u32::MAX, true);
        tally.answered(0, n * 1000, Came::Ok, served(false, 1000));
    }
    let latency = tally.figures(0).latency.unwrap();
    assert_eq!((latency.mean_ms, latency.max_ms), (500.5, 1000.0), "these are exact");
    for (said, truth) in
        [(latency.p50_ms, 500.0), (latency.p90_ms, 900.0), (latency.p99_ms, 990.0), (latency.p999_ms, 999.0)]
    {
        assert!((said / truth - 1.0_f64).abs() < 0.011, "{said} is not {truth}");
    }
    let course = tally.course();
    assert!(course.percentiles.is_sorted_by(|one, next| one.ms <= next.ms));
    assert!(course.percentiles.iter().all(|at| at.ms <= 1000.0), "none is above the longest");
}

#[test]
fn what_is_not_waited_for_is_unfinished() {
    let mut tally = tally();
    tally.due(0, 9, true);
    tally.sample(100, 3);
    tally.sample(200, 1);
    tally.sample(900_000, 1);
    tally.close();
    assert_eq!(tally.course().series.instances, [3], "nothing was called in the second step");
    let figures = tally.figures(1_000_000);
    assert_eq!((figures.in_flight, figures.unfinished), (0, 1));
    assert_eq!((figures.instances, figures.peak_instances), (1, 3));
}

#[test]
fn a_long_run_has_longer_steps_and_loses_nothing() {
    let mut tally = tally();
    for second in 0..400 {
        tally.due(second * 1_000_000, u32::MAX, true);
        tally.answered(second * 1_000_000, second * 1_000_000 + 9_000, Came::Ok, served(false, 9_000));
    }
    let series = tally.course().series;
    assert_eq!((series.step_s, series.due.len()), (2.0, 200));
    assert!(series.due.iter().chain(&series.answered).all(|calls| *calls == 2), "{series:?}");
    assert!(series.p50_ms.iter().flatten().all(|ms| (ms / 9.0 - 1.0).abs() < 0.011));
    tally.due(u64::MAX, u32::MAX, true);
    assert!(tally.steps.len() <= STEPS, "whatever the time");
}

#[test]
fn what_this_machine_cannot_keep_up_with_is_not_sent_and_what_is_given_up_has_no_end() {
    let mut tally = tally();
    assert!(tally.due(0, 9, true) && tally.due(0, 9, true));
    assert!(!tally.due(1, 9, false), "too many wait already");
    tally.answered(0, 600_000, Came::GivenUp, None);
    tally.close();
    let figures = tally.figures(1_000_000);
    assert_eq!((figures.sent, figures.dropped, figures.crowded), (2, 1, 1));
    assert_eq!((figures.unfinished, figures.in_flight, figures.errors), (2, 0, 0));
}

#[test]
fn instances_are_there_until_a_look_says_otherwise() {
    let mut tally = tally();
    tally.due(0, 9, true);
    tally.sample(100_000, 4);
    tally.due(2_600_000, 9, true);
    assert_eq!(tally.course().series.instances, [4; 6], "nobody looked for two seconds");
    tally.sample(3_100_000, 2);
    tally.due(3_600_000, 9, true);
    assert_eq!(tally.course().series.instances, [4, 4, 4, 4, 4, 4, 4, 2]);
}

#[test]
fn kinds_of_failures_are_bounded() {
    let mut tally = tally();
    for n in 0..50 {
        tally.answered(0, 0, Came::Failed(format!("kind {n}")), None);
    }
    let failures = tally.course().failures;
    assert_eq!((failures.len(), failures[0].what.as_str(), failures[0].calls), (21, "others", 30));
}
