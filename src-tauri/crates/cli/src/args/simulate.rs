//! What `coldframe simulate` takes.

use clap::Args as ClapArgs;
use coldframe_cost::Shape;

use crate::amount;

#[derive(Debug, ClapArgs)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Simulate {
    /// The plan; `coldframe plans` lists them
    #[arg(long, value_name = "ID")]
    pub(crate) plan: String,
    /// How calls come: steady, poisson, daily, weekly, spiky or bursty
    #[arg(long, value_name = "SHAPE", value_parser = shape)]
    pub(crate) shape: Shape,
    /// Calls a month
    #[arg(long, value_name = "N", value_parser = amount::calls)]
    pub(crate) requests: u64,
    /// The same seed gives the same month
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long each call takes, without init
    #[arg(long, value_name = "D", value_parser = amount::milliseconds, default_value = "100")]
    pub(crate) duration_ms: u64,
    /// Memory of an instance
    #[arg(long, value_name = "M", value_parser = amount::megabytes, default_value = "512")]
    pub(crate) memory_mb: u32,
    /// vCPUs of an instance, where the plan lets choose
    #[arg(long, value_name = "V", value_parser = amount::vcpu)]
    pub(crate) vcpu: Option<u32>,
    /// CPU time of each call; all its duration when left out
    #[arg(long, value_name = "C", value_parser = amount::milliseconds)]
    pub(crate) cpu_ms: Option<u64>,
    /// How long a new instance takes until its first call
    #[arg(long, value_name = "I", value_parser = amount::milliseconds, default_value = "200")]
    pub(crate) init_ms: u64,
    /// Calls an instance takes at once; the plan's own when left out, like the rest of its rule
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) concurrency: Option<u64>,
    /// Most instances at once
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) limit: Option<u64>,
    /// How long an instance without a call is kept
    #[arg(long, value_name = "S", value_parser = amount::seconds)]
    pub(crate) idle_s: Option<u64>,
    /// Instances that are always there
    #[arg(long, value_name = "N", value_parser = amount::instances, default_value = "0")]
    pub(crate) min_instances: u64,
    /// More calls than this are sampled, and the error of that is stated
    #[arg(long, value_name = "N", value_parser = at_least_a_thousand, default_value = "20000000")]
    pub(crate) most_calls: u64,
    /// As if the free tier were used up
    #[arg(long)]
    pub(crate) no_free_tier: bool,
    /// Print everything, with instances and calls over time
    #[arg(long)]
    pub(crate) json: bool,
}

fn shape(text: &str) -> Result<Shape, String> {
    Shape::named(text).ok_or_else(|| format!("write one of {}", Shape::NAMES.join(", ")))
}

fn at_least_a_thousand(text: &str) -> Result<u64, String> {
    match amount::calls(text)? {
        0..1_000 => Err("must be at least 1000: fewer say nothing".to_owned()),
        many => Ok(many),
    }
}

fn at_least_one(text: &str) -> Result<u64, String> {
    match amount::instances(text)? {
        0 => Err("must be at least 1".to_owned()),
        many => Ok(many),
    }
}
