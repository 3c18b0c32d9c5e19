//! The arguments of `coldframe sidebyside`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use coldframe_protocol::RowKind;

use crate::amount;

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct SideBySide {
    /// Name, or PROVIDER/NAME where two providers have one of that name
    pub(crate) function: String,
    /// Make this row happen (repeatable); all of them when left out
    #[arg(long, value_name = "ROW", value_parser = row)]
    pub(crate) row: Vec<RowKind>,
    /// Only print what came of it before
    #[arg(long, conflicts_with = "row")]
    pub(crate) show: bool,
    /// File with the event of every call, - for standard input; {} when left out
    #[arg(long, value_name = "FILE")]
    pub(crate) event: Option<PathBuf>,
    /// Calls a month of steady and of spiky traffic; the number at which they differ most when left out
    #[arg(long, value_name = "N", value_parser = amount::calls)]
    pub(crate) calls_per_month: Option<u64>,
    /// How long the job is that a plan's limit is held against
    #[arg(long, value_name = "MINUTES", value_parser = amount::minutes)]
    pub(crate) job_minutes: Option<f64>,
    /// From a machine's boot until your code on it answers: 90s, 4m; an assumption, which is called one, when left out
    #[arg(long, value_name = "TIME", value_parser = amount::time)]
    pub(crate) deploy: Option<u64>,
    /// Also where calls write to something outside, or could (hosts, programs, files beyond the temporary folder): they are made
    /// twice
    #[arg(long)]
    pub(crate) twice: bool,
    /// Hours a month that looking after it takes you on serverless: kept, as the two that belong to it
    #[arg(long, value_name = "H", value_parser = amount::hours, requires_all = ["always_on_hours", "usd_per_hour"])]
    pub(crate) serverless_hours: Option<f64>,
    /// The same on a machine
    #[arg(long, value_name = "H", value_parser = amount::hours, requires_all = ["serverless_hours", "usd_per_hour"])]
    pub(crate) always_on_hours: Option<f64>,
    /// What such an hour costs
    #[arg(long, value_name = "USD", value_parser = amount::dollars_an_hour, requires_all = ["serverless_hours", "always_on_hours"])]
    pub(crate) usd_per_hour: Option<f64>,
    /// A process for each call stands for the always-on side: for a function that does not run resident
    #[arg(long)]
    pub(crate) per_call: bool,
    /// Write the table as one HTML page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print the table with everything it rests on
    #[arg(long)]
    pub(crate) json: bool,
    /// The folder of functions, if no host is running
    #[arg(long, default_value = ".")]
    pub(crate) dir: PathBuf,
}

fn row(text: &str) -> Result<RowKind, String> {
    let named = text.replace('-', "_");
    RowKind::ALL.into_iter().find(|row| row.as_str() == named).ok_or_else(|| {
        let all = RowKind::ALL.map(|row| row.as_str().replace('_', "-"));
        format!("the rows are {}", all.join(", "))
    })
}
