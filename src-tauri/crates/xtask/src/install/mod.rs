//! Installs what a command needs and is missing, each kind with its own tool. What is there is left alone.

pub(crate) mod apt;
pub(crate) mod cargo;
pub(crate) mod npm;
pub(crate) mod python;

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

/// Remembers for which input something was installed; a changed input installs anew.
struct Stamp<'a> {
    path: &'a Path,
    input: String,
}

impl Stamp<'_> {
    fn is_current(&self) -> bool {
        fs::read_to_string(self.path).is_ok_and(|stamp| stamp == self.input)
    }

    fn set(&self) -> Result<()> {
        let folder = self.path.parent().expect("a stamp lies in a folder");
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        fs::write(self.path, &self.input).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
