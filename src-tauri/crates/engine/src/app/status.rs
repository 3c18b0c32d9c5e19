//! How an app stands, for people; and what they can change about its pool.

use std::{sync::Arc, time::Duration};

use coldframe_providers::domain::{App, Problem};
use coldframe_supervisor::CpuLimit;

use super::JobStatus;

#[derive(Debug, Clone)]
pub struct AppStatus {
    pub id: i64,
    pub app: Arc<App>,
    /// Id and name of each function.
    pub functions: Vec<(i64, String)>,
    /// Short hash of the revision that serves; empty before the first.
    pub revision: String,
    /// What is wrong with it now: what keeps it from running, or its last save from serving, comes first.
    pub problems: Vec<Problem>,
    /// The last build or installation, if any tool was run.
    pub job: Option<JobStatus>,
    /// A revision that has come up serves, whatever the last save was.
    pub serving: bool,
    pub starting: usize,
    pub instances: Vec<InstanceStatus>,
    pub idle: Duration,
    pub kept_warm: u32,
    pub always_cold: bool,
    pub emulate_cpu_share: bool,
    pub next_cold: bool,
    pub concurrency: Option<u32>,
    pub instance_concurrency: u32,
    pub in_flight: usize,
    /// A build or a reload is under way.
    pub working: bool,
    /// Its resident twin is switched on.
    pub twin: bool,
}

#[derive(Debug, Clone)]
pub struct InstanceStatus {
    pub id: i64,
    pub name: String,
    pub pid: u32,
    pub revision: String,
    pub state: InstanceState,
    /// Unix microseconds.
    pub started_at: i64,
    pub invocations: u64,
    /// Thousandths of a core it was to have, and what came of that.
    pub cpu: Option<(u32, CpuLimit)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// Ends when so much more time has passed without a call; `None` while it is kept warm.
    Idle {
        ends_in: Option<Duration>,
    },
    Busy,
    /// Finishes its call, then goes.
    Retiring,
}

/// What is given changes; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct PoolChange {
    pub idle: Option<Duration>,
    pub kept_warm: Option<u32>,
    pub always_cold: Option<bool>,
    pub next_cold: Option<bool>,
    /// A change makes new instances.
    pub emulate_cpu_share: Option<bool>,
    /// Inner `None`: no limit of its own.
    pub concurrency: Option<Option<u32>>,
}
