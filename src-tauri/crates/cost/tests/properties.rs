//! What must hold for every plan of the book, whatever is used.

use coldframe_cost::{
    Bin, Book, Decimal, Dimension, FreeTier, InvocationUsage, Metered, Plan, Snapshots, Tier, Usage, Usd,
    Warm,
};
use proptest::{collection::vec, prelude::*, sample::select};

fn config() -> ProptestConfig {
    // A failure is printed with its input; a file beside the source would be left behind.
    ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() }
}

fn plans() -> Vec<Plan> {
    Book::built_in().plans
}

fn invocation() -> impl Strategy<Value = InvocationUsage> {
    (
        prop_oneof![9 => Just(0_u64), 1 => 0..900_000_u64],
        0..3_000_000_u64,
        select(vec![128_u32, 512, 1536, 1769]),
    )
        .prop_map(|(billed_init_us, handler_us, memory_mb)| InvocationUsage {
            billed_init_us,
            handler_us,
            memory_mb,
        })
}

fn usage(invocations: &[InvocationUsage]) -> Usage {
    let cpu_us = invocations.iter().map(|usage| u128::from(usage.handler_us / 3)).sum();
    Usage { cpu_us, ephemeral_mb: 700, ..Usage::calls(invocations.iter().copied().map(Bin::from)) }
}

fn exact(plan: &Plan, metered: Metered) -> Usd {
    plan.month(metered, FreeTier::Ignored).exact()
}

fn subscription(plan: &Plan) -> Usd {
    plan.subscription.as_ref().map_or(Usd::ZERO, |paid| paid.month.value)
}

proptest! {
    #![proptest_config(config())]

    /// As the roll-ups keep them: equal shapes counted together.
    #[test]
    fn roll_ups_give_exactly_what_the_rows_give(invocations in vec(invocation(), 1..60), times in 1..50_u64) {
        for plan in plans() {
            let rows: Usd = invocations.iter().map(|usage| plan.price_invocation(*usage)).sum();
            let bins = invocations.iter().map(|usage| Bin { count: times, ..Bin::from(*usage) });
            let rolled = plan.measure(&Usage::calls(bins));
            let listed: Usd = plan.rates.iter().map(|rate| rate.first() * rate.in_units(&rolled)).sum();
            // An hour has no exact share of a month's seconds in decimals; the last digit of 28 may differ.
            let off = (rows.0 * Decimal::from(times) - listed.0).abs();
            prop_assert!(off < Decimal::new(1, 18), "{}: {} apart", plan.id, off);
        }
    }

    #[test]
    fn splitting_a_month_in_two_never_changes_the_quantities(
        invocations in vec(invocation(), 2..60), cut in 0..60_usize,
    ) {
        let (first, second) = invocations.split_at(cut.min(invocations.len()));
        for plan in plans() {
            prop_assert!(plan.rounding_cost(&usage(&invocations)) >= Usd::ZERO, "{}", &plan.id);
            let halves = plan.measure(&usage(first)) + plan.measure(&usage(second));
            prop_assert_eq!(halves, plan.measure(&usage(&invocations)), "{}", &plan.id);
        }
    }

    #[test]
    fn a_bill_never_falls_with_volume_and_no_line_is_negative(
        invocations in vec(invocation(), 1..20), volume in 1..10_000_000_000_u64, more in 1..1_000_000_000_u64,
    ) {
        for plan in plans() {
            let shape = plan.measure(&usage(&invocations));
            let at = |volume: u64| shape.at(volume.into()).expect("something was metered");
            let (small, large) = (at(volume), at(volume + more));
            for free_tier in [FreeTier::Applied, FreeTier::Ignored] {
                let (before, after) = (plan.month(small, free_tier), plan.month(large, free_tier));
                prop_assert!(after.exact() >= before.exact(), "{} at {} + {}", plan.id, volume, more);
                for line in before.lines.iter().chain(&after.lines) {
                    let parts = [line.quantity, line.free, line.amount.0, line.exact.0];
                    prop_assert!(parts.iter().all(|part| *part >= Decimal::ZERO), "{}: {:?}", plan.id, line);
                }
            }
            let (paid, list) = (plan.month(small, FreeTier::Applied), plan.month(small, FreeTier::Ignored));
            prop_assert!(paid.total() <= list.total(), "{}: what is free costs nothing", plan.id);
            prop_assert!(paid.total() >= Usd::ZERO);
        }
    }

    /// However much: a little more costs at most what it costs at the dearest tier, so no price jumps at an edge.
    #[test]
    fn tiers_are_continuous(past in -3..3_i64, step in 1..5_u64) {
        for plan in plans() {
            for rate in &plan.rates {
                let edges = rate.tiers.iter().filter_map(|tier| tier.up_to);
                let free = rate.free.iter().map(|free| free.value);
                for edge in edges.chain(free).chain([Decimal::TEN]) {
                    let from = edge + Decimal::from(past);
                    let at = |units: Decimal| {
                        let metered = Metered::default().with(rate.of, units * rate.unit.base());
                        (exact(&plan, metered), metered)
                    };
                    let ((before, _), (after, metered)) = (at(from), at(from + Decimal::from(step)));
                    let dearest = rate.tiers.iter().map(|tier: &Tier| tier.usd.value).max().expect("a tier");
                    let most = dearest * Decimal::from(step);
                    let covered = subscription(&plan);
                    prop_assert!(after - before <= most, "{} {}: past {edge}", plan.id, rate.item);
                    prop_assert!(after >= before || after <= covered);
                    let lines = plan.month(metered, FreeTier::Ignored).lines;
                    let billed = lines.iter().filter(|line| line.item.starts_with(&rate.item) && line.unit == rate.unit.as_str());
                    let shared: Decimal = billed.map(|line| line.quantity).sum();
                    prop_assert!(shared >= from, "{} {}: tiers share out the whole quantity", plan.id, rate.item);
                }
            }
        }
    }

    /// What is kept ready is paid whether anybody calls or not, and does not grow with the calls.
    #[test]
    fn more_kept_ready_never_costs_less(instances in 0..50_u64, hours in 0..700_u64, calls in 0..100_000_u64) {
        for plan in plans().iter().filter(|plan| plan.warm.is_some()) {
            let at = |instances, hours| {
                let served = vec![Bin { handler_ms: 20, init_handler_ms: 20, memory_mb: 512, observed_mb: None, count: calls }];
                let warm = Warm { instances, seconds: hours * 3_600, memory_mb: 512, vcpu_milli: None, calls: served, active: Vec::new() };
                let snapshots = Snapshots { memory_mb: 512, seconds: hours * 3_600, restores: instances };
                let usage = Usage { warm: Some(warm), snapshots: Some(snapshots), ..Usage::default() };
                exact(plan, plan.measure(&usage))
            };
            prop_assert!(at(instances + 1, hours) >= at(instances, hours), "{}", plan.id);
            prop_assert!(at(instances, hours + 1) >= at(instances, hours), "{}", plan.id);
        }
    }
}

#[test]
fn the_second_tier_costs_its_own_price() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-x86").expect("a built-in plan");
    let metered = Metered::default().with(Dimension::Memory, Decimal::from(7_000_000_000_u64));
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
