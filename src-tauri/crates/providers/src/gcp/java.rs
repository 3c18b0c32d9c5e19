//! How a function in Java is run: by Google's own invoker, as Google's build starts it.
//! <https://github.com/GoogleCloudPlatform/buildpacks/tree/main/cmd/java/functions_framework>

use std::{
    fs,
    path::{Path, PathBuf},
};

use coldframe_supervisor::Command;

use crate::{
    domain::Problem,
    languages::java::{self, Client},
    launch::LaunchContext,
};

/// The version that Google's build adds where a project names none.
pub(super) const INVOKER: Client = Client {
    group: "com.google.cloud.functions.invoker",
    artifact: "java-function-invoker",
    version: "1.4.1",
    unpacked: None,
};

const MAIN: &str = "com.google.cloud.functions.invoker.runner.Invoker";

/// # Errors
/// There is no `java`.
pub(super) fn command(context: &LaunchContext<'_>, invoker: &Path) -> Result<Command, Problem> {
    let app = context.app;
    // As on Google, where the sources lie beside what was built of them.
    let mut command = Command::new(java::interpreter(app)?, &app.root);
    // Google gives the JVM seven tenths of the memory, where the function's own options say nothing.
    if !app.env.contains_key("JAVA_TOOL_OPTIONS") {
        command = command
            .arg(format!("-XX:MaxRAM={}m", app.settings.memory_mb))
            .arg("-XX:MaxRAMPercentage=70")
            // What a JVM takes where it sees a single vCPU.
            .arg("-XX:+UseSerialGC");
    }
    Ok(command
        .arg("-classpath")
        .arg(invoker.join("*"))
        .arg(MAIN)
        .arg("--classpath")
        .arg(class_path(context.code)?))
}

/// The classes, then the libraries in the order of the build's: the invoker's own `*` has none.
fn class_path(code: &Path) -> Result<std::ffi::OsString, Problem> {
    let entries = fs::read_dir(code.join("lib")).into_iter().flatten().flatten();
    let mut libraries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    libraries.sort();
    std::env::join_paths(std::iter::once(code.to_path_buf()).chain(libraries)).map_err(|error| {
        Problem::error(format!("its classes cannot be named: {error}"))
            .hint("keep the data directory where no path has a colon in it")
    })
}
