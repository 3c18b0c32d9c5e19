//! A project on disk, and what its watch reports.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use coldframe_watch::{
    Change,
    ChangeKind::{self, Created, Modified, Removed},
    ChangeSet, Rules, Watch,
};
use tempfile::TempDir;
use tokio::sync::mpsc;

pub(crate) struct Project {
    pub(crate) folder: TempDir,
    pub(crate) root: PathBuf,
    pub(crate) watch: Watch,
    pub(crate) changes: mpsc::Receiver<ChangeSet>,
}

impl Project {
    pub(crate) fn with(files: &[(&str, &str)], rules: Rules) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for (path, text) in files {
            write(&root.join(path), text);
        }
        let (sender, changes) = mpsc::channel(64);
        let watch = Watch::start(&root, rules, sender).unwrap();
        Self { folder, root, watch, changes }
    }

    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self::with(files, Rules::default())
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.root.join(path), text);
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What was reported for all that happened so far, with paths relative to the project. On a busy machine one
    /// burst may come in several sets: what they amount to is the same.
    pub(crate) async fn seen(&mut self) -> Vec<(String, ChangeKind)> {
        self.watch.flush().await;
        let mut all: BTreeMap<PathBuf, ChangeKind> = BTreeMap::new();
        while let Ok(set) = self.changes.try_recv() {
            for Change { path, kind } in set.paths {
                match (all.remove(&path), kind) {
                    (Some(Created), Removed) => {}
                    (Some(Created), Modified) => drop(all.insert(path, Created)),
                    (Some(Removed), Created) => drop(all.insert(path, Modified)),
                    _ => drop(all.insert(path, kind)),
                }
            }
        }
        let name = |path: &Path| path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        all.iter().map(|(path, kind)| (name(path), *kind)).collect()
    }

    /// The next set as it comes, by the debounce alone.
    pub(crate) async fn next(&mut self) -> ChangeSet {
        tokio::time::timeout(Duration::from_secs(10), self.changes.recv())
            .await
            .expect("a change is reported within ten seconds")
            .expect("the watch runs")
    }
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn one(path: &str, kind: ChangeKind) -> Vec<(String, ChangeKind)> {
    vec![(path.to_owned(), kind)]
}
