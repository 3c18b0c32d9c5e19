//! Google functions in a project, written for the functions framework: a `main.py`, a Node entry file, a package in Go,
//! classes in Java. Every function is deployed on its own, so each is an app of its own, whose handler is
//! `FILE.FUNCTION`, or the name or class itself in Go and Java.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    detecting::{Given, rename},
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Settings, Takes, UrlSettings,
    },
    languages::asked,
    name::{self, callable},
    project::Project,
    provider::Declaration,
    source::{Source, Syntax},
};

pub(super) mod go;
mod imported;
mod java;
mod registered;
#[cfg(test)]
mod tests;

pub(super) use self::registered::Signature;
use self::registered::{Registered, node, python};

/// What Cloud Run gives a function whose deployment says nothing.
/// <https://cloud.google.com/run/docs/configuring/concurrency>
pub(super) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(300),
    memory_mb: 512,
    ephemeral_mb: 512,
    concurrency: Some(100),
    idle: Duration::from_secs(15 * 60),
    kept_warm: 0,
    always_cold: false,
    emulate_cpu_share: false,
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 80,
    start_limit: Duration::from_secs(240),
};

const FRAMEWORK_PYTHON: &str = "functions-framework";
const FRAMEWORK_NODE: &str = "@google-cloud/functions-framework";
const NODE: [&str; 6] = ["ts", "mts", "cts", "mjs", "cjs", "js"];

pub(super) fn detect(project: &Project, given: &Given) -> Detection {
    let mut found = Detection::default();
    let folders: BTreeSet<PathBuf> =
        project.files().filter_map(|file| Some(project.root().join(file.parent()?))).collect();
    for folder in folders.into_iter().filter(|folder| !given.folders.contains(folder)) {
        for (file, language) in entries(project, &folder) {
            found.apps.extend(in_file(project, &folder, &file, language));
        }
    }
    for (folder, files) in go::folders(project) {
        if !given.folders.contains(&folder) {
            found.apps.extend(go::apps(project, &folder, &files));
        }
    }
    for folder in java::folders(project).into_iter().filter(|folder| !given.folders.contains(folder)) {
        found.apps.extend(java::apps(project, &folder));
    }
    found
}

/// The files of a folder that the framework would load.
fn entries(project: &Project, folder: &Path) -> Vec<(PathBuf, Language)> {
    let has = |file: &Path| file.strip_prefix(project.root()).is_ok_and(|relative| project.has(relative));
    let python = folder.join("main.py");
    let main =
        manifest(project, folder).and_then(|manifest| Some(manifest.get("main")?.as_str()?.to_owned()));
    let named = main.map(|main| folder.join(main)).filter(|file| has(file));
    let usual = || {
        let stems = ["index", "function"].into_iter();
        let mut files = stems.flat_map(|stem| NODE.map(|ending| folder.join(format!("{stem}.{ending}"))));
        files.find(|file| has(file))
    };
    let node = named.or_else(usual).map(|file| {
        let typed = file.extension().is_some_and(|ending| ending.to_string_lossy().ends_with("ts"));
        (file, if typed { Language::TypeScript } else { Language::Node })
    });
    has(&python).then_some((python, Language::Python)).into_iter().chain(node).collect()
}

fn manifest(project: &Project, folder: &Path) -> Option<serde_json::Value> {
    serde_json::from_str(&project.peek(&folder.join("package.json"))?).ok()
}

/// Whether the folder says that it needs the framework.
fn needs_framework(project: &Project, folder: &Path, language: Language) -> bool {
    if language == Language::Python {
        return ["requirements.txt", "pyproject.toml"].iter().any(|name| {
            project.peek(&folder.join(name)).is_some_and(|text| {
                text.lines().any(|line| {
                    !line.trim_start().starts_with('#') && line.replace('_', "-").contains(FRAMEWORK_PYTHON)
                })
            })
        });
    }
    manifest(project, folder).is_some_and(|manifest| {
        ["dependencies", "devDependencies"].iter().any(|kind| manifest[kind].get(FRAMEWORK_NODE).is_some())
    })
}

