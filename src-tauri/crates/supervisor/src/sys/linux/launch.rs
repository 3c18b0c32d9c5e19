//! From a [`Command`] to a running process with two pipes. All on one thread, because the parent-death signal is
//! sent when the starting *thread* ends.

use std::{
    ffi::{CString, OsStr, c_char},
    io::{self, Write as _},
    os::{
        fd::{AsRawFd as _, OwnedFd},
        unix::{ffi::OsStrExt as _, net::UnixStream},
    },
    ptr,
};

use rustix::{
    fs::{Mode, OFlags, open},
    pipe::{PipeFlags, pipe_with},
};

use super::{
    cgroup::Cgroup,
    clone::{Handoff, STACK, Stack, Step, clone_and_execute},
    leader::{Leader, Tie},
};
use crate::{
    Command,
    sys::{LaunchError, mark_assignment},
};

/// A soft limit of open files that programs expect; Lambda gives the same.
const OPEN_FILES: u64 = 1024;

/// A command in the form the kernel takes, made where it may fail and allocate.
pub(crate) struct Prepared {
    program: CString,
    args: Vec<CString>,
    env: Vec<CString>,
    directory: CString,
    cgroup: Option<OwnedFd>,
}

impl Prepared {
    /// Fails for a text with a zero byte in it.
    pub(crate) fn new(command: &Command, mark: Option<&str>) -> io::Result<Self> {
        let program = text(command.program.as_os_str())?;
        let mut args = vec![program.clone()];
        for arg in &command.args {
            args.push(text(arg)?);
        }
        let mut env = Vec::with_capacity(command.env.len() + 1);
        for (key, value) in &command.env {
            let mut assignment = key.clone();
            assignment.push("=");
            assignment.push(value);
            env.push(text(&assignment)?);
        }
        if let Some(mark) = mark {
            env.push(text(&mark_assignment(mark))?);
        }
        Ok(Self { program, args, env, directory: text(command.cwd.as_os_str())?, cgroup: None })
    }

    /// The process will be in this cgroup from its first instruction on.
    pub(crate) fn enter(&mut self, cgroup: &Cgroup) {
        // Without a descriptor it stays outside, which is noticed.
        self.cgroup = cgroup.procs().ok();
    }
}

fn text(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// A process that runs. Dropping it kills it.
pub(crate) struct Launched {
    pub(crate) leader: Leader,
    pub(crate) stdout: OwnedFd,
    pub(crate) stderr: OwnedFd,
    /// It is in the cgroup it was to enter.
    pub(crate) entered: bool,
}

pub(crate) struct Launcher {
    stack: Box<Stack>,
    null: OwnedFd,
}

impl Launcher {
    pub(crate) fn new() -> io::Result<Self> {
        let null = open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self { stack: Box::new(Stack([0; STACK])), null })
    }

    /// Starts a function's process; its stdin is empty. `keeper` hears of it before the program runs.
    pub(crate) fn launch(
        &mut self,
        prepared: &Prepared,
        keeper: Option<&UnixStream>,
    ) -> Result<Launched, LaunchError> {
        let system = |error: rustix::io::Errno| LaunchError::System(error.into());
        let (stdout, child_stdout) = pipe_with(PipeFlags::CLOEXEC).map_err(system)?;
        let (stderr, child_stderr) = pipe_with(PipeFlags::CLOEXEC).map_err(system)?;
        let null = self.null.as_raw_fd();
        let stdio = [null, child_stdout.as_raw_fd(), child_stderr.as_raw_fd()];
        let (leader, entered) = self.execute(prepared, stdio, Tie::Child, keeper)?;
        Ok(Launched { leader, stdout, stderr, entered })
    }

    /// Starts the keeper with `stdin` as the line to the host.
    pub(crate) fn launch_keeper(&mut self, prepared: &Prepared, stdin: &UnixStream) -> io::Result<Leader> {
        let null = self.null.as_raw_fd();
        let started = self.execute(prepared, [stdin.as_raw_fd(), null, null], Tie::Keeper, None);
        started.map(|(leader, _)| leader).map_err(|error| match error {
            LaunchError::Keeper(error)
            | LaunchError::Directory(error)
            | LaunchError::Program(error)
            | LaunchError::System(error) => error,
        })
    }

    fn execute(
        &mut self,
        prepared: &Prepared,
        stdio: [i32; 3],
        tie: Tie,
        keeper: Option<&UnixStream>,
    ) -> Result<(Leader, bool), LaunchError> {
        let args = pointers(&prepared.args);
        let env = pointers(&prepared.env);
        let mut handoff = Handoff {
            program: prepared.program.as_ptr(),
            args: args.as_ptr(),
            env: env.as_ptr(),
            directory: prepared.directory.as_ptr(),
            stdio,
            host: std::process::id().cast_signed(),
            own_session: tie == Tie::Keeper,
            keeper: keeper.map_or(-1, |keeper| keeper.as_raw_fd()),
            register: crate::keeper::registration,
            cgroup: prepared.cgroup.as_ref().map_or(-1, |procs| procs.as_raw_fd()),
            entered: false,
            open_files: OPEN_FILES,
            failed: None,
        };
        let (pid, pidfd) = clone_and_execute(&mut self.stack, &mut handoff).map_err(LaunchError::System)?;
        // Dropped on failure, which reaps what is left of the child.
        let leader = Leader::new(pid, pidfd, tie);
        match handoff.failed {
            None => Ok((leader, handoff.entered)),
            Some((step, errno)) => {
                if step != Step::Keeper
                    && let Some(mut keeper) = keeper
                {
                    // A keeper that is gone has forgotten by itself.
                    let _ = keeper.write_all(&crate::keeper::withdrawal(pid));
                }
                let error = io::Error::from_raw_os_error(errno);
                Err(match step {
                    Step::Keeper => LaunchError::Keeper(error),
                    Step::Directory => LaunchError::Directory(error),
                    Step::Program => LaunchError::Program(error),
                    Step::Rest => LaunchError::System(error),
                })
            }
        }
    }
}

fn pointers(texts: &[CString]) -> Vec<*const c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}
