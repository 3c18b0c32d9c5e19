//! Knative functions in a project: folders with the `func.yaml` of its `func` tool.
//! <https://github.com/knative/func/blob/main/docs/reference/func_yaml.md>

mod keys;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    aws::detect::limits::Limit,
    detecting::{Given, rename},
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Settings, Takes, UrlSettings,
    },
    env_file,
    languages::{
        asked,
        go::module::{Module, Source, no_module},
    },
    manifest::{Manifest, Node},
    name::{self, callable},
    project::Project,
    provider::Declaration,
};

use super::go::Shape;

/// What Knative gives a service that says nothing; `containerConcurrency` is unlimited there, and 100 what it aims at.
/// <https://knative.dev/docs/serving/autoscaling/concurrency/>
pub(super) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(300),
    memory_mb: 512,
    ephemeral_mb: 512,
    concurrency: None,
    idle: Duration::from_secs(90),
    kept_warm: 0,
    always_cold: false,
    emulate_cpu_share: false,
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 100,
    start_limit: Duration::from_secs(600),
};

pub(super) fn detect(project: &Project, given: &Given) -> Detection {
    let mut found = Detection::default();
    for file in project.files().filter(|file| file.file_name().is_some_and(|name| name == "func.yaml")) {
        let path = project.root().join(file);
        let folder = path.parent().unwrap_or(project.root()).to_path_buf();
        if given.folders.contains(&folder) {
            continue;
        }
        match in_folder(project, &folder, path) {
            Ok(app) => found.apps.push(app),
            Err(problem) => found.problems.push(problem),
        }
    }
    found.problems.extend(services(project, given));
    found
}

/// Services that are deployed as images: named, for nothing in them says how their process is started.
/// <https://knative.dev/docs/serving/services/creating-services/>
fn services(project: &Project, given: &Given) -> Vec<Problem> {
    let named =
        |file: &&Path| file.file_name().is_some_and(|name| name == "service.yaml" || name == "service.yml");
    let of = |file: &Path| {
        let path = project.root().join(file);
        let folder = path.parent()?;
        let text = project.peek(&path)?;
        let mut lines = text.lines().map(str::trim);
        let is_one = lines.any(|line| line.starts_with("apiVersion: serving.knative.dev/"));
        if !is_one || given.folders.contains(folder) || folder.join("func.yaml").is_file() {
            return None;
        }
        let at = project.shown(folder);
        let hint = format!(
            "its program can be: in coldframe.toml, [functions.NAME] with provider = \"knative\", path = \"{at}\" and \
             as handler the command that the image starts, such as \"node server.js\""
        );
        let problem = Problem::warning("the service is deployed as an image, and images are not run here");
        Some(problem.at(project.shown(&project.root().join(file)), None).hint(hint))
    };
    project.files().filter(named).filter_map(of).collect()
}

/// Keys of a `func.yaml` that change little here, and what is done instead.
const UNUSED: [(&str, &str); 5] = [
    ("build.builder", "nothing is built into an image; the code runs as it lies"),
    ("build.buildEnvs", "nothing is built into an image; the code runs as it lies"),
    ("healthEndpoints", "an instance is ready when it listens on its port"),
    ("deploy.healthEndpoints", "an instance is ready when it listens on its port"),
    ("deploy.options.resources.limits.cpu", "an instance has the CPU of this machine"),
];

