//! Maven: the project's wrapper if it has one, else `mvn`. Once what the build needs is known and in the local
//! repository, a save compiles offline, and the list of libraries is asked for again only when a `pom.xml` has changed.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, PoisonError},
};

use coldframe_supervisor::Command;

use super::{Client, Made, Work, script};
use crate::{domain::Problem, languages::interpreter::upwards, project::text_of};

/// Pinned, so that Maven need not ask its repositories which there are.
const DEPENDENCIES: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

/// What was found of an app: its libraries, with a hash of the files that say which they are.
#[derive(Debug, Clone)]
struct Known {
    described: blake3::Hash,
    libraries: Vec<PathBuf>,
}

static KNOWN: LazyLock<Mutex<HashMap<PathBuf, Known>>> = LazyLock::new(Mutex::default);

pub(super) async fn compile(work: &Work<'_>) -> Result<Made, Problem> {
    let described = described(work);
    let classes = work.app.root.join("target/classes");
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&work.app.root).cloned();
    if let Some(Known { described: before, libraries }) = known
        && before == described
        && libraries.iter().all(|library| library.exists())
    {
        match work.run(command(work)?.arg("--offline").arg("compile")).await {
            Ok(_) => return Ok(made(classes, libraries)),
            Err(problem) if !problem.message.contains("offline") => return Err(problem),
            // Something is needed after all that was not before.
            Err(_) => {}
        }
    }
    let list = work.out.join("libraries");
    let command = command(work)?
        .arg("compile")
        .arg(format!("{DEPENDENCIES}:build-classpath"))
        .arg("-Dmdep.includeScope=runtime")
        .arg(format!("-Dmdep.outputFile={}", list.display()));
    work.run(command).await?;
    let libraries: Vec<PathBuf> = std::env::split_paths(text_of(&list).unwrap_or_default().trim())
        .filter(|path| !path.as_os_str().is_empty())
        .collect();
    let known = Known { described, libraries: libraries.clone() };
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(work.app.root.clone(), known);
    Ok(made(classes, libraries))
}

/// Modules of the same build are folders of classes among the libraries.
fn made(classes: PathBuf, libraries: Vec<PathBuf>) -> Made {
    let (modules, libraries): (Vec<PathBuf>, Vec<PathBuf>) =
        libraries.into_iter().partition(|path| path.is_dir());
    Made { classes: std::iter::once(classes).chain(modules).collect(), libraries }
}

/// A build of its own that needs nothing but the client.
pub(super) async fn fetch(work: &Work<'_>, client: &Client, version: &str, to: &Path) -> Result<(), Problem> {
    let Client { group, artifact, unpacked, .. } = client;
    let pom = work.out.join("client-pom.xml");
    let text = format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
         <groupId>coldframe</groupId><artifactId>client</artifactId><version>1</version><packaging>pom</packaging>\
         <dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
         <version>{version}</version></dependency></dependencies></project>\n"
    );
    fs::write(&pom, text)
        .map_err(|error| Problem::error(format!("cannot write {}: {error}", pom.display())))?;
    let mut command = program(work)?
        .arg("--file")
        .arg(pom)
        .arg(format!("{DEPENDENCIES}:copy-dependencies"))
        .arg(format!("-DoutputDirectory={}", to.display()));
    if let Some(unpacked) = unpacked {
        command = command
            .arg(format!("{DEPENDENCIES}:unpack-dependencies"))
            .arg(format!("-Dmdep.unpack.includes={unpacked}"));
    }
    work.run(command).await.map_err(|problem| {
        Problem::error(format!("{group}:{artifact}:{version}, which runs it, could not be fetched: {}", problem.message))
            .hint("Maven fetches it once, as it lies in the cloud's runtime: check that it reaches its repositories")
    })?;
    Ok(())
}

/// Maven on the app's module, with those it needs of the same build.
fn command(work: &Work<'_>) -> Result<Command, Problem> {
    let folder = work.app.root.as_path();
    let above = upwards(folder, work.project).skip(1);
    let reactor = above
        .filter(|above| text_of(&above.join("pom.xml")).is_some_and(|text| text.contains("<module>")))
        .last();
    let command = program(work)?.arg("--file");
    Ok(match reactor.and_then(|top| Some((top, folder.strip_prefix(top).ok()?))) {
        Some((top, module)) => {
            command.arg(top.join("pom.xml")).arg("--projects").arg(module).arg("--also-make")
        }
        None => command.arg(work.file),
    })
}

fn program(work: &Work<'_>) -> Result<Command, Problem> {
    let wrapper = work.wrapper(if cfg!(windows) { "mvnw.cmd" } else { "mvnw" });
    let command = match wrapper {
        Some(wrapper) => script(wrapper, &work.app.root),
        None => {
            let program = which::which("mvn").map_err(|_| {
                Problem::error(format!(
                    "no Maven for {}: there is no mvn in PATH and no mvnw in the project",
                    work.app.name
                ))
                .hint("install Maven from https://maven.apache.org, or add its wrapper to the project")
            })?;
            Command::new(program, &work.app.root)
        }
    };
    let command = command.arg("--quiet").arg("--batch-mode");
    Ok(match std::env::var_os("MAVEN_OPTS") {
        Some(_) => command,
        // It lives for two seconds: what it compiles of itself need not be fast.
        None => command.env("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
    })
}

/// A hash of all that says which libraries there are.
fn described(work: &Work<'_>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for folder in upwards(&work.app.root, work.project) {
        hasher.update(text_of(&folder.join("pom.xml")).unwrap_or_default().as_bytes()).update(&[0]);
    }
    hasher.finalize()
}
