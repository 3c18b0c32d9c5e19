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
    pub struct LiveBatch {
        /// Functions whose state changed, whole.
        pub functions: Vec<Function>,
        /// New or newly finished invocations, newest last; at most 200 a batch, `skipped` counts the rest.
        pub invocations: Vec<Invocation>,
        pub skipped: u64,
        pub logs: Vec<LogLine>,
        /// What builds and installations said.
        pub job_lines: Vec<JobLine>,
        pub reloads: Vec<Reload>,
        pub notices: Vec<Notice>,
        pub status: Option<HostStatus>,
        /// The project or its list of functions changed: ask again.
        pub stale: bool,
    }

    pub struct Notice {
        /// `info`, `warning`, `error`.
        pub level: String,
        pub title: String,
        pub text: String,
        pub function: Option<i64>,
    }
}
