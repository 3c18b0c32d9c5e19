//! The machine's name: figures without it say nothing.

use std::{fmt, fs, thread};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    cpu: String,
    cores: usize,
    kernel: String,
    memory_mb: u64,
    /// Load average of the last minute when the run began: others were at work.
    load_before: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let first = |file: &str| fs::read_to_string(file).ok()?.split_whitespace().next().map(str::to_owned);
        let memory = field("/proc/meminfo", "MemTotal");
        Self {
            cpu: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into()),
            cores: thread::available_parallelism().map_or(1, std::num::NonZero::get),
            kernel: first("/proc/sys/kernel/osrelease").unwrap_or_else(|| std::env::consts::OS.into()),
            memory_mb: memory
                .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
                .map_or(0, |kb| kb / 1024),
            load_before: first("/proc/loadavg").unwrap_or_default(),
        }
    }

    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (&self.cpu, self.cores) == (&other.cpu, other.cores)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cpu, cores, kernel, memory_mb, load_before } = self;
        write!(f, "{cpu}, {cores} cores, {memory_mb} MB, kernel {kernel}, load before {load_before}")
    }
}
