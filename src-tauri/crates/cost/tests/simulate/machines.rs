//! Machines against queueing theory, and against common sense where theory ends. Bounds are four standard errors of
//! independent runs.

use crate::support::{FOOTPRINT, Runs, erlang_c};
use coldframe_cost::{Adding, MachineRun, Machines, Service, Serving, Shape, Traffic, simulate_machines};

const SECOND: u64 = 1_000_000;

fn poisson(per_s: f64, seconds: u64) -> Traffic {
    let requests = (per_s * seconds as f64) as u64;
    Traffic { shape: Shape::Poisson, requests, length_us: seconds * SECOND }
}

fn one(serving: Serving) -> Machines {
    Machines { count: 1, cores: 1, serving, adding: None }
}

fn latency(traffic: &Traffic, service: &Service, machines: &Machines) -> Runs {
    Runs::of(16, |seed| simulate_machines(traffic, service, machines, seed).latency.mean_us().unwrap_or(0.0))
}

/// M/M/1: 1/(μ − λ), queue or share.
#[test]
fn one_core_under_exponential_work_takes_what_theory_says() {
    let (traffic, service) = (poisson(6.0, 4_000), Service::exponential(100_000, 0, FOOTPRINT));
    for serving in [Serving::Queue, Serving::Share] {
        latency(&traffic, &service, &one(serving)).agree(250_000.0, &format!("{serving:?}"));
    }
}

/// M/D/1 waits half as long by Pollaczek and Khinchine; M/D/1 with sharing as long as M/M/1, for sharing is insensitive.
#[test]
fn even_work_shortens_a_queue_and_not_a_share() {
    let (traffic, service) = (poisson(6.0, 4_000), Service::constant(100_000, 0, FOOTPRINT));
    latency(&traffic, &service, &one(Serving::Queue)).agree(175_000.0, "M/D/1");
    latency(&traffic, &service, &one(Serving::Share)).agree(250_000.0, "M/D/1 with sharing");
}

/// M/M/c: two machines of two cores, Erlang's C.
#[test]
fn several_cores_are_erlang_c() {
    let (traffic, service) = (poisson(30.0, 1_500), Service::exponential(100_000, 0, FOOTPRINT));
    let machines = Machines { count: 2, cores: 2, serving: Serving::Queue, adding: None };
    let wait = erlang_c(4, 3.0) / 10.0 * 1e6;
    latency(&traffic, &service, &machines).agree(100_000.0 + wait, "M/M/4");
    let ran = simulate_machines(&traffic, &service, &machines, 1);
    let busy = ran.utilisation().expect("time went by");
    assert!((busy - 0.75).abs() < 0.02, "{busy}");
    assert_eq!((ran.calls, ran.latency.count()), (45_000, 45_000), "every call is answered once");
}

fn stepped(boot_s: u64) -> MachineRun {
    // Ten calm minutes, then forty of six times as much.
    let minutes = [vec![60; 10], vec![360; 40]].concat();
    let traffic = Traffic {
        requests: minutes.iter().sum(),
        length_us: minutes.len() as u64 * 60 * SECOND,
        shape: Shape::Minutes(minutes),
    };
    let adding = Adding { boot_us: boot_s * SECOND, ..Adding::default() };
    let machines = Machines { count: 2, cores: 1, serving: Serving::Queue, adding: Some(adding) };
    simulate_machines(&traffic, &Service::constant(500_000, 0, FOOTPRINT), &machines, 4)
}

#[test]
fn a_rule_is_late_by_its_boot_time_and_calls_wait_meanwhile() {
    let [soon, late] = [10, 300].map(stepped);
    for run in [&soon, &late] {
        assert!(run.peak_machines >= 5, "three cores' work at 60 % takes five: {}", run.peak_machines);
        assert_eq!(run.latency.count(), run.calls);
        assert!(run.calls_while_short > 0);
    }
    // Until the first look that sees it, and then the boot.
    assert!(late.longest_short_us >= 300 * SECOND, "{}", late.longest_short_us);
    assert!(soon.longest_short_us < 240 * SECOND, "{}", soon.longest_short_us);
    // Three cores' work for two. A call that comes t after the step finds t core-seconds before it, which take two
    // cores t/2; so the one that comes at two thirds of the time until the machines are there waits longest, a third.
    let longest = |run: &MachineRun| run.delay.max_us().expect("calls");
    assert!(longest(&late) > 300 * SECOND / 3, "{}", longest(&late));
    assert!(longest(&soon) < 240 * SECOND / 3, "{}", longest(&soon));
}

#[test]
fn machines_go_again_when_it_is_calm() {
    let minutes = [vec![360; 20], vec![6; 60]].concat();
    let traffic = Traffic {
        requests: minutes.iter().sum(),
        length_us: minutes.len() as u64 * 60 * SECOND,
        shape: Shape::Minutes(minutes),
    };
    let machines = Machines { count: 5, cores: 1, serving: Serving::Share, adding: Some(Adding::default()) };
    let ran = simulate_machines(&traffic, &Service::constant(500_000, 0, FOOTPRINT), &machines, 4);
    let mean = ran.machine_us as f64 / traffic.length_us as f64;
    assert!(mean < 4.0, "five for a quarter of an hour longer than needed, then one: {mean}");
    assert!(ran == simulate_machines(&traffic, &Service::constant(500_000, 0, FOOTPRINT), &machines, 4));
}
