//! How an app's process is started: a custom handler's own program, or our bootstrap with Azure's library for the
//! language, and the variables that `func start` gives.
//! <https://learn.microsoft.com/azure/azure-functions/functions-app-settings>

use std::path::{Path, PathBuf};

use coldframe_supervisor::Command;

use super::detect::Program;
use crate::{
    domain::{Language, Problem},
    launch::LaunchContext,
    project::text_of,
};

/// Flex Consumption gives a vCPU with 2048 MB.
/// <https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#instance-sizes>
pub(super) fn vcpu_milli(memory_mb: u32) -> u32 {
    memory_mb.saturating_mul(1000) / 2048
}

/// # Errors
/// The handler's program or the interpreter is missing.
pub(super) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    let mut command = match app.language {
        Language::Process => handler(context.code)?,
        _ => context.bootstrap("azure")?,
    };
    command.env = context.environment();
    let worker = match app.language {
        Language::Process => "custom",
        Language::Python => "python",
        _ => "node",
    };
    let port = context.port.map(|port| port.to_string()).unwrap_or_default();
    let id = context.stream.get(..32).unwrap_or(context.stream);
    let root = context.code.display().to_string();
    let mut usual = |name: &str, value: &str| {
        command.env.entry(name.into()).or_insert_with(|| value.into());
    };
    // What the person's own settings may say otherwise.
    usual("FUNCTIONS_WORKER_RUNTIME", worker);
    usual("FUNCTIONS_EXTENSION_VERSION", "~4");
    usual("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
    usual("WEBSITE_SITE_NAME", &app.name);
    usual("WEBSITE_HOSTNAME", "localhost");
    for (name, value) in
        [("AzureWebJobsScriptRoot", root.as_str()), ("COLDFRAME_HANDLER", app.handler.as_str())]
    {
        command.env.insert(name.into(), value.into());
    }
    if app.language == Language::Python && context.calls > 1 {
        command.env.insert("COLDFRAME_MANY_CALLS".into(), "1".into());
    }
    if app.language == Language::Process {
        for (name, value) in [
            ("FUNCTIONS_CUSTOMHANDLER_PORT", port.as_str()),
            ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", id),
            ("FUNCTIONS_HTTPWORKER_PORT", port.as_str()),
            ("FUNCTIONS_HTTPWORKER_ID", id),
            ("FUNCTIONS_APP_ROOT_PATH", root.as_str()),
        ] {
            command.env.insert(name.into(), value.into());
        }
    }
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}

/// The program that `host.json` names, with its arguments and folder.
fn handler(code: &Path) -> Result<Command, Problem> {
    let program =
        text_of(&code.join("host.json")).and_then(|text| Program::read(&text)).ok_or_else(|| {
            Problem::error("customHandler names no program")
                .at("host.json", None)
                .hint("write description.defaultExecutablePath: a file beside it, or a program in PATH")
        })?;
    let folder = code.join(&program.folder);
    let mut command = Command::new(located(&program.path, &folder, code)?, folder);
    command.args = program.arguments.into_iter().map(Into::into).collect();
    Ok(command)
}

fn located(path: &str, folder: &Path, code: &Path) -> Result<PathBuf, Problem> {
    let bare = path.trim_end_matches(".exe");
    let beside = [path, bare]
        .into_iter()
        .flat_map(|name| [folder.join(name), code.join(name)])
        .find(|file| file.is_file());
    if let Some(file) = beside {
        #[cfg(unix)]
        if !crate::languages::custom::is_executable(&file) {
            return Err(Problem::error(format!("{path}, the custom handler's program, is not executable"))
                .at("host.json", None)
                .hint(format!("chmod +x {}", file.display())));
        }
        return Ok(file);
    }
    which::which(bare).map_err(|_| {
        Problem::error(format!("there is no program `{path}`, neither beside host.json nor in PATH"))
            .at("host.json", None)
            .hint("build it, or correct customHandler.description.defaultExecutablePath")
    })
}
