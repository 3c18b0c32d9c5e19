//! A month simulated on the command line: no host, no record, no project.

use std::path::Path;

use coldframe_testkit::{Verb, run};
use serde_json::Value;

fn coldframe(args: &str) -> Verb {
    let data = tempfile::tempdir().expect("a temporary folder");
    let directory = data.path().display().to_string();
    let mut all: Vec<&str> = args.split_whitespace().collect();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, data.path(), &[], "")
}

fn simulated(args: &str) -> Value {
    let verb = coldframe(&format!("simulate {args} --json"));
    assert_eq!(verb.code, 0, "{args}: {}", verb.stderr);
    verb.json()
}

#[test]
fn a_month_is_simulated_and_priced_and_a_seed_repeats_it() {
    let args =
        "--plan aws-lambda-x86 --shape daily --requests 300000 --seed 3 --duration-ms 120 --memory-mb 1536";
    let month = simulated(args);
    assert_eq!(month, simulated(args), "the same seed");
    assert_ne!(month["cold"], simulated(&args.replace("seed 3", "seed 4"))["cold"], "another seed");
    assert_eq!((&month["requests"], &month["served"]), (&300_000.into(), &300_000.into()));
    let hours = month["over_time"].as_array().expect("a list");
    assert_eq!(hours.len(), 730);
    let sum: u64 = hours.iter().map(|hour| hour["calls"].as_u64().expect("a number")).sum();
    assert_eq!(sum, 300_000);
    let noon = |at: usize| hours[24 + at]["calls"].as_u64().expect("a number");
    assert!(noon(12) > 5 * noon(0).max(1), "{} by noon, {} by midnight", noon(12), noon(0));
    // 300,000 calls of 120 ms at 1.5 GB are 54,000 GB-s, all free; without that, the cold ones have their init on top.
    assert_eq!(month["total_usd"], "0.00");
    let paid = simulated(&format!("{args} --no-free-tier"));
    let cold = month["cold"].as_f64().expect("a number");
    let dollars = (54_000.0 + cold * 0.2 * 1.5) * 0.000_016_666_7;
    let compute = paid["lines"][1]["amount_usd"].as_str().and_then(|usd| usd.parse::<f64>().ok());
    assert!((compute.expect("money") - dollars).abs() < 0.006, "{} is not {dollars}", paid["lines"][1]);
}

#[test]
fn limits_minimum_and_idle_time_can_be_set() {
    let calm = "--plan aws-lambda-x86 --shape poisson --requests 20000 --duration-ms 500";
    let cold = |more: &str| simulated(&format!("{calm} {more}"))["cold"].as_u64().expect("a number");
    assert!(cold("--idle-s 1") > 3 * cold("--idle-s 300"));
    assert_eq!(cold("--min-instances 20"), 0, "they are enough");
    let limited = simulated(&format!("{calm} --limit 1"));
    let throttled = limited["throttled"].as_u64().expect("a number");
    assert_eq!(limited["served"].as_u64().expect("a number") + throttled, 20_000);
    assert!(throttled > 0 && limited["peak_instances"] == 1, "{throttled}");
    let text = coldframe(&format!("simulate {calm} --limit 1")).stdout;
    assert!(text.contains("refused") && text.contains("It rests on this:"), "{text}");
}

#[test]
fn calls_share_an_instance_only_as_far_as_it_has_cpu() {
    let busy =
        "--plan gcp-cloud-run-request --shape steady --requests 100000000 --duration-ms 100 --memory-mb 512";
    let mean =
        |more: &str| simulated(&format!("{busy} {more}"))["mean_instances"].as_f64().expect("a number");
    // Four calls are under way, each of which uses a whole core of an instance that has one.
    assert!((3.5..6.0).contains(&mean("")), "{}", mean(""));
    assert!(mean("--cpu-ms 5") < 1.5, "a twentieth of one: {}", mean("--cpu-ms 5"));
    let said = coldframe(&format!("simulate {busy} --cpu-ms 5")).stdout;
    assert!(said.contains("an instance has CPU for 20 calls at once: each uses 0.05 cores"), "{said}");
    assert!(mean("--concurrency 80") < 1.5, "what is asked for is done");
}

#[test]
fn what_makes_no_sense_is_refused_in_one_sentence() {
    for (args, code, said) in [
        ("--plan aws-lamda-x86 --shape daily --requests 5", 3, "did you mean aws-lambda-x86?"),
        ("--plan aws-lambda-x86 --shape dayly --requests 5", 2, "write one of steady, poisson, daily"),
        ("--plan aws-lambda-x86 --shape daily --requests -5", 2, "cannot be negative"),
        ("--plan aws-lambda-x86 --shape daily --requests 5000000000000", 2, "is absurd"),
        ("--plan aws-lambda-x86 --shape daily --requests 5 --limit 0", 2, "must be at least 1"),
        (
            "--plan aws-lambda-x86 --shape daily --requests 5 --duration-ms 9000000",
            2,
            "would end a call after",
        ),
        ("--plan aws-lambda-x86 --shape daily --requests 5 --memory-mb 64", 2, "would refuse this"),
        (
            "--plan ibm-cloud-functions --shape daily --requests 5 --min-instances 2",
            2,
            "no price for capacity kept ready",
        ),
        (
            "--plan aws-lambda-x86 --shape daily --requests 5 --limit 3 --min-instances 50",
            2,
            "50 instances kept ready are more than the limit of 3",
        ),
        ("--plan aws-lambda-x86 --requests 5", 2, "--shape"),
    ] {
        let verb = coldframe(&format!("simulate {args}"));
        assert_eq!(verb.code, code, "{args}: {}", verb.stderr);
        assert!(verb.stderr.contains(said), "{args}: {}", verb.stderr);
        assert!(verb.stdout.is_empty(), "no result beside a refusal: {}", verb.stdout);
    }
}
