//! Python: the decorators of `function_app.py` and its blueprints, read as they stand; else folders with `function.json`.
//! <https://learn.microsoft.com/azure/azure-functions/functions-reference-python>

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

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

pub(in crate::azure) const FILE: &str = "function_app.py";

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(DECORATOR, r"(?m)^@\w+\.(\w+)[ \t]*\(");
pattern!(DEFINITION, r"(?m)^(?:async[ \t]+)?def[ \t]+(\w+)");
pattern!(COMPUTED, r"(?m)^[ \t]+@\w+\.(?:route|schedule|\w+_trigger)[ \t]*\(");
pattern!(APP, r"\b(FunctionApp|AsgiFunctionApp|WsgiFunctionApp)[ \t]*\(");

/// Triggers whose binding is not called as their decorator is.
const TRIGGERS: [(&str, &str); 4] = [
    ("schedule", TIMER_TRIGGER),
    ("service_bus_queue_trigger", "serviceBusTrigger"),
    ("service_bus_topic_trigger", "serviceBusTrigger"),
    ("event_hub_message_trigger", "eventHubTrigger"),
];

pub(super) fn detect(project: &Project, root: &Path) -> Option<Kind> {
    let file = root.join(FILE);
    let mut kind = Kind {
        language: Language::Python,
        handler: FILE.into(),
        why: format!("{} stands beside a host.json", project.shown(&file)),
        functions: Vec::new(),
        problems: Vec::new(),
        unread: Vec::new(),
    };
    if !file.is_file() {
        kind.functions = function_json::all(project, root, &[".py"], false);
        kind.handler = function_json::NAME.into();
        kind.why =
            format!("{} has a host.json and folders with a function.json in Python", project.shown(root));
        return (!kind.functions.is_empty()).then_some(kind);
    }
    let text = Text::new(Syntax::Python, &project.read_source(&file).unwrap_or_default());
    let app = APP.captures(&text.code);
    let arguments = app.as_ref().map(|app| text.arguments(app.get_match().end() - 1)).unwrap_or_default();
    let named = |wanted: &str| arguments.iter().find(|argument| argument.name == Some(wanted));
    let level = named("http_auth_level")
        .and_then(Argument::choice)
        .map_or("function".into(), |level| level.to_lowercase());
    if let Some(made) = app.as_ref().filter(|app| &app[1] != "FunctionApp") {
        let name =
            named("function_name").and_then(Argument::literal).unwrap_or_else(|| "http_app_func".into());
        let mut whole = declared(name, &file, text.line_of(made.get_match().start()));
        whole.bindings = http("req", &level);
        whole.route = Some("{*route}".into());
        kind.functions.push(whole);
    }
    read(&text, &file, &level, &mut kind);
    if ["register_functions", "register_blueprint"].iter().any(|name| text.code.contains(name)) {
        for other in blueprints(project, root) {
            let text = Text::new(Syntax::Python, &project.read_source(&other).unwrap_or_default());
            if text.code.contains("Blueprint(") {
                read(&text, &other, &level, &mut kind);
            }
        }
    }
    for function in &mut kind.functions {
        for problem in &mut function.problems {
            problem.file = Some(project.shown(&function.file));
        }
    }
    for problem in &mut kind.unread {
        problem.file = problem.file.take().map(|file| project.shown(Path::new(&file)));
    }
    Some(kind)
}

/// Files of the app, and of no other app below it.
fn blueprints(project: &Project, root: &Path) -> Vec<PathBuf> {
    let files = project.files().filter(|file| file.extension().is_some_and(|ending| ending == "py"));
    let files = files.map(|file| project.root().join(file));
    files
        .filter(|file| file.starts_with(root) && file.file_name().is_some_and(|name| name != FILE))
        .filter(|file| {
            file.ancestors()
                .skip(1)
                .take_while(|above| *above != root)
                .all(|above| !above.join("host.json").is_file())
        })
        .collect()
}

fn declared(name: String, file: &Path, line: Option<u32>) -> Declared {
    Declared { name, file: file.to_path_buf(), line, ..Declared::default() }
}

fn http(name: &str, level: &str) -> Vec<Binding> {
    let settings = BTreeMap::from([("authLevel".to_owned(), level.to_owned())]);
    vec![
        Binding { name: name.into(), kind: HTTP_TRIGGER.into(), output: false, settings },
        Binding { name: "$return".into(), kind: "http".into(), output: true, settings: BTreeMap::new() },
    ]
}

