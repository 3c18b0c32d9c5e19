//! `coldframe report`: figures by function, and what the traffic would cost.

use std::process::ExitCode;

use coldframe_host::Reading;
use coldframe_protocol::{CostReport, Overview};
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Report},
    table::Table,
    verbs::{
        Named, call,
        measured::{self, NOTHING, ms},
        print_json, reading, say,
    },
};

/// What `--json` prints.
#[derive(serde::Serialize)]
struct Whole {
    overview: Overview,
    costs: CostReport,
}

pub(crate) async fn run(global: Global, verb: Report) -> Result<ExitCode, Failure> {
    let record = reading(global).await?;
    let result = ask(&record, &verb).await;
    record.close();
    let (functions, whole) = result?;
    if verb.json {
        print_json(&whole);
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&[
        "function",
        "calls",
        "cold",
        "errors",
        "p50",
        "p95",
        "cpu user/sys",
        "memory",
        "Lambda $/M",
    ]);
    for stats in &whole.overview.functions {
        let name = functions.iter().find(|function| function.id == stats.function);
        table.row([
            name.map_or_else(String::new, |function| function.name.clone()),
            stats.calls.to_string(),
            stats.cold.to_string(),
            stats.errors.to_string(),
            ms(stats.p50_ms),
            ms(stats.p95_ms),
            format!("{} / {}", ms(stats.cpu_user_ms), ms(stats.cpu_system_ms)),
            measured::mb(stats.peak_memory_mb),
            stats.usd_per_million.clone().unwrap_or_else(|| NOTHING.to_owned()),
        ]);
    }
    say(table.to_string().trim_end());
    say(format_args!("\n{}", whole.costs.verdict));
    Ok(ExitCode::SUCCESS)
}

async fn ask(record: &Reading, verb: &Report) -> Result<(Vec<Named>, Whole), Failure> {
    let functions = call(record, "functions", json!({})).await?;
    let overview = call(record, "overview", json!({"minutes": verb.since})).await?;
    let request = json!({"function": null, "minutes": verb.since, "calls_per_month": verb.calls_per_month, "settings": {}});
    let costs = call(record, "costs", request).await?;
    Ok((functions, Whole { overview, costs }))
}
