//! What must hold for any traffic, any rule and any seed.

use coldframe_cost::{
    Beyond, Book, Burst, ColdTime, FreeTier, Options, Rule, Service, Shape, Simulation, Traffic, Usd,
    WarmTime, simulate,
};
use proptest::{prelude::*, sample::select};

use crate::support::{FOOTPRINT, every_call};

fn config() -> ProptestConfig {
    // A failure is printed with its input; a file beside the source would be left behind.
    ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() }
}

fn traffic() -> impl Strategy<Value = Traffic> {
    let minutes =
        (1..90_u64).prop_map(|many| Shape::Minutes((0..many).map(|minute| minute * 7 % 5).collect()));
    let shapes = prop_oneof![6 => select(Shape::NAMES.to_vec()).prop_map(|name| Shape::named(name).expect("a name")), 2 => minutes];
    (shapes, 0..4_000_u64, prop_oneof![Just(1_u64), 60..100_000_u64])
        .prop_map(|(shape, requests, seconds)| Traffic { shape, requests, length_us: seconds * 1_000_000 })
}

fn service() -> impl Strategy<Value = Service> {
    let recorded = (1..2_000_000_u64, 1..900_000_u64).prop_map(|(us, init_us)| {
        let warm = vec![WarmTime { handler_us: us, count: 5 }, WarmTime { handler_us: us * 3, count: 2 }];
        let cold = vec![
            ColdTime { init_us, handler_us: us * 2, count: 1 },
            ColdTime { init_us: 2 * init_us, handler_us: us, count: 3 },
        ];
        Service::recorded(warm, cold, FOOTPRINT).expect("four times")
    });
    prop_oneof![
        recorded,
        (0..3_000_000_u64, 0..900_000_u64)
            .prop_map(|(us, init_us)| Service::constant(us, init_us, FOOTPRINT)),
        (1..3_000_000_u64).prop_map(|us| Service::exponential(us, us / 3, FOOTPRINT)),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let beyond = prop_oneof![
        Just(Beyond::Throttle),
        (0..50_u64, 0..20_000_000_u64).prop_map(|(most, longest_us)| Beyond::Queue { most, longest_us }),
    ];
    let some = |most: u64| prop_oneof![Just(None), (1..most).prop_map(Some)];
    let burst = prop_oneof![
        2 => Just(None),
        1 => (1..20_u64, 1..60_000_000_u64).prop_map(|(instances, per_us)| Some(Burst { instances, per_us })),
    ];
    (0..600_000_000_u64, select(vec![1_u32, 1, 2, 10]), some(30), some(60), beyond, 0..4_u64, burst).prop_map(
        |(idle_us, concurrency, limit, account, beyond, minimum, burst)| Rule {
            idle_us,
            concurrency,
            limit,
            account,
            beyond,
            minimum,
            burst,
            billed: None,
        },
    )
}

fn sum(ran: &Simulation, of: fn(&coldframe_cost::Bucket) -> u64) -> u64 {
    ran.buckets.iter().map(of).sum()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_call_is_answered_once_and_nothing_is_busier_than_alive(
        traffic in traffic(), service in service(), rule in rule(), seed in any::<u64>(), buckets in 1..200_usize,
    ) {
        let options = Options { buckets, ..every_call(seed) };
        let ran = simulate(&traffic, &service, &rule, options);
        let totals = ran.totals;
        prop_assert_eq!(totals.calls, traffic.requests, "exactly as many come as were asked for");
        prop_assert_eq!(totals.calls, totals.served + totals.throttled + totals.given_up);
        prop_assert_eq!(ran.latency.count(), totals.served);
        prop_assert_eq!(ran.cold_latency.count(), totals.cold);
        prop_assert_eq!(ran.wait.count(), totals.served);
        prop_assert!(totals.started <= totals.cold, "every instance is started for a call");
        prop_assert_eq!(ran.buckets.len(), buckets);
        prop_assert_eq!(sum(&ran, |bucket| bucket.calls), totals.calls);
        prop_assert_eq!(sum(&ran, |bucket| bucket.throttled), totals.throttled);
        prop_assert_eq!(sum(&ran, |bucket| bucket.seen_us), traffic.length_us);
        for bucket in &ran.buckets {
            prop_assert!(bucket.busy_us <= bucket.alive_us && bucket.busy_max <= bucket.alive_max);
            prop_assert!(u128::from(bucket.alive_us) <= u128::from(bucket.alive_max) * u128::from(bucket.seen_us));
            prop_assert!(bucket.alive_max >= rule.minimum);
            prop_assert!(rule.limit.is_none_or(|most| bucket.alive_max <= most.max(rule.minimum)));
        }
        if let Beyond::Queue { longest_us, .. } = rule.beyond {
            prop_assert!(ran.wait.max_us().unwrap_or(0) <= longest_us, "nobody waits longer than allowed");
        } else {
            prop_assert_eq!((totals.queued, totals.given_up), (0, 0));
        }
        let served = ran.usage.calls.iter().chain(ran.usage.warm.iter().flat_map(|warm| &warm.calls));
        prop_assert_eq!(served.map(|bin| bin.count).sum::<u64>(), totals.served, "every call served is billed");
        let lived: u128 = ran.usage.lives.iter().map(|life| u128::from(life.init_ms) * u128::from(life.count)).sum();
        let lives: u64 = ran.usage.lives.iter().map(|life| life.count).sum();
        let kept = u128::from(rule.minimum) * u128::from(traffic.length_us);
        let alive = ran.alive_us - kept;
        // Each life is rounded up to a millisecond.
        prop_assert!(lived * 1_000 >= alive && lived * 1_000 <= alive + u128::from(lives) * 1_000, "{} of {}", lived, alive);
    }

    #[test]
    fn the_same_seed_gives_the_same_and_more_buckets_never_change_a_total(
        traffic in traffic(), service in service(), rule in rule(), seed in any::<u64>(), buckets in 1..500_usize,
    ) {
        let run = |buckets| simulate(&traffic, &service, &rule, Options { buckets, ..every_call(seed) });
        let (one, many) = (run(1), run(buckets));
        prop_assert!(many == run(buckets), "the same input");
        prop_assert_eq!(one.totals, many.totals);
        prop_assert!(one.latency == many.latency && one.wait == many.wait && one.usage == many.usage);
        prop_assert_eq!((one.alive_us, one.busy_us), (many.alive_us, many.busy_us));
        prop_assert_eq!(one.peak_instances(), many.peak_instances());
    }

    #[test]
    fn instances_kept_ready_are_never_cold_while_they_are_enough(
        traffic in traffic(), service in service(), seed in any::<u64>(),
    ) {
        let without = simulate(&traffic, &service, &Rule { idle_us: u64::MAX, ..Rule::default() }, every_call(seed));
        // Without init nothing takes longer than it did, so what was enough then is enough.
        let rule = Rule { minimum: without.totals.calls.max(1), ..Rule::default() };
        let ran = simulate(&traffic, &service, &rule, every_call(seed));
        prop_assert_eq!((ran.totals.cold, ran.totals.started), (0, 0));
        prop_assert!(ran.usage.calls.is_empty(), "all are served by what is kept ready");
    }

    #[test]
    fn every_plan_prices_what_it_would_do(traffic in traffic(), service in service(), seed in any::<u64>()) {
        let book = Book::built_in();
        for plan in &book.plans {
            let ran = simulate(&traffic, &service, &plan.rule(), every_call(seed));
            let bill = ran.bill(&book, plan, FreeTier::Ignored).map(|bill| bill.total());
            prop_assert!(bill.is_ok_and(|usd| usd >= Usd::ZERO), "{}", plan.id);
        }
    }
}

fn answered(ran: &Simulation, requests: u64) {
    let totals = ran.totals;
    assert_eq!(totals.calls, totals.served + totals.throttled + totals.given_up, "{:?}", ran.says);
    assert_eq!(totals.calls, requests, "{:?}", ran.says);
}

/// Whatever a person or a record says, there is an answer.
#[test]
fn absurd_input_is_survived() {
    let most = u64::MAX;
    let services = [
        Service::constant(most, most, FOOTPRINT),
        Service::exponential(most, most, FOOTPRINT),
        Service::in_order(
            vec![
                ColdTime { init_us: most, handler_us: most, count: most },
                ColdTime { init_us: 0, handler_us: 0, count: 0 },
            ],
            FOOTPRINT,
        )
        .expect("two times"),
    ];
    let rules = [
        Rule { concurrency: 0, ..Rule::default() },
        Rule { limit: Some(0), account: Some(0), ..Rule::default() },
        Rule {
            burst: Some(Burst { instances: 0, per_us: most }),
            beyond: Beyond::Queue { most, longest_us: most },
            ..Rule::default()
        },
        Rule { burst: Some(Burst { instances: most, per_us: most }), idle_us: most, ..Rule::default() },
    ];
    let spikes = coldframe_cost::Spikes { a_day: u32::MAX, minutes: u32::MAX, times: f64::NAN };
    let turns = coldframe_cost::Turns { busy_s: f64::NAN, calm_s: -1.0, times: f64::INFINITY };
    let shapes = [
        Shape::Daily { peak: f64::NAN },
        Shape::Weekly { peak: f64::INFINITY, weekend: -1.0 },
        Shape::Spiky(spikes),
        Shape::Bursty(turns),
        Shape::Minutes(Vec::new()),
        Shape::Minutes(vec![0, 0]),
        Shape::Minutes(vec![most, most]),
        Shape::Instants(vec![5, 5, most]),
    ];
    for service in &services {
        for rule in &rules {
            for shape in &shapes {
                for length_us in [0, 1, 1_000_000] {
                    let requests = if let Shape::Instants(all) = shape { all.len() as u64 } else { 40 };
                    let traffic = Traffic { shape: shape.clone(), requests, length_us };
                    for most_calls in [0, 7, most] {
                        let ran =
                            simulate(&traffic, service, rule, Options { most_calls, buckets: 0, seed: 9 });
                        let Simulation { totals, .. } = &ran;
                        assert_eq!(
                            totals.calls,
                            totals.served + totals.throttled + totals.given_up,
                            "{traffic:?}"
                        );
                        assert_eq!(totals.calls, requests, "{traffic:?}, {most_calls} at most");
                    }
                }
            }
        }
    }
}

#[test]
fn more_calls_than_there_can_be_are_sampled_all_the_same() {
    let service = Service::constant(u64::MAX, 1_000, FOOTPRINT);
    for shape in Shape::NAMES {
        let shape = Shape::named(shape).expect("a shape");
        for (requests, length_us) in
            [(u64::MAX, 1_000_000), (u64::MAX, 10_000_000_000_000), (10_000_000_000, 1)]
        {
            let traffic = Traffic { shape: shape.clone(), requests, length_us };
            let rule = Rule { limit: Some(1_000), ..Rule::default() };
            answered(
                &simulate(&traffic, &service, &rule, Options { most_calls: 0, ..every_call(1) }),
                requests,
            );
        }
    }
}
