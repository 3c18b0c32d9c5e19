//! The options of `coldframe map`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Map {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// A file of JSON Lines, a JSON array, lines of text or CSV, a folder (an item for every file
    /// but hidden ones, __pycache__ and node_modules), - for standard input
    pub(crate) input: PathBuf,
    /// Calls under way at once, at most 1000
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) parallel: u32,
    /// How often an item that fails is tried, at most 10; being throttled is no try
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) attempts: u32,
    /// Write the answers here instead of printing them
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}
