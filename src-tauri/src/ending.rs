//! However the app ends, the host ends first: every function process stopped, the record closed.
//!
//! Tauri's own exit events come neither on a signal nor when a test session is closed, so signals are handled here.
//! What nobody can handle (a kill) is the keeper's.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tauri::{AppHandle, ExitRequestApi, Manager as _};

use crate::session::Session;

/// A host that takes longer is left to the keeper, which ends what it started.
const LONGEST: Duration = Duration::from_secs(10);

/// The host has ended: the app may.
static ENDED: AtomicBool = AtomicBool::new(false);

/// The last window was closed, or the menu's Quit chosen: the app goes on, without a window, until the host has ended.
pub(crate) fn requested(app: &AppHandle, request: &ExitRequestApi) {
    if !ENDED.load(Ordering::Acquire) {
        request.prevent_exit();
        begin(app, 0);
    }
}

/// Ends the host and then the app.
fn begin(app: &AppHandle, code: i32) {
    if !app.state::<Session>().begin_ending() && !ENDED.load(Ordering::Acquire) {
        // Somebody is at it already.
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for window in app.webview_windows().into_values() {
            // Gone at once for the person, who asked for it.
            let _ = window.hide();
        }
        if tokio::time::timeout(LONGEST, app.state::<Session>().end()).await.is_err() {
            tracing::warn!("the host took longer than {LONGEST:?} to end and is left behind");
        }
        ENDED.store(true, Ordering::Release);
        app.exit(code);
    });
}

#[cfg(unix)]
pub(crate) fn on_signals(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut signals) => {
                    signals.recv().await;
                    begin(&app, 128 + kind.as_raw_value());
                }
                Err(error) => tracing::warn!("cannot handle signal {}: {error}", kind.as_raw_value()),
            }
        });
    }
}

#[cfg(not(unix))]
pub(crate) fn on_signals(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            begin(&app, 130);
        }
    });
}
