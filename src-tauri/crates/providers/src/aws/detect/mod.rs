//! Which Lambda functions a project holds: what its manifests declare, then what bare folders show.
//!
//! A manifest's word wins: a folder or a handler it declares is not found a second time. Everything here parses;
//! nothing of the project is executed.

mod bare;
mod cargo;
mod code;
mod go;
mod handler;
mod java;
pub(crate) mod limits;
mod programs;
mod properties;
mod rest;
pub(crate) mod runtime;
mod serverless;
pub(crate) mod spelling;
mod template;
mod twins;
mod unfollowed;

pub(crate) use self::{handler::is_about_handler, serverless::WSGI, template::method_of};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    detecting::Given,
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Settings, Takes, UrlSettings,
    },
    languages::asked,
    project::Project,
    provider::Declaration,
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
    emulate_cpu_share: false,
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 1,
    start_limit: Duration::from_secs(10),
};

/// Templates go by any name, so YAML and JSON files are looked into; a project may hold thousands that are data.
const MOST_LOOKED_INTO: usize = 2_000;

pub(crate) fn detect(project: &Project, given: &Given) -> Detection {
    let mut detection = Detection::default();
    let mut add = |found: Detection| {
        detection.apps.extend(found.apps);
        detection.problems.extend(found.problems);
    };
    let mut looked_into = 0;
    for file in project.files() {
        if serverless::looks_like_one(file) {
            add(serverless::detect(project, project.root().join(file), &given.parameters));
            continue;
        }
        let named = template::is_named_one(file);
        if template::could_be_one(file) && (named || looked_into < MOST_LOOKED_INTO) {
            looked_into += 1;
            match project.read(file) {
                Ok(text) if named || template::looks_like_one(&text) => {
                    add(template::detect(project, &project.root().join(file), &text, &given.parameters));
                }
                // Data may be of any size and encoding; a template must not be passed over in silence.
                Err(problem) if named || project.begins(file, template::looks_like_one) => {
                    add(Detection { problems: vec![problem], ..Detection::default() });
                }
                _ => {}
            }
        }
    }
    detection.problems.extend(programs::named(project));
    let claimed = Claimed::by(&detection.apps, given);
    let bare = bare::detect(project, &claimed);
    detection.apps.extend(bare.apps);
    detection.problems.extend(bare.problems);
    twins::note(&mut detection.apps);
    detection
}

/// A function that a person declares: its folder, and as much of the rest as was said.
///
/// # Errors
/// Nothing in the folder tells what to run; the problem has no place.
pub(crate) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, handler, runtime } = *declaration;
    if !root.is_dir() {
        let problem = Problem::error(format!("code folder {} does not exist", project.shown(root)));
        return Err(problem.hint("correct the path"));
    }
    let guessed = || {
        let mut apps = bare::in_folder(project, root).apps;
        if apps.is_empty() { None } else { Some(apps.swap_remove(0)) }
    };
    let (handler, runtime) = match (handler, runtime) {
        (Some(handler), Some(runtime)) => (handler.to_owned(), runtime.to_owned()),
        (Some(handler), None) => {
            let python = handler::locate(project, root, handler, Language::Python).is_ok();
            let node = || handler::locate(project, root, handler, Language::Node).is_ok();
            let runtime = if python {
                asked::python(project, root).0
            } else if node() {
                asked::node(project, root).0
            } else if handler::locate(project, root, handler, Language::Ruby).is_ok() {
                asked::ruby(project, root).0
            } else {
                runtime::PROVIDED.into()
            };
            (handler.to_owned(), runtime)
        }
        (None, runtime) => match guessed() {
            Some(mut app) => {
                crate::detecting::rename(&mut app, name);
                if let Some(runtime) = runtime {
                    app.runtime = runtime.into();
                }
                return Ok(app);
            }
            None => {
                let problem =
                    Problem::error(format!("nothing in {} looks like a function", project.shown(root)));
                return Err(problem.hint("add its handler, such as \"app.main\", and its runtime"));
            }
        },
    };
    let declared = code::Declared {
        name,
        runtime: &runtime,
        handler: &handler,
        root: root.clone(),
        binary: None,
        build: code::Build::Unsaid,
        archive: None,
        entries: Vec::new(),
    };
    code::app(project, &declared)
}

/// What manifests have declared, so that bare detection leaves it alone.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    folders: BTreeSet<PathBuf>,
}

impl Claimed {
    fn by(apps: &[App], given: &Given) -> Self {
        let mut folders = given.folders.clone();
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
        region: None,
        settings: DEFAULTS,
        env: BTreeMap::new(),
        functions: vec![Function {
            name: name.into(),
            description: String::new(),
            routes: Vec::new(),
            routes_cors: None,
            url: UrlSettings::default(),
            takes: Takes::Event,
            entry: None,
            bindings: Vec::new(),
        }],
        manifests: Vec::new(),
        layers: Vec::new(),
        interpreter: None,
        why: Vec::new(),
        assumed: Vec::new(),
        problems: Vec::new(),
    }
}
