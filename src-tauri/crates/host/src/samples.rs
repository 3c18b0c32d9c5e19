//! The sample functions, carried in the program so that everybody has them: copied once to where they can be edited.

use std::path::{Path, PathBuf};

use coldframe_protocol::RpcError;

use crate::creating::write_all;

/// Of the copy.
pub(crate) const FOLDER: &str = "coldframe-samples";

/// In debug builds they are read from disk at each request.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../../sample-functions"]
#[exclude = "**/target/**"]
#[exclude = "**/.venv/**"]
#[exclude = "**/__pycache__/**"]
#[exclude = "**/node_modules/**"]
struct Samples;

/// The copy in `parent`: as the person left it, or made now. Blocks.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn copy(parent: &Path) -> Result<PathBuf, RpcError> {
    let folder = parent.join(FOLDER);
    let is_there = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    if !is_there {
        let files = Samples::iter().filter_map(|path| Some((folder.join(&*path), Samples::get(&path)?.data)));
        write_all(&files.collect::<Vec<_>>())?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use coldframe_providers::registry;

    use super::*;

    #[test]
    fn the_copy_holds_what_the_samples_do_and_keeps_what_was_edited() {
        let parent = tempfile::tempdir().unwrap();
        let folder = copy(parent.path()).unwrap();
        let names = |folder: &Path| -> Vec<String> {
            registry::detect(folder).apps.into_iter().map(|app| app.name).collect()
        };
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../sample-functions");
        assert_eq!(names(&folder), names(&original));
        assert!(folder.join(".coldframe/events/hello/ada.json").is_file(), "with their events");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = folder.join("shell-facts/bootstrap").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o111, 0o111, "a program stays one");
        }
        std::fs::write(folder.join("hello/lambda_function.py"), "mine").unwrap();
        assert_eq!(copy(parent.path()).unwrap(), folder);
        assert_eq!(std::fs::read_to_string(folder.join("hello/lambda_function.py")).unwrap(), "mine");
    }
}
