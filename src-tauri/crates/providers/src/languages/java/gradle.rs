//! Gradle, by the project's own wrapper only: which version builds it is the project's to say. What Gradle knows of the
//! build is asked by a task that an init script adds; nothing is written beside the person's files but Gradle's own output.

use std::{
    fs,
    path::{Path, PathBuf},
};

use coldframe_supervisor::Command;

use super::{Client, Made, Work, script};
use crate::{domain::Problem, project::text_of};

const INIT: &str = include_str!("../../../bootstrap/java/init.gradle");

pub(super) async fn compile(work: &Work<'_>) -> Result<Made, Problem> {
    work.run(command(work, "coldframeClasses")?).await?;
    let listed = |name: &str| -> Vec<PathBuf> {
        text_of(&work.out.join(name)).unwrap_or_default().lines().map(PathBuf::from).collect()
    };
    let (modules, libraries): (Vec<PathBuf>, Vec<PathBuf>) =
        listed("libraries").into_iter().partition(|path| path.is_dir());
    Ok(Made { classes: listed("classes").into_iter().chain(modules).collect(), libraries })
}

pub(super) async fn fetch(work: &Work<'_>, client: &Client, version: &str, to: &Path) -> Result<(), Problem> {
    let Client { group, artifact, unpacked, .. } = client;
    let mut command = command(work, "coldframeFetch")?
        .arg(format!("-PcoldframeClient={group}:{artifact}:{version}"))
        .arg(format!("-PcoldframeInto={}", to.display()));
    if let Some(unpacked) = unpacked {
        command = command.arg(format!("-PcoldframeUnpacked={unpacked}"));
    }
    work.run(command).await.map_err(|problem| {
        Problem::error(format!(
            "{group}:{artifact}:{version}, which runs it, could not be fetched: {}",
            problem.message
        ))
        .hint("Gradle fetches it once from the project's repositories, as it lies in the cloud's runtime")
    })?;
    Ok(())
}

fn command(work: &Work<'_>, task: &str) -> Result<Command, Problem> {
    let wrapper = work.wrapper(if cfg!(windows) { "gradlew.bat" } else { "gradlew" }).ok_or_else(|| {
        Problem::error(format!(
            "no Gradle wrapper for {}: there is no gradlew in its folder or above",
            work.app.name
        ))
        .at(super::shown(work.file, work.project), None)
        .hint("gradle wrapper, in the project's folder, makes one")
    })?;
    let init = work.out.join("init.gradle");
    fs::write(&init, INIT)
        .map_err(|error| Problem::error(format!("cannot write {}: {error}", init.display())))?;
    Ok(script(wrapper, &work.app.root)
        .arg("--quiet")
        .arg("--console=plain")
        // What is started here ends here; a daemon would stay for hours.
        .arg("--no-daemon")
        .arg("--project-dir")
        .arg(&work.app.root)
        .arg("--init-script")
        .arg(init)
        .arg(format!("-PcoldframeOut={}", work.out.display()))
        .arg(task))
}
