//! What happened to the project's files since the list of its apps was last looked at.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use coldframe_providers::{
    domain::{App, Language},
    registry,
};
use coldframe_watch::{Change, ChangeKind};

/// What was saved and removed since the list of apps was last looked at.
pub(crate) struct News {
    pub(super) detected: Instant,
    files: Vec<PathBuf>,
    removed: Vec<PathBuf>,
}

impl News {
    pub(super) fn since(detected: Instant) -> Self {
        Self { detected, files: Vec::new(), removed: Vec::new() }
    }

    /// None: the project has just been opened.
    pub(crate) fn none() -> Self {
        Self::since(Instant::now())
    }

    pub(super) fn add(&mut self, change: Change) {
        if change.kind == ChangeKind::Removed {
            self.removed.push(change.path.clone());
        }
        self.files.push(change.path);
    }

    pub(super) fn removed_something(&self) -> bool {
        !self.removed.is_empty()
    }

    pub(super) fn took_code_of(&self, app: &App) -> bool {
        let code = |path: &&PathBuf| path.starts_with(&app.root) && is_source(path, app.language);
        self.removed.iter().filter(code).any(|path| !path.exists())
    }

    /// What a person says at the project's root is about every app, also of those that were found before it was there;
    /// what any of `manifests` says is about those that were guessed, for want of it.
    pub(super) fn touched_manifest_of(&self, app: &App, manifests: &[PathBuf], project: &Path) -> bool {
        let own = if app.manifests.is_empty() { manifests } else { &app.manifests };
        own.iter().any(|manifest| self.files.contains(manifest))
            || self.files.contains(&project.join(registry::OVERRIDES))
    }
}

/// Whether a function may be known by this file. An editor's backup beside it is none.
fn is_source(path: &Path, language: Language) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match language {
        Language::Python => extension == "py",
        Language::Node => matches!(extension, "js" | "mjs" | "cjs"),
        Language::TypeScript => matches!(extension, "ts" | "mts" | "cts" | "tsx"),
        Language::Go => matches!(extension, "go" | "mod" | "sum"),
        Language::Java => matches!(extension, "java" | "kt" | "xml" | "gradle" | "kts"),
        Language::Rust => matches!(extension, "rs" | "toml"),
        Language::Ruby => extension == "rb",
        // It is known by its folder alone.
        Language::Process => false,
        Language::Custom => path.file_name().is_some_and(|name| name == "bootstrap"),
    }
}
