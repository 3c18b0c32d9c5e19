//! `cargo xtask run`: from a fresh clone to an open window.

use std::{env, path::Path, process::ExitCode};

use anyhow::{Result, bail};

use crate::{
    install::{apt, npm},
    repository::{Repository, complete},
};

pub(crate) fn run(repository: &Repository, folder: &Path, release: bool) -> Result<ExitCode> {
    let folder = env::current_dir()?.join(folder);
    if !folder.is_dir() {
        bail!("{} is not a folder", folder.display());
    }
    if cfg!(target_os = "linux") {
        apt::ensure(apt::WINDOW, "by the desktop window")?;
        apt::ensure(apt::FUNCTIONS, "by the Python samples")?;
    }
    build_ui(repository)?;
    let profile = if release { "release" } else { "dev" };
    println!("building the desktop app (the first time takes some minutes)");
    complete(repository.cargo().args(["build", "--package", "coldframe-desktop", "--profile", profile]))?;
    let displays = ["DISPLAY", "WAYLAND_DISPLAY"];
    if cfg!(target_os = "linux") && displays.iter().all(|name| env::var_os(name).is_none()) {
        bail!(
            "there is no display to open a window on\n\
             hint: `cargo run --package coldframe -- serve --ui {}` shows the same in a browser",
            folder.display()
        );
    }
    let program = repository.built(if release { "release" } else { "debug" }, "coldframe-desktop");
    let status = repository.command(program).arg(&folder).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the user interface that the programs embed.
pub(crate) fn build_ui(repository: &Repository) -> Result<()> {
    npm::ensure(repository, "ui")?;
    println!("building the user interface");
    complete(repository.npm("ui").args(["run", "--silent", "build"]))
}
