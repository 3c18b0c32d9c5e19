//! The Costs page: a month projected from recorded traffic, on serverless plans and on always-on machines.

mod export;
mod option;
mod settings;
mod simulation;

pub use self::{export::*, option::*, settings::*, simulation::*};

use crate::wire;

wire! {
    pub struct CostQuery {
        /// `None`: every function of the project.
        pub function: Option<i64>,
        pub minutes: Option<u32>,
        /// Calls a month, when the person says so instead of the record.
        pub calls_per_month: Option<u64>,
        #[serde(default)]
        pub settings: CostSettings,
    }

    pub struct CostReport {
        pub basis: CostBasis,
        /// One plain sentence with the figures it rests on; asks "how busy will it be?" when the record is too thin.
        pub verdict: String,
        pub plans: Vec<CostOption>,
        pub machines: Vec<CostOption>,
        /// Price against volume, for the chart: the same volumes for every option.
        pub volumes: Vec<f64>,
        pub curves: Vec<CostCurve>,
        pub crossings: Vec<Crossing>,
        /// What was asked for, what was left out filled in.
        pub settings: CostSettings,
        /// How the calls of the month come.
        pub traffic: TrafficPreview,
        /// Where and when the prices come from.
        pub prices: String,
        pub assumptions: Vec<String>,
        /// Of one function that has, or had, a resident twin: what both sides came to when it last ran, from its start on.
        pub twin: Option<crate::twin::TwinMeters>,
    }

    /// What a projection rests on.
    pub struct CostBasis {
        pub recorded_calls: u64,
        pub recorded_minutes: f64,
        /// False: too few calls or too short a time to call it a month; `calls_per_month` is then the person's, or null.
        pub enough: bool,
        pub calls_per_month: Option<u64>,
        pub mean_handler_ms: Option<f64>,
        pub mean_cpu_ms: Option<f64>,
        pub peak_memory_mb: Option<f64>,
        pub cold_percent: Option<f64>,
        /// The functions behind it: their names, by number of calls.
        pub functions: Vec<String>,
    }

    /// Relative rates of calls over a stretch of time, for a picture.
    pub struct TrafficPreview {
        pub shape: TrafficShape,
        /// Length of one step.
        pub step_minutes: f64,
        /// Calls a second in each step, at the month's volume; empty where there is none.
        pub calls_per_s: Vec<f64>,
        /// The busiest minute over the mean minute.
        pub peak_factor: f64,
    }

    pub struct CostCurve {
        pub id: String,
        pub title: String,
        pub kind: String,
        /// Dollars a month at each volume.
        pub usd: Vec<f64>,
    }

    /// From this volume on, the other of the two is the cheaper one.
    pub struct Crossing {
        pub plan: String,
        pub machine: String,
        pub calls_per_month: f64,
        /// `plan` or `machine`.
        pub cheaper: String,
        /// How many machines hold that.
        pub machines: u32,
        pub usd: String,
    }
}
