//! The one task of a child. It waits for three things only: output, the end, and (where only it can) a request to
//! kill; and it alone reaps.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    Exit,
    output::{Intake, Stream},
    process::Process,
    registry::Registry,
    sys::Leader,
};

pub(crate) struct Owner {
    pub(crate) process: Arc<Process>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) intake: Arc<Intake>,
    /// Gone once reaped.
    pub(crate) leader: Option<Leader>,
    pub(crate) exit: watch::Sender<Option<Exit>>,
}

impl Owner {
    pub(crate) async fn run(mut self) {
        let Some(leader) = &mut self.leader else { return };
        let (mut stdout, mut stderr) = (true, true);
        loop {
            tokio::select! {
                biased;
                () = leader.ended() => break,
                () = self.process.kill_asked() => leader.kill(),
                () = self.intake.readable(Stream::Stdout), if stdout => stdout = self.intake.read(Stream::Stdout),
                () = self.intake.readable(Stream::Stderr), if stderr => stderr = self.intake.read(Stream::Stderr),
            }
        }
        // Nothing of the tree may write any more, or use the leader's number, when its end is told.
        self.process.tree().end();
        self.intake.drain().await;
        self.conclude();
    }

    fn conclude(&mut self) {
        let Some(leader) = self.leader.take() else { return };
        self.registry.keeper.forget(self.process.pid);
        let ending = leader.reap();
        if let Some(used) = ending.used {
            self.process.tree().close(used);
        }
        self.registry.remove(&self.process);
        self.exit.send_replace(Some(self.process.reason(ending.exit)));
    }
}

impl Drop for Owner {
    /// The runtime went away first: the process goes with it.
    fn drop(&mut self) {
        if let Some(leader) = self.leader.take() {
            self.process.tree().end();
            self.registry.keeper.forget(self.process.pid);
            drop(leader);
            self.registry.remove(&self.process);
        }
    }
}
