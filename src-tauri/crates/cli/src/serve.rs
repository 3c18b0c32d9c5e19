//! `coldframe serve`: a host without a window, or a client of the one that runs already, until a signal ends it.

mod join;
pub(crate) mod tell;

use std::process::ExitCode;

use coldframe_host::{Connection, FunctionPort, HostConfig, Presence, default_data_dir};
use coldframe_protocol::{Function, Hello};
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Serve},
    signals,
    verbs::{call, keeper, say},
};

pub(crate) async fn run(global: Global, serve: Serve) -> Result<ExitCode, Failure> {
    let mut config = HostConfig::new(global.data_dir.unwrap_or_else(default_data_dir), keeper()?);
    config.project = Some(serve.dir.clone().unwrap_or_else(|| ".".into()));
    config.address = serve.host;
    config.port = serve.port;
    config.ui_port = serve.ui_port;
    config.allowed_hosts.clone_from(&serve.allow_host);
    config.account_concurrency = serve.account_concurrency;
    config.max_instances = serve.max_instances;
    config.function_ports.clone_from(&serve.function_port);
    let host = Connection::open(config).await?;
    if let Connection::Remote(_) = host {
        return join::run(&host, &serve).await;
    }
    // Whoever reads that it listens may end it at once.
    let ended = signals::ended();
    let result = match call(&host, "hello", json!({})).await {
        Ok(hello) => {
            announce(&hello, serve.ui.then(|| host.presence()));
            let problems = tell::problems(&host, &hello).await;
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            let functions: Vec<Function> = call(&host, "functions", json!({})).await?;
            tell::versions(&functions).iter().for_each(|note| eprintln!("{note}"));
            announce_own(&host, &serve.function_port).await?;
            tokio::select! {
                _ = ended => {}
                () = async { tell::changes(&host, problems).await; std::future::pending().await } => {}
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(failure) => Err(failure),
    };
    host.shutdown().await;
    result
}

/// Where everything is reached, one line each, whoever serves it.
fn announce(hello: &Hello, interface: Option<&Presence>) {
    for surface in &hello.surfaces {
        let name = if surface.provider == "aws" { "listening" } else { &surface.provider };
        say(format_args!("{name} on {}", surface.url));
    }
    if let Some(Presence { address, token, .. }) = interface {
        say(format_args!("ui on http://{address}/#token={token}"));
    }
    for notice in &hello.notices {
        eprintln!("note: {notice}");
    }
}

/// Where functions with a port of their own are reached.
async fn announce_own(host: &Connection, ports: &[FunctionPort]) -> Result<(), Failure> {
    if ports.is_empty() {
        return Ok(());
    }
    let functions: Vec<Function> = call(host, "functions", json!({})).await?;
    for FunctionPort { provider, function, .. } in ports {
        let named =
            |one: &&Function| one.provider == provider.as_str() && one.name.eq_ignore_ascii_case(function);
        match functions.iter().find(named).and_then(|found| found.urls.first()) {
            Some(url) => say(format_args!("{}/{function} on {url}", provider.as_str())),
            None => eprintln!("note: no function of {} is called {function} so far", provider.title()),
        }
    }
    Ok(())
}
