//! The arguments of `coldframe rightsize`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::amount;

#[derive(Debug, ClapArgs)]
pub(crate) struct Rightsize {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// File with an event, - for standard input; {} when left out (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Vec<PathBuf>,
    /// Memory sizes, in MB, with commas between; when left out, the usual ones of the function's provider
    #[arg(long, value_name = "M,M,…", value_parser = amount::megabytes, value_delimiter = ',')]
    pub(crate) memory: Vec<u32>,
    /// Times each event is run on a warm instance of each size
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
    /// Instances started of each size
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) cold_runs: u32,
    /// Print everything measured and every plan's prices
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}
