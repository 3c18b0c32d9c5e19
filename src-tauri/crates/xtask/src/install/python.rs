//! Python packages, pinned by a requirements file, each set in a virtual environment of its own.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Stamp, read};
use crate::repository::{Repository, answer, complete};

/// The environment `name` with what `requirements` pins. Returns its folder.
pub(crate) fn ensure(repository: &Repository, name: &str, requirements: &str) -> Result<PathBuf> {
    let folder = repository.cache(&format!("python/{name}"));
    let pinned = read(&repository.at(requirements))?;
    let version = answer(repository.command("python3").arg("--version"))
        .context("python3 is not installed\nhint: install Python 3.9 or newer with its venv module")?;
    let path = folder.join("stamp");
    let stamp = Stamp { path: &path, input: format!("{version}{pinned}") };
    if stamp.is_current() {
        return Ok(folder);
    }
    println!("installing the Python packages of {requirements}");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    complete(repository.command("python3").args(["-m", "venv"]).arg(&folder))?;
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    complete(
        repository
            .command(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .arg("--requirement")
            .arg(repository.at(requirements)),
    )?;
    stamp.set()?;
    Ok(folder)
}
