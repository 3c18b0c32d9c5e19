//! The one way to describe a process before it is started. The environment is built, never inherited.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use crate::CpuShare;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Absolute path of the executable.
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub cwd: PathBuf,
    /// The whole environment of the process.
    pub env: BTreeMap<OsString, OsString>,
    /// Resident memory of the process tree above which it is killed; `None` for no limit.
    pub memory_limit_mb: Option<u32>,
    /// How much CPU the process tree may use; `None` for all there is.
    pub cpu_share: Option<CpuShare>,
}

impl Command {
    pub fn new(program: impl Into<PathBuf>, cwd: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            cwd: cwd.into(),
            env: BTreeMap::new(),
            memory_limit_mb: None,
            cpu_share: None,
        }
    }
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(key.into(), value.into());
        self
    }
}
