//! What the tests leave behind, when they should leave nothing: processes, files in the checkout, temporary folders.

use std::{collections::BTreeSet, env, fs, process};

use anyhow::{Result, bail};

use crate::{
    count::Count,
    repository::{Repository, answer},
};

/// The state of things at one moment.
pub(crate) struct Leftovers(BTreeSet<String>);

impl Leftovers {
    pub(crate) fn now(repository: &Repository) -> Self {
        let files = answer(repository.command("git").args(["status", "--porcelain"])).unwrap_or_default();
        let files = files.lines().map(|line| format!("file {line}"));
        let temporary = fs::read_dir(env::temp_dir()).into_iter().flatten().flatten();
        let temporary = temporary
            .filter(|entry| entry.file_name().to_string_lossy().contains("coldframe"))
            .map(|entry| format!("temporary {}", entry.path().display()));
        Self(files.chain(temporary).chain(processes(repository)).collect())
    }

    /// Fails with what is there now and was not before.
    pub(crate) fn none_since(repository: &Repository, before: &Self) -> Result<Count> {
        let now = Self::now(repository);
        let left: Vec<&str> = now.0.difference(&before.0).map(String::as_str).collect();
        if !left.is_empty() {
            bail!("left behind:\n  {}", left.join("\n  "));
        }
        Ok(Count::default())
    }
}

/// Programs of this checkout that run, beside this one. Linux only.
fn processes(repository: &Repository) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(program) = fs::read_link(entry.path().join("exe")) else { continue };
        let ours =
            program.starts_with(repository.root()) && program.file_stem().is_none_or(|name| name != "xtask");
        if pid != process::id() && ours {
            found.push(format!("process {pid} {}", program.display()));
        }
    }
    found
}
