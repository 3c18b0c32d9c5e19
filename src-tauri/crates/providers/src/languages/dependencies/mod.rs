//! What an app's own files say that it needs and that is not installed where it runs; and what would install it. Found
//! by reading names of files and folders alone: nothing is run to look.

mod brought;
mod go;
mod lists;
mod node;
mod python;
mod ruby;

use std::path::{Path, PathBuf};

use coldframe_supervisor::Supervisor;

use super::{Installation, shown};
use crate::{
    domain::{App, Language, Problem},
    registry,
};

pub(super) use self::{
    brought::is_brought, lists::is_listed, node::stamp as node_stamp, python::stamp as python_stamp,
    ruby::stamp as ruby_stamp,
};

/// Packages named to a person.
const NAMED: usize = 3;

/// Says of an app what its own list of dependencies names and its environment lacks. Lists above it are others', until
/// it fails for want of something they name.
pub(super) fn lacking(app: &App, project: &Path) -> Option<Problem> {
    if app.language == Language::Go {
        return go::lacking(app, project);
    }
    listed(app, project).or_else(|| brought::problem(app, project))
}

/// What is wrong with the files that would name its dependencies, beside what they name.
pub(super) fn unread(app: &App, project: &Path) -> Option<Problem> {
    match app.language {
        Language::Python => lists::unread(&code_folder(app), project),
        _ => None,
    }
}

fn listed(app: &App, project: &Path) -> Option<Problem> {
    let (list, lacks) = match app.language {
        Language::Python => python::lacks(app, project)?,
        Language::Node | Language::TypeScript => node::lacks(app)?,
        Language::Ruby => ruby::lacks(app)?,
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => return None,
    };
    let (first, rest) = lacks.split_at(lacks.len().min(NAMED));
    let (last, before) = first.split_last()?;
    let names = match (before, rest.len()) {
        ([], _) => format!("{last} is not installed"),
        (before, 0) => format!("{} and {last} are not installed", before.join(", ")),
        (_, more) => format!("{} and {more} more are not installed", first.join(", ")),
    };
    let problem = Problem::warning(format!("{names} where it runs"))
        .at(shown(&list, project), None)
        .hint(format!("coldframe install {}", called(app)));
    Some(problem.remedy(remedy(app, project)?))
}

/// The folder of an app's code: of the file that is its handler, where it is called by that, as Vercel's are, which have a
/// common root.
pub(super) fn code_folder(app: &App) -> PathBuf {
    let file = Path::new(&app.handler);
    let below = file.parent().filter(|_| app.root.join(file).is_file());
    below.map_or(app.root.clone(), |below| app.root.join(below))
}

/// By which name a person has something done for an app.
pub(super) fn called(app: &App) -> &str {
    app.functions.first().map_or(&app.name, |first| &first.name)
}

/// Whether the framework that an app's functions are written for runs them, or our stand-in for it; `None` where there is
/// none, or it cannot be told.
pub(super) fn framework(app: &App, project: &Path) -> Option<String> {
    let is_node = matches!(app.language, Language::Node | Language::TypeScript);
    let language = if is_node { Language::Node } else { app.language };
    let all = registry::of(app.provider).stands_in;
    let (_, package) = all.iter().find(|(of, _)| *of == language)?;
    let (installed, listed) = if is_node {
        (node::is_installed(&app.root, package), node::is_listed(app, package))
    } else {
        (
            python::is_installed(app, project, package)?,
            is_listed(&code_folder(app), project, package).is_some(),
        )
    };
    Some(if installed {
        format!("{package} itself runs it, as that is installed")
    } else if listed {
        let name = called(app);
        format!(
            "a stand-in for {package} runs it, as that is not installed where it runs; coldframe install {name} installs \
             it, and then it runs it itself"
        )
    } else {
        format!("a stand-in for {package} runs it, as that is not installed where it runs")
    })
}

/// What installing an app's dependencies does, as a button says it; `None` where it has no list of them.
pub(super) fn remedy(app: &App, project: &Path) -> Option<String> {
    match app.language {
        Language::Python => python::remedy(app, project),
        Language::Node | Language::TypeScript => node::remedy(app, project),
        Language::Ruby => ruby::remedy(app, project),
        Language::Go => go::remedy(app, project),
        Language::Rust | Language::Java | Language::Custom | Language::Process => None,
    }
}

/// What would install an app's dependencies.
///
/// # Errors
/// It has no list of them, or a tool is missing.
pub(super) async fn installation(
    supervisor: &Supervisor,
    app: &App,
    project: &Path,
) -> Result<Installation, Problem> {
    match app.language {
        Language::Python => {
            super::python::prepare(supervisor, app, project).await?;
            python::installation(app, project)
        }
        Language::Node | Language::TypeScript => {
            super::node::prepare(supervisor, app).await?;
            node::installation(app, project)
        }
        Language::Ruby => {
            super::ruby::prepare(supervisor, app).await?;
            ruby::installation(app, project)
        }
        Language::Go => go::installation(app, project),
        other => Err(Problem::error(format!(
            "nothing is installed for functions in {}, and {} is one",
            other.as_str(),
            app.name
        ))
        .hint("its build fetches what it depends on")),
    }
}

/// Whether our bootstrap plays a package's part where it is not installed.
fn has_stand_in(app: &App, package: &str) -> bool {
    registry::of(app.provider).stands_in.iter().any(|(_, one)| *one == package)
}
