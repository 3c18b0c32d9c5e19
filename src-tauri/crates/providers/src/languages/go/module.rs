//! A module of Go and the packages in it, read from their text.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::Around;
use crate::{
    domain::{App, Problem},
    languages::interpreter::upwards,
    project::text_of,
    source::{Syntax, blank},
};

/// The module that a folder is part of.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub(crate) folder: PathBuf,
    /// What its packages are imported by.
    pub(crate) path: String,
    /// Its `go.mod`.
    pub(crate) text: String,
}

/// A file of a package.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    /// Without its comments and strings.
    pub(crate) code: String,
    /// What its package is called.
    pub(crate) package: String,
}

static PACKAGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^[ \t]*package[ \t]+(\w+)").expect("the pattern is a constant"));

impl Module {
    /// Of a folder in a project: the nearest `go.mod` decides.
    pub(crate) fn of(folder: &Path, project: &Path) -> Option<Self> {
        upwards(folder, project).find_map(|above| {
            let text = text_of(&above.join("go.mod"))?;
            let path = path_in(&text)?;
            Some(Self { folder: above.to_path_buf(), path, text })
        })
    }

    /// The version of another module that this one asks for itself: `v1.9.2`.
    pub(crate) fn requires(&self, module: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let line = line.trim().strip_prefix("require").unwrap_or(line.trim()).trim();
            let version = line.strip_prefix(module)?.strip_prefix([' ', '\t'])?.trim();
            (!version.contains("// indirect")).then(|| version.split_whitespace().next())?
        })
    }

    /// What the package in a folder of the module is imported by.
    pub(crate) fn import(&self, folder: &Path) -> String {
        match folder.strip_prefix(&self.folder) {
            Ok(inside) if !inside.as_os_str().is_empty() => {
                format!("{}/{}", self.path, inside.to_string_lossy().replace('\\', "/"))
            }
            _ => self.path.clone(),
        }
    }

    fn is_vendored(&self) -> bool {
        self.folder.join("vendor/modules.txt").is_file()
    }

    /// Whether it asks for others and no `go.sum` lists them, with which Go compiles nothing. A workspace has a list of
    /// its own.
    pub(crate) fn lacks_sums(&self) -> bool {
        let is_there = |folder: &Path, name: &str| folder.join(name).exists();
        self.text.lines().any(|line| line.trim().starts_with("require"))
            && !is_there(&self.folder, "go.sum")
            && !self.is_vendored()
            && !self.folder.ancestors().any(|above| is_there(above, "go.work"))
    }

    /// A copy of its lists of modules in `out`, to which Go may add: the `go.mod`.
    pub(crate) fn copied(&self, out: &Path) -> io::Result<PathBuf> {
        let folder = out.join("modules");
        let modules = folder.join("go.mod");
        fs::create_dir_all(&folder)?;
        fs::write(&modules, &self.text)?;
        let sums = self.folder.join("go.sum");
        if sums.is_file() {
            fs::copy(sums, folder.join("go.sum"))?;
        }
        Ok(modules)
    }

    /// A program around the package in a folder: it is compiled in the module, with a copy of its lists of modules in
    /// `out` that Go may add to. Where the modules lie in `vendor`, all has to be there.
    ///
    /// # Errors
    /// The copy cannot be written.
    pub(crate) fn around(&self, folder: &Path, out: &Path) -> io::Result<Around> {
        let vendored = self.is_vendored();
        let modules = if vendored { None } else { Some(self.copied(out)?) };
        let inside = folder.strip_prefix(&self.folder).unwrap_or(Path::new(""));
        let package = match inside.to_string_lossy().replace('\\', "/") {
            inside if inside.is_empty() => ".".to_owned(),
            inside => format!("./{inside}"),
        };
        Ok(Around { folder: self.folder.clone(), package, modules, may_fetch: !vendored })
    }
}

/// What a `go.mod` calls its module.
fn path_in(text: &str) -> Option<String> {
    let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let name = name.split("//").next().unwrap_or(name).trim().trim_matches('"');
    (!name.is_empty()).then(|| name.to_owned())
}

impl Source {
    /// Nothing where the text is no part of a build: a tool beside it (`//go:build ignore`), or no Go.
    pub(crate) fn new(file: PathBuf, text: String) -> Option<Self> {
        if text.lines().any(|line| line.trim() == "//go:build ignore") {
            return None;
        }
        let code = blank(Syntax::JavaScript, &text);
        let package = PACKAGE.captures(&code)?[1].to_owned();
        Some(Self { file, text, code, package })
    }

    /// Whether a file is one of a package's, and not of its tests.
    pub(crate) fn is_one(file: &Path) -> bool {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".go") && !name.ends_with("_test.go") && !name.starts_with(['.', '_'])
    }

    /// Those of a folder, in the order of their names.
    pub(crate) fn in_folder(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.retain(|file| Self::is_one(file));
        files.sort();
        files.into_iter().filter_map(|file| Self::new(file.clone(), text_of(&file)?)).collect()
    }

    /// The line of a place in the text, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let before = self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        u32::try_from(before).map_or(u32::MAX, |lines| lines.saturating_add(1))
    }
}

/// A build folder that could not be written.
pub(crate) fn unwritten(app: &App) -> impl Fn(io::Error) -> Problem + '_ {
    |error| {
        Problem::error(format!("the build of {} could not be written: {error}", app.name))
            .hint("is the disk full, or the data directory read-only?")
    }
}

/// What an app is told whose folder belongs to no module.
pub(crate) fn no_module(place: &str) -> Problem {
    Problem::error("no go.mod says which module it is part of")
        .at(place, None)
        .hint("in its folder: go mod init example.com/NAME && go mod tidy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_its_path_and_what_it_asks_for() {
        let text = "// a comment\nmodule \"example.com/hello\" // here\n\ngo 1.21\n\nrequire github.com/x/one v1.2.3\nrequire (\n\tgithub.com/x/two v0.1.0\n\tgithub.com/x/three v1.0.0 // indirect\n)\n";
        let module = Module {
            folder: "/p/hello".into(),
            path: path_in(text).expect("a module"),
            text: text.to_owned(),
        };
        assert_eq!(module.path, "example.com/hello");
        assert_eq!(module.requires("github.com/x/one"), Some("v1.2.3"));
        assert_eq!(module.requires("github.com/x/two"), Some("v0.1.0"));
        assert_eq!(module.requires("github.com/x/three"), None, "somebody else asks for it");
        assert_eq!(module.import(Path::new("/p/hello")), "example.com/hello");
        assert_eq!(module.import(Path::new("/p/hello/beds")), "example.com/hello/beds");
        assert_eq!(path_in("go 1.21\n"), None);
    }

    #[test]
    fn sources_are_those_that_are_built() {
        assert!(Source::is_one(Path::new("a/hello.go")));
        for other in ["a/hello_test.go", "a/.hello.go", "a/_hello.go", "a/hello.py"] {
            assert!(!Source::is_one(Path::new(other)), "{other}");
        }
        let package = |text: &str| Some(Source::new("a.go".into(), text.to_owned())?.package);
        assert_eq!(package("/* package no */\n// package none\npackage hello\n").as_deref(), Some("hello"));
        assert_eq!(package("//go:build ignore\n\npackage main\n"), None);
        assert_eq!(package("no Go at all"), None);
    }
}
