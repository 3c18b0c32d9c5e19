//! `manifest.yml` of OpenWhisk's deployment tool: packages with their actions.
//! <https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_actions.md>

use std::{path::Path, rc::Rc};

use serde_json::{Map, Value};

use super::{draft, language_of};
use crate::{
    aws::detect::limits::Limit,
    domain::{App, Detection, Problem, Route},
    ibm::activation::NAMESPACE,
    manifest::{Kind, Manifest, Node},
    project::{Project, tidy},
};

/// Whether a file is one, by its name.
pub(super) fn is_named_one(file: &Path) -> bool {
    file.file_name().is_some_and(|name| ["manifest.yml", "manifest.yaml"].iter().any(|one| name == *one))
}

/// Keys that change nothing here, and what is done instead.
const UNUSED_OF_PACKAGES: [(&str, &str); 5] = [
    ("sequences", "its actions are invoked one by one"),
    ("triggers", "nothing fires: actions are invoked by their callers"),
    ("rules", "nothing fires: actions are invoked by their callers"),
    ("apis", "actions answer at their own URLs"),
    ("dependencies", "packages of others are not fetched"),
];
const UNUSED_OF_ACTIONS: [(&str, &str); 6] = [
    ("docker", "the action runs in its language's own runtime"),
    ("limits.concurrency", "an instance has one activation at a time"),
    ("limits.logSize", "its log is kept whole"),
    ("annotations.require-whisk-auth", "callers are asked for no secret"),
    ("annotations.final", "callers may give its parameters other values"),
    ("annotations.web-custom-options", "OPTIONS is answered for it"),
];

pub(super) fn detect(project: &Project, file: &Path) -> Detection {
    let mut found = Detection::default();
    let Ok(text) = project.read(file) else { return found };
    // The name belongs to many tools; OpenWhisk's has packages.
    if !text.lines().any(|line| line.starts_with("packages:") || line.starts_with("project:")) {
        return found;
    }
    let manifest = match Manifest::parse(project, file.to_path_buf(), &text) {
        Ok(manifest) => manifest,
        Err(problem) => return Detection { problems: vec![problem], ..Detection::default() },
    };
    let root = manifest.root.get("project").filter(|node| node.is_map()).unwrap_or(&manifest.root);
    let Some(packages) = root.get("packages") else { return found };
    for (package, node) in packages.entries() {
        let unused = manifest.unused(node, &UNUSED_OF_PACKAGES);
        for (name, action) in node.get("actions").map(|actions| actions.entries()).unwrap_or_default() {
            match self::action(project, &manifest, &package.text, &name.text, action) {
                Ok(mut app) => {
                    app.assumed.extend(unused.iter().cloned());
                    found.apps.push(app);
                }
                Err(problem) => found.problems.push(problem),
            }
        }
    }
    refuse_twins(&mut found.apps);
    found
}

fn action(
    project: &Project,
    manifest: &Manifest,
    package: &str,
    name: &str,
    node: &Rc<Node>,
) -> Result<App, Problem> {
    let Some(function) = node.get("function").and_then(|function| function.text()) else {
        return Err(manifest
            .error(node, format!("action `{name}` names no function"))
            .hint("add the file it is in: `function: src/hello.js`"));
    };
    let above = manifest.path.parent().unwrap_or(project.root());
    let path = tidy(&above.join(function));
    let missing = |what: &str| {
        manifest
            .error(node, format!("action `{name}`: {} {what}", project.shown(&path)))
            .hint("correct the path of its function")
    };
    let (folder, stem) = if path.is_dir() {
        let stem = ["__main__", "main", "index"].into_iter().find(|stem| language_of(&path, stem).is_some());
        (path.clone(), stem.ok_or_else(|| missing("holds no __main__.py, main.js or index.js"))?.to_owned())
    } else if path.is_file() {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        (path.parent().unwrap_or(above).to_path_buf(), stem)
    } else {
        return Err(missing("does not exist"));
    };
    let Some(language) = language_of(&folder, &stem) else {
        return Err(missing("is not Python, JavaScript or TypeScript, which is what is run"));
    };
    let main = node.get("main").and_then(|main| main.text()).unwrap_or("main");
    let mut app = draft(project, name, &folder, language, format!("{stem}.{main}"));
    app.manifests.push(manifest.path.clone());
    app.why.push(format!("{} declares the action {package}/{name}", manifest.shown));
    if let Some(runtime) = node.get("runtime").and_then(|runtime| runtime.text()) {
        app.runtime = runtime.to_owned();
        app.assumed.retain(|sentence| !sentence.starts_with("runtime "));
    }
    limits(manifest, node, &mut app);
    app.assumed.extend(manifest.unused(node, &UNUSED_OF_ACTIONS));
    if is_web(node) {
        let path = format!("/api/v1/web/{NAMESPACE}/{package}/{}", app.name);
        if let Some(function) = app.functions.first_mut() {
            function.routes.push(Route::new("ANY", path));
        }
    }
    if let Some(defaults) = node.get("inputs").map(|inputs| inputs_of(inputs)).filter(|map| !map.is_empty()) {
        app.env.insert("__OW_DEFAULTS".into(), Value::Object(defaults).to_string());
    }
    Ok(app)
}

fn is_web(node: &Node) -> bool {
    let flag = |node: &Node| node.flag() == Some(true) || node.text() == Some("raw");
    ["web", "web-export"].iter().any(|key| node.get(key).is_some_and(|node| flag(node)))
        || node.get("annotations").and_then(|all| all.get("web-export")).is_some_and(|node| flag(node))
}

fn limits(manifest: &Manifest, node: &Node, app: &mut App) {
    let Some(limits) = node.get("limits") else { return };
    for (key, limit, per) in [("timeout", Limit::Timeout, 1000), ("memorySize", Limit::Memory, 1)] {
        let Some(value) = limits.get(key) else { continue };
        let number = value.number().map(|number| (number / per).max(1).to_string());
        if let Err(problem) = limit.set(app, key, number.as_deref(), &value.describe()) {
            app.problems.push(problem.at(&manifest.shown, value.line()));
        }
    }
}

/// Values as they are written, or the `value` or `default` of what describes them.
fn inputs_of(inputs: &Node) -> Map<String, Value> {
    let entries = inputs.entries().iter();
    entries
        .filter_map(|(key, node)| {
            let value = if node.is_map() { node.get("value").or_else(|| node.get("default"))? } else { node };
            Some((key.text.clone(), json_of(value)))
        })
        .collect()
}

fn json_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Text(text) => match serde_json::from_str(text) {
            Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
            _ => Value::String(text.clone()),
        },
        Kind::List(items) => Value::Array(items.iter().map(|item| json_of(item)).collect()),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.text.clone(), json_of(value))).collect())
        }
    }
}

/// Packages may repeat a name; a URL of one answers once.
fn refuse_twins(apps: &mut [App]) {
    let mut taken = std::collections::BTreeSet::new();
    for app in apps {
        for route in app.functions.iter().flat_map(|function| &function.routes) {
            if !taken.insert(route.path.clone()) {
                app.problems.push(
                    Problem::error(format!("another action answers at {} already", route.path))
                        .hint("rename one of them"),
                );
            }
        }
    }
}
