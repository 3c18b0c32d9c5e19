//! Vercel's functions in a project: files below `api`, one app of one function each. The handler is the file's path
//! from the folder that is deployed (`api/users/[id].py`), and the route is the same without its ending.
//!
//! A folder is deployed if it says so (`vercel.json`, or Vercel's packages among its dependencies), or if what lies
//! below its `api` can hardly be anything else.

mod application;
mod entry;
mod keys;
mod settings;
#[cfg(test)]
mod tests;
mod twins;
mod unrun;

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    time::Duration,
};

pub(crate) use self::entry::go_handler;
use self::{
    entry::{Entry, Evidence, entry, language},
    settings::Configured,
};
use crate::{
    detecting::Given,
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Route, Settings, Takes,
        UrlSettings,
    },
    languages::{asked, is_compiled},
    name::callable,
    project::Project,
    provider::Declaration,
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
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 1,
    start_limit: Duration::from_secs(10),
};

pub(crate) fn detect(project: &Project, given: &Given) -> Detection {
    let mut found = Detection::default();
    let mut roots: BTreeMap<PathBuf, Root> = BTreeMap::new();
    root_at(&mut roots, project, project.root().to_owned());
    for file in project.files() {
        if file.file_name().is_some_and(|name| name == "vercel.json") {
            root_at(&mut roots, project, project.root().join(file.parent().unwrap_or(file)));
        }
        if let Some((deployed, path)) = split(project, file) {
            let root = root_at(&mut roots, project, project.root().join(deployed));
            if unrun::is_one(&path) {
                root.unrun.push(path);
            } else {
                root.candidates.extend(Candidate::read(project, file, path));
            }
        }
    }
    for (_, mut root) in roots {
        let mut apps = root.apps(project, &mut found.problems);
        let is_given = given.folders.contains(&root.path);
        let one = (!is_given).then(|| application::application(project, &root.path, root.says_so)).flatten();
        apps.extend(one.map(|one| root.application(project, &one)));
        twins::refuse(project, &mut apps);
        let is_sure = root.says_so || !apps.is_empty();
        found.problems.extend(unrun::problems(project, &root.path, &root.unrun, is_sure));
        found.problems.extend(root.configured.problems(!apps.is_empty()));
        found.apps.extend(apps);
    }
    found
}

fn root_at<'a>(roots: &'a mut BTreeMap<PathBuf, Root>, project: &Project, path: PathBuf) -> &'a mut Root {
    roots.entry(path.clone()).or_insert_with(|| Root::read(project, path))
}

/// A folder that is deployed.
struct Root {
    path: PathBuf,
    configured: Configured,
    /// It says itself that it is Vercel's.
    says_so: bool,
    candidates: Vec<Candidate>,
    /// Files below `api` that are functions on Vercel and not here.
    unrun: Vec<String>,
}

/// A file that may be a function.
struct Candidate {
    path: String,
    language: Language,
    text: String,
    entry: Entry,
}

impl Candidate {
    fn read(project: &Project, file: &Path, path: String) -> Option<Self> {
        let language = language(&path)?;
        let text = project.read_source(file).ok()?;
        let entry = entry(language, &text);
        Some(Self { path, language, text, entry })
    }

    fn is_javascript(&self) -> bool {
        matches!(self.language, Language::Node | Language::TypeScript)
    }
}

impl Root {
    fn read(project: &Project, path: PathBuf) -> Self {
        let configured = Configured::read(project, &path);
        let depends = project
            .peek(&path.join("package.json"))
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .is_some_and(|manifest| {
                ["dependencies", "devDependencies"].iter().any(|kind| {
                    let names = manifest[kind].as_object().map(|names| names.keys());
                    names.is_some_and(|mut all| {
                        all.any(|name| name == "vercel" || name.starts_with("@vercel/"))
                    })
                })
            });
        // Vercel's own command keeps a folder where it has deployed from.
        let says_so = configured.is_there() || depends || path.join(".vercel").is_dir();
        Self { path, configured, says_so, candidates: Vec::new(), unrun: Vec::new() }
    }

    fn application(&mut self, project: &Project, one: &Candidate) -> App {
        let shown = project.shown(&self.path.join(&one.path));
        let mut app = app(project, &self.path, one, &mut self.configured);
        for function in &mut app.functions {
            function.routes = vec![Route::new("ANY", EVERYWHERE)];
        }
        if let Entry::Function { why, .. } = &one.entry {
            app.why.insert(0, format!("{shown} {why}"));
        }
        app
    }

    /// A folder below the project that holds what is written as Vercel's functions are, while nothing says that Vercel
    /// deploys it. What is deployed has its own package.json: in `src` or in Next.js' `pages` the same is a part of more.
    fn unsaid(&self, project: &Project) -> Option<Problem> {
        if self.path == *project.root() {
            return None;
        }
        project.peek(&self.path.join("package.json"))?;
        let one = self.candidates.iter().find(|one| one.is_javascript() && entry::responds(&one.text))?;
        let folder = project.shown(&self.path);
        let problem = Problem::warning(format!(
            "it looks like a function of Vercel's, but nothing says that {folder} is deployed there; it is left out"
        ));
        let hint = format!("open {folder} by itself, or write {{}} into {folder}/vercel.json");
        Some(problem.at(project.shown(&self.path.join(&one.path)), None).hint(hint))
    }

