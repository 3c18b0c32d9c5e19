//! The Costs page: a month projected from recorded traffic, on serverless plans and on always-on machines.

use crate::wire;

wire! {
    pub struct CostQuery {
        /// `None`: every function of the project.
        pub function: Option<i64>,
        pub minutes: Option<u32>,
        /// Calls a month, when the person says so instead of the record.
        pub calls_per_month: Option<u64>,
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
        /// Where and when the prices come from.
        pub prices: String,
        pub assumptions: Vec<String>,
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
    }

    pub struct CostOption {
        pub id: String,
        pub title: String,
        /// `plan` or `machine`.
        pub kind: String,
        pub lines: Vec<CostLine>,
        /// Dollars a month, rounded to cents; null where nothing can be said yet.
        pub usd: Option<String>,
        /// Before the free tier.
        pub list_usd: Option<String>,
        /// Machines needed, for machines.
        pub count: Option<u32>,
        /// Percent of what is paid for that stays unused, for machines.
        pub idle_percent: Option<f64>,
        pub cheapest: bool,
        /// What the price leaves out, or why there is none: `one call needs 700 MB …`.
        pub note: Option<String>,
        pub source: String,
        pub confidence: String,
    }

    pub struct CostLine {
        pub label: String,
        pub quantity: String,
        pub usd: String,
    }

    pub struct CostCurve {
        pub id: String,
        pub title: String,
        pub kind: String,
        /// Dollars a month at each volume.
        pub usd: Vec<f64>,
    }

    pub struct Crossing {
        pub plan: String,
        pub machine: String,
        pub calls_per_month: f64,
        pub usd: String,
    }
}
