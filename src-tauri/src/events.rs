//! What the native side makes of the live channel: the window's title, the menu's recent projects, and a notification
//! when a save breaks a function while the person looks elsewhere.

use std::{path::PathBuf, pin::pin, time::Duration};

use coldframe_host::Connection;
use futures_util::StreamExt as _;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

use crate::{failing::Failing, menu, project};

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
    let mut failing = Failing::default();
    let mut open = refresh(app, connection).await;
    while let Some(batch) = live.next().await {
        if batch.stale {
            open = refresh(app, connection).await.or(open);
        }
        for (title, text) in batch.reloads.iter().filter_map(|reload| failing.learn(reload)) {
            notify(app, &title, &text);
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

/// The page itself shows it to who looks at the page.
fn notify(app: &AppHandle, title: &str, text: &str) {
    let is_watched = app.webview_windows().into_values().any(|window| window.is_focused().unwrap_or(false));
    if is_watched {
        return;
    }
    if let Err(error) = app.notification().builder().title(title).body(text).show() {
        tracing::warn!("cannot show a notification: {error}");
    }
}
