//! Processes that run to their end: build steps, version probes.

use crate::{Child, Command, Exit, Line, SpawnError, Supervisor, output::Kept};

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

    /// The same, and tells each line as it comes. Of a process that prints faster than anybody reads, lines are left
    /// out of what is told, and that is said; never of what is returned.
    pub async fn run_telling(
        &self,
        command: Command,
        mut tell: impl FnMut(&Line) + Send,
    ) -> Result<Output, SpawnError> {
        let (mut child, intake) = self.spawn_keeping(command, Kept::Both).await?;
        let lines = child.take_output();
        let child = KilledWithUs(child);
        let mut exited = std::pin::pin!(child.0.exited());
        let status = match lines {
            None => exited.await,
            Some(mut lines) => {
                let status = loop {
                    tokio::select! {
                        biased;
                        Some(line) = lines.recv() => tell(&line),
                        status = &mut exited => break status,
                    }
                };
                // Its last lines were delivered before its end was told.
                while let Some(line) = lines.try_recv() {
                    tell(&line);
                }
                status
            }
        };
        let [stdout, stderr] = intake.take_whole();
        Ok(Output { status, stdout, stderr })
    }
}
