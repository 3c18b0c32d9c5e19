//! One option, watched over simulated time.

use super::{CostLine, CostQuery, TrafficShape};
use crate::wire;

wire! {
    pub struct SimulationQuery {
        /// The traffic: what the Costs page shows.
        pub cost: CostQuery,
        pub plan: String,
        /// The same seed gives the same calls.
        #[serde(default)]
        pub seed: u64,
        #[serde(default)]
        pub idle_s: Option<u64>,
        #[serde(default)]
        pub concurrency: Option<u32>,
        #[serde(default)]
        pub limit: Option<u32>,
        #[serde(default)]
        pub min_instances: Option<u32>,
    }

    /// A day, or a week of a weekly shape.
    pub struct Simulation {
        pub plan: String,
        pub title: String,
        pub shape: TrafficShape,
        pub calls_per_month: u64,
        pub seed: u64,
        /// As they were simulated: the person's, or the plan's usual.
        pub idle_s: u64,
        pub concurrency: u32,
        pub limit: Option<u32>,
        pub min_instances: u32,
        /// Length of one step of the lists.
        pub step_minutes: f64,
        /// Instances alive and busy: the most at once, and on average.
        pub alive_max: Vec<f64>,
        pub alive_mean: Vec<f64>,
        pub busy_mean: Vec<f64>,
        pub calls: Vec<f64>,
        pub cold: Vec<f64>,
        pub throttled: Vec<f64>,
        /// Over the whole month.
        pub cold_percent: f64,
        pub throttled_percent: f64,
        /// Busy time over time alive.
        pub utilisation_percent: f64,
        pub peak_instances: f64,
        pub p50_ms: f64,
        pub p95_ms: f64,
        pub p99_ms: f64,
        pub p999_ms: f64,
        pub lines: Vec<CostLine>,
        pub usd: String,
        /// What it assumes, and how exact it is.
        pub assumes: Vec<String>,
    }
}
