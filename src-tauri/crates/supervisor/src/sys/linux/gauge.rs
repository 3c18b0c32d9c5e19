//! What one process uses. The files of `/proc` are opened once and read again and again: that is half the price, and
//! an open file never speaks of a later process with the same number.

use std::{fs::File, io, os::unix::fs::FileExt as _, time::Duration};

use crate::usage::Reading;

pub(crate) struct Gauge {
    pid: u32,
    stat: File,
    /// Opened when first asked for: most descendants are never asked.
    status: Option<File>,
    clear_refs: Option<File>,
    clock: libc::clockid_t,
}

impl Gauge {
    pub(crate) fn open(pid: u32) -> io::Result<Self> {
        let stat = File::open(format!("/proc/{pid}/stat"))?;
        Ok(Self { pid, stat, status: None, clear_refs: None, clock: clock_of(pid)? })
    }

    /// Fails when the process is gone.
    pub(crate) fn read(&self) -> io::Result<Reading> {
        let mut buffer = [0; 1024];
        let length = self.stat.read_at(&mut buffer, 0)?;
        let mut reading = parse_stat(&buffer[..length]).ok_or(io::ErrorKind::InvalidData)?;
        reading.own = self.cpu()?;
        Ok(reading)
    }

    /// Exact CPU time of the process itself: a fraction of what [`read`](Self::read) costs.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        cpu_time(self.clock)
    }

    /// The most memory since the start or the last reset; `None` when the process is gone.
    pub(crate) fn peak_kb(&mut self) -> Option<u64> {
        if self.status.is_none() {
            self.status = File::open(format!("/proc/{}/status", self.pid)).ok();
        }
        let mut buffer = [0; 8192];
        let length = self.status.as_ref()?.read_at(&mut buffer, 0).ok()?;
        parse_peak(&buffer[..length])
    }

    pub(crate) fn reset_peak(&mut self) {
        if self.clear_refs.is_none() {
            self.clear_refs = File::options().write(true).open(format!("/proc/{}/clear_refs", self.pid)).ok();
        }
        if let Some(file) = &self.clear_refs {
            // 5: reset the peak. A process that is gone has none; an old kernel keeps its lifetime's.
            let _ = file.write_at(b"5", 0);
        }
    }

    /// Memory with shared pages divided among those who share them: slow (milliseconds), and fair to a tree whose
    /// processes are copies of each other.
    pub(crate) fn fair_kb(&self) -> Option<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid)).ok()?;
        rollup.lines().find_map(|line| kilobytes(line.strip_prefix("Pss:")?))
    }
}

#[expect(unsafe_code, reason = "the CPU clock of another process has no safe wrapper")]
fn clock_of(pid: u32) -> io::Result<libc::clockid_t> {
    let mut clock = 0;
    // SAFETY: writes one value to a local.
    match unsafe { libc::clock_getcpuclockid(pid.cast_signed(), &raw mut clock) } {
        0 => Ok(clock),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

#[expect(unsafe_code, reason = "the CPU clock of another process has no safe wrapper")]
fn cpu_time(clock: libc::clockid_t) -> io::Result<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes one value to a local.
    if unsafe { libc::clock_gettime(clock, &raw mut time) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
        + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0)))
}

/// [proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). The name, the second field, may
/// hold anything, so counting begins behind its last parenthesis, with field 3.
fn parse_stat(stat: &[u8]) -> Option<Reading> {
    let stat = std::str::from_utf8(&stat[stat.iter().rposition(|byte| *byte == b')')? + 2..]).ok()?;
    // Field 10 on: minor faults, those of children, major ones, those of children, then the times.
    let mut fields = stat.split(' ').skip(7).map(|field| field.trim_end().parse::<u64>().ok());
    let mut next = || fields.next()?;
    let (minor, waited_minor, major, waited_major) = (next()?, next()?, next()?, next()?);
    let (user, system, waited_user, waited_system) = (next()?, next()?, next()?, next()?);
    // Priorities may be negative and are not ours to read: on to field 24, the resident pages.
    let pages = fields.nth(6)??;
    Some(Reading {
        own: Duration::ZERO,
        own_user: ticks(user),
        own_system: ticks(system),
        waited_user: ticks(waited_user),
        waited_system: ticks(waited_system),
        memory_kb: pages * (rustix::param::page_size() as u64 / 1024),
        faults: Some(minor + major),
        // No process ends without a page of its own.
        had_children: waited_minor + waited_major > 0,
    })
}

/// `/proc` counts in hundredths of a second on every system, whatever the kernel's own tick.
fn ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}

fn parse_peak(status: &[u8]) -> Option<u64> {
    let at = status.windows(6).position(|window| window == b"VmHWM:")?;
    kilobytes(std::str::from_utf8(status[at + 6..].split(|byte| *byte == b'\n').next()?).ok()?)
}

fn kilobytes(text: &str) -> Option<u64> {
    text.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_does_not_shift_the_fields() {
        let stat = b"42 (a) b (c) S 1 42 42 0 -1 4194560 9 8 7 6 31 12 5 4 20 0 1 0 123456 1000000 250 18446744073709551615 1\n";
        let reading = parse_stat(stat).expect("a stat line");
        assert_eq!(reading.own_user, Duration::from_millis(310));
        assert_eq!(reading.own_system, Duration::from_millis(120));
        assert_eq!((reading.waited_user, reading.waited_system), (ticks(5), ticks(4)));
        assert_eq!(reading.memory_kb, 250 * (rustix::param::page_size() as u64 / 1024));
        assert_eq!(reading.faults, Some(9 + 7), "minor and major ones, of the process itself");
        assert!(reading.had_children, "their faults are counted too");
    }

    #[test]
    fn the_peak_is_found_among_the_other_figures() {
        assert_eq!(
            parse_peak(b"Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t    8604 kB\nVmRSS:\t 1 kB\n"),
            Some(8604)
        );
        assert_eq!(parse_peak(b"Name:\tkthreadd\n"), None, "a process without memory of its own");
    }

    #[test]
    fn our_own_process_can_be_read() {
        let mut gauge = Gauge::open(std::process::id()).expect("our own files");
        let reading = gauge.read().expect("a reading");
        assert!(reading.own > Duration::ZERO && reading.memory_kb > 500, "{reading:?}");
        assert!(gauge.peak_kb().expect("a peak") >= reading.memory_kb / 2);
    }
}
