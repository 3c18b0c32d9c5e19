//! The figures of a set of invocations, and how one invocation adds to them.

use std::ops::AddAssign;

use super::{Histogram, Sketch, Usage};
use crate::{Status, table::invocation::InvocationRow};

/// What roll-ups are kept by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollUpKey {
    pub function_id: i64,
    /// 0 where no instance was involved.
    pub revision_id: i64,
    /// 0 where the call was cut off before it was answered.
    pub memory_mb: u32,
    pub timeout_ms: u64,
    pub architecture: String,
    pub trigger: String,
}

/// Figures of one span of time (a minute, a bucket, a range) and key.
#[derive(Debug, Clone, PartialEq)]
pub struct RollUp {
    /// Where the span begins, microseconds since the epoch.
    pub start: i64,
    pub key: RollUpKey,
    pub figures: Figures,
}

/// Invocations by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub ok: u64,
    pub error: u64,
    pub init_error: u64,
    pub timeout: u64,
    pub crash: u64,
    pub out_of_memory: u64,
    pub throttled: u64,
    pub refused: u64,
    pub interrupted: u64,
}

impl Counts {
    pub fn all(&self) -> u64 {
        self.ran() + self.throttled + self.refused + self.interrupted
    }

    /// Those an instance ran to an end: what latency and bills are about.
    pub fn ran(&self) -> u64 {
        self.ok + self.errors()
    }

    /// Those that ran and failed.
    pub fn errors(&self) -> u64 {
        self.error + self.init_error + self.timeout + self.crash + self.out_of_memory
    }

    fn of(&mut self, status: Status) -> Option<&mut u64> {
        Some(match status {
            Status::Ok => &mut self.ok,
            Status::Error => &mut self.error,
            Status::InitError => &mut self.init_error,
            Status::Timeout => &mut self.timeout,
            Status::Crash => &mut self.crash,
            Status::OutOfMemory => &mut self.out_of_memory,
            Status::Throttled => &mut self.throttled,
            Status::Refused => &mut self.refused,
            Status::Interrupted => &mut self.interrupted,
            Status::Accepted | Status::Running => return None,
        })
    }
}

/// Sums over the invocations that ran, and the highest of a few figures; durations in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Waited for a new instance.
    pub cold: u64,
    pub queue_us: i64,
    pub build_us: i64,
    pub spawn_us: i64,
    pub boot_us: i64,
    pub init_us: i64,
    pub handler_us: i64,
    pub overhead_us: i64,
    pub total_us: i64,
    /// First calls after a reload, and the init of their instances, without the boot before it.
    pub reloaded: u64,
    pub reload_init_us: i64,
    /// Invocations whose CPU time is known, and the time.
    pub cpu_known: u64,
    pub cpu_user_us: i64,
    pub cpu_system_us: i64,
    /// Invocations whose peak memory is known, the sum of the peaks, and the highest.
    pub memory_known: u64,
    pub memory_sum_kb: i64,
    pub memory_peak_kb: i64,
    pub request_bytes: i64,
    pub response_bytes: i64,
    /// The largest single bodies.
    pub largest_request_bytes: i64,
    pub largest_response_bytes: i64,
}

/// Everything that is kept about a set of invocations. Adding two is exact.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    pub counts: Counts,
    pub sums: Sums,
    /// What the callers waited, of invocations that ran.
    pub total: Sketch,
    pub handler: Sketch,
    /// What cold starts waited before their handler began: queue, build, spawn, boot and init.
    pub cold_wait: Sketch,
    /// Exact usage of the invocations that ran, for bills.
    pub usage: Histogram,
}

impl Figures {
    pub(crate) fn add(&mut self, row: &InvocationRow) {
        let Some(count) = self.counts.of(row.status) else { return };
        *count += 1;
        if matches!(row.status, Status::Throttled | Status::Refused | Status::Interrupted) {
            return;
        }
        let phases = &row.phases;
        let sums = &mut self.sums;
        sums.queue_us += phases.queue_us;
        sums.build_us += phases.build_us;
        sums.spawn_us += phases.spawn_us;
        sums.boot_us += phases.boot_us;
        sums.init_us += phases.init_us;
        sums.handler_us += phases.handler_us;
        sums.overhead_us += phases.overhead_us;
        sums.total_us += phases.total_us;
        if let Some(init) = row.reload_init_us {
            sums.reloaded += 1;
            sums.reload_init_us += init;
        }
        if let (Some(user), Some(system)) = (row.cpu_user_us, row.cpu_system_us) {
            sums.cpu_known += 1;
            sums.cpu_user_us += user;
            sums.cpu_system_us += system;
        }
        if let Some(peak) = row.peak_memory_kb {
            sums.memory_known += 1;
            sums.memory_sum_kb += peak;
            sums.memory_peak_kb = sums.memory_peak_kb.max(peak);
        }
        sums.request_bytes += row.request_bytes;
        sums.response_bytes += row.response_bytes;
        sums.largest_request_bytes = sums.largest_request_bytes.max(row.request_bytes);
        sums.largest_response_bytes = sums.largest_response_bytes.max(row.response_bytes);
        self.total.add(phases.total_us);
        self.handler.add(phases.handler_us);
        if row.cold {
            self.sums.cold += 1;
            // Without the build: no cloud builds while a caller waits.
            self.cold_wait.add(phases.queue_us + phases.spawn_us + phases.boot_us + phases.init_us);
        }
        let init = row.cold.then(|| phases.billed_init_us());
        self.usage.add(Usage::new(phases.handler_us, init, row.peak_memory_kb), 1);
    }

    pub fn merge(&mut self, other: &Self) {
        self.counts += other.counts;
        self.sums += other.sums;
        self.total.merge(&other.total);
        self.handler.merge(&other.handler);
        self.cold_wait.merge(&other.cold_wait);
        self.usage.merge(&other.usage);
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.ok += other.ok;
        self.error += other.error;
        self.init_error += other.init_error;
        self.timeout += other.timeout;
        self.crash += other.crash;
        self.out_of_memory += other.out_of_memory;
        self.throttled += other.throttled;
        self.refused += other.refused;
        self.interrupted += other.interrupted;
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.cold += other.cold;
        self.queue_us += other.queue_us;
        self.build_us += other.build_us;
        self.spawn_us += other.spawn_us;
        self.boot_us += other.boot_us;
        self.init_us += other.init_us;
        self.handler_us += other.handler_us;
        self.overhead_us += other.overhead_us;
        self.total_us += other.total_us;
        self.reloaded += other.reloaded;
        self.reload_init_us += other.reload_init_us;
        self.cpu_known += other.cpu_known;
        self.cpu_user_us += other.cpu_user_us;
        self.cpu_system_us += other.cpu_system_us;
        self.memory_known += other.memory_known;
        self.memory_sum_kb += other.memory_sum_kb;
        self.memory_peak_kb = self.memory_peak_kb.max(other.memory_peak_kb);
        self.request_bytes += other.request_bytes;
        self.response_bytes += other.response_bytes;
        self.largest_request_bytes = self.largest_request_bytes.max(other.largest_request_bytes);
        self.largest_response_bytes = self.largest_response_bytes.max(other.largest_response_bytes);
    }
}
