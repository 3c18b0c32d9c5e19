//! Go functions of Google's framework: those that a package registers, else, of a module that asks for the framework,
//! the exported ones of the shapes that Google's build finds by name.
//! <https://github.com/GoogleCloudPlatform/buildpacks/tree/main/cmd/go/functions_framework>

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::{Registered, Signature, draft, finish, identifier};
use crate::{
    domain::{App, Language, Problem},
    languages::{
        asked,
        go::module::{self, Module, Source},
    },
    name::{self, callable},
    project::Project,
};

pub(crate) const FRAMEWORK: &str = "github.com/GoogleCloudPlatform/functions-framework-go";

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    IMPORT,
    r#"(?m)^[ \t]*(?:import[ \t]+)?(?:([\w.]+)[ \t]+)?"github\.com/GoogleCloudPlatform/functions-framework-go/functions""#
);
pattern!(REGISTERED, r"(?:\b(\w+)[ \t]*\.[ \t]*)?\b(HTTP|CloudEvent|Typed)[ \t]*\(");
pattern!(NAME, r#"^\s*(?:"([^"\\\n]+)"|`([^`]+)`|([A-Za-z_]\w*))"#);
pattern!(EXPORTED, r"(?m)^func[ \t]+([A-Z]\w*)[ \t]*\(([^)]*)\)[ \t]*([^{\n]*)\{");

/// A package of functions.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Where each is, and how it is told. The first of two of a name is registered, the second refused.
    pub(super) functions: Vec<(PathBuf, Registered)>,
    /// They register themselves; else whoever starts them has to.
    pub(crate) declares: bool,
    /// It starts the framework itself.
    pub(crate) starts: bool,
}

impl Package {
    /// `asks`: its module asks for the framework, and this is the module's own folder.
    pub(crate) fn read(sources: &[Source], asks: bool) -> Option<Self> {
        let declared: Vec<_> = sources.iter().flat_map(|source| registered(source, sources)).collect();
        let declares = !declared.is_empty();
        let own = || sources.iter().filter(|source| source.package != "main").flat_map(exported);
        let functions = if declares || !asks { declared } else { own().collect() };
        let file = &functions.first()?.0;
        let name = sources.iter().find(|source| source.file == *file)?.package.clone();
        let starts = sources.iter().any(|source| source.code.contains("funcframework.Start"));
        Some(Self { name, functions, declares, starts })
    }

    /// How a function that does not register itself is registered.
    pub(crate) fn signature(&self, name: &str) -> Option<Signature> {
        self.functions.iter().find(|(_, one)| one.name == name).map(|(_, one)| one.signature)
    }
}

fn registered(source: &Source, sources: &[Source]) -> Vec<(PathBuf, Registered)> {
    let Some(import) = IMPORT.captures(&source.text) else { return Vec::new() };
    let qualifier = match import.get(1).map(|alias| alias.as_str()) {
        Some(".") => None,
        alias => Some(alias.unwrap_or("functions")),
    };
    let calls = REGISTERED.captures_iter(&source.code);
    let own = calls.filter(|call| call.get(1).map(|one| one.as_str()) == qualifier);
    own.filter_map(|call| {
        let word = call.get(2)?;
        let name = name(&source.text[call.get(0)?.end()..], sources)?;
        let signature = match word.as_str() {
            "CloudEvent" => Signature::CloudEvent,
            "Typed" => Signature::Typed,
            _ => Signature::Http,
        };
        let why = format!("registers `{name}` with functions.{}", word.as_str());
        Some((source.file.clone(), Registered { name, signature, line: source.line(word.start()), why }))
    })
    .collect()
}

