//! What a person is told where another version than the declared one runs a function, and how to have the same.

use super::{Chosen, Kind, Version, declared, installed};
use crate::{
    domain::App,
    languages::{asked, interpreter::Lack},
};

/// Of a function that runs with another version than its runtime says.
pub(in super::super) fn another(kind: Kind, app: &App, chosen: &Chosen) -> Option<String> {
    // A manifest's word stands above what a manager is told.
    if let Some(lack) = chosen.lack.as_ref().filter(|_| asked::is_of_files(app)) {
        return Some(instead(kind, chosen, lack));
    }
    let wanted = declared(app.language, &app.runtime)?;
    let found = chosen.interpreter.version.filter(|found| !wanted.includes(*found))?;
    if chosen.fits {
        // Nobody asked for the one that the runtime names.
        let (title, runtime) = (kind.title(), &app.runtime);
        let whence = chosen.interpreter.whence();
        return Some(format!("it runs with {title} {} ({whence}), not with {runtime}", found.short(kind)));
    }
    Some(format!(
        "it runs with {} {} ({}), the nearest to {} on this machine; to have the same: {}",
        kind.title(),
        found.short(kind),
        chosen.interpreter.whence(),
        app.runtime,
        advice(kind, wanted, has)
    ))
}

/// Of a function whose shell would start nothing, as its version manager lacks what it is told to start.
fn instead(kind: Kind, chosen: &Chosen, lack: &Lack) -> String {
    let Lack { manager, version, by } = lack;
    let (title, found) = (kind.title(), &chosen.interpreter);
    let own = found.version.map_or_else(String::new, |version| format!(" {version}"));
    let how = match Version::leading(version) {
        Some(_) => format!("to have the same: {manager} install {version}"),
        None => format!("make it with {manager}, or correct what names it"),
    };
    format!(
        "it runs with {title}{own} ({}), the nearest on this machine: {by} asks for {version}, which {manager} does not \
         have; {how}",
        found.whence()
    )
}

/// Of a function whose own environment, shown as `whose`, is of another version.
pub(in super::super) fn other_environment(app: &App, found: Version, whose: &str) -> Option<String> {
    let wanted = declared(app.language, &app.runtime).filter(|wanted| !wanted.includes(found))?;
    Some(format!(
        "it runs with Python {}, which is what its virtual environment {whose} is, not with {}; to have the same, make \
         the environment anew with Python {wanted}",
        found.short(Kind::Python),
        app.runtime
    ))
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node.js",
            Self::Ruby => "Ruby",
        }
    }
}

/// Whether a version manager is on this machine: as a program, or by what it installed (nvm is a function of a shell).
fn has(kind: Kind, manager: &str) -> bool {
    which::which(manager).is_ok() || installed(kind).iter().any(|one| one.from == manager)
}

/// The command that installs a version, by whichever manager is there.
fn advice(kind: Kind, wanted: Version, has: impl Fn(Kind, &str) -> bool) -> String {
    let known: &[(&str, &str)] = match kind {
        Kind::Python => {
            &[("uv", "uv python install "), ("pyenv", "pyenv install "), ("mise", "mise install python@")]
        }
        Kind::Node => &[
            ("nvm", "nvm install "),
            ("fnm", "fnm install "),
            ("volta", "volta install node@"),
            ("mise", "mise install node@"),
        ],
        Kind::Ruby => {
            &[("rbenv", "rbenv install "), ("mise", "mise install ruby@"), ("asdf", "asdf install ruby ")]
        }
    };
    match known.iter().find(|(manager, _)| has(kind, manager)) {
        Some((_, command)) => format!("{command}{wanted}"),
        None => format!("install {} {wanted} beside it", kind.title()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_there_is_asked_to_install_it() {
        let wanted = |text: &str| Version::leading(text).unwrap().0;
        let with = |managers: &'static [&str]| move |_: Kind, manager: &str| managers.contains(&manager);
        assert_eq!(advice(Kind::Python, wanted("3.12"), with(&["pyenv", "uv"])), "uv python install 3.12");
        assert_eq!(advice(Kind::Python, wanted("3.12"), with(&["pyenv"])), "pyenv install 3.12");
        assert_eq!(advice(Kind::Node, wanted("22"), with(&["nvm"])), "nvm install 22");
        assert_eq!(advice(Kind::Node, wanted("22"), with(&[])), "install Node.js 22 beside it");
    }
}
