//! The supervisor with real processes. What ends them when the host dies is tested in `tests/keeper.rs`.
#![cfg(target_os = "linux")]

mod ending;
mod measuring;
mod output;
mod share;
mod starting;

use std::{future::Future, time::Duration};

use coldframe_supervisor::{Child, Command, Config, Line, Supervisor};

/// A supervisor without a keeper, in a directory that goes with it.
struct Bench {
    supervisor: Supervisor,
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let config = Config { keeper: None, run_dir: dir.path().join("run") };
        Self { supervisor: Supervisor::start(config).expect("a supervisor"), dir }
    }

    fn sh(&self, script: &str) -> Command {
        Command::new("/bin/sh", self.dir.path()).arg("-c").arg(script).env("PATH", "/usr/bin:/bin")
    }

    fn python(&self, script: &str) -> Command {
        Command::new("/usr/bin/python3", self.dir.path()).arg("-u").arg("-c").arg(script)
    }

    /// An empty file where the processes run.
    fn write(&self, name: &str) {
        std::fs::write(self.dir.path().join(name), "").expect("a file");
    }

    async fn start(&self, command: Command) -> Child {
        self.supervisor.spawn(command).await.expect("a process")
    }
}

/// Nothing here takes long; a test that hangs says where.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(20), future).await {
        Ok(value) => value,
        Err(_) => panic!("waited too long for {what}"),
    }
}

/// The next line, which is known to come.
async fn line(lines: &mut coldframe_supervisor::OutputLines) -> Line {
    soon("a line", lines.recv()).await.expect("the output has not ended")
}

/// Whether there is such a process, other than one that only waits to be reaped.
fn lives(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !matches!(stat.rsplit(") ").next().and_then(|rest| rest.chars().next()), Some('Z' | 'X'))
    })
}

/// Waits until there is no such process.
async fn gone(pid: u32) {
    soon(&format!("process {pid} to be gone"), async {
        while lives(pid) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}
