//! IBM's functions in a project: the actions of an OpenWhisk `manifest.yml`, and files with the names Code Engine and
//! OpenWhisk start from, whose `main` takes parameters.

mod manifest;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use regex::Regex;

use crate::{
    detecting::{Given, rename},
    domain::{
        App, Architecture, Detection, Function, Language, Problem, ProviderId, Settings, Takes, UrlSettings,
    },
    languages::asked,
    name::{self, callable},
    project::Project,
    provider::Declaration,
    source::{Offers, Source, Syntax, blank},
};

/// OpenWhisk's defaults. <https://github.com/apache/openwhisk/blob/master/docs/reference.md>
pub(super) const DEFAULTS: Settings = Settings {
    timeout: Duration::from_secs(60),
    memory_mb: 256,
    ephemeral_mb: 512,
    concurrency: Some(100),
    idle: Duration::from_secs(10 * 60),
    kept_warm: 0,
    always_cold: false,
    emulate_cpu_share: false,
    ask_for_keys: false,
    follow_schedules: false,
    instance_concurrency: 1,
    start_limit: Duration::from_secs(60),
};

/// The files that are started from, without their endings.
const PYTHON: [&str; 2] = ["__main__", "main"];
const NODE: [&str; 2] = ["main", "index"];
const ENTRY_STEMS: [&str; 3] = ["__main__", "main", "index"];
/// Names that people give a file of one function; nothing starts from them.
const LIKE_ENTRIES: [&str; 4] = ["function", "func", "fn", "action"];
/// The first is taken where several files differ in their endings alone.
const ENDINGS: [&str; 5] = ["py", "ts", "mjs", "cjs", "js"];

/// Ways to export a `main` besides a function of that name: `exports.main = main = async (args) => …`,
/// `exports.main = args => …`, `module.exports = { main: (args) => …, }`, and a method of that object.
static EXPORTED: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"\bexports\.main\s*=\s*\w+\s*=\s*(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*(\{|\w+)",
        r"\bexports\.main\s*=\s*(?:async\s+)?([\w$]+)\s*=>",
        r"\bmodule\.exports\s*=\s*\{[^}]*?\bmain\s*(?::\s*(?:async\s*)?(?:function\s*\w*\s*)?)?\(([^)]*)\)",
        r"\bmodule\.exports\s*=\s*\{[^}]*?\bmain\s*:\s*(?:async\s+)?([\w$]+)\s*=>",
    ]
    .map(|pattern| Regex::new(pattern).expect("the pattern is a constant"))
});

pub(super) fn detect(project: &Project, given: &Given) -> Detection {
    let mut found = Detection::default();
    for file in project.files().filter(|file| manifest::is_named_one(file)) {
        let here = manifest::detect(project, &project.root().join(file));
        found.apps.extend(here.apps);
        found.problems.extend(here.problems);
    }
    let claimed: BTreeSet<PathBuf> = found.apps.iter().map(|app| entry(&app.root, &app.handler)).collect();
    let folders: BTreeSet<PathBuf> =
        project.files().filter_map(|file| Some(project.root().join(file.parent()?))).collect();
    for folder in folders.into_iter().filter(|folder| !given.folders.contains(folder)) {
        match in_folder(project, &folder) {
            Some(app) if claimed.contains(&entry(&folder, &app.handler)) => {}
            Some(app) => found.apps.push(app),
            None => found.problems.extend(looks_like_one(project, &folder, &claimed)),
        }
    }
    found
}

/// The file of a handler, without its ending.
fn entry(folder: &Path, handler: &str) -> PathBuf {
    let (stem, _) = parts(handler);
    let file = folder.join(stem);
    if ending_of(&file).is_some() { file.with_extension("") } else { file }
}

/// The function of a folder, if a file in it looks like one.
fn in_folder(project: &Project, folder: &Path) -> Option<App> {
    let python = PYTHON.map(|stem| (stem.to_owned(), folder.join(format!("{stem}.py")), Language::Python));
    let usual = NODE.map(str::to_owned).into_iter();
    let node = named(project, folder).into_iter().chain(usual).flat_map(|stem| {
        ["ts", "mjs", "cjs", "js"].map(|ending| {
            let language = if ending == "ts" { Language::TypeScript } else { Language::Node };
            (stem.clone(), folder.join(format!("{stem}.{ending}")), language)
        })
    });
    let mut files = python.into_iter().chain(node).filter(|(_, file, _)| is_there(project, file));
    files.find_map(|(stem, file, language)| {
        let text = project.read_source(&file).ok()?;
        let Some(Main::Action(why)) = main_of(&text, language, &stem) else { return None };
        let name = if folder == project.root() {
            project.name()
        } else {
            folder.file_name()?.to_string_lossy().into_owned()
        };
        let mut app = draft(project, &name, folder, language, format!("{stem}.main"));
        app.why.push(format!("{} {why}", project.shown(&file)));
        app.assumed.push(
            "timeout 60 s, memory 256 MB, as in OpenWhisk when nothing is set; coldframe.toml can change them".into(),
        );
        Some(app)
    })
}

