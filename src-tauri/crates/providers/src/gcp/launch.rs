//! How a Google function's process is started: the real functions framework where the function has it, else our
//! stand-in; or what a container of Cloud Run's starts, by its own command. With the variables of Cloud Run's container contract.
//! <https://cloud.google.com/run/docs/container-contract>

use std::ffi::OsString;

use coldframe_supervisor::Command;

use super::{detect, java};
use crate::{
    domain::{Language, Problem},
    launch::LaunchContext,
};

/// Cloud Run gives one vCPU, and more where the memory asks for them.
/// <https://cloud.google.com/run/docs/configuring/services/memory-limits>
pub(super) fn vcpu_milli(memory_mb: u32) -> u32 {
    match memory_mb {
        0..=4096 => 1000,
        4097..=8192 => 2000,
        8193..=16_384 => 4000,
        _ => 8000,
    }
}

/// # Errors
/// There is no interpreter or program, no file of the handler's name, or the app was not built.
pub(super) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    let whole = Some(app.handler.as_str());
    let (mut command, target, source) = match app.language {
        Language::Go => (Command::new(context.built()?, context.code), whole, None),
        Language::Java => (java::command(context, context.built()?)?, whole, None),
        // A service of Cloud Run's is no function.
        Language::Process => (context.command_line()?, None, None),
        _ => {
            let (file, target) = detect::parts(&app.handler);
            let source = detect::source_file(context.code, file, app.language).ok_or_else(|| {
                Problem::error(format!("handler `{}`: there is no such file", app.handler))
                    .hint("write it as FILE.FUNCTION, such as `main.hello_http`")
            })?;
            (context.bootstrap("gcp")?, Some(target), Some(source))
        }
    };
    command.env = context.environment();
    command.env.insert("PWD".into(), command.cwd.clone().into());
    let service = app.functions.first().map_or(&app.name, |function| &function.name);
    let mut set = |name: &str, value: OsString| command.env.insert(name.into(), value);
    if let Some(target) = target {
        set("FUNCTION_TARGET", target.into());
    }
    if let Some(source) = source {
        set("FUNCTION_SOURCE", source.into());
    }
    set("K_SERVICE", service.into());
    set("K_CONFIGURATION", service.into());
    set("K_REVISION", format!("{service}-{}", context.revision).into());
    set("CLOUD_RUN_TIMEOUT_SECONDS", app.settings.timeout.as_secs().to_string().into());
    if app.language == Language::Python {
        // Google's builds set it: what is printed is in the log at once.
        // <https://github.com/GoogleCloudPlatform/buildpacks/blob/main/cmd/python/runtime/main.go>
        command.env.entry("PYTHONUNBUFFERED".into()).or_insert_with(|| "TRUE".into());
    }
    if matches!(app.language, Language::Node | Language::TypeScript) {
        // The framework greets on the console otherwise, as it does for people who start it by hand.
        command.env.entry("NODE_ENV".into()).or_insert_with(|| "production".into());
    }
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}
