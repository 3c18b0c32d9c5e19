//! What the person or the host decides about the engine as a whole.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use coldframe_providers::{domain::ProviderId, launch::Account};

#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Scratch folders, build output and bootstraps live below it.
    pub work_dir: PathBuf,
    pub account: Account,
    /// Where callers reach each provider's functions.
    pub surfaces: Vec<(ProviderId, SocketAddr)>,
    /// Invocations in flight over all functions of an account (AWS's default is 1,000).
    pub account_concurrency: usize,
    /// Instances alive at once; more wait. Protects this machine, and is recorded as its wait.
    pub max_instances: usize,
    /// Processes being started at once.
    pub max_spawns: usize,
    /// A call waits this long for the first build of its app.
    pub build_limit: Duration,
    /// Waits between attempts of an asynchronous event that failed (AWS: one minute, then two).
    pub retry_delays: Vec<Duration>,
    /// Bytes of a body that are kept with its invocation.
    pub payload_cap: usize,
}

/// Memory of this machine.
fn memory_mb() -> Option<usize> {
    let mut system = sysinfo::System::new().ok()?;
    system.refresh_memory();
    usize::try_from(system.total_memory() / 1_048_576).ok()
}

impl EngineConfig {
    pub fn new(work_dir: PathBuf) -> Self {
        let memory_mb = memory_mb().unwrap_or(4096);
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            work_dir,
            account: Account::default(),
            surfaces: Vec::new(),
            account_concurrency: 1000,
            // An interpreter with a few libraries takes about 64 MB; a quarter of the memory stays the person's.
            max_instances: (memory_mb * 3 / 4 / 64).clamp(8, 1000),
            max_spawns: (cores * 4).max(4),
            build_limit: Duration::from_mins(5),
            retry_delays: vec![Duration::from_mins(1), Duration::from_mins(2)],
            payload_cap: 64 * 1024,
        }
    }
}
