//! Processes that run to their end: build steps, version probes.

use crate::{Child, Command, Exit, SpawnError, Supervisor, output::Kept};

/// What a process left. Each stream is kept up to 32 MB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub status: Exit,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Kills the process when dropped; nothing happens if it has ended.
struct KilledWithUs(Child);

impl Drop for KilledWithUs {
    fn drop(&mut self) {
        self.0.kill();
    }
}

impl Supervisor {
    /// Runs a process to its end. If the future is dropped, the process and all it started are killed.
    pub async fn run(&self, command: Command) -> Result<Output, SpawnError> {
        let (child, intake) = self.spawn_keeping(command, Kept::Whole).await?;
        let child = KilledWithUs(child);
        let status = child.0.exited().await;
        let [stdout, stderr] = intake.take_whole();
        Ok(Output { status, stdout, stderr })
    }
}
