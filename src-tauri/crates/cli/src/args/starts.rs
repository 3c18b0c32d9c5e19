//! The arguments of `coldframe starts` and `coldframe imports`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::minutes;

#[derive(Debug, ClapArgs)]
pub(crate) struct Starts {
    /// Of this function; of all when left out
    #[arg(long, value_name = "F")]
    pub(crate) function: Option<String>,
    /// How far back: 30m, 1h, 2d
    #[arg(long, value_name = "TIME", value_parser = minutes, default_value = "1d")]
    pub(crate) since: u32,
    /// Print everything: by function, revision and runtime, over time, each start, and what revisions changed
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Imports {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// Inits that are measured, one after the other; the one in the middle is told
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=25))]
    pub(crate) runs: u32,
    /// Print every module with what it took
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}
