//! Which version of a language runs a function: the declared one where this machine has it, else the nearest. Versions
//! are read from names and files; nothing is run to learn one.

mod installed;
mod places;
mod said;

use std::{cmp::Reverse, fmt};

use self::installed::installed;
pub(super) use self::{
    installed::{Interpreter, Kind, usual},
    said::{another, other_environment},
};
use super::{
    asked::{Asked, asked},
    interpreter::{Lack, Shell},
    range::allows,
};
use crate::domain::{App, Language};

/// As much of a version as is said: `3.12`, `22`, `3.12.4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    pub(super) major: u32,
    pub(super) minor: Option<u32>,
    pub(super) patch: Option<u32>,
}

impl Version {
    /// The version that a text begins with, and what follows it.
    pub(super) fn leading(text: &str) -> Option<(Self, &str)> {
        let (major, mut rest) = number(text)?;
        let mut next = || {
            let (value, after) = rest.strip_prefix('.').and_then(number)?;
            rest = after;
            Some(value)
        };
        let minor = next();
        let patch = minor.and_then(|_| next());
        Some((Self { major, minor, patch }, rest))
    }

    /// Whether another is this one as far as this one says.
    fn includes(self, other: Self) -> bool {
        let part = |own: Option<u32>, other| own.is_none() || own == other;
        self.major == other.major && part(self.minor, other.minor) && part(self.patch, other.patch)
    }

    /// What tells it from others of its language: `3.12` of Python, `22` of Node.
    pub(super) fn short(self, kind: Kind) -> String {
        match (kind, self.minor) {
            (Kind::Python | Kind::Ruby, Some(minor)) => format!("{}.{minor}", self.major),
            _ => self.major.to_string(),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.major)?;
        [self.minor, self.patch].into_iter().flatten().try_for_each(|part| write!(f, ".{part}"))
    }
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// The version a cloud's runtime identifier names: `python3.12`, `python312`, `python:3.12`, `nodejs22.x`, `node|20`.
pub(super) fn declared(language: Language, runtime: &str) -> Option<Version> {
    let said = |name: &str| Some(runtime.strip_prefix(name)?.trim_start_matches([':', '|']));
    let (text, tails): (&str, &[&str]) = match language {
        Language::Python => (said("python")?, &[""]),
        Language::Ruby => (said("ruby")?, &[""]),
        Language::Node | Language::TypeScript => (said("nodejs").or_else(|| said("node"))?, &["", ".x"]),
        _ => return None,
    };
    let (version, rest) = Version::leading(text)?;
    if !tails.contains(&rest.split(['-', ' ']).next().unwrap_or_default()) {
        return None;
    }
    // `312` is 3.12.
    let squeezed = text.strip_prefix('3').filter(|_| language == Language::Python && version.minor.is_none());
    match squeezed.and_then(number) {
        Some((minor, _)) => Some(Version { major: 3, minor: Some(minor), patch: None }),
        None => Some(version),
    }
}

/// What runs a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) interpreter: Interpreter,
    /// It is what was declared, or nothing is known against it; else it is the nearest there is.
    pub(super) fits: bool,
    /// Why it is not what a shell would start.
    pub(super) lack: Option<Lack>,
}

/// What runs an app where it has no environment of its own.
pub(super) fn chosen(kind: Kind, app: &App, shell: Option<Shell>) -> Option<Chosen> {
    let (program, lack) = shell.map(|shell| (shell.program, shell.lack)).unzip();
    let (usual, lack) = (program.map(|program| usual(kind, program)), lack.flatten());
    let said = lack.as_ref().and_then(|lack| Version::leading(&lack.version)).map(|(version, _)| version);
    let wanted = match asked(app) {
        // Nothing in the project; a manager's own settings do.
        Asked::Nothing => said.or_else(|| declared(app.language, &app.runtime)),
        _ => declared(app.language, &app.runtime),
    };
    let fits = |version| match (asked(app), wanted) {
        (Asked::Version, Some(wanted)) => wanted.includes(version),
        (Asked::Range(range), _) => allows(&range, version),
        (Asked::Nothing, Some(wanted)) if said.is_some() => wanted.includes(version),
        (Asked::Nothing | Asked::Version, _) => true,
    };
    let chosen = choose(wanted, fits, usual.as_ref(), &installed(kind))?;
    Some(Chosen { lack, ..chosen })
}

