//! What a machine has installed, from the folders of version managers and of the system.

use std::{
    collections::HashMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Version,
    places::{self, Place, Root},
};
use crate::project::text_of;

/// Looked at anew after so long: somebody may install a version while a host runs, and starts follow each other
/// closely.
const FRESH: Duration = Duration::from_secs(2);
/// Minor versions of Python 3 that may lie in a folder of programs.
const MINORS: std::ops::Range<u32> = 6..40;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Kind {
    Python,
    Node,
    Ruby,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Interpreter {
    pub(in super::super) program: PathBuf,
    /// `None` where only running it would tell.
    pub(in super::super) version: Option<Version>,
    /// Who installed it; empty: it lies among the system's programs.
    pub(in super::super) from: &'static str,
}

impl Interpreter {
    /// For a person.
    pub(in super::super) fn whence(&self) -> String {
        if self.from.is_empty() { self.program.display().to_string() } else { self.from.to_owned() }
    }
}

/// Where things lie.
pub(super) struct Machine {
    pub(super) variables: HashMap<OsString, OsString>,
    /// What absolute paths begin with: nothing, but in tests.
    pub(super) root: PathBuf,
}

type Looked = HashMap<Kind, (Instant, Arc<[Interpreter]>)>;

/// The machine is the same for every host of this process.
static LOOKED: LazyLock<Mutex<Looked>> = LazyLock::new(Mutex::default);

/// All versions on this machine that can be told apart without running them.
pub(in super::super) fn installed(kind: Kind) -> Arc<[Interpreter]> {
    let mut looked = LOOKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, found)) = looked.get(&kind).filter(|(at, _)| at.elapsed() < FRESH) {
        return Arc::clone(found);
    }
    let machine = Machine { variables: std::env::vars_os().collect(), root: PathBuf::from("/") };
    let found: Arc<[Interpreter]> = machine.installed(kind).into();
    looked.insert(kind, (Instant::now(), Arc::clone(&found)));
    found
}

/// What a shell starts, as far as it can be told what that is.
pub(in super::super) fn usual(kind: Kind, program: PathBuf) -> Interpreter {
    let version = program.canonicalize().ok().and_then(|real| version_of(kind, &real));
    let managers = places(kind).iter().filter(|place| !place.from.is_empty());
    let from = managers.map(|place| place.from).find(|from| {
        let folder = format!(".{}", from.to_lowercase());
        program.iter().any(|part| part.to_str() == Some(&folder))
    });
    Interpreter { program, version, from: from.unwrap_or_default() }
}

fn places(kind: Kind) -> &'static [Place] {
    match kind {
        Kind::Python => &places::PYTHON,
        Kind::Node => &places::NODE,
        Kind::Ruby => &places::RUBY,
    }
}

impl Machine {
    pub(super) fn installed(&self, kind: Kind) -> Vec<Interpreter> {
        let mut found: Vec<Interpreter> =
            places(kind).iter().flat_map(|place| self.at(kind, place)).collect();
        if kind == Kind::Python {
            found.extend(self.programs());
        }
        // The same by another name: managers keep links such as `3.12` beside `3.12.4`.
        let mut known = Vec::new();
        found.retain(|one| {
            let real = one.program.canonicalize().unwrap_or_else(|_| one.program.clone());
            let new = !known.contains(&real);
            known.push(real);
            new
        });
        found
    }

    fn at(&self, kind: Kind, place: &Place) -> Vec<Interpreter> {
        let Some(folder) = self.folder(place).map(|folder| folder.join(place.inside)) else {
            return Vec::new();
        };
        let Ok(entries) = folder.read_dir() else { return Vec::new() };
        let mut names: Vec<OsString> = entries.flatten().map(|entry| entry.file_name()).collect();
        // Whole versions first, so that links to them are what is left out.
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let one = |name: OsString| {
            let (named, rest) = Version::leading(name.to_str()?.strip_prefix(place.prefix)?)?;
            // Another build of it (`3.13.0t`, `3.14.0a1`) is not it.
            if !(rest.is_empty() || rest.starts_with('-')) {
                return None;
            }
            let program = folder.join(&name).join(place.program);
            let real = program.canonicalize().ok()?;
            // `Python312` says it all in one number, and a link `22` says less than its program.
            let version =
                if named.patch.is_some() { named } else { version_of(kind, &real).unwrap_or(named) };
            Some(Interpreter { program, version: Some(version), from: place.from })
        };
        names.into_iter().filter_map(one).collect()
    }

