//! The simulator against theory where theory exists. Every bound is four standard errors, computed from the law under
//! test or from independent runs, and every test says so. Seeds are fixed.

use crate::support::{FOOTPRINT, Runs, erlang_b, erlang_c, every_call};
use coldframe_cost::{Beyond, Rule, Service, Shape, Simulation, Traffic, WarmTime, simulate};

const SECOND: u64 = 1_000_000;

/// Never gone, never limited.
fn forever() -> Rule {
    Rule { idle_us: u64::MAX, ..Rule::default() }
}

fn poisson(per_s: f64, seconds: u64) -> Traffic {
    Traffic {
        shape: Shape::Poisson,
        requests: (per_s * seconds as f64).round() as u64,
        length_us: seconds * SECOND,
    }
}

/// Three ways to take 100 ms on average: always, exponentially, and mostly 20 ms with now and then 420.
fn services() -> [(&'static str, Service); 3] {
    let two = vec![WarmTime { handler_us: 20_000, count: 4 }, WarmTime { handler_us: 420_000, count: 1 }];
    [
        ("M/D", Service::constant(100_000, 0, FOOTPRINT)),
        ("M/M", Service::exponential(100_000, 0, FOOTPRINT)),
        ("M/G", Service::recorded(two, Vec::new(), FOOTPRINT).expect("two times")),
    ]
}

/// M/M/∞ and M/G/∞: the number of busy instances has a Poisson distribution of mean λE[S], whatever the distribution of
/// S. So its mean and its variance are both that.
#[test]
fn busy_instances_are_poisson_whatever_the_distribution_of_times() {
    let (per_s, seconds) = (200.0, 2_000);
    let load = per_s * 0.1;
    for (name, service) in services() {
        // Buckets of a fiftieth of a service time, near enough to a moment; one a second, ten mean service times apart.
        let options = coldframe_cost::Options { buckets: 100_000, ..every_call(11) };
        let ran = simulate(&poisson(per_s, seconds), &service, &forever(), options);
        let moments: Vec<f64> =
            ran.buckets.iter().skip(50).step_by(50).map(|bucket| bucket.busy_mean()).collect();
        let many = moments.len() as f64;
        let mean = moments.iter().sum::<f64>() / many;
        let variance = moments.iter().map(|busy| (busy - mean).powi(2)).sum::<f64>() / (many - 1.0);
        // The mean of n independent moments has variance ρ/n; the sample variance of a Poisson variable (2ρ² + ρ)/n.
        let mean_error = 4.0 * (load / many).sqrt();
        assert!((mean - load).abs() < mean_error, "{name}: mean {mean}, not {load} ± {mean_error}");
        let variance_error = 4.0 * ((2.0 * load * load + load) / many).sqrt();
        // A mean over a stretch w varies less than a moment, by w/3E[S] at most to first order.
        let smoothed = load * 0.02 / 0.1;
        assert!(
            (variance - load).abs() < variance_error + smoothed,
            "{name}: variance {variance}, not {load} ± {variance_error}"
        );
        assert!(variance_error + smoothed < 0.5 * load, "{name}: the bound tells something");
    }
}

/// Erlang's B formula: c instances, no waiting, calls beyond are lost. Insensitive to the distribution too.
#[test]
fn lost_calls_are_erlang_b_whatever_the_distribution_of_times() {
    let (limit, per_s) = (10, 80.0);
    let lost = erlang_b(limit, per_s * 0.1);
    assert!((lost - 0.1217).abs() < 1e-4, "B(10, 8) as in every table: {lost}");
    let rule = Rule { limit: Some(limit), ..forever() };
    for (name, service) in services() {
        let runs = Runs::of(20, |seed| {
            simulate(&poisson(per_s, 500), &service, &rule, every_call(seed)).refused_share()
        });
        runs.agree(lost, name);
    }
}

/// One instance, no waiting. A gap without a call begins at the end of a service, from where the next call is
/// exponentially far by want of memory. So a served call is cold if that gap is longer than the idle time:
/// P(cold) = e^(−λT), however long services are. Gaps are independent, so the count is binomial.
#[test]
fn with_one_instance_the_cold_share_is_that_of_gaps_longer_than_the_idle_time() {
    for (per_s, idle_s) in [(0.5, 3.0), (0.02, 60.0), (5.0, 0.1)] {
        for (name, service) in services() {
            let traffic = poisson(per_s, (60_000.0 / per_s) as u64);
            let idle_us = (idle_s * 1e6) as u64;
            let rule = Rule { limit: Some(1), idle_us, ..Rule::default() };
            let ran = simulate(&traffic, &service, &rule, every_call(5));
            agree_binomial(&ran, (-per_s * idle_s).exp(), name);
            // Erlang's B of one server is ρ/(1 + ρ).
            let load = per_s * 0.1;
            let refused = load / (1.0 + load);
            let error = 4.0
                * (refused * (1.0 - refused) / ran.totals.calls as f64).sqrt()
                * (1.0 + 2.0 * load).sqrt();
            assert!(
                (ran.refused_share() - refused).abs() < error,
                "{name}: {} not {refused}",
                ran.refused_share()
            );
        }
    }
}

/// Many instances, calls so short that no two overlap: a renewal process again, e^(−λT).
#[test]
fn keep_alive_renewal_without_overlap() {
    let (per_s, idle_s) = (0.01, 300.0_f64);
    let service = Service::constant(1, 0, FOOTPRINT);
    let rule = Rule { idle_us: (idle_s * 1e6) as u64, ..Rule::default() };
    let ran = simulate(&poisson(per_s, 5_000_000), &service, &rule, every_call(2));
    assert!(ran.peak_instances() <= 2, "no overlap to speak of: {}", ran.peak_instances());
    agree_binomial(&ran, (-per_s * idle_s).exp(), "renewal");
}

/// With any number of instances a renewal argument holds for the last one: with idle time T → 0 every call is cold,
/// with T → ∞ only those that raise the maximum are.
#[test]
fn without_an_idle_time_every_call_is_cold_and_with_an_endless_one_only_new_maxima_are() {
    for (name, service) in services() {
        let traffic = poisson(50.0, 200);
        let none = simulate(&traffic, &service, &Rule { idle_us: 0, ..Rule::default() }, every_call(3));
        assert_eq!(none.totals.cold, none.totals.calls, "{name}");
        let endless = simulate(&traffic, &service, &forever(), every_call(3));
        assert_eq!(
            endless.totals.cold,
            endless.buckets.iter().map(|bucket| bucket.busy_max).max().unwrap_or(0),
            "{name}"
        );
    }
}

/// Erlang's C formula: c instances and an endless queue. P(wait), the mean wait, and the exponential law of waits.
#[test]
fn waiting_calls_are_erlang_c() {
    let (limit, per_s, seconds) = (4, 30.0, 2_000);
    let service = Service::exponential(100_000, 0, FOOTPRINT);
    let beyond = Beyond::Queue { most: u64::MAX, longest_us: u64::MAX };
    let rule = Rule { limit: Some(limit), beyond, ..forever() };
    let run = |seed| simulate(&poisson(per_s, seconds), &service, &rule, every_call(seed));
    let waits = erlang_c(limit, per_s * 0.1);
    let mean_us = waits / (limit as f64 * 10.0 - per_s) * 1e6;
    let all: Vec<Simulation> = (1..=16).map(run).collect();
    let share = |of: &dyn Fn(&Simulation) -> f64| Runs { values: all.iter().map(of).collect() };
    share(&|ran| ran.totals.queued as f64 / ran.totals.served as f64).agree(waits, "P(wait)");
    share(&|ran| ran.wait.mean_us().unwrap_or(0.0)).agree(mean_us, "mean wait");
    share(&|ran| ran.latency.mean_us().unwrap_or(0.0)).agree(mean_us + 100_000.0, "mean time in the system");
    // P(W > t) = C e^(−(cμ − λ)t): a tenth of those that wait do so beyond ln 10 / (cμ − λ).
    let tenth_us = (10.0_f64).ln() / (limit as f64 * 10.0 - per_s) * 1e6;
    share(&|ran| ran.wait.percentile_us(1.0 - waits / 10.0).unwrap_or(0) as f64)
        .agree(tenth_us, "a tenth waits longer");
    assert!(all.iter().all(|ran| ran.totals.served == ran.totals.calls), "nobody is refused");
}

fn agree_binomial(ran: &Simulation, share: f64, what: &str) {
    let served = ran.totals.served as f64;
    let error = 4.0 * (share * (1.0 - share) / served).sqrt();
    let cold = ran.cold_share();
    assert!((cold - share).abs() < error, "{what}: {cold} cold, not {share} ± {error}");
    assert!(error < 0.1 * share, "{what}: the bound tells something");
}
