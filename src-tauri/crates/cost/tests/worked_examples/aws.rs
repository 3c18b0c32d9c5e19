//! AWS Lambda's pricing page and blog.

use coldframe_cost::{
    Book, Decimal, Dimension, FreeTier, InvocationUsage, Meter, Snapshots, Usage, Usd, Warm,
};

use crate::{amounts, bill, calls, counted, plan, total};

#[test]
fn mobile_backend() {
    let bill = bill("aws-lambda-x86", &calls(3_000_000, 120, 1536), FreeTier::Applied);
    assert_eq!(amounts(&bill), ["0.40", "2.33"]);
    assert_eq!(total(&bill), "2.73");
    assert_eq!(bill.lines[1].quantity, Decimal::from(140_000), "540,000 GB-s less the 400,000 that are free");
}

#[test]
fn telemetry() {
    let bill = bill("aws-lambda-x86", &calls(7_440_000, 2_000, 1024), FreeTier::Ignored);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["1.49".into(), "248.00".into()], "249.49".into()));
}

/// Example 2 of provisioned concurrency.
#[test]
fn cyber_monday() {
    let served = calls(2_000_000, 280, 4096).calls;
    let warm = Warm {
        instances: 7,
        seconds: 86_400,
        memory_mb: 4096,
        vcpu_milli: None,
        calls: served,
        active: Vec::new(),
    };
    let usage = Usage { warm: Some(warm), ..Usage::default() };
    let bill = bill("aws-lambda-x86", &usage, FreeTier::Applied);
    assert_eq!(amounts(&bill), ["0.00", "0.00", "0.40", "10.08", "21.78"], "nothing on demand, nothing free");
    assert_eq!(total(&bill), "32.26");
}

/// AWS prints 333.34 for 20,000,000 GB-s at 0.0000166667, which is 333.334: its total of 368.74 is a cent too much.
#[test]
fn tenant_isolation() {
    let environments = counted(Dimension::TenantEnvironments, 200_000);
    let usage = Usage { counted: environments, ..calls(10_000_000, 2_000, 1024) };
    let bill = bill("aws-lambda-x86", &usage, FreeTier::Ignored);
    assert_eq!(amounts(&bill), ["2.00", "333.33", "33.40"]);
    assert_eq!(total(&bill), "368.73");
}

#[test]
fn durable_functions_on_arm() {
    let retained = Decimal::new(72_80, 2);
    let extras = counted(Dimension::DurableOperations, 4_000_000)
        + counted(Dimension::DurableWritten, 104).with(Dimension::DurableRetained, retained);
    let usage = Usage { counted: extras, ..calls(2_000_000, 16_000, 1024) };
    let bill = bill("aws-lambda-arm64", &usage, FreeTier::Applied);
    assert_eq!(amounts(&bill), ["0.20", "421.34", "32.00", "26.00", "10.92"]);
    assert_eq!(total(&bill), "490.46");
}

/// AWS writes a million calls a day for 30 days, and charges 60 M requests without the free tier: 12.00. It prints one
/// decimal.
#[test]
fn event_source_mapping_kafka() {
    let usage = Usage { counted: counted(Dimension::KafkaPollers, 800), ..calls(30_000_000, 2_000, 1024) };
    let bill = bill("aws-lambda-x86", &usage, FreeTier::Applied);
    assert_eq!(bill.lines[1].quantity, Decimal::from(59_600_000));
    let requests = plan("aws-lambda-x86").rate(Dimension::Requests).expect("a rate").first();
    let total = requests * Decimal::from(60_000_000) + bill.lines[1].amount + bill.lines[2].amount;
    assert_eq!(total.0.round_dp(1).to_string(), "1153.3");
}

#[test]
fn event_source_mapping_queue() {
    let usage = Usage { counted: counted(Dimension::QueuePollers, 8_000), ..calls(30_000_000, 1_000, 1024) };
    let bill = bill("aws-lambda-x86", &usage, FreeTier::Ignored);
    assert_eq!(
        (amounts(&bill), total(&bill)),
        (vec!["6.00".into(), "500.00".into(), "74.00".into()], "580.00".into())
    );
}

#[test]
fn edge() {
    let bill = bill("aws-lambda-edge", &calls(10_000_000, 10, 128), FreeTier::Applied);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["6.00".into(), "0.63".into()], "6.63".into()));
}

