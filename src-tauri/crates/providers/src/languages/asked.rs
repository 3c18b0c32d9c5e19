//! Which version a folder's own files ask for, as the runtime that a cloud would be told, with the sentence that says
//! where it comes from. The file nearest to the code decides.
//!
//! The sentence is among what was assumed of the app, and from it is read again how sure the runtime is.

use std::path::Path;

use super::{
    range::{allows, newest_of, oldest_major},
    versions::Version,
};
use crate::{domain::App, project::Project};

/// Where nothing asks for one.
const PYTHON: u32 = 12;
const NODE: u32 = 22;
const GO: u32 = 25;
/// The minor version of Ruby 3.
const RUBY: u32 = 3;

/// How the sentence begins.
const FROM_FILES: &str = "runtime ";
const NOBODY: &str = "because no file names a version";

/// How an app came to its runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nobody said anything: any version is as good.
    Nothing,
    /// Of all that this range allows, one had to be named.
    Range(String),
    /// A manifest or a file names it.
    Version,
}

pub(super) fn asked(app: &App) -> Asked {
    let Some(sentence) = app.assumed.iter().find(|sentence| sentence.starts_with(FROM_FILES)) else {
        return Asked::Version;
    };
    let range = || sentence.strip_suffix(')')?.rsplit_once(" allows (");
    match range() {
        _ if sentence.ends_with(NOBODY) => Asked::Nothing,
        Some((_, range)) => Asked::Range(range.to_owned()),
        None => Asked::Version,
    }
}

/// Whether it has its runtime from files beside the code, or from nobody, and not from a manifest.
pub(super) fn is_of_files(app: &App) -> bool {
    app.assumed.iter().any(|sentence| sentence.starts_with(FROM_FILES))
}

/// `python3.12`, and why.
pub(crate) fn python(project: &Project, folder: &Path) -> (String, String) {
    let asked = project.upwards(folder).find_map(|above| python_here(project, above));
    let (minor, why) = asked.unwrap_or_else(|| (PYTHON, NOBODY.into()));
    (format!("python3.{minor}"), format!("runtime python3.{minor}, {why}"))
}

fn python_here(project: &Project, above: &Path) -> Option<(u32, String)> {
    let text = |name: &str| Some((project.peek(&above.join(name))?, project.shown(&above.join(name))));
    let plain = |name: &str, line: &dyn Fn(&str) -> Option<String>| {
        let (text, shown) = text(name)?;
        Some((minor_of_3(&line(&text)?)?, format!("from {shown}")))
    };
    let begins = |start: &'static str| {
        move |text: &str| text.lines().find(|line| line.trim_start().starts_with(start)).map(str::to_owned)
    };
    let range = |name: &str, pick: &dyn Fn(&toml::Table) -> Option<String>| {
        let (text, shown) = text(name)?;
        let range = pick(&text.parse().ok()?)?;
        let minor = python_of_range(&range)?;
        let is_open = range.trim_start().starts_with(['>', '^', '~', '<']);
        let why = if is_open { format!("which {shown} allows ({range})") } else { format!("from {shown}") };
        Some((minor, why))
    };
    let requires = |table: &toml::Table| {
        let project = || table.get("project")?.get("requires-python")?.as_str();
        let lock = || table.get("requires-python")?.as_str();
        project().or_else(lock).map(str::to_owned)
    };
    let pipfile = |text: &str| {
        let table: toml::Table = text.parse().ok()?;
        let requires = table.get("requires")?;
        let version = requires.get("python_full_version").or_else(|| requires.get("python_version"))?;
        version.as_str().map(str::to_owned)
    };
    plain(".venv/pyvenv.cfg", &begins("version"))
        .or_else(|| plain("venv/pyvenv.cfg", &begins("version")))
        .or_else(|| plain(".python-version", &|text| Some(text.to_owned())))
        .or_else(|| plain(".tool-versions", &begins("python ")))
        .or_else(|| plain("Pipfile", &pipfile))
        .or_else(|| range("pyproject.toml", &requires))
        .or_else(|| range("uv.lock", &requires))
}

