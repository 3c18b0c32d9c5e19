//! What a row of the table is: a function in one language under one contract, and what of it is its own.

use std::{os::unix::fs::symlink, path::PathBuf};

use coldframe_testkit::{Host, Project};
use reqwest::RequestBuilder;
use serde_json::Value;

use super::failing::Failing;
use crate::installed;

/// The checks, as the table names them.
pub(super) const COLUMNS: [&str; 9] = [
    "cold call",
    "warm call",
    "error",
    "timeout",
    "crash",
    "reload",
    "concurrency",
    "environment",
    "log capture",
];
pub(super) const COLD: usize = 0;
pub(super) const WARM: usize = 1;
pub(super) const ERROR: usize = 2;
pub(super) const TIMEOUT: usize = 3;
pub(super) const CRASH: usize = 4;
pub(super) const RELOAD: usize = 5;
pub(super) const CONCURRENCY: usize = 6;
pub(super) const ENVIRONMENT: usize = 7;
pub(super) const LOG: usize = 8;

/// What a function is asked to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) act: &'a str,
    pub(super) name: &'a str,
    /// Where calls meet.
    pub(super) at: &'a str,
}

impl Wanted<'_> {
    /// As a query: nothing in it needs to be encoded.
    pub(super) fn query(&self) -> String {
        format!("do={}&name={}&at={}", self.act, self.name, self.at)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::json!({ "do": self.act, "name": self.name, "at": self.at })
    }
}

/// How a provider's callers call, and what they see.
pub(super) struct Contract {
    pub(super) title: &'static str,
    pub(super) call: fn(&Host, &Wanted<'_>) -> RequestBuilder,
    /// What the function returned, of the body of a good answer.
    pub(super) returned: fn(Value) -> Value,
    pub(super) timeout: Failing,
    /// A call over its deadline takes its instance with it.
    pub(super) timeout_ends_instance: bool,
    pub(super) crash: Failing,
    /// Variables and their values; an empty one may have any.
    pub(super) environment: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) contract: &'static Contract,
    pub(super) language: &'static str,
    /// What the provider calls.
    pub(super) convention: &'static str,
    pub(super) files: &'static [(&'static str, &'static str)],
    /// The file that is saved anew, with its version in it.
    pub(super) reloads: &'static str,
    pub(super) installed: Installed,
    pub(super) error: Failing,
    /// An instance takes several calls at the same time.
    pub(super) shares_instance: bool,
    /// What its files say, with room for a start on a loaded machine.
    pub(super) timeout_s: u64,
}

/// What a function finds beside it: a link, and what of the tests' packages it leads to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Installed {
    Nothing,
    Linked(&'static str, fn() -> PathBuf),
    CargoTarget,
}

impl Row {
    /// Its function in a project of its own.
    pub(super) fn project(&self) -> Project {
        let project = Project::new();
        for (file, text) in self.files {
            if file.ends_with("bootstrap") {
                project.write_executable(file, text);
            } else {
                project.write(file, text);
            }
        }
        match self.installed {
            Installed::Nothing => {}
            Installed::Linked(link, to) => symlink(to(), project.file(link)).expect("a link"),
            Installed::CargoTarget => installed::share_cargo_target(&project),
        }
        project
    }
}
