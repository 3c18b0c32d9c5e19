//! The sign in the system's tray: the window, pausing, quitting. A desktop without a tray does without.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;
use tauri::{
    AppHandle, Manager as _, Wry,
    menu::{MenuBuilder, MenuItem, MenuItemBuilder},
    tray::TrayIconBuilder,
};

use crate::{front, menu, session::Session};

const SHOW: &str = "tray:show";
const PAUSE: &str = "tray:pause";
const TAKE_NONE: &str = "Pause: take no calls and no saves";
const TAKE_AGAIN: &str = "Resume: take calls and saves again";

/// The part that changes.
struct Pausing(MenuItem<Wry>);

pub(crate) fn install(app: &AppHandle) -> tauri::Result<()> {
    let show = MenuItemBuilder::with_id(SHOW, "Show Coldframe").build(app)?;
    let pause = MenuItemBuilder::with_id(PAUSE, TAKE_NONE).enabled(false).build(app)?;
    let quit = MenuItemBuilder::with_id(menu::QUIT, "Quit Coldframe").build(app)?;
    let menu = MenuBuilder::new(app).items(&[&show, &pause]).separator().item(&quit).build()?;
    let mut tray = TrayIconBuilder::with_id("main").tooltip("Coldframe").menu(&menu);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    // On Linux the library that draws it is looked for now, and where it is missing the binding panics.
    match catch_unwind(AssertUnwindSafe(|| tray.build(app))) {
        Ok(built) => drop(built?),
        Err(_) => tracing::warn!("no sign in the tray: libayatana-appindicator3 is not installed"),
    }
    app.manage(Pausing(pause));
    Ok(())
}

/// Whether a project is open and paused, as the host says.
pub(crate) fn set_paused(app: &AppHandle, open: bool, paused: bool) {
    let Some(Pausing(item)) = app.try_state::<Pausing>().map(|state| state.inner()) else { return };
    let said =
        item.set_text(if paused { TAKE_AGAIN } else { TAKE_NONE }).and_then(|()| item.set_enabled(open));
    if let Err(error) = said {
        tracing::debug!("the tray's menu: {error}");
    }
}

/// True where the item was one of the tray's own.
pub(crate) fn chosen(app: &AppHandle, item: &str) -> bool {
    match item {
        SHOW => front::show(app),
        PAUSE => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { turn(&app).await });
        }
        _ => return false,
    }
    true
}

async fn turn(app: &AppHandle) {
    let connection = app.state::<Session>().connection().await;
    let turned = match connection.call("status", json!({})).await {
        Ok(status) => connection.call("pause", json!({ "paused": status["paused"] != true })).await,
        Err(error) => Err(error),
    };
    if let Err(error) = turned {
        tracing::warn!("cannot pause or resume: {error}");
    }
}