/// `go1.25`, and why.
pub(crate) fn go(project: &Project, folder: &Path) -> (String, String) {
    let asked = project.upwards(folder).find_map(|above| {
        let file = above.join("go.mod");
        let text = project.peek(&file)?;
        let version = text.lines().find_map(|line| line.trim().strip_prefix("go "))?;
        let (version, _) = Version::leading(version.trim())?;
        Some((version.minor?, format!("from {}", project.shown(&file))))
    });
    let (minor, why) = asked.unwrap_or_else(|| (GO, NOBODY.into()));
    (format!("go1.{minor}"), format!("runtime go1.{minor}, {why}"))
}

/// `nodejs22.x`, and why.
pub(crate) fn node(project: &Project, folder: &Path) -> (String, String) {
    let asked = project.upwards(folder).find_map(|above| node_here(project, above));
    let (major, why) = asked.unwrap_or_else(|| (NODE, NOBODY.into()));
    (format!("nodejs{major}.x"), format!("runtime nodejs{major}.x, {why}"))
}

fn node_here(project: &Project, above: &Path) -> Option<(u32, String)> {
    let text = |name: &str| Some((project.peek(&above.join(name))?, project.shown(&above.join(name))));
    let plain = |name: &str, line: &dyn Fn(&str) -> Option<String>| {
        let (text, shown) = text(name)?;
        Some((number(&line(&text)?)?, format!("from {shown}")))
    };
    let tools = |text: &str| text.lines().find(|line| line.starts_with("nodejs ")).map(str::to_owned);
    let package = || {
        let (text, shown) = text("package.json")?;
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        if let Some(major) = package["volta"]["node"].as_str().and_then(number) {
            return Some((major, format!("from volta in {shown}")));
        }
        let range = package["engines"]["node"].as_str()?.trim();
        let first = number(range)?;
        let is_open = range.contains(['<', '>', '|']) || range.contains(" - ");
        if !is_open {
            return Some((first, format!("from engines in {shown}")));
        }
        let usual = allows(range, newest_of(NODE)).then_some(NODE);
        let major = usual.or_else(|| oldest_major(range)).unwrap_or(first);
        Some((major, format!("which engines in {shown} allows ({range})")))
    };
    plain(".nvmrc", &|text| Some(text.to_owned()))
        .or_else(|| plain(".node-version", &|text| Some(text.to_owned())))
        .or_else(|| plain(".tool-versions", &tools))
        .or_else(package)
}

/// `ruby3.3`, and why.
pub(crate) fn ruby(project: &Project, folder: &Path) -> (String, String) {
    let asked = project.upwards(folder).find_map(|above| ruby_here(project, above));
    let (minor, why) = asked.unwrap_or_else(|| (RUBY, NOBODY.into()));
    (format!("ruby3.{minor}"), format!("runtime ruby3.{minor}, {why}"))
}

fn ruby_here(project: &Project, above: &Path) -> Option<(u32, String)> {
    let plain = |name: &str, start: &str| {
        let file = above.join(name);
        let text = project.peek(&file)?;
        let line = text.lines().map(str::trim_start).find(|line| line.starts_with(start))?;
        Some((minor_of_3(line)?, format!("from {}", project.shown(&file))))
    };
    plain(".ruby-version", "")
        .or_else(|| plain(".tool-versions", "ruby "))
        .or_else(|| plain("Gemfile", "ruby "))
}

/// The minor version in the first `3.N` of a text.
fn minor_of_3(text: &str) -> Option<u32> {
    number(&text[text.find("3.")? + 2..]).filter(|minor| *minor < 100)
}

/// The first number in a text.
fn number(text: &str) -> Option<u32> {
    let rest = &text[text.find(|letter: char| letter.is_ascii_digit())?..];
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok().filter(|number| *number < 1000)
}

