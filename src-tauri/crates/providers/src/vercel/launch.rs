//! How a Vercel function's process is started, with the variables `vercel dev` sets.

use coldframe_supervisor::Command;

use crate::{
    domain::{Language, Problem},
    launch::LaunchContext,
};

/// Vercel sells two sizes: 2 GB with one vCPU and 4 GB with two.
/// <https://vercel.com/docs/functions/configuring-functions/memory>
pub(crate) fn vcpu_milli(memory_mb: u32) -> u32 {
    if memory_mb <= 2048 { 1000 } else { 2000 }
}

/// # Errors
/// There is no interpreter, or the language is not carried yet.
pub(crate) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    if app.language != Language::Python {
        return Err(Problem::error(format!(
            "Vercel functions in {} cannot be run yet, only those in Python",
            app.language.as_str()
        )));
    }
    let mut command = context.bootstrap("vercel")?;
    command.env = context.environment();
    for (name, value) in
        [("VERCEL", "1"), ("VERCEL_ENV", "development"), ("VERCEL_REGION", "dev1"), ("NOW_REGION", "dev1")]
    {
        command.env.insert(name.into(), value.into());
    }
    command.env.insert("COLDFRAME_HANDLER".into(), app.handler.clone().into());
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}
