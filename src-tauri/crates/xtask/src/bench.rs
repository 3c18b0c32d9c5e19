//! `cargo xtask bench`: the yardstick, on optimised builds. `bench ui` measures the interface in a browser.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    install::apt,
    repository::{Repository, complete},
    run::build_ui,
    test::with_browser,
};

pub(crate) fn bench(repository: &Repository, arguments: &[String]) -> Result<ExitCode> {
    let ui = arguments.first().is_some_and(|part| part == "ui");
    if ui {
        if cfg!(target_os = "linux") {
            apt::ensure(apt::UI_TESTS, "to measure the interface")?;
        }
        build_ui(repository)?;
    }
    complete(repository.cargo().args(["build", "--release", "--package", "coldframe"]))?;
    let mut bench = repository.cargo();
    bench.args(["run", "--quiet", "--release", "--package", "coldframe-bench", "--"]).args(arguments);
    if ui {
        bench = with_browser(repository, bench)?;
    }
    bench.env("COLDFRAME_BIN", repository.built("release", "coldframe"));
    complete(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}
