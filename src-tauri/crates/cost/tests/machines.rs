//! How many machines hold a load, and where a plan's price crosses theirs.

use coldframe_cost::{
    BREAK_EVEN_RANGE, Bin, Binding, Book, Cheaper, Crossing, DRAWN_RANGE, Decimal, FreeTier, Load, Machine,
    Meter, Metered, Part, Plan, Stair, Targets, Usage, Usd, cheapest, crossings, staircase, volumes,
};

/// One call's shape, whatever the plan bills of it.
fn one_call(plan: &Plan, handler_ms: u64, memory_mb: u32) -> Metered {
    let bin = Bin { handler_ms, init_handler_ms: handler_ms, memory_mb, observed_mb: None, count: 1 };
    plan.measure(&Usage { cpu_us: u128::from(handler_ms) * 1000, ..Usage::calls([bin]) })
}

fn load(cpu_ms: i64, handler_ms: i64, memory_mb: i64, peak_factor: i64) -> Load {
    let part = Part {
        calls_per_month: Decimal::from(1_000_000),
        cpu_ms: cpu_ms.into(),
        handler_ms: handler_ms.into(),
        memory_mb: memory_mb.into(),
    };
    Load { parts: vec![part], peak_factor: peak_factor.into() }
}

fn stairs(book: &Book, machine: &Machine, load: &Load) -> Vec<Stair> {
    staircase(machine, load, Targets::default(), book.hours_per_month, BREAK_EVEN_RANGE)
}

/// The smallest volume at which the plan (after its free tier) costs more than the machines that hold it.
fn break_even(
    book: &Book,
    plan: &Plan,
    machine: &Machine,
    metered: Metered,
    load: &Load,
) -> Option<Crossing> {
    let plan_usd = |volume: u64| {
        metered.at(volume.into()).map_or(Usd::ZERO, |metered| plan.month(metered, FreeTier::Applied).exact())
    };
    let turns = crossings(&stairs(book, machine, load), plan_usd);
    turns.into_iter().find(|turn| turn.cheaper == Cheaper::Machine)
}

#[test]
fn machines_are_counted_by_what_binds() {
    let book = Book::built_in();
    let fargate = book.machine("aws-fargate-x86-025-05").expect("a built-in machine");
    let burstable = book.machine("aws-ec2-t4g-small").expect("a built-in machine");
    let need = |machine: &coldframe_cost::Machine, load: &Load, volume: u64| {
        machine.need(&load.at(volume.into()), Targets::default(), book.hours_per_month).expect("it fits")
    };
    // 2,628,000 calls a month are one a second.
    let busy = load(100, 100, 60, 4);
    let one = need(fargate, &busy, 1_000);
    assert_eq!((one.count, one.binding), (1, Binding::Minimum));
    let peak = need(fargate, &busy, 2_628_000);
    // 0.1 core on average, 0.4 at the peak, 0.15 usable of each machine.
    assert_eq!((peak.count, peak.binding), (3, Binding::PeakCpu));
    assert_eq!(peak.busy.round_dp(3).to_string(), "0.133", "0.1 core used of 0.75 paid for");
    let steady = load(100, 100, 60, 1);
    // 0.5 core on average; 0.24 of each machine's 0.4 sustained.
    let sustained = need(burstable, &steady, 5 * 2_628_000);
    assert_eq!((sustained.count, sustained.binding), (3, Binding::SustainedCpu));
    // A call that waits two seconds, 20 a second: 40 at once × 100 MB against 1,638 MB usable.
    let waiting = need(burstable, &load(1, 2_000, 100, 1), 20 * 2_628_000);
    assert_eq!((waiting.count, waiting.binding), (3, Binding::Memory));
}

