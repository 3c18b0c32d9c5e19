//! The right size, from durations at known shares of a core.

use coldframe_cost::{Basis, Best, Book, Decimal, Offer, Paced, Usd, best, offers};

/// A call that waits 20 ms and computes 100 ms of a whole core, at Lambda's sizes.
fn measured(memories: &[u32]) -> Vec<Paced> {
    let one = |memory_mb: u32| {
        let vcpu_milli = (u64::from(memory_mb) * 1000 + 884) / 1769;
        let duration_us = 20_000 + 100_000_000 / vcpu_milli.min(1000);
        let vcpu_milli = u32::try_from(vcpu_milli).expect("a share");
        Paced { memory_mb, vcpu_milli, had_milli: vcpu_milli, duration_us }
    };
    memories.iter().copied().map(one).collect()
}

const DEFAULT: [u32; 7] = [128, 256, 512, 1024, 1769, 2048, 3008];

fn of(plan: &str, measured: &[Paced]) -> Vec<Offer> {
    let book = Book::built_in();
    offers(book.plan(plan).expect("in the book"), measured)
}

fn million(offer: &Offer) -> Decimal {
    (offer.usd * Decimal::from(1_000_000)).0.normalize()
}

#[test]
fn lambda_is_priced_at_the_sizes_that_ran() {
    let offers = of("aws-lambda-x86", &measured(&DEFAULT));
    assert_eq!(offers.iter().map(|offer| offer.memory_mb).collect::<Vec<_>>(), DEFAULT);
    assert!(offers.iter().all(|offer| offer.basis == Basis::Measured));
    // 120 ms × 1769 MB: 0.2073… GB-s at $0.0000166667, and $0.20 for a million requests.
    let whole = offers.iter().find(|offer| offer.memory_mb == 1769).expect("it ran");
    assert_eq!((whole.vcpu_milli, whole.duration_us), (1000, 120_000));
    assert_eq!(million(whole), Decimal::new(365_508_503_515_625, 14));
    let arm = of("aws-lambda-arm64", &measured(&DEFAULT));
    assert!(arm.iter().zip(&offers).all(|(arm, x86)| arm.usd < x86.usd));
}

#[test]
fn the_three_choices_differ_where_waiting_costs() {
    let offers = of("aws-lambda-x86", &measured(&DEFAULT));
    let best = best(&offers).expect("a choice");
    let memory = |index: usize| offers[index].memory_mb;
    assert_eq!(memory(best.cheapest), 128, "the wait is paid at any size");
    assert_eq!(memory(best.fastest), 1769, "more than a core does not help a call that computes on one");
    assert_eq!(memory(best.balanced), 1769);
}

#[test]
fn the_balanced_one_is_the_least_product() {
    let offer = |memory_mb, duration_us, millionths| Offer {
        memory_mb,
        vcpu_milli: 1000,
        duration_us,
        usd: Usd(Decimal::new(millionths, 6)),
        basis: Basis::Measured,
    };
    let offers = [offer(1, 900, 10), offer(2, 300, 20), offer(3, 200, 40)];
    assert_eq!(best(&offers), Some(Best { cheapest: 0, fastest: 2, balanced: 1 }));
    let alike = [offer(1, 200, 10), offer(2, 100, 20)];
    assert_eq!(best(&alike).map(|best| best.balanced), Some(0), "of two alike the smaller");
    assert_eq!(best(&[]), None);
}

#[test]
fn a_plan_with_other_shares_gets_a_duration_between_those_measured() {
    let flex = of("azure-functions-flex", &measured(&DEFAULT));
    let sizes: Vec<_> = flex.iter().map(|offer| (offer.memory_mb, offer.vcpu_milli)).collect();
    assert_eq!(sizes, [(512, 250), (2048, 1000)], "two vCPUs are beyond what was measured");
    // A wait and a computation: exact between any two shares.
    assert_eq!((flex[0].duration_us.abs_diff(420_000) < 2, flex[0].basis), (true, Basis::Between));
    assert_eq!((flex[1].duration_us, flex[1].basis), (120_000, Basis::Measured), "as on 1769 MB of Lambda");

    let gen1 = of("gcp-functions-gen1", &measured(&DEFAULT));
    let sizes: Vec<_> = gen1.iter().map(|offer| (offer.memory_mb, offer.vcpu_milli)).collect();
    assert_eq!(sizes, [(128, 83), (256, 167), (512, 333), (1024, 583), (2048, 1000)]);
    let run = of("gcp-cloud-run-request", &measured(&DEFAULT));
    assert!(run.iter().all(|offer| (offer.vcpu_milli, offer.duration_us) == (1000, 120_000)), "{run:?}");
    assert_eq!(run.len(), DEFAULT.len(), "any memory goes with its vCPU");
}

#[test]
fn nothing_is_offered_below_what_ran_nor_beyond_what_was_measured() {
    let large = of("gcp-functions-gen1", &measured(&[512, 1769]));
    assert_eq!(large.iter().map(|offer| offer.memory_mb).collect::<Vec<_>>(), [512, 1024, 2048]);
    assert_eq!(of("azure-functions-flex", &measured(&[128, 256])), []);
    assert_eq!(of("aws-lambda-x86", &[]), []);
}

#[test]
fn what_the_machine_could_not_give_is_an_upper_bound() {
    let mut all = measured(&DEFAULT);
    let largest = all.last_mut().expect("a size");
    largest.had_milli = 1000;
    let offers = of("aws-lambda-x86", &all);
    assert_eq!(offers.last().map(|offer| offer.basis), Some(Basis::AtMost));
    assert!(of("gcp-functions-gen1", &all).iter().all(|offer| offer.basis != Basis::AtMost));
}

#[test]
fn plans_that_do_not_sell_cpu_by_memory_have_no_sizes() {
    for plan in
        ["azure-functions-consumption", "vercel-fluid-pro", "knative-self-hosted", "aws-lambda-x86-100ms"]
    {
        assert_eq!(of(plan, &measured(&DEFAULT)), [], "{plan}");
    }
}
