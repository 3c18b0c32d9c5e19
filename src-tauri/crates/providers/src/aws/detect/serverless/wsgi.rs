//! The handler that the plugin serverless-wsgi puts beside the code when it packages it, for functions that are a
//! WSGI application such as Flask's: the project has no file of that name.
//!
//! What the plugin would write into its `.serverless-wsgi` goes into a variable of that name instead, and the plugin's
//! own Python files run from where npm installed them: nothing is written into the project's folder.
//! <https://github.com/logandk/serverless-wsgi>

use std::{path::PathBuf, rc::Rc};

use serde_json::json;

use super::{Service, variables::Resolved};
use crate::{
    aws::detect::handler,
    domain::{App, Language, Problem},
    manifest::Node,
};

const PLUGIN: &str = "serverless-wsgi";
/// The second is the older name, which the plugin replaces by the first.
const HANDLERS: [&str; 2] = ["wsgi_handler.handler", "wsgi.handler"];
/// Tells our `wsgi_handler` what to run.
pub(crate) const VARIABLE: &str = "SERVERLESS_WSGI";

impl Service<'_> {
    /// Gives a function of the plugin's handler what the plugin would.
    pub(super) fn wsgi(&self, app: &mut App) {
        if app.language != Language::Python
            || !HANDLERS.contains(&app.handler.as_str())
            || !self.has_plugin()
            // Left there by a deployment: with it lies all that it needs.
            || app.root.join(".serverless-wsgi").is_file()
        {
            return;
        }
        app.handler = HANDLERS[0].into();
        app.problems.retain(|problem| !handler::is_about_handler(problem));
        let configured = match self.configured() {
            Ok(configured) => configured,
            Err(unknown) => {
                let problem = self.not_known(&unknown, "custom.wsgi.app", "there is no application");
                app.problems.push(problem);
                return;
            }
        };
        let Some(configured) = configured else {
            let problem = Problem::error(format!(
                "handler `{}` is {PLUGIN}'s, and custom.wsgi.app does not say which application it serves",
                HANDLERS[0]
            ));
            app.problems.push(problem.hint("write it as MODULE.OBJECT, such as app: app.app"));
            return;
        };
        let Some(plugin) = self.plugin() else {
            let problem =
                Problem::error(format!("{PLUGIN}, which brings handler `{}`, is not installed", HANDLERS[0]));
            let folder = self.project.shown(self.folder);
            app.problems
                .push(problem.hint(format!("npm install in {folder}, with {PLUGIN} in its package.json")));
            return;
        };
        app.why.push(format!("{PLUGIN} serves {} with it", configured["app"].as_str().unwrap_or_default()));
        let mut value = configured;
        value["plugin"] = plugin.to_string_lossy().into();
        app.env.insert(VARIABLE.into(), value.to_string());
    }

    fn has_plugin(&self) -> bool {
        let Ok(Some(plugins)) = self.variables.get(&self.manifest.root, "plugins") else { return false };
        // A list, or a map whose `modules` is one.
        let modules = plugins.get("modules").unwrap_or(&plugins);
        modules.items().iter().any(|plugin| plugin.text() == Some(PLUGIN))
    }

    /// Where npm installed it: beside the manifest, or above it in a repository of several packages.
    fn plugin(&self) -> Option<PathBuf> {
        let folders = self.project.upwards(self.folder);
        let mut plugins = folders.map(|folder| folder.join("node_modules").join(PLUGIN));
        plugins.find(|plugin| plugin.join("wsgi_handler.py").is_file())
    }

    /// What `.serverless-wsgi` would hold; `None` where no application is named.
    fn configured(&self) -> Resolved<Option<serde_json::Value>> {
        let mut node = Some(Rc::clone(&self.manifest.root));
        for key in ["custom", "wsgi"] {
            node = match node {
                Some(node) => self.variables.get(&node, key)?,
                None => None,
            };
        }
        let Some(wsgi) = node else { return Ok(None) };
        let text = |node: &Rc<Node>| node.text().map(str::to_owned);
        let Some(app) = self.variables.get(&wsgi, "app")?.as_ref().and_then(text) else { return Ok(None) };
        let types = self.variables.get(&wsgi, "textMimeTypes")?;
        let types: Vec<String> = types.iter().flat_map(|types| types.items()).filter_map(text).collect();
        Ok(Some(json!({ "app": app, "text_mime_types": types })))
    }
}
