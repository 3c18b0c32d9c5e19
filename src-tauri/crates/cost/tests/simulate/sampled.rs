//! Much traffic, sampled: against all of it, within the error that is stated.

use coldframe_cost::{ColdTime, Options, Rule, Service, Shape, Simulation, Traffic, WarmTime, simulate};

use crate::support::{FOOTPRINT, every_call};

const REQUESTS: u64 = 1_000_000;

fn service() -> Service {
    let warm = vec![WarmTime { handler_us: 60_000, count: 9 }, WarmTime { handler_us: 900_000, count: 1 }];
    let cold = vec![ColdTime { init_us: 250_000, handler_us: 90_000, count: 1 }];
    Service::recorded(warm, cold, FOOTPRINT).expect("three times")
}

fn both(shape: &str, rule: &Rule, seed: u64) -> (Simulation, Simulation) {
    let traffic = Traffic::month(Shape::named(shape).expect("a shape"), REQUESTS);
    let all = simulate(&traffic, &service(), rule, every_call(seed));
    let sampled =
        simulate(&traffic, &service(), rule, Options { most_calls: REQUESTS / 5, ..every_call(seed) });
    (all, sampled)
}

#[test]
fn a_sample_is_within_its_stated_error_of_the_whole() {
    // A limit that the busy turns reach.
    let rule = Rule { idle_us: 60_000_000, limit: Some(8), ..Rule::default() };
    for shape in ["poisson", "daily", "weekly", "spiky", "bursty"] {
        let (all, some) = both(shape, &rule, 21);
        let sampled = some.sampled.expect("it was sampled");
        assert_eq!((all.totals.calls, some.totals.calls, all.sampled), (REQUESTS, REQUESTS, None));
        assert!(
            (100_000..300_000).contains(&sampled.simulated),
            "{shape}: as many as were allowed, {sampled:?}"
        );
        // What is stated is two standard errors; one in 15,000 is beyond four.
        let off = (some.cold_share() - all.cold_share()).abs();
        assert!(off <= 2.0 * sampled.cold_share_error, "{shape}: {off} of {} {sampled:?}", all.cold_share());
        assert!(
            sampled.cold_share_error < 0.5 * all.cold_share(),
            "{shape}: the error tells something {sampled:?}"
        );
        let off = (some.refused_share() - all.refused_share()).abs();
        assert!(off <= 2.0 * sampled.throttled_share_error + 1e-5, "{shape}: {off} {sampled:?}");
        let off = (some.mean_instances() / all.mean_instances() - 1.0).abs();
        assert!(off <= 2.0 * sampled.alive_error, "{shape}: {off} {sampled:?}");
        assert!(some.says.iter().any(|sentence| sentence.contains("95 %")), "it says so: {:?}", some.says);
        let billed: u64 = some.usage.calls.iter().map(|bin| bin.count).sum();
        assert!(billed.abs_diff(some.totals.served) <= 1, "{shape}: {billed} of {}", some.totals.served);
    }
}

#[test]
fn a_second_seed_differs_by_chance_only_and_the_same_does_not() {
    let rule = Rule { idle_us: 60_000_000, ..Rule::default() };
    let (_, one) = both("daily", &rule, 1);
    let (_, again) = both("daily", &rule, 1);
    let (_, other) = both("daily", &rule, 2);
    assert!(one == again);
    let error =
        one.sampled.expect("sampled").cold_share_error + other.sampled.expect("sampled").cold_share_error;
    let off = (one.cold_share() - other.cold_share()).abs();
    assert!(off > 0.0 && off <= 2.0 * error, "{off}, ± {error}");
}

/// So much that not even the run-ups fit: the rate is thinned, and that is said.
#[test]
fn traffic_beyond_any_window_is_thinned() {
    let traffic = Traffic::month(Shape::Poisson, 10_000_000_000);
    let rule = Rule { limit: Some(100_000), minimum: 100, ..Rule::default() };
    let ran = simulate(&traffic, &service(), &rule, Options { most_calls: 20_000, ..every_call(1) });
    let sampled = ran.sampled.expect("sampled");
    assert!(sampled.thinned < 0.5 && sampled.simulated < 40_000, "{sampled:?}");
    // λE[S] instances are busy, whatever the scale.
    let busy = 10e9 / (730.0 * 3_600.0) * 0.144;
    let mean = ran.busy_us as f64 / ran.length_us as f64;
    assert!((mean / busy - 1.0).abs() < 0.05, "{mean} of {busy} busy");
    assert!(ran.says.iter().any(|sentence| sentence.contains("of their rate")), "{:?}", ran.says);
    assert_eq!(ran.usage.warm.map(|warm| warm.instances), Some(100), "what is kept is billed as it is");
}
