//! `coldframe cost`: the recorded traffic on all plans and machines, and from which volumes the other is cheaper.

use std::{path::Path, process::ExitCode};

use coldframe_host::{Reading, default_data_dir};
use coldframe_protocol::{CostExport, CostOption, CostQuery, CostReport, ExportedFile};
use serde_json::{Value, json};

use crate::{
    Failure,
    args::{Cost, Global},
    table::Table,
    verbs::{call, find, measured::NOTHING, pour, print_json, say, twin::show_meters},
};

/// So many of each kind, unless all are asked for.
const SHOWN: usize = 6;

pub(crate) async fn run(global: Global, verb: Cost) -> Result<ExitCode, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    let folder = verb.project.as_deref().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::NotFound(format!("there is no folder {}", folder.display())));
    }
    let record = Reading::open(&data_dir, folder).await?;
    for notice in record.notices() {
        eprintln!("note: {notice}");
    }
    let result = answer(&record, &verb).await;
    record.close();
    let answer = result?;
    match answer {
        Answer::File(file) => pour(&file.text),
        Answer::Report(report) if verb.json => print_json(&report),
        Answer::Report(report) => print(&report, if verb.all { usize::MAX } else { SHOWN }),
    }
    Ok(ExitCode::SUCCESS)
}

enum Answer {
    Report(Box<CostReport>),
    File(ExportedFile),
}

async fn answer(record: &Reading, verb: &Cost) -> Result<Answer, Failure> {
    if let (Some(project), Reading::Host(_)) = (&verb.project, record) {
        same_project(record, project).await?;
    }
    let function = match &verb.function {
        Some(name) => Some(find(record, name).await?.id),
        None => None,
    };
    let cost = CostQuery {
        function,
        minutes: verb.since,
        calls_per_month: verb.calls_per_month,
        settings: verb.supposed.settings(),
    };
    Ok(match verb.export {
        Some(format) => {
            let export = CostExport { cost, format: format.to_wire() };
            Answer::File(call(record, "export_costs", request(&export)).await?)
        }
        None => Answer::Report(call(record, "costs", request(&cost)).await?),
    })
}

/// A running host answers for its own project only.
async fn same_project(record: &Reading, asked: &Path) -> Result<(), Failure> {
    let hello: coldframe_protocol::Hello = call(record, "hello", json!({})).await?;
    let root = hello.project.map(|project| project.root).unwrap_or_default();
    let asked = asked.canonicalize().unwrap_or_else(|_| asked.to_owned());
    if asked == Path::new(&root) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "the running host serves {root}, not {}\nhint: open that folder in it, or end it: then the record is read",
        asked.display()
    )))
}

fn request(query: &impl serde::Serialize) -> Value {
    // Our own wire types have string keys only.
    serde_json::to_value(query).unwrap_or(Value::Null)
}

fn print(report: &CostReport, most: usize) {
    say(&report.verdict);
    options("Serverless", &report.plans, most);
    options("Always on", &report.machines, most);
    break_even(report, most);
    if let Some(meters) = &report.twin {
        say("");
        show_meters(meters);
    }
    say("\nIt rests on this:");
    for assumption in &report.assumptions {
        say(format_args!("- {assumption}"));
    }
    say(format_args!("- {}", report.prices));
}

/// Where the cheapest plan stops being cheaper than each machine, nearest first.
fn break_even(report: &CostReport, most: usize) {
    let current = |option: &&CostOption| option.usd.is_some() && option.status == "current";
    let Some(plan) = sorted(&report.plans).into_iter().find(current) else { return };
    let mut turns: Vec<_> =
        report.crossings.iter().filter(|one| one.plan == plan.id && one.cheaper == "machine").collect();
    turns.sort_by(|one, other| one.calls_per_month.total_cmp(&other.calls_per_month));
    let mut seen: Vec<&str> = Vec::new();
    let mut table = Table::new(&[
        &format!("Cheaper than {}", plan.title),
        "from calls a month on",
        "machines",
        "$ there",
    ]);
    for turn in turns {
        // Further on the two may change places again; the report as JSON has every turn.
        if seen.contains(&turn.machine.as_str()) || seen.len() == most {
            continue;
        }
        seen.push(&turn.machine);
        let machine = report.machines.iter().find(|machine| machine.id == turn.machine);
        table.row([
            machine.map_or_else(|| turn.machine.clone(), |machine| machine.title.clone()),
            grouped(turn.calls_per_month),
            turn.machines.to_string(),
            turn.usd.clone(),
        ]);
    }
    if seen.is_empty() {
        say(format_args!("\nNo machine is cheaper than {} at any volume", plan.title));
    } else {
        say(format_args!("\n{}", table.to_string().trim_end()));
    }
}

/// `10,855,001`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn options(heading: &str, options: &[CostOption], most: usize) {
    let rows = sorted(options);
    let mut table =
        Table::new(&[heading, "$ a month", "from – to", "list $", "machines", "idle", "p99 ms", ""]);
    for option in rows.iter().take(most) {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| NOTHING.to_owned());
        let range = match (&option.usd_low, &option.usd_high) {
            (Some(low), Some(high)) => format!("{low} – {high}"),
            _ => NOTHING.to_owned(),
        };
        let marks = [
            option.cheapest.then_some("cheapest"),
            (option.status != "current").then_some(option.status.as_str()),
            option.refusal.as_deref(),
            option.ruled_out.as_deref(),
            (!option.unverified.is_empty()).then_some("rests on figures that are not verified"),
        ];
        table.row([
            option.title.clone(),
            text(&option.usd),
            range,
            text(&option.list_usd),
            option.count.map_or_else(String::new, |count| count.to_string()),
            option.idle_percent.map_or_else(String::new, |idle| format!("{idle:.0} %")),
            option.latency.as_ref().map_or_else(String::new, |latency| format!("{:.0}", latency.p99_ms)),
            marks.into_iter().flatten().collect::<Vec<_>>().join("; "),
        ]);
    }
    say(format_args!("\n{}", table.to_string().trim_end()));
    if rows.len() > most {
        say(format_args!("and {} more: --all shows them", rows.len() - most));
    }
}

/// Cheapest first; what is on its way out or too slow behind those, and what has no price last.
fn sorted(options: &[CostOption]) -> Vec<&CostOption> {
    let number =
        |usd: &Option<String>| usd.as_deref().and_then(|usd| usd.parse().ok()).unwrap_or(f64::INFINITY);
    let mut rows: Vec<&CostOption> = options.iter().collect();
    rows.sort_by(|one, other| {
        let last = |option: &CostOption| {
            (option.usd.is_none(), option.status != "current" || option.ruled_out.is_some())
        };
        let price = |option: &CostOption, other: &CostOption| {
            let paid = number(&option.usd).total_cmp(&number(&other.usd));
            paid.then(number(&option.list_usd).total_cmp(&number(&other.list_usd)))
        };
        last(one).cmp(&last(other)).then(price(one, other))
    });
    rows
}
