//! What the native side makes of the live channel: the window's title, the menu's recent projects, the tray's pausing, and
//! notifications while the person looks elsewhere.

use std::{
    path::PathBuf,
    pin::pin,
    time::{Duration, Instant},
};

use coldframe_host::Connection;
use coldframe_protocol::{Notifications, Settings};
use futures_util::StreamExt as _;
use serde_json::json;
use tauri::{AppHandle, Manager as _};

use crate::{menu, notifying, project, telling::Telling, tray};

/// Before a host that refused is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// Follows a host until it is gone. Returns the project that was open last.
pub(crate) async fn follow(app: &AppHandle, connection: &Connection) -> Option<PathBuf> {
    let live = match connection.live().await {
        Ok(live) => live,
        Err(error) => {
            tracing::warn!("{error}");
            tokio::time::sleep(RETRY).await;
            return None;
        }
    };
    let mut live = pin!(live);
    let mut telling = Telling::default();
    let mut open = refresh(app, connection).await;
    let mut wanted = wanted_of(connection).await;
    while let Some(batch) = live.next().await {
        if batch.stale {
            open = refresh(app, connection).await.or(open);
            wanted = wanted_of(connection).await;
        }
        if let Some(status) = &batch.status {
            tray::set_paused(app, open.is_some(), status.paused);
        }
        if batch.invocations.is_empty() && batch.reloads.is_empty() {
            continue;
        }
        for told in telling.learn(&batch, &wanted, Instant::now()) {
            notifying::notify(app, &told);
        }
    }
    open
}

/// Shows which project is open and which were. Returns the open one.
async fn refresh(app: &AppHandle, connection: &Connection) -> Option<PathBuf> {
    let hello = project::hello(connection).await?;
    let title =
        hello.project.as_ref().map_or("Coldframe".to_owned(), |open| format!("{} — Coldframe", open.name));
    for window in app.webview_windows().into_values() {
        if let Err(error) = window.set_title(&title) {
            tracing::debug!("{error}");
        }
    }
    if let Err(error) = menu::set_recent(app, &hello.recent) {
        tracing::warn!("cannot list recent projects in the menu: {error}");
    }
    hello.project.map(|open| PathBuf::from(open.root))
}

/// What the person wants to hear of; everything while nobody can say.
async fn wanted_of(connection: &Connection) -> Notifications {
    let settings = connection.call("settings", json!({})).await.ok();
    let settings = settings.and_then(|settings| serde_json::from_value::<Settings>(settings).ok());
    settings.map_or(Notifications { reload_failed: true, crashed: true, out_of_memory: true }, |settings| {
        settings.notifications
    })
}
