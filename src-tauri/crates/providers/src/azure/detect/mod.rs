//! Azure's apps in a project: folders with a `host.json` whose functions are those of a custom handler, of
//! `function_app.py`, of `@azure/functions`, or of folders with a `function.json`.

mod calls;
mod function_json;
mod host_json;
mod indexed;
mod local_settings;
mod node;
mod python;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use self::{host_json::Host, local_settings::LocalSettings};
pub(super) use self::{
    host_json::{FORWARDS, HEADERS, OWN, Program, SHARED},
    indexed::UNINDEXED,
};
use super::{HTTP_TRIGGER, TIMER_TRIGGER, route};
use crate::{
    detecting::{Given, rename},
    domain::{
        App, Architecture, Binding, Detection, Function, Language, Problem, ProviderId, Route, Settings,
        Severity, Takes, UrlSettings,
    },
    languages::asked,
    name::{self, callable},
    project::Project,
    provider::Declaration,
};

/// What Flex Consumption, which Azure recommends, gives an app that sets nothing: 2048 MB and, with that, sixteen
/// requests at once in an instance. <https://learn.microsoft.com/azure/azure-functions/functions-concurrency>
pub(super) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(30 * 60),
    memory_mb: 2048,
    ephemeral_mb: 512,
    concurrency: Some(100),
    idle: Duration::from_secs(10 * 60),
    kept_warm: 0,
    always_cold: false,
    emulate_cpu_share: false,
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 16,
    start_limit: Duration::from_secs(30),
};

/// A function as its app declares it, and where.
#[derive(Debug, Default, PartialEq)]
struct Declared {
    name: String,
    /// Its trigger first.
    bindings: Vec<Binding>,
    /// Without the prefix; `None`: by its name.
    route: Option<String>,
    /// Upper case; none: all.
    methods: Vec<String>,
    file: PathBuf,
    line: Option<u32>,
    /// It is there, and not for callers.
    disabled: bool,
    problems: Vec<Problem>,
}

/// What of an app's folder tells how it runs.
struct Kind {
    language: Language,
    handler: String,
    why: String,
    functions: Vec<Declared>,
    problems: Vec<Problem>,
    /// What only running it can tell.
    unread: Vec<Problem>,
}

pub(super) fn detect(project: &Project, given: &Given) -> Detection {
    let mut found = Detection::default();
    let folders = project.files().filter(|file| file.file_name().is_some_and(|name| name == "host.json"));
    let folders = folders.map(|file| project.root().join(file.parent().unwrap_or(Path::new(""))));
    for folder in folders.filter(|folder| !given.folders.contains(folder)).collect::<Vec<_>>() {
        match in_folder(project, &folder) {
            Ok(Some(app)) => found.apps.push(app),
            Ok(None) => {}
            Err(problem) => found.problems.push(problem),
        }
    }
    give_names(&mut found.apps);
    tell_shared(project, &mut found.apps);
    found
}

fn in_folder(project: &Project, folder: &Path) -> Result<Option<App>, Problem> {
    let host_file = folder.join("host.json");
    let local = LocalSettings::read(project, folder);
    let host = match Host::read(project, &host_file) {
        Ok(host) => host,
        Err(problem) => return unread_host(project, folder, problem),
    };
    let wanted = local.worker_runtime.as_deref();
    let kind = if let Some(program) = &host.program {
        Some(Kind {
            language: Language::Process,
            handler: program.shown(),
            why: format!("{} names a custom handler", project.shown(&host_file)),
            functions: function_json::all(project, folder, &[], host.forwards),
            problems: Vec::new(),
            unread: Vec::new(),
        })
    } else {
        python::detect(project, folder).or_else(|| node::detect(project, folder))
    };
    let Some(mut kind) = kind else {
        if let Some(problem) = function_json::unread(project, folder).into_iter().next() {
            return Err(problem);
        }
        return match wanted {
            Some(other) if host.is_v2 => Err(Problem::warning(format!(
                "an Azure app of the runtime `{other}` has no functions that are run here"
            ))
            .at(project.shown(&host_file), None)
            .hint("functions in Python, JavaScript, TypeScript and custom handlers are run")),
            _ => Ok(None),
        };
    };
    let name = folder.file_name().filter(|_| folder != project.root());
    let wanted = name.map_or_else(|| project.name(), |name| name.to_string_lossy().into_owned());
    let mut app = draft(project, &wanted, folder, &kind);
    app.manifests.push(host_file);
    host.apply(&mut app);
    local.apply(project, folder, &mut app);
    for declared in std::mem::take(&mut kind.functions) {
        if declared.disabled {
            app.assumed.push(format!(
                "{} is left out: {} says that it is disabled",
                declared.name,
                project.shown(&declared.file)
            ));
            continue;
        }
        let function = function(project, &mut app, declared, &host);
        add(project, &mut app, function);
    }
    app.problems.append(&mut kind.problems);
    if kind.language == Language::Process || kind.handler.starts_with(function_json::NAME) {
        let unread = function_json::unread(project, folder).into_iter();
        // The app runs without them.
        app.problems.extend(unread.map(|problem| Problem { severity: Severity::Warning, ..problem }));
    }
    if kind.language != Language::Process {
        indexed::add(project, &mut app, &host, std::mem::take(&mut kind.unread));
    }
    if app.functions.is_empty() {
        app.problems.push(
            Problem::error("it has no function that can be read without running it")
                .at(project.shown(folder), None)
                .hint("register functions with plain names and routes"),
        );
    }
    Ok(Some(app))
}

