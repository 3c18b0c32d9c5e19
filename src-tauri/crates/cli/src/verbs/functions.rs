//! `coldframe functions`: what a folder holds. Parses; runs nothing.

use std::process::ExitCode;

use coldframe_host::{Connection, default_data_dir, functions_of};
use coldframe_protocol::{Function, FunctionState};

use crate::{
    Failure,
    args::{Functions, Global},
    table::Table,
    verbs::{call, print_json, say},
};

pub(crate) async fn run(global: Global, verb: Functions) -> Result<ExitCode, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    let running = match (Connection::existing(&data_dir).await, &verb.dir) {
        (Some(host), Some(dir)) => serves(&host, dir).await?.then_some(host),
        (host, _) => host,
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

/// Whether the host's open project is that folder.
async fn serves(host: &Connection, dir: &std::path::Path) -> Result<bool, Failure> {
    let hello: coldframe_protocol::Hello = call(host, "hello", serde_json::json!({})).await?;
    let root = hello.project.map(|project| std::path::PathBuf::from(project.root));
    Ok(root.is_some() && root == dir.canonicalize().ok())
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
    say(table.to_string().trim_end());
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
