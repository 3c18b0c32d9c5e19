//! The one thread that starts processes. The parent-death signal is sent when the *thread* that started a process
//! ends, so it has to be one that lives as long as the supervisor. It also starts the keeper, and starts it again
//! should it be gone.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
};

use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    registry::Registry,
    sys::{LaunchError, Launched, Launcher, Prepared},
};

#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    #[error("cannot start {program}: {source}")]
    Program { program: PathBuf, source: io::Error },
    #[error("cannot start {program} in {directory}: {source}")]
    Directory { program: PathBuf, directory: PathBuf, source: io::Error },
    #[error("cannot start {program}: the command has a zero byte in it")]
    ZeroByte { program: PathBuf },
    #[error("cannot start a process: {0}")]
    System(#[source] io::Error),
    #[error("cannot start a process while shutting down")]
    ShuttingDown,
}

struct Request {
    prepared: Prepared,
    runtime: Handle,
    reply: oneshot::Sender<Result<Launched, LaunchError>>,
}

pub(crate) struct Spawner {
    requests: mpsc::Sender<Request>,
}

impl Spawner {
    /// Returns when the keeper, if there is to be one, runs.
    pub(crate) fn start(registry: Arc<Registry>, keeper: Option<Vec<OsString>>) -> io::Result<Self> {
        let (requests, incoming) = mpsc::channel::<Request>();
        let (started, ready) = mpsc::sync_channel(1);
        thread::Builder::new().name("coldframe-spawner".into()).spawn(move || {
            let mut launcher = match Launcher::new().and_then(|mut launcher| {
                if let Some(argv) = &keeper {
                    registry.keeper.start(&mut launcher, argv)?;
                }
                Ok(launcher)
            }) {
                Ok(launcher) => launcher,
                Err(error) => return drop(started.send(Err(error))),
            };
            let _ = started.send(Ok(()));
            for request in incoming {
                let _runtime = request.runtime.enter();
                let launched = launch(&registry, &mut launcher, &request.prepared, keeper.as_deref());
                if let Err(Ok(unwanted)) = request.reply.send(launched) {
                    // Nobody waits any more: dropping the process kills it.
                    registry.keeper.forget(unwanted.leader.pid());
                }
            }
            // The last supervisor is gone. Systems with a parent-death signal send it now; the keeper does the same.
            for process in registry.all() {
                process.kill();
            }
            registry.keeper.close();
        })?;
        ready.recv().unwrap_or_else(|_| Err(io::Error::other("the spawner thread ended")))?;
        Ok(Self { requests })
    }

    pub(crate) async fn launch(&self, prepared: Prepared) -> Result<Launched, LaunchError> {
        let gone = || LaunchError::System(io::Error::other("the spawner thread ended"));
        let (reply, answer) = oneshot::channel();
        let request = Request { prepared, runtime: Handle::current(), reply };
        self.requests.send(request).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn launch(
    registry: &Registry,
    launcher: &mut Launcher,
    prepared: &Prepared,
    keeper: Option<&[OsString]>,
) -> Result<Launched, LaunchError> {
    match (registry.keeper.launch(launcher, prepared), keeper) {
        (Err(LaunchError::Keeper(error)), Some(argv)) => {
            tracing::warn!(%error, "the keeper does not answer: starting another");
            if let Err(error) = registry.keeper.start(launcher, argv) {
                // The parent-death signal and the sweep at the next start remain.
                tracing::error!(%error, "no keeper: processes that leave their parent may outlive the host");
                registry.keeper.close();
            }
            for process in registry.all() {
                registry.keeper.register(process.pid);
            }
            registry.keeper.launch(launcher, prepared)
        }
        (launched, _) => launched,
    }
}
