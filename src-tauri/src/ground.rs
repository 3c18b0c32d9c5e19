//! The window's colour before its page is painted: the page's own, as it was last. Otherwise a dark page begins with a
//! white flash.

use std::{fs, path::PathBuf, str::FromStr as _};

use tauri::{AppHandle, Manager as _, window::Color};

const FILE: &str = "ground";

/// As it was kept, if it was.
pub(crate) fn restore(app: &AppHandle) {
    let kept = file(app).and_then(|file| fs::read_to_string(file).ok());
    if let Some(colour) = kept.and_then(|kept| Color::from_str(kept.trim()).ok()) {
        paint(app, colour);
    }
}

/// Shows it behind the page, and from the next start on before the page.
///
/// # Errors
/// It is no colour such as `#0f1312`, or cannot be kept.
pub(crate) fn keep(app: &AppHandle, colour: &str) -> Result<(), String> {
    paint(app, Color::from_str(colour).map_err(|_| format!("{colour:?} is no colour such as #0f1312"))?);
    let Some(file) = file(app) else { return Ok(()) };
    let kept = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, colour));
    kept.map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// Beside the window's place and size.
fn file(app: &AppHandle) -> Option<PathBuf> {
    app.path().app_config_dir().ok().map(|dir| dir.join(FILE))
}

fn paint(app: &AppHandle, colour: Color) {
    for window in app.webview_windows().into_values() {
        if let Err(error) = window.set_background_color(Some(colour)) {
            tracing::debug!("the window keeps its colour: {error}");
        }
    }
}