#[test]
fn headroom_and_spare_machines_come_on_top() {
    let book = Book::built_in();
    let machine = book.machine("aws-fargate-x86-025-05").expect("a built-in machine");
    // One call a second of 0.1 s CPU, four at the peak: 0.4 of 0.15 usable cores.
    let busy = load(100, 100, 60, 4).at(2_628_000.into());
    let need = |targets| machine.need(&busy, targets, book.hours_per_month).expect("it fits");
    let plain = need(Targets::default());
    assert_eq!((plain.evenly, plain.at_peak, plain.count), (1, 3, 3));
    let careful = need(Targets { headroom: Decimal::new(2, 1), spare: 1, ..Targets::default() });
    assert_eq!((careful.evenly, careful.at_peak, careful.count), (1, 4, 5), "0.48 cores, and one may fail");
    assert_eq!(careful.busy.normalize().to_string(), "0.08", "what is kept spare is idle: 0.1 of 1.25 cores");
    let full = need(Targets { utilisation: Decimal::ONE, ..Targets::default() });
    assert_eq!((full.at_peak, full.binding), (2, Binding::PeakCpu));
}

#[test]
fn steps_of_machines_turn_the_answer_back_and_forth() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-arm64").expect("a built-in plan");
    let machine = book.machine("aws-ec2-t4g-small").expect("a built-in machine");
    let load = load(20, 25, 60, 1);
    let stairs = staircase(machine, &load, Targets::default(), book.hours_per_month, BREAK_EVEN_RANGE);
    let metered = one_call(plan, 25, 1024);
    let plan_usd = |volume: u64| {
        plan.month(metered.at(volume.into()).expect("something was metered"), FreeTier::Applied).exact()
    };
    let found = crossings(&stairs, plan_usd);
    let sides: Vec<_> = found.iter().map(|crossing| crossing.cheaper).collect();
    assert_eq!(sides[..3], [Cheaper::Machine, Cheaper::Plan, Cheaper::Machine]);
    assert!(sides.windows(2).all(|pair| pair[0] != pair[1]), "it turns with every one");
    assert!(found.is_sorted_by_key(|crossing| crossing.calls_per_month));
    for crossing in &found {
        let (at, before) = (crossing.calls_per_month, crossing.calls_per_month - 1);
        let price = |volume| stairs.iter().find(|stair| volume <= stair.to).expect("in the range").usd;
        let machine_is = |volume| plan_usd(volume) > price(volume);
        assert_eq!(machine_is(at), crossing.cheaper == Cheaper::Machine, "at {at}");
        assert_ne!(machine_is(before), machine_is(at), "it was the other way one call before {at}");
    }
    assert_eq!((stairs[0].from, stairs.last().map(|stair| stair.to)), (1, Some(BREAK_EVEN_RANGE.1)));
    assert!(stairs.windows(2).all(|pair| pair[0].to + 1 == pair[1].from), "without a gap or an overlap");
}

/// Its subscription is more than the smallest machine, before anybody calls.
#[test]
fn a_machine_can_be_cheaper_from_the_first_call() {
    let book = Book::built_in();
    let plan = book.plan("cloudflare-workers-paid").expect("a built-in plan");
    let machine = book.machine("aws-ec2-t4g-nano").expect("a built-in machine");
    let found = break_even(&book, plan, machine, one_call(plan, 1, 128), &load(1, 1, 60, 1));
    assert_eq!(found.map(|found| found.calls_per_month), Some(1));
}

#[test]
fn a_machine_too_small_for_one_call_says_so() {
    let book = Book::built_in();
    let fargate = book.machine("aws-fargate-x86-025-05").expect("a built-in machine");
    let unfit = fargate
        .need(&load(10, 10, 700, 1), Targets::default(), book.hours_per_month)
        .expect_err("700 MB do not fit");
    assert_eq!(unfit.to_string(), "one call needs 700 MB and 409 MB of its 512 MB are usable");
}

