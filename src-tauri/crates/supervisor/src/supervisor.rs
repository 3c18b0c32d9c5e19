//! The supervisor: what starts children, and ends them all.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use crate::{
    Child, Command,
    cpu::Share,
    duty,
    keeper::leftovers,
    limits,
    output::{Intake, Kept},
    owner::Owner,
    process::Process,
    registry::Registry,
    spawner::{SpawnError, Spawner},
    sys::{self, LaunchError, Pipe, Prepared},
};

/// How long a shutdown waits for processes that were killed.
const LAST_WAIT: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct Config {
    /// What runs this executable as the keeper, see [`crate::keeper::argv`]. Without one (in unit tests) only the
    /// parent-death signal ties processes to the host.
    pub keeper: Option<Vec<OsString>>,
    /// Where the keeper notes what runs, for the sweep at the next start. Created if missing.
    pub run_dir: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot use the directory {directory}: {source}")]
    RunDir { directory: PathBuf, source: io::Error },
    #[error("cannot start the supervisor: {0}")]
    System(#[source] io::Error),
}

/// A cheap handle. When the last one is dropped, every process is killed.
#[derive(Clone)]
pub struct Supervisor {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Arc<Registry>,
    spawner: Spawner,
    swept: usize,
}

impl Supervisor {
    /// Ends first what a host that died has left in `run_dir`.
    pub fn start(config: Config) -> Result<Self, StartError> {
        // Two supervisors of one host (in tests) must not take each other's children for their own.
        static SERIAL: AtomicU64 = AtomicU64::new(1);
        let directory = config.run_dir;
        let swept = std::fs::create_dir_all(&directory)
            .and_then(|()| leftovers::sweep(&directory))
            .map_err(|source| StartError::RunDir { directory: directory.clone(), source })?;
        leftovers::clear_cgroups();
        if swept > 0 {
            tracing::warn!(swept, "ended processes that an earlier host had left behind");
        }
        sys::allow_many_open_files();
        let registry = Arc::new(Registry::new(SERIAL.fetch_add(1, Ordering::Relaxed)));
        let keeper = config.keeper.map(|mut argv| {
            argv.extend([directory.into_os_string(), OsString::from(&registry.mark)]);
            argv
        });
        limits::start(&registry).map_err(StartError::System)?;
        let spawner = Spawner::start(Arc::clone(&registry), keeper).map_err(StartError::System)?;
        Ok(Self { inner: Arc::new(Inner { registry, spawner, swept }) })
    }

    /// How many processes of a dead host the start has ended.
    pub fn swept(&self) -> usize {
        self.inner.swept
    }

    /// Starts a process in a group of its own, with an empty stdin. Within a runtime, with which it ends.
    pub async fn spawn(&self, command: Command) -> Result<Child, SpawnError> {
        Ok(self.spawn_keeping(command, Kept::Lines).await?.0)
    }

    pub(crate) async fn spawn_keeping(
        &self,
        command: Command,
        kept: Kept,
    ) -> Result<(Child, Arc<Intake>), SpawnError> {
        let registry = &self.inner.registry;
        if registry.closed() {
            return Err(SpawnError::ShuttingDown);
        }
        let mark = registry.next_mark();
        let mut prepared = Prepared::new(&command, Some(&mark))
            .map_err(|_| SpawnError::ZeroByte { program: command.program.clone() })?;
        let mut share = Share::prepare(command.cpu_share, &mark);
        share.enter(&mut prepared);
        let launched = self.inner.spawner.launch(prepared).await.map_err(|error| explain(error, &command))?;
        // From here to the owner task nothing is awaited: a dropped future leaves nothing half done.
        if share.cgroup.is_some() && !launched.entered {
            share.refused(command.cpu_share.and_then(|share| share.only));
        }
        let mut leader = launched.leader;
        leader.watch().map_err(SpawnError::System)?;
        let stdout = Pipe::new(launched.stdout).map_err(SpawnError::System)?;
        let stderr = Pipe::new(launched.stderr).map_err(SpawnError::System)?;
        let (intake, lines) = Intake::new(stdout, stderr, kept);
        let intake = Arc::new(intake);
        let pid = leader.pid();
        let limit_mb = command.memory_limit_mb;
        let process = Process::new(pid, mark, limit_mb, share, &intake, lines, Arc::clone(registry));
        let process = Arc::new(process);
        registry.add(Arc::clone(&process));
        if process.duty().is_some() {
            duty::start(registry);
        }
        let (exit, exited) = watch::channel(None);
        let owner = Owner {
            process: Arc::clone(&process),
            registry: Arc::clone(registry),
            intake: Arc::clone(&intake),
            leader: Some(leader),
            exit,
        };
        tokio::spawn(owner.run());
        let child = Child { process, exit: exited };
        if registry.closed() {
            // The shutdown has gone through the list already, or will find it dead.
            child.kill();
            return Err(SpawnError::ShuttingDown);
        }
        Ok((child, intake))
    }

    /// Nothing is started any more.
    pub fn is_shutting_down(&self) -> bool {
        self.inner.registry.closed()
    }

    /// Kills every process and whatever they started, and waits for them, but not for ever. Nothing is started
    /// afterwards.
    pub async fn shutdown(&self) {
        let registry = &self.inner.registry;
        registry.close();
        let gone = async {
            loop {
                let removed = registry.removed.notified();
                for process in registry.all() {
                    process.kill();
                }
                if registry.is_empty() {
                    break;
                }
                removed.await;
            }
        };
        match tokio::time::timeout(LAST_WAIT, gone).await {
            Ok(()) => tracing::debug!("every process has ended"),
            Err(_) => tracing::warn!(
                left = registry.all().len(),
                "processes that do not end are left to the keeper"
            ),
        }
        let (mark, ended) = (registry.mark.clone(), registry.take_ended());
        // Fails only if the runtime is ending, too; the keeper does the same then.
        let _ = tokio::task::spawn_blocking(move || {
            limits::sweep(&[mark]);
            limits::sweep_ended(ended);
        })
        .await;
    }
}

fn explain(error: LaunchError, command: &Command) -> SpawnError {
    let program = command.program.clone();
    match error {
        LaunchError::Program(source) => SpawnError::Program { program, source },
        LaunchError::Directory(source) => {
            SpawnError::Directory { program, directory: command.cwd.clone(), source }
        }
        LaunchError::Keeper(source) | LaunchError::System(source) => SpawnError::System(source),
    }
}
