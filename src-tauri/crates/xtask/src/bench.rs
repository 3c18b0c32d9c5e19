//! `cargo xtask bench`: the yardstick, on optimised builds.

use std::process::ExitCode;

use anyhow::Result;

use crate::repository::{Repository, complete};

pub(crate) fn bench(repository: &Repository, arguments: &[String]) -> Result<ExitCode> {
    complete(repository.cargo().args(["build", "--release", "--package", "coldframe"]))?;
    let mut bench = repository.cargo();
    bench.args(["run", "--quiet", "--release", "--package", "coldframe-bench", "--"]).args(arguments);
    bench.env("COLDFRAME_BIN", repository.built("release", "coldframe"));
    complete(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}
