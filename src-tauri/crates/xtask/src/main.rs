//! Developer commands, as `cargo xtask NAME`. Each installs what it needs and says what and why before it does.
//!
//! Only this crate and the tests know how the parts are built together; no part of the product depends on it.

#![expect(
    clippy::disallowed_methods,
    reason = "a build tool starts compilers and package managers, not functions"
)]

mod bench;
mod count;
mod install;
mod leftovers;
mod repository;
mod run;
mod shots;
mod step;
mod test;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use repository::Repository;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Run, test and measure Coldframe", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the desktop app and open it on a folder of functions
    Run {
        /// The folder to open
        #[arg(default_value = "sample-functions")]
        folder: PathBuf,
        /// Build with optimisations: slower to build, faster to use
        #[arg(long)]
        release: bool,
    },
    /// Run every check and every test; the last line is `N passed, N failed`
    Test {
        /// Only the steps whose names begin with one of these
        steps: Vec<String>,
    },
    /// Measure what Coldframe costs beside doing without it
    Bench {
        /// Passed on to the yardstick
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write screenshots of every page in both themes
    Shots {
        /// Passed on to the script
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let repository = Repository::here();
    let done = match arguments.command {
        Command::Run { folder, release } => run::run(&repository, &folder, release),
        Command::Test { steps } => test::test(&repository, &steps),
        Command::Bench { arguments } => bench::bench(&repository, &arguments),
        Command::Shots { arguments } => shots::shots(&repository, &arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
