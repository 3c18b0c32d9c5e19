//! The price book: the one that is built in is whole, and one with a mistake is refused with file and line.

use coldframe_cost::{Book, Confidence, Decimal};

const BOOK: &str = r#"schema = 1
compiled = "2026-11-20"
currency = "USD"
hours_per_month = 730

[[source]]
id = "page"
title = "A page"
url = "https://example.org"
date = "2026-11-20"

[[plan]]
id = "plan"
title = "Plan"
provider = "aws"
region = "us-east-1"
architecture = "arm64"
source = "page"
meter = "per-invocation"
[plan.billing]
granularity_ms = { value = 100, confidence = "verified" }
minimum_ms = { value = 100, confidence = "memory" }
init_billed = { value = false, confidence = "verified" }
memory = { value = "configured", confidence = "verified" }
[[plan.request]]
from = 0
usd = "0.0000002"
confidence = "verified"
[[plan.gb_second]]
from = 0
up_to = 10
usd = "0.2"
confidence = "verified"
[[plan.gb_second]]
from = 10
usd = "0.1"
confidence = "api"

[[machine]]
id = "machine"
title = "Machine"
kind = "vm"
provider = "aws"
region = "us-east-1"
architecture = "arm64"
source = "page"
memory_mb = 512
vcpu = { value = "1", confidence = "verified" }
[machine.price]
hour = { usd = "0.01", confidence = "verified" }
"#;

/// The error a book gives after one piece of it was replaced.
fn mistake(from: &str, to: &str) -> String {
    assert!(BOOK.contains(from), "the piece to replace is in the book");
    let error = Book::parse("mine.toml", &BOOK.replacen(from, to, 1)).expect_err("a mistake is refused");
    error.to_string()
}

#[test]
fn the_built_in_book_has_two_plans_and_three_machines() {
    let book = Book::built_in();
    let ids: Vec<_> = book.plans.iter().map(|plan| plan.id.as_str()).collect();
    assert_eq!(ids, ["aws-lambda-x86", "aws-lambda-arm64"]);
    assert_eq!(book.machines.len(), 3);
    assert!(book.plans.iter().all(|plan| plan.confidence() == Confidence::Verified));
    for machine in &book.machines {
        assert!(!machine.price_confidence().is_unverified(), "{}: no price is from memory", machine.id);
    }
    let burstable = book.machine("aws-ec2-t4g-small").expect("a built-in machine");
    assert!(
        burstable.capacity_confidence().is_unverified(),
        "its baseline was not seen in any source, and it says so"
    );
}

#[test]
fn a_figure_has_its_own_source_or_its_plans() {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-arm64").expect("a built-in plan");
    let sources: Vec<_> = plan.gb_second.tiers.iter().map(|tier| tier.usd.source.id.as_str()).collect();
    assert_eq!(sources, ["aws-lambda", "infracost-lambda", "infracost-lambda"]);
}

#[test]
fn a_book_is_read() {
    let book = Book::parse("mine.toml", BOOK).expect("a valid book");
    let plan = book.plan("plan").expect("its plan");
    assert_eq!(plan.billing.granularity_ms.value, 100);
    assert_eq!(plan.confidence(), Confidence::Memory, "as sure as its least sure figure");
    let machine = book.machine("machine").expect("its machine");
    assert_eq!(machine.sustained_vcpu.value, Decimal::ONE, "all of it unless said otherwise");
}

#[test]
fn tiers_with_a_gap_or_an_overlap_are_refused() {
    assert_eq!(
        mistake("from = 10", "from = 11"),
        "mine.toml:35: gb_second: gap in the tiers, nothing from 10 to 11"
    );
    assert_eq!(mistake("from = 10", "from = 9"), "mine.toml:35: gb_second: tiers overlap from 9 to 10");
    assert_eq!(mistake("up_to = 10\n", ""), "mine.toml:34: gb_second: a tier without up_to must be the last");
    assert_eq!(
        mistake("from = 10\n", "from = 10\nup_to = 20\n"),
        "mine.toml:36: gb_second: no tier from 20 upwards"
    );
    assert_eq!(mistake("up_to = 10", "up_to = 0"), "mine.toml:31: gb_second: up_to 0 is not above from 0");
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    assert_eq!(mistake("usd = \"0.2\"", "usd = \"-0.2\""), "mine.toml:32: a price cannot be negative: -0.2");
    assert_eq!(mistake("value = 100,", "value = 0,"), "mine.toml:21: 0 must be more than 0");
    assert_eq!(
        mistake("source = \"page\"", "source = \"pgae\""),
        "mine.toml:18: no [[source]] has the id \"pgae\""
    );
    assert_eq!(
        mistake("\"2026-11-20\"", "\"yesterday\""),
        "mine.toml:2: \"yesterday\" is not a date like 2026-11-20"
    );
    assert_eq!(mistake("schema = 1", "schema = 2"), "mine.toml:1: schema 2 is not 1");
    assert_eq!(
        mistake("id = \"machine\"", "id = \"plan\""),
        "mine.toml:40: there is already a plan or machine \"plan\""
    );
    assert_eq!(
        mistake("hour = {", "month = { usd = \"1\", confidence = \"api\" }\nhour = {"),
        "mine.toml:49: a price is either hour, or month, or vcpu_second with gb_second"
    );
}

#[test]
fn what_is_not_understood_is_refused_with_its_line() {
    assert!(
        mistake("usd = \"0.2\"", "usd = 0.2").starts_with("mine.toml:32: "),
        "money is text, never a float"
    );
    assert!(
        mistake("granularity_ms", "granularty_ms").starts_with("mine.toml:21: unknown field `granularty_ms`")
    );
    assert!(
        mistake("\"per-invocation\"", "\"per-day\"").starts_with("mine.toml:19: unknown variant `per-day`")
    );
    assert!(mistake("\"memory\"", "\"surely\"").starts_with("mine.toml:22: unknown variant `surely`"));
    assert!(mistake("schema = 1", "schema = ").starts_with("mine.toml:1: "));
}
