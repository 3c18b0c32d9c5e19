//! A function's files, as the editor reads and writes them. Nothing outside the app's folder is touched.

use std::path::{Component, Path, PathBuf};

use coldframe_protocol::{ErrorCode, FileEntry, FileText, RpcError, SaveFile};

/// Larger files are not opened in the editor.
const LARGEST: u64 = 2 * 1024 * 1024;
/// A folder with more files is not listed whole.
const MOST: usize = 2000;

pub(super) fn list(root: &Path, handler: &str, files: Vec<PathBuf>) -> Vec<FileEntry> {
    let mut entries: Vec<FileEntry> = files
        .into_iter()
        .filter_map(|path| {
            let bytes = path.metadata().ok()?.len();
            let relative = path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
            let main = is_main(&relative, handler);
            Some(FileEntry { path: relative, bytes, main })
        })
        .take(MOST)
        .collect();
    entries.sort_by(|a, b| b.main.cmp(&a.main).then_with(|| a.path.cmp(&b.path)));
    // One file is the handler's: the first, should several look like it.
    let mut seen = false;
    for entry in &mut entries {
        entry.main = entry.main && !seen;
        seen = seen || entry.main;
    }
    entries
}

/// Whether a handler (`src/app.handler`, `api/index.py`, a binary's name) points at this file.
fn is_main(relative: &str, handler: &str) -> bool {
    let (stem, extension) = relative.rsplit_once('.').unwrap_or((relative, ""));
    let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module);
    relative == handler
        || (stem == module && matches!(extension, "py" | "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "rb"))
        || matches!(relative, "src/main.rs" | "main.go" | "bootstrap")
        || (matches!(extension, "java" | "kt" | "scala") && defines(stem, handler))
}

/// Whether a source (`src/main/java/garden/Hello`) is of a handler's class (`garden.Hello::greet`).
fn defines(stem: &str, handler: &str) -> bool {
    let class = handler.split(['$', ':']).next().unwrap_or(handler).replace('.', "/");
    stem.strip_suffix(class.as_str()).is_some_and(|folder| !class.is_empty() && folder.ends_with('/'))
}

pub(super) fn read(root: &Path, relative: &str) -> Result<FileText, RpcError> {
    let path = inside(root, relative)?;
    let size = path.metadata().map_err(|error| missing(relative, &error))?.len();
    if size > LARGEST {
        let message = format!("{relative} is {size} bytes, too large for the editor");
        return Err(RpcError::new(ErrorCode::Invalid, message).hint("open it in another editor"));
    }
    let bytes = std::fs::read(&path).map_err(|error| missing(relative, &error))?;
    let hash = blake3::hash(&bytes).to_hex().to_string();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(FileText { path: relative.to_owned(), text, hash }),
        Err(_) => Err(RpcError::new(ErrorCode::Invalid, format!("{relative} is not text"))),
    }
}

/// Writes beside the file and renames, so that nobody ever reads half of it.
pub(super) fn save(root: &Path, request: &SaveFile) -> Result<FileText, RpcError> {
    let path = inside(root, &request.path)?;
    let failed = |error: std::io::Error| {
        RpcError::new(ErrorCode::Failed, format!("cannot write {}: {error}", request.path))
    };
    let on_disk = std::fs::read(&path).map_err(|error| missing(&request.path, &error))?;
    let hash = blake3::hash(&on_disk).to_hex().to_string();
    if request.base_hash.as_ref().is_some_and(|base| *base != hash) {
        return Err(RpcError::new(
            ErrorCode::Conflict,
            format!("{} was changed on disk since it was opened", request.path),
        )
        .hint("load it again, or save over it"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = path.with_file_name(format!(".{name}.coldframe-save"));
    std::fs::write(&temporary, &request.text).map_err(failed)?;
    if let Ok(metadata) = path.metadata() {
        // Keeps an executable executable.
        let _ = std::fs::set_permissions(&temporary, metadata.permissions());
    }
    std::fs::rename(&temporary, &path).map_err(failed)?;
    read(root, &request.path)
}

/// The path of a file below `root`; links that lead out of it are refused.
pub(super) fn inside(root: &Path, relative: &str) -> Result<PathBuf, RpcError> {
    let asked = Path::new(relative);
    let plain = asked.components().all(|part| matches!(part, Component::Normal(_)));
    let path = root.join(asked);
    let real = path.canonicalize().map_err(|error| missing(relative, &error))?;
    let root = root.canonicalize().map_err(|error| missing(relative, &error))?;
    if plain && real.starts_with(&root) {
        Ok(real)
    } else {
        Err(RpcError::new(ErrorCode::Invalid, format!("{relative} is not inside the function's folder")))
    }
}

fn missing(relative: &str, error: &std::io::Error) -> RpcError {
    RpcError::new(ErrorCode::NotFound, format!("cannot read {relative}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app.py"), "x = 1\n").unwrap();
        folder
    }

    #[test]
    fn a_save_over_a_newer_file_is_a_conflict() {
        let folder = folder();
        let read_first = read(folder.path(), "app.py").unwrap();
        std::fs::write(folder.path().join("app.py"), "x = 2\n").unwrap();
        let request = SaveFile {
            function: 1,
            path: "app.py".into(),
            text: "x = 3\n".into(),
            base_hash: Some(read_first.hash),
        };
        let error = save(folder.path(), &request).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert_eq!(std::fs::read_to_string(folder.path().join("app.py")).unwrap(), "x = 2\n");
        let forced = SaveFile { base_hash: None, ..request };
        assert_eq!(save(folder.path(), &forced).unwrap().text, "x = 3\n");
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let folder = folder();
        for path in ["../x", "/etc/hostname", "a/../../x"] {
            assert!(read(folder.path(), path).is_err(), "{path} must be refused");
        }
    }

    #[test]
    fn a_class_leads_to_its_source() {
        for (relative, handler, is) in [
            ("src/main/java/garden/Hello.java", "garden.Hello", true),
            ("src/main/java/garden/Hello.java", "garden.Hello$Inner::greet", true),
            ("src/main/java/garden/Hello.java", "garden.Hell", false),
            ("src/main/java/garden/Othello.java", "Hello", false),
            ("src/main/java/Hello.java", "::", false),
        ] {
            assert_eq!(is_main(relative, handler), is, "{relative} {handler}");
        }
    }

    #[test]
    fn the_handlers_file_comes_first() {
        let folder = folder();
        std::fs::write(folder.path().join("a.py"), "").unwrap();
        let files = vec![folder.path().join("a.py"), folder.path().join("app.py")];
        let listed = list(folder.path(), "app.handler", files);
        assert_eq!((listed[0].path.as_str(), listed[0].main), ("app.py", true));
        assert!(!listed[1].main);
    }
}
