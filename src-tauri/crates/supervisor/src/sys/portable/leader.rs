//! The process that leads a group or a job.

use std::{io, process::ExitStatus};

use process_wrap::tokio::ChildWrapper;

use crate::{Exit, sys::Ending};

pub(crate) struct Leader {
    pid: u32,
    child: Box<dyn ChildWrapper>,
    status: Option<ExitStatus>,
}

impl Leader {
    pub(super) fn new(pid: u32, child: Box<dyn ChildWrapper>) -> Self {
        Self { pid, child, status: None }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// tokio watches it already.
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the Linux twin may fail")]
    pub(crate) fn watch(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Resolves when the process has ended; here it is reaped as well.
    pub(crate) async fn ended(&mut self) {
        match self.child.wait().await {
            Ok(status) => self.status = Some(status),
            Err(error) => tracing::warn!(pid = self.pid, %error, "waiting for a process"),
        }
    }

    /// Kills the group or the job.
    pub(crate) fn kill(&mut self) {
        // It may have ended.
        let _ = self.child.start_kill();
    }

    pub(crate) fn reap(self) -> Ending {
        Ending { exit: self.status.map_or(Exit::Signal(9), exit), used: None }
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.kill();
        }
    }
}
