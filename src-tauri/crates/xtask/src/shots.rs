//! `cargo xtask shots`: screenshots of every page, of a real host on the samples, and of the real window.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result};

use crate::{
    install::apt,
    repository::{Repository, complete},
    run::build_ui,
    test::{with_browser, with_window},
};

pub(crate) fn shots(repository: &Repository, arguments: &[String]) -> Result<ExitCode> {
    if cfg!(target_os = "linux") {
        apt::ensure(apt::WINDOW, "by the desktop window")?;
        apt::ensure(apt::FUNCTIONS, "by the Python samples")?;
        apt::ensure(apt::UI_TESTS, "to take screenshots")?;
    }
    build_ui(repository)?;
    complete(repository.cargo().args(["build", "--package", "coldframe", "--package", "coldframe-desktop"]))?;
    let folder = repository.cache("shots");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // The samples' Rust is compiled once, not for every set of pictures.
    let compiled = repository.cache("fixtures");
    let mut pages = with_browser(repository, repository.command("node"))?;
    pages.arg("shots/shots.mjs").arg("--into").arg(&folder).args(arguments);
    complete(pages.env("CARGO_TARGET_DIR", &compiled))?;
    if arguments.is_empty() {
        let mut window = with_window(repository)?;
        window.args(["node", "shot.mjs"]).arg(folder.join("window.png"));
        complete(&mut window)?;
    }
    Ok(ExitCode::SUCCESS)
}
