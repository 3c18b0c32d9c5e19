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

/// `None`: it was asked, and could not say.
type Picks = BTreeMap<(PathBuf, PathBuf), Option<PathBuf>>;

/// What a shell would start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shell {
    pub(super) program: PathBuf,
    /// A shim comes before it that starts nothing.
    pub(super) lack: Option<Lack>,
}

/// A version that a manager is told to start and does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    pub(super) manager: String,
    pub(super) version: String,
    /// Where it is told so: a file, or a variable.
    pub(super) by: String,
}

/// Why a shim starts nothing; `None` where only it knows.
type Silent = Option<Lack>;

/// What a shim picks for a folder. The answer is the machine's, the same for every app and host of this process.
static PICKED: LazyLock<Mutex<Picks>> = LazyLock::new(Mutex::default);

/// What a shell would start under the first of `names` that is there, for code in `folder`, as far as it is known
/// without running anything. A shim that starts nothing is passed over, unless there is nothing else.
pub(super) fn shell(names: &[&str], folder: &Path) -> Option<Shell> {
    let mut silent: Option<(PathBuf, Silent)> = None;
    for program in names.iter().flat_map(|name| which::which_all(name).into_iter().flatten()) {
        match known(&program, folder) {
            Ok(program) => return Some(Shell { program, lack: silent.and_then(|(_, lack)| lack) }),
            Err(lack) => silent = silent.or(Some((program, lack))),
        }
    }
    silent.map(|(program, lack)| Shell { program, lack })
}

/// The real program behind one.
fn known(program: &Path, folder: &Path) -> Result<PathBuf, Silent> {
    if let Some(picked) = by_files(program, folder, |name| std::env::var(name).ok()) {
        return picked.map_err(Some);
    }
    let picked = PICKED.lock().unwrap_or_else(PoisonError::into_inner);
    match picked.get(&(program.to_owned(), folder.to_owned())) {
        Some(Some(real)) => Ok(real.clone()),
        Some(None) => Err(None),
        None => Ok(program.to_owned()),
    }
}

/// Asks the shims of a name what they pick, unless their files say so, until one answers; `ask` are arguments that
/// print the real program's path.
pub(super) async fn resolve(supervisor: &Supervisor, names: &[&str], folder: &Path, ask: &[&str]) {
    for program in names.iter().flat_map(|name| which::which_all(name).into_iter().flatten()) {
        if by_files(&program, folder, |name| std::env::var(name).ok()).is_some_and(|picked| picked.is_err()) {
            continue;
        }
        if !is_shim(&program) || answers(supervisor, &program, folder, ask).await {
            return;
        }
    }
}

/// One that cannot say is asked again at the next start: what it lacks may be there by then.
async fn answers(supervisor: &Supervisor, program: &Path, folder: &Path, ask: &[&str]) -> bool {
    let key = (program.to_owned(), folder.to_owned());
    let known = |picks: &Picks| picks.get(&key).is_some_and(Option::is_some);
    if by_files(program, folder, |name| std::env::var(name).ok()).is_some()
        || known(&PICKED.lock().unwrap_or_else(PoisonError::into_inner))
    {
        return true;
    }
    let mut command = Command::new(program, folder);
    command.args = ask.iter().map(Into::into).collect();
    command.env = std::env::vars_os().collect();
    let Ok(output) = supervisor.run(command).await else { return true };
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let is_one = matches!(output.status, Exit::Code(0)) && path.is_absolute() && path.is_file();
    let picked = is_one.then_some(path);
    PICKED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, picked);
    is_one
}

/// What a shim of pyenv's kind would start, or what it lacks; `None` for any other, and where only the manager itself
/// can tell.
fn by_files(
    program: &Path,
    folder: &Path,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<Result<PathBuf, Lack>> {
    let shims = program.parent().filter(|shims| shims.ends_with("shims"))?;
    let root = shims.parent()?;
    let (name, file, manager) = BY_FILES.into_iter().find_map(|(name, file)| {
        let manager = name.trim_end_matches("_VERSION").to_lowercase();
        let is_there = ["libexec", "bin"].iter().any(|below| root.join(below).join(&manager).is_file());
        is_there.then_some((name, file, manager))
    })?;
    let first = |text: String| {
        let first =
            text.split(['\n', ':']).map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        first.map(str::to_owned)
    };
    let read = |path: PathBuf| text_of(&path).and_then(first);
    let (version, by) = variable(name)
        .and_then(first)
        .map(|version| (version, name.to_owned()))
        .or_else(|| Some((folder.ancestors().find_map(|above| read(above.join(file)))?, file.to_owned())))
        .or_else(|| Some((read(root.join("version"))?, format!("{manager} global"))))?;
    // `system`, a prefix such as `3.12`, or a path: the manager's own rules decide.
    let plain = version.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(letter));
    if !plain || version.starts_with('.') || version == "system" {
        return None;
    }
    let versions = root.join("versions");
    let real = versions.join(&version).join("bin").join(program.file_name()?);
    if real.is_file() {
        return Some(Ok(real));
    }
    // Prefixes of versions, and of their names (`python-3.12.4`), are understood by some of them.
    let bare = version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let is_part = |name: &str| {
        let rest = name.strip_prefix(if bare.is_empty() { &version } else { bare });
        rest.is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_ascii_digit()))
    };
    let mut all = versions.read_dir().into_iter().flatten().flatten();
    let has = all.any(|entry| entry.file_name().to_str().is_some_and(is_part));
    (!has).then_some(Err(Lack { manager, version, by }))
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
        let looked = |variable: Option<&str>| by_files(&shim, &hello, |_| variable.map(str::to_owned));
        let picked = |variable: Option<&str>| looked(variable).map(|it| it.expect("it is installed"));
        assert_eq!(picked(None), None, "some other manager's folder");
        write("pyenv/libexec/pyenv", "");
        assert_eq!(picked(None), None, "no version is named");
        write("pyenv/version", "3.9.18\n");
        assert_eq!(picked(None), Some(old.clone()), "the one for everything");
        write("project/.python-version", "# ours\n3.13.0\n3.9.18\n");
        assert_eq!(picked(None), Some(new), "the project's");
        assert_eq!(picked(Some("3.9.18:3.13.0")), Some(old), "the variable's");
        for unclear in ["system", "3.13", "../3.9.18", "python-3.9.18"] {
            assert_eq!(picked(Some(unclear)), None, "{unclear} is for pyenv to say");
        }
        let lack = |version: &str, by: &str| {
            let (manager, version, by) = ("pyenv".to_owned(), version.to_owned(), by.to_owned());
            Some(Err(Lack { manager, version, by }))
        };
        for gone in ["4", "3.1", "3.13.1", "mine"] {
            assert_eq!(looked(Some(gone)), lack(gone, "PYENV_VERSION"), "no version begins with it");
        }
        write("project/.python-version", "3.12.4\n");
        assert_eq!(looked(None), lack("3.12.4", ".python-version"));
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
