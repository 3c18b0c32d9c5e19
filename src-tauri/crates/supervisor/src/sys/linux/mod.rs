//! The Linux twin.

mod cgroup;
mod clone;
mod gauge;
mod launch;
mod leader;
mod listeners;
mod ports;
mod table;

pub(crate) use cgroup::{Cgroup, clear_cgroups, in_name};
pub(crate) use gauge::Gauge;
pub(crate) use launch::{Launched, Launcher, Prepared};
pub(crate) use leader::Leader;
/// The keeper, reaped when dropped.
pub(crate) type KeeperProcess = Leader;
pub(crate) use ports::{answers_at, listening};
pub(crate) use table::{
    all, boot_id, is_thread, is_zombie, kill_exactly, mark_of, marked, newest_pid, pause_exactly, row,
};
/// Whether processes can be stopped and continued.
pub(crate) const CAN_STOP: bool = true;

use rustix::process::{Pid, Signal, kill_process_group};

/// The calling thread alone: to Linux each has a priority of its own.
pub(crate) fn give_way(nice: i32) {
    let _ = rustix::process::setpriority_process(None, nice);
}

/// Kills a process group. The caller knows that its leader has not been reaped, so that the number is still its own.
pub(crate) fn kill_group(leader: u32) {
    signal_group(leader, Signal::KILL);
}

pub(crate) fn terminate_group(leader: u32) {
    signal_group(leader, Signal::TERM);
}

pub(crate) fn pause_group(leader: u32, stop: bool) {
    signal_group(leader, pausing(stop));
}

fn pausing(stop: bool) -> Signal {
    if stop { Signal::STOP } else { Signal::CONT }
}

fn signal_group(leader: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw)
        // A group of nobody is what we want.
        && let Err(error) = kill_process_group(pid, signal)
        && error != rustix::io::Errno::SRCH
    {
        tracing::warn!(leader, ?signal, %error, "signalling a process group");
    }
}

/// For the keeper: a terminal's Ctrl-C and a session's end are for the host to answer.
#[expect(unsafe_code, reason = "signal dispositions have no safe wrapper")]
pub(crate) fn ignore_requests_to_end() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: ignoring a signal runs no code of ours.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}
