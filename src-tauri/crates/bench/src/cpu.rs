//! Processor time by process, to the nanosecond. Where every core is busy it is what a call costs: unlike calls a
//! second, it hardly moves when the machine has other work.
//!
//! Linux only; elsewhere nothing is said.

use std::fs;

use coldframe_testkit::descendants;

/// Whose time is looked at: the client is this process, the emulator another, the functions are what it started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watched {
    pub(crate) emulator: u32,
}

/// Processor time in microseconds, since the processes began or between two looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cpu {
    pub(crate) client_us: f64,
    pub(crate) emulator_us: f64,
    pub(crate) functions_us: f64,
}

impl Watched {
    pub(crate) fn look(self) -> Option<Cpu> {
        let functions = descendants(self.emulator).into_iter().filter_map(of_process);
        Some(Cpu {
            client_us: of_process(std::process::id())?,
            emulator_us: of_process(self.emulator)?,
            functions_us: functions.sum(),
        })
    }
}

impl Cpu {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            client_us: self.client_us - before.client_us,
            emulator_us: self.emulator_us - before.emulator_us,
            functions_us: self.functions_us - before.functions_us,
        }
    }

    /// A share of so many.
    pub(crate) fn of_each(self, calls: usize) -> Self {
        let calls = calls as f64;
        Self {
            client_us: self.client_us / calls,
            emulator_us: self.emulator_us / calls,
            functions_us: self.functions_us / calls,
        }
    }

    pub(crate) fn total_us(self) -> f64 {
        self.client_us + self.emulator_us + self.functions_us
    }
}

/// The time of all threads that live; those of a server that is warm come and go with no work in between.
fn of_process(pid: u32) -> Option<f64> {
    let mut nanoseconds = 0.0;
    for task in fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten() {
        let file = task.path().join("schedstat");
        let time = fs::read_to_string(file).ok();
        nanoseconds += time.and_then(|text| text.split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0);
    }
    Some(nanoseconds / 1000.0)
}
