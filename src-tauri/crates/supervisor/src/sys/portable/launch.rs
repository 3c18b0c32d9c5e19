//! From a [`Command`] to a running process with two pipes.

use std::{io, process::Stdio};

use process_wrap::tokio::{CommandWrap, KillOnDrop};

use super::{cgroup::Cgroup, leader::Leader};
use crate::{
    Command,
    keeper::Line,
    sys::{LaunchError, MARK, RawPipe},
};

pub(crate) struct Prepared {
    command: Command,
    mark: Option<String>,
}

impl Prepared {
    /// Fails for a text with a zero byte in it.
    pub(crate) fn new(command: &Command, mark: Option<&str>) -> io::Result<Self> {
        let texts = [command.program.as_os_str(), command.cwd.as_os_str()];
        let texts = texts.into_iter().chain(command.args.iter().map(AsRef::as_ref));
        let mut texts =
            texts.chain(command.env.iter().flat_map(|(key, value)| [key.as_ref(), value.as_ref()]));
        if texts.any(|text| text.as_encoded_bytes().contains(&0)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Self { command: command.clone(), mark: mark.map(str::to_owned) })
    }

    /// There is none to enter.
    #[expect(clippy::unused_self, reason = "the Linux twin remembers it")]
    pub(crate) fn enter(&mut self, _cgroup: &Cgroup) {}

    fn wrap(&self, stdin: Stdio, output: fn() -> Stdio) -> CommandWrap {
        let mut wrap = CommandWrap::with_new(&self.command.program, |command| {
            command
                .args(&self.command.args)
                .current_dir(&self.command.cwd)
                .env_clear()
                .envs(&self.command.env);
            command.stdin(stdin).stdout(output()).stderr(output());
            if let Some(mark) = &self.mark {
                command.env(MARK, mark);
            }
        });
        wrap.wrap(KillOnDrop);
        wrap
    }
}

/// A process that runs. Dropping it kills it.
pub(crate) struct Launched {
    pub(crate) leader: Leader,
    pub(crate) stdout: RawPipe,
    pub(crate) stderr: RawPipe,
    pub(crate) entered: bool,
}

pub(crate) struct Launcher;

impl Launcher {
    #[expect(clippy::unnecessary_wraps, reason = "the Linux twin may fail")]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Starts a function's process, within a runtime; its stdin is empty.
    pub(crate) fn launch(
        &mut self,
        prepared: &Prepared,
        keeper: Option<&Line>,
    ) -> Result<Launched, LaunchError> {
        if !prepared.command.cwd.is_dir() {
            return Err(LaunchError::Directory(io::ErrorKind::NotFound.into()));
        }
        let mut wrap = prepared.wrap(Stdio::null(), Stdio::piped);
        #[cfg(unix)]
        wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrap.wrap(process_wrap::tokio::JobObject);
        let mut child = wrap.spawn().map_err(LaunchError::Program)?;
        let stdout = child.stdout().take();
        let stderr = child.stderr().take();
        let gone = || LaunchError::System(io::Error::other("the process ended before it began"));
        let leader = Leader::new(child.id().ok_or_else(gone)?, child);
        tell(keeper, leader.pid())?;
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else { return Err(gone()) };
        #[cfg(unix)]
        let pipes = (stdout.into_owned_fd(), stderr.into_owned_fd());
        #[cfg(windows)]
        let pipes = (io::Result::Ok(RawPipe::from(stdout)), io::Result::Ok(RawPipe::from(stderr)));
        let (stdout, stderr) = (pipes.0.map_err(LaunchError::System)?, pipes.1.map_err(LaunchError::System)?);
        Ok(Launched { leader, stdout, stderr, entered: false })
    }

    /// Starts the keeper with `stdin` as the line to the host.
    #[cfg(unix)]
    pub(crate) fn launch_keeper(&mut self, prepared: &Prepared, stdin: &Line) -> io::Result<KeeperProcess> {
        use std::os::{fd::OwnedFd, unix::process::CommandExt as _};
        let stdin = OwnedFd::from(stdin.try_clone()?);
        let mut command = prepared.wrap(stdin.into(), Stdio::null).into_command().into_std();
        // Out of the terminal's foreground group, so that its Ctrl-C is the host's to answer.
        command.process_group(0);
        Ok(KeeperProcess(command.spawn()?))
    }
}

/// The keeper, reaped when dropped if it has ended by then: its line is closed before.
#[cfg(unix)]
pub(crate) struct KeeperProcess(std::process::Child);

#[cfg(unix)]
impl Drop for KeeperProcess {
    fn drop(&mut self) {
        let _ = self.0.try_wait();
    }
}

#[cfg(unix)]
fn tell(keeper: Option<&Line>, pid: u32) -> Result<(), LaunchError> {
    use io::Write as _;
    match keeper {
        Some(mut keeper) => keeper.write_all(&crate::keeper::registration(pid)).map_err(LaunchError::Keeper),
        None => Ok(()),
    }
}

/// The job object ends with the host.
#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "the Unix twin may fail")]
fn tell(_keeper: Option<&Line>, _pid: u32) -> Result<(), LaunchError> {
    Ok(())
}
