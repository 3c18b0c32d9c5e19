//! What a provider needs to know to describe an instance's process. The engine fills it in, the provider's `launch`
//! turns it into a command.

use std::{net::SocketAddr, path::Path};

use crate::domain::App;

#[derive(Debug, Clone, Copy)]
pub struct LaunchContext<'a> {
    pub app: &'a App,
    /// Canonical root of the project.
    pub project: &'a Path,
    /// Where the revision's code lies: the app's root, or what a build step made of it.
    pub code: &'a Path,
    /// What the build step made, where that is one file (a Rust binary).
    pub artifact: Option<&'a Path>,
    /// The instance's own scratch folder (`TMPDIR`), emptied with it.
    pub scratch: &'a Path,
    /// Where our bootstraps have been written to.
    pub bootstraps: &'a Path,
    /// Short hash of the revision.
    pub revision: &'a str,
    /// 32 hex digits, unique to the instance: the tail of its log stream's name.
    pub stream: &'a str,
    /// The emulator's side of the conversation.
    pub address: SocketAddr,
    /// The port the process must listen on, when the emulator pushes.
    pub port: Option<u16>,
    pub account: &'a Account,
    /// Our bootstrap is to measure what its imports take.
    pub measure_imports: bool,
    /// Unix milliseconds.
    pub now_ms: i64,
}

/// The account the emulator pretends to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub region: String,
}

impl Account {
    /// Where an app of it runs: in the region its manifest names, if it does.
    pub(crate) fn of(&self, app: &App) -> Self {
        Self { id: self.id.clone(), region: app.region.clone().unwrap_or_else(|| self.region.clone()) }
    }
}

impl Default for Account {
    fn default() -> Self {
        Self { id: "000000000000".into(), region: "us-east-1".into() }
    }
}
