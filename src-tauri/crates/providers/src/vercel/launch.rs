//! How a Vercel function's process is started, with the variables `vercel dev` sets.

use std::{collections::BTreeMap, ffi::OsString};

use coldframe_supervisor::Command;

use crate::{
    domain::{Language, Problem},
    imports,
    languages::python,
    launch::LaunchContext,
};

/// Of the host's own environment, what a process needs to find programs and certificates.
const INHERITED: [&str; 11] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
];

/// Vercel sells two sizes: 2 GB with one vCPU and 4 GB with two.
/// <https://vercel.com/docs/functions/configuring-functions/memory>
pub(crate) fn vcpu_milli(memory_mb: u32) -> u32 {
    if memory_mb <= 2048 { 1000 } else { 2000 }
}

/// # Errors
/// There is no interpreter, or the language is not carried yet.
pub(crate) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let LaunchContext { app, project, code, .. } = *context;
    if app.language != Language::Python {
        return Err(Problem::error(format!(
            "Vercel functions in {} cannot be run yet, only those in Python",
            app.language.as_str()
        )));
    }
    let mut command = Command::new(python::interpreter(app, project)?, code)
        .arg("-c")
        .arg(
            "import sys; sys.path[0] = sys.argv[1]; import coldframe_bootstrap.vercel as b; \
             sys.path[0] = sys.argv[2]; sys.argv[:] = [b.__file__]; b.main()",
        )
        .arg(context.bootstraps.join("python"))
        .arg(code);
    command.env = environment(context);
    command.memory_limit_mb = Some(app.settings.memory_mb);
    Ok(command)
}

fn environment(context: &LaunchContext<'_>) -> BTreeMap<OsString, OsString> {
    let mut env = BTreeMap::new();
    for name in INHERITED {
        if let Some(value) = std::env::var_os(name) {
            env.insert(name.into(), value);
        }
    }
    for (name, value) in &context.app.env {
        if !name.starts_with("COLDFRAME_") {
            env.insert(name.into(), value.into());
        }
    }
    let mut set = |name: &str, value: OsString| env.insert(name.into(), value);
    set("VERCEL", "1".into());
    set("VERCEL_ENV", "development".into());
    set("VERCEL_REGION", "dev1".into());
    set("NOW_REGION", "dev1".into());
    set("LC_CTYPE", "C.UTF-8".into());
    set("PWD", context.code.into());
    set("TMPDIR", context.scratch.into());
    set("COLDFRAME_HANDLER", context.app.handler.clone().into());
    set("COLDFRAME_REPORT", context.address.to_string().into());
    if let Some(port) = context.port {
        set("PORT", port.to_string().into());
    }
    if context.measure_imports {
        set(imports::ASKED, "1".into());
    }
    if context.code.starts_with(context.project) {
        set("COLDFRAME_PROJECT", context.project.into());
    }
    env
}
