//! The files of a folder by the same rules as the watch: what a content hash of somebody's code covers.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::rules::{Filter, Rules};

/// Every file below `root` that is not hidden, sorted, absolute where `root` is. Links to folders are not entered.
/// Blocks; folders that cannot be read count as empty.
pub fn files(root: &Path, rules: &Rules) -> Vec<PathBuf> {
    let mut filter = Filter::new(root, rules.clone());
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if filter.hidden(&path, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_is_watched_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["a.py", "b/c.py", "node_modules/x.js", "__pycache__/a.pyc", "skip.log", ".env"] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(folder.path().join(".gitignore"), "*.log\n.env\n").unwrap();
        let listed: Vec<String> = files(folder.path(), &Rules::default())
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(listed, [".env", ".gitignore", "a.py", "b/c.py"]);
    }
}
