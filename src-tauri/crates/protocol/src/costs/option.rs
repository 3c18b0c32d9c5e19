//! One plan or machine at one volume.

use crate::wire;

wire! {
    pub struct CostOption {
        pub id: String,
        pub title: String,
        /// `plan` or `machine`.
        pub kind: String,
        /// How a plan counts (`per-invocation`, `active-instance`, `active-cpu`, `lifetime`, `nodes`), or what a machine
        /// is (`vm`, `container`, `paas`, `node`).
        pub group: String,
        pub provider: String,
        pub region: String,
        pub architecture: String,
        /// `current`, `legacy`, `retired`: whether it can still be bought.
        pub status: String,
        pub lines: Vec<CostLine>,
        /// Dollars a month, rounded to cents; null where nothing can be said yet, or it would refuse the work.
        pub usd: Option<String>,
        /// Before the free tier.
        pub list_usd: Option<String>,
        /// What `usd` would be if cores were a third faster or slower than supposed.
        pub usd_low: Option<String>,
        pub usd_high: Option<String>,
        /// What of the list price is only for rounding up time and memory.
        pub rounding_usd: Option<String>,
        /// Machines needed, for machines.
        pub count: Option<u32>,
        /// Percent of what is paid for that stays unused, for machines, and what that share costs.
        pub idle_percent: Option<f64>,
        pub idle_usd: Option<String>,
        pub cheapest: bool,
        /// Why it would not do this work: `it would end a call after 540,000 ms, and …`.
        pub refusal: Option<String>,
        /// Why the latency budget rules it out: `p99 would be about 1,240 ms, over 800`.
        pub ruled_out: Option<String>,
        pub latency: Option<LatencyGuess>,
        /// The cold start to expect there, for plans.
        pub cold: Option<ColdGuess>,
        pub fleet: Option<FleetGuess>,
        /// What the price leaves out or takes for granted.
        pub notes: Vec<String>,
        /// Figures that are not to be taken for facts.
        pub unverified: Vec<String>,
        pub source: String,
        pub confidence: String,
    }

    pub struct CostLine {
        pub label: String,
        /// In words: `140,000 GB-s × $0.0000166667, 400,000 free`.
        pub quantity: String,
        /// What is charged, after the free tier, and what that took off, in `unit`.
        pub units: f64,
        pub free_units: f64,
        pub unit: String,
        pub unit_price_usd: String,
        pub usd: String,
    }

    /// What callers would wait, simulated on this option: a range, because a local duration is no cloud duration.
    pub struct LatencyGuess {
        pub p50_ms: f64,
        pub p95_ms: f64,
        pub p99_ms: f64,
        pub p999_ms: f64,
        /// The same p99 with cores a third faster, and a third slower and slow cold starts.
        pub p99_low_ms: f64,
        pub p99_high_ms: f64,
        pub cold_percent: f64,
        pub throttled_percent: f64,
        pub peak_instances: f64,
    }

    pub struct ColdGuess {
        pub typical_ms: f64,
        pub low_ms: f64,
        pub high_ms: f64,
        /// `AWS's own start of python3.13 at 512 MB: 110 ms, slow ones 160 ms; plus this function's import …`.
        pub rests_on: String,
    }

    /// What a number of machines would feel like.
    pub struct FleetGuess {
        /// Enough if calls came evenly; at the busiest minute; beyond that, spare.
        pub evenly: u32,
        pub at_peak: u32,
        pub spare: u32,
        /// What decides the number: `one is enough`, `CPU at the busiest`, `CPU, sustained`, `memory`.
        pub binding: String,
        /// From one machine up to those needed, at the busiest minute.
        pub at: Vec<QueueGuess>,
        /// How late a scaling rule has one more machine at work, and what that is made of.
        pub scale_s: Option<f64>,
        pub scale_rests_on: String,
    }

    pub struct QueueGuess {
        pub machines: u32,
        /// Of their CPU at the busiest minute; over 100: calls pile up.
        pub busy_percent: f64,
        /// What calls wait for a core; null where they pile up without end.
        pub wait_p50_ms: Option<f64>,
        pub wait_p99_ms: Option<f64>,
    }
}
