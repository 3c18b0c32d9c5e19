//! Node: of the declared version, wherever a version manager keeps it, else the `node` of the path.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::{
    interpreter::{self, upwards},
    versions::{self, Chosen, Kind},
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

/// # Errors
/// There is no `node`.
pub(crate) fn interpreter(app: &App) -> Result<PathBuf, Problem> {
    if let Some(settled) = &app.interpreter {
        return Ok(settled.clone());
    }
    chosen(app).map(|chosen| chosen.interpreter.program)
}

fn chosen(app: &App) -> Result<Chosen, Problem> {
    versions::chosen(Kind::Node, app, interpreter::shell(&["node"], &app.root)).ok_or_else(|| {
        Problem::error(format!("no Node.js for {}: there is no node in PATH", app.name))
            .hint("install Node.js 20 or later from https://nodejs.org or with a version manager")
    })
}

/// Looks behind a version manager's shim before the first start, where nothing else tells what it is.
pub(super) async fn prepare(supervisor: &Supervisor, app: &App) -> Result<(), Problem> {
    if chosen(app)?.interpreter.version.is_none() {
        interpreter::resolve(supervisor, &["node"], &app.root, &["-p", "process.execPath"]).await;
    }
    Ok(())
}

/// What is said where another version than the declared one runs a function. No program is run to find out.
pub(super) fn stand_in(app: &App) -> Option<String> {
    versions::another(Kind::Node, app, &chosen(app).ok()?)
}

/// AWS's own runtime client, where the function depends on it and has it installed: its start script.
pub(crate) fn runtime_client(app: &App, project: &Path) -> Option<PathBuf> {
    let manifest = text_of(&app.root.join("package.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    manifest.get("dependencies")?.get("aws-lambda-ric")?;
    upwards(&app.root, project)
        .map(|folder| folder.join("node_modules/aws-lambda-ric/bin/index.mjs"))
        .find(|script| script.is_file())
}
