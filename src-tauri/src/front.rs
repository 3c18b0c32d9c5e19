//! The window in front, and what the page shows.

use tauri::{AppHandle, Manager as _};

/// A window of ours has the person's attention.
pub(crate) fn is_watched(app: &AppHandle) -> bool {
    app.webview_windows().into_values().any(|window| window.is_focused().unwrap_or(false))
}

pub(crate) fn show(app: &AppHandle) {
    for window in app.webview_windows().into_values() {
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::debug!("cannot bring the window to the front: {error}");
        }
    }
}

/// Shows a part of the interface, by its route (`#/function/3`).
pub(crate) fn go(app: &AppHandle, route: &str) {
    show(app);
    say(app, "location.hash = ", route);
}

/// Has the page do one of its actions, by its id.
pub(crate) fn act(app: &AppHandle, action: &str) {
    say(app, "dispatchEvent(new CustomEvent('coldframe-action', { detail: ", action);
}

/// The text reaches the page as a literal: nothing in it is run.
fn say(app: &AppHandle, before: &str, text: &str) {
    let Ok(literal) = serde_json::to_string(text) else { return };
    let after = if before.ends_with("detail: ") { " }))" } else { "" };
    for window in app.webview_windows().into_values() {
        if let Err(error) = window.eval(format!("{before}{literal}{after}")) {
            tracing::warn!("the page cannot be reached: {error}");
        }
    }
}

/// The route in a link: `coldframe://function/3?tab=logs`, `#/function/3`, or the address of a browser's page.
///
/// # Errors
/// It is none of these, in words.
pub(crate) fn route(link: &str) -> Result<String, String> {
    let route = match (link.strip_prefix("coldframe://"), link.split_once("#/")) {
        (Some(path), _) => format!("#/{path}"),
        (None, Some((_, path))) => format!("#/{path}"),
        (None, None) => {
            return Err(format!("{link:?} is no link of Coldframe's: write coldframe://… or #/…"));
        }
    };
    Ok(route)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_window_and_of_a_browser_lead_to_the_same_place() {
        for link in [
            "coldframe://function/3?tab=invocations&id=7",
            "#/function/3?tab=invocations&id=7",
            "http://127.0.0.1:4180/#/function/3?tab=invocations&id=7",
        ] {
            assert_eq!(route(link).as_deref(), Ok("#/function/3?tab=invocations&id=7"));
        }
        assert!(route("https://example.org").is_err());
        assert!(route("").is_err());
    }
}
