//! From what a manifest says about a function's code to an app: the language, the file its handler names, and what
//! is wrong with either.

use std::path::{Path, PathBuf};

use crate::{
    aws::detect::{bare, cargo, draft, go, handler, java, runtime},
    domain::{App, Language, Problem},
    languages,
    project::Project,
};

/// A manifest's words about a function's code.
pub(crate) struct Declared<'a> {
    pub(crate) name: &'a str,
    pub(crate) runtime: &'a str,
    pub(crate) handler: &'a str,
    /// The folder that is deployed, absolute.
    pub(crate) root: PathBuf,
    /// Which binary of a cargo package is meant, where the manifest says so.
    pub(crate) binary: Option<String>,
    pub(crate) build: Build,
    /// The archive that is deployed, where the manifest names one: relative to the root.
    pub(crate) archive: Option<String>,
    /// esbuild's entry points, relative to the root: source files whose results the handler names.
    pub(crate) entries: Vec<String>,
}

/// What the manifest says builds a compiled program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    Unsaid,
    Cargo,
    Go,
}

/// The app, with its problems on it; those without a place belong to the manifest's line.
///
/// # Errors
/// Coldframe does not run this runtime.
pub(crate) fn app(project: &Project, declared: &Declared) -> Result<App, Problem> {
    let Some(language) = runtime::language(declared.runtime) else {
        let hint = if declared.runtime.starts_with("php") {
            // Bref's names for its layers; AWS has no runtime of that name.
            "AWS has no PHP of its own: Bref's layers are provided.al2023 with a program called bootstrap, which \
             Coldframe runs where it lies in the code folder"
        } else {
            "it runs python3.x, nodejs, java, ruby and provided runtimes"
        };
        return Err(Problem::warning(format!(
            "function `{}` needs {}, which Coldframe does not run; it is left out",
            declared.name, declared.runtime
        ))
        .hint(hint));
    };
    let Declared { name, runtime, handler, root, .. } = declared;
    let mut app = draft(name, language, (*runtime).to_owned(), root.clone(), (*handler).to_owned());
    if !root.starts_with(project.root()) {
        app.problems.push(
            Problem::warning(format!("its code lies outside the project, at {}", root.display()))
                .hint("changes there are not seen; open a folder that holds both"),
        );
    }
    if !root.is_dir() {
        let message = format!("code folder {} does not exist", project.shown(root));
        app.problems.push(Problem::error(message).hint("correct the path, or build what it names first"));
        return Ok(app);
    }
    match language {
        Language::Custom => program(project, declared, &mut app),
        Language::Java => java::note(project, &mut app),
        _ => script(project, declared, &mut app),
    }
    Ok(app)
}

fn script(project: &Project, declared: &Declared, app: &mut App) {
    let mut located = handler::locate(project, &app.root, declared.handler, app.language);
    if located.is_err()
        && let Some(built) = from_entries(declared)
        && let Ok(source) = handler::locate(project, &app.root, &built, app.language)
    {
        app.assumed
            .push(format!("its source is {}, which esbuild is told to bundle", project.shown(&source.file)));
        app.handler = built;
        located = Ok(source);
    }
    match located {
        Ok(located) => {
            app.language = located.language;
            app.problems.extend(located.missing_name(project));
            bare::note_source(project, app, &located);
        }
        Err(problem) => app.problems.push(problem),
    }
}

/// `app.handler` with the entry point `src/app.ts` is `src/app.handler` before bundling.
fn from_entries(declared: &Declared) -> Option<String> {
    let (stem, function) = declared.handler.split_once('.')?;
    let stem = stem.rsplit('/').next()?;
    let entry = declared
        .entries
        .iter()
        .find(|entry| Path::new(entry).file_stem().is_some_and(|name| name == stem))?;
    let source = Path::new(entry).with_extension("");
    Some(format!("{}.{function}", source.to_string_lossy().trim_start_matches("./")))
}