/// Chooses among what a machine has; `usual` is what a shell would start, and comes first. Where nothing fits, the
/// nearest to `wanted`: the same major version, then the closest minor one, of two the newer.
fn choose(
    wanted: Option<Version>,
    fits: impl Fn(Version) -> bool,
    usual: Option<&Interpreter>,
    others: &[Interpreter],
) -> Option<Chosen> {
    let taken = |one: &Interpreter, fits| Chosen { interpreter: one.clone(), fits, lack: None };
    let fitting = |one: &&Interpreter| one.version.is_some_and(&fits);
    let newest = || others.iter().filter(fitting).max_by_key(|one| one.version);
    if let Some(one) = usual.filter(fitting).or_else(newest) {
        return Some(taken(one, true));
    }
    // Only running it would tell what it is: nothing is known against it.
    if let Some(usual) = usual.filter(|usual| usual.version.is_none()) {
        return Some(taken(usual, true));
    }
    let far = |one: &&Interpreter| {
        let (own, wanted) = (one.version?, wanted?);
        let minor = wanted.minor.map_or(0, |minor| minor.abs_diff(own.minor.unwrap_or_default()));
        let is_usual = usual.is_some_and(|usual| std::ptr::eq(usual, *one));
        let newer = (Reverse(own.major), Reverse(own.minor), !is_usual, Reverse(own.patch));
        Some((wanted.major.abs_diff(own.major), minor, newer))
    };
    usual.into_iter().chain(others).min_by_key(far).map(|one| taken(one, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(versions: &[&str]) -> Vec<Interpreter> {
        let one = |text: &&str| Interpreter {
            program: format!("/{text}/bin/x").into(),
            version: Version::leading(text).map(|(version, _)| version),
            from: "pyenv",
        };
        versions.iter().map(one).collect()
    }

    fn chosen(wanted: &str, usual: &str, others: &[&str]) -> String {
        let wanted = Version::leading(wanted).map(|(version, _)| version);
        let fits = |version| wanted.is_none_or(|wanted| wanted.includes(version));
        let (usual, others) = (has(&[usual]), has(others));
        let usual = usual.first().filter(|usual| usual.program.as_os_str() != "//bin/x");
        match choose(wanted, fits, usual, &others) {
            Some(Chosen { interpreter, fits: true, .. }) => {
                interpreter.program.iter().nth(1).unwrap().to_str().unwrap().to_owned()
            }
            Some(Chosen { interpreter, .. }) => format!("nearest {}", interpreter.version.unwrap()),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn versions_are_told_from_every_clouds_names() {
        let all = [
            (Language::Python, "python3.12", "3.12"),
            (Language::Python, "python312", "3.12"),
            (Language::Python, "python:3.12", "3.12"),
            (Language::Python, "python3.11", "3.11"),
            (Language::Python, "python:3", "3"),
            (Language::Python, "python3", "3"),
            (Language::Python, "python", "none"),
            (Language::Python, "python3.9t", "none"),
            (Language::Node, "nodejs20.x", "20"),
            (Language::TypeScript, "nodejs22", "22"),
            (Language::Node, "nodejs:20", "20"),
            (Language::Node, "node|22", "22"),
            (Language::Python, "python|3.11", "3.11"),
            (Language::Node, "nodejs:default", "none"),
            (Language::Ruby, "ruby3.3", "3.3"),
            (Language::Custom, "provided.al2023", "none"),
        ];
        for (language, name, version) in all {
            let found = declared(language, name).map_or("none".into(), |version| version.to_string());
            assert_eq!(found, version, "{name}");
        }
    }

    #[test]
    fn the_declared_version_is_taken_wherever_it_is() {
        assert_eq!(chosen("3.12", "3.12.1", &["3.12.4"]), "3.12.1", "what a shell starts comes first");
        assert_eq!(
            chosen("3.12", "3.11.2", &["3.12.1", "3.12.10", "3.13.0"]),
            "3.12.10",
            "the newest of them"
        );
        assert_eq!(chosen("22", "20.1.0", &["24.0.0", "22.3.0"]), "22.3.0");
        assert_eq!(
            chosen("3.12", "shim", &["3.12.1"]),
            "3.12.1",
            "rather than one of which nothing is known"
        );
        assert_eq!(chosen("3.12", "shim", &["3.11.1"]), "shim", "nothing is known against it");
        assert_eq!(chosen("none", "3.11.2", &["3.12.1"]), "3.11.2", "nothing is declared");
        assert_eq!(chosen("none", "", &["3.11.1", "3.12.1"]), "3.12.1");
    }

    #[test]
    fn else_the_nearest_is_taken_and_known_as_such() {
        assert_eq!(chosen("3.12", "3.11.2", &[]), "nearest 3.11.2");
        assert_eq!(chosen("3.12", "3.11.2", &["3.13.0"]), "nearest 3.13.0", "the newer of two as near");
        assert_eq!(chosen("3.12", "3.9.2", &["3.10.1", "3.11.1", "3.14.0"]), "nearest 3.11.1");
        assert_eq!(
            chosen("3.12", "3.11.2", &["3.11.9"]),
            "nearest 3.11.2",
            "the same minor: what a shell starts"
        );
        assert_eq!(chosen("22", "18.0.0", &["20.1.0", "24.1.0"]), "nearest 24.1.0");
        assert_eq!(chosen("22", "24.3.0", &["22.1.0-none"]), "22.1.0-none");
        assert_eq!(chosen("3.12", "", &[]), "none");
    }
}
