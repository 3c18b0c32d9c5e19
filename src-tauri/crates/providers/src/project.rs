//! What detection may look at: the files of an opened project, read once, bounded in number, depth and size.
//!
//! A project can come from a stranger and can be huge. Nothing here follows links out of a folder listing, opens
//! anything but regular files, or reads more than it says; `.gitignore` is respected, and folders that hold other
//! people's code or build results are never entered.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use ignore::{WalkBuilder, gitignore::GitignoreBuilder};

use crate::{
    domain::{Problem, Reported},
    overrides,
};

/// Deep enough for `packages/x/src/functions/y/index.ts` with room to spare.
const DEEPEST: usize = 12;
const MOST_FILES: usize = 50_000;
/// Manifests and sources larger than this are generated, not written.
const LARGEST: u64 = 1024 * 1024;

/// Folders nobody keeps their own functions in. Hidden ones are left out anyway.
const NEVER: [&str; 13] = [
    "node_modules",
    "bower_components",
    "site-packages",
    "__pycache__",
    "venv",
    "virtualenv",
    "target",
    "dist",
    "build",
    "coverage",
    "cdk.out",
    "htmlcov",
    "__pypackages__",
];

#[derive(Debug)]
pub(crate) struct Project {
    root: PathBuf,
    /// Relative to the root, sorted.
    files: Vec<PathBuf>,
    pub(crate) problems: Vec<Problem>,
    /// What apps told of themselves when they ran.
    pub(crate) reported: Reported,
    /// What was looked into and kept what it says from whoever looked.
    closed: RefCell<BTreeMap<PathBuf, Problem>>,
}

