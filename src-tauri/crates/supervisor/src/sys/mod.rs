//! Everything that differs between operating systems. Each twin offers the same names:
//!
//! | name | what |
//! |---|---|
//! | `Prepared`, `Launcher`, `Launched`, `Leader` | starting a process, waiting for it, reaping it |
//! | `Gauge` | what one process uses |
//! | `kill_group`, `terminate_group`, `kill_exactly` | ending processes |
//! | `pause_group`, `pause_exactly`, `CAN_STOP` | stopping and continuing them |
//! | `Cgroup`, `clear_cgroups` | a CPU quota of the kernel's |
//! | `all`, `row`, `newest_pid`, `marked`, `mark_of` | the table of processes |
//! | `give_way` | a thread that leaves processors to others |
//! | `answers_at`, `listening` | who listens on a port, and on which ports a process does |
//! | `boot_id` | tells one run of the machine from the next, so that an old process id means nothing in it |
//!
//! Linux is measured and tested; the portable twin stands on process-wrap and sysinfo and says where it knows less.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

#[cfg(unix)]
mod pipe;
#[cfg(windows)]
#[path = "portable/pipe.rs"]
mod pipe;

#[cfg(target_os = "linux")]
pub(crate) use linux::*;
#[cfg(not(target_os = "linux"))]
pub(crate) use portable::*;

pub(crate) use pipe::Pipe;
#[cfg(not(target_os = "linux"))]
pub(crate) use pipe::RawPipe;

use std::ffi::OsString;

use crate::usage::Sample;

/// The variable by which a process is known to be ours even when it has left its group and lost its parents.
pub(crate) const MARK: &str = "COLDFRAME_CHILD";

/// One process in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    /// When it was started, in a unit of the system's own: with the pid it names one process of this boot.
    pub(crate) started: u64,
}

/// How a process ended and, where the system says so at the end, what it had used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    pub(crate) exit: crate::Exit,
    pub(crate) used: Option<Sample>,
}

/// Which step of a start failed.
#[derive(Debug)]
pub(crate) enum LaunchError {
    /// The keeper could not be told: nothing was started.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no keeper"))]
    Keeper(std::io::Error),
    Directory(std::io::Error),
    Program(std::io::Error),
    System(std::io::Error),
}

/// Every child costs the host some six descriptors, and the usual soft limit of 1024 is for programs that use
/// `select`. On Linux children get that limit back.
pub(crate) fn allow_many_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        const MANY: u64 = 65_536;
        let mut limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.map_or(MANY, |most| most.min(MANY));
        if limit.current.is_some_and(|current| current < wanted) {
            limit.current = Some(wanted);
            if let Err(error) = setrlimit(Resource::Nofile, limit) {
                tracing::debug!(%error, "raising the limit of open files");
            }
        }
    }
}

/// `COLDFRAME_CHILD=…`, as it stands in an environment.
pub(crate) fn mark_assignment(mark: &str) -> OsString {
    OsString::from(format!("{MARK}={mark}"))
}
