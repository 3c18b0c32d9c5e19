//! Functions that no manifest declares: a folder whose files look like one.
//!
//! Only names that mean something to Lambda count, and a name alone is not enough: `handler.py` has to define a
//! handler, `index.mjs` has to export one, a `bootstrap` has to be a program.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    aws::detect::{Claimed, cargo, draft, go, handler, java, runtime},
    domain::{App, Detection, Language, Problem},
    languages::{self, asked, java::classes::Class},
    name,
    project::Project,
    source::Offers,
};

/// The names a handler usually has, the likeliest first.
const HANDLERS: [&str; 4] = ["handler", "lambda_handler", "lambdaHandler", "main"];

pub(crate) fn detect(project: &Project, claimed: &Claimed) -> Detection {
    let folders: BTreeSet<PathBuf> =
        project.files().filter_map(|file| Some(project.root().join(file.parent()?))).collect();
    let mut found = Detection::default();
    for folder in folders.into_iter().filter(|folder| !claimed.folder(folder)) {
        let here = in_folder(project, &folder);
        found.apps.extend(here.apps);
        found.problems.extend(here.problems);
    }
    found
}

/// The functions in one folder, not below it.
pub(crate) fn in_folder(project: &Project, folder: &Path) -> Detection {
    let mut found = Detection::default();
    match cargo::package(project, folder) {
        Ok(None) => {}
        Ok(Some(package)) => {
            found.apps = rust(project, &package);
            return found;
        }
        Err(problem) => found.problems.push(problem),
    }
    // Built beside its source, a `bootstrap` would be an old one.
    if let Some(program) = go::program(project, folder) {
        found.apps.push(go(project, &program));
        return found;
    }
    if let Some(app) = custom(project, folder) {
        found.apps.push(app);
        return found;
    }
    for handler in java::handlers(project, folder) {
        found.apps.push(java(project, folder, &handler));
    }
    java::tell_apart(&mut found.apps);
    found.apps.extend(python(project, folder));
    found.apps.extend(node(project, folder));
    found.apps.extend(ruby(project, folder));
    found
}

/// A folder's name, or the project's at its root.
fn name_of(project: &Project, folder: &Path) -> String {
    let own = if folder == project.root() { None } else { folder.file_name() };
    own.map_or_else(|| project.name(), |name| name.to_string_lossy().into_owned())
}

fn bare(project: &Project, folder: &Path, language: Language, runtime: String, handler: String) -> App {
    let wanted = name_of(project, folder);
    let mut app = draft(&name::callable(&wanted), language, runtime, folder.to_path_buf(), handler);
    name::note(&mut app, &wanted);
    app.assumed.push(
        "timeout 3 s, memory 128 MB, as on AWS when nothing is set; coldframe.toml can change them".into(),
    );
    app
}

fn python(project: &Project, folder: &Path) -> Vec<App> {
    let mut apps = Vec::new();
    for stem in ["lambda_function", "handler"] {
        let file = folder.join(format!("{stem}.py"));
        if !has(project, &file) {
            continue;
        }
        let found = handler::locate(project, folder, &format!("{stem}.handler"), Language::Python);
        let Ok(located) = found else { continue };
        let usual = match stem {
            "lambda_function" => ["lambda_handler", "handler"],
            _ => ["handler", "lambda_handler"],
        };
        let mut functions = located.source.event_functions();
        functions.retain(|name| !name.starts_with('_'));
        let defined = usual.into_iter().find(|name| match stem {
            "lambda_function" => located.source.offers(name) == Offers::Yes,
            _ => located.source.callable_with_event(name),
        });
        let name = defined.or_else(|| functions.first().copied());
        // `lambda_function.py` is nothing else; `handler.py` may be anything.
        let Some(name) = name.or((stem == "lambda_function").then_some("lambda_handler")) else { continue };
        let (runtime, sentence) = asked::python(project, folder);
        let mut app = bare(project, folder, Language::Python, runtime, format!("{stem}.{name}"));
        let shown = project.shown(&file);
        if located.source.offers(name) == Offers::No {
            app.problems.push(
                Problem::error(format!("it does not define `{name}`"))
                    .at(&shown, None)
                    .hint(format!("add `def {name}(event, context):`, or name another in coldframe.toml")),
            );
            app.why.push(format!("{shown} has the name Lambda gives a function's file"));
        } else {
            app.why.push(format!("{shown} defines `{name}`"));
        }
        app.assumed.insert(0, sentence);
        apps.push(app);
    }
    apps
}

fn node(project: &Project, folder: &Path) -> Option<App> {
    let endings = ["mts", "cts", "ts", "mjs", "cjs", "js"];
    if !endings.iter().any(|ending| has(project, &folder.join(format!("index.{ending}")))) {
        return None;
    }
    let located = handler::locate(project, folder, "index.handler", Language::Node).ok()?;
    let name = HANDLERS.into_iter().find(|name| located.source.offers(name) == Offers::Yes)?;
    let (runtime, sentence) = asked::node(project, folder);
    let mut app = bare(project, folder, located.language, runtime, format!("index.{name}"));
    app.why.push(format!("{} exports `{name}`", project.shown(&located.file)));
    app.assumed.insert(0, sentence);
    note_source(project, &mut app, &located);
    Some(app)
}

