//! Which Lambda functions a project holds: what its manifests declare, then what bare folders show.
//!
//! A manifest's word wins: a folder or a handler it declares is not found a second time. Everything here parses;
//! nothing of the project is executed.

mod bare;
mod cargo;
mod code;
mod handler;
pub(crate) mod limits;
pub(crate) mod runtime;
mod serverless;
pub(crate) mod source;
mod template;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    detecting::Parameters,
    domain::{App, Architecture, Detection, Function, Language, ProviderId, Settings, UrlSettings},
    project::Project,
};

/// What Lambda gives a function whose manifest says nothing.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(crate) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(3),
    memory_mb: 128,
    ephemeral_mb: 512,
    concurrency: None,
    idle: Duration::from_secs(5 * 60),
    kept_warm: 0,
    always_cold: false,
};

pub(crate) fn detect(project: &Project, parameters: &Parameters) -> Detection {
    let mut detection = Detection::default();
    let mut add = |found: Detection| {
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    };
    for file in project.files() {
        if serverless::looks_like_one(file) {
            add(serverless::detect(project, project.root().join(file), parameters));
        } else if let Some(text) = template::looks_like_one(file, || project.peek(file)) {
            add(template::detect(project, project.root().join(file), &text, parameters));
        }
    }
    let claimed = Claimed::by(&detection.apps);
    let bare = bare::detect(project, &claimed);
    detection.apps.extend(bare.apps);
    detection.problems.extend(bare.problems);
    detection
}

/// What manifests have declared, so that bare detection leaves it alone.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    folders: BTreeSet<PathBuf>,
}

impl Claimed {
    fn by(apps: &[App]) -> Self {
        let mut folders = BTreeSet::new();
        for app in apps {
            folders.insert(app.root.clone());
            // `src/hello/handler.main` under a service folder claims `src/hello` too.
            if let Some(folder) = app.root.join(&app.handler).parent() {
                folders.insert(folder.to_path_buf());
            }
        }
        Self { folders }
    }

    pub(crate) fn folder(&self, folder: &Path) -> bool {
        self.folders.contains(folder)
    }
}

/// An app with one function and Lambda's own defaults.
pub(crate) fn draft(name: &str, language: Language, runtime: String, root: PathBuf, handler: String) -> App {
    App {
        provider: ProviderId::Aws,
        name: name.into(),
        language,
        runtime,
        root,
        handler,
        architecture: Architecture::default(),
        settings: DEFAULTS,
        env: BTreeMap::new(),
        functions: vec![Function {
            name: name.into(),
            description: String::new(),
            routes: Vec::new(),
            url: UrlSettings::default(),
        }],
        manifests: Vec::new(),
        why: Vec::new(),
        assumed: Vec::new(),
        problems: Vec::new(),
    }
}
