//! Node: `node` from the path.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::interpreter::{self, upwards};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

/// # Errors
/// There is no `node`.
pub(crate) fn interpreter(app: &App) -> Result<PathBuf, Problem> {
    found(app).map(|program| interpreter::known(program, &app.root))
}

fn found(app: &App) -> Result<PathBuf, Problem> {
    which::which("node").map_err(|_| {
        Problem::error(format!("no Node.js for {}: there is no node in PATH", app.name))
            .hint("install Node.js 20 or later from https://nodejs.org or with a version manager")
    })
}

/// Looks behind a version manager's shim before the first start.
pub(super) async fn prepare(supervisor: &Supervisor, app: &App) -> Result<(), Problem> {
    let program = found(app)?;
    interpreter::resolve(supervisor, &program, &app.root, &["-p", "process.execPath"]).await;
    Ok(())
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
