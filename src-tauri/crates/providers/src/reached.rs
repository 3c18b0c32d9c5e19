//! What a process is seen reaching outside of itself while it runs, as our bootstraps tell it.

use serde::Deserialize;

/// By its name alone: nothing of what is sent, asked or written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// A name or an address that it connects to, with the port where that is of this machine.
    Host(String),
    /// What it starts, as it names it: `/bin/sh`.
    Program(String),
    /// One that it opens for writing, outside of its temporary folder: the whole path.
    File(String),
}