fn is_there(project: &Project, file: &Path) -> bool {
    file.strip_prefix(project.root()).is_ok_and(|relative| project.has(relative))
}

/// The file beside a package.json that it calls its `main`, without its ending.
fn named(project: &Project, folder: &Path) -> Option<String> {
    let text = project.peek(&folder.join("package.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    let main = manifest.get("main")?.as_str()?.trim_start_matches("./");
    let (stem, ending) = main.rsplit_once('.')?;
    (ENDINGS[1..].contains(&ending) && !stem.contains('/')).then(|| stem.to_owned())
}

/// What a file's `main` is.
enum Main {
    /// An action, and why.
    Action(String),
    /// Something that takes one thing, which is called nothing that says that these are parameters.
    Unsure(String),
}

/// A file's `main` that takes one thing: an action where that has one of the names everybody gives parameters, or where
/// the file has a name that nothing else has, or exports it from `main.js`.
fn main_of(text: &str, language: Language, stem: &str) -> Option<Main> {
    const NAMES: [&str; 6] = ["args", "params", "parameters", "dict", "event", "input"];
    let is_python = language == Language::Python;
    let syntax = if is_python { Syntax::Python } else { Syntax::JavaScript };
    let source = Source::new(syntax, text);
    let own = source.parameters_of("main");
    let parameters = if is_python { own } else { own.or_else(|| exported_parameters(text)) }?;
    let [one] = parameters.as_slice() else {
        // `function main() {…}` of a script is started by its file, not by a caller.
        return None;
    };
    let exported = !is_python && source.offers("main") == Offers::Yes;
    if !is_python && stem != "main" && !exported {
        return None;
    }
    // TypeScript's `params?: Params`.
    let one = one.trim_end_matches('?');
    let named = NAMES.contains(&one) || one.starts_with('{');
    let told = format!("`main({one})`");
    if named || stem == "__main__" || (stem == "main" && exported) {
        return Some(Main::Action(format!("defines {told}")));
    }
    exported.then_some(Main::Unsure(told))
}

fn exported_parameters(text: &str) -> Option<Vec<String>> {
    let code = blank(Syntax::JavaScript, text);
    let found = EXPORTED.iter().find_map(|pattern| pattern.captures(&code))?;
    let list = found[1].trim();
    if list.starts_with('{') {
        return Some(vec!["{…}".to_owned()]);
    }
    let names = list.split(',').filter_map(|one| one.split([':', '=']).next()).map(str::trim);
    Some(names.filter(|one| !one.is_empty()).map(str::to_owned).collect())
}

/// What would make a function of a file that exports `main` as an action does, and has no name that one starts from, or
/// whose parameter has none that says what it is.
fn looks_like_one(project: &Project, folder: &Path, claimed: &BTreeSet<PathBuf>) -> Option<Problem> {
    let own = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let stems = LIKE_ENTRIES.into_iter().chain(NODE).map(str::to_owned).chain(own);
    let files = stems
        .flat_map(|stem| ["ts", "js"].map(|ending| (folder.join(format!("{stem}.{ending}")), stem.clone())));
    let mut files =
        files.filter(|(file, _)| is_there(project, file) && !claimed.contains(&file.with_extension("")));
    files.find_map(|(file, stem)| {
        let text = project.read_source(&file).ok()?;
        let declare = format!(
            "give [functions.NAME] in coldframe.toml provider = \"ibm\", its path and handler = \"{stem}.main\""
        );
        let (message, hint) = match main_of(&text, Language::Node, &stem)? {
            Main::Action(_) => (
                "it exports `main` as an action does, and nothing says that it is run".to_owned(),
                format!("call it main.js or name it as `main` in a package.json beside it, as Code Engine wants; or {declare}"),
            ),
            Main::Unsure(told) => (
                format!("it exports {told}, which may be an action and is not taken for one"),
                format!("call what it takes `params`, or the file main.js; or {declare}"),
            ),
        };
        Some(Problem::warning(message).at(project.shown(&file), None).hint(hint))
    })
}

fn draft(project: &Project, wanted: &str, folder: &Path, language: Language, handler: String) -> App {
    let (runtime, sentence) = match language {
        Language::Python => asked::python(project, folder),
        // What `wsk --docker` calls them.
        Language::Process => (
            "blackbox".to_owned(),
            "started by its command, as an action's container would be, and asked by the action interface"
                .to_owned(),
        ),
        _ => asked::node(project, folder),
    };
    let kind = kind(&runtime);
    let name = callable(wanted);
    let mut app = App {
        provider: ProviderId::Ibm,
        name: name.clone(),
        language,
        runtime: kind.clone(),
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
            takes: Takes::Parameters,
            entry: None,
            bindings: Vec::new(),
        }],
        manifests: Vec::new(),
        layers: Vec::new(),
        interpreter: None,
        why: Vec::new(),
        assumed: vec![sentence.replacen(&runtime, &kind, 1)],
        problems: Vec::new(),
    };
    name::note(&mut app, wanted);
    app
}

