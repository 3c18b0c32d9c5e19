//! The watched folders and the known contents of a project's files.
//!
//! On Linux every folder that is not hidden has its own watch, so that `node_modules` and `target` cost none. Elsewhere
//! the system watches whole trees and hidden paths are dropped when they are reported.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::{Change, ChangeKind, WatchError, content::Content, rules::Filter};

/// How much the first walk reads. Beyond it files are known by their metadata until they change: opening a folder of
/// data sets must not take a minute.
const FIRST_WALK: u64 = 256 * 1024 * 1024;

/// inotify watches single folders; the others watch trees.
const WATCHES_TREES: bool = !cfg!(any(target_os = "linux", target_os = "android"));

pub(crate) struct Tree {
    root: PathBuf,
    filter: Filter,
    watcher: RecommendedWatcher,
    /// Folders with a watch, as the project sees them.
    folders: BTreeSet<PathBuf>,
    known: BTreeMap<PathBuf, Content>,
    /// Symbolic links that lead out of the project, with where they lead.
    links: BTreeMap<PathBuf, PathBuf>,
    /// Said once: later folders would only repeat it.
    limit_reached: bool,
}

/// What came of looking at a path.
pub(crate) enum Look {
    Same,
    Changed(ChangeKind),
    /// Missing, empty or torn, and it may be the middle of a save.
    Doubtful,
}

impl Tree {
    /// Watches and reads everything below `root`.
    pub(crate) fn open(root: &Path, filter: Filter, watcher: RecommendedWatcher) -> Result<Self, WatchError> {
        let mut tree = Self {
            root: root.to_path_buf(),
            filter,
            watcher,
            folders: BTreeSet::new(),
            known: BTreeMap::new(),
            links: BTreeMap::new(),
            limit_reached: false,
        };
        if WATCHES_TREES {
            tree.watch(root, RecursiveMode::Recursive)?;
        } else if let Some(parent) = root.parent() {
            // The only place that tells of another folder that takes the root's name.
            if let Err(error) = tree.watch_extra(parent) {
                tracing::debug!("a folder that takes the project's place goes unnoticed: {error}");
            }
        }
        let mut budget = FIRST_WALK;
        for path in tree.walk(root)? {
            let content = if budget == 0 { Content::skim(&path) } else { Content::read(&path) };
            if let Some(content) = content {
                budget = budget.saturating_sub(content.len());
                tree.known.insert(path, content);
            }
        }
        Ok(tree)
    }

    /// Watches `path`, a folder or a file outside the tree, beside the project.
    pub(crate) fn watch_extra(&mut self, path: &Path) -> Result<(), WatchError> {
        self.watch(path, RecursiveMode::NonRecursive)
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> Result<(), WatchError> {
        self.watcher.watch(path, mode).map_err(|error| WatchError::from_notify(&error, path.to_path_buf()))
    }

    /// Watches a folder and all that are in it and not hidden, *then* lists the files: what is written in between is
    /// both listed and reported. Fails at a limit or when the folder itself cannot be watched.
    fn walk(&mut self, top: &Path) -> Result<Vec<PathBuf>, WatchError> {
        let mut files = Vec::new();
        let mut folders = vec![top.to_path_buf()];
        while let Some(folder) = folders.pop() {
            if !WATCHES_TREES && !self.folders.contains(&folder) {
                match self.watch(&folder, RecursiveMode::NonRecursive) {
                    Ok(()) => {}
                    Err(error) if folder == *top || error.is_limit() => return Err(error),
                    // Gone again, or not ours to read.
                    Err(error) => {
                        tracing::debug!("{error}");
                        continue;
                    }
                }
            }
            self.folders.insert(folder.clone());
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_symlink() {
                    folders.extend(self.follow(&path));
                    if !self.filter.hidden(&path, false) {
                        files.push(path);
                    }
                } else if !self.filter.hidden(&path, kind.is_dir()) {
                    if kind.is_dir() { &mut folders } else { &mut files }.push(path);
                }
            }
        }
        Ok(files)
    }

