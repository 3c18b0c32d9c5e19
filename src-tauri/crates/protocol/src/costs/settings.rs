//! What a person may change about the month that is priced.

use crate::wire;

wire! {
    /// Left out or null: as it was recorded, or the usual.
    #[derive(Default)]
    #[serde(default)]
    pub struct CostSettings {
        /// How calls come through the month.
        pub shape: Option<TrafficShape>,
        /// Every function with this much memory instead of its own.
        pub memory_mb: Option<u32>,
        /// `x86_64` or `arm64`: plans and machines of the other are left out.
        pub architecture: Option<String>,
        pub budget: Option<LatencyBudget>,
        /// How full machines may be planned, of their CPU.
        pub utilisation_percent: Option<f64>,
        /// How much more than was recorded may come at any time.
        pub headroom_percent: Option<f64>,
        /// How many machines may fail before the rest no longer holds the peak.
        pub spare: Option<u32>,
        /// Hours a month somebody looks after a machine, and what one of them costs.
        pub care_hours: Option<f64>,
        pub care_usd_per_hour: Option<f64>,
        /// How fast a core of the cloud is beside one of this machine: 1 is as fast, 0.5 half as fast.
        pub core_speed: Option<f64>,
        pub free_tier: Option<bool>,
        /// Calls that a person had made (load tests, maps) are traffic, too.
        pub made_calls: Option<bool>,
    }

    /// `p99 under 800 ms`.
    #[derive(Copy)]
    pub struct LatencyBudget {
        /// 50, 95, 99 or 99.9.
        pub percentile: f64,
        pub ms: f64,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum TrafficShape {
        /// The recorded rate of each minute, over and over.
        Recorded,
        Steady,
        Poisson,
        Daily,
        Weekly,
        Spiky,
        Bursty,
    }
}
