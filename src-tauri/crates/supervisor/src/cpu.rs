//! How much CPU a child and everything it starts may use, and how that is kept: by the kernel (a cgroup's quota)
//! where it lets us, else by a duty cycle of stopping and continuing ([`crate::duty`]). A share counts from the
//! process's first instruction on. More cores than the machine has cannot be had, and that is said, not faked.

use std::fmt;

use crate::sys::{self, Cgroup, Prepared};

/// A share of the machine's CPU time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuShare {
    /// Thousandths of one core: 250 is a quarter of a core, 1500 one and a half.
    pub milli: u32,
    /// Only by this means; by the best one there is where it is left out.
    pub only: Option<CpuMode>,
}

impl CpuShare {
    pub fn of(milli: u32) -> Self {
        Self { milli, only: None }
    }
}

/// What keeps a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CpuMode {
    /// `cpu.max` of a cgroup of version 2.
    CgroupV2,
    /// `cpu.cfs_quota_us` of a cgroup of version 1.
    CgroupV1,
    /// The tree is stopped when it has used what it may, and continued when there is more.
    DutyCycle,
}

impl fmt::Display for CpuMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CgroupV2 => "cgroup v2 quota",
            Self::CgroupV1 => "cgroup v1 quota",
            Self::DutyCycle => "duty cycle",
        })
    }
}

/// What came of the wish for a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CpuLimit {
    /// None was asked for.
    NotAsked,
    Kept(CpuMode),
    /// All cores of this machine: there is nothing to hold back.
    Whole,
    /// More than this machine's `cores`: it gets those.
    Beyond {
        cores: u32,
    },
    /// This system has no means, or not the one that was asked for.
    Unsupported,
}

/// The share of one child, from before its start.
pub(crate) struct Share {
    pub(crate) limit: CpuLimit,
    pub(crate) milli: u32,
    pub(crate) cgroup: Option<Cgroup>,
}

impl Share {
    /// Makes what will hold the process. `mark` is the child's own.
    pub(crate) fn prepare(wanted: Option<CpuShare>, mark: &str) -> Self {
        let Some(wanted) = wanted else { return Self::without(CpuLimit::NotAsked, 0) };
        let cores = cores();
        let milli = wanted.milli.max(1);
        match milli.cmp(&cores.saturating_mul(1000)) {
            std::cmp::Ordering::Greater => return Self::without(CpuLimit::Beyond { cores }, milli),
            std::cmp::Ordering::Equal => return Self::without(CpuLimit::Whole, milli),
            std::cmp::Ordering::Less => {}
        }
        let allowed = |mode| wanted.only.is_none_or(|only| only == mode);
        for mode in [CpuMode::CgroupV2, CpuMode::CgroupV1] {
            if allowed(mode)
                && let Some(cgroup) = Cgroup::create(mode, mark, milli)
            {
                return Self { limit: CpuLimit::Kept(mode), milli, cgroup: Some(cgroup) };
            }
        }
        if allowed(CpuMode::DutyCycle) && sys::CAN_STOP {
            return Self::without(CpuLimit::Kept(CpuMode::DutyCycle), milli);
        }
        Self::without(CpuLimit::Unsupported, milli)
    }

    fn without(limit: CpuLimit, milli: u32) -> Self {
        Self { limit, milli, cgroup: None }
    }

    /// The process enters its cgroup before it runs its program.
    pub(crate) fn enter(&self, prepared: &mut Prepared) {
        if let Some(cgroup) = &self.cgroup {
            prepared.enter(cgroup);
        }
    }

    /// The kernel would not have it there: it is held another way.
    pub(crate) fn refused(&mut self, only: Option<CpuMode>) {
        self.cgroup = None;
        self.limit = if only.is_none() { CpuLimit::Kept(CpuMode::DutyCycle) } else { CpuLimit::Unsupported };
    }
}

/// As many as this process may use.
fn cores() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(cores).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_does_not_have_is_said() {
        let limit = |milli| Share::prepare(Some(CpuShare::of(milli)), "0:0:0:0;").limit;
        let cores = cores();
        assert_eq!(limit(cores * 1000), CpuLimit::Whole);
        assert_eq!(limit(cores * 1000 + 1), CpuLimit::Beyond { cores });
        assert_eq!(limit(u32::MAX), CpuLimit::Beyond { cores });
        assert_eq!(Share::prepare(None, "0:0:0:0;").limit, CpuLimit::NotAsked);
    }
}