    fn apps(&mut self, project: &Project, problems: &mut Vec<Problem>) -> Vec<App> {
        let told = |one: &Candidate| match &one.entry {
            Entry::Function { evidence: Evidence::Clear, .. } => true,
            // Elsewhere a folder called `api` holds a web page's client, or a server's routes.
            Entry::Function { evidence: Evidence::Some, .. } => self.path == *project.root(),
            _ => false,
        };
        let is_deployed = self.says_so || self.candidates.iter().any(told);
        if !is_deployed {
            problems.extend(self.unsaid(project));
            return Vec::new();
        }
        let mut apps = Vec::new();
        for one in &self.candidates {
            let shown = project.shown(&self.path.join(&one.path));
            match &one.entry {
                Entry::Function { why, .. } => {
                    let mut app = app(project, &self.path, one, &mut self.configured);
                    app.why.insert(0, format!("{shown} lies under api and {why}"));
                    apps.push(app);
                }
                Entry::Missing { what, hint } => {
                    let left_out = if one.is_javascript() {
                        "; Vercel makes a function of it that cannot answer, so it is left out"
                    } else {
                        "; it is left out"
                    };
                    let problem = Problem::warning(format!("{what}{left_out}"));
                    problems.push(problem.at(shown, None).hint(*hint));
                }
            }
        }
        apps
    }
}

/// The route of an application; a file's begins with its name.
const EVERYWHERE: &str = "/";

/// Whether a function answers every path of its folder that nothing else does.
pub(crate) fn is_application(function: &Function) -> bool {
    function.routes.iter().any(|route| route.path == EVERYWHERE)
}

/// The folder that is deployed and the file's path in it, for a file under an `api` folder.
fn split(project: &Project, file: &Path) -> Option<(PathBuf, String)> {
    let parts: Vec<&str> = file
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let file_name = parts.last()?;
    if language(file_name).is_none() && !unrun::is_one(file_name) {
        return None;
    }
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

/// A function that a person declares: the folder that is deployed, and the file in it.
///
/// # Errors
/// No file is named, or none that Vercel would run.
pub(crate) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, .. } = *declaration;
    let Some(file) = declaration.handler else {
        return Err(Problem::error(format!("Vercel's function `{name}` needs its file"))
            .hint("add a handler, such as \"api/hello.py\""));
    };
    let Some(language) = language(file) else {
        return Err(Problem::error(format!("Vercel's function `{name}` cannot be {file}"))
            .hint("name a file that ends in .py, .js, .mjs, .ts, .tsx or .go"));
    };
    let mut configured = Configured::read(project, root);
    let path = root.join(file);
    let text = project.read_source(&path).unwrap_or_default();
    let candidate = Candidate { path: file.to_owned(), language, entry: entry(language, &text), text };
    let mut app = app(project, root, &candidate, &mut configured);
    app.why.clear();
    crate::detecting::rename(&mut app, name);
    let shown = project.shown(&path);
    if !path.is_file() {
        app.problems
            .push(Problem::error(format!("{shown} does not exist")).hint("correct the path or the handler"));
    } else if let Entry::Missing { what, hint } = candidate.entry {
        app.problems.push(Problem::warning(what).at(shown, None).hint(hint));
    }
    Ok(app)
}

fn app(project: &Project, root: &Path, one: &Candidate, configured: &mut Configured) -> App {
    let stem = one.path.rsplit_once('.').map_or(one.path.as_str(), |(stem, _)| stem);
    let name = callable(stem);
    let (runtime, sentence) = match one.language {
        Language::Python => asked::python(project, root),
        Language::Go => ("go".to_owned(), "runtime go, in the version that is installed here".to_owned()),
        _ => asked::node(project, root),
    };
    let mut app = App {
        provider: ProviderId::Vercel,
        name: name.clone(),
        language: one.language,
        runtime,
        root: root.to_path_buf(),
        handler: one.path.clone(),
        architecture: Architecture::default(),
        region: None,
        settings: DEFAULTS,
        env: BTreeMap::new(),
        functions: vec![Function {
            name,
            description: String::new(),
            routes: vec![Route::new("ANY", route(stem))],
            routes_cors: None,
            url: UrlSettings::default(),
            takes: Takes::Request,
            entry: None,
            bindings: Vec::new(),
        }],
        manifests: configured.file().into_iter().collect(),
        layers: Vec::new(),
        interpreter: None,
        why: Vec::new(),
        assumed: vec![sentence],
        problems: Vec::new(),
    };
    if one.language == Language::Node && is_compiled(&app) {
        app.assumed.push(
            "it is compiled from an ES module to CommonJS, as on Vercel where no package.json says \"type\": \"module\""
                .into(),
        );
    }
    if one.is_javascript() {
        settings::of_source(project, &one.text, &mut app);
    }
    configured.apply(&one.path, &mut app);
    if app.settings == DEFAULTS {
        app.assumed.push(
            "timeout 300 s, memory 2048 MB, as on Vercel when nothing is set; coldframe.toml can change them"
                .into(),
        );
    }
    if let Some(part) = stem.split('/').find(|part| part.starts_with("[...") || part.starts_with("[[")) {
        app.problems.push(
            Problem::warning(format!("`{part}` takes one part of a path here, as on Vercel without Next.js"))
                .at(project.shown(&root.join(&one.path)), None)
                .hint(format!(
                    "to take the rest of the path, add a rewrite to vercel.json: {{\"source\": \"/api/:path*\", \
                     \"destination\": \"/{stem}\"}}"
                )),
        );
    }
    app
}

/// `api/users/[id]` answers at `/api/users/[id]`, and an `index` for its folder.
fn route(stem: &str) -> String {
    format!("/{}", stem.strip_suffix("/index").unwrap_or(stem))
}