    fn folder(&self, place: &Place) -> Option<PathBuf> {
        if let Some(named) = self.variable(place.variable) {
            return Some(named);
        }
        let home = || self.variable("HOME").or_else(|| self.variable("USERPROFILE"));
        Some(match place.root {
            Root::Home(path) => home()?.join(path),
            Root::Data(path) => {
                let (variable, below) = places::DATA;
                self.variable(variable).or_else(|| Some(home()?.join(below)))?.join(path)
            }
            Root::At(path) => self.absolute(path),
        })
    }

    /// `python3.12` and the like.
    fn programs(&self) -> Vec<Interpreter> {
        let path = self.variables.get(&OsString::from("PATH"));
        let own = path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
        let folders = own.into_iter().chain(places::PROGRAMS.iter().map(|path| self.absolute(path)));
        let folders: Vec<PathBuf> = folders
            // A shim is whatever its manager makes of it, and a virtual environment is somebody's own.
            .filter(|folder| !folder.ends_with("shims"))
            .filter(|folder| !folder.parent().is_some_and(|above| above.join("pyvenv.cfg").is_file()))
            .collect();
        let each = |minor: u32| {
            let name = format!("python3.{minor}{}", std::env::consts::EXE_SUFFIX);
            let program =
                folders.iter().map(|folder| folder.join(&name)).find(|program| program.is_file())?;
            let version = Version { major: 3, minor: Some(minor), patch: None };
            Some(Interpreter { program, version: Some(version), from: "" })
        };
        MINORS.filter_map(each).collect()
    }

    fn absolute(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        let value = self.variables.get(&OsString::from(name)).filter(|value| !value.is_empty())?;
        Some(PathBuf::from(value))
    }
}

/// The version of a program, without links on the way to it, from its name, its folders or the header beside it.
fn version_of(kind: Kind, real: &Path) -> Option<Version> {
    let whole = |name: &str| {
        let (version, rest) = Version::leading(name.trim_start_matches("cpython-").trim_start_matches('v'))?;
        (version.patch.is_some() && (rest.is_empty() || rest.starts_with('-'))).then_some(version)
    };
    let folders = real.ancestors().skip(1).take(4);
    let from_folder = || folders.filter_map(|folder| whole(folder.file_name()?.to_str()?)).next();
    match kind {
        Kind::Python => {
            let name = real.file_name()?.to_str()?.trim_end_matches(".exe").strip_prefix("python")?;
            match Version::leading(name) {
                Some((version, "")) if version.minor.is_some() => Some(version),
                Some((_, rest)) if !rest.is_empty() => None,
                _ => from_folder(),
            }
        }
        Kind::Node => from_folder().or_else(|| node_header(real)),
        // Debian's is called `ruby3.1`.
        Kind::Ruby => {
            let name = real.file_name()?.to_str()?.trim_end_matches(".exe").strip_prefix("ruby")?;
            let named =
                Version::leading(name).filter(|(version, rest)| version.minor.is_some() && rest.is_empty());
            named.map(|(version, _)| version).or_else(from_folder)
        }
    }
}

