//! Vercel's Python functions in a project: files under `api/` that define a class `handler` on
//! `BaseHTTPRequestHandler`. One file is one app of one function, whose handler is the file's path from the folder
//! that is deployed (`api/users/[id].py`), and whose route is the same without its ending.
//!
//! A folder is deployed if it has a `vercel.json` or an `api` folder with such a file in it.

mod settings;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    time::Duration,
};

use self::settings::Configured;
use crate::{
    aws::detect::runtime,
    detecting::Given,
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Route, Settings, Takes,
        UrlSettings,
    },
    name::callable,
    project::Project,
    provider::Declaration,
    source::{Source, Syntax},
};

/// What Vercel gives a function whose project says nothing.
/// <https://vercel.com/docs/functions/limitations>
pub(crate) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(300),
    memory_mb: 2048,
    ephemeral_mb: 512,
    concurrency: None,
    idle: Duration::from_secs(5 * 60),
    kept_warm: 0,
    always_cold: false,
    emulate_cpu_share: false,
    instance_concurrency: 1,
    start_limit: Duration::from_secs(10),
};

pub(crate) fn detect(project: &Project, _given: &Given) -> Detection {
    let mut found = Detection::default();
    let mut roots: BTreeMap<PathBuf, Configured> = BTreeMap::new();
    let mut without = Vec::new();
    for file in project.files() {
        let Some((deployed, path)) = split(project, file) else { continue };
        let root = project.root().join(&deployed);
        let configured = roots
            .entry(root.clone())
            .or_insert_with(|| Configured::read(project, &root, &mut found.problems));
        match class(project, file) {
            Found::Handler => found.apps.push(app(project, &root, &path, configured)),
            Found::Application(line) if configured.is_there() => found.problems.push(
                Problem::warning("WSGI and ASGI applications are not run yet; it is left out")
                    .at(project.shown(&project.root().join(file)), line)
                    .hint("define a class `handler` on BaseHTTPRequestHandler"),
            ),
            Found::Application(_) | Found::Nothing => without.push((root, file)),
        }
    }
    for (root, file) in without {
        // Elsewhere a folder called `api` may hold anything.
        let is_deployed = roots.get(&root).is_some_and(Configured::is_there);
        if is_deployed || found.apps.iter().any(|app| app.root == root) {
            found.problems.push(
                Problem::warning("it defines no class `handler`; it is left out")
                    .at(project.shown(&project.root().join(file)), None)
                    .hint(
                        "define one on BaseHTTPRequestHandler, or begin the name of what only helps with _",
                    ),
            );
        }
    }
    for configured in roots.into_values() {
        found.problems.extend(configured.unmatched());
    }
    refuse_twins(project, &mut found.apps);
    found
}

/// The folder that is deployed and the function's path in it, for a Python file under an `api` folder.
fn split(project: &Project, file: &Path) -> Option<(PathBuf, String)> {
    if file.extension()? != "py" {
        return None;
    }
    let parts: Vec<&str> = file
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    // The nearest folder above with a vercel.json, else the outermost `api`.
    let apis = || parts.iter().enumerate().filter(|(at, name)| **name == "api" && *at + 1 < parts.len());
    let folder = |at: usize| parts[..at].iter().collect::<PathBuf>();
    let (at, _) =
        apis().rfind(|(at, _)| project.has(&folder(*at).join("vercel.json"))).or_else(|| apis().next())?;
    let below = &parts[at..];
    if below.iter().any(|part| part.starts_with(['.', '_']) || *part == "node_modules") {
        return None;
    }
    Some((folder(at), below.join("/")))
}

enum Found {
    Handler,
    /// A variable `app`: WSGI or ASGI.
    Application(Option<u32>),
    Nothing,
}