fn in_file(project: &Project, folder: &Path, file: &Path, language: Language) -> Vec<App> {
    let Ok(text) = project.read_source(file) else { return Vec::new() };
    let needed = needs_framework(project, folder, language);
    let own = |all: Vec<Registered>| all.into_iter().map(|one| (file.to_path_buf(), one)).collect::<Vec<_>>();
    let all = if language == Language::Python {
        own(python(&text, needed))
    } else {
        let mut registered = own(node(&text, false));
        // What its own folder starts from is found there.
        let is_entry = |module: &Path| {
            let folder = module.parent().unwrap_or(folder);
            entries(project, folder).iter().any(|(entry, _)| entry == module)
        };
        let modules = imported::modules(project, file, &text).into_iter();
        for (module, text) in modules.filter(|(module, _)| !is_entry(module)) {
            registered.extend(node(&text, false).into_iter().map(|one| (module.clone(), one)));
        }
        if registered.is_empty() { own(node(&text, needed)) } else { registered }
    };
    let mut apps: Vec<App> = Vec::new();
    for (place, one) in all {
        let twin = apps.iter_mut().find(|app| parts(&app.handler).1 == one.name);
        if let Some(twin) = twin {
            let problem =
                Problem::warning(format!("`{}` is registered a second time; this one answers", one.name));
            let at = problem.at(project.shown(&place), Some(one.line));
            twin.problems.push(at.hint("give one of them another name"));
            continue;
        }
        let mut found = app(project, folder, file, language, &one);
        if place != file {
            found.why =
                vec![format!("{} {}, which {} loads", project.shown(&place), one.why, project.shown(file))];
        }
        apps.push(found);
    }
    apps
}

fn app(project: &Project, folder: &Path, file: &Path, language: Language, one: &Registered) -> App {
    let (runtime, sentence) = if language == Language::Python {
        asked::python(project, folder)
    } else {
        asked::node(project, folder)
    };
    let (runtime, sentence) = (identifier(&runtime), sentence.replacen(&runtime, &identifier(&runtime), 1));
    let shown = project.shown(file);
    let stem = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let mut app = draft(&callable(&one.name), folder, language, runtime);
    name::note(&mut app, &one.name);
    app.handler = format!("{}.{}", stem.display(), one.name);
    one.signature.set(&mut app);
    app.why.push(format!("{shown} {}", one.why));
    finish(&mut app, sentence);
    app
}

/// Says what was assumed of any: first where its runtime comes from.
fn finish(app: &mut App, runtime: String) {
    app.assumed.insert(0, runtime);
    app.assumed.push(
        "timeout 300 s, memory 512 MB, 80 calls at once in an instance, as on Cloud Run when nothing is set; \
         coldframe.toml can change them"
            .into(),
    );
}

/// Google's spelling of a runtime: `python312`, `nodejs22`.
fn identifier(runtime: &str) -> String {
    runtime.trim_end_matches(".x").replace('.', "")
}

