//! One host per data directory: an OS lock, and `host.json`, which tells others where the holder is reached.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Where the running host is reached. The file is readable by its owner only: it holds the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Presence {
    /// `127.0.0.1:PORT` of the people's side.
    pub address: String,
    pub token: String,
    pub pid: u32,
}

/// For its owner alone: requests, answers and logs are in it.
fn create(data_dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir)
}

/// Held while a host lives; the OS releases it whatever ends the process.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
    presence: PathBuf,
}

impl Lock {
    /// `None` when another host holds the directory.
    pub(crate) fn take(data_dir: &Path) -> io::Result<Option<Self>> {
        create(data_dir)?;
        hide(data_dir)?;
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(data_dir.join("host.lock"))?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => Ok(Some(Self { _file: file, presence: data_dir.join("host.json") })),
            Err(fs4::TryLockError::WouldBlock) => Ok(None),
            Err(fs4::TryLockError::Error(error)) => Err(error),
        }
    }

    pub(crate) fn announce(&self, presence: &Presence) -> io::Result<()> {
        let temporary = self.presence.with_extension("json.new");
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(&serde_json::to_vec(presence)?)?;
        std::fs::rename(&temporary, &self.presence)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.presence);
    }
}

/// A data directory may lie inside a project. Marked so, its copies and build output are neither taken for functions
/// nor watched (the cache directory tagging specification; git's ignore file).
fn hide(data_dir: &Path) -> io::Result<()> {
    let marks = [
        (".gitignore", "*\n"),
        ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# Coldframe keeps its record here.\n"),
    ];
    for (name, text) in marks {
        let path = data_dir.join(name);
        if !path.exists() {
            std::fs::write(path, text)?;
        }
    }
    Ok(())
}

/// Where the holder of a data directory is reached, if it has said so.
pub(crate) fn presence(data_dir: &Path) -> io::Result<Presence> {
    let bytes = std::fs::read(data_dir.join("host.json"))?;
    serde_json::from_slice(&bytes).map_err(io::Error::other)
}