/// The functions that a file's decorators make.
fn read(text: &Text, file: &Path, level: &str, kind: &mut Kind) {
    for made in COMPUTED.find_iter(&text.code) {
        let problem = Problem::warning("the functions that are registered here are only known when it runs");
        kind.unread.push(problem.at(file.display().to_string(), text.line_of(made.start())));
    }
    let mut decorators = DECORATOR.captures_iter(&text.code).peekable();
    for definition in DEFINITION.captures_iter(&text.code) {
        let at = definition.get_match().start();
        let mut function = declared(definition[1].to_owned(), file, text.line_of(at));
        let mut unread = None;
        while let Some(decorator) = decorators.next_if(|decorator| decorator.get_match().start() < at) {
            let arguments = text.arguments(decorator.get_match().end() - 1);
            if let Err(what) = apply(&mut function, &decorator[1], &arguments, level) {
                unread = Some((what, text.line_of(decorator.get_match().start())));
            }
        }
        match unread {
            Some((what, line)) => kind.unread.push(
                Problem::warning(format!("{what} of {} is only known when it runs", function.name))
                    .at(file.display().to_string(), line),
            ),
            None if function.bindings.first().is_some_and(|first| !first.output) => {
                kind.functions.push(function);
            }
            None => {}
        }
    }
}

/// # Errors
/// What is not spelled out.
fn apply(
    function: &mut Declared,
    decorator: &str,
    arguments: &[Argument<'_>],
    level: &str,
) -> Result<(), String> {
    let named = |wanted: &str| arguments.iter().find(|argument| argument.name == Some(wanted));
    let first = || arguments.first().filter(|argument| argument.name.is_none());
    let spelled = |argument: Option<&Argument<'_>>, what: &str| {
        argument.map(|argument| argument.literal().ok_or_else(|| what.to_owned())).transpose()
    };
    match decorator {
        "function_name" => {
            if let Some(name) = spelled(named("name").or_else(first), "the name")? {
                function.name = name;
            }
        }
        "route" => {
            function.route = spelled(named("route").or_else(first), "the route")?;
            let methods = named("methods").map(|methods| methods.list().ok_or("methods"));
            let methods = methods.transpose().map_err(|_| "the list of methods".to_owned())?;
            function.methods =
                methods.unwrap_or_default().iter().map(|method| method.to_uppercase()).collect();
            let own = named("auth_level").and_then(Argument::choice).map(|level| level.to_lowercase());
            let name = named("trigger_arg_name").and_then(Argument::literal).unwrap_or_else(|| "req".into());
            let mut http = http(&name, own.as_deref().unwrap_or(level));
            http.append(&mut function.bindings);
            function.bindings = http;
        }
        _ => {
            let Some((kind, output)) = binding_kind(decorator) else { return Ok(()) };
            let name = spelled(named("arg_name").or_else(first), "the arg_name")?.unwrap_or_default();
            let kind = if decorator.starts_with("generic_") {
                spelled(named("type"), "the type")?.unwrap_or_default()
            } else {
                kind
            };
            let settings = arguments.iter().filter_map(|argument| {
                let name = argument.name.filter(|name| !["arg_name", "type"].contains(name))?;
                Some((camel(name), argument.choice()?))
            });
            let binding = Binding { name, kind, output, settings: settings.collect() };
            let place = if decorator.ends_with("_trigger") || decorator == "schedule" {
                0
            } else {
                function.bindings.len()
            };
            function.bindings.insert(place, binding);
        }
    }
    Ok(())
}

/// A decorator's binding, and whether it is an output: `queue_trigger`, `blob_output`.
fn binding_kind(decorator: &str) -> Option<(String, bool)> {
    if let Some((_, kind)) = TRIGGERS.iter().find(|(name, _)| *name == decorator) {
        return Some(((*kind).to_owned(), false));
    }
    if decorator.ends_with("_trigger") {
        return Some((camel(decorator).replace("cosmosDb", "cosmosDB"), false));
    }
    let (name, output) = decorator
        .strip_suffix("_output")
        .map(|name| (name, true))
        .or_else(|| decorator.strip_suffix("_input").map(|name| (name, false)))?;
    let name = name.trim_end_matches("_queue").trim_end_matches("_topic");
    Some((camel(name).replace("cosmosDb", "cosmosDB"), output))
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let mut letters = word.chars();
        all + &letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect::<String>()
    })
}
