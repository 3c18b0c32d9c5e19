//! Programs that are started for a person and belong to them from then on, such as their editor: not killed with the
//! host, not measured, not seen by the keeper.

use std::process::Stdio;

use tokio::sync::oneshot;

use crate::{Command, Exit, SpawnError};

/// Starts a program and lets it go, in a group of its own, so that a Ctrl-C meant for the host is not its end. Its
/// limits are not kept. The receiver hears of its end, should anybody wait for it.
///
/// # Errors
/// The program or its directory is not there, or may not be run.
#[expect(clippy::disallowed_methods, reason = "the supervisor starts processes; this one it does not keep")]
pub fn start_apart(command: &Command) -> Result<oneshot::Receiver<Exit>, SpawnError> {
    let failed = |source| SpawnError::Program { program: command.program.clone(), source };
    let mut starting = std::process::Command::new(&command.program);
    starting.args(&command.args).current_dir(&command.cwd).env_clear().envs(&command.env);
    starting.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    in_a_group_of_its_own(&mut starting);
    let mut child = starting.spawn().map_err(failed)?;
    let (ended, heard) = oneshot::channel();
    // Somebody has to wait for it, or it stays in the table of processes after its end.
    std::thread::Builder::new()
        .name("coldframe-apart".into())
        .spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = ended.send(status.into());
            }
        })
        .map_err(SpawnError::System)?;
    Ok(heard)
}

#[cfg(unix)]
fn in_a_group_of_its_own(command: &mut std::process::Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn in_a_group_of_its_own(command: &mut std::process::Command) {
    /// <https://learn.microsoft.com/en-us/windows/win32/procthread/process-creation-flags>
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
}