/// `provided.*` and `go1.x`: a `bootstrap` that is there, or a program that go or cargo builds.
fn program(project: &Project, declared: &Declared, app: &mut App) {
    let build = match declared.runtime {
        runtime if runtime.starts_with("go") => Build::Go,
        runtime::SERVERLESS_RUST => Build::Cargo,
        _ => declared.build,
    };
    if declared.runtime == runtime::SERVERLESS_RUST {
        app.assumed.push(format!(
            "`{}` is serverless-rust's word: it is deployed as provided.al2, with the program cargo builds",
            declared.runtime
        ));
    }
    if build == Build::Unsaid && app.root.join(languages::custom::PROGRAM).is_file() {
        prebuilt(project, app);
        return;
    }
    if build != Build::Cargo && compiled_by_go(project, declared, build, app) {
        return;
    }
    if languages::custom::is_executable(&app.root.join(declared.handler)) {
        prebuilt(project, app);
        return;
    }
    match packages(project, &app.root) {
        Ok(packages) => {
            let wanted = declared.binary.as_deref().unwrap_or(declared.handler);
            let all =
                || packages.iter().flat_map(|package| package.binaries.iter().map(move |one| (package, one)));
            // serverless-rust names `PACKAGE.BINARY`.
            let last = wanted.rsplit('.').next().unwrap_or(wanted);
            let named = all().find(|(_, binary)| binary.name == wanted || binary.name == last);
            let only = || if declared.binary.is_none() && all().count() == 1 { all().next() } else { None };
            if let Some((package, binary)) = named.or_else(only) {
                app.language = Language::Rust;
                app.handler.clone_from(&binary.name);
                app.root.clone_from(&package.folder);
                app.manifests.push(package.manifest.clone());
                app.manifests.extend(package.workspace.clone());
                let manifest = project.shown(&package.manifest);
                app.why.push(format!("{manifest} builds its program `{}`", binary.name));
                return;
            }
            let names: Vec<&str> = all().map(|(_, binary)| binary.name.as_str()).collect();
            let shown = project.shown(&app.root);
            app.problems.push(if names.is_empty() {
                Problem::error(format!(
                    "no `bootstrap` in {shown}, no Go program that imports aws-lambda-go, and no cargo package that depends on lambda_runtime"
                ))
                .hint(if declared.handler.ends_with(".php") {
                    "Bref's layer has its bootstrap, and layers are not run here: put an executable called bootstrap \
                     there that starts PHP with it"
                } else {
                    "put an executable called bootstrap there, or correct the path"
                })
            } else {
                Problem::error(format!("no program `{wanted}` among those that cargo builds in {shown}"))
                    .hint(format!("name one of: {}", names.join(", ")))
            });
        }
        Err(problem) => app.problems.push(problem),
    }
}

/// A program that is there, and is what its runtime starts.
fn prebuilt(project: &Project, app: &mut App) {
    let program = languages::custom::program(&app.root, &app.handler);
    app.why.push(format!("{} is what its runtime starts", project.shown(&program)));
    app.problems.extend(languages::custom::check(&app.root, &app.handler, project.root()).err());
}

/// Whether it is a program in Go, with what is wrong about which.
fn compiled_by_go(project: &Project, declared: &Declared, build: Build, app: &mut App) -> bool {
    let programs = go::programs(project, &app.root);
    if programs.is_empty() && build != Build::Go {
        return false;
    }
    app.language = Language::Go;
    if declared.runtime.starts_with("go") {
        let runtime = declared.runtime;
        app.assumed.push(format!(
            "AWS offers {runtime} no more; provided.al2023, with a program called bootstrap, is what it would take"
        ));
    }
    let archive = declared.archive.as_deref().map(Path::new).and_then(Path::file_stem);
    let archive = archive.map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = project.shown(&app.root);
    match go::meant(&programs, &app.root, declared.handler, &[&archive, declared.name]) {
        Some(program) => bare::take_go(project, program, app),
        None if programs.is_empty() => app.problems.push(
            Problem::error(format!("no Go program that imports github.com/aws/aws-lambda-go in {shown}"))
                .hint("write a `package main` that calls lambda.Start there, or correct the path"),
        ),
        None => {
            let names: Vec<String> = programs.iter().map(|one| project.shown(&one.folder)).collect();
            app.problems.push(
                Problem::error(format!(
                    "which of the Go programs in {shown} it is, is not said: {}",
                    names.join(", ")
                ))
                .hint("name the program's folder as the handler or as the code"),
            );
        }
    }
    true
}

/// The Lambda packages in a folder and below it.
fn packages(project: &Project, folder: &Path) -> Result<Vec<cargo::Package>, Problem> {
    let Ok(below) = folder.strip_prefix(project.root()) else {
        return Ok(cargo::package(project, folder)?.into_iter().collect());
    };
    let manifests = project.files().filter(|file| file.ends_with("Cargo.toml") && file.starts_with(below));
    let mut packages = Vec::new();
    for manifest in manifests {
        let folder = project.root().join(manifest.parent().unwrap_or(Path::new("")));
        packages.extend(cargo::package(project, &folder)?);
    }
    Ok(packages)
}
