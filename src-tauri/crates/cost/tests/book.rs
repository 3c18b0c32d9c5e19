//! The price book: the one that is built in is whole, and one with a mistake is refused with file and line.

use coldframe_cost::{Book, Confidence, Decimal, Dimension, InvocationUsage};

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
size = { min_mb = 128, max_mb = 1024, confidence = "verified" }
[plan.meter]
kind = "per-invocation"
granularity_ms = { value = 100, confidence = "verified" }
minimum_ms = { value = 100, confidence = "memory" }
init_billed = { value = false, confidence = "verified" }
[[plan.rate]]
of = "requests"
item = "requests"
unit = "requests"
tiers = [{ from = 0, usd = "0.0000002", confidence = "verified" }]
[[plan.rate]]
of = "memory"
item = "compute"
unit = "GB-s"
free = { value = 5, confidence = "verified" }
tiers = [
  { from = 0, up_to = 10, usd = "0.2", confidence = "verified" },
  { from = 10, usd = "0.1", confidence = "api" },
]

[[machine]]
id = "machine"
title = "Machine"
kind = "vm"
provider = "aws"
region = "us-east-1"
architecture = "arm64"
source = "page"
memory_mb = { value = 512, confidence = "verified" }
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
fn the_built_in_book_is_whole() {
    let book = Book::built_in();
    let ids: Vec<_> = book.plans.iter().map(|plan| plan.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "aws-lambda-x86",
            "aws-lambda-arm64",
            "aws-lambda-x86-100ms",
            "aws-lambda-edge",
            "aws-lambda-managed-instances",
            "gcp-cloud-run-request",
            "gcp-cloud-run-instance",
            "gcp-cloud-run-worker-pool",
            "gcp-functions-gen1",
            "azure-functions-consumption",
            "azure-functions-flex",
            "azure-container-apps",
            "ibm-code-engine-function",
            "ibm-code-engine-app",
            "ibm-cloud-functions",
            "vercel-fluid-pro",
            "cloudflare-workers-paid",
            "knative-self-hosted",
            "openfaas-self-hosted",
        ]
    );
    assert_eq!((book.machines.len(), book.addons.len()), (47, 3));
    for id in ["aws-lambda-x86", "aws-lambda-arm64", "gcp-cloud-run-request"] {
        let plan = book.plan(id).expect("a built-in plan");
        assert_eq!(plan.confidence(), Confidence::Verified, "{id}");
        let warm = "kept ready: granularity";
        assert!(plan.unverified().iter().all(|name| name == warm), "{id}: {:?}", plan.unverified());
    }
    let burstable = book.machine("aws-ec2-t4g-small").expect("a built-in machine");
    assert!(
        burstable.capacity_confidence().is_unverified(),
        "its baseline was not seen in any source, and it says so"
    );
    let recalled = book.machine("azure-app-service-b1-linux").expect("a built-in machine");
    assert!(recalled.memory_mb.confidence.is_unverified(), "how much memory it has was not seen either");
    assert!(recalled.capacity_confidence().is_unverified());
    let azure = book.plan("azure-functions-consumption").expect("a built-in plan");
    assert_eq!(azure.unverified(), ["init billed"], "an inference is not shown as a fact");
}

#[test]
fn a_figure_has_its_own_source_or_its_plans() {
    let book = Book::built_in();
    let compute = book.plan("aws-lambda-arm64").and_then(|plan| plan.rate(Dimension::Memory));
    let tiers = &compute.expect("a built-in rate").tiers;
    let sources: Vec<_> = tiers.iter().map(|tier| tier.usd.source.id.as_str()).collect();
    assert_eq!(sources, ["aws-lambda", "infracost-lambda", "infracost-lambda"]);
}

#[test]
fn a_book_is_read() {
    let book = Book::parse("mine.toml", BOOK).expect("a valid book");
    let plan = book.plan("plan").expect("its plan");
    let usage = InvocationUsage { billed_init_us: 5_000, handler_us: 1, memory_mb: 512 };
    assert_eq!(plan.billed_ms(usage), 100);
    assert_eq!(plan.confidence(), Confidence::Memory, "as sure as its least sure figure");
    assert_eq!(plan.unverified(), ["minimum"]);
    let machine = book.machine("machine").expect("its machine");
    assert_eq!(machine.sustained_vcpu.value, Decimal::ONE, "all of it unless said otherwise");
}