fn in_folder(project: &Project, folder: &Path, path: PathBuf) -> Result<App, Problem> {
    let text = project.read(&path)?;
    let manifest = Manifest::parse(project, path, &text)?;
    let root = &manifest.root;
    let text_of = |key: &str| root.get(key).and_then(|node| node.text());
    let wanted = text_of("name").map_or_else(
        || {
            folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_else(|| project.name())
        },
        str::to_owned,
    );
    let Some(kind) = root.get("runtime") else {
        return Err(manifest.error(root, "it names no runtime").hint("add one, such as `runtime: node`"));
    };
    let (language, stems, function): (_, &[&str], _) = match kind.text() {
        Some("node") => (Language::Node, &["index"], "handle"),
        Some("typescript") => (Language::TypeScript, &["src/index", "index"], "handle"),
        Some("python") => (Language::Python, &["function/func", "func"], "new"),
        Some("go") => return go(project, folder, &manifest, &wanted),
        _ => {
            let message = format!("runtime {} is not run", kind.describe());
            let hint = "node, typescript, python and go are; in coldframe.toml any other can be given the command that \
                        starts it, as provider = \"knative\", a path and a handler";
            return Err(manifest.error(kind, message).hint(hint));
        }
    };
    let stem = stems.iter().find(|stem| source_file(folder, stem, language).is_some()).copied();
    let mut app =
        draft(project, &wanted, folder, language, format!("{}.{function}", stem.unwrap_or(stems[0])));
    app.manifests.push(manifest.path.clone());
    app.why.push(format!("{} describes the function {wanted}", manifest.shown));
    if stem.is_none() {
        let message = format!("{} does not exist", project.shown(&folder.join(stems[0])));
        app.problems
            .push(manifest.error(kind, message).hint("create the function's file, or correct the runtime"));
    }
    settle(&manifest, &mut app);
    Ok(app)
}

/// A package in Go, with a program around it.
fn go(project: &Project, folder: &Path, manifest: &Manifest, wanted: &str) -> Result<App, Problem> {
    let shape = Shape::of(&Source::in_folder(folder));
    let mut app = draft(project, wanted, folder, Language::Go, shape.map_or("New", Shape::entry).to_owned());
    app.manifests.push(manifest.path.clone());
    app.why.push(format!("{} describes the function {wanted}", manifest.shown));
    app.assumed.push(
        "the program around it is made by Coldframe, in a folder of its own, with the middleware that func takes".into(),
    );
    if let Err(why) = shape {
        app.problems.push(why.told(&project.shown(folder)));
    }
    match Module::of(folder, project.root()).filter(|module| module.folder == *folder) {
        Some(module) => app.manifests.push(module.folder.join("go.mod")),
        None => app.problems.push(no_module(&project.shown(folder))),
    }
    settle(manifest, &mut app);
    Ok(app)
}

/// What is said of a function whatever it is written in.
fn settle(manifest: &Manifest, app: &mut App) {
    if manifest.root.get("invoke").and_then(|node| node.text()) == Some("cloudevent") {
        invoked_by_events(app);
    }
    variables(manifest, app);
    scale(manifest, app);
    app.assumed.extend(manifest.unused(&manifest.root, &UNUSED));
    for (map, keys) in keys::maps(&manifest.root) {
        app.problems.extend(manifest.doubts(map, keys));
    }
}

fn invoked_by_events(app: &mut App) {
    for function in &mut app.functions {
        function.takes = Takes::CloudEvent;
    }
    app.env.insert("FUNC_INVOKE".into(), "cloudevent".into());
}

/// `run.envs`, or `envs` of older files.
fn variables(manifest: &Manifest, app: &mut App) {
    let root = &manifest.root;
    let envs = root.get("run").and_then(|run| run.get("envs")).or_else(|| root.get("envs"));
    for entry in envs.map(|envs| envs.items()).unwrap_or_default() {
        let text = |key: &str| entry.get(key).and_then(|node| node.text());
        let (Some(name), Some(value)) = (text("name"), text("value")) else { continue };
        if !env_file::is_name(name) {
            continue;
        }
        if value.contains("{{") {
            let message =
                format!("environment variable `{name}` is not set: {value} is of the cluster or of a shell");
            app.problems
                .push(manifest.warning(entry, message).hint("give it a value in .env or coldframe.toml"));
            continue;
        }
        app.env.insert(name.to_owned(), value.to_owned());
    }
}

