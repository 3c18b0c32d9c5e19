//! Java, and what else compiles to its classes: built with the project's own tool, Maven or its Gradle wrapper, at every
//! save, because plugins that generate, filter and check are part of what the person would deploy. The classes and the
//! libraries are then laid out as an archive has them, so that what serves is not what the next build writes over.

pub(crate) mod classes;
mod gradle;
mod layout;
mod maven;
mod said;

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use coldframe_supervisor::{Command, Exit, Output, Supervisor};
use walkdir::{DirEntry, WalkDir};

use super::{BuildRequest, Built, Tell, interpreter::upwards, shown};
use crate::{
    domain::{App, Problem},
    project::text_of,
    registry,
};

/// What runs a function's classes, as its cloud has it beside them: an artifact of Maven's repositories.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) group: &'static str,
    pub(crate) artifact: &'static str,
    /// Unless the project names another.
    pub(crate) version: &'static str,
    /// Of what is in it, what has to lie in the file system.
    pub(crate) unpacked: Option<&'static str>,
}

/// What a build tool made.
#[derive(Debug, Default)]
struct Made {
    /// Folders of classes and resources; the first wins.
    classes: Vec<PathBuf>,
    libraries: Vec<PathBuf>,
}

/// A project's own build tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Maven,
    Gradle,
}

const GRADLE_FILES: [&str; 2] = ["build.gradle", "build.gradle.kts"];

impl Tool {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Maven => "Maven",
            Self::Gradle => "Gradle",
        }
    }

    /// Of a folder, by the file that describes its build.
    pub(crate) fn of(folder: &Path) -> Option<(Self, PathBuf)> {
        let pom = folder.join("pom.xml");
        if pom.is_file() {
            return Some((Self::Maven, pom));
        }
        let gradle = GRADLE_FILES.map(|name| folder.join(name)).into_iter().find(|file| file.is_file())?;
        Some((Self::Gradle, gradle))
    }
}

/// # Errors
/// There is no `java`.
pub(crate) fn interpreter(app: &App) -> Result<PathBuf, Problem> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    home.filter(|program| program.is_file()).or_else(|| which::which("java").ok()).ok_or_else(|| {
        Problem::error(format!("no Java for {}: neither JAVA_HOME nor PATH leads to one", app.name))
            .hint("install a JDK, such as Temurin from https://adoptium.net")
    })
}

/// Builds that write into one folder go one after the other.
static FOLDERS: LazyLock<Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>> =
    LazyLock::new(Mutex::default);

/// # Errors
/// The compiler's first error, with its file and line; what the build tool says; or a tool is missing.
pub(super) async fn build(supervisor: &Supervisor, request: BuildRequest<'_>) -> Result<Built, Problem> {
    let BuildRequest { app, project, out, keep, tell } = request;
    let client = registry::of(app.provider).java_client.ok_or_else(|| {
        Problem::error(format!("{} functions in Java cannot be run yet", app.provider.title()))
    })?;
    let (tool, file) = Tool::of(&app.root).ok_or_else(|| {
        Problem::error(format!("nothing builds {}: there is no pom.xml and no build.gradle", app.name))
            .at(shown(&app.root, project), None)
            .hint("name the folder that holds it as the function's code")
    })?;
    let unwritten = |error: std::io::Error| {
        Problem::error(format!("the build of {} could not be written: {error}", app.name))
            .hint("is the disk full, or the data directory read-only?")
    };
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).map_err(unwritten)?;
    let turn = Arc::clone(
        FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).entry(app.root.clone()).or_default(),
    );
    let turn = turn.lock_owned().await;
    let work = Work { supervisor, app, project, file: &file, out: &out, tell };
    let made = match tool {
        Tool::Maven => maven::compile(&work).await?,
        Tool::Gradle => gradle::compile(&work).await?,
    };
    let task = out.join("task");
    layout::task(&made, &task, project).map_err(unwritten)?;
    drop(turn);
    let version = named_version(client, &made.libraries).unwrap_or_else(|| client.version.to_owned());
    let runtime = keep.join("java").join(format!("{}-{version}", client.artifact));
    if !runtime.is_dir() {
        let draft = out.join("client");
        match tool {
            Tool::Maven => maven::fetch(&work, client, &version, &draft).await?,
            Tool::Gradle => gradle::fetch(&work, client, &version, &draft).await?,
        }
        layout::keep(&draft, &runtime).map_err(unwritten)?;
    }
    Ok(Built { code: task, artifact: Some(runtime), files: Some(beyond(&made, app, project)) })
}

/// What went in from beyond the app's folder: other modules of the same build, and what describes it further up.
fn beyond(made: &Made, app: &App, project: &Path) -> Vec<PathBuf> {
    let others = made.classes.iter().chain(&made.libraries);
    let others = others.filter(|path| path.starts_with(project) && !path.starts_with(&app.root));
    let modules: BTreeSet<&Path> =
        others.filter_map(|path| path.ancestors().find(|folder| Tool::of(folder).is_some())).collect();
    let described = upwards(&app.root, project).skip(1).chain(modules.iter().copied());
    let builds = described.filter_map(Tool::of).map(|(_, file)| file);
    let sources = modules.iter().flat_map(|module| WalkDir::new(module.join("src"))).flatten();
    builds.chain(sources.filter(|entry| entry.file_type().is_file()).map(DirEntry::into_path)).collect()
}

