//! Java functions of Google's framework: classes of a Maven or Gradle project that implement one of its interfaces.
//! <https://github.com/GoogleCloudPlatform/functions-framework-java>

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::{Signature, draft, finish};
use crate::{
    domain::{App, Language, Problem},
    languages::java::{
        Tool,
        classes::{self, Class, source_of},
    },
    name::{self, callable},
    project::Project,
};

const API: &str = "functions-framework-api";
const INVOKER: &str = "java-function-invoker";
const USUAL: u32 = 17;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    FUNCTION,
    r"\bclass\s+(\w+)[^{;]*\bimplements\b[^{;]*\b(HttpFunction|TypedFunction|CloudEventsFunction|RawBackgroundFunction|BackgroundFunction)\b"
);
pattern!(HERITAGE, r"\bclass\s+\w+[^{;]*\b(?:extends|implements)\b");

fn signature(interface: &str) -> Signature {
    match interface {
        "CloudEventsFunction" => Signature::CloudEvent,
        "BackgroundFunction" | "RawBackgroundFunction" => Signature::Background,
        "TypedFunction" => Signature::Typed,
        _ => Signature::Http,
    }
}

/// The functions of a folder that is built by itself.
pub(super) fn apps(project: &Project, folder: &Path) -> Vec<App> {
    let classes = classes::implementing(project, folder, API, &FUNCTION);
    let several = classes.len() > 1;
    let title = |class: &Class| {
        let folder = folder.file_name().filter(|_| !several && folder != project.root());
        match folder {
            Some(folder) => folder.to_string_lossy().into_owned(),
            None => class.name.rsplit('.').next().unwrap_or(&class.name).to_owned(),
        }
    };
    classes
        .iter()
        .map(|class| {
            let mut app = app(project, folder, &title(class), &class.name);
            signature(&class.interface).set(&mut app);
            app.why.push(format!("{} implements {}", project.shown(&class.file), class.interface));
            app
        })
        .collect()
}

/// Folders that hold builds, in the order of their names.
pub(super) fn folders(project: &Project) -> BTreeSet<PathBuf> {
    let builds = project.files().filter(|file| {
        let name = file.file_name().unwrap_or_default();
        ["pom.xml", "build.gradle", "build.gradle.kts"].iter().any(|build| name == *build)
    });
    builds.filter_map(|file| Some(project.root().join(file.parent()?))).collect()
}

/// A class that a person names, which may have its interface from another; nothing where it is not among the sources.
pub(super) fn named(project: &Project, folder: &Path, class: &str) -> Option<App> {
    Tool::of(folder)?;
    let file = source_of(folder, class);
    let text = file.is_file().then(|| project.peek(&file))??;
    let own = class.rsplit(['.', '$']).next().unwrap_or(class);
    let mut app = app(project, folder, own, class);
    if !HERITAGE.is_match(&text) {
        let message = format!("`{class}` implements none of the framework's interfaces");
        let at = Problem::warning(message).at(project.shown(&file), None);
        app.problems.push(at.hint(
            "write `implements HttpFunction`, TypedFunction<A, B>, CloudEventsFunction or BackgroundFunction<A>",
        ));
    }
    Some(app)
}

fn app(project: &Project, folder: &Path, title: &str, class: &str) -> App {
    let asked = classes::version(project, folder);
    let runtime = format!("java{}", asked.as_ref().map_or(USUAL, |(version, _)| *version));
    let sentence = match asked {
        Some((version, build)) => format!("runtime {runtime}, for the Java {version} of {build}"),
        None => format!("runtime {runtime}, because no file names a version"),
    };
    let mut app = draft(&callable(title), folder, Language::Java, runtime);
    name::note(&mut app, title);
    app.handler = class.to_owned();
    finish(&mut app, sentence);
    if let Some((tool, build)) = Tool::of(folder) {
        if !project.peek(&build).is_some_and(|text| text.contains(INVOKER)) {
            app.assumed.push(format!(
                "Google's own invoker for Java runs it, fetched once by {}, as Google's build adds it",
                tool.as_str()
            ));
        }
        app.manifests.push(build);
    }
    app
}