fn scale(manifest: &Manifest, app: &mut App) {
    let root = &manifest.root;
    let options = root.get("deploy").and_then(|deploy| deploy.get("options")).or_else(|| root.get("options"));
    let Some(options) = options else { return };
    let of = |path: [&str; 2]| options.get(path[0]).and_then(|node| node.get(path[1]));
    let limits = of(["resources", "limits"]);
    let limit = |key: &str| limits.and_then(|limits| limits.get(key));
    let mut set = |node: Option<&std::rc::Rc<Node>>, what: Limit, key: &str, number: Option<u64>| {
        let Some(node) = node else { return };
        let written = number.map(|number| number.to_string());
        if let Err(problem) = what.set(app, key, written.as_deref(), &node.describe()) {
            app.problems.push(problem.at(&manifest.shown, node.line()));
        }
    };
    let most = of(["scale", "max"]);
    set(most, Limit::Concurrency, "scale.max", most.and_then(|node| node.number()));
    let concurrency = limit("concurrency").filter(|node| node.number() != Some(0));
    set(concurrency, Limit::InstanceConcurrency, "concurrency", concurrency.and_then(|node| node.number()));
    let memory = limit("memory");
    set(memory, Limit::Memory, "memory", memory.and_then(|node| megabytes(node.text()?)));
    if let Some(least) = of(["scale", "min"]).and_then(|node| node.number()) {
        app.settings.kept_warm = u32::try_from(least.min(100)).unwrap_or(100);
    }
}

/// Kubernetes' quantities of memory.
fn megabytes(text: &str) -> Option<u64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "Mi" | "M" => Some(number),
        "Gi" | "G" => number.checked_mul(1024),
        "" => Some(number / 1_048_576),
        _ => None,
    }
}

fn draft(project: &Project, wanted: &str, folder: &Path, language: Language, handler: String) -> App {
    let (runtime, sentence) = match language {
        Language::Python => asked::python(project, folder),
        Language::Go => asked::go(project, folder),
        Language::Process => {
            ("container".to_owned(), "started by its command, as a container would be".to_owned())
        }
        _ => asked::node(project, folder),
    };
    let name = callable(wanted);
    let mut app = App {
        provider: ProviderId::Knative,
        name: name.clone(),
        language,
        runtime,
        root: folder.to_path_buf(),
        handler,
        architecture: Architecture::default(),
        region: None,
        settings: DEFAULTS,
        env: BTreeMap::new(),
        functions: vec![Function {
            name,
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
        assumed: vec![
            sentence,
            "timeout 300 s, memory 512 MB, up to 100 calls at once in an instance, where nothing is set; coldframe.toml \
             can change them"
                .into(),
        ],
        problems: Vec::new(),
    };
    name::note(&mut app, wanted);
    app
}

/// A function of `func`'s kind, by the file and the name it starts from.
///
/// # Errors
/// There is no such file.
pub(super) fn function(project: &Project, name: &str, root: &Path, handler: &str) -> Result<App, Problem> {
    let (stem, _) = parts(handler);
    let language = [Language::Python, Language::Node]
        .into_iter()
        .find(|language| source_file(root, stem, *language).is_some())
        .ok_or_else(|| Problem::error(format!("there is no file for the handler {handler}")))?;
    Ok(draft(project, name, root, language, handler.to_owned()))
}

/// A function that a person declares: its folder, and the command that starts it or, of a `func` project, nothing.
///
/// # Errors
/// The folder is not there, or nothing says how it is started.
pub(super) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, handler, runtime } = *declaration;
    if !root.is_dir() {
        let problem = Problem::error(format!("code folder {} does not exist", project.shown(root)));
        return Err(problem.hint("correct the path"));
    }
    let file = root.join("func.yaml");
    let mut app = match handler {
        Some(command) => draft(project, name, root, Language::Process, command.to_owned()),
        None if file.is_file() => in_folder(project, root, file)?,
        None => {
            return Err(Problem::error(format!("nothing says how {} is started", project.shown(root)))
                .hint("add a handler: the command that starts it, such as \"node server.js\""));
        }
    };
    app.why.clear();
    rename(&mut app, name);
    if let Some(runtime) = runtime {
        app.runtime = runtime.into();
    }
    Ok(app)
}

/// File without its ending, and function.
pub(super) fn parts(handler: &str) -> (&str, &str) {
    handler.rsplit_once('.').unwrap_or((handler, ""))
}

/// The file that a handler's first part names in a folder of code: what was built, if something was.
pub(super) fn source_file(code: &Path, stem: &str, language: Language) -> Option<PathBuf> {
    let endings: &[&str] = match language {
        Language::Python => &["py"],
        Language::TypeScript => &["js", "mjs", "cjs", "ts", "mts"],
        _ => &["mjs", "cjs", "js"],
    };
    endings.iter().map(|ending| code.join(format!("{stem}.{ending}"))).find(|file| file.is_file())
}
