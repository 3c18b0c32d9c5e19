//! Which files are hidden: neither watched nor read nor reported.
//!
//! In order: what the caller names as `never` is hidden, what it names as `always` is not; then dependency folders,
//! caches and editors' leftovers are hidden; then the ignore files decide, as git reads them, except about `.env*` files
//! and `local.settings.json`, which people ignore in git and functions read all the same.

use std::{
    collections::HashMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

/// What the caller knows about a project. Paths are absolute (canonical) or relative to the root.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Names of ignore files, obeyed in every folder: `.gitignore`, `.samignore`. A later name has the last word.
    pub ignore_files: Vec<String>,
    /// Never hidden, whatever else says so: manifests and what they name. A folder stands for what is in it.
    pub always: Vec<PathBuf>,
    /// Always hidden: build output and logs of the functions themselves.
    pub never: Vec<PathBuf>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { ignore_files: vec![".gitignore".to_owned()], always: Vec::new(), never: Vec::new() }
    }
}

/// Folders (or files: `.git` of a worktree) that no function's own code lives in.
const HIDDEN_NAMES: &[&str] = &[
    ".DS_Store",
    ".aws-sam",
    ".cache",
    ".coldframe",
    ".direnv",
    ".eggs",
    ".fleet",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".jj",
    ".mypy_cache",
    ".next",
    ".nox",
    ".nuxt",
    ".parcel-cache",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".serverless",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".tox",
    ".turbo",
    ".venv",
    ".vercel",
    ".vs",
    ".vscode",
    ".yarn",
    ".zed",
    "4913",
    "__pycache__",
    "node_modules",
    "venv",
];

/// Dependency folders that are known by the folder they lie in: bundler's.
const INSIDE: &[(&str, &str)] = &[("bundle", "vendor")];

/// What a build tool writes beside its own manifest.
const OUTPUTS: &[(&str, &str)] = &[
    ("target", "Cargo.toml"),
    ("target", "pom.xml"),
    ("build", "build.gradle"),
    ("build", "build.gradle.kts"),
];

/// Byte code, swap and backup files, half-written saves.
const HIDDEN_ENDINGS: &[&str] = &[
    ".pyc",
    ".pyo",
    ".swp",
    ".swo",
    ".swx",
    "~",
    "___jb_tmp___",
    "___jb_old___",
    ".crswap",
    ".orig.tmp",
    ".coldframe-unfinished",
];
const HIDDEN_BEGINNINGS: &[&str] = &[".#", "#", ".goutputstream-", ".~lock."];

/// Files that are read at run time although git is told to ignore them.
fn is_settings(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.") || name == "local.settings.json"
}

#[derive(Debug)]
pub(crate) struct Filter {
    root: PathBuf,
    rules: Rules,
    /// From the root up to the repository's: a project inside a repository obeys its ignore files too.
    above: Vec<PathBuf>,
    /// The ignore files of each folder, read once; forgotten when one of them changes.
    read: HashMap<PathBuf, Option<Arc<Gitignore>>>,
}

impl Filter {
    pub(crate) fn new(root: &Path, mut rules: Rules) -> Self {
        for path in rules.always.iter_mut().chain(&mut rules.never) {
            *path = root.join(&*path);
        }
        let mut above: Vec<PathBuf> = Vec::new();
        if let Some(depth) = root.ancestors().position(|folder| folder.join(".git").exists()) {
            above.extend(root.ancestors().skip(1).take(depth).map(Path::to_path_buf));
        }
        Self { root: root.to_path_buf(), rules, above, read: HashMap::new() }
    }

    pub(crate) fn is_ignore_file(&self, path: &Path) -> bool {
        path.file_name()
            .is_some_and(|name| self.rules.ignore_files.iter().any(|file| name == OsStr::new(file)))
    }

    /// The ignore files are read anew at the next question.
    pub(crate) fn forget(&mut self) {
        self.read.clear();
    }

    /// Whether a path below the root is hidden, by itself or by a folder above it. A folder that hides all but one
    /// `always` file is not hidden: it must be entered.
    pub(crate) fn hidden(&mut self, path: &Path, is_dir: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else { return true };
        let count = below.components().count();
        let mut at = self.root.clone();
        let mut only_always = false;
        for (index, part) in below.components().enumerate() {
            at.push(part);
            let is_dir = is_dir || index + 1 < count;
            if self.rules.never.contains(&at) {
                return true;
            }
            if self.rules.always.contains(&at) {
                // From here on only caches and dependencies inside are hidden.
                return self.hidden_inside(&at, path, is_dir);
            }
            only_always = only_always || is_cache(&at, is_dir) || self.ignored(&at, is_dir);
        }
        only_always && !(is_dir && self.rules.always.iter().any(|always| always.starts_with(path)))
    }

    fn hidden_inside(&self, always: &Path, path: &Path, is_dir: bool) -> bool {
        path.ancestors()
            .take_while(|at| *at != always)
            .any(|at| self.rules.never.iter().any(|never| never == at) || is_cache(at, is_dir || at != path))
    }

    fn ignored(&mut self, path: &Path, is_dir: bool) -> bool {
        if !is_dir && path.file_name().and_then(OsStr::to_str).is_some_and(is_settings) {
            return false;
        }
        let inside = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root));
        let folders: Vec<PathBuf> = inside.map(Path::to_path_buf).chain(self.above.iter().cloned()).collect();
        for folder in folders {
            match self.ignore_files_of(&folder).map(|files| files.matched(path, is_dir).map(|_| ())) {
                Some(Match::Ignore(())) => return true,
                Some(Match::Whitelist(())) => return false,
                Some(Match::None) | None => {}
            }
        }
        false
    }

    fn ignore_files_of(&mut self, folder: &Path) -> Option<Arc<Gitignore>> {
        if let Some(known) = self.read.get(folder) {
            return known.clone();
        }
        let mut builder = GitignoreBuilder::new(folder);
        let mut any = false;
        for name in &self.rules.ignore_files {
            let file = folder.join(name);
            if file.is_file() {
                any = true;
                if let Some(error) = builder.add(&file) {
                    tracing::warn!("{error}: the rest of the file is obeyed");
                }
            }
        }
        let files = any.then(|| builder.build().ok().map(Arc::new)).flatten();
        self.read.insert(folder.to_path_buf(), files.clone());
        files
    }
}

/// Dependency folders and caches, by name or by the mark their tool leaves in them; editors' leftovers.
fn is_cache(path: &Path, is_dir: bool) -> bool {
    let Some(name) = path.file_name().and_then(OsStr::to_str) else { return false };
    if HIDDEN_NAMES.contains(&name)
        || HIDDEN_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || HIDDEN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
    {
        return true;
    }
    is_dir
        && (name.ends_with(".egg-info")
            || path.join("pyvenv.cfg").is_file()
            || path.join("CACHEDIR.TAG").is_file()
            || INSIDE.iter().any(|(inner, outer)| {
                name == *inner && path.parent().is_some_and(|parent| parent.ends_with(outer))
            })
            || OUTPUTS
                .iter()
                .any(|(output, manifest)| name == *output && path.with_file_name(manifest).is_file()))
}
