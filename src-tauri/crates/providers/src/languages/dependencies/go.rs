//! Go: builds fetch what a `go.mod` names and write nothing beside it. Whoever asks has `go mod tidy` complete the lists
//! of modules in their own folder.

use std::path::Path;

use super::{
    super::{
        Installation,
        go::{TIDY, module::Module},
        install, shown,
    },
    called,
};
use crate::domain::{App, Problem};

/// The module that an app is part of: of its file, where it is one of a folder's.
fn module(app: &App, project: &Path) -> Option<Module> {
    let file = app.root.join(&app.handler);
    let folder = file.parent().filter(|_| file.is_file()).unwrap_or(&app.root);
    Module::of(folder, project)
}

pub(super) fn lacking(app: &App, project: &Path) -> Option<Problem> {
    let module = module(app, project).filter(Module::lacks_sums)?;
    Some(
        Problem::warning("no go.sum lists what it asks for: each build fetches that for itself")
            .at(shown(&module.folder.join("go.mod"), project), None)
            .hint(format!("go mod tidy writes one: coldframe install {}", called(app)))
            .remedy(TIDY),
    )
}

pub(super) fn remedy(app: &App, project: &Path) -> Option<String> {
    module(app, project).map(|_| TIDY.to_owned())
}

/// # Errors
/// It is part of no module, or there is no `go`.
pub(super) fn installation(app: &App, project: &Path) -> Result<Installation, Problem> {
    let Some(module) = module(app, project) else {
        return Err(Problem::error(format!("no go.mod says which module {} is part of", app.name))
            .hint("in its folder: go mod init example.com/NAME"));
    };
    let go = which::which("go")
        .map_err(|_| Problem::error("there is no go in PATH").hint("install Go from https://go.dev/dl"))?;
    let mut tidy = install::tool(&go, &module.folder).arg("mod").arg("tidy");
    // As for builds: another tool chain is not fetched unasked.
    tidy.env.entry("GOTOOLCHAIN".into()).or_insert_with(|| "local".into());
    Ok(Installation { list: module.folder.join("go.mod"), makes: None, steps: vec![tidy] })
}
