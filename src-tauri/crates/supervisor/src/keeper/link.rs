//! The host's side of the line to the keeper.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    os::unix::net::UnixStream,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    Command,
    sys::{KeeperProcess, LaunchError, Launched, Launcher, Prepared},
};

/// One end of the line.
pub(crate) type Line = UnixStream;

pub(super) const REGISTER: u8 = b'+';
pub(super) const FORGET: u8 = b'-';
pub(super) const LENGTH: usize = 8;

/// Says that a group exists. Called between `clone` and `execve`, so it does nothing but this.
pub(crate) fn registration(pid: u32) -> [u8; LENGTH] {
    message(REGISTER, pid)
}

/// Takes a registration back.
pub(crate) fn withdrawal(pid: u32) -> [u8; LENGTH] {
    message(FORGET, pid)
}

fn message(verb: u8, pid: u32) -> [u8; LENGTH] {
    let [a, b, c, d] = pid.to_le_bytes();
    [verb, 0, 0, 0, a, b, c, d]
}

#[derive(Default)]
pub(crate) struct Link {
    /// Short sections only.
    keeper: Mutex<Option<Keeper>>,
}

struct Keeper {
    line: Arc<Line>,
    /// Reaped when dropped, after the line.
    _process: KeeperProcess,
}

impl Link {
    /// On the spawner thread. Replaces a keeper that is gone.
    pub(crate) fn start(&self, launcher: &mut Launcher, argv: &[OsString]) -> io::Result<()> {
        self.close();
        let (program, args) = argv.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program, "/");
        command.args = args.to_vec();
        // It may be the desktop's executable, whose libraries the loader must find.
        command.env = std::env::vars_os().filter(|(key, _)| key == "LD_LIBRARY_PATH").collect();
        let prepared = Prepared::new(&command, None)?;
        let (line, stdin) = Line::pair()?;
        // A keeper that does not read must not stop the host.
        line.set_nonblocking(true)?;
        let process = launcher.launch_keeper(&prepared, &stdin)?;
        *self.lock() = Some(Keeper { line: Arc::new(line), _process: process });
        Ok(())
    }

    /// Starts a process of which the keeper knows before it runs.
    pub(crate) fn launch(
        &self,
        launcher: &mut Launcher,
        prepared: &Prepared,
    ) -> Result<Launched, LaunchError> {
        let line = self.line();
        launcher.launch(prepared, line.as_deref())
    }

    pub(crate) fn register(&self, pid: u32) {
        self.send(registration(pid));
    }

    /// The group is gone, and its number may come to mean another. Before the leader is reaped.
    pub(crate) fn forget(&self, pid: u32) {
        self.send(withdrawal(pid));
    }

    /// Nothing more is to be kept: the keeper ends.
    pub(crate) fn close(&self) {
        let keeper = self.lock().take();
        if let Some(keeper) = keeper {
            // Closed for it even if somebody is using the line at this moment.
            let _ = keeper.line.shutdown(std::net::Shutdown::Both);
        }
    }

    fn send(&self, message: [u8; LENGTH]) {
        if let Some(line) = self.line()
            && let Err(error) = (&*line).write_all(&message)
        {
            // The next start of a process notices, too, and starts another keeper.
            tracing::debug!(%error, "telling the keeper");
        }
    }

    fn line(&self) -> Option<Arc<Line>> {
        self.lock().as_ref().map(|keeper| Arc::clone(&keeper.line))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Keeper>> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
