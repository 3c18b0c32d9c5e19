//! What the copies do not copy: dependencies, and whatever else git is told to ignore.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Installed, for one language or another. Linked though a repository may have forgotten to ignore them.
const DEPENDENCIES: [&str; 5] = ["node_modules", ".venv", "venv", "vendor", ".bundle"];
/// Read by functions, and kept out of repositories for what is in them.
const SETTINGS: [&str; 2] = [".env", "local.settings.json"];
/// Written by tools while they run, and made anew where they are missing.
const CACHES: [&str; 16] = [
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".aws-sam",
    ".cache",
    ".coldframe",
    ".DS_Store",
    ".git",
    ".gradle",
    ".idea",
    ".next",
    ".serverless",
    ".turbo",
    ".vercel",
    ".vscode",
];
/// Of a build, beside its manifest: either side has one of its own.
const OUTPUTS: [(&str, &str); 4] = [
    ("target", "Cargo.toml"),
    ("target", "pom.xml"),
    ("build", "build.gradle"),
    ("build", "build.gradle.kts"),
];

/// Relative to where they are linked from, each with whether it is a dependency or a setting, which is usual.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeMap<PathBuf, bool>);

impl Links {
    pub(super) fn add(&mut self, top: &Path, path: &Path) {
        // Without the slash that tells a folder.
        let path: PathBuf = path.components().collect();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return };
        let inside = path.components().any(|part| is_named(part, &CACHES));
        let beside = path.parent().map(|folder| top.join(folder)).unwrap_or_default();
        let output =
            OUTPUTS.iter().any(|(folder, manifest)| name == *folder && beside.join(manifest).is_file());
        if inside || output || name.ends_with(".pyc") || name.ends_with(".log") {
            return;
        }
        let usual = path.components().any(|part| is_named(part, &DEPENDENCIES))
            || SETTINGS.iter().any(|setting| name == *setting || name.starts_with(".env."));
        self.0.insert(path, usual);
    }

    /// What is installed in a folder.
    pub(super) fn add_dependencies_of(&mut self, top: &Path, folder: &Path) {
        for name in ["node_modules", ".venv", "venv"] {
            let path = folder.join(name);
            if top.join(&path).is_dir() {
                self.0.insert(path, true);
            }
        }
    }

    /// Those files that are neither dependencies, which are linked instead, nor in a cache.
    pub(super) fn without(&mut self, top: &Path, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let mut kept = Vec::new();
        for file in files {
            let at = file.components().position(|part| is_named(part, &["node_modules", ".venv", "venv"]));
            match at {
                Some(at) => {
                    let folder: PathBuf = file.components().take(at + 1).collect();
                    if top.join(&folder).is_dir() {
                        self.0.insert(folder, true);
                    }
                }
                None if file.components().any(|part| is_named(part, &CACHES)) => {}
                None => kept.push(file),
            }
        }
        kept
    }

    /// Neither dependencies nor settings: what they hold may matter.
    pub(super) fn unusual(&self) -> Vec<String> {
        let unusual = self.0.iter().filter(|(_, usual)| !**usual);
        let names: BTreeSet<String> =
            unusual.map(|(path, _)| path.to_string_lossy().replace('\\', "/")).collect();
        names.into_iter().collect()
    }

    /// Where a copy has the folder they lie in, and not them.
    pub(super) fn show(&self, top: &Path, copy: &Path) -> io::Result<()> {
        for path in self.0.keys() {
            let (there, own) = (top.join(path), copy.join(path));
            let has_parent = own.parent().is_some_and(Path::is_dir);
            if !has_parent || own.symlink_metadata().is_ok() {
                continue;
            }
            if path.file_name().is_some_and(|name| name == "node_modules") && there.is_dir() {
                show_packages(&there, &own)?;
            } else {
                link(&there, &own, there.is_dir())?;
            }
        }
        Ok(())
    }
}

/// A package that is itself a link into the repository (of a workspace) leads to where it leads in the copy.
fn show_packages(there: &Path, own: &Path) -> io::Result<()> {
    fs::create_dir_all(own)?;
    for entry in fs::read_dir(there)? {
        let entry = entry?;
        let (source, target) = (entry.path(), own.join(entry.file_name()));
        if entry.file_type()?.is_symlink() {
            link(&fs::read_link(&source)?, &target, source.is_dir())?;
        } else if entry.file_name().to_string_lossy().starts_with('@') && source.is_dir() {
            show_packages(&source, &target)?;
        } else {
            link(&source, &target, source.is_dir())?;
        }
    }
    Ok(())
}

fn is_named(part: Component<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| part.as_os_str() == *name)
}

#[cfg(unix)]
pub(super) fn link(there: &Path, own: &Path, _folder: bool) -> io::Result<()> {
    std::os::unix::fs::symlink(there, own)
}

#[cfg(windows)]
pub(super) fn link(there: &Path, own: &Path, folder: bool) -> io::Result<()> {
    if folder {
        std::os::windows::fs::symlink_dir(there, own)
    } else {
        std::os::windows::fs::symlink_file(there, own)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_package_is_the_copys_own() {
        let (top, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |path: &str| top.path().join(path);
        fs::create_dir_all(at("node_modules/@me")).unwrap();
        fs::create_dir_all(at("node_modules/left")).unwrap();
        fs::create_dir_all(at("packages/shared")).unwrap();
        fs::write(at("packages/shared/index.js"), "now").unwrap();
        link(Path::new("../../packages/shared"), &at("node_modules/@me/shared"), true).unwrap();
        fs::create_dir_all(copy.path().join("packages/shared")).unwrap();
        fs::write(copy.path().join("packages/shared/index.js"), "before").unwrap();
        let mut links = Links::default();
        links.add(top.path(), Path::new("node_modules/"));
        links.add(top.path(), Path::new("packages/dist/"));
        links.add(top.path(), Path::new("packages/__pycache__/"));
        links.show(top.path(), copy.path()).unwrap();
        let read = fs::read_to_string(copy.path().join("node_modules/@me/shared/index.js")).unwrap();
        assert_eq!(read, "before");
        assert!(copy.path().join("node_modules/left").is_dir());
        assert_eq!(links.unusual(), ["packages/dist"]);
    }

    #[test]
    fn dependencies_that_nobody_ignored_are_not_copied() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("a/.venv/lib")).unwrap();
        let mut links = Links::default();
        let files = ["a/app.py", "a/.venv/lib/x.py", "a/__pycache__/app.pyc"].map(PathBuf::from);
        assert_eq!(links.without(top.path(), files.into()), [PathBuf::from("a/app.py")]);
        assert_eq!(links.0.keys().collect::<Vec<_>>(), [Path::new("a/.venv")]);
    }
}