/// Node's own headers, which come with most of its packages.
fn node_header(real: &Path) -> Option<Version> {
    let text = text_of(&real.parent()?.parent()?.join("include/node/node_version.h"))?;
    let part = |name: &str| {
        let prefix = format!("#define NODE_{name}_VERSION ");
        text.lines().find_map(|line| line.strip_prefix(&prefix)?.trim().parse().ok())
    };
    Some(Version { major: part("MAJOR")?, minor: part("MINOR"), patch: part("PATCH") })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    struct Fake(tempfile::TempDir);

    impl Fake {
        fn new(files: &[&str]) -> Self {
            let fake = Self(tempfile::tempdir().unwrap());
            files.iter().for_each(|file| fake.write(file, ""));
            fake
        }

        fn write(&self, file: &str, text: &str) {
            let file = self.0.path().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }

        fn link(&self, target: &str, link: &str) {
            std::os::unix::fs::symlink(target, self.0.path().join(link)).unwrap();
        }

        fn found(&self, kind: Kind, variables: &[(&str, &str)]) -> Vec<String> {
            let at = |path: &str| OsString::from(self.0.path().join(path));
            let mut all =
                HashMap::from([("HOME".into(), at("home/ada")), ("PATH".into(), at("home/ada/bin"))]);
            all.extend(variables.iter().map(|(name, path)| (OsString::from(name), at(path))));
            let machine = Machine { variables: all, root: self.0.path().to_owned() };
            let shown = |one: Interpreter| format!("{} {}", one.version.unwrap(), one.from).trim().to_owned();
            machine.installed(kind).into_iter().map(shown).collect()
        }
    }

    #[test]
    fn pythons_are_found_where_their_managers_keep_them() {
        let fake = Fake::new(&[
            "home/ada/.pyenv/versions/3.12.4/bin/python3.12",
            "home/ada/.pyenv/versions/3.13.0t/bin/python",
            "home/ada/.pyenv/versions/mine/bin/python",
            "home/ada/.local/share/uv/python/cpython-3.14.2-linux-x86_64-gnu/bin/python",
            "home/ada/.local/share/mise/installs/python/3.10.14/bin/python",
            "home/ada/.asdf/installs/python/3.9.1/bin/python",
            "opt/homebrew/opt/python@3.8/libexec/bin/python",
            "usr/bin/python3.11",
            "home/ada/bin/python3.7",
        ]);
        fake.link("python3.12", "home/ada/.pyenv/versions/3.12.4/bin/python");
        fake.link("3.10.14", "home/ada/.local/share/mise/installs/python/3.10");
        fake.link("3.10.14", "home/ada/.local/share/mise/installs/python/latest");
        assert_eq!(
            fake.found(Kind::Python, &[]),
            ["3.12.4 pyenv", "3.14.2 uv", "3.10.14 mise", "3.9.1 asdf", "3.8 Homebrew", "3.7", "3.11"],
            "each once, by its whole version; another build and a named environment are not theirs"
        );
        let elsewhere = fake.found(Kind::Python, &[("PYENV_ROOT", "nowhere"), ("XDG_DATA_HOME", "nowhere")]);
        assert_eq!(elsewhere, ["3.9.1 asdf", "3.8 Homebrew", "3.7", "3.11"], "where variables say so");
    }

    #[test]
    fn nodes_are_found_where_their_managers_keep_them() {
        let fake = Fake::new(&[
            "home/ada/.nvm/versions/node/v22.1.0/bin/node",
            "home/ada/.local/share/fnm/node-versions/v20.2.0/installation/bin/node",
            "home/ada/.volta/tools/image/node/18.3.0/bin/node",
            "home/ada/.asdf/installs/nodejs/16.4.0/bin/node",
            "usr/local/n/versions/node/14.5.0/bin/node",
            "opt/homebrew/opt/node@24/bin/node",
        ]);
        assert_eq!(
            fake.found(Kind::Node, &[]),
            ["22.1.0 nvm", "20.2.0 fnm", "18.3.0 Volta", "16.4.0 asdf", "14.5.0 n", "24 Homebrew"]
        );
    }

    #[test]
    fn what_a_shell_starts_is_known_by_its_name_or_its_header() {
        let fake = Fake::new(&["usr/bin/python3.11", "usr/bin/node", "shims/python3", "usr/bin/python3.13t"]);
        fake.link("python3.11", "usr/bin/python3");
        fake.link("python3.13t", "usr/bin/python");
        let header =
            "#define NODE_MAJOR_VERSION 22\n#define NODE_MINOR_VERSION 5\n#define NODE_PATCH_VERSION 1\n";
        fake.write("usr/include/node/node_version.h", header);
        let version = |kind, program: &str| {
            usual(kind, fake.0.path().join(program)).version.map_or("unknown".into(), |it| it.to_string())
        };
        assert_eq!(version(Kind::Python, "usr/bin/python3"), "3.11");
        assert_eq!(version(Kind::Python, "shims/python3"), "unknown", "nothing is run to find out");
        assert_eq!(version(Kind::Python, "usr/bin/python"), "unknown", "another build is not taken for it");
        assert_eq!(version(Kind::Node, "usr/bin/node"), "22.5.1");
    }
}
