//! Programs from crates.io, each version in its own folder below `.cache/`, never in the person's own `~/.cargo/bin`.

use std::{env, path::PathBuf};

use anyhow::Result;

use crate::repository::{Repository, complete};

/// Speaks WebDriver to a Tauri window. The 3.0 line is an alpha.
pub(crate) const TAURI_DRIVER: (&str, &str) = ("tauri-driver", "2.1.0");

/// Returns the installed program.
pub(crate) fn ensure(repository: &Repository, (name, version): (&str, &str)) -> Result<PathBuf> {
    let root = repository.cache(&format!("cargo/{name}-{version}"));
    let program = root.join("bin").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("installing {name} {version}");
        let mut install = repository.cargo();
        install.args(["install", "--quiet", "--locked", name, "--version", version, "--root"]).arg(&root);
        complete(&mut install)?;
    }
    Ok(program)
}