/// The version of the client that a project depends on itself.
fn named_version(client: &Client, libraries: &[PathBuf]) -> Option<String> {
    libraries.iter().find_map(|jar| {
        let name = jar.file_name()?.to_str()?.strip_suffix(".jar")?;
        let version = name.strip_prefix(client.artifact)?.strip_prefix('-')?;
        // A platform's own jar has its name behind the version.
        let end = version.find(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
        Some(version[..end.unwrap_or(version.len())].to_owned())
    })
}

/// One build.
struct Work<'a> {
    supervisor: &'a Supervisor,
    app: &'a App,
    project: &'a Path,
    /// What describes the build.
    file: &'a Path,
    /// Its own folder.
    out: &'a Path,
    tell: &'a dyn Tell,
}

impl Work<'_> {
    /// Runs a build tool in the app's folder and gives what it said, or its first error.
    async fn run(&self, mut command: Command) -> Result<Output, Problem> {
        // The tool is the person's own, and so is what it is configured with.
        let own = std::mem::take(&mut command.env);
        command.env = std::env::vars_os().chain(own).collect();
        let name = command.program.display().to_string();
        self.tell.begins(&name);
        let said = self.supervisor.run_telling(command, |line| self.tell.says(&line.text));
        let output = said.await.map_err(|error| {
            Problem::error(format!("could not start {name}: {error}"))
                .hint("check that it runs in a terminal")
        })?;
        if matches!(output.status, Exit::Code(0)) {
            return Ok(output);
        }
        let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        Err(said::first_error(&String::from_utf8_lossy(&text), self))
    }

    /// A script beside the project's files, of the app's folder or one above.
    fn wrapper(&self, name: &str) -> Option<PathBuf> {
        upwards(&self.app.root, self.project).map(|folder| folder.join(name)).find(|script| script.is_file())
    }
}

/// A wrapper's command: scripts lose their permission on many ways.
fn script(program: PathBuf, cwd: &Path) -> Command {
    if cfg!(windows) || super::custom::is_executable(&program) {
        Command::new(program, cwd)
    } else {
        Command::new("/bin/sh", cwd).arg(program)
    }
}

/// `garden.Hello$Inner.greet(Hello.java:12)`, as a file below the app's folder.
pub(super) fn frame(root: &Path, line: &str) -> Option<(PathBuf, u32)> {
    let (method, place) = line.trim().trim_start_matches("at ").trim_end_matches(')').split_once('(')?;
    let (file, row) = place.split_once(':')?;
    let class = method.rsplit_once('.')?.0;
    let package = class.rsplit_once('.').map_or("", |(package, _)| package).replace('.', "/");
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '_' | '.');
    if !format!("{package}{file}").chars().all(plain) {
        return None;
    }
    let sources =
        ["src/main/java", "src/main/kotlin"].map(|folder| root.join(folder).join(&package).join(file));
    Some((sources.into_iter().find(|source| source.is_file())?, row.parse().ok()?))
}

/// What is said where another version than the declared one runs a function. No program is run to find out.
pub(crate) fn stand_in(app: &App) -> Option<String> {
    let program = interpreter(app).ok()?.canonicalize().ok()?;
    let release = text_of(&program.parent()?.parent()?.join("release"))?;
    let version =
        release.lines().find_map(|line| line.strip_prefix("JAVA_VERSION="))?.trim_matches('"').to_owned();
    let found = major(&version)?;
    let declared = major(app.runtime.strip_prefix("java")?)?;
    (found != declared)
        .then(|| format!("it runs with Java {found}, which is what is installed, not with {}", app.runtime))
}

/// `17` of `17.0.15`, `8` of `1.8.0_392` and `8.al2`.
fn major(version: &str) -> Option<u32> {
    let version = version.strip_prefix("1.").unwrap_or(version);
    version.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_a_jdk_and_a_runtime() {
        assert_eq!(
            ["17.0.15", "1.8.0_392", "8.al2", "21", ""].map(major),
            [Some(17), Some(8), Some(8), Some(21), None]
        );
    }

    #[test]
    fn a_frame_leads_to_the_source_below_the_app() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("src/main/java/garden/beds/Hello.java");
        std::fs::create_dir_all(source.parent().unwrap()).unwrap();
        std::fs::write(&source, "").unwrap();
        let found = |line: &str| frame(folder.path(), line);
        assert_eq!(found("garden.beds.Hello.<init>(Hello.java:12)"), Some((source.clone(), 12)));
        assert_eq!(found("\tat garden.beds.Hello$Inner.greet(Hello.java:7)"), Some((source, 7)));
        for other in [
            "java.base/java.util.List.of(List.java:1)",
            "a.b.c(../../x:1)",
            "garden.Hello.greet(Native Method)",
            "",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn other_modules_of_the_build_are_among_what_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path();
        for file in [
            "pom.xml",
            "fn/pom.xml",
            "lib/pom.xml",
            "lib/src/main/java/Words.java",
            "lib/target/classes/Words.class",
        ] {
            let file = project.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let app = crate::languages::tests::app(project.join("fn"));
        let made = Made {
            classes: vec![project.join("fn/target/classes"), project.join("lib/target/classes")],
            libraries: vec!["/m/core.jar".into()],
        };
        let expected =
            ["pom.xml", "lib/pom.xml", "lib/src/main/java/Words.java"].map(|file| project.join(file));
        assert_eq!(beyond(&made, &app, project), expected);
    }

    #[test]
    fn a_client_that_the_project_names_is_known_by_its_jar() {
        let client = Client { group: "g", artifact: "client", version: "2.0", unpacked: None };
        let named = |jar: &str| named_version(&client, &["/m/core-1.2.jar".into(), jar.into()]);
        assert_eq!(named("/m/client-2.6.0.jar"), Some("2.6.0".into()));
        assert_eq!(named("/m/client-2.6.0-linux-x86_64.jar"), Some("2.6.0".into()));
        assert_eq!(named("/m/other-1.0.jar"), None);
    }
}
