//! The yardstick: what Coldframe costs beside doing without it, in one run, on one machine.
//!
//! Everything is set beside a floor measured in the same minutes: a bare HTTP echo, an emulator that does nothing but
//! carry events ([`null`]), the bare interpreter. Rounds alternate between the subjects, so that what else the
//! machine does meets all of them. Ratios travel between machines, microseconds do not.

#![expect(clippy::disallowed_methods, reason = "it starts what it measures")]

mod check;
mod client;
mod cold;
mod cpu;
mod echo;
mod figures;
mod machine;
mod memory;
mod null;
mod server;
mod simulate;
mod subject;
mod ui;
mod verdict;
mod warm;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{figures::Figures, machine::Machine, subject::Subjects};

#[derive(Parser)]
#[command(name = "cargo xtask bench", about = "Measure what Coldframe costs beside doing without it")]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    /// The release binary to measure; `cargo xtask bench` builds it
    #[arg(long, env = "COLDFRAME_BIN")]
    coldframe: Option<PathBuf>,
    /// Rounds of warm calls over all subjects
    #[arg(long, default_value_t = 21)]
    rounds: usize,
    /// Length of one subject's turn in a round, in milliseconds
    #[arg(long, default_value_t = 200)]
    turn_ms: u64,
    /// Starts and saves of each language
    #[arg(long, default_value_t = 11)]
    starts: usize,
    /// Only these: warm, cold, reload, memory, simulate
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Write the figures to a file
    #[arg(long, value_name = "FILE", global = true)]
    json: Option<PathBuf>,
    /// Set the figures beside those of an earlier run
    #[arg(long, value_name = "FILE", global = true)]
    compare: Option<PathBuf>,
    /// Fail when a target is missed
    #[arg(long, global = true)]
    check: bool,
}

#[derive(Subcommand)]
enum Part {
    /// The interface, on a record of millions of calls
    Ui(ui::Arguments),
    /// What `coldframe check` says of changes that are known
    Check(check::Arguments),
    // What is measured runs in processes of its own, as Coldframe does.
    /// Answer every request with its body
    #[command(hide = true)]
    Echo,
    /// The emulator that does nothing but carry events
    #[command(hide = true)]
    Null { function: PathBuf, instances: usize },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.part {
        Some(Part::Echo) => serve(echo::serve()),
        Some(Part::Null { function, instances }) => serve(null::serve(function, *instances)),
        Some(Part::Check(check)) => check::measure(arguments.coldframe.as_deref(), check),
        Some(Part::Ui(_)) | None => measure(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// With as many threads as Coldframe has.
fn serve(server: impl Future<Output = Result<()>>) -> Result<ExitCode> {
    let runtime = coldframe_host::runtime()?;
    runtime.block_on(server)?;
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

fn measure(arguments: &Arguments) -> Result<ExitCode> {
    let machine = Machine::here();
    println!("{machine}");
    let mut figures = Figures::default();
    if let Some(Part::Ui(ui)) = &arguments.part {
        ui::measure(arguments.coldframe.as_deref(), ui, &mut figures)?;
        return tell(arguments, &machine, &figures);
    }
    // One thread: the client shares the processor with what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let asked = |part: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == part);
        if asked("simulate") {
            simulate::measure(arguments.coldframe.as_deref(), &mut figures).await?;
        }
        if !["memory", "warm", "cold", "reload"].into_iter().any(asked) {
            return anyhow::Ok(());
        }
        let subjects = Subjects::start(arguments.coldframe.as_deref())?;
        if asked("memory") {
            memory::measure(&subjects, &mut figures).await?;
        }
        if asked("warm") {
            warm::measure(
                &subjects,
                arguments.rounds,
                Duration::from_millis(arguments.turn_ms),
                &mut figures,
            )
            .await?;
        }
        if asked("cold") {
            cold::starts(&subjects, arguments.starts, &mut figures).await?;
        }
        if asked("reload") {
            cold::reloads(&subjects, arguments.starts, &mut figures).await?;
        }
        anyhow::Ok(())
    })?;
    tell(arguments, &machine, &figures)
}

fn tell(arguments: &Arguments, machine: &Machine, figures: &Figures) -> Result<ExitCode> {
    let met = verdict::print(figures);
    if let Some(file) = &arguments.json {
        figures.write(machine, file)?;
    }
    if let Some(file) = &arguments.compare {
        figures.compare(machine, file)?;
    }
    Ok(if met || !arguments.check { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
