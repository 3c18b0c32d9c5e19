//! The folder that a process has as `TMPDIR`. An instance has one of its own, as an execution environment has; the
//! processes of a resident twin have one together, as those of a server have its machine's disk. It goes with the last who
//! holds it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// One that is there as soon as it is opened. `id`: nobody else's.
    pub(crate) fn new(work_dir: &Path, id: i64) -> Arc<Self> {
        Arc::new(Self { path: work_dir.join("scratch").join(id.to_string()) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn open(&self) -> io::Result<()> {
        std::fs::create_dir_all(&self.path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The folder may still hold an open file of a dying process; Linux removes it all the same.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_as_long_as_anybody_holds_it() {
        let work_dir = tempfile::tempdir().unwrap();
        let scratch = Scratch::new(work_dir.path(), 7);
        assert!(!scratch.path().exists(), "nobody has needed it yet");
        let other = Arc::clone(&scratch);
        let path = scratch.path().to_owned();
        for one in [&scratch, &other] {
            one.open().unwrap();
        }
        std::fs::write(path.join("visits"), "3").unwrap();
        drop(scratch);
        assert!(path.join("visits").exists(), "another process has it");
        drop(other);
        assert!(!path.exists());
    }
}
