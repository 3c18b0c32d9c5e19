//! The host itself and the project that is open in it.

use crate::{functions::Problem, wire};

wire! {
    /// The first thing a window asks.
    pub struct Hello {
        pub version: String,
        pub project: Option<Project>,
        pub recent: Vec<RecentProject>,
        /// Where callers reach the functions, one per provider surface.
        pub surfaces: Vec<Surface>,
        pub data_dir: String,
        pub account_concurrency: u32,
        /// False while the record cannot be written; the reason stands beside it.
        pub recording: bool,
        pub recording_problem: Option<String>,
        /// What the start had to mend: an imported journal, a corrupt file set aside.
        pub notices: Vec<String>,
    }

    pub struct Project {
        pub root: String,
        pub name: String,
        /// Problems that belong to no function (a manifest that does not parse).
        pub problems: Vec<Problem>,
    }

    pub struct RecentProject {
        pub root: String,
        pub name: String,
        pub opened_at: String,
    }

    pub struct Surface {
        /// `aws`, `vercel`, `gcp`, `ibm`, `knative`, `azure`.
        pub provider: String,
        pub url: String,
    }

    pub struct OpenProject {
        pub path: String,
    }

    /// The host's own state, for the status bar.
    pub struct HostStatus {
        pub instances: u32,
        pub in_flight: u32,
        /// Of one core, percent, over the last second: the host itself, without functions.
        pub cpu_percent: f64,
        pub memory_mb: f64,
        pub reloads: u64,
        pub record_mb: f64,
        pub invocations: u64,
        /// False while the record cannot be written; the reason stands beside it, and both change while a host runs.
        pub recording: bool,
        pub recording_problem: Option<String>,
        /// No call is taken and nothing reloads until a person resumes.
        pub paused: bool,
        /// The load test that goes on.
        pub load: Option<i64>,
    }

    /// How long ago a window of time begins; `None` is all of it.
    pub struct Range {
        /// Minutes back from now: 15, 60, 1440, 10080.
        pub minutes: Option<u32>,
    }

    pub struct Pause {
        pub paused: bool,
    }

    pub struct Empty {}
}
