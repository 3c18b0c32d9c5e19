//! Right-sizing: one function measured at several memory sizes, each with the share of the CPU that it buys, and what
//! a call takes and costs there on every plan that sells CPU by memory.

use crate::wire;

wire! {
    /// Runs on instances of its own; neither the function's pool nor its record is touched.
    pub struct RightsizeRequest {
        pub function: i64,
        /// Each as [`Invoke::event`](crate::Invoke) takes it; an empty list is one empty event.
        #[serde(default)]
        pub events: Vec<String>,
        /// MiB; the usual sizes where it is left out.
        pub memories: Option<Vec<u32>>,
        /// Times every event is run on a warm instance, for each size: 5.
        pub warm_runs: Option<u32>,
        /// Instances started for each size: 2.
        pub cold_runs: Option<u32>,
        /// Only plans of these: `x86_64`, `arm64`.
        pub architectures: Option<Vec<String>>,
    }

    pub struct RightsizeReport {
        pub function: i64,
        pub name: String,
        pub events: u32,
        pub warm_runs: u32,
        pub cold_runs: u32,
        /// Smallest first.
        pub sizes: Vec<MeasuredSize>,
        pub plans: Vec<PlanSizes>,
        /// How the balanced size is chosen.
        pub balance: String,
        /// What the figures rest on, in sentences.
        pub rests_on: Vec<String>,
    }

    /// Durations are of this machine's CPU. Figures are null where no run ended well.
    pub struct MeasuredSize {
        pub memory_mb: u32,
        /// The share of a core that comes with it.
        pub vcpu: f64,
        /// Null where no process came up.
        pub share: Option<ShareKept>,
        /// Why the size was given up, if it was; it is not priced then.
        pub failure: Option<SizeFailure>,
        /// Medians of the cold runs: boot and init, and the handler after it.
        pub cold_init_ms: Option<f64>,
        pub cold_handler_ms: Option<f64>,
        /// Of the warm runs' handlers.
        pub warm_p50_ms: Option<f64>,
        pub warm_min_ms: Option<f64>,
        pub warm_max_ms: Option<f64>,
        /// CPU time, user and system, of a warm call: the median.
        pub cpu_ms: Option<f64>,
        pub peak_memory_mb: Option<f64>,
        /// Everything above is made of these.
        pub runs: Vec<SizeRun>,
    }

    /// What kept the share.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ShareKept {
        CgroupV2,
        CgroupV1,
        DutyCycle,
        /// It is all of this machine: there was nothing to hold back.
        Whole,
        /// Not kept: it is more than this machine has.
        Beyond,
        /// Not kept: this system has no means.
        Unsupported,
    }

    pub struct SizeFailure {
        /// As an invocation's status: `error`, `init_error`, `timeout`, `crash`, `out_of_memory`.
        pub status: String,
        pub message: String,
    }

    pub struct SizeRun {
        /// Boot and init; null for a warm run.
        pub init_ms: Option<f64>,
        pub handler_ms: f64,
        pub cpu_ms: f64,
        pub peak_memory_mb: f64,
    }

    /// What one plan sells of it, smallest first.
    pub struct PlanSizes {
        pub plan: String,
        pub title: String,
        pub architecture: String,
        pub sizes: Vec<PricedSize>,
        pub source: String,
        pub confidence: String,
    }

    pub struct PricedSize {
        pub memory_mb: u32,
        pub vcpu: f64,
        /// Of a warm call.
        pub duration_ms: f64,
        /// Where the duration is from: `measured`; `between` two measured ones; `at_most` where the plan has more cores
        /// than this machine.
        pub basis: String,
        /// A million warm calls at list price, dollars.
        pub usd_per_million: String,
        pub cheapest: bool,
        pub fastest: bool,
        pub balanced: bool,
    }
}

impl ShareKept {
    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CgroupV2 => "cgroup v2",
            Self::CgroupV1 => "cgroup v1",
            Self::DutyCycle => "duty cycle",
            Self::Whole => "whole machine",
            Self::Beyond => "not kept: more than this machine",
            Self::Unsupported => "not kept on this system",
        }
    }

    /// The calls had what the size has.
    pub fn is_kept(self) -> bool {
        !matches!(self, Self::Beyond | Self::Unsupported)
    }
}
