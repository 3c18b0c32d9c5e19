//! Node packages, exactly as the lock file says.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use super::{Stamp, read};
use crate::repository::{Repository, answer, complete};

/// Installs what `folder`'s lock file names, unless that was done for the same lock file and Node.
pub(crate) fn ensure(repository: &Repository, folder: &str) -> Result<()> {
    let Some(node) = answer(Command::new("node").arg("--version")) else {
        bail!("node is not installed\nhint: Node 20 or newer is needed to build the user interface");
    };
    let lock = read(&repository.at(folder).join("package-lock.json"))?;
    let path = repository.cache(&format!("npm/{}", folder.replace('/', "-")));
    let stamp = Stamp { path: &path, input: format!("{node}{lock}") };
    if stamp.is_current() && repository.at(folder).join("node_modules").is_dir() {
        return Ok(());
    }
    println!("installing the Node packages of {folder}/");
    let mut install = repository.npm(folder);
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    if let Some(headers) = headers() {
        install.env("npm_config_nodedir", headers);
    }
    complete(&mut install)?;
    stamp.set()
}

/// The folder with Node's own C headers, if they came with it: packages built here then download none.
fn headers() -> Option<PathBuf> {
    let program = which::which("node").ok()?.canonicalize().ok()?;
    let folder = program.ancestors().nth(2)?;
    folder.join("include/node/node.h").is_file().then(|| folder.to_path_buf())
}
