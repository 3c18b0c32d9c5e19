//! What an app's code is, by content: the files below its root, the ones its process reported beyond it, and its
//! settings. Two equal fingerprints mean that a save changed nothing.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use coldframe_providers::domain::{App, Language};
use coldframe_watch::Rules;

/// Larger files count by size and time of change: they are data, and hashing them would delay every reload.
const HASHED_WHOLE: u64 = 8 * 1024 * 1024;

#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    files: BTreeMap<PathBuf, Content>,
}

/// A file's content, and what tells without reading it that it is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    hash: blake3::Hash,
    length: u64,
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
        for path in paths {
            match read(path) {
                Some(content) => self.files.insert(path.clone(), content),
                None => self.files.remove(path),
            };
        }
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The files that hold something else on disk by now. A touch is not a change. Blocking.
    pub(crate) fn moved_on(&self) -> Vec<PathBuf> {
        let moved = self.files.iter().filter(|(path, known)| {
            let same = path.metadata().is_ok_and(|metadata| {
                metadata.len() == known.length && metadata.modified().ok() == known.modified
            });
            !same && read(path).is_none_or(|now| now.hash != known.hash)
        });
        moved.map(|(path, _)| path.clone()).collect()
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
            &app.env,
            settings.timeout,
            settings.memory_mb,
            settings.ephemeral_mb,
        );
        hasher.update(&serde_json::to_vec(&identity).unwrap_or_default());
        hasher.finalize()
    }

    /// Copies the files to `folder` as they lie in the project, so that the revision can still be started after the
    /// disk has moved on. `None`, with nothing left behind, when a file has already changed. Blocking.
    pub(crate) fn keep_copy(&self, app: &App, project: &Path, folder: PathBuf) -> Option<KeptCopy> {
        let code = folder.join(app.root.strip_prefix(project).ok()?);
        let copy = KeptCopy { code, folder };
        // Dropped, and with it removed, when it is not whole.
        self.copy(app, project, &copy.folder).then_some(copy)
    }

    fn copy(&self, app: &App, project: &Path, target: &Path) -> bool {
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
            ["node_modules", ".venv", "venv"].iter().all(|dependency| {
                let from = project.join(folder).join(dependency);
                !from.is_dir() || link(&from, &target.join(folder).join(dependency))
            })
        })
    }
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
        blake3::hash(&std::fs::read(path).ok()?)
    };
    Some(Content { hash, length, modified })
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
        Language::TypeScript | Language::Rust | Language::Custom => false,
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
}