/// The minor version taken of those that a range allows: the usual one, else the oldest.
fn python_of_range(range: &str) -> Option<u32> {
    let oldest = minor_of_3(range)?;
    let usual = Version { major: 3, minor: Some(PYTHON), patch: None };
    let is_open = range.trim_start().starts_with(['>', '^', '~', '<']);
    Some(if is_open && allows(range, usual) { PYTHON } else { oldest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Inline;

    fn said(files: &[(&str, &str)], of: fn(&Project, &Path) -> (String, String)) -> String {
        let folder = Inline::new(files);
        let project = Project::scan(&folder.root());
        of(&project, &project.root().join("f")).1
    }

    #[test]
    fn the_nearest_file_that_names_a_version_decides() {
        let of = |files: &[(&str, &str)]| said(files, python);
        assert_eq!(of(&[("f/a.py", "")]), "runtime python3.12, because no file names a version");
        assert_eq!(
            of(&[
                ("f/a.py", ""),
                (".python-version", "3.11.4\n"),
                ("pyproject.toml", "[project]\nrequires-python='>=3.13'\n")
            ]),
            "runtime python3.11, from .python-version"
        );
        assert_eq!(
            of(&[("f/.tool-versions", "nodejs 20.1.0\npython 3.10.2\n"), (".python-version", "3.11\n")]),
            "runtime python3.10, from f/.tool-versions"
        );
        assert_eq!(
            of(&[("f/Pipfile", "[requires]\npython_version = '3.9'\n")]),
            "runtime python3.9, from f/Pipfile"
        );
        assert_eq!(
            of(&[("f/uv.lock", "version = 1\nrequires-python = \">=3.13\"\n")]),
            "runtime python3.13, which f/uv.lock allows (>=3.13)"
        );
        let of = |files: &[(&str, &str)]| said(files, node);
        assert_eq!(of(&[("f/.nvmrc", "v20.1.0\n")]), "runtime nodejs20.x, from f/.nvmrc");
        assert_eq!(
            of(&[("f/package.json", r#"{"volta": {"node": "18.4.0"}, "engines": {"node": ">=16"}}"#)]),
            "runtime nodejs18.x, from volta in f/package.json"
        );
    }

    #[test]
    fn a_range_that_allows_the_usual_version_asks_for_no_other() {
        for (range, taken) in [
            (">=3.9", 12),
            ("^3.10", 12),
            (">=3.13", 13),
            (">=3.9,<3.12", 9),
            (">=3.9, <=3.12", 12),
            (">3.9,<4.0", 12),
            ("~=3.10", 12),
            ("~3.10", 10),
        ] {
            assert_eq!(python_of_range(range), Some(taken), "{range}");
        }
        assert_eq!(python_of_range("==3.11.*"), Some(11));
        let engines = |range: &str| {
            let package = format!(r#"{{"engines": {{"node": "{range}"}}}}"#);
            said(&[("f/package.json", &package)], node)
        };
        for (range, major) in [
            (">=18", 22),
            (">=24", 24),
            (">=18 <21", 18),
            ("18 || 20", 18),
            ("22.x || 20.x", 22),
            ("^18 || >=20.5 <21", 18),
            ("18 - 20", 18),
        ] {
            let sentence =
                format!("runtime nodejs{major}.x, which engines in f/package.json allows ({range})");
            assert_eq!(engines(range), sentence);
        }
        for (range, major) in [("^20.1", 20), ("20.x", 20)] {
            assert_eq!(engines(range), format!("runtime nodejs{major}.x, from engines in f/package.json"));
        }
    }

    #[test]
    fn how_sure_a_runtime_is_is_read_from_its_sentence() {
        let of = |sentence: String| {
            let mut app = crate::languages::tests::app("/p".into());
            app.assumed.push(sentence);
            asked(&app)
        };
        let range = [("f/pyproject.toml", "[project]\nrequires-python = '>=3.9'\n")];
        assert_eq!(of(said(&range, python)), Asked::Range(">=3.9".into()));
        assert_eq!(of(said(&[("f/a.py", "")], python)), Asked::Nothing);
        assert_eq!(of(said(&[("f/.nvmrc", "20")], node)), Asked::Version);
        assert_eq!(of("timeout 3 s, as nothing sets it".into()), Asked::Version, "a manifest's word");
    }
}
