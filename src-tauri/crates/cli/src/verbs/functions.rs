//! `coldframe functions`: what a folder holds. Parses; runs nothing.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

use coldframe_host::{Connection, default_data_dir, functions_of};
use coldframe_protocol::{Function, FunctionState, Hello, Problem};
use serde_json::json;

use crate::{
    Failure,
    args::{Functions, Global},
    serve::tell::{nothing_in, versions},
    table::Table,
    verbs::{call, print_json, say},
};

/// What `--json` prints of each function.
#[derive(serde::Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    function: &'a Function,
    /// Of the project, whichever function it may concern: a manifest that cannot be read.
    project_problems: &'a [Problem],
}

struct Found {
    root: String,
    functions: Vec<Function>,
    problems: Vec<Problem>,
}

pub(crate) async fn run(global: Global, verb: Functions) -> Result<ExitCode, Failure> {
    let data_dir = global.data_dir.unwrap_or_else(default_data_dir);
    let running = match Connection::existing(&data_dir).await {
        Some(host) => of_host(&host, verb.dir.as_deref()).await?,
        None => None,
    };
    let Found { root, functions, problems } = match running {
        Some(found) => found,
        None => {
            let dir = verb.dir.unwrap_or_else(|| ".".into());
            let (functions, problems) = functions_of(&dir).map_err(|error| {
                Failure::NotFound(format!("cannot open the folder {}: {error}", dir.display()))
            })?;
            Found { root: dir.canonicalize().unwrap_or(dir).display().to_string(), functions, problems }
        }
    };
    for problem in &problems {
        eprintln!("{problem}");
    }
    if functions.is_empty() && problems.is_empty() {
        eprintln!("{}", nothing_in(&root));
    }
    if verb.json {
        let rows = functions.iter().map(|function| Row { function, project_problems: &problems });
        print_json(&rows.collect::<Vec<_>>());
    } else {
        print(&functions);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the running host serves; `None` if that is another folder than the one asked for.
async fn of_host(host: &Connection, dir: Option<&Path>) -> Result<Option<Found>, Failure> {
    let hello: Hello = call(host, "hello", json!({})).await?;
    let project = hello.project;
    if let Some(dir) = dir {
        let root = project.as_ref().map(|project| PathBuf::from(&project.root));
        if root.is_none() || root != dir.canonicalize().ok() {
            return Ok(None);
        }
    }
    let functions = call(host, "functions", json!({})).await?;
    let (root, problems) = project.map(|project| (project.root, project.problems)).unwrap_or_default();
    Ok(Some(Found { root, functions, problems }))
}

fn print(functions: &[Function]) {
    let mut table = Table::new(&["function", "provider", "runtime", "memory", "timeout", "path", "state"]);
    for function in functions {
        table.row([
            function.name.clone(),
            function.provider.clone(),
            function.runtime.clone(),
            format!("{} MB", function.memory_mb),
            format!("{} s", function.timeout_ms / 1000),
            function.path.clone(),
            state(function.state).to_owned(),
        ]);
    }
    say(table.to_string().trim_end());
    versions(functions).iter().for_each(|note| eprintln!("{note}"));
    // An app's functions share what is wrong with it.
    let mut said = HashSet::new();
    for function in functions {
        let lines = function.problems.iter().map(|problem| format!("{}: {problem}", function.app));
        lines.filter(|line| said.insert(line.clone())).for_each(|line| eprintln!("{line}"));
    }
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