/// Anything may be called `host.json`. With functions beside it, it is theirs; what begins as JSON and is none may be.
fn unread_host(project: &Project, folder: &Path, problem: Problem) -> Result<Option<App>, Problem> {
    let has = |name: &str| folder.join(name).is_file();
    if has(python::FILE) || has("local.settings.json") || function_json::any(project, folder) {
        return Err(problem);
    }
    match project.peek(&folder.join("host.json")) {
        Some(text) if text.trim_start().starts_with('{') => {
            Err(Problem { severity: Severity::Warning, ..problem })
        }
        _ => Ok(None),
    }
}

fn draft(project: &Project, wanted: &str, folder: &Path, kind: &Kind) -> App {
    let (runtime, sentence) = match kind.language {
        Language::Python => asked::python(project, folder),
        Language::Process => ("custom".to_owned(), String::new()),
        _ => asked::node(project, folder),
    };
    let identifier = runtime.replace("python", "python|").replace("nodejs", "node|").replace(".x", "");
    let mut settings = DEFAULTS;
    if kind.language == Language::Python {
        // Flex Consumption's for Python, of any size, unless it is told otherwise.
        // <https://learn.microsoft.com/azure/azure-functions/functions-concurrency#http-trigger-concurrency>
        settings.instance_concurrency = 1;
    }
    let mut app = App {
        provider: ProviderId::Azure,
        name: callable(wanted),
        language: kind.language,
        runtime: identifier.clone(),
        root: folder.to_path_buf(),
        handler: kind.handler.clone(),
        architecture: Architecture::default(),
        region: None,
        settings,
        env: BTreeMap::new(),
        functions: Vec::new(),
        manifests: Vec::new(),
        layers: Vec::new(),
        interpreter: None,
        why: vec![kind.why.clone()],
        assumed: Vec::new(),
        problems: Vec::new(),
    };
    if !sentence.is_empty() {
        app.assumed.push(sentence.replacen(&runtime, &identifier, 1));
    }
    name::note(&mut app, wanted);
    app.assumed.push(
        "memory 2048 MB and the calls at once of Flex Consumption, as nothing in the app's files says them; \
         coldframe.toml can change them"
            .into(),
    );
    if kind.language == Language::Python {
        app.assumed.push(format!(
            "an instance has one call at a time, as Flex Consumption gives Python unless it is told otherwise; on other \
             plans and with `func start` one has many, as with instance_concurrency = 16 under [functions.{}] of \
             coldframe.toml",
            app.name
        ));
    }
    app.assumed.push(format!(
        "keys are not asked for, as with `func start`, unless coldframe.toml says ask_for_keys = true under \
             [functions.{}]",
        app.name
    ));
    app
}

