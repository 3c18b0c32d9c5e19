//! So many calls that no window holds an idle time: against all of them.

use coldframe_cost::{
    ColdTime, Options, Period, Rule, Service, Shape, Simulation, Traffic, WarmTime, simulate,
};

use crate::support::{FOOTPRINT, every_call};

const REQUESTS: u64 = 3_000_000;
const SHAPES: [&str; 6] = ["steady", "poisson", "daily", "weekly", "spiky", "bursty"];

/// Calls of very different lengths.
fn service(handler_ms: u64, init_ms: u64) -> Service {
    let warm = [(1, 6), (2, 3), (8, 1)]
        .map(|(times, count)| WarmTime { handler_us: handler_ms * times * 500, count })
        .to_vec();
    let cold = vec![ColdTime { init_us: init_ms * 1_000, handler_us: handler_ms * 2_000, count: 1 }];
    Service::recorded(warm, cold, FOOTPRINT).expect("times")
}

fn both(shape: &str, service: &Service, rule: &Rule) -> (Simulation, Simulation) {
    let traffic = Traffic::month(Shape::named(shape).expect("a shape"), REQUESTS);
    let some = simulate(&traffic, service, rule, Options { most_calls: 20_000, ..every_call(3) });
    (simulate(&traffic, service, rule, every_call(3)), some)
}

fn seconds(periods: &[Period]) -> f64 {
    periods.iter().map(|period| period.init_ms as f64 * period.count as f64).sum::<f64>() / 1e3
}

fn near(some: f64, all: f64, off: f64, what: &str) {
    assert!((some - all).abs() <= off * all, "{what}: {some}, not {all} ± {off}");
}

#[test]
fn instances_are_kept_and_started_as_if_every_call_was_followed() {
    for (handler_ms, init_ms) in [(2, 1_500), (900, 2_000)] {
        for shape in SHAPES {
            let rule = Rule { idle_us: 900_000_000, ..Rule::default() };
            let (all, some) = both(shape, &service(handler_ms, init_ms), &rule);
            let what = format!("{shape}, {handler_ms} ms");
            let sampled = some.sampled.expect("it was sampled");
            assert!(sampled.settled && sampled.simulated < 40_000, "{what}: {sampled:?}");
            near(some.mean_instances(), all.mean_instances(), sampled.alive_error, &what);
            near(seconds(&some.usage.lives), seconds(&all.usage.lives), sampled.alive_error, &what);
            let error = sampled.cold_share_error + 5.0 / REQUESTS as f64;
            let off = (some.cold_share() - all.cold_share()).abs();
            assert!(off <= error, "{what}: {off} of {} ± {error}", all.cold_share());
            // A start is hundreds of these calls long.
            near(seconds(&some.usage.active), seconds(&all.usage.active), 0.2, &what);
            let billed: u64 = some.usage.calls.iter().map(|bin| bin.count).sum();
            assert!(billed.abs_diff(some.totals.served) <= 1, "{what}: {billed} of {}", some.totals.served);
            assert!(some.says.iter().any(|sentence| sentence.contains("worked out")), "{:?}", some.says);
        }
    }
}

#[test]
fn one_instance_takes_all_where_calls_share_it() {
    let rule = Rule { idle_us: 900_000_000, concurrency: 80, ..Rule::default() };
    for shape in SHAPES {
        let (all, some) = both(shape, &service(40, 2_000), &rule);
        near(some.mean_instances(), all.mean_instances(), 0.03, shape);
        assert!(some.totals.started <= 40, "{shape}: {} started", some.totals.started);
        near(seconds(&some.usage.lives), seconds(&all.usage.lives), 0.03, shape);
        near(seconds(&some.usage.active), seconds(&all.usage.active), 0.15, shape);
    }
}

/// What was 12 times too dear when the idle time was cut to what could be simulated.
#[test]
fn a_billion_calls_of_a_small_function_need_few_instances() {
    let rule = Rule { idle_us: 900_000_000, concurrency: 80, ..Rule::default() };
    let traffic = Traffic::month(Shape::named("daily").expect("a shape"), 1_000_000_000);
    for most_calls in [7_000, 40_000, 2_000_000] {
        let ran = simulate(&traffic, &service(2, 2_000), &rule, Options { most_calls, ..every_call(1) });
        let mean = ran.mean_instances();
        assert!((1.0..1.2).contains(&mean), "{mean} instances of {most_calls} calls");
        assert!(ran.totals.cold < 2_000, "{:?}", ran.totals);
    }
}

#[test]
fn a_limit_and_a_minimum_hold() {
    let rule = Rule { idle_us: 900_000_000, limit: Some(4), minimum: 2, ..Rule::default() };
    let (all, some) = both("poisson", &service(900, 300), &rule);
    let (off, error) = (
        (some.refused_share() - all.refused_share()).abs(),
        some.sampled.expect("it was sampled").throttled_share_error,
    );
    assert!(off <= 2.0 * error, "{off} of {} ± {error}", all.refused_share());
    assert!(error < 0.5 * all.refused_share(), "± {error} tells nothing of {}", all.refused_share());
    near(some.mean_instances(), all.mean_instances(), 0.05, "instances");
    assert!(some.mean_instances() <= 4.0 && some.mean_instances() > 2.0, "{}", some.mean_instances());
    assert_eq!(some.usage.warm.map(|warm| warm.instances), Some(2));
}

#[test]
fn no_more_instances_than_calls_may_be_under_way() {
    let rule = Rule { idle_us: 900_000_000, account: Some(1_000), ..Rule::default() };
    for shape in ["bursty", "spiky"] {
        let traffic = Traffic::month(Shape::named(shape).expect("a shape"), 10_000_000_000);
        let ran =
            simulate(&traffic, &service(900, 2_000), &rule, Options { most_calls: 40_000, ..every_call(1) });
        assert!(ran.mean_instances() <= 1_000.0, "{shape}: {}", ran.mean_instances());
        assert!(ran.peak_instances() <= 1_000, "{shape}: {}", ran.peak_instances());
    }
}
