//! Functions of folders with a `function.json`: custom handlers, and the first models of Python and Node.
//! <https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings>

use std::{collections::BTreeMap, path::Path, rc::Rc};

use super::{Declared, FORWARDS};
use crate::{
    azure::HTTP_TRIGGER,
    domain::{Binding, Problem},
    manifest::{Keys, Kind, Manifest, Node},
    project::Project,
};

pub(super) const NAME: &str = "function.json";

const ROOT: Keys = Keys {
    of: NAME,
    known: &[
        "$schema",
        "bindings",
        "configurationSource",
        "disabled",
        "entryPoint",
        "generatedBy",
        "language",
        "name",
        "scriptFile",
    ],
    unfollowed: &[
        ("retry", "a failed event is not tried again"),
        ("excluded", "write `disabled`, as hosts since the second version want"),
    ],
};

const HTTP: Keys = Keys {
    of: "an httpTrigger",
    known: &["name", "type", "direction", "dataType", "authLevel", "methods", "route"],
    unfollowed: &[("webHookType", "it is of the host's first version: every request is taken as it came")],
};
const ANSWER: Keys =
    Keys { of: "an http binding", known: &["name", "type", "direction", "dataType"], unfollowed: &[] };
const TIMER: Keys = Keys {
    of: "a timerTrigger",
    known: &["name", "type", "direction", "dataType", "schedule", "useMonitor"],
    unfollowed: &[("runOnStartup", "it is called by hand, or by its schedule")],
};
const QUEUE: Keys = Keys {
    of: "a queue binding",
    known: &["name", "type", "direction", "dataType", "queueName", "connection"],
    unfollowed: &[],
};

/// Of the bindings whose settings are few and known; those of others are their extensions' matter.
fn keys(kind: &str) -> Option<&'static Keys> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "httptrigger" => &HTTP,
        "http" => &ANSWER,
        "timertrigger" => &TIMER,
        "queuetrigger" | "queue" => &QUEUE,
        _ => return None,
    })
}

/// The functions of an app's folders, in their names' order; with `endings`, those whose script has one of them.
pub(super) fn all(project: &Project, root: &Path, endings: &[&str], forwards: bool) -> Vec<Declared> {
    manifests(project, root)
        .filter(|file| {
            endings.is_empty()
                || script(project, file)
                    .is_some_and(|script| endings.iter().any(|ending| script.ends_with(ending)))
        })
        .filter_map(|file| one(project, &project.root().join(file), forwards))
        .collect()
}

/// What is wrong with those that cannot be read, which are no functions of any language.
pub(super) fn unread(project: &Project, root: &Path) -> Vec<Problem> {
    manifests(project, root).filter_map(|file| parsed(project, file).err()).collect()
}

/// Whether there is any, readable or not.
pub(super) fn any(project: &Project, root: &Path) -> bool {
    manifests(project, root).next().is_some()
}

fn manifests<'a>(project: &'a Project, root: &'a Path) -> impl Iterator<Item = &'a Path> {
    let below = root.strip_prefix(project.root()).unwrap_or(Path::new(""));
    project.files().filter(move |file| {
        file.file_name().is_some_and(|name| name == NAME)
            && file.parent().and_then(Path::parent) == Some(below)
    })
}

fn parsed(project: &Project, file: &Path) -> Result<Manifest, Problem> {
    Manifest::parse(project, file.to_path_buf(), &project.read(file)?)
}

/// The files that functions' scripts were compiled from, relative to the app: TypeScript that its compiler would put
/// below `dist`.
pub(super) fn typed_scripts(project: &Project, root: &Path) -> Vec<String> {
    let below = root.strip_prefix(project.root()).unwrap_or(Path::new(""));
    let sources = manifests(project, root).filter_map(|file| {
        let script = script(project, file)?;
        let compiled = script.strip_prefix("../dist/").or_else(|| script.strip_prefix("./../dist/"))?;
        let source = format!("{}.ts", compiled.strip_suffix(".js")?);
        project.has(&below.join(&source)).then_some(source)
    });
    sources.collect()
}