fn function(project: &Project, app: &mut App, declared: Declared, host: &Host) -> Function {
    let Declared { name, mut bindings, route, methods, file, line, problems, .. } = declared;
    let shown = project.shown(&file);
    app.problems.extend(problems);
    let kind = bindings.first().map_or_else(|| HTTP_TRIGGER.to_owned(), |trigger| trigger.kind.clone());
    let is_http = kind.eq_ignore_ascii_case(HTTP_TRIGGER);
    let mut routes = Vec::new();
    if is_http {
        if let Some(trigger) = bindings.first_mut().filter(|_| !host.headers.is_empty()) {
            trigger.settings.insert(HEADERS.into(), host.headers.clone());
        }
        let path = host.path(route.as_deref().unwrap_or(&name));
        for constraint in route::unknown_constraints(&path) {
            let problem =
                Problem::warning(format!("the constraint `{constraint}` of {name}'s route is not checked"));
            app.problems.push(problem.at(&shown, line).hint("any value is taken for it here"));
        }
        let methods = if methods.is_empty() { vec!["ANY".to_owned()] } else { methods };
        routes.extend(methods.into_iter().map(|method| Route::new(method, path.clone())));
    }
    if kind.eq_ignore_ascii_case(TIMER_TRIGGER) {
        let text = bindings.first().and_then(|trigger| trigger.settings.get("schedule"));
        if let Some(Err(why)) = text.map(|text| crate::schedule::check(text)) {
            app.problems.push(
                Problem::warning(format!("the schedule of {name} is none: {why}")).at(&shown, line).hint(
                    "write it as NCRONTAB, such as `0 */5 * * * *`; it can be called by hand all the same",
                ),
            );
        }
        app.assumed.push(match text {
            Some(text) => format!(
                "{name} runs by hand; its schedule `{text}` is not followed unless coldframe.toml says \
                 follow_schedules = true"
            ),
            None => format!("{name} runs by hand"),
        });
    } else if !is_http {
        app.assumed.push(format!(
            "{name} ({kind}) runs by hand, with the message that it is given; nothing is polled"
        ));
    }
    let missing = match app.language {
        Language::Python => "it is None",
        Language::Process => "it is not in Data",
        _ => "it is undefined",
    };
    let inputs = bindings.iter().skip(1).filter(|binding| !binding.output).map(|binding| {
        let Binding { name: input, kind, .. } = binding;
        format!("the input binding `{input}` ({kind}) of {name} is not connected: {missing}")
    });
    app.assumed.extend(inputs);
    Function {
        description: String::new(),
        routes,
        routes_cors: None,
        url: UrlSettings::default(),
        takes: if is_http { Takes::Request } else { Takes::Message },
        entry: None,
        bindings,
        name,
    }
}

/// Two of a name, or of a route and method, are a mistake that Azure's host does not start with.
fn add(project: &Project, app: &mut App, function: Function) {
    let folder = project.shown(&app.root);
    if app.functions.iter().any(|other| other.name.eq_ignore_ascii_case(&function.name)) {
        app.problems.push(
            Problem::error(format!("two functions are called {}", function.name))
                .at(folder, None)
                .hint("give one of them another name"),
        );
        return;
    }
    let twin = app
        .functions
        .iter()
        .find_map(|other| Some((other.name.clone(), shared_route(other, &function)?.to_owned())));
    if let Some((other, path)) = twin {
        app.problems.push(
            Problem::error(format!("{other} and {} have the same route, {path}", function.name))
                .at(folder, None)
                .hint("give one of them another route or other methods"),
        );
    }
    app.functions.push(function);
}

/// A route that both have, for a method that both take.
fn shared_route<'a>(one: &Function, other: &'a Function) -> Option<&'a str> {
    let same = |route: &&Route| {
        one.routes.iter().any(|own| {
            let methods = own.method == route.method || own.method == "ANY" || route.method == "ANY";
            methods && own.path.eq_ignore_ascii_case(&route.path)
        })
    };
    other.routes.iter().find(same).map(|route| route.path.as_str())
}

/// On Azure every app has a host of its own; here they share one, where the first that has a route answers on it.
fn tell_shared(project: &Project, apps: &mut [App]) {
    for at in 1..apps.len() {
        let (before, rest) = apps.split_at_mut(at);
        let Some(app) = rest.first_mut() else { return };
        for function in &mut app.functions {
            let first = before.iter().find_map(|other| {
                let path = other.functions.iter().find_map(|one| shared_route(one, function))?;
                Some((other.name.clone(), path.to_owned()))
            });
            let (Some((other, path)), Some(trigger)) = (first, function.bindings.first_mut()) else {
                continue;
            };
            trigger.settings.insert(SHARED.into(), other.clone());
            // What only a run can tell has every route.
            if function.entry() == UNINDEXED {
                continue;
            }
            let message = format!("the apps {other} and {} have the same route, {path}", app.name);
            let hint = format!(
                "call it by the name of its app, {}.localhost: {other} answers on localhost",
                app.name
            );
            app.problems.push(Problem::warning(message).at(project.shown(&app.root), None).hint(hint));
        }
    }
}

/// Functions are named by their app; where two apps have one of a name, the later's carries its app's.
fn give_names(apps: &mut [App]) {
    let mut taken = BTreeSet::new();
    for app in apps {
        let prefix = app.name.clone();
        for function in &mut app.functions {
            if !taken.insert(function.name.to_lowercase()) {
                let own = function.name.clone();
                function.name = callable(&format!("{prefix}-{own}"));
                taken.insert(function.name.to_lowercase());
                function.entry.get_or_insert(own);
            }
        }
    }
}

/// An app that a person declares: its folder.
///
/// # Errors
/// The folder holds no app.
pub(super) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, .. } = *declaration;
    let mut app = in_folder(project, root)?.ok_or_else(|| {
        Problem::error(format!("{} is no Azure app", project.shown(root)))
            .hint("it needs a host.json, and functions beside it")
    })?;
    app.why.clear();
    rename(&mut app, name);
    Ok(app)
}
