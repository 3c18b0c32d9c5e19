//! Functions: what they are, how they stand now, and their figures over a range.

use crate::{jobs::Job, wire};

wire! {
    /// One function, as `coldframe functions --json` prints it and the Functions page shows it.
    pub struct Function {
        /// Stable within the record; what other commands take.
        pub id: i64,
        pub name: String,
        pub app: String,
        /// `aws`, `vercel`, `gcp`, `ibm`, `knative`, `azure`.
        pub provider: String,
        /// `python`, `node`, `typescript`, `rust`, `go`, `java`, `ruby`, `custom`, `process`.
        pub language: String,
        /// The provider's identifier: `python3.12`.
        pub runtime: String,
        pub handler: String,
        /// Code folder (or file) relative to the project.
        pub path: String,
        pub memory_mb: u32,
        pub timeout_ms: u64,
        pub urls: Vec<String>,
        /// What it is called with: `event` (any JSON), `request` (HTTP), `cloud-event`, `parameters` (a JSON object).
        pub takes: String,
        /// When a clock calls it in the cloud.
        pub schedules: Vec<ScheduledCall>,
        /// Short hash of the revision that serves; empty before the first.
        pub revision: String,
        pub state: FunctionState,
        /// What is wrong now: a save that was refused, a missing interpreter. Gone with the next good save.
        pub problem: Option<Problem>,
        /// All that is, what keeps it from running first: `problem` and the others.
        pub problems: Vec<Problem>,
        /// The last build or installation, where a tool was run.
        pub job: Option<Job>,
        pub why: Vec<String>,
        pub assumed: Vec<String>,
        pub pool: Pool,
        /// The resident twin of its app runs, or is to.
        pub twin: bool,
    }

    pub struct ScheduledCall {
        /// As it is written, UTC: `0 5 * * *`, `01:30:00`.
        pub at: String,
        /// What it is called with then, for `invoke`.
        pub event: String,
        /// Coldframe calls it then, too.
        pub followed: bool,
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum FunctionState {
        /// No instance runs.
        AtZero,
        /// An instance is being started.
        Starting,
        /// Instances wait for calls.
        Idle,
        /// At least one call is running.
        Busy,
        /// It cannot run: see `problem`.
        Broken,
    }

    pub struct Problem {
        pub severity: String,
        pub message: String,
        /// Relative to the project.
        pub file: Option<String>,
        pub line: Option<u32>,
        pub hint: Option<String>,
        /// What `install` would do about it, as a button says it; null where that does not help.
        pub remedy: Option<String>,
    }

    /// The pool of the function's app: its settings and what it holds now.
    pub struct Pool {
        pub idle_ms: u64,
        pub kept_warm: u32,
        pub always_cold: bool,
        /// An instance has the share of the CPU that its memory buys in the cloud.
        pub emulate_cpu_share: bool,
        /// The next call gets a new instance.
        pub next_cold: bool,
        pub concurrency: Option<u32>,
        /// Calls that one instance has at the same time.
        pub instance_concurrency: u32,
        pub instances: Vec<Instance>,
    }

    pub struct Instance {
        pub id: i64,
        pub name: String,
        pub pid: u32,
        pub revision: String,
        /// `starting`, `initialising`, `idle`, `busy`, `retiring`.
        pub state: String,
        pub started_at: String,
        /// When it will be stopped if nothing calls it; only while idle.
        pub idle_until: Option<String>,
        pub invocations: u64,
        /// The share of the CPU it is held to, and by what: `0.289 vCPU (cgroup v1)`; null where it is not emulated.
        pub cpu_share: Option<String>,
    }

    /// Change what is given, keep the rest.
    pub struct SetPool {
        pub function: i64,
        pub idle_ms: Option<u64>,
        pub kept_warm: Option<u32>,
        pub always_cold: Option<bool>,
        /// A change makes new instances.
        pub emulate_cpu_share: Option<bool>,
        pub next_cold: Option<bool>,
        pub concurrency: Option<ConcurrencyChange>,
    }

    /// A number of instances, or `"none"` for no limit of the function's own.
    #[derive(Copy, Eq)]
    #[serde(untagged)]
    pub enum ConcurrencyChange {
        Limit(u32),
        Lifted(NoLimit),
    }

    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum NoLimit {
        None,
    }

    pub struct FunctionQuery {
        pub function: i64,
        pub minutes: Option<u32>,
    }

    /// Figures of one function over a range, from roll-ups.
    pub struct FunctionStats {
        pub function: i64,
        pub calls: u64,
        pub cold: u64,
        pub errors: u64,
        pub throttles: u64,
        pub p50_ms: Option<f64>,
        pub p95_ms: Option<f64>,
        pub cold_p95_ms: Option<f64>,
        pub cpu_user_ms: Option<f64>,
        pub cpu_system_ms: Option<f64>,
        pub peak_memory_mb: Option<f64>,
        /// List price of a million calls like these on Lambda x86, dollars.
        pub usd_per_million: Option<String>,
        /// Calls per bucket over the range, oldest first.
        pub spark: Vec<u64>,
    }

    /// The figures at the top of the Functions page, and every function's row.
    pub struct Overview {
        pub minutes: Option<u32>,
        pub calls: u64,
        pub calls_per_minute: f64,
        pub cold: u64,
        pub cold_p95_ms: Option<f64>,
        pub p50_ms: Option<f64>,
        pub p95_ms: Option<f64>,
        pub errors: u64,
        /// What the range's calls would have cost on Lambda arm64 at list price, dollars.
        pub usd: String,
        pub series: OverviewSeries,
        pub functions: Vec<FunctionStats>,
    }

    /// One value per bucket, oldest first; `None` where nothing was called.
    pub struct OverviewSeries {
        /// Seconds a bucket covers.
        pub bucket_s: u32,
        pub calls: Vec<f64>,
        pub cold_percent: Vec<Option<f64>>,
        pub p50_ms: Vec<Option<f64>>,
        pub error_percent: Vec<Option<f64>>,
        pub usd: Vec<f64>,
    }
}

/// As a terminal shows it: `FILE:LINE: what is wrong`, and what to do on a line of its own.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl ConcurrencyChange {
    pub fn limit(self) -> Option<u32> {
        match self {
            Self::Limit(limit) => Some(limit),
            Self::Lifted(NoLimit::None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_set_kept_and_lifted() {
        let asked = |concurrency: &str| {
            let request: SetPool =
                serde_json::from_str(&format!(r#"{{"function": 1, "concurrency": {concurrency}}}"#)).unwrap();
            request.concurrency.map(ConcurrencyChange::limit)
        };
        assert_eq!(asked("5"), Some(Some(5)));
        assert_eq!(asked("\"none\""), Some(None), "lifted");
        assert_eq!(asked("null"), None, "kept");
        assert!(serde_json::from_str::<SetPool>(r#"{"function": 1, "concurrency": "some"}"#).is_err());
    }
}
