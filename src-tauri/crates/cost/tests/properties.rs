//! What must hold for every plan and machine, checked over many deterministic cases.

use coldframe_cost::{
    BREAK_EVEN_RANGE, Billing, Bin, Binding, Book, Decimal, FreeTier, InvocationUsage, Load, Metered, Part,
    Plan, Targets, Usd, billed_ms, break_even, price_invocation, volumes,
};

/// A small linear congruential generator: the same cases in every run.
struct Cases(u64);

impl Cases {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn invocations(&mut self, count: usize) -> Vec<InvocationUsage> {
        (0..count)
            .map(|_| InvocationUsage {
                billed_init_us: if self.below(10) == 0 { self.below(900_000) } else { 0 },
                handler_us: self.below(3_000_000),
                memory_mb: [128, 512, 1536, 1769][usize::try_from(self.below(4)).expect("small")],
            })
            .collect()
    }
}

/// As the roll-ups keep it: rounded up to milliseconds, with and without init.
fn bin(usage: InvocationUsage) -> Bin {
    Bin {
        handler_ms: usage.handler_us.div_ceil(1000),
        init_handler_ms: (usage.billed_init_us + usage.handler_us).div_ceil(1000),
        memory_mb: usage.memory_mb,
        count: 1,
    }
}

fn coarse(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    let Billing { granularity_ms, minimum_ms, init_billed } = &mut plan.billing;
    (granularity_ms.value, minimum_ms.value, init_billed.value) = (100, 100, false);
    plan
}

#[test]
fn roll_ups_give_exactly_what_the_rows_give() {
    let book = Book::built_in();
    let usages = Cases(7).invocations(5_000);
    for plan in book.plans.iter().flat_map(|plan| [plan.clone(), coarse(plan)]) {
        let rows: Usd = usages.iter().map(|usage| price_invocation(&plan, *usage)).sum();
        let rolled = plan.month(plan.meter(usages.iter().copied().map(bin)), FreeTier::Ignored).exact();
        assert_eq!(rows, rolled, "{}", plan.id);
        let longest = usages.iter().map(|usage| billed_ms(&plan, *usage)).max();
        assert!(longest.is_some_and(|ms| ms % plan.billing.granularity_ms.value == 0));
    }
}

#[test]
fn splitting_a_month_in_two_changes_nothing() {
    let book = Book::built_in();
    let usages = Cases(11).invocations(2_000);
    let (first, second) = usages.split_at(777);
    for plan in &book.plans {
        let meter = |part: &[InvocationUsage]| plan.meter(part.iter().copied().map(bin));
        assert_eq!(meter(first) + meter(second), meter(&usages));
    }
}

#[test]
fn a_bill_never_falls_with_volume_and_is_never_negative() {
    let book = Book::built_in();
    for plan in &book.plans {
        let shape = plan.meter(Cases(3).invocations(100).into_iter().map(bin));
        let mut before = Usd::ZERO;
        for volume in volumes(12) {
            let metered = shape.at(volume.into()).expect("something was metered");
            let bill = plan.month(metered, FreeTier::Applied);
            assert!(bill.exact() >= before, "{} at {volume}", plan.id);
            assert!(
                bill.lines.iter().all(|line| line.quantity >= Decimal::ZERO && line.free >= Decimal::ZERO)
            );
            assert!(bill.total() <= plan.month(metered, FreeTier::Ignored).total());
            before = bill.exact();
        }
    }
}

#[test]
fn tiers_are_continuous() {
    let book = Book::built_in();
    for plan in &book.plans {
        for edge in plan.gb_second.tiers.iter().filter_map(|tier| tier.up_to) {
            let at =
                |gb_seconds| plan.month(Metered { requests: Decimal::ZERO, gb_seconds }, FreeTier::Ignored);
            let step = at(edge + Decimal::ONE).exact() - at(edge).exact();
            assert!(step <= plan.gb_second.first(), "one GB-second more costs at most its price, at {edge}");
            let charged: Decimal = at(edge + Decimal::ONE)
                .lines
                .iter()
                .filter(|line| line.unit == "GB-s")
                .map(|line| line.quantity)
                .sum();
            assert_eq!(charged, edge + Decimal::ONE, "tiers share out the whole quantity");
        }
    }
}

#[test]
fn the_second_tier_costs_its_own_price() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-x86").expect("a built-in plan");
    let metered = Metered { requests: Decimal::ZERO, gb_seconds: Decimal::from(7_000_000_000_u64) };
    let bill = plan.month(metered, FreeTier::Ignored);
    let amounts: Vec<_> =
        bill.lines.iter().map(|line| (line.item.as_str(), line.amount.to_string())).collect();
    assert_eq!(
        amounts,
        [
            ("requests", "0.00".to_owned()),
            ("compute", "100000.20".to_owned()),
            ("compute, tier 2", "15000.00".to_owned())
        ]
    );
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
    for plan in &book.plans {
        for machine in &book.machines {
            for (cpu_ms, handler_ms, peak) in [(5, 120, 1), (80, 100, 4), (2, 2_000, 3), (1, 1, 10)] {
                let load = load(cpu_ms, handler_ms, 60, peak);
                let ms = u64::try_from(handler_ms).expect("positive");
                let metered =
                    plan.meter([Bin { handler_ms: ms, init_handler_ms: ms, memory_mb: 512, count: 1 }]);
                let cheaper = |volume: u64| {
                    let count = machine
                        .need(&load.at(volume.into()), targets, book.hours_per_month)
                        .expect("it fits")
                        .count;
                    let metered = metered.at(volume.into()).expect("something was metered");
                    plan.month(metered, FreeTier::Applied).exact()
                        > machine.month(count, book.hours_per_month).exact()
                };
                match break_even(plan, machine, metered, &load, targets, book.hours_per_month) {
                    Some(found) => {
                        assert!(cheaper(found.calls_per_month), "the machine is cheaper at the crossing");
                        assert!(!cheaper(found.calls_per_month - 1), "and was not one call before");
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
    let metered = plan.meter([Bin { handler_ms: 100, init_handler_ms: 100, memory_mb: 512, count: 1 }]);
    let found =
        break_even(plan, machine, metered, &load(1, 100, 60, 1), Targets::default(), book.hours_per_month);
    let found = found.expect("they cross");
    // (12.264 + 0.2 + 6.66668) / (0.0000002 + 0.000000833335)
    assert_eq!((found.calls_per_month, found.machines), (18_513_532, 1));
    assert_eq!(found.usd.to_string(), "12.26");
}

#[test]
fn volumes_span_the_range_in_even_steps() {
    let volumes = volumes(4);
    assert_eq!((volumes.first(), volumes.last()), (Some(&BREAK_EVEN_RANGE.0), Some(&BREAK_EVEN_RANGE.1)));
    assert_eq!(volumes.len(), 29, "seven decades");
    assert_eq!(volumes[..5], [1_000, 1_778, 3_162, 5_623, 10_000]);
}
