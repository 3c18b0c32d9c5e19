//! The table of processes, from sysinfo. It is asked for seldom: every look is a walk.

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};

use crate::sys::{Row, mark_assignment};

pub(crate) fn all() -> Vec<Row> {
    let Some(system) = look(ProcessesToUpdate::All, ProcessRefreshKind::nothing()) else { return Vec::new() };
    system.processes().values().map(describe).collect()
}

pub(crate) fn row(pid: u32) -> Option<Row> {
    Some(describe(one(pid)?.process(Pid::from_u32(pid))?))
}

/// Not told.
pub(crate) fn newest_pid() -> Option<u32> {
    None
}

/// Threads have no numbers among the processes' here.
pub(crate) fn is_thread(_pid: u32) -> bool {
    false
}

pub(crate) fn is_zombie(pid: u32) -> bool {
    let system = one(pid);
    let process = system.as_ref().and_then(|system| system.process(Pid::from_u32(pid)));
    process.is_none_or(|process| matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead))
}

/// Asking for one process's environment is as much work here as asking for all: whoever leaves its group is found when
/// the child ends.
pub(crate) fn mark_of(_pid: u32) -> Option<String> {
    None
}

/// Processes whose environment holds a mark that begins with one of `marks`, other than our own.
pub(crate) fn marked(marks: &[String]) -> Vec<Row> {
    let wanted: Vec<_> = marks.iter().map(|mark| mark_assignment(mark)).collect();
    let is_wanted = |one: &[u8]| wanted.iter().any(|wanted| one.starts_with(wanted.as_encoded_bytes()));
    let kind = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always);
    let own = std::process::id();
    let Some(system) = look(ProcessesToUpdate::All, kind) else { return Vec::new() };
    system
        .processes()
        .values()
        .filter(|process| process.environ().iter().any(|one| is_wanted(one.as_encoded_bytes())))
        .map(describe)
        .filter(|row| row.pid != own)
        .collect()
}

/// Kills one process if it still is the one that was started then.
pub(crate) fn kill_exactly(pid: u32, started: u64) -> bool {
    let system = one(pid);
    let process = system.as_ref().and_then(|system| system.process(Pid::from_u32(pid)));
    process.is_some_and(|process| process.start_time() == started && process.kill())
}

pub(crate) fn boot_id() -> String {
    System::boot_time().map(|seconds| seconds.to_string()).unwrap_or_default()
}

fn one(pid: u32) -> Option<System> {
    look(ProcessesToUpdate::Some(&[Pid::from_u32(pid)]), ProcessRefreshKind::nothing())
}

fn look(which: ProcessesToUpdate<'_>, kind: ProcessRefreshKind) -> Option<System> {
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(which, true, kind);
    Some(system)
}

fn describe(process: &Process) -> Row {
    let pid = process.pid().as_u32();
    Row {
        pid,
        parent: process.parent().map_or(0, Pid::as_u32),
        group: group(pid),
        started: process.start_time(),
    }
}

#[cfg(unix)]
fn group(pid: u32) -> u32 {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    let group = pid.and_then(|pid| rustix::process::getpgid(Some(pid)).ok());
    group.map_or(0, |group| group.as_raw_nonzero().get().cast_unsigned())
}

/// Jobs take their place.
#[cfg(windows)]
fn group(_pid: u32) -> u32 {
    0
}