#[test]
fn break_even_is_exactly_where_the_lines_cross() {
    let book = Book::built_in();
    let targets = Targets::default();
    for plan in book.plans.iter().filter(|plan| !matches!(plan.meter, Meter::Nodes(_))) {
        for machine in book.machines.iter().step_by(7) {
            for (cpu_ms, handler_ms, peak) in [(5, 120, 1), (80, 100, 4), (2, 2_000, 3), (1, 1, 10)] {
                let load = load(cpu_ms, handler_ms, 60, peak);
                let ms = u64::try_from(handler_ms).expect("positive");
                let metered = one_call(plan, ms, 512);
                let cheaper = |volume: u64| {
                    let count = machine
                        .need(&load.at(volume.into()), targets, book.hours_per_month)
                        .expect("it fits")
                        .count;
                    let metered = metered.at(volume.into()).expect("something was metered");
                    plan.month(metered, FreeTier::Applied).exact()
                        > machine.month(count, book.hours_per_month).exact()
                };
                match break_even(&book, plan, machine, metered, &load) {
                    Some(found) => {
                        assert!(cheaper(found.calls_per_month), "the machine is cheaper at the crossing");
                        // From the first volume on, or where steps are finer than they are looked at: no call before.
                        if found.calls_per_month > BREAK_EVEN_RANGE.0 && found.machines < 50 {
                            let before = found.calls_per_month - 1;
                            assert!(!cheaper(before), "{} {}: not one call before", plan.id, machine.id);
                        }
                        let chart =
                            volumes(12).into_iter().take_while(|volume| *volume < found.calls_per_month);
                        assert!(
                            chart.into_iter().all(|volume| !cheaper(volume)),
                            "nor at any smaller volume drawn"
                        );
                    }
                    None => assert!(volumes(12).into_iter().all(|volume| !cheaper(volume))),
                }
            }
        }
    }
}

/// By hand: 512 MB for 100 ms is 0.05 GB-s. Above both free tiers 8 M calls are free of compute (400,000 / 0.05), so
/// between 1 M and 8 M only requests cost: 12.264 $ is reached at 0.2 $/M × (v − 1 M) + 0.0000166667 × (0.05 v − 400,000).
#[test]
fn break_even_by_hand() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-x86").expect("a built-in plan");
    let machine = book.machine("aws-ec2-t4g-small").expect("a built-in machine");
    let metered = one_call(plan, 100, 512);
    let found = break_even(&book, plan, machine, metered, &load(1, 100, 60, 1)).expect("they cross");
    // (12.264 + 0.2 + 6.66668) / (0.0000002 + 0.000000833335)
    assert_eq!((found.calls_per_month, found.machines), (18_513_532, 1));
    assert_eq!(found.usd.to_cents().to_string(), "12.26");
}

#[test]
fn the_cheapest_of_several_machines_at_each_volume_is_one_staircase() {
    let book = Book::built_in();
    let load = load(40, 60, 60, 4);
    let kinds: Vec<Vec<Stair>> =
        book.machines.iter().step_by(5).map(|machine| stairs(&book, machine, &load)).collect();
    let all = cheapest(&kinds);
    assert_eq!((all[0].from, all.last().map(|stair| stair.to)), (1, Some(BREAK_EVEN_RANGE.1)));
    assert!(all.windows(2).all(|pair| pair[0].to + 1 == pair[1].from), "without a gap or an overlap");
    for volume in volumes(9) {
        let at = |stairs: &[Stair]| {
            stairs.iter().find(|stair| (stair.from..=stair.to).contains(&volume)).map(|stair| stair.usd)
        };
        assert_eq!(at(&all), kinds.iter().filter_map(|stairs| at(stairs)).min(), "at {volume} calls");
    }
    assert!(cheapest(&[]).is_empty());
}

#[test]
fn volumes_span_the_range_in_even_steps() {
    let volumes = volumes(4);
    assert_eq!((volumes.first(), volumes.last()), (Some(&DRAWN_RANGE.0), Some(&DRAWN_RANGE.1)));
    assert_eq!(volumes.len(), 29, "seven decades");
    assert_eq!(volumes[..5], [1_000, 1_778, 3_162, 5_623, 10_000]);
}