#[test]
fn tiers_with_a_gap_or_an_overlap_are_refused() {
    assert_eq!(
        mistake("from = 10", "from = 11"),
        "mine.toml:37: compute: gap in the tiers, nothing from 10 to 11"
    );
    assert_eq!(mistake("from = 10", "from = 9"), "mine.toml:37: compute: tiers overlap from 9 to 10");
    assert_eq!(mistake("up_to = 10, ", ""), "mine.toml:37: compute: a tier without up_to must be the last");
    assert_eq!(
        mistake("from = 10,", "from = 10, up_to = 20,"),
        "mine.toml:37: compute: no tier from 20 upwards"
    );
    assert_eq!(mistake("up_to = 10", "up_to = 0"), "mine.toml:36: compute: up_to 0 is not above from 0");
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    assert_eq!(mistake("usd = \"0.2\"", "usd = \"-0.2\""), "mine.toml:36: a price cannot be negative: -0.2");
    assert_eq!(mistake("value = 100,", "value = 0,"), "mine.toml:22: 0 must be more than 0");
    assert_eq!(
        mistake("source = \"page\"", "source = \"pgae\""),
        "mine.toml:18: no [[source]] has the id \"pgae\""
    );
    assert_eq!(
        mistake("\"2026-11-20\"", "\"yesterday\""),
        "mine.toml:2: \"yesterday\" is not a date like 2026-11-20"
    );
    assert_eq!(
        mistake("schema = 1", "schema = 2"),
        "mine.toml:1: this version reads price books of schema 1, not 2: write `schema = 1`"
    );
    assert_eq!(
        mistake("\"2026-11-20\"", "\"2026-13-41\""),
        "mine.toml:2: \"2026-13-41\" is not a date like 2026-11-20"
    );
    assert_eq!(
        mistake("id = \"machine\"", "id = \"plan\""),
        "mine.toml:41: there is already a plan or machine \"plan\""
    );
    assert_eq!(
        mistake("hour = {", "gb_second = { usd = \"1\", confidence = \"api\" }\nhour = {"),
        "mine.toml:50: a price is hour, or month, or hour with month as its cap, or vcpu_second with gb_second"
    );
    assert_eq!(
        mistake("unit = \"GB-s\"", "unit = \"vCPU-s\""),
        "mine.toml:33: compute: a price per vCPU-s does not fit what it is of"
    );
    assert_eq!(
        mistake(
            "of = \"memory\"\nitem = \"compute\"\nunit = \"GB-s\"",
            "of = \"requests\"\nitem = \"compute\"\nunit = \"requests\""
        ),
        "mine.toml:31: compute: there is already a rate of it"
    );
    assert_eq!(
        mistake("min_mb = 128", "min_mb = 0"),
        "mine.toml:19: min_mb must be more than 0 and at most max_mb"
    );
}

#[test]
fn what_is_missing_is_refused_with_its_line() {
    assert_eq!(mistake("source = \"page\"\nsize", "size"), "mine.toml:13: \"plan\" has no source");
    assert_eq!(mistake("region = \"us-east-1\"\n", ""), "mine.toml:13: \"plan\" has no region");
    assert!(mistake("date = \"2026-11-20\"\n", "").starts_with("mine.toml:6: missing field `date`"));
    let no_confidence = mistake(", confidence = \"verified\" },\n  { from = 10", " },\n  { from = 10");
    assert!(no_confidence.starts_with("mine.toml:36: missing field `confidence`"), "{no_confidence}");
    assert_eq!(
        mistake("minimum_ms = { value = 100, confidence = \"memory\" }\n", ""),
        "mine.toml:20: a meter of this kind has granularity_ms, minimum_ms and init_billed"
    );
    assert_eq!(
        mistake("\"per-invocation\"", "\"nodes\""),
        "mine.toml:20: a meter of this kind has no granularity_ms, minimum_ms or init_billed"
    );
}

