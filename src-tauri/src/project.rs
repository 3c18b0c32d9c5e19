//! Opening a folder from the native side: the menu, the dialog, the command line.

use std::path::{Path, PathBuf};

use coldframe_host::Connection;
use coldframe_protocol::Hello;
use serde_json::json;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tokio::sync::oneshot;

use crate::session::Session;

/// Asks the person for a folder.
pub(crate) async fn pick(app: &AppHandle) -> Option<PathBuf> {
    let (chosen, choice) = oneshot::channel();
    app.dialog().file().set_title("Open a folder of functions").pick_folder(move |folder| {
        // Nobody waits any more when the app ends.
        let _ = chosen.send(folder);
    });
    choice.await.ok().flatten()?.into_path().ok()
}

/// Opens a folder in place of the one that is open. The page learns of it from the live channel.
pub(crate) async fn open(app: &AppHandle, folder: &Path) {
    let connection = app.state::<Session>().connection().await;
    open_in(app, &connection, folder).await;
}

/// Opens a folder unless it is the one that is open.
pub(crate) async fn show(app: &AppHandle, connection: &Connection, folder: &Path) {
    let is_open = hello(connection)
        .await
        .and_then(|hello| hello.project)
        .is_some_and(|project| folder.canonicalize().is_ok_and(|folder| folder == Path::new(&project.root)));
    if !is_open {
        open_in(app, connection, folder).await;
    }
}

async fn open_in(app: &AppHandle, connection: &Connection, folder: &Path) {
    if let Err(error) = connection.call("open_project", json!({ "path": folder })).await {
        refused(app, &error.to_string());
    }
}

/// What the host says about itself and the project. `None` when it is gone.
pub(crate) async fn hello(connection: &Connection) -> Option<Hello> {
    serde_json::from_value(connection.call("hello", json!({})).await.ok()?).ok()
}

/// Says why a folder was not opened.
pub(crate) fn refused(app: &AppHandle, why: &str) {
    eprintln!("error: {why}");
    app.dialog()
        .message(why)
        .title("The folder was not opened")
        .kind(MessageDialogKind::Warning)
        .show(|_| {});
}
