//! Tells what really changed under a project's folder: a file counts as changed when its *content* did.
//!
//! A `touch`, a save without an edit and the temporary file of an atomic rename are nothing; the rename itself is one
//! `Modified`. Dependency folders, caches and whatever the ignore files name are neither watched nor read. What a change
//! means (which app reloads) is not decided here.
//!
//! One thread owns everything (the operating system's watches, the known contents, the debounce); [`Watch`] only sends
//! it messages, and dropping it ends the thread.

mod content;
mod error;
mod listing;
mod owner;
mod pending;
mod rules;
mod tree;

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    time::{Duration, Instant},
};

pub use content::open;
pub use error::WatchError;
pub use listing::files;
pub use rules::Rules;

/// A burst of writes is over when nothing happened for this long. Editors write, rename and set times within two or
/// three milliseconds; 20 ms also covers a formatter that runs on save and is not yet felt as waiting.
pub const QUIET: Duration = Duration::from_millis(20);

/// Something that never falls silent (a `git checkout` of many files, a download) is reported at least this often.
pub const LONGEST: Duration = Duration::from_millis(200);

/// A known file that is suddenly missing or empty is looked at once more after this time: some tools remove or
/// truncate, think, and write. A real removal can wait.
pub const DOUBT: Duration = Duration::from_millis(50);

/// Files that changed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// Ordered by path, each path once.
    pub paths: Vec<Change>,
    /// When the first of these changes was noticed, before the debounce.
    pub detected: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Absolute, below the canonical root. A file reached through a symbolic link that leads out of the project is
    /// listed twice: by its real path and as the project sees it.
    pub path: PathBuf,
    pub kind: ChangeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    Created,
    Modified,
    Removed,
}

/// A watched project. Dropping it stops everything.
#[derive(Debug)]
pub struct Watch {
    messages: mpsc::Sender<owner::Message>,
    root: PathBuf,
}

impl Watch {
    /// Watches `root` and remembers the contents of its files, so that every later change is told from a touch.
    ///
    /// Blocks while it walks the folder and reads up to 256 MB of it; what happens after it returned is reported.
    /// `changes` should be drained by somebody else than the caller of [`Watch::flush`]: when it is full the watch waits.
    ///
    /// # Errors
    /// When the folder cannot be read or the system's limit of watches is reached (see [`WatchError`]).
    pub fn start(
        root: &Path,
        rules: Rules,
        changes: tokio::sync::mpsc::Sender<ChangeSet>,
    ) -> Result<Self, WatchError> {
        let root =
            root.canonicalize().map_err(|source| WatchError::Folder { path: root.to_path_buf(), source })?;
        if !root.is_dir() {
            return Err(WatchError::NotAFolder { path: root });
        }
        let messages = owner::start(&root, rules, changes)?;
        Ok(Self { messages, root })
    }

    /// The canonical root: every reported path of the project begins with it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns when everything that happened to the files before the call is delivered, or known to be no change.
    pub async fn flush(&self) {
        let (done, wait) = tokio::sync::oneshot::channel();
        // A thread that has ended has nothing left to deliver.
        if self.messages.send(owner::Message::Flush(done)).is_ok() {
            let _ = wait.await;
        }
    }

    /// Looks at one file now, without the debounce: for a save that is known to be complete because it is our own.
    pub fn rehash(&self, path: impl Into<PathBuf>) {
        let _ = self.messages.send(owner::Message::Rehash(path.into(), Instant::now()));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.messages.send(owner::Message::Stop);
    }
}
