//! `manifest.yml` of OpenWhisk's deployment tool: packages with their actions.
//! <https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_actions.md>

mod code;
mod inputs;
mod keys;

use std::{path::Path, rc::Rc, time::Duration};

use serde_json::{Map, Value};

use self::code::Code;
use super::draft;
use crate::{
    aws::detect::limits::Limit,
    domain::{App, Detection, Problem, Route},
    ibm::action::{Asks, Offer, Web},
    manifest::{Manifest, Node},
    project::Project,
};

/// Milliseconds. <https://github.com/apache/openwhisk/blob/master/docs/reference.md>
const TIMEOUT_MS: std::ops::RangeInclusive<u64> = 100..=600_000;

/// Whether a file is one, by its name.
pub(super) fn is_named_one(file: &Path) -> bool {
    file.file_name().is_some_and(|name| ["manifest.yml", "manifest.yaml"].iter().any(|one| name == *one))
}

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
    // Packages stand above all, or within the project; where both do, wskdeploy takes the first.
    let within = manifest.root.get("project").filter(|node| node.is_map());
    let Some(packages) = manifest.root.get("packages").or_else(|| within?.get("packages")) else {
        return found;
    };
    if !packages.entries().iter().any(|(_, package)| keys::is_package(package)) {
        return found;
    }
    found.problems.extend(manifest.doubts(&manifest.root, &keys::ROOT));
    found.problems.extend(within.into_iter().flat_map(|node| manifest.doubts(node, &keys::PROJECT)));
    for (name, node) in packages.entries() {
        found.problems.extend(manifest.doubts(node, &keys::PACKAGE));
        let inputs = node.get("inputs").map(|inputs| inputs::of(inputs)).unwrap_or_default();
        let package = Package { project, manifest: &manifest, name: &name.text, inputs };
        for (name, action) in node.get("actions").map(|actions| actions.entries()).unwrap_or_default() {
            match package.action(&name.text, action) {
                Ok(app) => found.apps.push(app),
                Err(problem) => found.problems.push(problem),
            }
        }
    }
    refuse_twins(&mut found.apps);
    found
}

struct Package<'a> {
    project: &'a Project,
    manifest: &'a Manifest,
    name: &'a str,
    /// Its actions have them, unless they say otherwise.
    inputs: Map<String, Value>,
}

impl Package<'_> {
    fn action(&self, name: &str, node: &Rc<Node>) -> Result<App, Problem> {
        let (project, manifest) = (self.project, self.manifest);
        let Code { folder, stem, language, runtime } = code::of(project, manifest, name, node)?;
        let main = node.get("main").and_then(|main| main.text()).unwrap_or("main");
        let mut app = draft(project, name, &folder, language, format!("{stem}.{main}"));
        app.manifests.push(manifest.path.clone());
        app.why.push(format!("{} declares the action {}/{name}", manifest.shown, self.name));
        if let Some(runtime) = runtime {
            app.runtime = runtime;
            app.assumed.retain(|sentence| !sentence.starts_with("runtime "));
        }
        app.problems.extend(manifest.doubts(node, &keys::ACTION));
        limits(manifest, node, &mut app);
        app.assumed.extend(manifest.unused(node, &keys::UNUSED_OF_ACTIONS));
        let offer = Offer::new(self.name, &app.name, web(node));
        if let Some(function) = app.functions.first_mut() {
            if is_web(node) {
                function.routes.push(Route::new("ANY", offer.route()));
            }
            function.bindings.push(offer.binding());
        }
        let mut inputs = self.inputs.clone();
        inputs.extend(node.get("inputs").map(|inputs| inputs::of(inputs)).unwrap_or_default());
        if !inputs.is_empty() {
            app.env.insert("__OW_DEFAULTS".into(), Value::Object(inputs).to_string());
        }
        Ok(app)
    }
}

/// `web`, or its older name; an annotation where neither is there.
fn exported(node: &Node) -> Option<&Rc<Node>> {
    let annotated = || node.get("annotations")?.get("web-export");
    node.get("web").or_else(|| node.get("web-export")).or_else(annotated)
}

fn is_raw(node: &Node) -> bool {
    node.text().is_some_and(|text| text.eq_ignore_ascii_case("raw"))
}

fn is_web(node: &Node) -> bool {
    exported(node).is_some_and(|node| node.flag() == Some(true) || is_raw(node))
}

fn web(node: &Node) -> Web {
    let annotation = |name: &str| node.get("annotations").and_then(|all| all.get(name));
    let is = |name: &str| annotation(name).is_some_and(|node| node.flag() == Some(true));
    Web {
        raw: is("raw-http") || exported(node).is_some_and(|node| is_raw(node)),
        asks: annotation("require-whisk-auth").and_then(|node| node.text()).map(Asks::of).unwrap_or_default(),
        own_options: is("web-custom-options"),
    }
}

fn limits(manifest: &Manifest, node: &Node, app: &mut App) {
    let Some(limits) = node.get("limits") else { return };
    app.problems.extend(manifest.doubts(limits, &keys::LIMITS));
    if let Some(value) = limits.get("timeout") {
        match value.number().filter(|number| TIMEOUT_MS.contains(number)) {
            Some(number) => app.settings.timeout = Duration::from_millis(number),
            None => {
                let (least, most) = (TIMEOUT_MS.start(), TIMEOUT_MS.end());
                let message = format!(
                    "timeout is {}, not a whole number of milliseconds from {least} to {most}",
                    value.describe()
                );
                let current = app.settings.timeout.as_millis();
                app.problems.push(manifest.warning(value, message).hint(format!(
                    "OpenWhisk refuses it: write one from {least} to {most}; until then {current} ms is used"
                )));
            }
        }
    }
    if let Some(value) = limits.get("memorySize") {
        let number = value.number().map(|number| number.to_string());
        if let Err(problem) = Limit::Memory.set(app, "memorySize", number.as_deref(), &value.describe()) {
            app.problems.push(problem.at(&manifest.shown, value.line()));
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
