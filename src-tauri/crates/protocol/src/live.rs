//! The live channel: what a host tells everybody who listens, in batches of at most twenty a second.
//! A reader that lags gets the latest aggregate, never a backlog.

use crate::{
    functions::Function,
    invocations::{Invocation, LogLine, Reload},
    jobs::JobLine,
    project::HostStatus,
    wire,
};

wire! {
    #[derive(Default)]
    pub struct LiveBatch {
        /// Functions whose state changed, whole.
        pub functions: Vec<Function>,
        /// New or newly finished invocations, newest last. In a flood only some: the record has them all.
        pub invocations: Vec<Invocation>,
        /// The others that were answered meanwhile, by function.
        pub skipped: Vec<SkippedCalls>,
        /// In a flood only some.
        pub logs: Vec<LogLine>,
        /// How many others there were.
        pub skipped_logs: u64,
        /// What builds and installations said.
        pub job_lines: Vec<JobLine>,
        /// Files that changed on disk, by their paths from the project's folder, whether anything runs them or not.
        pub saved: Vec<String>,
        pub reloads: Vec<Reload>,
        /// Reloads that are over, of which there is a receipt by now.
        pub receipts: Vec<Reload>,
        pub notices: Vec<Notice>,
        pub status: Option<HostStatus>,
        /// The project or its list of functions changed: ask again.
        pub stale: bool,
    }

    /// Calls that are only counted.
    pub struct SkippedCalls {
        pub function_id: i64,
        pub calls: u64,
        pub cold: u64,
        /// Of any status but `ok`.
        pub failed: u64,
    }

    pub struct Notice {
        /// `info`, `warning`, `error`.
        pub level: String,
        pub title: String,
        pub text: String,
        pub function: Option<i64>,
    }
}

impl LiveBatch {
    /// Nothing but that whoever listens must ask again.
    #[must_use]
    pub fn stale() -> Self {
        Self { stale: true, ..Self::default() }
    }
}
