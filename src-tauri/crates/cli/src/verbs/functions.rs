//! `coldframe functions`: what a folder holds. Parses; runs nothing.

use std::process::ExitCode;

use coldframe_host::{Connection, default_data_dir, functions_of};
use coldframe_protocol::{Function, FunctionState};

use crate::{
    Failure,
    args::{Functions, Global},
    table::Table,
    verbs::{call, print_json},
};

pub(crate) async fn run(global: Global, verb: Functions) -> Result<ExitCode, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    let running = match &verb.dir {
        None => Connection::existing(&data_dir).await,
        Some(_) => None,
    };
    let (functions, problems) = match running {
        Some(host) => (call(&host, "functions", serde_json::json!({})).await?, Vec::new()),
        None => {
            let dir = verb.dir.unwrap_or_else(|| ".".into());
            functions_of(&dir).map_err(|error| {
                Failure::NotFound(format!("cannot open the folder {}: {error}", dir.display()))
            })?
        }
    };
    for problem in &problems {
        eprintln!("{problem}");
    }
    if verb.json {
        print_json(&functions);
    } else {
        print(&functions);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(functions: &[Function]) {
    let mut table = Table::new(&["function", "provider", "runtime", "memory", "timeout", "path", "state"]);
    for function in functions {
        let problem = function.problem.as_ref().map(|problem| format!(": {}", problem.message));
        table.row([
            function.name.clone(),
            function.provider.clone(),
            function.runtime.clone(),
            format!("{} MB", function.memory_mb),
            format!("{} s", function.timeout_ms / 1000),
            function.path.clone(),
            format!("{}{}", state(function.state), problem.unwrap_or_default()),
        ]);
    }
    print!("{table}");
}

fn state(state: FunctionState) -> &'static str {
    match state {
        FunctionState::AtZero => "at zero",
        FunctionState::Starting => "starting",
        FunctionState::Idle => "idle",
        FunctionState::Busy => "busy",
        FunctionState::Broken => "broken",
    }
}
