//! What things cost, asked on the command line: no host, no record, no project.

use std::path::Path;

use coldframe_testkit::{Verb, run};
use serde_json::Value;

fn coldframe(data: &Path, args: &str) -> Verb {
    let directory = data.display().to_string();
    let mut all: Vec<&str> = args.split_whitespace().collect();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, data, &[], "")
}

fn estimate(args: &str) -> Value {
    let data = tempfile::tempdir().expect("a temporary folder");
    let verb = coldframe(data.path(), &format!("estimate {args} --json"));
    assert_eq!(verb.code, 0, "{args}: {}", verb.stderr);
    verb.json()
}

fn refused(args: &str) -> (i32, String) {
    let data = tempfile::tempdir().expect("a temporary folder");
    let verb = coldframe(data.path(), args);
    assert!(verb.stdout.is_empty(), "no price beside a refusal: {}", verb.stdout);
    (verb.code, verb.stderr)
}

fn amounts(priced: &Value) -> Vec<&str> {
    let lines = priced["lines"].as_array().expect("lines");
    lines.iter().map(|line| line["amount_usd"].as_str().expect("money is text")).collect()
}

#[test]
fn worked_examples_come_out_to_the_cent() {
    for (args, total) in [
        ("--plan aws-lambda-x86 --requests 3000000 --duration-ms 120 --memory-mb 1536", "2.73"),
        (
            "--plan aws-lambda-x86 --requests 7440000 --duration-ms 2000 --memory-mb 1024 --no-free-tier",
            "249.49",
        ),
        (
            "--plan aws-lambda-x86 --requests 2000000 --duration-ms 280 --memory-mb 4096 --provisioned 7 \
             --provisioned-seconds 86400 --requests-on-provisioned 2000000 --provisioned-duration-ms 280",
            "32.26",
        ),
        ("--plan aws-lambda-x86-100ms --requests 3000000 --duration-ms 1000 --memory-mb 512", "18.74"),
        ("--plan aws-lambda-edge --requests 10000000 --duration-ms 10 --memory-mb 128", "6.63"),
        ("--plan azure-functions-consumption --requests 3000000 --duration-ms 1000 --memory-mb 512", "18.00"),
        (
            "--plan azure-functions-consumption --requests 3000000 --duration-ms 50 --memory-mb 10 --no-free-tier",
            "1.20",
        ),
        ("--plan gcp-functions-gen1 --requests 10000000 --duration-ms 300 --memory-mb 128", "7.20"),
        (
            "--plan gcp-functions-gen1 --requests 50000000 --duration-ms 500 --memory-mb 256 --egress-gb 238.4185791015625",
            "159.84",
        ),
        (
            "--plan cloudflare-workers-paid --requests 15000000 --duration-ms 50 --cpu-ms 7 --memory-mb 128",
            "8.00",
        ),
        (
            "--plan cloudflare-workers-paid --requests 720 --duration-ms 180000 --cpu-ms 180000 --memory-mb 128",
            "6.99",
        ),
        (
            "--plan gcp-cloud-run-request --requests 10000000 --duration-ms 400 --memory-mb 512 --vcpu 1 --no-free-tier",
            "105.00",
        ),
    ] {
        let priced = estimate(args);
        assert_eq!(priced["total_usd"], total, "{args}: {priced:#}");
        let sum: f64 = amounts(&priced).iter().map(|amount| amount.parse::<f64>().expect("a number")).sum();
        assert_eq!(format!("{sum:.2}"), total, "the total is the sum of the rounded lines: {args}");
    }
}

