//! Azure Functions, Consumption: Microsoft's pages, and Infracost's golden file.

use coldframe_cost::{Decimal, Dimension, FreeTier, Usage};

use crate::{amounts, bill, calls, plan, total};

#[test]
fn three_million_of_512_mb() {
    let bill = bill("azure-functions-consumption", &calls(3_000_000, 1_000, 512), FreeTier::Applied);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["0.40".into(), "17.60".into()], "18.00".into()));
}

fn gb_seconds(usage: &Usage) -> String {
    plan("azure-functions-consumption").measure(usage).of(Dimension::Memory).normalize().to_string()
}

#[test]
fn minimum_and_memory_steps() {
    assert_eq!(gb_seconds(&calls(1, 1, 1)), "0.0125", "128 MB for 100 ms at least");
    assert_eq!(gb_seconds(&calls(4, 1_000, 160)), "1", "160 MB are billed as 256");
    let mut held = calls(4, 1_000, 1_536);
    held.calls[0].observed_mb = Some(160);
    assert_eq!(gb_seconds(&held), "1", "what was held, not what is configured");
}

/// 1,110,000,000 MB-ms of the metric are 1083.98 GB-s.
#[test]
fn metric() {
    let gb_s: Decimal = gb_seconds(&calls(1_110_000_000 / 128 / 100, 100, 128)).parse().expect("a number");
    // 86,718.75 executions of the smallest kind; three quarters of one are left over.
    assert_eq!((gb_s + Decimal::new(75, 2) * Decimal::new(125, 4)).round_dp(2).to_string(), "1083.98");
}

#[test]
fn infracost_minimum() {
    let bill = bill("azure-functions-consumption", &calls(3_000_000, 50, 10), FreeTier::Ignored);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["0.60".into(), "0.60".into()], "1.20".into()));
}

/// By hand: an active period counts for a second at least, in steps of 100 ms, at the size of the instance.
#[test]
fn flex_rounds_active_periods() {
    let plan = plan("azure-functions-flex");
    let memory = |ms, mb| plan.measure(&calls(1, ms, mb)).of(Dimension::Memory).normalize().to_string();
    assert_eq!(
        (memory(20, 512), memory(1_001, 512), memory(20, 700)),
        ("0.5".into(), "0.55".into(), "2".into())
    );
}

/// By hand: whole seconds, half a vCPU with each GB.
#[test]
fn container_apps_go_by_replicas() {
    let metered = plan("azure-container-apps").measure(&calls(10, 1_500, 1_000));
    let of = |dimension| metered.of(dimension).normalize().to_string();
    assert_eq!((of(Dimension::Vcpu), of(Dimension::Memory)), ("10".into(), "20".into()));
}
