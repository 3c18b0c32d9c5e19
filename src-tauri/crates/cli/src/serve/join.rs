//! A second `coldframe serve` on a data directory. It starts nothing: it says where the host that has the directory is
//! reached, as that one did, and stays for as long as it runs. Ending it leaves the host alone.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    process::ExitCode,
};

use coldframe_host::{Connection, Presence};
use coldframe_protocol::Hello;
use futures_util::StreamExt;
use serde_json::json;

use super::{announce, tell};
use crate::{Failure, args::Serve, signals, verbs::call};

pub(super) async fn run(host: &Connection, serve: &Serve) -> Result<ExitCode, Failure> {
    let (presence, ended) = (host.presence(), signals::ended());
    // Listening begins before anything is said, so that its end cannot be missed.
    let mut live = pin!(host.live().await?);
    let hello = of_folder(host, serve.dir.as_deref()).await?;
    let served = hello.project.as_ref().map_or("no folder", |project| &project.root);
    eprintln!(
        "note: a host already serves {served} (process {}); this is a client of it until it ends, and ending this one \
         leaves it running",
        presence.pid
    );
    let ignored = not_applied(serve, &hello, presence);
    if !ignored.is_empty() {
        eprintln!("note: not applied, because that host has its own settings: {}", ignored.join(", "));
    }
    announce(&hello, serve.ui.then_some(presence));
    tell::problems(host, &hello).await.iter().for_each(|problem| eprintln!("{problem}"));
    tokio::select! {
        _ = ended => {}
        () = async { while live.next().await.is_some() {} } => {
            eprintln!("note: the host (process {}) has ended", presence.pid);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The running host, if it serves that folder. One that has no folder open opens it.
async fn of_folder(host: &Connection, asked: Option<&Path>) -> Result<Hello, Failure> {
    let hello: Hello = call(host, "hello", json!({})).await?;
    let folder = asked.map(canonical).transpose()?;
    match (&hello.project, folder) {
        (Some(project), Some(folder)) if folder != Path::new(&project.root) => Err(Failure::Usage(format!(
            "a host already serves {} (process {}) and keeps its record in {}; it does not serve {}\n\
             hint: open the folder in that host, in the interface `coldframe serve --ui` without a folder points to, or \
             run a second host beside it with another --data-dir and --port",
            project.root,
            host.presence().pid,
            hello.data_dir,
            folder.display()
        ))),
        (Some(_), _) => Ok(hello),
        (None, folder) => {
            let folder = folder.map_or_else(|| canonical(Path::new(".")), Ok)?;
            call(host, "open_project", json!({"path": folder})).await
        }
    }
}

fn canonical(dir: &Path) -> Result<PathBuf, Failure> {
    dir.canonicalize()
        .map_err(|error| Failure::NotFound(format!("cannot open the folder {}: {error}", dir.display())))
}

/// What was asked for and is otherwise in the running host.
fn not_applied(serve: &Serve, hello: &Hello, presence: &Presence) -> Vec<String> {
    let mut ignored = Vec::new();
    let surface = hello.surfaces.iter().find(|surface| surface.provider == "aws");
    let address = surface.and_then(|surface| surface.url.strip_prefix("http://")?.parse::<SocketAddr>().ok());
    if let Some(address) = address {
        if let Some(port) = serve.port.filter(|port| *port != 0 && *port != address.port()) {
            ignored.push(format!("--port {port} (it listens on {address})"));
        }
        if serve.host != address.ip() {
            ignored.push(format!("--host {} (it listens on {address})", serve.host));
        }
    }
    let interface = presence.address.parse::<SocketAddr>().map(|address| address.port());
    if let Some(port) = serve.ui_port.filter(|port| *port != 0 && interface != Ok(*port)) {
        ignored.push(format!("--ui-port {port} (its interface is on {})", presence.address));
    }
    let has = hello.account_concurrency;
    if let Some(asked) = serve.account_concurrency.filter(|asked| *asked != has as usize) {
        ignored.push(format!("--account-concurrency {asked} (it has {has})"));
    }
    // What the host has of these it does not say.
    ignored.extend(serve.max_instances.map(|instances| format!("--max-instances {instances}")));
    ignored.extend(serve.allow_host.iter().map(|name| format!("--allow-host {name}")));
    ignored.extend(
        serve
            .function_port
            .iter()
            .map(|one| format!("--function-port {}/{}={}", one.provider.as_str(), one.function, one.port)),
    );
    ignored
}
