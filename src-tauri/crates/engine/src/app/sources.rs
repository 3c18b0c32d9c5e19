//! What an app's code is, by content: the files below its root, the ones its process reported beyond it, and its
//! settings. Two equal fingerprints mean that a save changed nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use coldframe_providers::{
    clock,
    domain::{App, Language},
    languages::{self, Reach},
};
use coldframe_watch::Rules;

/// Larger files count by size and time of change: they are data, and hashing them would delay every reload.
const HASHED_WHOLE: u64 = 8 * 1024 * 1024;

/// Beyond the steps in which a file system's clock advances.
const CLOCK_STEP: Duration = Duration::from_millis(50);

/// Names of temporary files are not collected for ever.
const MOST_GONE: usize = 64;

#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    files: BTreeMap<PathBuf, Content>,
    /// Were there and are gone: some editors remove a file before they write it anew.
    gone: BTreeSet<PathBuf>,
    /// Names the state of what they run with beside themselves: interpreter, installed packages.
    environment: String,
    /// What beyond the app's root they may load.
    reach: Reach,
}

/// A file's content, and what tells without reading it that it is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    hash: blake3::Hash,
    length: u64,
    /// None when it was changed just before it was read: another change may then carry the same time.
    modified: Option<SystemTime>,
}

impl Sources {
    /// Reads every file of the app. Blocking.
    pub(crate) fn scan(app: &App, rules: &Rules) -> Self {
        let mut sources = Self::default();
        sources.refresh(&coldframe_watch::files(&app.root, rules));
        sources
    }

    /// Reads these files again; one that is gone leaves. Blocking.
    pub(crate) fn refresh(&mut self, paths: &[PathBuf]) {
        if self.gone.len() > MOST_GONE {
            self.gone.clear();
        }
        for path in paths {
            if let Some(content) = read(path) {
                self.gone.remove(path);
                self.files.insert(path.clone(), content);
            } else if self.files.remove(path).is_some() {
                self.gone.insert(path.clone());
            }
        }
    }

    /// Reads again what they say of what they run with and load. Blocking.
    pub(crate) fn look_around(&mut self, app: &App, project: &Path) {
        self.environment = languages::environment(app, project);
        self.reach = Reach::of(app, project, self.files.keys().map(PathBuf::as_path));
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn may_load(&self, path: &Path) -> bool {
        self.reach.may_load(path)
    }

    /// Each file with its content's hash and length, by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, blake3::Hash, u64)> {
        self.files.iter().map(|(path, content)| (path.as_path(), content.hash, content.length))
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The files that hold something else on disk by now, or are back. A touch is not a change. Blocking.
    pub(crate) fn moved_on(&self) -> Vec<PathBuf> {
        let moved = self.files.iter().filter(|(path, known)| {
            let same = known.modified.is_some()
                && path.metadata().is_ok_and(|metadata| {
                    metadata.len() == known.length && metadata.modified().ok() == known.modified
                });
            !same && read(path).is_none_or(|now| now.hash != known.hash)
        });
        let back = self.gone.iter().filter(|path| path.is_file());
        moved.map(|(path, _)| path).chain(back).cloned().collect()
    }

    /// Names the state of code and settings.
    pub(crate) fn fingerprint(&self, app: &App) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (path, content) in &self.files {
            hasher.update(path.as_os_str().as_encoded_bytes());
            hasher.update(&[0]);
            hasher.update(content.hash.as_bytes());
        }
        let settings = &app.settings;
        let identity = (
            &app.handler,
            &app.runtime,
            app.language,
            app.architecture,
            &app.region,
            &app.env,
            &app.layers,
            settings.timeout,
            settings.memory_mb,
            settings.ephemeral_mb,
            &self.environment,
        );
        hasher.update(&serde_json::to_vec(&identity).unwrap_or_default());
        hasher.finalize()
    }

    /// Copies the files to `folder` as they lie in the project, so that the revision can still be started after the
    /// disk has moved on. With nothing left behind when it cannot. Blocking.
    pub(crate) fn keep_copy(&self, app: &App, project: &Path, folder: PathBuf) -> Copied {
        let Ok(root) = app.root.strip_prefix(project) else { return Copied::NotKept };
        let copy = KeptCopy { code: folder.join(root), folder };
        // Dropped, and with it removed, when it is not whole.
        if self.copy(app, project, &copy.folder) {
            Copied::Kept(Arc::new(copy))
        } else if self.moved_on().is_empty() {
            Copied::NotKept
        } else {
            Copied::MovedOn
        }
    }

