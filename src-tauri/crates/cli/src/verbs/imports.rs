//! `coldframe imports`: what the imports of a function's init take, as a tree.

use std::process::ExitCode;

use coldframe_host::Connection;
use coldframe_protocol::{ImportReport, ImportedModule};
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Imports},
    table::Table,
    verbs::{call, connect, find, print_json, say},
};

/// A module that takes less of the init is only counted, unless it is the person's own.
const WORTH_A_LINE: f64 = 0.01;

pub(crate) async fn run(global: Global, verb: Imports) -> Result<ExitCode, Failure> {
    let host = connect(global, verb.dir.clone()).await?;
    let result = measure(&host, &verb).await;
    host.shutdown().await;
    let report = result?;
    if verb.json {
        print_json(&report);
    } else {
        show(&report);
    }
    Ok(if report.failure.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn measure(host: &Connection, verb: &Imports) -> Result<ImportReport, Failure> {
    let function = find(host, &verb.function).await?;
    call(host, "measure_imports", json!({"function": function.id, "runs": verb.runs})).await
}

fn show(report: &ImportReport) {
    let runs: Vec<String> = report.runs_ms.iter().map(|ms| format!("{ms:.1}")).collect();
    say(format_args!(
        "{} {}: init {:.1} ms, of {} ms; {:.1} ms of it outside of modules\n",
        report.name,
        report.revision,
        report.init_ms,
        runs.join(", "),
        report.outside_ms
    ));
    if let Some(failure) = &report.failure {
        say(format_args!("Init failed: {} ({}). Imported till then:\n", failure.message, failure.status));
    }
    let mut table = Table::new(&["with imports", "by itself", "module", "from"]);
    let (mut left_out, mut depths) = (report.left_out, Vec::new());
    for module in &report.modules {
        let depth =
            module.parent.and_then(|parent| depths.get(parent as usize)).map_or(0, |above: &usize| above + 1);
        depths.push(depth);
        if is_small(module, report.init_ms) {
            left_out += 1;
            continue;
        }
        let failed = if module.failed { " (failed)" } else { "" };
        table.row([
            format!("{:.1} ms", module.total_ms),
            format!("{:.1} ms", module.self_ms),
            format!("{:indent$}{}{failed}", "", module.name, indent = 2 * depth),
            module.from.clone(),
        ]);
    }
    say(table.to_string().trim_end());
    if left_out > 0 {
        say(format_args!("and {left_out} more that take less than a hundredth of it"));
    }
    say("\nIt rests on:");
    for sentence in &report.rests_on {
        say(format_args!("- {sentence}"));
    }
}

fn is_small(module: &ImportedModule, init_ms: f64) -> bool {
    module.total_ms < init_ms * WORTH_A_LINE && module.from != "function" && !module.failed
}
