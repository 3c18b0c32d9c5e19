//! Detection as a whole: every provider's apps, then what a person overrides, then `.env`, then names that are
//! unique and safe to call.

mod claims;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    aws::detect::limits::no_value_for,
    domain::{App, Detection, Language, Problem, Reported, Severity},
    env_file,
    languages::python,
    overrides::Overrides,
    project::Project,
    provider::Provider,
    registry,
};

/// One provider's apps in a project.
pub(crate) type Detect = fn(&Project, &Given) -> Detection;

/// What a person gave to detection in `coldframe.toml`.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) parameters: Parameters,
    /// Code folders of functions that are declared there.
    pub(crate) folders: BTreeSet<PathBuf>,
}

/// Values for template parameters and command-line options, from `[parameters]` in `coldframe.toml`.
pub(crate) type Parameters = BTreeMap<String, String>;

pub(crate) fn detect(root: &Path, providers: &[&Provider], reported: &Reported) -> Detection {
    let mut project = Project::scan(root);
    project.reported.clone_from(reported);
    let mut detection = Detection { problems: std::mem::take(&mut project.problems), ..Detection::default() };
    let overrides = Overrides::read(&project, &mut detection.problems);
    detection.problems.extend(project.leave_out(overrides.ignored()));
    detection.redact = overrides.redact(&mut detection.problems);
    let given = overrides.given(&project);
    for provider in providers {
        let found = (provider.detect)(&project, &given);
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    }
    // Before overrides, so that `[functions.hello-2]` names what the first detection showed.
    make_unique(&mut detection);
    overrides.apply(&project, &mut detection);
    add_env_files(&project, &mut detection);
    note_broken_environments(&project, &mut detection);
    claims::note_shared_files(&project, &mut detection);
    claims::note_shared_folders(&project, &mut detection);
    note_closed_files(&project, &mut detection);
    for app in &mut detection.apps {
        // What keeps it from running is said before what is only worth knowing.
        app.problems.sort_by_key(|problem| problem.severity != Severity::Error);
    }
    detection
}

/// Files that kept what they say from detection: each is said once, of its function where it is known to be one's.
fn note_closed_files(project: &Project, detection: &mut Detection) {
    for (file, problem) in project.take_closed() {
        let told = |known: &Problem| known.file == problem.file;
        let apps = || detection.apps.iter().flat_map(|app| &app.problems);
        // Whoever needed it has said so, but for a text that could be read all the same.
        if problem.severity != Severity::Error && apps().chain(&detection.problems).any(told) {
            continue;
        }
        match detection.apps.iter_mut().find(|app| source_of(app) == file.with_extension("")) {
            Some(app) => app.problems.push(problem),
            None => detection.problems.push(problem),
        }
    }
}

/// The file that an app's handler names, without its ending.
fn source_of(app: &App) -> PathBuf {
    let stem = app.handler.rsplit_once('.').map_or(app.handler.as_str(), |(stem, _)| stem);
    app.root.join(stem)
}

/// Values from `.env` files stand under the function's own.
fn add_env_files(project: &Project, detection: &mut Detection) {
    let mut told = BTreeSet::new();
    for app in &mut detection.apps {
        let names = registry::of(app.provider).env_files;
        let (file, paths) = env_file::beside(project, &app.root, names);
        for (name, value) in file.variables {
            app.problems.retain(|problem| !problem.message.starts_with(&no_value_for(&name)));
            app.env.entry(name).or_insert(value);
        }
        app.manifests.extend(paths);
        for problem in file.problems {
            if told.insert((problem.file.clone(), problem.line)) {
                detection.problems.push(problem);
            }
        }
    }
}

/// A virtual environment that is passed over because its interpreter is gone, or because nobody finished it.
fn note_broken_environments(project: &Project, detection: &mut Detection) {
    let python = detection.apps.iter_mut().filter(|app| app.language == Language::Python);
    for app in python {
        if let Some(environment) = python::broken_environment(&app.root, project.root()) {
            let shown = project.shown(&environment);
            let (what, hint) = if python::is_unfinished(&environment) {
                let what =
                    "its installation goes on or was interrupted, so this virtual environment is not used";
                (what, format!("make it anew: coldframe install {}", app.name))
            } else {
                let what = "its interpreter is gone, so this virtual environment is not used";
                (what, format!("make it anew: python3 -m venv --clear {shown}"))
            };
            app.problems.push(Problem::warning(what).at(&shown, None).hint(hint));
        }
    }
}

/// Gives every app and function of a provider a name of its own: the second of two gets a suffix and says so.
pub(crate) fn make_unique(detection: &mut Detection) {
    let mut taken = BTreeSet::new();
    for app in &mut detection.apps {
        let wanted = app.name.clone();
        let mut name = wanted.clone();
        for number in 2.. {
            // Host names do not tell upper from lower case.
            if taken.insert((app.provider, name.to_lowercase())) {
                break;
            }
            name = format!("{wanted}-{number}");
        }
        if name != wanted {
            rename(app, &name);
            app.assumed
                .push(format!("called `{name}`, because another function is already called `{wanted}`"));
        }
    }
}

/// An app of one function shares its name with it.
pub(crate) fn rename(app: &mut App, name: &str) {
    for function in &mut app.functions {
        if function.name == app.name {
            function.name = name.into();
        }
    }
    app.name = name.into();
}
