//! Layers of a function. Nothing is unpacked under `/opt`: of a layer whose folder lies in the project, the folders in
//! which its language looks for modules are put on the function's path. Any other is named.
//! <https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html>

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{
    Template, deployed,
    function::Properties,
    resolve::{Resolved, intrinsic},
};
use crate::{
    domain::{App, Language},
    manifest::Node,
    project::tidy,
};

/// A layer that the template makes of a folder.
struct Local {
    id: String,
    folder: PathBuf,
    /// `sam build` makes the folders of the language from what lies in it.
    is_built: bool,
}

impl Template<'_> {
    pub(super) fn layers(&self, properties: &Properties, id: &str, app: &mut App) {
        // SAM puts those of `Globals` before the function's own.
        for layers in properties.all("Layers") {
            let layers = match self.resolver.resolve(layers) {
                Ok(layers) => layers,
                Err(unknown) => {
                    let what = format!("Layers of {id}");
                    app.problems.push(self.open(&unknown, &what, "none is added to its code"));
                    continue;
                }
            };
            for layer in layers.items_or_self() {
                match self.local_layer(layer) {
                    Ok(Some(local)) => self.local(&local, layer, id, app),
                    _ => {
                        let name = named(layer).map_or("a layer".into(), |name| format!("layer {name}"));
                        let message = format!("{name} of {id} is not added to its code");
                        let problem = self.manifest.warning(layer, message);
                        app.problems.push(problem.hint("install what it holds beside the function's code"));
                    }
                }
            }
        }
    }

    fn local(&self, layer: &Local, named: &Node, id: &str, app: &mut App) {
        let Local { id: name, folder, is_built } = layer;
        let shown = self.project.shown(folder);
        let found = modules(folder, app.language, &app.runtime, *is_built);
        if found.is_empty() {
            let message = format!("layer {name} of {id} is not added to its code");
            let hint = match app.language {
                Language::Python | Language::Node | Language::TypeScript | Language::Ruby => format!(
                    "{shown} holds none of the folders in which its language looks, such as {}: make it, or install what \
                     it holds beside the function's code",
                    place(app.language)
                ),
                _ => format!("install what {shown} holds beside the function's code"),
            };
            app.problems.push(self.manifest.warning(named, message).hint(hint));
            return;
        }
        app.assumed.push(format!(
            "layer {name} is on its path as it lies in {shown}, and nothing of it is under /opt"
        ));
        // Of two layers the later covers the earlier.
        app.layers.splice(0..0, found);
    }

    fn local_layer(&self, layer: &Rc<Node>) -> Resolved<Option<Local>> {
        let Some(("Ref", id)) = intrinsic(layer) else { return Ok(None) };
        let id = id.text().unwrap_or_default();
        let resource = self.resources().iter().find(|(key, _)| key.text == id).map(|(_, resource)| resource);
        let Some(resource) = resource.filter(|resource| {
            matches!(deployed::kind(resource), "AWS::Serverless::LayerVersion" | "AWS::Lambda::LayerVersion")
        }) else {
            return Ok(None);
        };
        let Some(properties) = resource.get("Properties") else { return Ok(None) };
        let content = match self.resolver.get(properties, "ContentUri")? {
            Some(content) => Some(content),
            None => self.resolver.get(properties, "Content")?,
        };
        let folder = content.as_ref().and_then(|content| content.text()).filter(|text| !text.contains("://"));
        let is_built = resource.get("Metadata").is_some_and(|metadata| metadata.get("BuildMethod").is_some());
        Ok(folder.map(|folder| {
            let folder = tidy(&self.folder.join(folder));
            Local { id: id.to_owned(), folder, is_built }
        }))
    }
}

/// What a person calls a layer that is not the project's: its ARN, or the resource.
fn named(layer: &Rc<Node>) -> Option<String> {
    match intrinsic(layer) {
        Some(("Ref", id)) => id.text().map(str::to_owned),
        Some(_) => None,
        None => layer.text().map(str::to_owned),
    }
}

/// Where a layer has the modules of a language.
fn place(language: Language) -> &'static str {
    match language {
        Language::Python => "python",
        Language::Ruby => "ruby/lib",
        _ => "nodejs/node_modules",
    }
}

/// The folders of a layer in which a runtime looks for modules, as far as they are there.
fn modules(layer: &Path, language: Language, runtime: &str, is_built: bool) -> Vec<PathBuf> {
    let mut folders = match language {
        Language::Python => vec![format!("python/lib/{runtime}/site-packages"), "python".to_owned()],
        Language::Node | Language::TypeScript => {
            let version = runtime.trim_start_matches("nodejs").trim_end_matches(".x");
            vec![format!("nodejs/node{version}/node_modules"), "nodejs/node_modules".to_owned()]
        }
        Language::Ruby => vec!["ruby/lib".to_owned()],
        _ => return Vec::new(),
    };
    // Before it is built, what is to go there lies at the top.
    if is_built {
        let is_node = matches!(language, Language::Node | Language::TypeScript);
        folders.push(if is_node { "node_modules".to_owned() } else { String::new() });
    }
    let inside = |folder: String| if folder.is_empty() { layer.to_path_buf() } else { layer.join(folder) };
    folders.into_iter().map(inside).filter(|folder| folder.is_dir()).collect()
}