/// OpenWhisk's spelling of a runtime: `python:3.12`, `nodejs:22`.
fn kind(runtime: &str) -> String {
    let runtime = runtime.trim_end_matches(".x");
    match runtime.find(|letter: char| letter.is_ascii_digit()) {
        Some(at) => format!("{}:{}", &runtime[..at], &runtime[at..]),
        None => runtime.to_owned(),
    }
}

/// A function that a person declares: its folder, and `FILE.FUNCTION` or the command that starts an action proxy.
///
/// # Errors
/// Nothing in the folder tells what to run, or the handler leads to no file.
pub(super) fn declared(declaration: &Declaration<'_>) -> Result<App, Problem> {
    let Declaration { project, name, root, handler, runtime } = *declaration;
    if !root.is_dir() {
        let problem = Problem::error(format!("code folder {} does not exist", project.shown(root)));
        return Err(problem.hint("correct the path"));
    }
    let mut app = match handler {
        None => in_folder(project, root).ok_or_else(|| {
            Problem::error(format!("nothing in {} looks like an action", project.shown(root)))
                .hint("add its handler, such as \"__main__.main\"")
        })?,
        Some(handler) => {
            let (stem, main) = parts(handler);
            let located = language_of(root, stem).filter(|_| !main.is_empty() && !stem.contains(".."));
            let own = || declaration.command().map(|_| Language::Process);
            let Some(language) = located.map(|(_, language)| language).or_else(own) else {
                let message =
                    format!("handler `{handler}` names no file and function of {}", project.shown(root));
                return Err(Problem::error(message).hint(
                    "write it as FILE.FUNCTION, such as `__main__.main`; for an action proxy of your own as the \
                     command that starts it, such as `python3 proxy.py`",
                ));
            };
            draft(project, name, root, language, handler.to_owned())
        }
    };
    app.why.clear();
    rename(&mut app, name);
    if let Some(runtime) = runtime {
        app.runtime = runtime.into();
    }
    Ok(app)
}

/// The file that a handler's first part names, with its ending or without.
fn language_of(folder: &Path, stem: &str) -> Option<(PathBuf, Language)> {
    let whole = folder.join(stem);
    if let Some(language) = ending_of(&whole).filter(|_| whole.is_file()) {
        return Some((whole, language));
    }
    let mut files = ENDINGS.iter().map(|ending| folder.join(format!("{stem}.{ending}")));
    let file = files.find(|file| file.is_file())?;
    let language = ending_of(&file)?;
    Some((file, language))
}

fn ending_of(file: &Path) -> Option<Language> {
    match file.extension()?.to_str()? {
        "py" => Some(Language::Python),
        "ts" => Some(Language::TypeScript),
        "mjs" | "cjs" | "js" => Some(Language::Node),
        _ => None,
    }
}

/// File, without its ending where that says nothing, and function.
pub(super) fn parts(handler: &str) -> (&str, &str) {
    match handler.rsplit_once('.') {
        // A file by its whole name.
        Some((_, ending)) if ENDINGS.contains(&ending) => (handler, "main"),
        Some(parts) => parts,
        None => (handler, "main"),
    }
}

/// The file that a handler's first part names in a folder of code: what was built, if something was.
pub(super) fn source_file(code: &Path, stem: &str, language: Language) -> Option<PathBuf> {
    let whole = code.join(stem);
    if ending_of(&whole).is_some_and(|of| of == language && of != Language::TypeScript) && whole.is_file() {
        return Some(whole);
    }
    let stem = if language == Language::TypeScript { stem.trim_end_matches(".ts") } else { stem };
    let endings: &[&str] = if language == Language::Python { &["py"] } else { &["mjs", "cjs", "js"] };
    endings.iter().map(|ending| code.join(format!("{stem}.{ending}"))).find(|file| file.is_file())
}