    /// Takes note of a symbolic link. Returns the folder to walk when it leads to one outside the project; what it
    /// leads to inside is watched in its own place.
    fn follow(&mut self, link: &Path) -> Option<PathBuf> {
        self.links.remove(link);
        let target = link.canonicalize().ok()?;
        let is_dir = target.is_dir();
        if target.starts_with(&self.root)
            || self.root.starts_with(&target)
            || self.filter.hidden(link, is_dir)
            || self.links.values().any(|known| target.starts_with(known))
        {
            return None;
        }
        let watched = if is_dir { Some(&*target) } else { target.parent() };
        if let Some(watched) = watched.filter(|_| WATCHES_TREES || !is_dir).map(Path::to_path_buf) {
            let mode = if is_dir { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if let Err(error) = self.watch(&watched, mode) {
                tracing::warn!("changes behind the link {} go unnoticed: {error}", link.display());
            }
        }
        self.links.insert(link.to_path_buf(), target);
        is_dir.then(|| link.to_path_buf())
    }

    /// A path as the project sees it; `None` when it is outside.
    fn seen(&self, path: &Path) -> Option<PathBuf> {
        if path.starts_with(&self.root) {
            return Some(path.to_path_buf());
        }
        self.links
            .iter()
            .find_map(|(link, target)| path.strip_prefix(target).ok().map(|rest| join(link, rest)))
    }

    /// The files that an event about `path` may have changed. `came`: something new has this name now; `went`: what had
    /// it is gone.
    pub(crate) fn touched(&mut self, path: &Path, came: bool, went: bool) -> Vec<PathBuf> {
        let Some(path) = self.seen(path) else { return Vec::new() };
        if self.filter.is_ignore_file(&path) {
            if self.known.get(&path).is_some_and(|known| known.untouched(&path)) {
                return Vec::new();
            }
            return self.rescan();
        }
        let mut touched = Vec::new();
        if went {
            self.leave(&path);
            touched.extend(self.below(&path));
        }
        match path.symlink_metadata() {
            Err(_) => touched.extend(self.below(&path)),
            Ok(metadata) if metadata.is_dir() => {
                if (came || !self.folders.contains(&path)) && !self.filter.hidden(&path, true) {
                    touched.extend(self.walk_later(&path));
                }
            }
            Ok(metadata) => {
                if metadata.is_symlink() && self.links.get(&path) != path.canonicalize().ok().as_ref() {
                    touched.extend(self.below(&path));
                    self.leave(&path);
                    if let Some(folder) = self.follow(&path) {
                        touched.extend(self.walk_later(&folder));
                    }
                }
                if !self.filter.hidden(&path, false) {
                    touched.push(path);
                }
            }
        }
        touched
    }

    /// Everything anew: after lost events or a change of the ignore files. Returns what must be looked at.
    pub(crate) fn rescan(&mut self) -> Vec<PathBuf> {
        self.filter.forget();
        let root = self.root.clone();
        let mut touched: BTreeSet<PathBuf> = self.walk_later(&root).into_iter().collect();
        // What is hidden now is no longer known, and its going is not a change.
        let known = std::mem::take(&mut self.known);
        self.known = known.into_iter().filter(|(path, _)| !self.filter.hidden(path, false)).collect();
        touched.extend(self.known.keys().cloned());
        touched.retain(|path| !self.known.get(path).is_some_and(|known| known.untouched(path)));
        touched.into_iter().collect()
    }

    /// A walk after the start: what goes wrong is said and life goes on.
    fn walk_later(&mut self, folder: &Path) -> Vec<PathBuf> {
        self.walk(folder).unwrap_or_else(|error| {
            if error.is_limit() && !std::mem::replace(&mut self.limit_reached, true) {
                tracing::error!("changes in some folders go unnoticed: {error}");
            } else {
                tracing::debug!("{error}");
            }
            Vec::new()
        })
    }

    /// Ends the watches at and below `path`: a moved folder would go on reporting under its old name.
    fn leave(&mut self, path: &Path) {
        let gone: Vec<PathBuf> = self
            .folders
            .range(path.to_path_buf()..)
            .take_while(|folder| folder.starts_with(path))
            .cloned()
            .collect();
        for folder in gone {
            self.folders.remove(&folder);
            if !WATCHES_TREES {
                // Mostly gone already, together with the folder.
                let _ = self.watcher.unwatch(&folder);
            }
        }
        self.links.retain(|link, _| !link.starts_with(path));
    }

    fn below(&self, path: &Path) -> Vec<PathBuf> {
        self.known
            .range(path.to_path_buf()..)
            .take_while(|(known, _)| known.starts_with(path))
            .map(|(known, _)| known.clone())
            .collect()
    }

    /// Compares a file with what was known of it and remembers what it is now, unless that is doubtful and `may_doubt`.
    pub(crate) fn look(&mut self, path: &Path, may_doubt: bool) -> Look {
        let now = Content::read(path);
        let before = self.known.get(path);
        let doubtful = match (&now, before) {
            (None, Some(_)) => true,
            (Some(now), Some(before)) => now.torn || (now.len() == 0 && before.len() > 0),
            (Some(now), None) => now.torn,
            (None, None) => false,
        };
        if doubtful && may_doubt {
            return Look::Doubtful;
        }
        let kind = match (&now, before) {
            (None, None) => None,
            (Some(_), None) => Some(ChangeKind::Created),
            (None, Some(_)) => Some(ChangeKind::Removed),
            (Some(now), Some(before)) => (!now.same(before)).then_some(ChangeKind::Modified),
        };
        match now {
            Some(now) => self.known.insert(path.to_path_buf(), now),
            None => self.known.remove(path),
        };
        match kind {
            // An ignore file is obeyed, it is no part of any function.
            Some(kind) if !self.filter.is_ignore_file(path) => Look::Changed(kind),
            _ => Look::Same,
        }
    }

    /// A change under every name it has: see [`Change::path`].
    pub(crate) fn named(&self, path: &Path, kind: ChangeKind) -> impl Iterator<Item = Change> {
        let real =
            self.links.iter().find_map(|(link, to)| path.strip_prefix(link).ok().map(|rest| join(to, rest)));
        real.into_iter().chain([path.to_path_buf()]).map(move |path| Change { path, kind })
    }
}

/// `Path::join`, which puts a final slash when the second part is empty.
fn join(path: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { path.to_path_buf() } else { path.join(rest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rules;

    /// Like a queue that overflowed: no event ever arrives.
    fn deaf(root: &Path) -> Tree {
        let watcher = notify::recommended_watcher(|_| {}).unwrap();
        Tree::open(root, Filter::new(root, Rules::default()), watcher).unwrap()
    }

    #[test]
    fn a_rescan_finds_what_was_never_reported() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for name in ["same.py", "changed.py", "gone.py"] {
            fs::write(root.join(name), "1").unwrap();
        }
        let mut tree = deaf(&root);
        fs::write(root.join("changed.py"), "22").unwrap();
        fs::remove_file(root.join("gone.py")).unwrap();
        fs::create_dir(root.join("new")).unwrap();
        fs::write(root.join("new/file.py"), "1").unwrap();

        let touched = tree.rescan();
        assert_eq!(touched, ["changed.py", "gone.py", "new/file.py"].map(|name| root.join(name)));
        let kinds: Vec<_> = touched
            .iter()
            .map(|path| match tree.look(path, false) {
                Look::Changed(kind) => kind,
                Look::Same | Look::Doubtful => panic!("{} changed", path.display()),
            })
            .collect();
        assert_eq!(kinds, [ChangeKind::Modified, ChangeKind::Removed, ChangeKind::Created]);
        assert_eq!(tree.rescan(), Vec::<PathBuf>::new(), "everything is known now");
    }

    #[test]
    fn hidden_folders_cost_no_watch() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("node_modules/a/b")).unwrap();
        fs::create_dir_all(root.join("src")).unwrap();
        let tree = deaf(&root);
        let folders: Vec<_> = tree.folders.iter().cloned().collect();
        assert_eq!(folders, [root.clone(), root.join("src")]);
    }
}
