//! `coldframe cost`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use coldframe_protocol::{CostSettings, ExportFormat, LatencyBudget, TrafficShape};

use crate::amount;

#[derive(Debug, Args)]
pub(crate) struct Cost {
    /// The folder whose record it is; the running host's, or the current one, when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Only this function
    #[arg(long, value_name = "F")]
    pub(crate) function: Option<String>,
    /// How far back: 30m, 1h, 2d; everything when left out
    #[arg(long, value_name = "TIME", value_parser = super::minutes)]
    pub(crate) since: Option<u32>,
    /// Calls a month to price, instead of what was recorded
    #[arg(long, value_name = "N", value_parser = amount::some_calls)]
    pub(crate) calls_per_month: Option<u64>,
    #[command(flatten)]
    pub(crate) supposed: Supposed,
    /// All plans and machines, not only the cheapest of each
    #[arg(long)]
    pub(crate) all: bool,
    /// Print the whole report
    #[arg(long, conflicts_with = "all")]
    pub(crate) json: bool,
    /// Write it as a file, to standard output
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with_all = ["json", "all"])]
    pub(crate) export: Option<Format>,
}

/// What is supposed of the month; as recorded, or the usual, when left out.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Supposed {
    /// How calls come
    #[arg(long, value_enum)]
    shape: Option<Shape>,
    /// Every function with this much memory
    #[arg(long, value_name = "M")]
    memory_mb: Option<u32>,
    /// Only plans and machines of this architecture: x86_64 or arm64
    #[arg(long, value_name = "A", value_parser = super::architecture)]
    arch: Option<&'static str>,
    /// What has to be fast enough: p99=800ms; options that are slower are ruled out
    #[arg(long, value_name = "BUDGET", value_parser = budget)]
    budget: Option<LatencyBudget>,
    /// How full machines may be planned, percent of their CPU
    #[arg(long, value_name = "P", value_parser = amount::plain)]
    utilisation: Option<f64>,
    /// How much more than was recorded may come, percent
    #[arg(long, value_name = "P", value_parser = amount::plain)]
    headroom: Option<f64>,
    /// How many machines may fail
    #[arg(long, value_name = "N", value_parser = spare)]
    spare: Option<u32>,
    /// Hours a month somebody looks after a machine
    #[arg(long, value_name = "H", value_parser = amount::plain, requires = "care_usd_per_hour")]
    care_hours: Option<f64>,
    /// What such an hour costs
    #[arg(long, value_name = "USD", value_parser = amount::plain, requires = "care_hours")]
    care_usd_per_hour: Option<f64>,
    /// How fast a core there is beside one of this machine: 1 is as fast
    #[arg(long, value_name = "X", value_parser = amount::plain)]
    core_speed: Option<f64>,
    /// As if the free tiers were used up
    #[arg(long)]
    no_free_tier: bool,
    /// Calls that you had made (load tests, maps) are traffic, too
    #[arg(long)]
    made_calls: bool,
}

impl Supposed {
    pub(crate) fn settings(&self) -> CostSettings {
        CostSettings {
            shape: self.shape.map(Shape::to_wire),
            memory_mb: self.memory_mb,
            architecture: self.arch.map(str::to_owned),
            budget: self.budget,
            utilisation_percent: self.utilisation,
            headroom_percent: self.headroom,
            spare: self.spare,
            care_hours: self.care_hours,
            care_usd_per_hour: self.care_usd_per_hour,
            core_speed: self.core_speed,
            free_tier: self.no_free_tier.then_some(false),
            made_calls: self.made_calls.then_some(true),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shape {
    /// Each minute as recorded
    Recorded,
    /// Evenly
    Steady,
    /// At random, at a steady rate
    Poisson,
    /// Many by day, few by night
    Daily,
    /// The same, fewer at weekends
    Weekly,
    /// Calm, with short spikes
    Spiky,
    /// Bursts and pauses
    Bursty,
}

impl Shape {
    pub(crate) fn to_wire(self) -> TrafficShape {
        match self {
            Self::Recorded => TrafficShape::Recorded,
            Self::Steady => TrafficShape::Steady,
            Self::Poisson => TrafficShape::Poisson,
            Self::Daily => TrafficShape::Daily,
            Self::Weekly => TrafficShape::Weekly,
            Self::Spiky => TrafficShape::Spiky,
            Self::Bursty => TrafficShape::Bursty,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// A line for each line of each bill
    Csv,
    /// The whole report
    Json,
    /// A page that needs nothing else
    Html,
    /// A usage file for Infracost
    Infracost,
}

impl Format {
    pub(crate) fn to_wire(self) -> ExportFormat {
        match self {
            Self::Csv => ExportFormat::Csv,
            Self::Json => ExportFormat::Json,
            Self::Html => ExportFormat::Html,
            Self::Infracost => ExportFormat::Infracost,
        }
    }
}

fn spare(text: &str) -> Result<u32, String> {
    u32::try_from(amount::machines(text)?).map_err(|_| "is absurd".to_owned())
}

/// `p99=800ms`, `p95=1.5s`.
fn budget(text: &str) -> Result<LatencyBudget, String> {
    let shape = || format!("{text:?} is no latency budget; write p99=800ms");
    let (percentile, limit) = text.split_once('=').ok_or_else(shape)?;
    let percentile = percentile.strip_prefix('p').and_then(|number| number.parse().ok()).ok_or_else(shape)?;
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    let ms = match (limit.strip_suffix("ms"), limit.strip_suffix('s')) {
        (Some(ms), _) => number(ms),
        (None, Some(seconds)) => number(seconds).map(|seconds| seconds * 1000.0),
        (None, None) => None,
    };
    Ok(LatencyBudget { percentile, ms: ms.ok_or_else(shape)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets() {
        assert_eq!(budget("p99=800ms"), Ok(LatencyBudget { percentile: 99.0, ms: 800.0 }));
        assert_eq!(budget("p99.9=1.5s"), Ok(LatencyBudget { percentile: 99.9, ms: 1500.0 }));
        for wrong in ["", "p99", "99=1ms", "p99=800", "p99=-1ms", "p99=infs"] {
            assert!(budget(wrong).is_err(), "{wrong}");
        }
    }
}