/// AWS's own name of a file in Ruby; any other may be part of a site.
fn ruby(project: &Project, folder: &Path) -> Option<App> {
    let file = folder.join("lambda_function.rb");
    if !has(project, &file) {
        return None;
    }
    let text = project.peek(&file)?;
    let name = HANDLERS.into_iter().find(|name| languages::ruby::defines(&text, name))?;
    let (runtime, sentence) = asked::ruby(project, folder);
    let mut app = bare(project, folder, Language::Ruby, runtime, format!("lambda_function.{name}"));
    app.why.push(format!("{} defines `{name}`", project.shown(&file)));
    app.assumed.insert(0, sentence);
    Some(app)
}

/// What reading the handler's file tells beyond its name.
pub(crate) fn note_source(project: &Project, app: &mut App, located: &handler::Located) {
    if let Some(twin) = &located.twin {
        let (source, twin) = (project.shown(&located.file), project.shown(twin));
        app.assumed.push(format!("{source} is run, not {twin} beside it"));
    }
    if located.streams()
        && let Some(function) = app.functions.first_mut()
        && !function.url.streaming
    {
        function.url.streaming = true;
        let file = project.shown(&located.file);
        app.assumed
            .push(format!("its function URL streams, because {file} calls awslambda.streamifyResponse"));
    }
}

/// An executable `bootstrap` speaks the Runtime API itself.
fn custom(project: &Project, folder: &Path) -> Option<App> {
    let file = folder.join("bootstrap");
    if !has(project, &file) || ["configure.ac", "Makefile.am"].iter().any(|other| folder.join(other).exists())
    {
        return None;
    }
    let text = project.peek(&file);
    // A script, a compiled program, or what is meant to be one: the check says what is missing.
    let program = match &text {
        Some(text) => {
            (text.starts_with("#!") || languages::custom::is_executable(&file))
                && !text.contains("autoreconf")
        }
        None => true,
    };
    if !program {
        return None;
    }
    let handler = shell_handler(project, folder, text.as_deref().unwrap_or_default());
    let mut app = bare(project, folder, Language::Custom, runtime::PROVIDED.into(), handler);
    let shown = project.shown(&file);
    app.why.push(format!("{shown} is a program with the name of a custom runtime"));
    app.assumed.insert(0, format!("runtime {}, which is what a bootstrap runs on", runtime::PROVIDED));
    app.problems.extend(languages::custom::check(folder, &app.handler, project.root()).err());
    Some(app)
}

/// AWS's own example sources `FILE.sh` and calls a function in it, both taken from `_HANDLER`.
fn shell_handler(project: &Project, folder: &Path, bootstrap: &str) -> String {
    if bootstrap.contains("_HANDLER") {
        for stem in ["function", "handler"] {
            let text = project.peek(&folder.join(format!("{stem}.sh"))).unwrap_or_default();
            let defines = text.lines().any(|line| {
                let line = line.trim_start().trim_start_matches("function ").trim_start();
                line.strip_prefix("handler").is_some_and(|rest| rest.trim_start().starts_with(['(', '{']))
            });
            if defines {
                return format!("{stem}.handler");
            }
        }
    }
    "bootstrap".into()
}

fn rust(project: &Project, package: &cargo::Package) -> Vec<App> {
    let shown = project.shown(&package.manifest);
    let mut apps = Vec::new();
    for binary in &package.binaries {
        let runtime = runtime::PROVIDED.into();
        let mut app = bare(project, &package.folder, Language::Rust, runtime, binary.name.clone());
        if package.binaries.len() > 1 {
            crate::detecting::rename(&mut app, &name::callable(&binary.name));
        }
        app.why.push(format!("{shown} depends on {} and builds `{}`", package.runtime, binary.name));
        app.assumed
            .insert(0, format!("runtime {}, which is what a compiled program runs on", runtime::PROVIDED));
        app.manifests.push(package.manifest.clone());
        app.manifests.extend(package.workspace.clone());
        let main = package.folder.join(&binary.main);
        if let Some(text) = project.peek(&main)
            && ["StreamResponse", "run_with_streaming_response"].iter().any(|mark| text.contains(mark))
            && let Some(function) = app.functions.first_mut()
        {
            function.url.streaming = true;
            let main = project.shown(&main);
            app.assumed.push(format!("its function URL streams, because {main} answers with a stream"));
        }
        apps.push(app);
    }
    apps
}

fn go(project: &Project, program: &go::Program) -> App {
    let mut app = bare(project, &program.folder, Language::Go, runtime::PROVIDED.into(), "bootstrap".into());
    app.assumed.insert(0, format!("runtime {}, which is what a compiled program runs on", runtime::PROVIDED));
    take_go(project, program, &mut app);
    app
}

/// Makes an app one that go builds.
pub(crate) fn take_go(project: &Project, program: &go::Program, app: &mut App) {
    app.root.clone_from(&program.folder);
    app.why.push(format!("{} imports aws-lambda-go", project.shown(&program.main)));
    if let Some(file) = &program.streams
        && let Some(function) = app.functions.first_mut()
    {
        function.url.streaming = true;
        let file = project.shown(file);
        app.assumed.push(format!("its function URL streams, because {file} answers with a stream"));
    }
}

fn java(project: &Project, folder: &Path, handler: &Class) -> App {
    let (runtime, sentence) = java::runtime(project, folder);
    let mut app = bare(project, folder, Language::Java, runtime, handler.name.clone());
    app.why.push(format!("{} implements {}", project.shown(&handler.file), handler.interface));
    app.assumed.insert(0, sentence);
    java::note(project, &mut app);
    app
}

fn has(project: &Project, file: &Path) -> bool {
    file.strip_prefix(project.root()).is_ok_and(|relative| project.has(relative))
}

#[cfg(test)]
#[path = "bare_tests.rs"]
mod tests;
