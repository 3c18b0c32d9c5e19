//! The process that leads a group: knowing when it has ended, and reaping it. Ended and reaped are two moments, since
//! between them its number still names its group.

use std::{
    io,
    os::fd::{AsFd as _, OwnedFd},
    time::Duration,
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::unix::AsyncFd;

use super::kill_group;
use crate::{
    Exit, Sample,
    sys::{Ending, pipe::readable},
};

/// How long a dropped leader may take to die of SIGKILL before it is left behind as a zombie.
const DYING: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

/// How a process is tied to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// Its own group, killed with the host.
    Child,
    /// Its own session: it outlives the host.
    Keeper,
}

pub(crate) struct Leader {
    pid: u32,
    tie: Tie,
    pidfd: Option<Pidfd>,
}

enum Pidfd {
    Bare(OwnedFd),
    Watched(AsyncFd<OwnedFd>),
}

impl Leader {
    pub(super) fn new(pid: u32, pidfd: OwnedFd, tie: Tie) -> Self {
        Self { pid, tie, pidfd: Some(Pidfd::Bare(pidfd)) }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Within a runtime, before [`Leader::ended`].
    pub(crate) fn watch(&mut self) -> io::Result<()> {
        if let Some(Pidfd::Bare(fd)) = self.pidfd.take() {
            self.pidfd = Some(Pidfd::Watched(readable(fd)?));
        }
        Ok(())
    }

    /// Resolves when the process has ended. It stays a zombie.
    pub(crate) async fn ended(&mut self) {
        let Some(Pidfd::Watched(fd)) = &self.pidfd else { return };
        // The descriptor becomes readable once and stays so.
        if fd.readable().await.is_err() {
            // The runtime is shutting down and will drop this future.
            std::future::pending::<()>().await;
        }
    }

    /// On Unix the group is killed by its number, see [`super::kill_group`].
    pub(crate) fn kill(&mut self) {}

    /// After [`Leader::ended`].
    pub(crate) fn reap(mut self) -> Ending {
        self.pidfd = None;
        wait4(self.pid, 0).unwrap_or(Ending { exit: Exit::Signal(libc::SIGKILL), used: None })
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        let Some(pidfd) = self.pidfd.take() else { return };
        if self.tie == Tie::Child {
            kill_group(self.pid);
        }
        let fd = match &pidfd {
            Pidfd::Bare(fd) => fd.as_fd(),
            Pidfd::Watched(fd) => fd.get_ref().as_fd(),
        };
        // An interrupted wait leaves at worst a zombie.
        let _ = poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&DYING));
        wait4(self.pid, libc::WNOHANG);
    }
}

#[expect(unsafe_code, reason = "rustix's wait does not return what the process used")]
fn wait4(pid: u32, options: i32) -> Option<Ending> {
    let mut status = 0;
    // SAFETY: both pointers are to local values that outlive the call; the pid is our own child's, not yet reaped.
    let (reaped, usage) = unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        (libc::wait4(pid.cast_signed(), &raw mut status, options, &raw mut usage), usage)
    };
    if reaped != pid.cast_signed() {
        return None;
    }
    let exit = if libc::WIFSIGNALED(status) {
        Exit::Signal(libc::WTERMSIG(status))
    } else {
        Exit::Code(libc::WEXITSTATUS(status))
    };
    let used = Sample {
        cpu_user: duration(usage.ru_utime),
        cpu_system: duration(usage.ru_stime),
        memory_kb: 0,
        peak_kb: of_its_own(usage.ru_maxrss),
    };
    Some(Ending { exit, used: Some(used) })
}

/// The kernel's account of a process begins before its exec, with the memory it shared with this one: only what is
/// above that is known to be its own. Else 0.
#[expect(unsafe_code, reason = "getrusage has no safe wrapper")]
fn of_its_own(most_kb: libc::c_long) -> u64 {
    // SAFETY: the pointer is to a local value, and a plain structure of numbers may be all zeroes.
    let ours = unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        if libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) != 0 {
            return 0;
        }
        usage.ru_maxrss
    };
    if most_kb > ours { u64::try_from(most_kb).unwrap_or(0) } else { 0 }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0))
        + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
}