    fn copy(&self, app: &App, project: &Path, target: &Path) -> bool {
        if std::fs::create_dir_all(target.join(app.root.strip_prefix(project).unwrap_or(&app.root))).is_err()
        {
            return false;
        }
        for (path, content) in &self.files {
            let Ok(relative) = path.strip_prefix(project) else { continue };
            let destination = target.join(relative);
            let Some(parent) = destination.parent() else { return false };
            if std::fs::create_dir_all(parent).is_err() || std::fs::copy(path, &destination).is_err() {
                return false;
            }
            let copied = read(&destination);
            if content.length <= HASHED_WHOLE && copied.is_none_or(|copied| copied.hash != content.hash) {
                return false;
            }
        }
        // Dependencies are linked, not copied: a reload does not concern them.
        let folders = app.root.ancestors().take_while(|folder| folder.starts_with(project));
        folders.filter_map(|folder| folder.strip_prefix(project).ok()).all(|folder| {
            ["node_modules", ".venv", "venv", "vendor/bundle"].iter().all(|dependency| {
                let from = project.join(folder).join(dependency);
                let to = target.join(folder).join(dependency);
                let above =
                    |to: &Path| to.parent().is_none_or(|above| std::fs::create_dir_all(above).is_ok());
                !from.is_dir() || above(&to) && link(&from, &to)
            })
        })
    }
}

/// What an attempt to keep a copy came to.
#[derive(Debug)]
pub(crate) enum Copied {
    Kept(Arc<KeptCopy>),
    /// A file holds something else by now: no copy of this revision can be made any more.
    MovedOn,
    /// It needs none, or the disk would not take it.
    NotKept,
}

/// A revision's files, kept as long as somebody may start or run from them.
#[derive(Debug)]
pub(crate) struct KeptCopy {
    /// The app's root within the copy.
    pub(crate) code: PathBuf,
    folder: PathBuf,
}

impl Drop for KeptCopy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn read(path: &Path) -> Option<Content> {
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let (length, modified) = (metadata.len(), metadata.modified().ok());
    let hash = if length > HASHED_WHOLE {
        blake3::hash(format!("{length} {modified:?}").as_bytes())
    } else {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(coldframe_watch::open(path).ok()?).ok()?;
        hasher.finalize()
    };
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(clock::now_us().unsigned_abs());
    let settled = modified.filter(|modified| now.duration_since(*modified).is_ok_and(|age| age > CLOCK_STEP));
    Some(Content { hash, length, modified: settled })
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> bool {
    std::os::unix::fs::symlink(from, to).is_ok()
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> bool {
    std::os::windows::fs::symlink_dir(from, to).is_ok()
}

/// Whether a file is code of a language, which counts only when it is loaded.
pub(crate) fn is_code(path: &Path, language: Language) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match language {
        Language::Python => matches!(extension, "py" | "pyi"),
        Language::Node => matches!(extension, "js" | "mjs" | "cjs"),
        Language::Ruby => extension == "rb",
        Language::TypeScript
        | Language::Rust
        | Language::Go
        | Language::Java
        | Language::Custom
        | Language::Process => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touch_is_not_a_move_and_an_edit_of_equal_length_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.py");
        std::fs::write(&file, "x = 1\n").unwrap();
        let mut sources = Sources::default();
        sources.refresh(std::slice::from_ref(&file));
        std::fs::write(&file, "x = 1\n").unwrap();
        assert_eq!(sources.moved_on(), Vec::<PathBuf>::new());
        std::fs::write(&file, "x = 2\n").unwrap();
        assert_eq!(sources.moved_on(), [file]);
    }

    #[test]
    fn a_file_that_was_gone_and_is_back_is_a_move() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.py");
        std::fs::write(&file, "x = 1\n").unwrap();
        let mut sources = Sources::default();
        sources.refresh(std::slice::from_ref(&file));
        std::fs::remove_file(&file).unwrap();
        assert_eq!(sources.moved_on(), std::slice::from_ref(&file));
        sources.refresh(std::slice::from_ref(&file));
        assert_eq!(sources.moved_on(), Vec::<PathBuf>::new());
        std::fs::write(&file, "x = 1\n").unwrap();
        assert_eq!(sources.moved_on(), [file]);
    }
}