#[test]
fn what_is_not_understood_is_refused_with_its_line() {
    assert!(
        mistake("usd = \"0.2\"", "usd = 0.2").starts_with("mine.toml:36: "),
        "money is text, never a float"
    );
    assert!(
        mistake("granularity_ms", "granularty_ms").starts_with("mine.toml:22: unknown field `granularty_ms`")
    );
    assert!(
        mistake("\"per-invocation\"", "\"per-day\"").starts_with("mine.toml:21: unknown variant `per-day`")
    );
    assert!(mistake("\"memory\" }", "\"surely\" }").starts_with("mine.toml:23: unknown variant `surely`"));
    assert!(mistake("\"GB-s\"", "\"GB-day\"").starts_with("mine.toml:33: unknown variant `GB-day`"));
    assert!(mistake("schema = 1", "schema = ").starts_with("mine.toml:1: "));
}

const HEAD: &str = "schema = 1\ncompiled = \"2026-11-21\"\ncurrency = \"USD\"\n\
    [[source]]\nid = \"contract\"\ntitle = \"Our contract\"\nurl = \"https://example.org\"\ndate = \"2026-11-21\"\n";

#[test]
fn a_persons_own_book_lies_over_the_built_in_one() {
    let mine = format!(
        "{HEAD}
[[plan]]
id = \"run-eu\"
based_on = \"gcp-cloud-run-request\"
title = \"Cloud Run, our commitment\"
region = \"europe-west1\"
discount = {{ value = \"0.83\", confidence = \"verified\", source = \"contract\" }}
[[plan.rate]]
of = \"requests\"
item = \"requests\"
unit = \"requests\"
tiers = [{{ from = 0, usd = \"0.0000005\", confidence = \"verified\", source = \"contract\" }}]

[[machine]]
id = \"aws-lightsail-1\"
title = \"The box under the desk\"
kind = \"vm\"
provider = \"self\"
region = \"here\"
architecture = \"x86_64\"
source = \"contract\"
memory_mb = {{ value = 1024, confidence = \"verified\" }}
vcpu = {{ value = \"2\", confidence = \"verified\" }}
[machine.price]
month = {{ usd = \"3\", confidence = \"verified\" }}
"
    );
    let built_in = Book::built_in();
    let book = built_in.overlaid("mine.toml", &mine).expect("a valid book");
    let (plan, base) =
        (book.plan("run-eu").expect("added"), book.plan("gcp-cloud-run-request").expect("kept"));
    assert_eq!(Some(base), built_in.plan("gcp-cloud-run-request"), "what it is based on stays as it is");
    assert_eq!(
        (plan.region.as_str(), &plan.meter, &plan.sizing),
        ("europe-west1", &base.meter, &base.sizing)
    );
    assert_eq!(plan.discount.as_ref().map(|discount| discount.source.id.as_str()), Some("contract"));
    assert_eq!(
        plan.rate(Dimension::Requests).map(|rate| rate.first().to_string()),
        Some("0.0000005".to_owned())
    );
    assert_eq!(
        plan.rate(Dimension::Vcpu),
        base.rate(Dimension::Vcpu),
        "what it does not say comes from there"
    );
    assert_eq!(book.machines.len(), built_in.machines.len(), "a known id is replaced");
    assert_eq!(
        book.machine("aws-lightsail-1").map(|machine| machine.title.as_str()),
        Some("The box under the desk")
    );
    assert_eq!((book.compiled.as_str(), book.hours_per_month), ("2026-11-21", built_in.hours_per_month));
}

#[test]
fn an_overlay_with_a_mistake_is_refused_with_its_line() {
    let wrong = |text: &str| {
        let mine = format!("{HEAD}{text}");
        Book::built_in().overlaid("mine.toml", &mine).expect_err("a mistake is refused").to_string()
    };
    assert_eq!(
        wrong("[[plan]]\nid = \"x\"\nbased_on = \"gcp-cloud-rum\"\n"),
        "mine.toml:11: no plan has the id \"gcp-cloud-rum\"; did you mean \"gcp-cloud-run-request\"?"
    );
    assert_eq!(
        wrong(
            "[[plan]]\nid = \"x\"\nbased_on = \"aws-lambda-x86\"\ndiscount = { value = \"1.2\", confidence = \"api\" }\n"
        ),
        "mine.toml:12: 1.2 is more than 1"
    );
    assert_eq!(
        wrong(
            "[[plan]]\nid = \"x\"\nbased_on = \"knative-self-hosted\"\nmeter = { kind = \"nodes\", node = \"none\" }\n"
        ),
        "mine.toml:10: no machine has the id \"none\""
    );
}
