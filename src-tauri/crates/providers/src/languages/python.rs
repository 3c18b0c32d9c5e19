//! Python: a virtual environment of the function or of a folder above it up to the project, else `python3`.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::{
    interpreter::{self, upwards},
    shown,
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

#[cfg(windows)]
pub(super) const INTERPRETER: &str = "Scripts/python.exe";
#[cfg(not(windows))]
pub(super) const INTERPRETER: &str = "bin/python";

/// The interpreter for an app. A virtual environment's link is never resolved: the link is what makes it one.
///
/// # Errors
/// There is none.
pub(crate) fn interpreter(app: &App, project: &Path) -> Result<PathBuf, Problem> {
    if let Some(environment) = environment(&app.root, project) {
        return Ok(environment.join(INTERPRETER));
    }
    found(app).map(|program| interpreter::known(program, &app.root))
}

fn found(app: &App) -> Result<PathBuf, Problem> {
    which::which("python3").or_else(|_| which::which("python")).map_err(|_| {
        Problem::error(format!(
            "no Python for {}: neither a virtual environment nor python3 in PATH",
            app.name
        ))
        .hint("install Python 3, or make a virtual environment: python3 -m venv .venv")
    })
}

/// The virtual environment that code in a folder runs in.
pub(super) fn environment(root: &Path, project: &Path) -> Option<PathBuf> {
    environments(root, project).find(|environment| environment.join(INTERPRETER).exists())
}

fn environments<'a>(root: &'a Path, project: &'a Path) -> impl Iterator<Item = PathBuf> + 'a {
    upwards(root, project).flat_map(|folder| [folder.join(".venv"), folder.join("venv")])
}

/// One that is meant and passed over: its interpreter is gone, or it is a link to nothing.
pub(crate) fn broken_environment(root: &Path, project: &Path) -> Option<PathBuf> {
    environments(root, project)
        .take_while(|environment| !environment.join(INTERPRETER).exists())
        .find(|environment| environment.is_symlink() || environment.join("pyvenv.cfg").is_file())
}

/// Looks behind a version manager's shim before the first start.
pub(super) async fn prepare(supervisor: &Supervisor, app: &App, project: &Path) -> Result<(), Problem> {
    if environment(&app.root, project).is_none() {
        let program = found(app)?;
        let ask = ["-I", "-S", "-c", "import sys; print(sys.executable)"];
        interpreter::resolve(supervisor, &program, &app.root, &ask).await;
    }
    Ok(())
}

/// What is said where another version than the declared one runs a function. No program is run to find out.
pub(crate) fn stand_in(app: &App, project: &Path) -> Option<String> {
    let declared = version_in(&app.runtime)?;
    let found = version_in(interpreter(app, project).ok()?.canonicalize().ok()?.file_name()?.to_str()?)?;
    let whose = match environment(&app.root, project) {
        Some(environment) => format!("its virtual environment {}", shown(&environment, project)),
        None => "python3 on PATH".to_owned(),
    };
    (found != declared)
        .then(|| format!("it runs with Python {found}, which is what {whose} is, not with {}", app.runtime))
}

/// `3.12` of `python3.12`, `python312` and `python:3.12`.
fn version_in(name: &str) -> Option<String> {
    let digits = name.strip_prefix("python")?.trim_start_matches(':');
    let digits = digits.split(['-', ' ']).next()?;
    let minor = digits.strip_prefix('3')?.trim_start_matches('.');
    (!minor.is_empty() && minor.chars().all(|letter| letter.is_ascii_digit())).then(|| format!("3.{minor}"))
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

fn installed(environment: &Path, package: &str) -> bool {
    if environment.join("Lib/site-packages").join(package).is_dir() {
        return true;
    }
    let Ok(versions) = environment.join("lib").read_dir() else { return false };
    versions.flatten().any(|version| version.path().join("site-packages").join(package).is_dir())
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn versions_are_told_from_every_clouds_names() {
        let all = [
            "python3.12",
            "python312",
            "python:3.12",
            "python3.11",
            "python:3",
            "python3",
            "nodejs20.x",
            "python3.9t",
        ];
        let versions = all.map(|name| version_in(name).unwrap_or_default());
        assert_eq!(versions, ["3.12", "3.12", "3.12", "3.11", "", "", "", ""]);
    }

    use super::*;

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
        assert_eq!(environment(&root, project), Some(own), "the function's own before the project's");
    }
}