/// 2,000 hours of m7g.xlarge at the 0.0457 of a savings plan, managed for 15 % of its 0.1632 on demand.
#[test]
fn managed_instances() {
    let book = Book::built_in();
    let plan = plan("aws-lambda-managed-instances");
    let Meter::Nodes(nodes) = &plan.meter else { panic!("it runs on machines") };
    let hours = Decimal::from(2_000);
    let list = nodes.machine(&book).expect("its node").run(hours, Decimal::ZERO);
    assert_eq!(list.total().to_string(), "326.40", "2,000 × 0.1632");
    let saved = Usd(Decimal::new(457, 4)) * hours;
    let fee = nodes.fee_line(hours, list.lines[0].unit_price).expect("it takes a fee");
    let requests = plan.month(plan.measure(&calls(100_000_000, 1, 128)), FreeTier::Applied);
    assert_eq!(
        (total(&requests), saved.to_string(), fee.amount.to_string()),
        ("20.00".into(), "91.4".into(), "48.96".into())
    );
    assert_eq!((requests.total() + saved + fee.amount).to_cents().to_string(), "160.36");
}

/// AWS Compute Blog on INIT billing: 250.06 ms of handler after 100.77 ms of init.
#[test]
fn init_is_billed_and_rounded_once() {
    let plan = plan("aws-lambda-x86");
    let usage = InvocationUsage { billed_init_us: 100_770, handler_us: 250_060, memory_mb: 128 };
    assert_eq!(plan.billed_ms(usage), 351);
    assert_eq!(plan.billed_ms(InvocationUsage { billed_init_us: 0, ..usage }), 251);
    let one_more = InvocationUsage { billed_init_us: 100_400, handler_us: 250_400, memory_mb: 128 };
    assert_eq!(plan.billed_ms(one_more), 351, "350.8, not 101 + 251");
}

/// The pricing page until December 2020.
#[test]
fn old_page_in_steps_of_100_ms() {
    let bill = bill("aws-lambda-x86-100ms", &calls(3_000_000, 1_000, 512), FreeTier::Applied);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["0.40".into(), "18.34".into()], "18.74".into()));
    let usage = InvocationUsage { billed_init_us: 900_000, handler_us: 100_001, memory_mb: 512 };
    assert_eq!(plan("aws-lambda-x86-100ms").billed_ms(usage), 200, "and init cost nothing");
}

#[test]
fn one_invocation_has_its_unrounded_list_price() {
    let usage = InvocationUsage { billed_init_us: 0, handler_us: 35_500, memory_mb: 1024 };
    let price = |id| plan(id).price_invocation(usage).to_string();
    assert_eq!(price("aws-lambda-x86"), "0.0000008000012", "0.0000002 + 36 ms of 1 GB at 0.0000166667");
    assert_eq!(price("aws-lambda-arm64"), "0.0000006800024");
    let nothing = InvocationUsage { billed_init_us: 0, handler_us: 0, memory_mb: 128 };
    assert_eq!(plan("aws-lambda-x86").billed_ms(nothing), 1, "1 ms at least");
}

/// By hand from the price list; no published example has them.
#[test]
fn storage_streams_and_snapshots() {
    let snapshots = Snapshots { memory_mb: 2048, seconds: 60, restores: 1_000 };
    let usage = Usage {
        ephemeral_mb: 1536,
        snapshots: Some(snapshots),
        counted: counted(Dimension::Stream, 250),
        ..calls(1_000_000, 1_000, 1024)
    };
    let bill = bill("aws-lambda-x86", &usage, FreeTier::Applied);
    let lines: Vec<_> = bill
        .lines
        .iter()
        .map(|line| (line.item.as_str(), line.quantity.normalize().to_string(), line.amount.to_string()))
        .collect();
    let line = |item, quantity: &str, amount: &str| (item, quantity.to_owned(), amount.to_owned());
    assert_eq!(
        lines,
        [
            line("requests", "0", "0.00"),
            line("compute", "600000", "10.00"),
            line("ephemeral storage", "1000000", "0.03"),
            line("snapshots kept", "21600", "0.03"),
            line("snapshots restored", "2000", "0.28"),
            line("responses streamed", "150", "1.20"),
        ],
        "1 GB beyond 512 MB; a snapshot of 2 GB for three hours at least; 100 GB of streams are free"
    );
}
