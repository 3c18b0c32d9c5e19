//! Layers of a function. None is unpacked over its code here, so each is named: one whose folder lies in the project
//! with that folder, because there it can be mended.

use std::rc::Rc;

use super::{
    Template, deployed,
    function::Properties,
    resolve::{Resolved, intrinsic},
};
use crate::{domain::App, manifest::Node, project::tidy};

impl Template<'_> {
    pub(super) fn layers(&self, properties: &Properties, id: &str, app: &mut App) {
        let mut others = None;
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
                    Ok(Some((name, folder))) => {
                        let message = format!("layer {name} of {id} is not added to its code");
                        let hint = format!("install what {folder} holds beside the function's code");
                        app.problems.push(self.manifest.warning(layer, message).hint(hint));
                    }
                    _ => others = others.or_else(|| Some(Rc::clone(layer))),
                }
            }
        }
        if let Some(layer) = others {
            let message = format!("layers of {id} are not added to its code");
            let problem = self.manifest.warning(&layer, message);
            app.problems.push(problem.hint("install what they hold beside the function's code"));
        }
    }

    /// A layer that the template makes of a folder: its logical id and the folder.
    fn local_layer(&self, layer: &Rc<Node>) -> Resolved<Option<(String, String)>> {
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
        Ok(folder.map(|folder| (id.to_owned(), self.project.shown(&tidy(&self.folder.join(folder))))))
    }
}
