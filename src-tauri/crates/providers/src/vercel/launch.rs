//! How a Vercel function's process is started, with the variables `vercel dev` sets.

use std::ffi::OsString;

use coldframe_supervisor::Command;

use crate::{
    domain::{Language, Problem},
    door::authority,
    launch::LaunchContext,
};

/// Vercel sells two sizes: 2 GB with one vCPU and 4 GB with two.
/// <https://vercel.com/docs/functions/configuring-functions/memory>
pub(crate) fn vcpu_milli(memory_mb: u32) -> u32 {
    if memory_mb <= 2048 { 1000 } else { 2000 }
}

/// # Errors
/// There is no interpreter, or nothing was built.
pub(crate) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    let mut command = match app.language {
        Language::Go => Command::new(context.built()?, context.code),
        _ => context.bootstrap("vercel")?,
    };
    command.env = context.environment();
    let mut set = |name: &str, value: OsString| command.env.insert(name.into(), value);
    // System variables of a deployment under `vercel dev`; values that only a Git provider could give are empty there too.
    // <https://vercel.com/docs/environment-variables/system-environment-variables>
    for (name, value) in [
        ("VERCEL", "1"),
        ("VERCEL_ENV", "development"),
        ("VERCEL_TARGET_ENV", "development"),
        ("VERCEL_REGION", "dev1"),
        ("NOW_REGION", "dev1"),
        ("VERCEL_DEPLOYMENT_ID", "dpl_local"),
        ("TZ", ":UTC"),
    ] {
        set(name, value.into());
    }
    if let Some(door) = context.door {
        set("VERCEL_URL", authority(door).into());
        set("VERCEL_PROJECT_PRODUCTION_URL", authority(door).into());
    }
    let handler = match app.language {
        Language::TypeScript => built_name(&app.handler),
        _ => app.handler.clone(),
    };
    set("COLDFRAME_HANDLER", handler.into());
    if matches!(app.language, Language::Node | Language::TypeScript) {
        command.env.entry("NODE_ENV".into()).or_insert_with(|| "development".into());
    }
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}

/// What the build makes of a TypeScript file.
pub(super) fn built_name(handler: &str) -> String {
    let stem = handler.strip_suffix(".tsx").or_else(|| handler.strip_suffix(".ts"));
    stem.map_or_else(|| handler.to_owned(), |stem| format!("{stem}.js"))
}