fn class(project: &Project, file: &Path) -> Found {
    let Ok(text) = project.read_source(file) else { return Found::Nothing };
    let source = Source::new(Syntax::Python, &text);
    let handler = source.class_bases("handler").is_some_and(|bases| {
        bases.iter().any(|base| base.rsplit('.').next() == Some("BaseHTTPRequestHandler"))
    });
    // One that cannot be parsed is found all the same: running it says in which line and why.
    let begun = || {
        text.lines().any(|line| line.starts_with("class handler(") && line.contains("BaseHTTPRequestHandler"))
    };
    if handler || source.class_bases("handler").is_none() && begun() {
        return Found::Handler;
    }
    let application = text.lines().position(|line| {
        line.strip_prefix("app").is_some_and(|rest| {
            rest.trim_start().strip_prefix('=').is_some_and(|rest| !rest.starts_with('='))
        })
    });
    match application {
        Some(line) => Found::Application(u32::try_from(line + 1).ok()),
        None => Found::Nothing,
    }
}

/// A function that a person declares: the folder that is deployed, and the file in it.
///
/// # Errors
/// No file is named.
pub(crate) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, .. } = *declaration;
    let Some(file) = declaration.handler else {
        return Err(Problem::error(format!("Vercel's function `{name}` needs its file"))
            .hint("add a handler, such as \"api/hello.py\""));
    };
    let mut ignored = Vec::new();
    let mut configured = Configured::read(project, root, &mut ignored);
    let mut app = app(project, root, file, &mut configured);
    app.why.clear();
    crate::detecting::rename(&mut app, name);
    let path = root.join(file);
    let shown = project.shown(&path);
    if !path.is_file() {
        app.problems
            .push(Problem::error(format!("{shown} does not exist")).hint("correct the path or the handler"));
    } else if !matches!(class(project, &path), Found::Handler) {
        app.problems.push(
            Problem::warning(format!("{shown} does not seem to define a class `handler`"))
                .hint("define one on BaseHTTPRequestHandler"),
        );
    }
    Ok(app)
}

fn app(project: &Project, root: &Path, path: &str, configured: &mut Configured) -> App {
    let route = route(path);
    let name = callable(path.trim_end_matches(".py"));
    let (runtime, sentence) = runtime::python(project, root);
    let file = project.shown(&root.join(path));
    let mut app = App {
        provider: ProviderId::Vercel,
        name: name.clone(),
        language: Language::Python,
        runtime,
        root: root.to_path_buf(),
        handler: path.to_owned(),
        architecture: Architecture::default(),
        region: None,
        settings: DEFAULTS,
        env: BTreeMap::new(),
        functions: vec![Function {
            name,
            description: String::new(),
            routes: vec![Route { method: "ANY".into(), path: route }],
            routes_cors: None,
            url: UrlSettings::default(),
            takes: Takes::Request,
        }],
        manifests: configured.file().into_iter().collect(),
        why: vec![format!("{file} lies under api and defines a class `handler` on BaseHTTPRequestHandler")],
        assumed: vec![sentence],
        problems: Vec::new(),
    };
    configured.apply(path, &mut app);
    if app.settings == DEFAULTS {
        app.assumed.push(
            "timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them"
                .into(),
        );
    }
    app
}

/// `api/users/[id].py` answers at `/api/users/[id]`, and an `index.py` for its folder.
fn route(path: &str) -> String {
    let path = path.trim_end_matches(".py");
    let path = path.strip_suffix("/index").unwrap_or(path);
    format!("/{path}")
}

/// Vercel refuses to build two files for one path.
fn refuse_twins(project: &Project, apps: &mut [App]) {
    let mut taken: BTreeMap<(PathBuf, String), String> = BTreeMap::new();
    for app in apps {
        let path = app
            .functions
            .first()
            .and_then(|function| function.routes.first())
            .map(|route| route.path.clone());
        let file = project.shown(&app.root.join(&app.handler));
        let Some(path) = path else { continue };
        if let Some(other) = taken.get(&(app.root.clone(), path.clone())) {
            app.problems.push(
                Problem::error(format!("{other} answers at {path} already"))
                    .at(file, None)
                    .hint("rename one of them"),
            );
        } else {
            taken.insert((app.root.clone(), path), file);
        }
    }
}