impl Project {
    pub(crate) fn scan(root: &Path) -> Self {
        let root = tidy(&std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf()));
        let mut project = Self {
            root,
            files: Vec::new(),
            problems: Vec::new(),
            reported: Reported::new(),
            closed: RefCell::default(),
        };
        if !project.root.is_dir() {
            let message = format!("{} is not a folder that can be read", project.root.display());
            project.problems.push(Problem::error(message).hint("open a folder of functions"));
            return project;
        }
        let walk = WalkBuilder::new(&project.root)
            .max_depth(Some(DEEPEST))
            .follow_links(false)
            .require_git(false)
            // What was opened is what counts, not what lies above it or on this account.
            .parents(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(|entry| {
                let name = entry.file_name().to_string_lossy();
                let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                entry.depth() == 0
                    || !folder
                    || !(NEVER.contains(&name.as_ref()) || entry.path().join("pyvenv.cfg").is_file())
            })
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                // It is left out: what can be read is still worth showing.
                Err(error) => {
                    project.problems.extend(project.closed(&error));
                    continue;
                }
            };
            if project.files.len() == MOST_FILES {
                let message = format!("only the first {MOST_FILES} files were searched for functions");
                project.problems.push(
                    Problem::warning(message)
                        .hint("open a smaller folder, or list large folders in .gitignore"),
                );
                break;
            }
            // A link to a file is a file; links to folders are not followed.
            let file = entry
                .file_type()
                .is_some_and(|kind| kind.is_file() || kind.is_symlink() && entry.path().is_file());
            if file && let Ok(relative) = entry.path().strip_prefix(&project.root) {
                project.files.push(relative.to_path_buf());
            } else if entry.path_is_symlink()
                && project.leads_out(entry.path())
                && looks_like_a_function(entry.path())
            {
                let message = "this link to a folder is not searched for functions";
                let hint = format!(
                    "give its function a table in {}, with the link as its path; or open the folder it leads to",
                    overrides::FILE
                );
                let problem = Problem::warning(message).at(project.shown(entry.path()), None);
                project.problems.push(problem.hint(hint));
            }
        }
        project.files.sort();
        project
    }

    /// What a link leads to inside is found in its own place.
    fn leads_out(&self, link: &Path) -> bool {
        let real = link.canonicalize().ok();
        real.zip(self.root.canonicalize().ok()).is_some_and(|(real, root)| !real.starts_with(root))
    }

    /// A folder that may not be read, as a problem; what has gone meanwhile is none.
    fn closed(&self, error: &ignore::Error) -> Option<Problem> {
        let ignore::Error::WithPath { path, err } = innermost(error) else { return None };
        let denied = err.io_error().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
        denied.then(|| {
            Problem::warning("it may not be read, and is not searched for functions")
                .at(self.shown(path), None)
                .hint("give yourself the right to read it, or list it in .gitignore")
        })
    }

    /// Forgets the files that patterns of `coldframe.toml` match; gives the patterns that are none.
    pub(crate) fn leave_out<'a>(&mut self, patterns: impl Iterator<Item = (&'a str, u32)>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut builder = GitignoreBuilder::new("");
        for (pattern, line) in patterns {
            if let Err(error) = builder.add_line(None, pattern) {
                problems.push(
                    Problem::error(error.to_string())
                        .at(overrides::FILE, Some(line))
                        .hint("write it as a line of .gitignore"),
                );
            }
        }
        if let Ok(matcher) = builder.build()
            && !matcher.is_empty()
        {
            self.files.retain(|file| !matcher.matched_path_or_any_parents(file, false).is_ignore());
        }
        problems
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The project folder's own name, for what has no better one.
    pub(crate) fn name(&self) -> String {
        self.root.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy().into_owned())
    }

    /// Relative paths, sorted.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Whether a file was found by the walk.
    pub(crate) fn has(&self, relative: &Path) -> bool {
        self.files.binary_search_by(|file| file.as_path().cmp(relative)).is_ok()
    }

    /// As a person reads it: relative inside the project, with forward slashes.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        if inside.as_os_str().is_empty() {
            return ".".into();
        }
        let text = inside.to_string_lossy();
        if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.into_owned() }
    }

    /// The text of a regular file, absolute or relative to the root.
    ///
    /// # Errors
    /// Names the file: it cannot be read, is too large or is not UTF-8.
    pub(crate) fn read(&self, path: &Path) -> Result<String, Problem> {
        let path = self.root.join(path);
        let unreadable = |why: &dyn std::fmt::Display, hint: &str| {
            Problem::error(format!("cannot read: {why}")).at(self.shown(&path), None).hint(hint)
        };
        let bytes = self.bytes(&path).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => {
                unreadable(&error, "split it, or name what is in it in coldframe.toml")
            }
            _ => unreadable(&error, "make it a file that can be read, or remove it"),
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| unreadable(&"it is not UTF-8 text", "save it with the encoding UTF-8"))?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// The text of a program, whatever its encoding: what its names are made of is read all the same, and its own
    /// language says what it thinks of the rest.
    ///
    /// # Errors
    /// Names the file: it cannot be read or is too large.
    pub(crate) fn read_source(&self, path: &Path) -> Result<String, Problem> {
        let path = self.root.join(path);
        let Ok(bytes) = self.bytes(&path) else { return self.read(&path) };
        if let Some(text) = utf16(&bytes) {
            let problem = Problem::error("it is saved as UTF-16, which its runtime does not read")
                .at(self.shown(&path), None)
                .hint("save it with the encoding UTF-8");
            self.closed.borrow_mut().insert(path, problem);
            return Ok(text);
        }
        Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
    }

    fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        let read = bytes_of(path);
        if let Err(error) = &read
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            let problem = Problem::warning("it may not be read, so what it holds is not known")
                .at(self.shown(path), None)
                .hint("give yourself the right to read it, or list it in .gitignore");
            self.closed.borrow_mut().insert(path.to_owned(), problem);
        }
        read
    }

    /// What was looked into in vain since the scan, by file.
    pub(crate) fn take_closed(&self) -> BTreeMap<PathBuf, Problem> {
        self.closed.take()
    }

    /// Whether the beginning of a file that may not be readable as text satisfies a test.
    pub(crate) fn begins(&self, path: &Path, test: impl Fn(&str) -> bool) -> bool {
        let mut start = Vec::new();
        let read = open(&self.root.join(path)).and_then(|file| file.take(LARGEST).read_to_end(&mut start));
        read.is_ok() && test(&String::from_utf8_lossy(&start))
    }

    /// The text of a file that need not be there; unreadable counts as absent.
    pub(crate) fn peek(&self, path: &Path) -> Option<String> {
        self.read(path).ok()
    }

    /// The folder and its parents, innermost first, as far as the project's root.
    pub(crate) fn upwards<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        folder.ancestors().take_while(|above| above.starts_with(&self.root))
    }
}

/// The text of a regular file of a project outside of detection; unreadable counts as absent.
pub(crate) fn text_of(path: &Path) -> Option<String> {
    String::from_utf8(bytes_of(path).ok()?).ok()
}

/// The 1-based line of a byte offset.
pub(crate) fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MB"));
    }
    Ok(bytes)
}

/// The text of what begins with UTF-16's mark, as Windows' Notepad used to save.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|two| unit([two[0], two[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

/// Never waits: a link may lead to what has nothing to read yet, such as the kernel's log, and looks like a file.
fn open(path: &Path) -> io::Result<File> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.open(path)
}

/// Resolves `.` and `..` by their text alone: nothing has to exist.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                // Above the root is the root.
                if !tidied.pop() && !tidied.has_root() {
                    tidied.push("..");
                }
            }
            other => tidied.push(other),
        }
    }
    tidied
}
/// The part of an error of the walk that names a path.
fn innermost(error: &ignore::Error) -> &ignore::Error {
    match error {
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => innermost(err),
        other => other,
    }
}

/// Whether a folder holds what functions are found by, at its top.
fn looks_like_a_function(folder: &Path) -> bool {
    const NAMES: [&str; 9] = [
        "lambda_function.py",
        "handler.py",
        "index.js",
        "index.mjs",
        "index.ts",
        "bootstrap",
        "template.yaml",
        "serverless.yml",
        "func.yaml",
    ];
    NAMES.iter().any(|name| folder.join(name).is_file())
}
