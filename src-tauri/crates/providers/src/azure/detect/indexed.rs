//! What only running an app can tell: routes that are computed, functions that a loop registers. Until its process has
//! said which functions it has, one function stands for them: a call below the app's prefix, or a person, starts it.

use std::path::Path;

use super::{Declared, add as add_function, function, function_json, host_json::Host};
use crate::{
    azure::HTTP_TRIGGER,
    domain::{App, Binding, Function, Problem, ProviderId, Route, Takes, UrlSettings},
    manifest::parse_json,
    project::Project,
};

/// What the function that stands for others is called by its app.
pub(in crate::azure) const UNINDEXED: &str = "*";

/// An app with more has them from a mistake.
const MOST: usize = 500;

/// Adds what the app's process told of itself, or what stands for it.
pub(super) fn add(project: &Project, app: &mut App, host: &Host, unread: Vec<Problem>) {
    let report = project.reported.get(&(ProviderId::Azure, app.root.clone()));
    let told = report.map(|report| told(report, &app.root)).unwrap_or_default();
    if told.is_empty() && (!unread.is_empty() || app.functions.is_empty()) {
        return stand_in(project, app, host, unread);
    }
    let known =
        |app: &App, name: &str| app.functions.iter().any(|known| known.name.eq_ignore_ascii_case(name));
    for declared in told {
        if !known(app, &declared.name) {
            app.assumed.push(format!("{} was found when the app ran", declared.name));
            let function = function(project, app, declared, host);
            add_function(project, app, function);
        }
    }
}

/// The functions of a process's report, which says of each what a `function.json` would.
fn told(report: &[u8], root: &Path) -> Vec<Declared> {
    let text = String::from_utf8_lossy(report);
    let Ok(all) = parse_json(&text) else { return Vec::new() };
    let one = |node: &std::rc::Rc<crate::manifest::Node>| {
        let name = node.get("name").and_then(|name| name.text()).filter(|name| is_name(name))?;
        let declared = Declared { name: name.to_owned(), file: root.to_path_buf(), ..Declared::default() };
        let mut declared = function_json::described(declared, node, name, false)?;
        declared.line = None;
        (!declared.bindings.is_empty() && !declared.disabled).then_some(declared)
    };
    all.items().iter().filter_map(one).take(MOST).collect()
}

/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftweb>
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=128).contains(&name.len()) && name.bytes().all(fits)
}

fn stand_in(project: &Project, app: &mut App, host: &Host, unread: Vec<Problem>) {
    let name = format!("{}-unindexed", app.name);
    let hint = format!(
        "call a path below {} or invoke {name}: the app is started and says which functions it has",
        host.path("")
    );
    let none = || {
        vec![Problem::warning("its functions are only known when it runs").at(project.shown(&app.root), None)]
    };
    let problems = if unread.is_empty() { none() } else { unread };
    app.problems.extend(problems.into_iter().map(|problem| problem.hint(&hint)));
    app.functions.push(Function {
        description: "stands for the functions that are only known when the app runs".into(),
        routes: vec![Route::new("ANY", host.path("{*rest}"))],
        routes_cors: None,
        url: UrlSettings::default(),
        takes: Takes::Request,
        entry: Some(UNINDEXED.into()),
        bindings: vec![Binding {
            name: "req".into(),
            kind: HTTP_TRIGGER.into(),
            settings: [("authLevel".to_owned(), "anonymous".to_owned())].into(),
            ..Binding::default()
        }],
        name,
    });
}
