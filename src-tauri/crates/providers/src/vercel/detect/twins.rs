//! Two files for one path. Vercel refuses to build them; here the first, by its name, answers.

use std::collections::BTreeMap;

use crate::{
    domain::{App, Problem},
    project::Project,
};

/// Gives every app whose path another has already a problem that names both. All are of one deployed folder.
pub(super) fn refuse(project: &Project, apps: &mut [App]) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for app in apps {
        let route = app.functions.first().and_then(|function| function.routes.first());
        let Some(path) = route.map(|route| route.path.clone()) else { continue };
        let file = project.shown(&app.root.join(&app.handler));
        // Whatever they are called, two variables take the same part of a path.
        let taking: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('[') { "[]" } else { part }).collect();
        let other = taken.entry(taking.join("/")).or_insert_with(|| file.clone());
        if *other != file {
            let problem = Problem::error(format!(
                "{other} and {file} both answer at {path}: {other} does, and Vercel refuses to build with both"
            ));
            app.problems.push(problem.at(file, None).hint("rename one of them"));
        }
    }
}
