//! What the page may call: `rpc` for every command of the protocol, `live` for what happens, `pick_folder` and `save_text`
//! because only a native dialog can say where a folder is or a file may go, `show_actions` for the native menu,
//! `keep_ground` for the window's own colour.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use coldframe_protocol::{ErrorCode, LiveBatch, RpcError};
use futures_util::StreamExt as _;
use serde_json::Value;
use tauri::{AppHandle, Manager as _, State, Webview, async_runtime::JoinHandle, ipc::Channel};

use crate::{ground, menu, project, saving, session::Session};

/// Between attempts to reach a host that ought to be there.
const RETRY: Duration = Duration::from_millis(500);

#[tauri::command]
pub(crate) async fn rpc(
    session: State<'_, Session>,
    name: String,
    request: Value,
) -> Result<Value, RpcError> {
    session.connection().await.call(&name, request).await
}

/// One stream for each webview: a page that was loaded anew replaces the stream of the page it was.
#[derive(Default)]
pub(crate) struct Streams(Mutex<HashMap<String, JoinHandle<()>>>);

/// Sends everything that happens to the page, until it goes or asks again. Answers when there is a host.
#[tauri::command]
pub(crate) async fn live(webview: Webview, channel: Channel<LiveBatch>) -> Result<(), RpcError> {
    let app = webview.app_handle().clone();
    app.state::<Session>().connection().await;
    let stream = tauri::async_runtime::spawn(forward(app.clone(), channel));
    let streams = app.state::<Streams>();
    let mut streams = streams.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(old) = streams.insert(webview.label().to_owned(), stream) {
        old.abort();
    }
    Ok(())
}

async fn forward(app: AppHandle, channel: Channel<LiveBatch>) {
    let mut hosts = app.state::<Session>().hosts();
    let mut is_first = true;
    loop {
        let connection = hosts.next().await;
        let live = match connection.live().await {
            Ok(live) => live,
            Err(error) => {
                tracing::debug!("{error}");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        };
        // What the page knows is of a host that is gone.
        if !std::mem::take(&mut is_first) && channel.send(LiveBatch::stale()).is_err() {
            return;
        }
        let mut live = pin!(live);
        while let Some(batch) = live.next().await {
            if channel.send(batch).is_err() {
                return;
            }
        }
        hosts.changed().await;
    }
}

/// The folder a person chose, if one was.
#[tauri::command]
pub(crate) async fn pick_folder(app: AppHandle) -> Option<String> {
    project::pick(&app).await.map(|folder| folder.to_string_lossy().into_owned())
}

/// Writes a text to the file a person chose; where that is, or `None` if they chose none.
#[tauri::command]
pub(crate) async fn save_text(
    app: AppHandle,
    name: String,
    text: String,
) -> Result<Option<String>, RpcError> {
    match saving::save(&app, &name, text).await {
        Ok(saved) => Ok(saved.map(|file| file.to_string_lossy().into_owned())),
        Err(error) => Err(RpcError::new(ErrorCode::Failed, error)),
    }
}

/// What can be done now, for the native menu: the page's own list.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command owns what the page sends it")]
pub(crate) fn show_actions(app: AppHandle, actions: Vec<menu::Action>) -> Result<(), RpcError> {
    menu::set_actions(&app, &actions)
        .map_err(|error| RpcError::new(ErrorCode::Failed, format!("the menu cannot be changed: {error}")))
}

/// The colour that the page stands on, so that the window begins with it the next time.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command owns what the page sends it")]
pub(crate) fn keep_ground(app: AppHandle, colour: String) -> Result<(), RpcError> {
    ground::keep(&app, &colour).map_err(|error| RpcError::new(ErrorCode::Failed, error))
}
