//! `coldframe check`: the code beside a commit of its repository, and its budgets.

mod show;

use std::{process::ExitCode, time::Duration};

use coldframe_host::{Budgets, Checked, Comparison, check, default_data_dir, price_book};
use coldframe_protocol::{CheckReport, ErrorCode, RpcError};

use crate::{
    Failure,
    args::{Check, Global},
    signals,
    verbs::{invoke::event, keeper, print_json},
};

/// Past a budget.
const EXCEEDED: u8 = 4;
/// What was asked for cannot be told.
const UNDECIDED: u8 = 5;

pub(crate) async fn run(global: Global, verb: Check) -> Result<ExitCode, Failure> {
    let events = match &verb.events {
        Some(file) => Some(event::read_all(file)?),
        None => verb.starts_only.then(Vec::new),
    };
    let book = price_book(&global.data_dir.unwrap_or_else(default_data_dir))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let comparison = Comparison {
        project: verb.dir.clone(),
        functions: verb.functions.clone(),
        against: verb.against.clone(),
        events,
        writes_ok: verb.writes_ok,
        budgets: Budgets {
            cold_p95_ms: verb.max_cold_p95.map(|us| us as f64 / 1000.0),
            price_per_million: verb.max_price_per_million,
            memory_mb: verb.max_memory_mb,
        },
        within: Duration::from_micros(verb.within),
    };
    let tell = |line: &str| eprintln!("{line}");
    let compared = check(keeper()?, book, &comparison, &tell, signals::ended());
    let refused = |error: RpcError| match error.code {
        // A function that fails has the other code.
        ErrorCode::Conflict => Failure::Usage(error.to_string()),
        _ => Failure::from(error),
    };
    let report = match Box::pin(compared).await.map_err(refused)? {
        Checked::Done(report) => report,
        Checked::Stopped(asked) => return Ok(asked.code()),
    };
    if verb.json {
        print_json(&report);
    } else {
        show::report(&report);
    }
    if verb.fail_on_regression && report.against.is_none() {
        eprintln!(
            "error: nothing was compared, so nothing can have got worse: {}\nhint: name what to compare with, in CI the branch \
             it goes to: --against origin/main (and fetch it: clones are shallow)",
            report.notes.first().map_or("there is no other revision", String::as_str)
        );
    }
    Ok(code(&report, verb.fail_on_regression))
}

fn code(report: &CheckReport, fail_on_regression: bool) -> ExitCode {
    if report.functions.iter().any(|function| function.failure.is_some()) {
        return ExitCode::from(1);
    }
    if report.past_budget || (fail_on_regression && report.regressed) {
        return ExitCode::from(EXCEEDED);
    }
    // A gate that knows nothing holds; so does one that has nothing beside it.
    let mut budgets = report.functions.iter().flat_map(|function| &function.budgets);
    let open = report.undecided || report.against.is_none();
    if (fail_on_regression && open) || budgets.any(|budget| budget.now.is_none()) {
        return ExitCode::from(UNDECIDED);
    }
    ExitCode::SUCCESS
}
