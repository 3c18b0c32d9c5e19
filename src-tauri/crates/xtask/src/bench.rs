//! `cargo xtask bench`: the yardstick, on optimised builds. `bench ui` measures the interface in a browser and in the
//! window.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    install::apt,
    repository::{Repository, complete},
    run::build_ui,
    test::{with_browser, with_window},
};

pub(crate) fn bench(repository: &Repository, arguments: &[String]) -> Result<ExitCode> {
    let ui = arguments.first().is_some_and(|part| part == "ui");
    if ui {
        if cfg!(target_os = "linux") {
            apt::ensure(apt::WINDOW, "by the desktop window")?;
            apt::ensure(apt::UI_TESTS, "to measure the interface")?;
        }
        build_ui(repository)?;
    }
    complete(repository.cargo().args(["build", "--release", "--package", "coldframe"]))?;
    let mut bench = if ui { on_screen(repository)? } else { repository.cargo() };
    bench.args(["run", "--quiet", "--release", "--package", "coldframe-bench", "--"]).args(arguments);
    bench.env("COLDFRAME_BIN", repository.built("release", "coldframe"));
    complete(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}

/// Cargo, where what it runs can start a browser and, on Linux, the release build of the window.
fn on_screen(repository: &Repository) -> Result<Command> {
    if !cfg!(target_os = "linux") {
        return with_browser(repository, repository.cargo());
    }
    complete(repository.cargo().args(["build", "--release", "--package", "coldframe-desktop"]))?;
    let mut screen = with_browser(repository, with_window(repository)?)?;
    screen.arg(repository.cargo().get_program());
    screen.env("COLDFRAME_DESKTOP_BIN", repository.built("release", "coldframe-desktop"));
    Ok(screen)
}
