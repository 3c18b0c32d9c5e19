//! The twin for macOS and Windows, on process-wrap (groups, job objects) and sysinfo (figures).
//!
//! What it knows less of than the Linux twin:
//! - CPU time is not divided into user and system, and counts in milliseconds.
//! - A peak is the highest figure that was seen, not the kernel's own.
//! - There is no parent-death signal: macOS has the keeper only, Windows its job objects.
//! - On macOS the keeper hears of a process a moment after it has begun to run.
//! - CPU shares are not kept.
//! - No thread gives way to others.
//! - Whose listening socket it is cannot be told.

mod cgroup;
mod gauge;
mod launch;
mod leader;
mod table;

pub(crate) use cgroup::{Cgroup, clear_cgroups, in_name};
pub(crate) use gauge::Gauge;
#[cfg(unix)]
pub(crate) use launch::KeeperProcess;
pub(crate) use launch::{Launched, Launcher, Prepared};
pub(crate) use leader::Leader;
pub(crate) use table::{all, boot_id, is_thread, is_zombie, kill_exactly, mark_of, marked, newest_pid, row};

/// Here that would be the whole process.
pub(crate) fn give_way(_nice: i32) {}

/// CPU shares are not kept here.
pub(crate) const CAN_STOP: bool = false;

pub(crate) fn pause_group(_leader: u32, _stop: bool) {}

pub(crate) fn pause_exactly(_pid: u32, _started: u64, _stop: bool) -> bool {
    false
}

/// Cannot be told here.
pub(crate) fn answers_at(_port: u16, _pids: &[u32]) -> bool {
    true
}

/// Cannot be told here.
pub(crate) fn listening(_pids: &[u32]) -> Vec<u16> {
    Vec::new()
}

#[cfg(unix)]
pub(crate) fn kill_group(leader: u32) {
    signal_group(leader, rustix::process::Signal::KILL);
}

#[cfg(unix)]
pub(crate) fn terminate_group(leader: u32) {
    signal_group(leader, rustix::process::Signal::TERM);
}

#[cfg(unix)]
fn signal_group(leader: u32, signal: rustix::process::Signal) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
        // A group of nobody is what we want.
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

/// Only the owner task holds the job object: see [`Leader::kill`].
#[cfg(windows)]
pub(crate) fn kill_group(_leader: u32) {}

/// There is no such request: the owner task kills, see [`crate::Child::terminate`].
#[cfg(windows)]
pub(crate) fn terminate_group(_leader: u32) {}

/// For the keeper: a terminal's Ctrl-C and a session's end are for the host to answer.
#[cfg(unix)]
#[expect(unsafe_code, reason = "signal dispositions have no safe wrapper")]
pub(crate) fn ignore_requests_to_end() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: ignoring a signal runs no code of ours.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}
