//! How plans scale, as the price book has it: every plan has a rule, a figure that is no fact says so, and a person's
//! own book may know better.

use coldframe_cost::{Beyond, Book, Burst, Rule};

const OWN: &str = r#"schema = 1
compiled = "2026-11-21"
currency = "USD"

[[source]]
id = "measured"
title = "Our own measurement"
url = "https://example.org"
date = "2026-11-21"

[[plan]]
id = "ours"
based_on = "aws-lambda-arm64"
source = "measured"
[plan.scaling]
idle_s = { value = 420, confidence = "observed" }
concurrency = { value = 1, confidence = "verified" }
account = { value = 50, confidence = "verified" }
"#;

/// The error a book gives after one piece of it was replaced.
fn mistake(from: &str, to: &str) -> String {
    assert!(OWN.contains(from), "the piece to replace is in the book");
    let error = Book::built_in().overlaid("mine.toml", &OWN.replacen(from, to, 1));
    error.expect_err("a mistake is refused").to_string()
}

#[test]
fn every_plan_says_how_it_scales() {
    let book = Book::built_in();
    for plan in &book.plans {
        assert!(plan.scaling.is_some(), "{}", plan.id);
        assert!(plan.rule().concurrency >= 1 && plan.rule().idle_us >= 60_000_000, "{}", plan.id);
        assert!(plan.rule_says().len() >= 2, "{}", plan.id);
    }
    let lambda = book.plan("aws-lambda-x86").expect("a built-in plan");
    let rule = Rule {
        idle_us: 360_000_000,
        account: Some(1_000),
        burst: Some(Burst { instances: 1_000, per_us: 10_000_000 }),
        ..Rule::default()
    };
    assert_eq!(lambda.rule(), rule);
    let run = book.plan("gcp-cloud-run-request").expect("a built-in plan").rule();
    assert_eq!((run.concurrency, run.limit), (80, Some(100)));
    assert_eq!(run.beyond, Beyond::Queue { most: u64::MAX, longest_us: 10_000_000 });
}

#[test]
fn what_is_observed_or_not_verified_is_said_with_its_source() {
    let book = Book::built_in();
    let said = |id: &str| book.plan(id).expect("a built-in plan").rule_says().join("\n");
    assert!(
        said("aws-lambda-x86").contains("360 s, observed (Mikhail Shilkov"),
        "{}",
        said("aws-lambda-x86")
    );
    assert!(said("vercel-fluid-pro").contains("300 s, not verified ("), "{}", said("vercel-fluid-pro"));
}

#[test]
fn a_persons_own_book_may_know_better() {
    let book = Book::built_in().overlaid("mine.toml", OWN).expect("a valid book");
    let ours = book.plan("ours").expect("their own");
    let rule = Rule { idle_us: 420_000_000, account: Some(50), ..Rule::default() };
    assert_eq!(ours.rule(), rule, "the whole rule is theirs");
    assert!(ours.rule_says().iter().any(|sentence| sentence.contains("Our own measurement")));
    let without = OWN.split("[plan.scaling]").next().expect("a first part");
    let book = Book::built_in().overlaid("mine.toml", without).expect("a valid book");
    let lambda = book.plan("aws-lambda-arm64").expect("a built-in plan").rule();
    assert_eq!(book.plan("ours").expect("their own").rule(), lambda, "else that of the plan it is based on");
}

#[test]
fn rules_that_make_no_sense_are_refused_with_their_line() {
    let idle = "idle_s = { value = 420, confidence = \"observed\" }";
    for (from, to, said) in [
        ("value = 50", "value = 0", "mine.toml:18: 0 must be more than 0"),
        ("concurrency = { value = 1,", "concurrency = { value = 0,", "mine.toml:17: 0 must be more than 0"),
        ("value = 420", "value = 99999999", "mine.toml:16: 99999999 s is more than a month"),
        (idle, "", "missing field `idle_s`"),
        ("account", "acount", "unknown field `acount`"),
        ("account", "burst", "burst and burst_s are given together"),
    ] {
        let error = mistake(from, to);
        assert!(error.contains(said), "{error}");
    }
}
