//! Finding the program that runs a language. A version manager's shim (a script or a link that picks the version each
//! time, 60 ms and more) is asked once for what it picks, and that is started from then on.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};

use coldframe_supervisor::{Command, Exit, Supervisor};

/// Programs that stand in for others under the others' names.
const MANAGERS: [&str; 5] = ["mise", "rtx", "asdf", "volta", "volta-shim"];

type Picks = BTreeMap<(PathBuf, PathBuf), PathBuf>;

/// What a shim picks for a folder. The answer is the machine's, the same for every app and host of this process.
static PICKED: LazyLock<Mutex<Picks>> = LazyLock::new(Mutex::default);

/// The real program behind `program` for code in `folder`, as far as it is known without running anything.
pub(super) fn known(program: PathBuf, folder: &Path) -> PathBuf {
    let picked = PICKED.lock().unwrap_or_else(PoisonError::into_inner);
    picked.get(&(program.clone(), folder.to_owned())).cloned().unwrap_or(program)
}

/// Asks a shim what it picks; `ask` are arguments that print the real program's path.
pub(super) async fn resolve(supervisor: &Supervisor, program: &Path, folder: &Path, ask: &[&str]) {
    let key = (program.to_owned(), folder.to_owned());
    if !is_shim(program) || PICKED.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&key) {
        return;
    }
    let mut command = Command::new(program, folder);
    command.args = ask.iter().map(Into::into).collect();
    command.env = std::env::vars_os().collect();
    // A shim that answers nothing useful is started as it is, and its own words come out then.
    let Ok(output) = supervisor.run(command).await else { return };
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if matches!(output.status, Exit::Code(0)) && path.is_absolute() && path.is_file() {
        PICKED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, path);
    }
}

fn is_shim(program: &Path) -> bool {
    let manager = program.canonicalize().is_ok_and(|real| {
        real.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| MANAGERS.contains(&stem))
    });
    let mut start = [0; 2];
    manager
        || File::open(program)
            .and_then(|mut file| file.read_exact(&mut start))
            .is_ok_and(|()| &start == b"#!")
}

/// Folders from the function's own up to the project's root.
pub(super) fn upwards<'a>(folder: &'a Path, project: &'a Path) -> impl Iterator<Item = &'a Path> {
    let inside = folder.starts_with(project);
    folder
        .ancestors()
        .take_while(move |ancestor| *ancestor == folder || (inside && ancestor.starts_with(project)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_ends_at_the_project() {
        let found: Vec<_> = upwards(Path::new("/a/project/x/y"), Path::new("/a/project")).collect();
        assert_eq!(found, ["/a/project/x/y", "/a/project/x", "/a/project"].map(Path::new));
        let outside: Vec<_> = upwards(Path::new("/b/y"), Path::new("/a/project")).collect();
        assert_eq!(outside, [Path::new("/b/y")], "code elsewhere is searched for itself only");
    }

    #[test]
    fn a_script_is_a_shim_and_a_program_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("python3");
        std::fs::write(&script, "#!/bin/sh\n").unwrap();
        assert!(is_shim(&script));
        let program = folder.path().join("node");
        std::fs::write(&program, b"\x7fELF").unwrap();
        assert!(!is_shim(&program));
        #[cfg(unix)]
        {
            let manager = folder.path().join("mise");
            std::fs::write(&manager, b"\x7fELF").unwrap();
            let link = folder.path().join("linked");
            std::os::unix::fs::symlink(&manager, &link).unwrap();
            assert!(is_shim(&link), "a link to a version manager");
        }
    }
}
