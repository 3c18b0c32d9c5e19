//! The options of `coldframe check`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use coldframe_cost::Decimal;

use crate::amount;

const ABOUT: &str = "\
Both states run on copies of their files, with the dependencies that are installed now; no running host takes part. The
functions are really called, as often as is needed to tell a change from noise; where that reaches something outside, or
could, only with --writes-ok. Outside are hosts, programs that it starts, and files beyond its temporary folder: those it was seen
reaching, and what its sources name. A name that is put together while it runs is not found.

Exit codes: 0 within its budgets, 1 a function fails, 2 it cannot be meant so (or calls something outside), 4 past a budget (or
worse, with --fail-on-regression), 5 it cannot be told (a budget of what was not measured; with --fail-on-regression also too
few samples, and a tree without changes where --against names nothing else).

In CI, where the tree is the commit:  coldframe check --against origin/main --max-cold-p95 800ms --fail-on-regression";

#[derive(Debug, ClapArgs)]
#[command(after_help = ABOUT, allow_negative_numbers = true)]
pub(crate) struct Check {
    /// Names, or PROVIDER/NAME where two providers have one of that name; all functions when left out
    #[arg(value_name = "FUNCTION")]
    pub(crate) functions: Vec<String>,
    /// The revision to compare with, as git names it: a branch, a tag, a commit; the last commit when left out
    #[arg(long, value_name = "REV")]
    pub(crate) against: Option<String>,
    /// What a cold start (boot, init and the first call) may take at most, but for one in twenty: 800ms, 1.2s
    #[arg(long, value_name = "TIME", value_parser = amount::time, allow_hyphen_values = true)]
    pub(crate) max_cold_p95: Option<u64>,
    /// Dollars a million warm calls may cost at most, on the plan the code is written for
    #[arg(long, value_name = "USD", value_parser = amount::dollars, allow_hyphen_values = true)]
    pub(crate) max_price_per_million: Option<Decimal>,
    /// Memory it may have resident at most, in MB
    #[arg(long, value_name = "M", value_parser = amount::megabytes, allow_hyphen_values = true)]
    pub(crate) max_memory_mb: Option<u32>,
    /// A file of events: one, an array of them, or JSON Lines; - for standard input. When left out, those saved beside the
    /// project (.coldframe/events/FUNCTION), else its schedule's, else an example of its trigger, else {}
    #[arg(long, value_name = "FILE", conflicts_with = "starts_only")]
    pub(crate) events: Option<PathBuf>,
    /// Call nothing: compare starts alone, also where calls would write to something outside
    #[arg(long)]
    pub(crate) starts_only: bool,
    /// Call functions although that reaches something outside, or could: what a call writes there is written some hundred
    /// times
    #[arg(long, conflicts_with = "starts_only")]
    pub(crate) writes_ok: bool,
    /// How long each function is measured at most: 90s, 5m
    #[arg(long, value_name = "TIME", value_parser = amount::time, default_value = "3m", allow_hyphen_values = true)]
    pub(crate) within: u64,
    /// Exit with 4 if anything got worse, with 5 if that cannot be told or there is nothing to compare with
    #[arg(long)]
    pub(crate) fail_on_regression: bool,
    /// Print everything as one object
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}
