//! Node: what `app.http(…)` and its like of `@azure/functions` register in the files that `package.json` names, read as
//! it stands; else folders with `function.json`.
//! <https://learn.microsoft.com/azure/azure-functions/functions-reference-node>

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use ignore::gitignore::GitignoreBuilder;
use regex::Regex;

use super::{
    Declared, Kind,
    calls::{Argument, Text},
    function_json,
};
use crate::{
    azure::{HTTP_TRIGGER, TIMER_TRIGGER},
    domain::{Binding, Language, Problem},
    project::Project,
    source::Syntax,
};

const LIBRARY: &str = "@azure/functions";

static REGISTRATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bapp\s*\.\s*(\w+)\s*\(").expect("the pattern is a constant"));

/// Registrations and the triggers they make, besides the HTTP ones.
const TRIGGERS: [(&str, &str); 11] = [
    ("timer", TIMER_TRIGGER),
    ("storageQueue", "queueTrigger"),
    ("storageBlob", "blobTrigger"),
    ("serviceBusQueue", "serviceBusTrigger"),
    ("serviceBusTopic", "serviceBusTrigger"),
    ("eventHub", "eventHubTrigger"),
    ("eventGrid", "eventGridTrigger"),
    ("cosmosDB", "cosmosDBTrigger"),
    ("warmup", "warmupTrigger"),
    ("sql", "sqlTrigger"),
    ("mySql", "mysqlTrigger"),
];
const METHODS: [(&str, &str); 5] =
    [("get", "GET"), ("put", "PUT"), ("post", "POST"), ("patch", "PATCH"), ("deleteRequest", "DELETE")];

pub(super) fn detect(project: &Project, root: &Path) -> Option<Kind> {
    let manifest = project.peek(&root.join("package.json"));
    let manifest: serde_json::Value =
        manifest.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let main = manifest["main"].as_str().unwrap_or_default();
    let files = main_files(project, root, main);
    let mut kind = Kind {
        language: Language::Node,
        handler: function_json::NAME.into(),
        why: String::new(),
        functions: Vec::new(),
        problems: Vec::new(),
        unread: Vec::new(),
    };
    for file in &files {
        read(project, file, &mut kind);
    }
    if kind.functions.is_empty() && kind.unread.is_empty() {
        kind.functions = function_json::all(project, root, &[".js", ".mjs", ".cjs"], false);
        let typed = function_json::typed_scripts(project, root);
        let shown = project.shown(root);
        if typed.is_empty() {
            kind.why = format!("{shown} has a host.json and folders with a function.json in JavaScript");
        } else {
            kind.language = Language::TypeScript;
            kind.why =
                format!("{shown} has a host.json and folders with a function.json compiled from TypeScript");
            // What is built, behind what says that folders are read.
            kind.handler = format!("{},{}", kind.handler, typed.join(","));
        }
        return (!kind.functions.is_empty()).then_some(kind);
    }
    let names: Vec<String> = files.iter().map(|file| below(file, root)).collect();
    if names.iter().any(|name| name.ends_with("ts")) {
        kind.language = Language::TypeScript;
    }
    kind.why = format!(
        "{} names files that register functions with {LIBRARY}",
        project.shown(&root.join("package.json"))
    );
    kind.handler = names.join(",");
    Some(kind)
}

fn below(file: &Path, root: &Path) -> String {
    let inside = file.strip_prefix(root).unwrap_or(file).to_string_lossy();
    inside.replace(std::path::MAIN_SEPARATOR, "/")
}

/// The files that `main` names, which may be a pattern. What a compiler would put below `dist` is its TypeScript here.
fn main_files(project: &Project, root: &Path, main: &str) -> Vec<PathBuf> {
    let main = main.trim_start_matches("./");
    if main.is_empty() {
        return Vec::new();
    }
    let source = main.strip_prefix("dist/").unwrap_or(main).replace(".js", ".ts");
    let source = match source.strip_prefix("src/") {
        // `outDir` with `rootDir: "."` or "src".
        Some(_) => vec![source],
        None => vec![source.clone(), format!("src/{source}")],
    };
    let patterns = std::iter::once(main.to_owned()).chain(source);
    patterns
        .map(|pattern| matching(project, root, &pattern))
        .find(|files| !files.is_empty())
        .unwrap_or_default()
}

fn matching(project: &Project, root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut builder = GitignoreBuilder::new(root);
    let Ok(matcher) = builder.add_line(None, &format!("/{pattern}")).and_then(|builder| builder.build())
    else {
        return Vec::new();
    };
    let files = project.files().map(|file| project.root().join(file));
    files.filter(|file| file.starts_with(root) && matcher.matched(file, false).is_ignore()).collect()
}

fn read(project: &Project, file: &Path, kind: &mut Kind) {
    let text = Text::new(Syntax::JavaScript, &project.read_source(file).unwrap_or_default());
    if !text.mentions(LIBRARY) {
        return;
    }
    for found in REGISTRATION.captures_iter(&text.code) {
        let method = &found[1];
        let trigger = TRIGGERS.iter().find(|(name, _)| *name == method).map(|(_, kind)| *kind);
        let verb = METHODS.iter().find(|(name, _)| *name == method).map(|(_, verb)| (*verb).to_owned());
        if trigger.is_none() && verb.is_none() && !["http", "generic"].contains(&method) {
            continue;
        }
        let line = text.line_of(found.get_match().start());
        let arguments = text.arguments(found.get_match().end() - 1);
        let members = arguments.get(1).map(|options| text.members(options)).unwrap_or_default();
        let member = |wanted: &str| members.iter().find(|member| member.name == Some(wanted));
        let unread = |what: &str| {
            Problem::warning(format!("the {what} of a function is only known when it runs"))
                .at(project.shown(file), line)
        };
        let Some(name) = arguments.first().and_then(|name| name.literal()) else {
            kind.unread.push(unread("name"));
            continue;
        };
        let mut function = Declared { name, file: file.to_path_buf(), line, ..Declared::default() };
        let settings: BTreeMap<String, String> =
            members.iter().filter_map(|member| Some((member.name?.to_owned(), member.literal()?))).collect();
        let own = member("trigger").map(|trigger| text.members(trigger)).unwrap_or_default();
        let generic = own.iter().find(|member| member.name == Some("type")).and_then(|kind| kind.literal());
        let trigger = trigger.map(str::to_owned).or(generic).unwrap_or_else(|| HTTP_TRIGGER.to_owned());
        if trigger.eq_ignore_ascii_case(HTTP_TRIGGER) {
            if let Some(route) = member("route") {
                let Some(route) = route.literal() else {
                    kind.unread.push(unread("route"));
                    continue;
                };
                function.route = Some(route);
            }
            let methods = member("methods").and_then(|methods| methods.list()).unwrap_or_default();
            let default = || vec!["GET".to_owned(), "POST".to_owned()];
            function.methods = match verb {
                Some(verb) => vec![verb],
                // The library's default.
                None if methods.is_empty() => default(),
                None => methods.iter().map(|method| method.to_uppercase()).collect(),
            };
        }
        function.bindings.push(Binding {
            name: "trigger".into(),
            kind: trigger.clone(),
            output: false,
            settings,
        });
        if trigger.eq_ignore_ascii_case(HTTP_TRIGGER) {
            function.bindings.push(Binding {
                name: "$return".into(),
                kind: "http".into(),
                output: true,
                ..Binding::default()
            });
        }
        for (name, kind) in member("extraInputs").map(|all| inputs(&text, all)).unwrap_or_default() {
            function.bindings.push(Binding { name, kind, ..Binding::default() });
        }
        kind.functions.push(function);
    }
}

/// Of `input.storageBlob(…)`, the binding that it makes.
const INPUTS: [(&str, &str); 6] = [
    ("storageBlob", "blob"),
    ("table", "table"),
    ("cosmosDB", "cosmosDB"),
    ("sql", "sql"),
    ("mySql", "mysql"),
    ("generic", "generic"),
];

/// What stands in a list of extra inputs, by its names in the file, and of which kind each is as far as that is read.
fn inputs(text: &Text, list: &Argument<'_>) -> Vec<(String, String)> {
    let made = |expression: &str| {
        let method = expression.trim().strip_prefix("input")?.trim_start().strip_prefix('.')?;
        let method = method.split('(').next()?.trim();
        Some(INPUTS.iter().find(|(name, _)| *name == method).map_or(method, |(_, kind)| kind).to_owned())
    };
    let one = |item: &str| {
        let name: String = item.split('(').next().unwrap_or_default().trim().to_owned();
        let kind = made(item).or_else(|| made(text.constant(&name)?));
        (name, kind.unwrap_or_else(|| "of a kind that is only known when it runs".to_owned()))
    };
    text.elements(list).into_iter().map(one).collect()
}
