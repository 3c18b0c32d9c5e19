//! Writing a file where a person says: only a native dialog can ask, and only what it answers is written to.

use std::path::PathBuf;

use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

/// Asks where to, and writes it there. Where it was written; `None` where the person thought better of it.
pub(crate) async fn save(app: &AppHandle, name: &str, text: String) -> Result<Option<PathBuf>, String> {
    let (chosen, choice) = oneshot::channel();
    app.dialog().file().set_title("Save").set_file_name(name).save_file(move |file| {
        // Nobody waits any more when the app ends.
        let _ = chosen.send(file);
    });
    let Some(file) = choice.await.ok().flatten() else { return Ok(None) };
    let path = file.into_path().map_err(|error| format!("that is no file here: {error}"))?;
    let written = tauri::async_runtime::spawn_blocking({
        let path = path.clone();
        move || std::fs::write(path, text)
    });
    match written.await {
        Ok(Ok(())) => Ok(Some(path)),
        Ok(Err(error)) => Err(format!("cannot write {}: {error}", path.display())),
        Err(error) => Err(format!("writing {} was interrupted: {error}", path.display())),
    }
}
