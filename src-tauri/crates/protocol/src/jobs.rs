//! What tools do for a function while a person waits: builds, and installations of what it depends on.

use crate::{functions::Problem, wire};

wire! {
    pub struct Job {
        pub id: i64,
        pub kind: JobKind,
        /// The command that runs, or was the last to.
        pub command: String,
        pub state: JobState,
        pub started_at: String,
        pub elapsed_ms: f64,
        /// Why an installation failed; what a build failed with is among the function's problems.
        pub problem: Option<Problem>,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum JobKind {
        Build,
        Install,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum JobState {
        Running,
        Done,
        Failed,
        Cancelled,
    }

    /// A line that a job's tool said.
    pub struct JobLine {
        pub job: i64,
        /// Counts from 0 within the job; the host keeps the last 1,000.
        pub number: u64,
        pub text: String,
    }

    pub struct JobQuery {
        pub function: i64,
        /// Lines from this number on; from the first that is kept when left out.
        #[serde(default)]
        pub from: Option<u64>,
    }

    pub struct JobOutput {
        /// Null: no tool has been run for the function since the project was opened.
        pub job: Option<Job>,
        pub lines: Vec<JobLine>,
    }
}

impl JobState {
    pub fn is_over(self) -> bool {
        self != Self::Running
    }
}
