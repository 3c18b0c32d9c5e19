//! Cloud Run's pricing page, and the examples of Cloud Functions 1st gen.

use coldframe_cost::{Book, Decimal, Dimension, Figure, FreeTier, Period, Plan, Usage};

use crate::{amounts, bill, calls, counted, plan, total};

/// With a committed use discount, as a person's own book would have it.
fn committed(id: &str, factor: Decimal) -> Plan {
    let plan = plan(id);
    let source = plan.source.clone();
    let discount = Figure { value: factor, confidence: coldframe_cost::Confidence::Verified, source };
    Plan { discount: Some(discount), ..plan }
}

/// Example 2, 17 % discount: 86.49 where vCPU and memory have no free tier. After it Google prints 81.72: that is 4.32
/// less for vCPU and 0.45 for memory, and so 180,000 GiB-s at list price, where the price list has 360,000. With those
/// it is 81.27.
#[test]
fn cloud_run_single_concurrency() {
    let mut plan = committed("gcp-cloud-run-request", Decimal::new(83, 2));
    let metered = plan.measure(&calls(10_000_000, 400, 512));
    assert_eq!(metered.of(Dimension::Vcpu), Decimal::from(4_000_000), "1 vCPU unless chosen");
    assert_eq!(total(&plan.month(metered, FreeTier::Applied)), "81.27");
    let [_, vcpu, memory, ..] = &mut plan.rates[..] else { panic!("requests, CPU, memory") };
    (vcpu.free, memory.free) = (None, None);
    let bill = plan.month(metered, FreeTier::Applied);
    assert_eq!(
        (amounts(&bill), total(&bill)),
        (vec!["2.66".into(), "79.68".into(), "4.15".into()], "86.49".into())
    );
}

/// Example 5: 730 runs of a minute, at 54 % of the list price.
#[test]
fn cloud_run_job() {
    let life = Period { ms: 60_000, init_ms: 60_000, memory_mb: 512, vcpu_milli: Some(1000), count: 730 };
    let usage = Usage { lives: vec![life], ..Usage::default() };
    let plan = committed("gcp-cloud-run-instance", Decimal::new(54, 2));
    let metered = plan.measure(&usage);
    assert_eq!(total(&plan.month(metered, FreeTier::Ignored)), "0.45");
    assert_eq!(total(&plan.month(metered, FreeTier::Applied)), "0.00");
    assert_eq!(total(&bill("gcp-cloud-run-instance", &usage, FreeTier::Ignored)), "0.83", "at list price");
}

/// Example 6, at 54 %: Google prints 16.83 and, less 5.22 that are free, 11.61. It adds without rounding its lines, and
/// pays for CPU with what is left of the free memory. Ours are rounded line by line, each with its own allowance.
#[test]
fn worker_pool() {
    let month_ms = 2_628_000_000;
    let life = Period { ms: month_ms, init_ms: month_ms, memory_mb: 512, vcpu_milli: Some(1000), count: 1 };
    let plan = committed("gcp-cloud-run-worker-pool", Decimal::new(54, 2));
    let metered = plan.measure(&Usage { lives: vec![life], ..Usage::default() });
    let list = plan.month(metered, FreeTier::Ignored);
    assert_eq!(list.exact().to_cents().to_string(), "16.83");
    let free = |of| {
        let rate = plan.rate(of).expect("a rate");
        rate.first() * rate.free.as_ref().expect("a free tier").value
    };
    let all_free = free(Dimension::Vcpu) + free(Dimension::Memory);
    assert_eq!(all_free.to_cents().to_string(), "5.22");
    assert_eq!((list.exact() - all_free).to_cents().to_string(), "11.61");
    assert_eq!((amounts(&list), total(&list)), (vec!["15.96".into(), "0.88".into()], "16.84".into()));
    assert_eq!(total(&plan.month(metered, FreeTier::Applied)), "11.64", "0.02 of free memory are left over");
}

#[test]
fn free_tiers_taken_off_as_money_buy_more_where_it_is_cheaper() {
    let plan = committed("gcp-cloud-run-request", Decimal::new(5, 1));
    let bill = plan.month(plan.measure(&calls(1_000_000, 400, 512)), FreeTier::Applied);
    let cpu = bill.lines.iter().find(|line| line.item == "CPU").expect("a line");
    assert_eq!((cpu.free.normalize().to_string(), cpu.amount.to_string()), ("360000".into(), "0.48".into()));
}

#[test]
fn functions_simple() {
    let bill = bill("gcp-functions-gen1", &calls(10_000_000, 300, 128), FreeTier::Applied);
    assert_eq!(
        (amounts(&bill), total(&bill)),
        (vec!["3.20".into(), "0.00".into(), "4.00".into()], "7.20".into())
    );
    assert_eq!(bill.lines[1].free, Decimal::from(375_000));
}

/// 5 KB out for each of 50 M calls.
#[test]
fn functions_medium() {
    let egress_gb = Decimal::from(50_000_000_u64 * 5) / Decimal::from(1_048_576);
    let egress = counted(Dimension::Egress, 0).with(Dimension::Egress, egress_gb);
    let usage = Usage { counted: egress, ..calls(50_000_000, 500, 256) };
    let bill = bill("gcp-functions-gen1", &usage, FreeTier::Applied);
    assert_eq!(amounts(&bill), ["19.20", "14.63", "98.00", "28.01"]);
    assert_eq!(total(&bill), "159.84");
}

#[test]
fn memory_between_two_sizes_is_billed_as_the_larger_and_time_in_steps() {
    let plan = plan("gcp-functions-gen1");
    let metered = plan.measure(&calls(1, 260, 300));
    assert_eq!(metered, plan.measure(&calls(1, 300, 512)));
    // Google's table: 0.000000925 per 100 ms of 512 MB.
    let usage = coldframe_cost::InvocationUsage { billed_init_us: 0, handler_us: 1, memory_mb: 512 };
    let request = plan.rate(Dimension::Requests).expect("a rate").first();
    assert_eq!((plan.price_invocation(usage) - request).to_string(), "0.000000925");
}

#[test]
fn minimum_instances_are_billed_while_idle_and_in_use_like_any_other() {
    let served = calls(1_000, 1_000, 512).calls;
    let warm = coldframe_cost::Warm {
        instances: 2,
        seconds: 3_600,
        memory_mb: 512,
        vcpu_milli: Some(1000),
        calls: served,
        active: Vec::new(),
    };
    let metered = plan("gcp-cloud-run-request").measure(&Usage { warm: Some(warm), ..Usage::default() });
    let of = |dimension| metered.of(dimension).normalize().to_string();
    assert_eq!(
        (of(Dimension::Requests), of(Dimension::Vcpu), of(Dimension::Memory)),
        ("1000".into(), "1000".into(), "500".into())
    );
    assert_eq!(
        (of(Dimension::WarmVcpu), of(Dimension::WarmMemory)),
        ("6200".into(), "3100".into()),
        "7,200 s less 1,000"
    );
    assert!(
        Book::built_in().plans.iter().all(|plan| plan.measure(&Usage::default()).used().next().is_none())
    );
}
