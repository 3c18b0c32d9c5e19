//! `coldframe rightsize`: a function measured at several memory sizes, and which of them is right.

use std::process::ExitCode;

use coldframe_host::Connection;
use coldframe_protocol::{MeasuredSize, PlanSizes, PricedSize, RightsizeReport};
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Rightsize},
    table::Table,
    verbs::{
        call, connect, find,
        invoke::event,
        measured::{NOTHING, mb, ms},
        print_json, say,
    },
};

/// The plans of the table; every other is in `--json`.
const SHOWN: [(&str, &str); 2] = [("aws-lambda-x86", "$/M x86"), ("aws-lambda-arm64", "$/M arm64")];

pub(crate) async fn run(global: Global, verb: Rightsize) -> Result<ExitCode, Failure> {
    let events = match verb.event.as_slice() {
        [] => vec![event::read(None)?],
        files => files.iter().map(|file| event::read(Some(file))).collect::<Result<_, _>>()?,
    };
    let host = connect(global, verb.dir.clone()).await?;
    let result = measure(&host, &verb, events).await;
    host.shutdown().await;
    let report = result?;
    if verb.json {
        print_json(&report);
    } else {
        show(&report);
    }
    let all_failed = report.sizes.iter().all(|size| size.failure.is_some());
    Ok(if all_failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn measure(
    host: &Connection,
    verb: &Rightsize,
    events: Vec<String>,
) -> Result<RightsizeReport, Failure> {
    let function = find(host, &verb.function).await?;
    let memories = (!verb.memory.is_empty()).then_some(&verb.memory);
    let request = json!({
        "function": function.id,
        "events": events,
        "memories": memories,
        "warm_runs": verb.runs,
        "cold_runs": verb.cold_runs,
    });
    call(host, "rightsize", request).await
}

fn show(report: &RightsizeReport) {
    let mut headings =
        vec!["memory", "vCPU", "init", "cold", "warm", "from–to", "CPU", "used", "share kept by"];
    headings.extend(SHOWN.map(|(_, heading)| heading));
    let mut table = Table::new(&headings);
    for size in &report.sizes {
        let mut row = vec![
            format!("{} MB", size.memory_mb),
            format!("{:.3}", size.vcpu),
            ms(size.cold_init_ms),
            ms(size.cold_handler_ms),
            ms(size.warm_p50_ms),
            spread(size),
            ms(size.cpu_ms),
            mb(size.peak_memory_mb),
            size.share.map_or(NOTHING, |share| share.title()).to_owned(),
        ];
        row.extend(SHOWN.map(|(plan, _)| price(report, plan, size.memory_mb)));
        table.row(row);
    }
    say(table.to_string().trim_end());
    for size in &report.sizes {
        if let Some(failure) = &size.failure {
            say(format_args!(
                "{} MB is not priced: {} ({})",
                size.memory_mb, failure.message, failure.status
            ));
        }
    }
    say("");
    for plan in &report.plans {
        say(choice(plan));
    }
    say(format_args!("\nIt rests on:\n- {}", report.balance));
    for sentence in &report.rests_on {
        say(format_args!("- {sentence}"));
    }
}

fn spread(size: &MeasuredSize) -> String {
    let range = size.warm_min_ms.zip(size.warm_max_ms);
    range.map_or_else(|| NOTHING.to_owned(), |(least, most)| format!("{least:.1}–{most:.1}"))
}

/// A price with its marks, or a dash.
fn price(report: &RightsizeReport, plan: &str, memory_mb: u32) -> String {
    let plan = report.plans.iter().find(|offered| offered.plan == plan);
    let size = plan.and_then(|plan| plan.sizes.iter().find(|size| size.memory_mb == memory_mb));
    let Some(size) = size else { return NOTHING.to_owned() };
    let marks = [(size.cheapest, "cheapest"), (size.fastest, "fastest"), (size.balanced, "balanced")];
    let marks = marks.iter().filter(|(marked, _)| *marked).map(|(_, mark)| *mark).collect::<Vec<_>>();
    format!("{} {}", size.usd_per_million, marks.join(" ")).trim_end().to_owned()
}

/// One sentence on one plan.
fn choice(plan: &PlanSizes) -> String {
    let of = |chosen: fn(&PricedSize) -> bool| {
        plan.sizes.iter().find(|size| chosen(size)).map_or_else(
            || NOTHING.to_owned(),
            |size| {
                let by_share = plan.sizes.iter().any(|other| {
                    other.memory_mb == size.memory_mb && other.vcpu.total_cmp(&size.vcpu).is_ne()
                });
                let with = if by_share { format!(" with {} vCPU", size.vcpu) } else { String::new() };
                format!(
                    "{} MB{with} ({:.1} ms, ${}/M)",
                    size.memory_mb, size.duration_ms, size.usd_per_million
                )
            },
        )
    };
    format!(
        "{}: cheapest {}, fastest {}, balanced {}",
        plan.title,
        of(|size| size.cheapest),
        of(|size| size.fastest),
        of(|size| size.balanced)
    )
}
