//! The table of processes, from `/proc`. A full walk costs some 10 µs for each process of the machine; see
//! [`crate::tree`] for when it is avoided.

use std::{fs, io::Read as _, os::unix::ffi::OsStrExt as _};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::sys::{Row, mark_assignment};

pub(crate) fn all() -> Vec<Row> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            row(std::str::from_utf8(entry.ok()?.file_name().as_bytes()).ok()?.parse().ok()?)
        })
        .collect()
}

/// `None` when there is no such process.
pub(crate) fn row(pid: u32) -> Option<Row> {
    let mut buffer = [0; 1024];
    let length = fs::File::open(format!("/proc/{pid}/stat")).ok()?.read(&mut buffer).ok()?;
    let stat = &buffer[..length];
    let stat = std::str::from_utf8(&stat[stat.iter().rposition(|byte| *byte == b')')? + 2..]).ok()?;
    let mut fields = stat.split(' ');
    let _state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let started = fields.nth(16)?.parse().ok()?;
    Some(Row { pid, parent, group, started })
}

/// The number given to the newest process or thread: as long as it stays the same, nothing was started. `None` where
/// the kernel does not say.
pub(crate) fn newest_pid() -> Option<u32> {
    let load = fs::read_to_string("/proc/loadavg").ok()?;
    load.split_ascii_whitespace().nth(4)?.parse().ok().filter(|pid| *pid > 0)
}

/// Whether this is the number of a thread other than a process's first.
pub(crate) fn is_thread(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let process = status.lines().find_map(|line| line.strip_prefix("Tgid:")?.trim().parse::<u32>().ok());
    process.is_some_and(|process| process != pid)
}

/// Whether it has ended and only waits to be reaped.
pub(crate) fn is_zombie(pid: u32) -> bool {
    let stat = fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.iter()
        .rposition(|byte| *byte == b')')
        .and_then(|at| stat.get(at + 2))
        .is_none_or(|state| b"ZX".contains(state))
}

/// Processes whose environment holds a mark that begins with one of `marks`, other than our own.
pub(crate) fn marked(marks: &[String]) -> Vec<Row> {
    let wanted: Vec<_> = marks.iter().map(|mark| mark_assignment(mark)).collect();
    let is_wanted = |one: &[u8]| wanted.iter().any(|wanted| one.starts_with(wanted.as_bytes()));
    let own = std::process::id();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let pid: u32 = std::str::from_utf8(entry.file_name().as_bytes()).ok()?.parse().ok()?;
            // Fails for other people's processes.
            let environment = fs::read(entry.path().join("environ")).ok()?;
            let ours = pid != own && environment.split(|byte| *byte == 0).any(is_wanted);
            if ours { row(pid) } else { None }
        })
        .collect()
}

/// The mark that a process has from the child it comes from; `None` also of other people's processes.
pub(crate) fn mark_of(pid: u32) -> Option<String> {
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let assignment = format!("{}=", crate::sys::MARK);
    let one = environment.split(|byte| *byte == 0).find(|one| one.starts_with(assignment.as_bytes()))?;
    String::from_utf8(one[assignment.len()..].to_vec()).ok()
}

/// Kills one process if it still is the one that was started then.
pub(crate) fn kill_exactly(pid: u32, started: u64) -> bool {
    signal_exactly(pid, started, Signal::KILL)
}

/// Stops or continues it on the same condition.
pub(crate) fn pause_exactly(pid: u32, started: u64, stop: bool) -> bool {
    signal_exactly(pid, started, super::pausing(stop))
}

fn signal_exactly(pid: u32, started: u64, signal: Signal) -> bool {
    let Some(raw) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return false };
    // Opened first, compared then: the descriptor cannot come to mean another process in between.
    let Ok(fd) = pidfd_open(raw, PidfdFlags::empty()) else { return false };
    row(pid).is_some_and(|row| row.started == started) && pidfd_send_signal(fd, signal).is_ok()
}

pub(crate) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_are_in_the_table_once() {
        let own = std::process::id();
        let rows: Vec<_> = all().into_iter().filter(|row| row.pid == own).collect();
        assert_eq!(rows, [row(own).expect("our own row")]);
        assert_eq!(
            rows[0].parent,
            rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().cast_unsigned())
        );
    }

    #[test]
    fn a_start_time_that_does_not_match_protects_a_process() {
        let own = row(std::process::id()).expect("our own row");
        assert!(!kill_exactly(own.pid, own.started + 1), "we are still here to see it");
    }
}