/// The name that a call begins with: a text, or a constant of the package that is one.
fn name(rest: &str, sources: &[Source]) -> Option<String> {
    let found = NAME.captures(rest)?;
    if let Some(text) = found.get(1).or(found.get(2)) {
        return Some(text.as_str().to_owned());
    }
    let constant =
        Regex::new(&format!(r#"\b{}(?:[ \t]+string)?[ \t]*=[ \t]*"([^"\\\n]+)""#, &found[3])).ok()?;
    sources.iter().find_map(|source| Some(constant.captures(&source.text)?[1].to_owned()))
}

/// Exported functions of the shapes that the framework takes.
fn exported(source: &Source) -> Vec<(PathBuf, Registered)> {
    let functions = EXPORTED.captures_iter(&source.code);
    functions
        .filter_map(|found| {
            let types: Vec<&str> = found[2].split(',').map(|one| kind(one.trim())).collect();
            let signature = match (types.as_slice(), found[3].trim()) {
                (["http.ResponseWriter", "*http.Request"], "") => Signature::Http,
                (["context.Context", event], "error") => {
                    let sdk = source.text.contains("\"github.com/cloudevents/sdk-go/v2");
                    if sdk && event.ends_with(".Event") {
                        Signature::CloudEvent
                    } else {
                        Signature::Background
                    }
                }
                _ => return None,
            };
            let name = found[1].to_owned();
            let line = source.line(found.get(1)?.start());
            let why = format!("defines `{name}`, of a shape that the functions framework takes");
            Some((source.file.clone(), Registered { name, signature, line, why }))
        })
        .collect()
}

/// Of a parameter, named or not.
fn kind(parameter: &str) -> &str {
    parameter.split_once(char::is_whitespace).map_or(parameter, |(_, kind)| kind.trim())
}

/// The functions of a folder's package, not of those below, as far as its text says that they are Google's.
pub(super) fn apps(project: &Project, folder: &Path, files: &[PathBuf]) -> Vec<App> {
    let module = Module::of(folder, project.root());
    let asks = module.as_ref().is_some_and(|module| module.requires(FRAMEWORK).is_some());
    in_folder(project, folder, files, module.as_ref(), asks)
}

/// The functions of a package that a person says is Google's: its build adds the framework where it is not asked for.
pub(super) fn declared(project: &Project, folder: &Path) -> Vec<App> {
    let files = folders(project).remove(folder).unwrap_or_default();
    in_folder(project, folder, &files, Module::of(folder, project.root()).as_ref(), true)
}

fn in_folder(
    project: &Project,
    folder: &Path,
    files: &[PathBuf],
    module: Option<&Module>,
    asks: bool,
) -> Vec<App> {
    let sources: Vec<Source> =
        files.iter().filter_map(|file| Source::new(file.clone(), project.peek(file)?)).collect();
    let asks = asks && module.is_some_and(|module| module.folder == folder);
    let Some(package) = Package::read(&sources, asks) else { return Vec::new() };
    let mut apps: Vec<App> = Vec::new();
    for (file, one) in &package.functions {
        if let Some(twin) = apps.iter_mut().find(|app| app.handler == one.name) {
            let message = format!("`{}` is registered a second time, which ends the framework", one.name);
            let at = Problem::error(message).at(project.shown(file), Some(one.line));
            twin.problems.push(at.hint("give one of them another name"));
            continue;
        }
        apps.push(app(project, folder, module, &package, (file, one)));
    }
    apps
}

/// Those of every folder that has Go in it.
pub(super) fn folders(project: &Project) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in project.files().filter(|file| Source::is_one(file)) {
        let path = project.root().join(file);
        let folder = path.parent().unwrap_or(project.root()).to_path_buf();
        folders.entry(folder).or_default().push(path);
    }
    folders
}

fn app(
    project: &Project,
    folder: &Path,
    module: Option<&Module>,
    package: &Package,
    (file, one): (&Path, &Registered),
) -> App {
    let (runtime, sentence) = asked::go(project, folder);
    let sentence = sentence.replacen(&runtime, &identifier(&runtime), 1);
    let mut app = draft(&callable(&one.name), folder, Language::Go, identifier(&runtime));
    name::note(&mut app, &one.name);
    app.handler.clone_from(&one.name);
    one.signature.set(&mut app);
    let shown = project.shown(file);
    app.why.push(format!("{shown} {}", one.why));
    finish(&mut app, sentence);
    match module {
        None => app.problems.push(module::no_module(&project.shown(folder))),
        Some(module) => {
            let list = module.folder.join("go.mod");
            if package.name != "main" && !module.path.split('/').next().unwrap_or_default().contains('.') {
                let message =
                    format!("Google's build refuses the module `{}`: its first part has no dot", module.path);
                let at = Problem::warning(message).at(project.shown(&list), None);
                app.problems.push(at.hint("call it something like example.com/hello; it is run here"));
            }
            app.manifests.push(list);
        }
    }
    if package.name != "main" {
        app.assumed.push(
            "the program around it is made by Coldframe, in a folder of its own, as Google's build makes one"
                .into(),
        );
    } else if package.starts {
        app.assumed.push("it is a program that starts the framework itself, and runs as it is".into());
    } else {
        let message = "package main cannot be imported by the program that Google's build makes around it";
        let hint = "call the package something else, or start the framework in main with funcframework.Start";
        app.problems.push(Problem::error(message).at(shown, Some(1)).hint(hint));
    }
    app
}
