//! `local.settings.json`: an app's settings on a person's machine. Its values go into the environment and nowhere else.
//! <https://learn.microsoft.com/azure/azure-functions/functions-develop-local#local-settings-file>

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    domain::{App, Problem},
    env_file,
    manifest::{Kind, Manifest},
    project::Project,
};

const FILE: &str = "local.settings.json";
const PROCESSES: &str = "FUNCTIONS_WORKER_PROCESS_COUNT";

#[derive(Default)]
pub(super) struct LocalSettings {
    file: Option<PathBuf>,
    values: BTreeMap<String, String>,
    pub(super) worker_runtime: Option<String>,
    /// Names of the host's own settings that are there.
    host: Vec<String>,
    problem: Option<Problem>,
}

impl LocalSettings {
    pub(super) fn read(project: &Project, folder: &Path) -> Self {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Self::default();
        }
        let mut settings = Self { file: Some(file.clone()), ..Self::default() };
        let manifest = match project.read(&file).and_then(|text| Manifest::parse(project, file, &text)) {
            Ok(manifest) => manifest,
            Err(problem) => {
                settings.problem = Some(problem);
                return settings;
            }
        };
        let root = &manifest.root;
        if root.get("IsEncrypted").and_then(|flag| flag.flag()) == Some(true) {
            settings.problem = Some(
                Problem::error("its values are encrypted and cannot be used")
                    .at(&manifest.shown, None)
                    .hint("func settings decrypt"),
            );
            return settings;
        }
        for (name, value) in root.get("Values").map(|values| values.entries()).unwrap_or_default() {
            match (&value.kind, env_file::is_name(&name.text) || name.text.contains([':', '_', '.'])) {
                (Kind::Text(text), true) if !text.contains('\0') => {
                    settings.values.insert(name.text.clone(), text.clone());
                }
                (Kind::Null, _) => {}
                // The value may be a secret and is not repeated.
                _ => {
                    settings.problem = Some(
                        manifest
                            .warning(
                                value,
                                format!("the value of `{}` is no text and is left out", name.text),
                            )
                            .hint("write it in quotes"),
                    );
                }
            }
        }
        settings.worker_runtime = settings.values.get("FUNCTIONS_WORKER_RUNTIME").cloned();
        let host = root.get("Host").map(|host| host.entries()).unwrap_or_default();
        settings.host = host.iter().map(|(name, _)| name.text.clone()).collect();
        settings
    }

    pub(super) fn apply(self, project: &Project, folder: &Path, app: &mut App) {
        let Some(file) = self.file else { return };
        if self.values.get(PROCESSES).is_some_and(|count| count.trim() != "1") {
            app.assumed.push(format!(
                "{PROCESSES} of {} is not followed: an instance is one process",
                project.shown(&file)
            ));
        }
        app.env.extend(self.values);
        let shown = project.shown(&folder.join(FILE));
        for name in self.host {
            let instead = match name.as_str() {
                "LocalHttpPort" => "every app answers on the one port of Azure's functions",
                "CORS" | "CORSCredentials" => "no headers for other origins are added",
                _ => "it changes nothing",
            };
            app.assumed.push(format!("Host.{name} of {shown} is not used: {instead}"));
        }
        app.manifests.push(file);
        app.problems.extend(self.problem);
    }
}
