//! How an action's process is started: our bootstrap, with the variables of OpenWhisk's and Code Engine's runtimes; or an
//! action proxy of the person's own, by its command.
//! <https://cloud.ibm.com/docs/codeengine?topic=codeengine-inside-env-vars>

use coldframe_supervisor::Command;

use super::{activation::API_HOST, detect};
use crate::{
    domain::{Language, Problem},
    launch::LaunchContext,
};

/// Code Engine sells memory by the vCPU, at most 8 GB and at least 1 GB to one; two is its usual measure.
/// <https://cloud.ibm.com/docs/codeengine?topic=codeengine-mem-cpu-combo>
pub(super) fn vcpu_milli(memory_mb: u32) -> u32 {
    (u64::from(memory_mb) * 1000 / 2048).clamp(125, 12_000).try_into().unwrap_or(12_000)
}

/// <https://cloud.ibm.com/docs/codeengine?topic=codeengine-regions>
const REGIONS: [&str; 11] = [
    "us-south", "us-east", "eu-de", "eu-gb", "eu-es", "jp-tok", "jp-osa", "au-syd", "br-sao", "ca-tor",
    "ca-mon",
];

/// The emulated account's region where it is one of IBM's, else the first of those.
fn region(of_account: &str) -> &str {
    if REGIONS.contains(&of_account) { of_account } else { REGIONS[0] }
}

/// # Errors
/// There is no interpreter or program, or no file of the handler's name.
pub(super) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let app = context.app;
    let is_own = app.language == Language::Process;
    let mut command = if is_own { context.command_line()? } else { context.bootstrap("ibm")? };
    command.env = context.environment();
    command.memory_limit_mb = Some(app.settings.memory_mb);
    let mut set = |name: &str, value: &str| command.env.insert(name.into(), value.into());
    set("__OW_ALLOW_CONCURRENT", "false");
    if is_own {
        set("__OW_API_HOST", API_HOST);
        return Ok(command);
    }
    let (stem, main) = detect::parts(&app.handler);
    let source = detect::source_file(context.code, stem, app.language).ok_or_else(|| {
        Problem::error(format!("handler `{}`: there is no such file", app.handler))
            .hint("write it as FILE.FUNCTION, such as `__main__.main`")
    })?;
    let mut set = |name: &str, value: &str| command.env.insert(name.into(), value.into());
    let kind = match app.language {
        Language::Python => "python",
        _ => "nodejs",
    };
    set("COLDFRAME_MAIN", main);
    set("CE_ALLOW_CONCURRENT", "false");
    set("CE_FUNCTION", &app.name);
    set(
        "CE_EXECUTION_ENV",
        &format!("ibm/action-{kind}-v{}", app.runtime.rsplit(':').next().unwrap_or_default()),
    );
    set("CE_PROJECT_ID", &context.account.id);
    let account = context.account.of(app);
    let region = region(&account.region);
    set("CE_REGION", region);
    set("CE_API_BASE_URL", &format!("https://api.private.{region}.codeengine.cloud.ibm.com"));
    set("CE_DOMAIN", "localhost");
    set("CE_SUBDOMAIN", "coldframe");
    command.env.insert("COLDFRAME_HANDLER".into(), source.into());
    Ok(command)
}
