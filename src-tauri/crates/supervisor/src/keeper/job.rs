//! Windows needs no keeper: a job object ends when its last handle is closed, by whatever end of the host.

use std::{ffi::OsString, io};

use crate::sys::{LaunchError, Launched, Launcher, Prepared};

/// There is no line.
pub(crate) struct Line;

#[derive(Default)]
pub(crate) struct Link(());

#[expect(clippy::unused_self, reason = "the Unix twin has a line")]
impl Link {
    #[expect(clippy::unnecessary_wraps, reason = "the Unix twin may fail")]
    pub(crate) fn start(&self, _launcher: &mut Launcher, _argv: &[OsString]) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn launch(
        &self,
        launcher: &mut Launcher,
        prepared: &Prepared,
    ) -> Result<Launched, LaunchError> {
        launcher.launch(prepared, None)
    }

    pub(crate) fn register(&self, _pid: u32) {}

    pub(crate) fn forget(&self, _pid: u32) {}

    pub(crate) fn close(&self) {}
}
