//! Finding the program that runs a language. A version manager's shim is a script or a link that picks the version
//! each time, which takes 60 ms and more. What pyenv and those made like it would pick stands in files and is read
//! from them; any other shim is asked once, and what it names is started from then on.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};

use coldframe_supervisor::{Command, Exit, Supervisor};

use crate::project::text_of;

/// Programs that stand in for others under the others' names.
const MANAGERS: [&str; 5] = ["mise", "rtx", "asdf", "volta", "volta-shim"];

/// Managers whose shims lie in `ROOT/shims` and their programs in `ROOT/versions/VERSION/bin`: the variable, and the
/// file in a folder or above it, that name the version before `ROOT/version` does.
const BY_FILES: [(&str, &str); 3] = [
    ("PYENV_VERSION", ".python-version"),
    ("NODENV_VERSION", ".node-version"),
    ("RBENV_VERSION", ".ruby-version"),
];

type Picks = BTreeMap<(PathBuf, PathBuf), PathBuf>;

/// What a shim picks for a folder. The answer is the machine's, the same for every app and host of this process.
static PICKED: LazyLock<Mutex<Picks>> = LazyLock::new(Mutex::default);

/// The real program behind `program` for code in `folder`, as far as it is known without running anything.
pub(super) fn known(program: PathBuf, folder: &Path) -> PathBuf {
    if let Some(real) = by_files(&program, folder, |name| std::env::var(name).ok()) {
        return real;
    }
    let picked = PICKED.lock().unwrap_or_else(PoisonError::into_inner);
    picked.get(&(program.clone(), folder.to_owned())).cloned().unwrap_or(program)
}

/// Asks a shim what it picks, unless its files say so; `ask` are arguments that print the real program's path.
pub(super) async fn resolve(supervisor: &Supervisor, program: &Path, folder: &Path, ask: &[&str]) {
    let key = (program.to_owned(), folder.to_owned());
    if !is_shim(program)
        || by_files(program, folder, |name| std::env::var(name).ok()).is_some()
        || PICKED.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&key)
    {
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

/// What a shim of pyenv's kind would start; `None` for any other, and where only the manager itself can tell.
fn by_files(program: &Path, folder: &Path, variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let shims = program.parent().filter(|shims| shims.ends_with("shims"))?;
    let root = shims.parent()?;
    let (name, file) = BY_FILES.into_iter().find(|(name, _)| {
        let manager = name.trim_end_matches("_VERSION").to_lowercase();
        root.join("libexec").join(&manager).is_file() || root.join("bin").join(&manager).is_file()
    })?;
    let first = |text: String| {
        let first =
            text.split(['\n', ':']).map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        first.map(str::to_owned)
    };
    let read = |path: PathBuf| text_of(&path).and_then(first);
    let version = variable(name)
        .and_then(first)
        .or_else(|| folder.ancestors().find_map(|above| read(above.join(file))))
        .or_else(|| read(root.join("version")))?;
    // `system`, a prefix such as `3.12`, or a path: the manager's own rules decide.
    let plain = version.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter));
    let real = root.join("versions").join(&version).join("bin").join(program.file_name()?);
    (plain && !version.starts_with('.') && real.is_file()).then_some(real)
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
    fn what_pyenv_picks_is_read_from_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            file
        };
        let shim = write("pyenv/shims/python3", "#!/bin/sh\nexit 1\n");
        let old = write("pyenv/versions/3.9.18/bin/python3", "");
        let new = write("pyenv/versions/3.13.0/bin/python3", "");
        write("project/hello/app.py", "");
        let hello = folder.path().join("project/hello");
        let picked = |variable: Option<&str>| by_files(&shim, &hello, |_| variable.map(str::to_owned));
        assert_eq!(picked(None), None, "some other manager's folder");
        write("pyenv/libexec/pyenv", "");
        assert_eq!(picked(None), None, "no version is named");
        write("pyenv/version", "3.9.18\n");
        assert_eq!(picked(None), Some(old.clone()), "the one for everything");
        write("project/.python-version", "# ours\n3.13.0\n3.9.18\n");
        assert_eq!(picked(None), Some(new), "the project's");
        assert_eq!(picked(Some("3.9.18:3.13.0")), Some(old), "the variable's");
        for unclear in ["system", "3.13", "../3.9.18", "4"] {
            assert_eq!(picked(Some(unclear)), None, "{unclear} is for pyenv to say");
        }
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
