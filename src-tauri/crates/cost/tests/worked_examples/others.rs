//! IBM, Vercel, Cloudflare.

use coldframe_cost::{Dimension, FreeTier, InvocationUsage, Period, Usage};

use crate::{amounts, bill, calls, plan, total};

/// 600 calls of 6 s with 0.5 vCPU and 2 GB are half a vCPU-hour and two GB-hours.
#[test]
fn code_engine_function() {
    let metered = plan("ibm-code-engine-function").measure(&calls(600, 6_000, 2_048));
    let of = |dimension| metered.of(dimension).normalize().to_string();
    assert_eq!((of(Dimension::Vcpu), of(Dimension::Memory)), ("1800".into(), "7200".into()));
}

/// IBM's app of 1 vCPU and 4 GB for 30 days with 5 M calls: 85.50 + 36.20 + 2.64 = 124.34.
#[test]
fn code_engine_app() {
    let month_ms = 2_592_000_000;
    let alive =
        Period { ms: month_ms, init_ms: month_ms, memory_mb: 4_096, vcpu_milli: Some(1000), count: 1 };
    let usage = Usage { active: vec![alive], ..calls(5_000_000, 1, 4_096) };
    let bill = bill("ibm-code-engine-app", &usage, FreeTier::Applied);
    assert_eq!(
        (amounts(&bill), total(&bill)),
        (vec!["2.64".into(), "85.50".into(), "36.20".into()], "124.34".into())
    );
}

#[test]
fn openwhisk_counts_in_steps_of_100_ms_and_takes_nothing_for_requests() {
    let bill = bill("ibm-cloud-functions", &calls(10_000_000, 101, 256), FreeTier::Applied);
    assert_eq!(bill.lines[1].quantity.normalize().to_string(), "100000", "500,000 GB-s less 400,000");
    assert_eq!(amounts(&bill), ["0.00", "1.70"]);
}

#[test]
fn vercel_invocations() {
    let bill = bill("vercel-fluid-pro", &calls(1_500_000, 0, 2_048), FreeTier::Applied);
    assert_eq!(
        (bill.lines[0].item.as_str(), bill.lines[0].amount.to_string()),
        ("invocations", "0.30".to_owned())
    );
    assert_eq!(total(&bill), "20.00", "the subscription pays for that and more");
}

/// An hour of full CPU in 2 GB: about 0.149.
#[test]
fn vercel_full_cpu_hour() {
    let usage = Usage { cpu_us: 3_600_000_000, ..calls(1, 3_600_000, 2_048) };
    let bill = bill("vercel-fluid-pro", &usage, FreeTier::Applied);
    let hour = bill.lines[1].exact + bill.lines[2].exact;
    assert_eq!(
        (bill.lines[1].unit, bill.lines[2].unit, hour.to_string().as_str()),
        ("CPU-h", "GB-h", "0.1492")
    );
}

#[test]
fn vercel_takes_more_than_the_subscription_when_it_is_used_up() {
    let usage = Usage { cpu_us: 3_600_000_000 * 1_000, ..calls(0, 0, 2_048) };
    assert_eq!(total(&bill("vercel-fluid-pro", &usage, FreeTier::Applied)), "128.00");
}

fn workers(requests: u64, cpu_ms: u64) -> (Vec<String>, String) {
    let usage = Usage { cpu_us: u128::from(requests * cpu_ms) * 1000, ..calls(requests, cpu_ms, 128) };
    let bill = bill("cloudflare-workers-paid", &usage, FreeTier::Applied);
    (amounts(&bill), total(&bill))
}

/// Examples 1 to 3. The requests for static files of example 2 are not billed and not counted.
#[test]
fn cloudflare() {
    assert_eq!(workers(15_000_000, 7), (vec!["1.50".into(), "1.50".into(), "5.00".into()], "8.00".into()));
    assert_eq!(workers(3_000_000, 7).1, "5.00");
    assert_eq!(workers(720, 180_000), (vec!["0.00".into(), "1.99".into(), "5.00".into()], "6.99".into()));
}

#[test]
fn waiting_costs_a_worker_nothing() {
    let busy = Usage { cpu_us: 7_000, ..calls(1, 7, 128) };
    let waiting = Usage { cpu_us: 7_000, ..calls(1, 60_000, 128) };
    let price = |usage| bill("cloudflare-workers-paid", usage, FreeTier::Ignored).exact();
    assert_eq!(price(&busy), price(&waiting));
    let one = InvocationUsage { billed_init_us: 0, handler_us: 1, memory_mb: 128 };
    assert_eq!(plan("cloudflare-workers-paid").price_invocation(one).to_string(), "0.0000003");
}
