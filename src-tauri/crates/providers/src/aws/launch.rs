//! How a Lambda function's process is started: which program, and the environment a function finds on AWS, adapted to
//! the folders of this machine.
//!
//! The environment is built, never inherited: what a person has in their shell stays there. Credentials are fakes that
//! AWS refuses, unless the function's own variables bring a profile or keys.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use coldframe_supervisor::Command;
use time::{OffsetDateTime, macros::format_description};

use super::{detect::WSGI, java};
use crate::{
    domain::{App, Language, Problem},
    imports,
    languages::{custom, node, python, ruby},
    launch::{Environment, LaunchContext, inherited},
};

/// With any of these in its variables, a function means to reach a real account.
const EXPLICIT_CREDENTIALS: [&str; 5] =
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// A fake that says what it is where AWS or a person reads it.
const FAKE_ACCESS_KEY: &str = "COLDFRAMEHASNOACCESS";

/// Says how many calls a process has at a time on managed instances; where it is not there, a process has one.
const MAX_CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// Not a function's to say.
const NEVER: [&str; 2] = [MAX_CONCURRENCY, "_LAMBDA_TELEMETRY_LOG_FD"];

/// What Lambda's managed instances give Node.js for each vCPU, which an event loop has one of.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-nodejs-runtime.html>
const NODE_CALLS: u32 = 64;

/// At so many megabytes a function has the equivalent of one vCPU, and in proportion at others.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
const MB_PER_VCPU: u64 = 1769;

pub(crate) fn vcpu_milli(memory_mb: u32) -> u32 {
    let milli = (u64::from(memory_mb) * 1000 + MB_PER_VCPU / 2) / MB_PER_VCPU;
    u32::try_from(milli).unwrap_or(u32::MAX).max(1)
}

/// Node's event loop has many calls at a time. Python's runtime has one in each of its processes, there as here; other
/// clients, and those that a function ships, take one at a time unless they were built for more.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-runtimes.html>
pub(crate) fn resident_calls(app: &App, project: &Path) -> u32 {
    match app.language {
        Language::Node | Language::TypeScript if node::runtime_client(app, project).is_none() => NODE_CALLS,
        _ => 1,
    }
}

/// # Errors
/// What should run is missing.
pub(crate) fn launch(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let mut command = program(context)?;
    command.env = environment(context);
    command.memory_limit_mb = Some(context.app.settings.memory_mb);
    wrapped(context, command)
}

fn program(context: &LaunchContext<'_>) -> Result<Command, Problem> {
    let LaunchContext { app, project, code, .. } = *context;
    match app.language {
        Language::Python => {
            if python::ships_runtime_client(app, project) {
                let command = Command::new(python::interpreter(app, project)?, code);
                return Ok(command.arg("-m").arg("awslambdaric").arg(&app.handler));
            }
            context.bootstrap("aws")
        }
        Language::Node | Language::TypeScript => match node::runtime_client(app, project) {
            Some(client) => {
                let mut command = Command::new(node::interpreter(app)?, code);
                if app.language == Language::TypeScript {
                    command = command.arg("--enable-source-maps");
                }
                Ok(command.arg(client).arg(&app.handler))
            }
            None => context.bootstrap("aws"),
        },
        Language::Ruby if ruby::ships_runtime_client(app) => {
            let client = ruby::RUNTIME_CLIENT.iter();
            let command = Command::new(ruby::interpreter(app)?, code);
            Ok(client.fold(command, |command, arg| command.arg(arg)).arg(&app.handler))
        }
        Language::Ruby => context.bootstrap("aws"),
        Language::Rust | Language::Go => Ok(Command::new(context.built()?, code)),
        Language::Java => java::command(context, context.built()?),
        Language::Custom | Language::Process => {
            custom::check(code, &app.handler, project)?;
            Ok(Command::new(custom::program(code, &app.handler), code))
        }
    }
}

/// `AWS_LAMBDA_EXEC_WRAPPER` is given the runtime's command line. A path of the cloud's task root means the code's.
fn wrapped(context: &LaunchContext<'_>, command: Command) -> Result<Command, Problem> {
    let Some(named) = context.app.env.get("AWS_LAMBDA_EXEC_WRAPPER").filter(|wrapper| !wrapper.is_empty())
    else {
        return Ok(command);
    };
    let wrapper = match named.strip_prefix("/var/task/") {
        Some(inside) => context.code.join(inside),
        None => context.code.join(named),
    };
    if !wrapper.is_file() {
        return Err(Problem::error(format!(
            "AWS_LAMBDA_EXEC_WRAPPER: there is no file {}",
            wrapper.display()
        ))
        .hint("on this machine /var/task is the function's folder; layers under /opt are not there"));
    }
    let mut args: Vec<OsString> = vec![command.program.into()];
    args.extend(command.args);
    Ok(Command { program: wrapper, args, ..command })
}

/// Later entries win: the machine's, what a function may change, the function's own, what is reserved.
fn environment(context: &LaunchContext<'_>) -> Environment {
    let mut env = inherited();
    changeable(context, &mut env);
    let own = &context.app.env;
    for (name, value) in own {
        if !NEVER.contains(&name.as_str()) && !name.starts_with("COLDFRAME_") {
            env.insert(name.into(), value.into());
        }
    }
    layered(context, &mut env);
    if own.contains_key(WSGI) {
        // Beside the code, where the plugin copies it: before layers.
        look_in(&mut env, "PYTHONPATH", [context.bootstraps.join("python/serverless_wsgi_handler")]);
    }
    reserved(context, &mut env);
    env
}

