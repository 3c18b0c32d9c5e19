//! What recorded traffic costs, asked on the command line: of a running host, of the record it left, and as files.

use std::path::Path;

use coldframe_testkit::{Host, Project, Verb, run};
use serde_json::{Value, json};

use crate::builder;

const OWN_BOOK: &str = r#"schema = 1
compiled = "2026-11-28"
currency = "USD"

[[source]]
id = "contract"
title = "Our contract"
url = "https://example.org"
date = "2026-11-28"

[[machine]]
id = "basement"
title = "The box in the basement"
kind = "vm"
provider = "us"
region = "home"
architecture = "x86_64"
source = "contract"
memory_mb = { value = 65536, confidence = "verified" }
vcpu = { value = "16", confidence = "verified" }
[machine.price]
month = { usd = "1.23", confidence = "verified" }
"#;

fn coldframe(folder: &Path, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, folder, &[], "")
}

async fn called(project: &Project, data: &Path, times: usize) -> Host {
    let host = builder(project).data_dir(data).start();
    for _ in 0..times {
        host.invoke("echo", &json!({})).await;
    }
    host
}

fn option<'a>(costs: &'a Value, id: &str) -> Option<&'a Value> {
    let all = ["plans", "machines"].into_iter().filter_map(|kind| costs[kind].as_array()).flatten();
    all.into_iter().find(|option| option["id"] == id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_priced_from_calls_with_the_persons_own_book_over_it() {
    let project = Project::new().python("echo", crate::ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(data.path().join("prices.toml"), OWN_BOOK).expect("it can be written");
    let host = called(&project, data.path(), 3).await;
    let month =
        ["cost", "--json", "--calls-per-month", "90000000", "--care-hours", "2", "--care-usd-per-hour", "10"];
    let asked = coldframe(project.path(), data.path(), &month);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let costs = asked.json();
    assert_eq!(costs["basis"]["recorded_calls"], 3);
    assert_eq!(costs["basis"]["functions"], json!(["echo"]));
    let basement = option(&costs, "basement").expect("the person's own machine");
    assert_eq!(basement["usd"], "21.23", "its rent and two hours of care");
    let lambda = option(&costs, "aws-lambda-arm64").expect("a plan of the built-in book");
    let cold = &lambda["cold"];
    assert!(cold["rests_on"].as_str().expect("words").starts_with("AWS's own start of python3."), "{cold}");
    assert!(cold["low_ms"].as_f64() < cold["high_ms"].as_f64(), "a range: {cold}");

    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let other = elsewhere.path().display().to_string();
    let refused = coldframe(project.path(), data.path(), &["cost", "--project", &other]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("the running host serves"), "{}", refused.stderr);

    assert!(host.terminate().success());
    let left = coldframe(project.path(), data.path(), &month).json();
    assert_eq!(
        option(&left, "basement").expect("there too")["usd"],
        "21.23",
        "the record alone says the same"
    );
    assert_eq!(left["basis"]["mean_cpu_ms"], costs["basis"]["mean_cpu_ms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn costs_are_written_as_files() {
    let project = Project::new().python("echo", crate::ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = called(&project, data.path(), 2).await;
    let export = |format: &str| {
        let args = ["cost", "--calls-per-month", "1000000", "--export", format];
        let written = coldframe(project.path(), data.path(), &args);
        assert_eq!(written.code, 0, "{}", written.stderr);
        written.stdout
    };
    let csv = export("csv");
    let mut lines = csv.lines();
    let columns = lines.next().expect("a head").split(',').count();
    assert!(lines.clone().count() > 60, "every option has a line");
    assert!(csv.lines().any(|line| line.starts_with(
        "aws-lambda-x86,AWS Lambda x86,per-invocation,aws,us-east-1,x86_64,current,1000000,requests,"
    )));
    assert!(lines.filter(|line| !line.contains('"')).all(|line| line.split(',').count() == columns));
    let html = export("html");
    assert!(
        html.starts_with("<!doctype html>") && html.contains("<svg") && html.trim_end().ends_with("</html>")
    );
    assert!(!html.contains("src=") && !html.contains("href="), "it needs nothing else");
    let usage = export("infracost");
    assert!(
        usage.contains(
            "version: 0.1\nresource_usage:\n  aws_lambda_function.echo:\n    monthly_requests: 1000000\n"
        ),
        "{usage}"
    );
    let report: Value = serde_json::from_str(&export("json")).expect("JSON");
    assert_eq!(report["basis"]["calls_per_month"], 1_000_000);
    drop(host);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_with_a_mistake_is_named_and_not_used() {
    let project = Project::new().python("echo", crate::ECHO);
    let data = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(data.path().join("prices.toml"), OWN_BOOK.replace("1.23", "-1.23"))
        .expect("it can be written");
    let host = called(&project, data.path(), 1).await;
    let hello = host.rpc("hello", json!({})).await;
    let notices = hello["notices"].to_string();
    assert!(
        notices.contains("prices.toml:22: ") && notices.contains("your price book is not used"),
        "{notices}"
    );
    let costs = host.rpc("costs", json!({"function": null, "minutes": null, "calls_per_month": 1000})).await;
    assert!(option(&costs, "aws-lambda-x86").expect("the built-in book serves")["usd"].is_string());
    assert!(option(&costs, "basement").is_none());
}
