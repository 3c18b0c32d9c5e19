//! `coldframe serve`: a host without a window, until a signal ends it.

use std::process::ExitCode;

use coldframe_host::{Connection, HostConfig, default_data_dir};

use crate::{
    Failure,
    args::{Global, Serve},
    verbs::keeper,
};

pub(crate) async fn run(global: Global, serve: Serve) -> Result<ExitCode, Failure> {
    let mut config = HostConfig::new(global.data_dir.unwrap_or_else(default_data_dir), keeper()?);
    config.project = Some(serve.dir);
    config.address = serve.host;
    config.port = serve.port;
    config.ui_port = serve.ui_port;
    config.allowed_hosts = serve.allow_host;
    config.account_concurrency = Some(serve.account_concurrency);
    config.max_instances = serve.max_instances;
    let data_dir = config.data_dir.clone();
    match Connection::open(config).await? {
        Connection::Local(host) => {
            let surfaces = host.surfaces();
            println!("listening on http://{}", surfaces.aws);
            println!("vercel on http://{}", surfaces.vercel);
            if serve.ui {
                println!("ui on http://{}/#token={}", host.presence().address, host.presence().token);
            }
            for problem in host.problems() {
                eprintln!("{problem}");
            }
            for notice in host.notices() {
                eprintln!("note: {notice}");
            }
            ended().await;
            host.shutdown().await;
            Ok(ExitCode::SUCCESS)
        }
        Connection::Remote(client) => Err(Failure::Usage(format!(
            "a host is already running on {} (process {}); it is the one that serves\n\
             hint: use it with `coldframe invoke`, end it, or choose another --data-dir",
            data_dir.display(),
            client.presence().pid
        ))),
    }
}

/// Resolves when somebody asks the process to end.
#[cfg(unix)]
async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hangup)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn ended() {
    let _ = tokio::signal::ctrl_c().await;
}
