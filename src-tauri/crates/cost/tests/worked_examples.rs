//! The providers' own worked examples, to the cent. Every total is one they publish.

use coldframe_cost::{
    Bill, Bin, Book, Decimal, FreeTier, InvocationUsage, MachinePrice, billed_ms, price_invocation,
};

fn bill(plan: &str, requests: u64, duration_ms: u64, memory_mb: u32, free_tier: FreeTier) -> Bill {
    let book = Book::built_in();
    let plan = book.plan(plan).expect("a built-in plan");
    let bin = Bin { handler_ms: duration_ms, init_handler_ms: duration_ms, memory_mb, count: requests };
    plan.month(plan.meter([bin]), free_tier)
}

fn amounts(bill: &Bill) -> Vec<String> {
    bill.lines.iter().map(|line| line.amount.to_string()).collect()
}

/// AWS Lambda pricing page, example 1 (mobile application backend).
#[test]
fn lambda_mobile_backend() {
    let bill = bill("aws-lambda-x86", 3_000_000, 120, 1536, FreeTier::Applied);
    assert_eq!(amounts(&bill), ["0.40", "2.33"]);
    assert_eq!(bill.total().to_string(), "2.73");
    assert_eq!(bill.lines[1].quantity, Decimal::from(140_000), "540,000 GB-s less the 400,000 that are free");
}

/// AWS Lambda pricing page, example 2 (telemetry).
#[test]
fn lambda_telemetry() {
    let bill = bill("aws-lambda-x86", 7_440_000, 2_000, 1024, FreeTier::Ignored);
    assert_eq!(amounts(&bill), ["1.49", "248.00"]);
    assert_eq!(bill.total().to_string(), "249.49");
}

/// AWS Lambda pricing page, event source mapping with SQS: its Lambda lines.
#[test]
fn lambda_behind_a_queue() {
    let bill = bill("aws-lambda-x86", 30_000_000, 1_000, 1024, FreeTier::Ignored);
    assert_eq!(amounts(&bill), ["6.00", "500.00"]);
}

/// AWS Lambda pricing page, event source mapping with Kafka: its Lambda lines (AWS prints 993.3).
#[test]
fn lambda_behind_kafka() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-x86").expect("a built-in plan");
    let bin = Bin { handler_ms: 2_000, init_handler_ms: 2_000, memory_mb: 1024, count: 30_000_000 };
    let bill = plan.month(plan.meter([bin]), FreeTier::Applied);
    assert_eq!(bill.lines[1].quantity, Decimal::from(59_600_000));
    assert_eq!(bill.lines[1].exact.0.round_dp(1).to_string(), "993.3");
}

/// AWS Lambda pricing page, durable functions on arm64: its compute and request lines.
#[test]
fn lambda_arm() {
    let bill = bill("aws-lambda-arm64", 2_000_000, 16_000, 1024, FreeTier::Applied);
    assert_eq!(amounts(&bill), ["0.20", "421.34"]);
}

/// AWS Compute Blog on INIT billing: 250.06 ms of handler after 100.77 ms of init.
#[test]
fn init_is_billed_and_rounded_once() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-x86").expect("a built-in plan");
    let usage = InvocationUsage { billed_init_us: 100_770, handler_us: 250_060, memory_mb: 128 };
    assert_eq!(billed_ms(plan, usage), 351);
    assert_eq!(billed_ms(plan, InvocationUsage { billed_init_us: 0, ..usage }), 251);
    let one_more = InvocationUsage { billed_init_us: 100_400, handler_us: 250_400, memory_mb: 128 };
    assert_eq!(billed_ms(plan, one_more), 351, "350.8, not 101 + 251");
}

#[test]
fn one_invocation_has_its_unrounded_list_price() {
    let book = Book::built_in();
    let usage = InvocationUsage { billed_init_us: 0, handler_us: 35_500, memory_mb: 1024 };
    let price = |plan| price_invocation(book.plan(plan).expect("a built-in plan"), usage).to_string();
    assert_eq!(price("aws-lambda-x86"), "0.0000008000012", "0.0000002 + 36 ms of 1 GB at 0.0000166667");
    assert_eq!(price("aws-lambda-arm64"), "0.0000006800024");
    let nothing = InvocationUsage { billed_init_us: 0, handler_us: 0, memory_mb: 128 };
    assert_eq!(billed_ms(book.plan("aws-lambda-x86").expect("a built-in plan"), nothing), 1, "1 ms at least");
}

/// AWS Fargate pricing page: 0.25 vCPU and 0.5 GB for a month of 730 hours, and its example 1's rates
/// (5 tasks × 10 minutes × 30 days of 1 vCPU and 2 GB: 1.01 + 0.22).
#[test]
fn fargate() {
    let book = Book::built_in();
    let machine = book.machine("aws-fargate-x86-025-05").expect("a built-in machine");
    let bill = machine.month(1, book.hours_per_month);
    assert_eq!(amounts(&bill), ["7.39", "1.62"]);
    assert_eq!(bill.total().to_string(), "9.01");
    let MachinePrice::Parts { vcpu_second, gb_second } = &machine.price else {
        panic!("priced by its parts")
    };
    assert_eq!((vcpu_second.value * Decimal::from(90_000)).to_cents().to_string(), "1.01");
    assert_eq!((gb_second.value * Decimal::from(180_000)).to_cents().to_string(), "0.22");
}

#[test]
fn machines_by_hour_and_by_month() {
    let book = Book::built_in();
    let month = |id: &str, count| {
        book.machine(id).expect("a built-in machine").month(count, book.hours_per_month).total().to_string()
    };
    assert_eq!(month("aws-ec2-t4g-small", 1), "12.26");
    assert_eq!(month("aws-ec2-t4g-small", 2), "24.53");
    assert_eq!(month("aws-lightsail-1", 1), "7.00");
}
