//! Cold starts: every start of an instance with its phases, added up in several ways, and what a revision did to them.

use crate::{revisions::FileChange, wire};

wire! {
    pub struct StartsQuery {
        /// Of this one; of all of the project where it is null.
        pub function: Option<i64>,
        /// Only those that began in the last so many minutes.
        pub minutes: Option<u32>,
    }

    pub struct Starts {
        /// Calls in this time, and how many of them waited for a new instance.
        pub calls: u64,
        pub cold_calls: u64,
        /// Instances that came up.
        pub starts: u64,
        /// Starts whose init failed; they are in no figure below.
        pub failed: u64,
        /// There were more: everything below is of the newest.
        pub cut: bool,
        /// `function`, `revision` and `runtime`; the slowest first.
        pub groups: Vec<StartGroup>,
        pub series: StartSeries,
        /// The last so many, oldest first.
        pub list: Vec<Start>,
        /// The longest, longest first.
        pub slowest: Vec<Start>,
        /// What revisions did to init, newest first.
        pub shifts: Vec<RevisionShift>,
    }

    /// One start of an instance: for a call, or by a reload.
    pub struct Start {
        pub at: String,
        pub function_id: i64,
        pub function: String,
        pub instance: String,
        pub revision: String,
        /// `invocation`, `reload`, `kept_warm`, `check`.
        pub cause: String,
        /// The call that waited for it.
        pub invocation: Option<i64>,
        pub queue_ms: f64,
        pub build_ms: f64,
        pub spawn_ms: f64,
        pub boot_ms: f64,
        pub init_ms: f64,
        pub total_ms: f64,
    }

    /// Starts that have something in common. Phases are medians, which need not add up to the median of the whole.
    pub struct StartGroup {
        /// `function`, `revision`, `runtime`.
        pub by: String,
        /// The function's name, the revision's short hash, or the runtime.
        pub name: String,
        /// The function of a function or a revision.
        pub function: Option<i64>,
        pub function_name: Option<String>,
        pub starts: u64,
        /// Calls of the same, and how many of them waited for a new instance.
        pub calls: u64,
        pub cold_calls: u64,
        pub queue_ms: f64,
        pub build_ms: f64,
        pub spawn_ms: f64,
        pub boot_ms: f64,
        pub init_ms: f64,
        pub p50_ms: f64,
        pub p95_ms: f64,
        pub max_ms: f64,
    }

    /// One value per bucket, oldest first; null where nothing started.
    pub struct StartSeries {
        /// The first bucket's beginning.
        pub from: String,
        /// Seconds a bucket covers.
        pub bucket_s: u32,
        pub starts: Vec<u64>,
        pub p50_ms: Vec<Option<f64>>,
        pub p95_ms: Vec<Option<f64>>,
    }

    /// A revision beside the one before it.
    pub struct RevisionShift {
        pub at: String,
        pub function: i64,
        pub function_name: String,
        pub revision: String,
        pub before: String,
        /// Starts of each whose init was measured, of the newest.
        pub starts: u32,
        pub before_starts: u32,
        pub verdict: ShiftVerdict,
        /// Medians of init; null unless they differ beyond noise.
        pub init_ms: Option<f64>,
        pub before_init_ms: Option<f64>,
        pub files: Vec<FileChange>,
        /// What of its settings became what: `memory 128 MB → 512 MB`.
        pub settings: Vec<String>,
        /// Why the files cannot be told.
        pub note: Option<String>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum ShiftVerdict {
        Faster,
        Slower,
        /// No difference beyond noise.
        Alike,
        /// Too few starts to tell.
        TooFew,
    }
}
