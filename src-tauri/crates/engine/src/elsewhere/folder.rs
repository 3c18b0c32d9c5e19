//! Where an attempt runs: a folder of its own that shows the function's files as they are, with the adapter's beside
//! them. Links, not copies: it is made at once, and dependencies stay where they are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What a function's dependencies lie in, also in a folder above its own.
pub(super) const DEPENDENCIES: [&str; 3] = ["node_modules", ".venv", "venv"];
/// Written by interpreters: the adapter's is not to come beside the person's.
const CACHES: [&str; 1] = ["__pycache__"];

/// Emptied and removed when it is dropped; nothing that its links lead to is touched.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// `code` is what is shown; dependencies are looked for from `root` up to `project`.
    pub(super) fn of(
        place: PathBuf,
        code: &Path,
        root: &Path,
        project: &Path,
        files: &[(String, String)],
    ) -> io::Result<Self> {
        fs::create_dir_all(&place)?;
        let folder = Self(place);
        show(code, &folder.0)?;
        for above in root.ancestors().take_while(|above| above.starts_with(project)) {
            for name in DEPENDENCIES {
                let (own, there) = (folder.0.join(name), above.join(name));
                if there.is_dir() && own.symlink_metadata().is_err() {
                    link(&there, &own)?;
                }
            }
        }
        for (file, text) in files {
            folder.write(file, text)?;
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Folders on the way become folders of its own that show what theirs hold.
    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let path = self.0.join(file);
        let parents = Path::new(file).ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty());
        for parent in parents.collect::<Vec<_>>().into_iter().rev() {
            let own = self.0.join(parent);
            if own.is_symlink() {
                let there = own.canonicalize()?;
                unlink(&own)?;
                fs::create_dir(&own)?;
                show(&there, &own)?;
            } else {
                fs::create_dir_all(&own)?;
            }
        }
        if path.is_symlink() {
            unlink(&path)?;
        }
        fs::write(path, text)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn show(code: &Path, folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(code)? {
        let entry = entry?;
        let name = entry.file_name();
        if !CACHES.iter().any(|cache| name == *cache) {
            link(&entry.path(), &folder.join(name))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(there: &Path, own: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(there, own)
}

#[cfg(windows)]
fn link(there: &Path, own: &Path) -> io::Result<()> {
    if there.is_dir() {
        std::os::windows::fs::symlink_dir(there, own)
    } else {
        std::os::windows::fs::symlink_file(there, own)
    }
}

#[cfg(unix)]
fn unlink(own: &Path) -> io::Result<()> {
    fs::remove_file(own)
}

#[cfg(windows)]
fn unlink(own: &Path) -> io::Result<()> {
    if own.is_dir() { fs::remove_dir(own) } else { fs::remove_file(own) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_code_and_leaves_it_as_it_was() {
        let project = tempfile::tempdir().unwrap();
        let root = project.path().join("hello");
        fs::create_dir_all(root.join("api/colors")).unwrap();
        fs::create_dir_all(root.join("__pycache__")).unwrap();
        fs::create_dir_all(project.path().join("node_modules/x")).unwrap();
        fs::write(root.join("app.py"), "1").unwrap();
        fs::write(root.join("package.json"), "{}").unwrap();
        fs::write(root.join("api/colors/red.py"), "2").unwrap();
        let files =
            [("api/on.py", "3"), ("package.json", "4")].map(|(file, text)| (file.into(), text.into()));
        let place = project.path().join("work/1");
        let folder = Folder::of(place.clone(), &root, &root, project.path(), &files).unwrap();
        let read = |path: &Path, file: &str| fs::read_to_string(path.join(file)).unwrap();
        assert_eq!(read(folder.path(), "app.py"), "1");
        assert_eq!(
            read(folder.path(), "api/colors/red.py"),
            "2",
            "what lies beside the adapter is shown, too"
        );
        assert_eq!(read(folder.path(), "api/on.py"), "3");
        assert_eq!(read(folder.path(), "package.json"), "4");
        assert!(folder.path().join("node_modules/x").is_dir(), "dependencies of a folder above");
        assert!(!folder.path().join("__pycache__").exists(), "no cache of the person's");
        drop(folder);
        assert!(!place.exists(), "nothing stays");
        assert_eq!(read(&root, "package.json"), "{}", "the person's own files are as they were");
        assert!(!root.join("api/on.py").exists());
        assert!(root.join("api/colors/red.py").is_file() && project.path().join("node_modules/x").is_dir());
    }
}
