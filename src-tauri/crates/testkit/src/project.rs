//! A project in a temporary folder.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

#[derive(Debug)]
pub struct Project {
    folder: TempDir,
}

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

impl Project {
    /// # Panics
    /// When the system's temporary folder cannot be written.
    pub fn new() -> Self {
        Self {
            folder: tempfile::Builder::new()
                .prefix("coldframe-project-")
                .tempdir()
                .expect("a temporary folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, relative: &str) -> PathBuf {
        self.path().join(relative)
    }

    /// Writes a file as a plain save does.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, relative: &str, text: &str) {
        let path = self.file(relative);
        std::fs::create_dir_all(path.parent().expect("inside the project")).expect("a folder");
        std::fs::write(path, text).expect("a written file");
    }

    /// Writes beside the file and renames over it, as most editors save.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_atomically(&self, relative: &str, text: &str) {
        let path = self.file(relative);
        let beside = path.with_extension("tmp~");
        std::fs::write(&beside, text).expect("a written file");
        std::fs::rename(beside, path).expect("a renamed file");
    }

    /// The same, and makes it executable.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_executable(&self, relative: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        self.write(relative, text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.file(relative), mode).expect("a file of our own");
    }

    /// A Python function of one file; `body` is the module's text.
    #[must_use]
    pub fn python(self, name: &str, body: &str) -> Self {
        self.write(&format!("{name}/lambda_function.py"), body);
        self
    }

    /// A Node function of one file.
    #[must_use]
    pub fn node(self, name: &str, body: &str) -> Self {
        self.write(&format!("{name}/index.mjs"), body);
        self
    }

    #[must_use]
    pub fn with(self, relative: &str, text: &str) -> Self {
        self.write(relative, text);
        self
    }
}
