//! Classes and libraries as they lie in an archive that is deployed: classes at the top, libraries in `lib`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::Made;

/// Copies the classes, and libraries of the project itself, which the next build writes over; links the others, which
/// lie in the tool's own store.
pub(super) fn task(made: &Made, task: &Path, project: &Path) -> io::Result<()> {
    let lib = task.join("lib");
    fs::create_dir_all(&lib)?;
    for folder in made.classes.iter().filter(|folder| folder.is_dir()) {
        for entry in WalkDir::new(folder) {
            let entry = entry?;
            let Ok(inside) = entry.path().strip_prefix(folder) else { continue };
            let target = task.join(inside);
            if entry.file_type().is_dir() {
                fs::create_dir_all(&target)?;
            } else if !target.exists() {
                fs::copy(entry.path(), target)?;
            }
        }
    }
    for (place, library) in made.libraries.iter().enumerate() {
        let name = library.file_name().unwrap_or_default().to_string_lossy();
        // They are loaded in the order of their names, and belong into the order of the build's.
        let target = lib.join(format!("{place:04}-{name}"));
        if library.starts_with(project) {
            fs::copy(library, target)?;
        } else {
            link(library, &target)?;
        }
    }
    Ok(())
}

/// Moves what was fetched to where it is kept. Another build may have been faster.
pub(super) fn keep(draft: &Path, place: &Path) -> io::Result<()> {
    let parent: PathBuf = place.parent().map(Path::to_path_buf).unwrap_or_default();
    fs::create_dir_all(parent)?;
    match fs::rename(draft, place) {
        Err(error) if !place.is_dir() => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}