/// Layers are looked in before what else is on the way, as `/opt` is.
fn layered(context: &LaunchContext<'_>, env: &mut Environment) {
    let variable = match context.app.language {
        Language::Python => "PYTHONPATH",
        Language::Node | Language::TypeScript => "NODE_PATH",
        Language::Ruby => "RUBYLIB",
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => return,
    };
    look_in(env, variable, context.app.layers.iter().cloned());
}

/// Folders before those that a variable names already.
fn look_in(env: &mut Environment, variable: &str, folders: impl IntoIterator<Item = PathBuf>) {
    let mut folders = folders.into_iter().peekable();
    if folders.peek().is_none() {
        return;
    }
    let before = env.get(&OsString::from(variable)).cloned().unwrap_or_default();
    let others = std::env::split_paths(&before).filter(|path| !path.as_os_str().is_empty());
    if let Ok(joined) = std::env::join_paths(folders.chain(others)) {
        env.insert(variable.into(), joined);
    }
}

fn changeable(context: &LaunchContext<'_>, env: &mut Environment) {
    let code = context.code.as_os_str();
    let mut set = |name: &str, value: OsString| env.insert(name.into(), value);
    set("LANG", "en_US.UTF-8".into());
    set("TZ", ":UTC".into());
    set("SHLVL", "0".into());
    set("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".into());
    set("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000".into());
    // Looking for an instance role would only wait for an address that is not there.
    set("AWS_EC2_METADATA_DISABLED", "true".into());
    if context.code.join("lib").is_dir() {
        let libraries = [PathBuf::from(code), context.code.join("lib")];
        if let Ok(joined) = std::env::join_paths(libraries) {
            set("LD_LIBRARY_PATH", joined);
        }
    }
    match context.app.language {
        Language::Python => {
            set("LC_CTYPE", "C.UTF-8".into());
            if python::ships_runtime_client(context.app, context.project) {
                // Python knows a cached module by whole seconds; ours looks closer, AWS's client does not.
                set("PYTHONDONTWRITEBYTECODE", "1".into());
            }
        }
        Language::Node | Language::TypeScript => {
            set("NODE_PATH", code.into());
        }
        Language::Ruby => {
            set("RUBYLIB", code.into());
        }
        Language::Rust | Language::Go | Language::Java | Language::Custom | Language::Process => {}
    }
}

fn reserved(context: &LaunchContext<'_>, env: &mut Environment) {
    let app = context.app;
    let account = context.account.of(app);
    let explicit = EXPLICIT_CREDENTIALS.iter().any(|name| app.env.contains_key(*name));
    let name = app.functions.first().map_or(&app.name, |function| &function.name);
    let mut set = |name: &str, value: OsString| env.insert(name.into(), value);
    if !explicit {
        set("AWS_ACCESS_KEY_ID", FAKE_ACCESS_KEY.into());
        set("AWS_SECRET_ACCESS_KEY", "coldframe-gives-functions-no-credentials".into());
        set("AWS_SESSION_TOKEN", "coldframe-gives-functions-no-credentials".into());
    }
    // Who brings credentials may say where they are good.
    if !(explicit && app.env.contains_key("AWS_REGION")) {
        set("AWS_REGION", account.region.clone().into());
    }
    if !(explicit && app.env.contains_key("AWS_DEFAULT_REGION")) {
        set(
            "AWS_DEFAULT_REGION",
            app.env.get("AWS_REGION").filter(|_| explicit).unwrap_or(&account.region).into(),
        );
    }
    set("AWS_LAMBDA_FUNCTION_NAME", name.into());
    set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into());
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", app.settings.memory_mb.to_string().into());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into());
    set("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}").into());
    set("AWS_LAMBDA_LOG_STREAM_NAME", log_stream(context).into());
    set("AWS_LAMBDA_RUNTIME_API", context.address.to_string().into());
    set("LAMBDA_TASK_ROOT", context.code.into());
    set("LAMBDA_RUNTIME_DIR", context.bootstraps.into());
    set("PWD", context.code.into());
    set("TMPDIR", context.scratch.into());
    set("_HANDLER", app.handler.clone().into());
    if context.code.starts_with(context.project) {
        // Elsewhere (a build folder, a kept copy) the loaded files' names would say nothing about the project's.
        set("COLDFRAME_PROJECT", context.project.into());
    }
    if context.calls > 1 {
        set(MAX_CONCURRENCY, context.calls.to_string().into());
    }
    if context.measure_imports {
        set(imports::ASKED, "1".into());
    }
    if matches!(
        app.language,
        Language::Python | Language::Node | Language::TypeScript | Language::Java | Language::Ruby
    ) {
        set("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", app.runtime).into());
    } else {
        env.remove(&OsString::from("AWS_EXECUTION_ENV"));
    }
    env.remove(&OsString::from("_X_AMZN_TRACE_ID"));
}

fn log_stream(context: &LaunchContext<'_>) -> String {
    let day = OffsetDateTime::from_unix_timestamp(context.now_ms / 1000)
        .ok()
        .and_then(|at| at.format(format_description!("[year]/[month]/[day]")).ok())
        .unwrap_or_default();
    format!("{day}/[$LATEST]{}", context.stream)
}
