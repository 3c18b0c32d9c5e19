//! What an app's code is, by content: the files below its root, the ones its process reported beyond it, and its
//! settings. Two equal fingerprints mean that a save changed nothing.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use coldframe_providers::domain::{App, Language};
use coldframe_watch::Rules;

/// Larger files count by size and time of change: they are data, and hashing them would delay every reload.
const HASHED_WHOLE: u64 = 8 * 1024 * 1024;

#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    files: BTreeMap<PathBuf, blake3::Hash>,
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
            match content(path) {
                Some(hash) => self.files.insert(path.clone(), hash),
                None => self.files.remove(path),
            };
        }
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = (&Path, &blake3::Hash)> {
        self.files.iter().map(|(path, hash)| (path.as_path(), hash))
    }

    /// Names the state of code and settings.
    pub(crate) fn fingerprint(&self, app: &App) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for (path, hash) in &self.files {
            hasher.update(path.as_os_str().as_encoded_bytes());
            hasher.update(&[0]);
            hasher.update(hash.as_bytes());
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
}

fn content(path: &Path) -> Option<blake3::Hash> {
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    if metadata.len() > HASHED_WHOLE {
        return Some(blake3::hash(format!("{} {:?}", metadata.len(), metadata.modified().ok()).as_bytes()));
    }
    std::fs::read(path).ok().map(|bytes| blake3::hash(&bytes))
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

/// Copies the files of one fingerprint to `target`, so that the revision can still be started after the files on
/// disk have moved on. Returns false, with nothing left behind, when a file has already changed. Blocking.
///
/// Dependency folders are linked, not copied: a reload does not concern them.
pub(crate) fn keep_copy(sources: &Sources, root: &Path, target: &Path) -> bool {
    let kept = copy(sources, root, target);
    if !kept {
        let _ = std::fs::remove_dir_all(target);
    }
    kept
}

fn copy(sources: &Sources, root: &Path, target: &Path) -> bool {
    for (path, hash) in sources.paths() {
        let Ok(relative) = path.strip_prefix(root) else { continue };
        let destination = target.join(relative);
        let Some(parent) = destination.parent() else { return false };
        if std::fs::create_dir_all(parent).is_err() || std::fs::copy(path, &destination).is_err() {
            return false;
        }
        if content(&destination) != Some(*hash) && path.metadata().is_ok_and(|m| m.len() <= HASHED_WHOLE) {
            return false;
        }
    }
    for dependency in ["node_modules", ".venv", "venv"] {
        let from = root.join(dependency);
        if from.is_dir() && !link(&from, &target.join(dependency)) {
            return false;
        }
    }
    std::fs::create_dir_all(target).is_ok()
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> bool {
    std::os::unix::fs::symlink(from, to).is_ok()
}

#[cfg(windows)]
fn link(from: &Path, to: &Path) -> bool {
    std::os::windows::fs::symlink_dir(from, to).is_ok()
}