fn draft(name: &str, folder: &Path, language: Language, runtime: String) -> App {
    App {
        provider: ProviderId::Gcp,
        name: name.into(),
        language,
        runtime,
        root: folder.to_path_buf(),
        handler: String::new(),
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
            takes: Takes::Request,
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

/// A function that a person declares: its folder, and `FILE.FUNCTION`.
///
/// # Errors
/// Nothing in the folder tells what to run, or the handler leads to no file.
pub(super) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, handler, runtime } = *declaration;
    if !root.is_dir() {
        let problem = Problem::error(format!("code folder {} does not exist", project.shown(root)));
        return Err(problem.hint("correct the path"));
    }
    let Some(handler) = handler else {
        let mut found: Vec<App> = entries(project, root)
            .into_iter()
            .flat_map(|(file, language)| in_file(project, root, &file, language))
            .collect();
        found.extend(compiled(project, root));
        if found.is_empty() {
            let problem = Problem::error(format!("nothing in {} looks like a function", project.shown(root)));
            return Err(problem.hint("add its handler, such as \"main.hello_http\""));
        }
        let mut app = found.swap_remove(0);
        rename(&mut app, name);
        if let Some(runtime) = runtime {
            app.runtime = runtime.into();
        }
        return Ok(app);
    };
    let (stem, target) = parts(handler);
    let languages = [Language::Python, Language::TypeScript, Language::Node];
    let located = languages
        .into_iter()
        .find_map(|language| Some((source_file(root, stem, language)?, language)))
        .filter(|_| !target.is_empty() && !stem.contains(".."));
    let Some((file, language)) = located else {
        let mut app = match declaration.command() {
            Some(command) => container(name, root, command),
            None => chosen(project, root, handler)?,
        };
        app.why.clear();
        rename(&mut app, name);
        if let Some(runtime) = runtime {
            app.runtime = runtime.into();
        }
        return Ok(app);
    };
    let text = project.read_source(&file)?;
    let all = if language == Language::Python { python(&text, true) } else { node(&text, true) };
    let one = all.into_iter().find(|one| one.name == target).unwrap_or_else(|| Registered {
        name: target.to_owned(),
        signature: Signature::Http,
        line: 1,
        why: format!("has `{target}`"),
    });
    let mut app = app(project, root, &file, language, &one);
    app.why.clear();
    rename(&mut app, name);
    if let Some(runtime) = runtime {
        app.runtime = runtime.into();
    }
    let syntax = if language == Language::Python { Syntax::Python } else { Syntax::JavaScript };
    if Source::new(syntax, &text).offers(target) == crate::source::Offers::No && !text.contains(target) {
        app.problems.push(
            Problem::error(format!("it does not define `{target}`"))
                .at(project.shown(&file), None)
                .hint("correct the handler's name, or add the function"),
        );
    }
    Ok(app)
}

/// A service that is started by its command, as Cloud Run starts a container.
/// <https://cloud.google.com/run/docs/container-contract>
fn container(name: &str, root: &Path, command: &str) -> App {
    let mut app = draft(&callable(name), root, Language::Process, "container".to_owned());
    name::note(&mut app, name);
    app.handler = command.to_owned();
    finish(&mut app, "started by its command, as a container would be".to_owned());
    app
}

/// The functions of a folder that is compiled.
fn compiled(project: &Project, root: &Path) -> Vec<App> {
    let mut apps = go::declared(project, root);
    apps.extend(java::apps(project, root));
    apps
}

/// The function of a compiled folder that a person names.
fn chosen(project: &Project, root: &Path, handler: &str) -> Result<App, Problem> {
    let mut all = compiled(project, root);
    let handlers: Vec<String> = all.iter().map(|app| format!("`{}`", app.handler)).collect();
    if let Some(at) = all.iter().position(|app| app.handler == handler) {
        return Ok(all.swap_remove(at));
    }
    let shown = project.shown(root);
    if let Some(app) = java::named(project, root, handler) {
        return Ok(app);
    }
    if !handlers.is_empty() {
        let problem = Problem::error(format!("`{handler}` is no function of Google's framework in {shown}"));
        return Err(problem.hint(format!("name one of those that are: {}", handlers.join(", "))));
    }
    Err(Problem::error(format!("handler `{handler}` names no file and function of {shown}"))
        .hint("write it as FILE.FUNCTION, such as `main.hello_http`; in Go and Java as the function or class itself; for a \
                container as the command that starts it, such as `node server.js`"))
}

/// File without its ending, and function.
pub(super) fn parts(handler: &str) -> (&str, &str) {
    handler.rsplit_once('.').unwrap_or((handler, ""))
}

/// The file that a handler's first part names in a folder of code: what was built, if something was.
pub(super) fn source_file(code: &Path, stem: &str, language: Language) -> Option<PathBuf> {
    let endings: &[&str] = match language {
        Language::Python => &["py"],
        Language::TypeScript => &["js", "mjs", "cjs", "ts", "mts", "cts"],
        _ => &["mjs", "cjs", "js"],
    };
    endings.iter().map(|ending| code.join(format!("{stem}.{ending}"))).find(|file| file.is_file())
}