/// The script of a function, where it is named or found under one of the usual names.
fn script(project: &Project, file: &Path) -> Option<String> {
    let folder = file.parent()?;
    let manifest = parsed(project, file).ok()?;
    if let Some(script) = manifest.root.get("scriptFile").and_then(|script| script.text()) {
        return Some(script.to_owned());
    }
    let usual = ["__init__.py", "main.py", "index.js", "index.mjs", "index.cjs"];
    usual.iter().find(|name| project.has(&folder.join(name))).map(|name| (*name).to_owned())
}

fn one(project: &Project, file: &Path, forwards: bool) -> Option<Declared> {
    let name = file.parent()?.file_name()?.to_string_lossy().into_owned();
    let mut declared = Declared { name, file: file.to_path_buf(), ..Declared::default() };
    let manifest = parsed(project, file).ok()?;
    let root = &manifest.root;
    declared.problems.extend(manifest.doubts(root, &ROOT));
    for binding in root.get("bindings").map(|bindings| bindings.items()).unwrap_or_default() {
        let kind = binding.get("type").and_then(|kind| kind.text()).unwrap_or_default();
        declared.problems.extend(keys(kind).into_iter().flat_map(|keys| manifest.doubts(binding, keys)));
    }
    described(declared, root, &manifest.shown, forwards)
}

/// A function by what its `function.json` says, or would say.
pub(super) fn described(
    mut declared: Declared,
    root: &Node,
    shown: &str,
    forwards: bool,
) -> Option<Declared> {
    // Disabled functions are not there for callers.
    declared.disabled = root.get("disabled").and_then(|disabled| disabled.flag()) == Some(true);
    let nodes = root.get("bindings").map(|bindings| bindings.items()).unwrap_or_default();
    let mut bindings: Vec<Binding> = nodes.iter().map(binding).collect();
    let trigger = bindings.iter().position(|binding| ends_in_trigger(&binding.kind));
    let Some(at) = trigger else {
        let problem = Problem::error(format!("{} has no trigger among its bindings", declared.name));
        declared.problems.push(problem.at(shown, None).hint("add one, such as \"type\": \"httpTrigger\""));
        return Some(declared);
    };
    bindings[..=at].rotate_right(1);
    let simple = bindings.len() <= 2
        && bindings[1..].iter().all(|binding| binding.output && binding.kind.eq_ignore_ascii_case("http"));
    if forwards && simple && bindings[0].kind.eq_ignore_ascii_case(HTTP_TRIGGER) {
        bindings[0].settings.insert(FORWARDS.into(), "true".into());
    }
    let node = nodes.get(at)?;
    declared.route =
        node.get("route").and_then(|route| route.text()).filter(|route| !route.is_empty()).map(str::to_owned);
    let methods = node.get("methods").map(|methods| methods.items_or_self()).unwrap_or_default();
    declared.methods = methods.iter().filter_map(|method| method.text()).map(str::to_uppercase).collect();
    declared.line = node.line();
    declared.bindings = bindings;
    Some(declared)
}

fn ends_in_trigger(kind: &str) -> bool {
    kind.to_ascii_lowercase().ends_with("trigger")
}

fn binding(node: &Rc<Node>) -> Binding {
    let text = |name: &str| node.get(name).and_then(|value| value.text()).unwrap_or_default().to_owned();
    let mut settings = BTreeMap::new();
    for (key, value) in node.entries() {
        if !["name", "type", "direction"].contains(&key.text.as_str()) {
            let value = match &value.kind {
                Kind::Text(text) => text.clone(),
                Kind::List(items) => {
                    let items: Vec<&str> = items.iter().filter_map(|item| item.text()).collect();
                    items.join(",")
                }
                Kind::Map(_) | Kind::Null => continue,
            };
            settings.insert(key.text.clone(), value);
        }
    }
    Binding {
        name: text("name"),
        kind: text("type"),
        output: text("direction").eq_ignore_ascii_case("out"),
        settings,
    }
}
