//! A mark in the stream of events: everything reported before it happened before it.
//!
//! It is a write to a file of our own that has a name only until the watch on it exists, so nothing stays behind however
//! the process ends. inotify reports all watches of one instance in the order in which things happened.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use notify::{Event, EventKind, event::ModifyKind};

use crate::tree::Tree;

#[derive(Debug)]
pub(super) struct Mark {
    file: File,
    path: PathBuf,
}

impl Mark {
    /// `None` where it does not work: other systems do not report writes to a file without a name, or not in order.
    pub(super) fn new(tree: &mut Tree) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        if !cfg!(target_os = "linux") {
            return None;
        }
        let name = format!("coldframe-mark-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path).ok()?;
        let watched = tree.watch_extra(&path);
        let _ = fs::remove_file(&path);
        watched.ok()?;
        Some(Self { file, path })
    }

    pub(super) fn make(&mut self) -> bool {
        self.file.write_all(b".").is_ok()
    }

    pub(super) fn is(&self, event: &Event) -> bool {
        matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)))
            && event.paths.first() == Some(&self.path)
    }
}
