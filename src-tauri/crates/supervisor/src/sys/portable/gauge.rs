//! What one process uses, as far as sysinfo tells.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::usage::Reading;

pub(crate) struct Gauge {
    pid: Pid,
    /// sysinfo's view of this one process and the most memory it was seen with. For short looks only.
    seen: Mutex<(System, u64)>,
}

impl Gauge {
    pub(crate) fn open(pid: u32) -> io::Result<Self> {
        let system = System::new().map_err(io::Error::other)?;
        let gauge = Self { pid: Pid::from_u32(pid), seen: Mutex::new((system, 0)) };
        gauge.read()?;
        Ok(gauge)
    }

    pub(crate) fn read(&self) -> io::Result<Reading> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (system, peak_kb) = &mut *seen;
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), true, kind);
        let process = system.process(self.pid).ok_or(io::ErrorKind::NotFound)?;
        let own = Duration::from_millis(process.accumulated_cpu_time());
        let memory_kb = process.memory() / 1024;
        *peak_kb = memory_kb.max(*peak_kb);
        // Whether it had children is not told.
        Ok(Reading { own, own_user: own, memory_kb, had_children: true, ..Reading::default() })
    }

    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        Ok(self.read()?.own)
    }

    pub(crate) fn peak_kb(&mut self) -> Option<u64> {
        self.read().ok()?;
        Some(self.seen.get_mut().unwrap_or_else(PoisonError::into_inner).1)
    }

    pub(crate) fn reset_peak(&mut self) {
        self.seen.get_mut().unwrap_or_else(PoisonError::into_inner).1 = 0;
    }

    /// Which pages are shared is not told.
    pub(crate) fn fair_kb(&self) -> Option<u64> {
        Some(self.read().ok()?.memory_kb)
    }
}
