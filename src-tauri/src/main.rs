//! The desktop shell: a window, a native menu, a sign in the tray, notifications, and the calls through which the page
//! reaches the host.
//! The only crate that names `tauri`; everything it shows and does comes from the host.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod bridge;
mod ending;
mod events;
mod front;
mod ground;
mod menu;
mod notifying;
mod project;
mod saving;
mod session;
mod telling;
mod tray;

use std::{
    io::IsTerminal as _,
    path::PathBuf,
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use clap::Parser;
use coldframe_host::{HostConfig, default_data_dir, keeper};
use tauri::{Manager as _, RunEvent, webview::PageLoadEvent};

use session::Session;

/// Runs serverless functions on this machine and shows what happens.
#[derive(Debug, Parser)]
#[command(name = "coldframe-desktop", version)]
struct Arguments {
    /// The folder of functions to open
    folder: Option<PathBuf>,
    /// Where the record and everything else is kept
    #[arg(long, value_name = "D", env = "COLDFRAME_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Port of the AWS surface; 0 picks one [default: 9000, or as set in the app]
    #[arg(long)]
    port: Option<u16>,
    /// A link to open: coldframe://… as the app copies it, or #/…
    #[arg(long, value_name = "LINK", value_parser = front::route)]
    open: Option<String>,
}

fn main() -> ExitCode {
    // Before any thread or window: the keeper is this same program.
    if keeper::main_if_asked(std::env::args_os()) {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("COLDFRAME_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
    // Before anything asks Tauri for its own, which would have a thread for every core.
    let runtime = match coldframe_host::runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    tauri::async_runtime::set(runtime.handle().clone());
    match window(arguments) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: cannot open the window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn window(arguments: Arguments) -> tauri::Result<i32> {
    let mut config = HostConfig::new(
        arguments.data_dir.unwrap_or_else(default_data_dir),
        keeper::argv().unwrap_or_default(),
    );
    config.project = arguments.folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
    config.port = arguments.port;
    let route = Mutex::new(arguments.open);

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .manage(Session::new(config))
        .manage(bridge::Streams::default())
        .invoke_handler(tauri::generate_handler![
            bridge::rpc,
            bridge::live,
            bridge::pick_folder,
            bridge::save_text,
            bridge::show_actions,
            bridge::keep_ground
        ])
        .on_menu_event(|app, event| {
            let item = event.id().as_ref();
            if !tray::chosen(app, item) {
                menu::chosen(app, item);
            }
        })
        .on_page_load(move |webview, payload| {
            // Once: a page that is loaded anew stays where it was.
            let route = route
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take_if(|_| payload.event() == PageLoadEvent::Finished);
            if let Some(route) = route {
                front::go(webview.app_handle(), &route);
            }
        })
        .setup(|app| {
            ground::restore(app.handle());
            menu::install(app.handle())?;
            tray::install(app.handle())?;
            ending::on_signals(app.handle());
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move { handle.state::<Session>().run(&handle).await });
            Ok(())
        })
        .build(tauri::generate_context!())?;
    Ok(app.run_return(|app, event| {
        if let RunEvent::ExitRequested { api, .. } = event {
            ending::requested(app, &api);
        }
    }))
}
