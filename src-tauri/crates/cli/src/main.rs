//! `coldframe`: the headless host, and verbs that ask a running one.
//!
//! Exit codes: 0 ok, 1 the function answered with an error or Coldframe itself failed, 2 usage, 3 not found, 4 past a
//! budget, 5 a check that cannot tell; 130, 143 and 129 a check that was interrupted, terminated or hung up on.

mod amount;
mod args;
mod output;
mod serve;
mod signals;
mod table;
mod verbs;

use std::{io::IsTerminal as _, process::ExitCode};

use clap::Parser;

use crate::args::{Args, Verb};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What went wrong, by the exit code it has.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 1: the function failed, or the host.
    Failed(String),
    /// 2: the command makes no sense.
    Usage(String),
    /// 3: there is no such function, folder or file.
    NotFound(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
        }
    }
    fn text(&self) -> &str {
        match self {
            Self::Failed(text) | Self::Usage(text) | Self::NotFound(text) => text,
        }
    }
}

impl From<coldframe_protocol::RpcError> for Failure {
    fn from(error: coldframe_protocol::RpcError) -> Self {
        use coldframe_protocol::ErrorCode;
        let text = error.to_string();
        match error.code {
            ErrorCode::NotFound => Self::NotFound(text),
            ErrorCode::Invalid | ErrorCode::NoProject => Self::Usage(text),
            ErrorCode::Conflict | ErrorCode::Failed => Self::Failed(text),
        }
    }
}

impl From<coldframe_host::HostError> for Failure {
    fn from(error: coldframe_host::HostError) -> Self {
        use coldframe_host::HostError;
        match error {
            HostError::Project(_) => Self::NotFound(error.to_string()),
            HostError::Listen { .. } | HostError::DataDir { .. } => Self::Usage(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

fn main() -> ExitCode {
    if coldframe_supervisor::keeper::main_if_asked(std::env::args_os()) {
        return ExitCode::SUCCESS;
    }
    let args = Args::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("COLDFRAME_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    let runtime = match coldframe_host::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Failure::Failed(format!("cannot start the runtime: {error}"))),
    };
    let result = runtime.block_on(async {
        match args.verb {
            Verb::Serve(serve) => serve::run(args.global, serve).await,
            Verb::New(verb) => verbs::new::run(&verb),
            Verb::Functions(verb) => verbs::functions::run(args.global, verb).await,
            Verb::Invoke(verb) => verbs::invoke::run(args.global, verb).await,
            Verb::Install(verb) => verbs::install::run(args.global, verb).await,
            Verb::Cancel(verb) => verbs::install::cancel(args.global, &verb).await,
            Verb::Invocations(verb) => verbs::invocations::run(args.global, verb).await,
            Verb::Report(verb) => verbs::report::run(args.global, verb).await,
            Verb::Logs(verb) => verbs::logs::run(args.global, verb).await,
            Verb::Starts(verb) => verbs::starts::run(args.global, verb).await,
            Verb::Imports(verb) => verbs::imports::run(args.global, verb).await,
            Verb::Cost(verb) => verbs::cost::run(args.global, *verb).await,
            Verb::Estimate(verb) => verbs::estimate::run(args.global, &verb),
            Verb::Simulate(verb) => verbs::simulate::run(args.global, &verb),
            Verb::Rightsize(verb) => verbs::rightsize::run(args.global, verb).await,
            Verb::Check(verb) => verbs::check::run(args.global, *verb).await,
            Verb::Portability(verb) => verbs::portability::run(args.global, verb).await,
            Verb::Twin(verb) => verbs::twin::run(args.global, *verb).await,
            Verb::SideBySide(verb) => verbs::sidebyside::run(args.global, *verb).await,
            Verb::Map(verb) => verbs::map::run(args.global, verb).await,
            Verb::Load(verb) => verbs::load::run(args.global, *verb).await,
            Verb::Plans(verb) => verbs::plans::run(args.global, &verb),
            Verb::Machines(verb) => verbs::machines::run(args.global, &verb),
        }
    });
    // A blocked read of stdin must not keep the process.
    runtime.shutdown_background();
    match result.and_then(|code| output::finish().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => fail(&failure),
    }
}

fn fail(failure: &Failure) -> ExitCode {
    eprintln!("error: {}", failure.text());
    ExitCode::from(failure.code())
}
