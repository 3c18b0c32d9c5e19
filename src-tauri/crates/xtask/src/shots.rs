//! `cargo xtask shots`: screenshots of every page, of a real host on the samples.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{
    install::apt,
    repository::{Repository, complete},
    run::build_ui,
};

const SCRIPT: &str = "ui/scripts/shots.mjs";

pub(crate) fn shots(repository: &Repository, arguments: &[String]) -> Result<ExitCode> {
    if !repository.at(SCRIPT).is_file() {
        bail!("{SCRIPT} is missing: it drives the browser and writes the pictures");
    }
    if cfg!(target_os = "linux") {
        apt::ensure(&["chromium"], "to take screenshots")?;
    }
    build_ui(repository)?;
    complete(repository.cargo().args(["build", "--package", "coldframe"]))?;
    let mut script = repository.command("node");
    script.current_dir(repository.at("ui")).arg("scripts/shots.mjs").args(arguments);
    script.env("COLDFRAME_BIN", repository.built("debug", "coldframe"));
    complete(&mut script)?;
    Ok(ExitCode::SUCCESS)
}
