//! Detection as a whole: every provider's apps, then what a person overrides, then `.env`, then names that are
//! unique and safe to call.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    aws::detect::limits::no_value_for,
    domain::{App, Detection, ProviderId},
    env_file,
    overrides::Overrides,
    project::Project,
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

pub(crate) fn detect(root: &Path, providers: &[Detect]) -> Detection {
    let mut project = Project::scan(root);
    let mut detection = Detection { apps: Vec::new(), problems: std::mem::take(&mut project.problems) };
    let overrides = Overrides::read(&project, &mut detection.problems);
    detection.problems.extend(project.leave_out(overrides.ignored()));
    let given = overrides.given(&project);
    for detect in providers {
        let found = detect(&project, &given);
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    }
    // Before overrides, so that `[functions.hello-2]` names what the first detection showed.
    make_unique(&mut detection);
    overrides.apply(&project, &mut detection);
    add_env_files(&project, &mut detection);
    detection
}

/// Values from `.env` files stand under the function's own.
fn add_env_files(project: &Project, detection: &mut Detection) {
    let mut told = BTreeSet::new();
    for app in &mut detection.apps {
        let names: &[&str] = match app.provider {
            ProviderId::Aws => &[".env"],
            ProviderId::Vercel => &[".env", ".env.local"],
        };
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

/// Lambda's limit, and short enough for a host name's label.
const LONGEST_NAME: usize = 63;

/// A folder's name as a function's name: letters, digits, `-` and `_`, as Lambda allows.
pub(crate) fn callable(name: &str) -> String {
    let mut callable = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            callable.push(letter);
        } else if !callable.is_empty() && !callable.ends_with('-') {
            callable.push('-');
        }
        if callable.len() == LONGEST_NAME {
            break;
        }
    }
    let callable = callable.trim_end_matches('-');
    if callable.is_empty() { "function".into() } else { callable.into() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_folder_name_becomes_callable() {
        assert_eq!(callable("image thumbs (v2)"), "image-thumbs-v2");
        assert_eq!(callable("..."), "function");
        assert_eq!(callable("[id]"), "id");
        assert_eq!(callable(&"x".repeat(200)).len(), LONGEST_NAME);
        assert_eq!(callable("müll"), "m-ll");
    }
}