#[test]
fn an_estimate_is_made_of_lines_and_says_what_it_rests_on() {
    let priced = estimate("--plan aws-lambda-x86 --requests 3000000 --duration-ms 120 --memory-mb 1536");
    let compute = &priced["lines"][1];
    assert_eq!(compute["item"], "compute");
    assert_eq!((&compute["quantity"], &compute["free"]), (&140_000.into(), &400_000.into()));
    assert_eq!((&compute["unit"], &compute["unit_price_usd"]), (&"GB-s".into(), &"0.0000166667".into()));
    assert_eq!((&compute["confidence"], &compute["unverified"]), (&"verified".into(), &false.into()));
    assert_eq!(priced["rounding_usd"], "0.00");
    let said = priced["rests_on"].to_string();
    for part in
        ["3,000,000 calls a month, each of exactly 120 ms with 1,536 MB", "no cold starts", "us-east-1"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn cold_starts_are_billed_as_the_plan_does() {
    let cold = "--requests 1000 --duration-ms 250.06 --init-ms 100.77 --cold-share 0.5 --memory-mb 1024 --no-free-tier";
    let billed = estimate(&format!("--plan aws-lambda-x86 {cold}"));
    // 500 × 351 ms and 500 × 251 ms.
    assert_eq!(billed["lines"][1]["quantity"], 301, "{billed:#}");
    assert!(
        billed["rests_on"]
            .to_string()
            .contains("500 of the calls are cold, with 100.77 ms of init, which is billed")
    );
    let free = estimate(&format!("--plan aws-lambda-x86-100ms {cold}"));
    assert_eq!(free["lines"][1]["quantity"], 300, "250.06 ms in steps of 100 ms, and init costs nothing");
}

#[test]
fn a_plans_extras_are_lines_of_their_own() {
    let priced = estimate(
        "--plan aws-lambda-x86 --arch arm64 --requests 1000000 --duration-ms 1000 --memory-mb 1024 --ephemeral-mb 1536 \
         --stream-gb 250 --snapshot-restores 1000 --snapshot-seconds 60 --egress-gb 110",
    );
    assert_eq!(priced["plan"], "aws-lambda-arm64", "--arch takes the plan of the same family");
    let lines: Vec<_> = priced["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| (&line["item"], &line["quantity"]))
        .collect();
    let line = |item: &str, quantity: Value| (Value::from(item), quantity);
    let expected = [
        line("requests", 0.into()),
        line("compute", 600_000.into()),
        line("ephemeral storage", 1_000_000.into()),
        line("snapshots kept", 10_800.into()),
        line("snapshots restored", 1_000.into()),
        line("responses streamed", 150.into()),
        line("traffic out", 10.into()),
    ];
    assert_eq!(lines, expected.iter().map(|(item, quantity)| (item, quantity)).collect::<Vec<_>>());
}

#[test]
fn what_is_not_verified_is_marked() {
    let priced = estimate("--plan azure-functions-consumption --requests 1 --duration-ms 1 --memory-mb 128");
    assert_eq!(priced["unverified"][0], "init billed");
    assert!(priced["rests_on"].to_string().contains("not verified: init billed"));
    let own = tempfile::tempdir().expect("a temporary folder");
    let book = "schema = 1\ncompiled = \"2026-11-21\"\ncurrency = \"USD\"\n[[plan]]\nid = \"mine\"\nbased_on = \"aws-lambda-x86\"\n\
                [[plan.rate]]\nof = \"requests\"\nitem = \"requests\"\nunit = \"requests\"\n\
                tiers = [{ from = 0, usd = \"0.000001\", confidence = \"memory\" }]\n";
    std::fs::write(own.path().join("prices.toml"), book).expect("written");
    let args = "estimate --plan mine --requests 1000000 --duration-ms 1 --memory-mb 128";
    let priced = coldframe(own.path(), &format!("{args} --json")).json();
    assert_eq!(
        (&priced["lines"][0]["amount_usd"], &priced["lines"][0]["unverified"]),
        (&"1.00".into(), &true.into())
    );
    let printed = coldframe(own.path(), args).stdout;
    assert!(printed.contains("not verified"), "also where it is a table: {printed}");
    std::fs::write(own.path().join("prices.toml"), book.replace("\"memory\"", "\"surely\""))
        .expect("written");
    let broken = coldframe(own.path(), args);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("prices.toml:11: unknown variant `surely`"), "{}", broken.stderr);
}

#[test]
fn the_book_in_the_help_can_be_used_as_it_stands() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let help = coldframe(data.path(), "plans --help").stdout;
    let begins = help.find("schema = 1").expect("an example");
    std::fs::write(data.path().join("prices.toml"), &help[begins..]).expect("written");
    let args = "estimate --plan our-lambda --requests 7440000 --duration-ms 2000 --memory-mb 1024 --no-free-tier --json";
    let priced = coldframe(data.path(), args);
    assert_eq!(priced.code, 0, "{}", priced.stderr);
    // 83 % of 1.488 and of 248.000496.
    assert_eq!(amounts(&priced.json()), ["1.24", "205.84"]);
}

#[test]
fn bad_input_is_answered_with_what_to_write() {
    let lambda = "estimate --plan aws-lambda-x86 --duration-ms 100 --memory-mb 512";
    for (args, code, said) in [
        ("estimate --plan aws-lamda-x86 --requests 1 --duration-ms 1 --memory-mb 128".to_owned(), 3, "did you mean aws-lambda-x86?"),
        (format!("{lambda} --requests -5"), 2, "cannot be negative"),
        (format!("{lambda} --requests 99999999999999999"), 2, "is absurd: more than 1000000000000"),
        (format!("{lambda} --requests 3M"), 2, "write a number of calls without a unit: 3000000"),
        (
            "estimate --plan aws-lambda-x86 --requests 1 --duration-ms 2s --memory-mb 512".to_owned(),
            2,
            "write milliseconds without a unit: 2000",
        ),
        (
            "estimate --plan aws-lambda-x86 --requests 1 --duration-ms 2 --memory-mb 1GB".to_owned(),
            2,
            "write megabytes without a unit: 1024",
        ),
        (format!("{lambda} --requests 1 --init-ms 5 --cold-share 5"), 2, "write 0.05 for 5 %"),
        (format!("{lambda} --requests 1 --init-ms 5"), 2, "--cold-share"),
        (
            "estimate --plan aws-lambda-x86 --requests 1 --duration-ms 1 --memory-mb 20000".to_owned(),
            2,
            "it has at most 10240 MB of memory, not 20000",
        ),
        (
            "estimate --plan aws-lambda-x86 --requests 1 --duration-ms 900001 --memory-mb 128".to_owned(),
            2,
            "AWS Lambda x86 would end a call after 900000 ms",
        ),
        (format!("{lambda} --requests 1 --vcpu 2"), 2, "its vCPUs cannot be chosen"),
        (
            "estimate --plan cloudflare-workers-paid --requests 1 --duration-ms 1 --memory-mb 128 --stream-gb 1".to_owned(),
            2,
            "Cloudflare Workers, Paid has no price for responses streamed",
        ),
        (
            "estimate --plan gcp-cloud-run-request --arch arm64 --requests 1 --duration-ms 1 --memory-mb 512".to_owned(),
            2,
            "its architecture is x86_64",
        ),
        (
            format!("{lambda} --requests 1000 --provisioned 1 --provisioned-seconds 10"),
            2,
            "1000 calls of 100 ms do not fit into 1 instances kept for 10 s",
        ),
    ] {
        let (got, stderr) = refused(&args);
        assert_eq!(got, code, "{args}: {stderr}");
        assert!(stderr.contains(said), "{args}: {stderr}");
    }
}

#[test]
fn every_plan_and_machine_is_listed_with_where_its_figures_come_from() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let plans = coldframe(data.path(), "plans --json").json();
    let plans = plans.as_array().expect("a list");
    for plan in plans {
        for field in ["id", "title", "provider", "region", "architecture", "status", "meter", "confidence"] {
            assert!(plan[field].is_string(), "{field}: {plan}");
        }
        assert!(plan["source"]["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{plan}");
        let tiers = plan["rates"].as_array().expect("rates").iter().flat_map(|rate| rate["tiers"].as_array());
        for tier in tiers.flatten() {
            assert!(tier["usd"].is_string() && tier["confidence"].is_string(), "{tier}");
            assert!(tier["source"]["date"].is_string(), "{tier}");
        }
    }
    let machines = coldframe(data.path(), "machines --json").json();
    let micro =
        machines.as_array().expect("a list").iter().find(|machine| machine["id"] == "aws-ec2-t3-micro");
    let micro = micro.expect("a built-in machine");
    assert_eq!((&micro["month_usd"], &micro["hour_usd"]), (&"7.59".into(), &"0.0104".into()));
    assert_eq!(micro["unverified"][0], "sustained vCPU");
    for (verb, id) in [("plans", "gcp-functions-gen1"), ("machines", "hetzner-cax11")] {
        let listed = coldframe(data.path(), verb);
        assert!(listed.code == 0 && listed.stdout.contains(id), "{}", listed.stdout);
    }
    assert_eq!(
        std::fs::read_dir(data.path()).expect("a folder").count(),
        0,
        "looking at prices leaves nothing behind"
    );
}

#[test]
fn every_plan_has_an_estimate() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let plans = coldframe(data.path(), "plans --json").json();
    for plan in plans.as_array().expect("a list") {
        let id = plan["id"].as_str().expect("an id");
        let priced = estimate(&format!(
            "--plan {id} --requests 1000000 --duration-ms 100 --memory-mb 128 --cpu-ms 20"
        ));
        let total: f64 = priced["total_usd"].as_str().expect("money is text").parse().expect("a number");
        assert!(total >= 0.0, "{priced:#}");
        assert!(priced["rests_on"].as_array().is_some_and(|said| said.len() > 2), "{priced:#}");
    }
}
