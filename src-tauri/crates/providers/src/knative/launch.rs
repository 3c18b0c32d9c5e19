//! How a Knative service's process is started: its own command, or the runtime of a `func` project where the function
//! has it, else our stand-in.

use coldframe_supervisor::Command;

use super::detect;
use crate::{
    domain::{Language, Problem},
    launch::LaunchContext,
};

/// # Errors
/// The program, the interpreter or the function's file is missing.
pub(super) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    let mut command = match app.language {
        Language::Process => context.command_line()?,
        Language::Go => Command::new(context.built()?, context.code),
        _ => context.bootstrap("knative")?,
    };
    command.env = context.environment();
    if app.language == Language::Go {
        if let Some(port) = context.port {
            command.env.insert("LISTEN_ADDRESS".into(), format!("127.0.0.1:{port}").into());
        }
    } else if app.language != Language::Process {
        let (stem, _) = detect::parts(&app.handler);
        let source = detect::source_file(context.code, stem, app.language).ok_or_else(|| {
            Problem::error(format!("handler `{}`: there is no such file", app.handler))
                .hint("write it as FILE.FUNCTION, such as `index.handle`")
        })?;
        command.env.insert("COLDFRAME_HANDLER".into(), source.into());
    }
    if matches!(app.language, Language::Node | Language::TypeScript) {
        // As the start script of `func create`'s templates says, which a deployment runs; the runtime itself keeps what
        // `context.log.info` is told to itself.
        // <https://github.com/knative/func/blob/main/templates/node/http/package.json>
        command.env.entry("FUNC_LOG_LEVEL".into()).or_insert_with(|| "info".into());
    }
    if let Some(kind) = app.env.get("FUNC_INVOKE") {
        command.env.insert("COLDFRAME_INVOKE".into(), kind.into());
    }
    let service = app.functions.first().map_or(&app.name, |function| &function.name);
    for (name, value) in [
        ("K_SERVICE", service.clone()),
        ("K_CONFIGURATION", service.clone()),
        ("K_REVISION", format!("{service}-{}", context.revision)),
    ] {
        command.env.insert(name.into(), value.into());
    }
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}
