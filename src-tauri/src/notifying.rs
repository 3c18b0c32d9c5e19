//! The system's notifications. A click on one brings the window to what it is about, where the system tells of clicks.

use tauri::AppHandle;

use crate::{front, telling::Told};

/// Shows it, unless the person has the window in front of them: the page itself tells who looks at it.
pub(crate) fn notify(app: &AppHandle, told: &Told) {
    if front::is_watched(app) {
        return;
    }
    let mut notification = notify_rust::Notification::new();
    notification.appname("Coldframe").summary(&told.title).body(&told.text).action("default", "Open");
    let (app, route) = (app.clone(), told.route.clone());
    // Talks to the session's bus, and on Linux waits for the person.
    let waiting =
        std::thread::Builder::new().name("notification".into()).spawn(move || match notification.show() {
            Ok(shown) => clicked(shown, || front::go(&app, &route)),
            Err(error) => tracing::warn!("cannot show a notification: {error}"),
        });
    if let Err(error) = waiting {
        tracing::warn!("cannot show a notification: {error}");
    }
}

/// Returns when the notification is gone.
#[cfg(all(unix, not(target_os = "macos")))]
fn clicked(shown: notify_rust::NotificationHandle, go: impl FnOnce()) {
    let mut go = Some(go);
    shown.wait_for_action(|action| {
        if action == "default"
            && let Some(go) = go.take()
        {
            go();
        }
    });
}

/// The system brings the app to the front by itself.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn clicked<T>(_shown: T, _go: impl FnOnce()) {}
