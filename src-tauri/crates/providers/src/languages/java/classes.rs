//! Classes of a folder that is built by itself, read from their sources.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::Tool;
use crate::{
    project::Project,
    source::{Syntax, blank},
};

/// Where a build's sources lie.
pub(crate) const SOURCES: &str = "src/main/java";

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(PACKAGE, r"(?m)^\s*package\s+([\w.]+)\s*;");
pattern!(
    POM_VERSION,
    r"<(?:maven\.compiler\.release|maven\.compiler\.target|java\.version|release|target)>\s*(?:1\.)?(\d+)\s*<"
);
pattern!(
    GRADLE_VERSION,
    r#"(?:JavaLanguageVersion\.of\s*\(\s*|(?:source|target)Compatibility\s*=?\s*['"]?(?:JavaVersion\.VERSION_)?(?:1[._])?)(\d+)"#
);

/// A class that implements an interface that was looked for.
#[derive(Debug)]
pub(crate) struct Class {
    /// With its package.
    pub(crate) name: String,
    pub(crate) interface: String,
    pub(crate) file: PathBuf,
}

/// The first of every file of a folder that is not abstract, if the folder's build names `library`. `pattern` finds the class and, behind it,
/// the interface.
pub(crate) fn implementing(project: &Project, folder: &Path, library: &str, pattern: &Regex) -> Vec<Class> {
    let Some((_, build)) = Tool::of(folder) else { return Vec::new() };
    if !project.peek(&build).is_some_and(|text| text.contains(library)) {
        return Vec::new();
    }
    let Ok(inside) = folder.join(SOURCES).strip_prefix(project.root()).map(Path::to_path_buf) else {
        return Vec::new();
    };
    let sources = project
        .files()
        .filter(|file| file.starts_with(&inside) && file.extension().is_some_and(|ending| ending == "java"));
    sources.filter_map(|file| class(project, project.root().join(file), pattern)).collect()
}

fn class(project: &Project, file: PathBuf, pattern: &Regex) -> Option<Class> {
    let code = blank(Syntax::JavaScript, &project.peek(&file)?);
    let mut all = pattern.captures_iter(&code);
    let found = all.find(|found| {
        let before = found.get(0).map_or("", |class| &code[..class.start()]);
        !before.rsplit([';', '}', '\n']).next().unwrap_or_default().contains("abstract")
    })?;
    let package = PACKAGE.captures(&code).map(|package| format!("{}.", &package[1])).unwrap_or_default();
    Some(Class { name: format!("{package}{}", &found[1]), interface: found[2].to_owned(), file })
}

/// The source that a class with its package should be in, whether it is there or not.
pub(crate) fn source_of(folder: &Path, class: &str) -> PathBuf {
    let outer = class.split('$').next().unwrap_or(class);
    folder.join(SOURCES).join(format!("{}.java", outer.replace('.', "/")))
}

/// Which Java a folder's build asks for, and the file that says so.
pub(crate) fn version(project: &Project, folder: &Path) -> Option<(u32, String)> {
    let (tool, build) = Tool::of(folder)?;
    let text = project.peek(&build)?;
    let pattern = if tool == Tool::Maven { &POM_VERSION } else { &GRADLE_VERSION };
    Some((pattern.captures(&text)?[1].parse().ok()?, project.shown(&build)))
}
