//! The handle to one child process and whatever it starts. The work is done by the child's owner task
//! ([`crate::owner`]) and by the limit thread ([`crate::limits`]); a handle only asks.

use std::{fmt, process::ExitStatus, sync::Arc};

use tokio::sync::watch;

use crate::{CpuLimit, output::OutputLines, process::Process, usage::Sample};

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
    /// The tree used more memory than its limit and was killed for it, by us.
    OutOfMemory {
        limit_mb: u32,
        used_mb: u32,
    },
}

impl Exit {
    pub fn success(self) -> bool {
        self == Self::Code(0)
    }
}

#[cfg(unix)]
impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or(9)),
        }
    }
}

#[cfg(windows)]
impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        Self::Code(status.code().unwrap_or(1))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::OutOfMemory { limit_mb, used_mb } => {
                write!(f, "out of memory: {used_mb} MB of {limit_mb} MB")
            }
        }
    }
}

/// A cheap handle. The process lives on when all handles are dropped; it ends by itself, by [`Child::kill`], or with
/// its supervisor or the runtime it was started in.
#[derive(Clone)]
pub struct Child {
    pub(crate) process: Arc<Process>,
    pub(crate) exit: watch::Receiver<Option<Exit>>,
}

impl Child {
    pub fn pid(&self) -> u32 {
        self.process.pid
    }

    /// Kills the whole tree, at once and without asking it. Nothing happens if it has ended.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Asks the process group to end (SIGTERM). Systems without such a request kill it.
    pub fn terminate(&self) {
        self.process.terminate();
    }

    /// Resolves when the process has ended, its tree has been killed and its output has been delivered.
    pub async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.unwrap_or(Exit::Signal(9)),
            // The owner task went away with its runtime, and killed the process as it went.
            Err(_) => Exit::Signal(9),
        }
    }

    /// How it ended, if it has.
    pub fn try_exited(&self) -> Option<Exit> {
        *self.exit.borrow()
    }

    /// What the process prints. Only the first call, on whichever clone, gets it.
    pub fn take_output(&mut self) -> Option<OutputLines> {
        self.process.take_lines()
    }

    /// Resolves when everything that the process has written so far has been delivered to [`OutputLines`]; an
    /// unfinished line is delivered as a line.
    ///
    /// Async because other systems than Unix have to wait for it; on Unix it is done in the caller's own task.
    pub async fn drain(&self) {
        self.process.drain().await;
    }

    /// Whether and how its CPU share is kept.
    pub fn cpu_limit(&self) -> CpuLimit {
        self.process.cpu_limit()
    }

    /// What the tree has used until now. Cheap enough for each invocation.
    pub fn sample(&self) -> Sample {
        self.process.sample()
    }

    /// Does what of the next [`sample`](Self::sample) takes long: memory, and how CPU time divides, are then of now. What
    /// is left is the CPU time in all, for a process that never started another; for any other the sample is made anew.
    pub fn sample_ahead(&self) {
        self.process.sample_ahead();
    }

    /// Lets [`Sample::peak_kb`] begin anew at the present use.
    pub fn reset_peak(&self) {
        self.process.reset_peak();
    }

    /// Whether whoever answers at `127.0.0.1:port` belongs to this tree. Always true on systems that cannot tell.
    pub fn owns_port(&self, port: u16) -> bool {
        self.process.owns_port(port)
    }

    /// The TCP ports on which this tree listens, in order; none on systems that cannot tell.
    pub fn listening_ports(&self) -> Vec<u16> {
        self.process.listening_ports()
    }

    /// Memory is looked at often while `busy`, seldom while not.
    pub fn watch_memory(&self, busy: bool) {
        self.process.watch_memory(busy);
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").field("pid", &self.pid()).field("exit", &self.try_exited()).finish()
    }
}
