//! The native menu. What the page itself can do (theme, navigation) is in the page.

use std::path::Path;

use coldframe_protocol::RecentProject;
use tauri::{
    AppHandle, Manager as _, Wry,
    menu::{MenuBuilder, MenuItemBuilder, Submenu, SubmenuBuilder},
};

use crate::project;

const OPEN: &str = "open";
const RELOAD: &str = "reload";
const RECENT: &str = "recent:";
/// More would not be looked through.
const MOST_RECENT: usize = 12;

/// The part of the menu that changes.
struct Recent(Submenu<Wry>);

pub(crate) fn install(app: &AppHandle) -> tauri::Result<()> {
    let open = MenuItemBuilder::with_id(OPEN, "Open Folder…").accelerator("CmdOrCtrl+O").build(app)?;
    let recent = SubmenuBuilder::new(app, "Open Recent").enabled(false).build()?;
    let reload = MenuItemBuilder::with_id(RELOAD, "Reload UI").accelerator("CmdOrCtrl+R").build(app)?;
    let file = SubmenuBuilder::new(app, "File")
        .items(&[&open, &recent])
        .separator()
        .close_window()
        .quit()
        .build()?;
    let edit = SubmenuBuilder::new(app, "Edit")
        .undo()
        .redo()
        .separator()
        .cut()
        .copy()
        .paste()
        .select_all()
        .build()?;
    let view = SubmenuBuilder::new(app, "View").item(&reload).separator().fullscreen().build()?;
    let window = SubmenuBuilder::new(app, "Window").minimize().maximize().build()?;
    let mut menu = MenuBuilder::new(app);
    if cfg!(target_os = "macos") {
        let about = SubmenuBuilder::new(app, "Coldframe").about(None).separator().hide().quit().build()?;
        menu = menu.item(&about);
    }
    app.set_menu(menu.items(&[&file, &edit, &view, &window]).build()?)?;
    app.manage(Recent(recent));
    Ok(())
}

/// Lists the projects that were open before, newest first.
pub(crate) fn set_recent(app: &AppHandle, projects: &[RecentProject]) -> tauri::Result<()> {
    let Recent(menu) = app.state::<Recent>().inner();
    for item in menu.items()? {
        menu.remove(&item)?;
    }
    for project in projects.iter().take(MOST_RECENT) {
        let title = format!("{} — {}", project.name, project.root);
        menu.append(&MenuItemBuilder::with_id(format!("{RECENT}{}", project.root), title).build(app)?)?;
    }
    menu.set_enabled(!projects.is_empty())
}

/// A person chose an item.
pub(crate) fn chosen(app: &AppHandle, item: &str) {
    let app = app.clone();
    match item {
        OPEN => drop(tauri::async_runtime::spawn(async move {
            if let Some(folder) = project::pick(&app).await {
                project::open(&app, &folder).await;
            }
        })),
        RELOAD => {
            for window in app.webview_windows().into_values() {
                if let Err(error) = window.eval("location.reload()") {
                    tracing::warn!("cannot reload the page: {error}");
                }
            }
        }
        item => {
            if let Some(root) = item.strip_prefix(RECENT).map(str::to_owned) {
                tauri::async_runtime::spawn(async move { project::open(&app, Path::new(&root)).await });
            }
        }
    }
}
