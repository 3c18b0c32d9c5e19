//! Python: a virtual environment of the function or of a folder above it up to the project, else `python3`.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::{
    install,
    interpreter::{self, upwards},
    shown,
    versions::{self, Chosen, Kind},
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

#[cfg(windows)]
pub(super) const INTERPRETER: &str = "Scripts/python.exe";
#[cfg(not(windows))]
pub(super) const INTERPRETER: &str = "bin/python";

/// What it is called in PATH.
const NAMES: [&str; 2] = ["python3", "python"];

/// The interpreter for an app. A virtual environment's link is never resolved: the link is what makes it one.
///
/// # Errors
/// There is none.
pub(crate) fn interpreter(app: &App, project: &Path) -> Result<PathBuf, Problem> {
    if let Some(settled) = &app.interpreter {
        return Ok(settled.clone());
    }
    if let Some(environment) = environment(&app.root, project) {
        return Ok(environment.join(INTERPRETER));
    }
    chosen(app).map(|chosen| chosen.interpreter.program)
}

/// What runs an app without a virtual environment.
pub(super) fn chosen(app: &App) -> Result<Chosen, Problem> {
    versions::chosen(Kind::Python, app, interpreter::shell(&NAMES, &app.root)).ok_or_else(|| {
        Problem::error(format!(
            "no Python for {}: neither a virtual environment nor python3 in PATH",
            app.name
        ))
        .hint("install Python 3, or make a virtual environment: python3 -m venv .venv")
    })
}

/// The virtual environment that code in a folder runs in.
pub(super) fn environment(root: &Path, project: &Path) -> Option<PathBuf> {
    environments(root, project).find(|environment| is_whole(environment))
}

/// What was left behind by an installation that was interrupted has an interpreter, and half of the packages.
fn is_whole(environment: &Path) -> bool {
    environment.join(INTERPRETER).exists() && !install::is_unfinished(environment)
}

fn environments<'a>(root: &'a Path, project: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    upwards(root, project).flat_map(|folder| [folder.join(".venv"), folder.join("venv")])
}

/// One that is meant and passed over: its interpreter is gone, or it is a link to nothing.
pub(crate) fn broken_environment(root: &Path, project: &Path) -> Option<PathBuf> {
    let is_link = |path: &Path| path.is_symlink();
    environments(root, project).take_while(|environment| !is_whole(environment)).find(|environment| {
        is_link(environment)
            || is_link(&environment.join(INTERPRETER))
            || environment.join("pyvenv.cfg").is_file()
    })
}

/// Whether an installation of ours that makes this environment goes on, or was interrupted with its host.
pub(crate) fn is_unfinished(environment: &Path) -> bool {
    install::is_unfinished(environment)
}

/// Looks behind a version manager's shim before the first start, where nothing else tells what it is.
pub(super) async fn prepare(supervisor: &Supervisor, app: &App, project: &Path) -> Result<(), Problem> {
    if environment(&app.root, project).is_none() && chosen(app)?.interpreter.version.is_none() {
        let ask = ["-I", "-S", "-c", "import sys; print(sys.executable)"];
        interpreter::resolve(supervisor, &NAMES, &app.root, &ask).await;
    }
    Ok(())
}

/// What is said where another version than the declared one runs a function. No program is run to find out.
pub(super) fn stand_in(app: &App, project: &Path) -> Option<String> {
    let Some(environment) = environment(&app.root, project) else {
        return versions::another(Kind::Python, app, &chosen(app).ok()?);
    };
    let found = versions::usual(Kind::Python, environment.join(INTERPRETER)).version?;
    versions::other_environment(app, found, &shown(&environment, project))
}

/// Whether the function brings AWS's own runtime client: it is named among the requirements and installed.
pub(crate) fn ships_runtime_client(app: &App, project: &Path) -> bool {
    let named = ["requirements.txt", "pyproject.toml", "Pipfile"].iter().any(|file| {
        text_of(&app.root.join(file)).is_some_and(|text| {
            text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("awslambdaric"))
        })
    });
    named
        && (app.root.join("awslambdaric").is_dir()
            || environment(&app.root, project)
                .is_some_and(|environment| installed(&environment, "awslambdaric")))
}

/// Whether an environment has a package, by the name it is imported by.
pub(super) fn installed(environment: &Path, package: &str) -> bool {
    if environment.join("Lib/site-packages").join(package).is_dir() {
        return true;
    }
    let Ok(versions) = environment.join("lib").read_dir() else { return false };
    versions.flatten().any(|version| version.path().join("site-packages").join(package).is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn an_environment_that_leads_nowhere_is_known_as_broken() {
        let folder = tempfile::tempdir().unwrap();
        let environment = folder.path().join(".venv");
        fs::create_dir_all(environment.join("bin")).unwrap();
        assert_eq!(broken_environment(folder.path(), folder.path()), None, "nobody's environment");
        std::os::unix::fs::symlink("/gone/python3.12", environment.join(INTERPRETER)).unwrap();
        assert_eq!(broken_environment(folder.path(), folder.path()), Some(environment));
    }

    #[test]
    fn the_nearest_virtual_environment_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path();
        let root = project.join("functions/hello");
        fs::create_dir_all(&root).unwrap();
        assert_eq!(environment(&root, project), None);
        let make = |environment: PathBuf| {
            let program = environment.join(INTERPRETER);
            fs::create_dir_all(program.parent().unwrap()).unwrap();
            fs::write(program, "").unwrap();
            environment
        };
        let shared = make(project.join("venv"));
        assert_eq!(environment(&root, project), Some(shared), "the project's");
        let own = make(root.join(".venv"));
        assert_eq!(environment(&root, project), Some(own.clone()), "the function's own before the project's");
        fs::write(own.with_file_name(".venv.coldframe-unfinished"), "").unwrap();
        assert_eq!(environment(&root, project), Some(project.join("venv")), "half an environment is none");
    }
}
