//! The native menu. What the page itself can do (navigation, functions, theme) it says, and does when it is chosen here:
//! there is one list of it, in the page.
//!
//! Quit, Close and Full Screen are items of our own, not the predefined ones: GTK has no predefined form of them and
//! leaves them out, and elsewhere the predefined Quit ends the process without asking the host to end first.

use std::path::Path;

use coldframe_protocol::RecentProject;
use serde::Deserialize;
use tauri::{
    AppHandle, Manager as _, WebviewWindow, Wry,
    menu::{MenuBuilder, MenuItemBuilder, Submenu, SubmenuBuilder},
};

use crate::{front, project};

const OPEN: &str = "open";
const RELOAD: &str = "reload";
const CLOSE: &str = "close";
pub(crate) const QUIT: &str = "quit";
const FULL_SCREEN: &str = "full-screen";
const RECENT: &str = "recent:";
const ACTION: &str = "action:";
/// The page's groups that have a menu here, each with its title.
const GROUPS: [(&str, &str); 5] = [
    ("Function", "Function"),
    ("Go", "Go"),
    ("Project", "Project"),
    (VIEW, "Theme and Figures"),
    ("Help", "Help"),
];
/// The one that is part of a menu there is anyway.
const VIEW: &str = "View";
/// More would not be looked through.
const MOST_RECENT: usize = 12;

/// The parts of the menu that change.
struct Recent(Submenu<Wry>);
struct Actions(Vec<(&'static str, Submenu<Wry>)>);

/// Something the page can do.
#[derive(Debug, Deserialize)]
pub(crate) struct Action {
    id: String,
    group: String,
    label: String,
}

pub(crate) fn install(app: &AppHandle) -> tauri::Result<()> {
    let open = MenuItemBuilder::with_id(OPEN, "Open Folder…").accelerator("CmdOrCtrl+O").build(app)?;
    let recent = SubmenuBuilder::new(app, "Open Recent").enabled(false).build()?;
    let reload = MenuItemBuilder::with_id(RELOAD, "Reload UI").accelerator("CmdOrCtrl+R").build(app)?;
    let close = MenuItemBuilder::with_id(CLOSE, "Close Window").accelerator("CmdOrCtrl+W").build(app)?;
    let quit = MenuItemBuilder::with_id(QUIT, "Quit Coldframe").accelerator("CmdOrCtrl+Q").build(app)?;
    let keys = if cfg!(target_os = "macos") { "Ctrl+Cmd+F" } else { "F11" };
    let full_screen = MenuItemBuilder::with_id(FULL_SCREEN, "Full Screen").accelerator(keys).build(app)?;

    let mut file = SubmenuBuilder::new(app, "File").items(&[&open, &recent]).separator().item(&close);
    let mut edit = SubmenuBuilder::new(app, "Edit");
    if cfg!(not(target_os = "linux")) {
        edit = edit.undo().redo().separator();
    }
    let edit = edit.cut().copy().paste().select_all().build()?;
    let groups = GROUPS
        .map(|(group, title)| Ok((group, SubmenuBuilder::new(app, title).enabled(false).build()?)))
        .into_iter()
        .collect::<tauri::Result<Vec<_>>>()?;
    let mut view = SubmenuBuilder::new(app, VIEW);
    for (_, looks) in groups.iter().filter(|(group, _)| *group == VIEW) {
        view = view.item(looks).separator();
    }
    let view = view.item(&reload).separator().item(&full_screen).build()?;

    let mut menu = MenuBuilder::new(app);
    if cfg!(target_os = "macos") {
        let about =
            SubmenuBuilder::new(app, "Coldframe").about(None).separator().hide().item(&quit).build()?;
        menu = menu.item(&about);
    } else {
        file = file.item(&quit);
    }
    menu = menu.items(&[&file.build()?, &edit, &view]);
    for (_, submenu) in groups.iter().filter(|(group, _)| *group != VIEW) {
        menu = menu.item(submenu);
    }
    if cfg!(not(target_os = "linux")) {
        menu = menu.item(&SubmenuBuilder::new(app, "Window").minimize().maximize().build()?);
    }
    app.set_menu(menu.build()?)?;
    app.manage(Recent(recent));
    app.manage(Actions(groups));
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

/// Lists what the page can do now, by its groups.
pub(crate) fn set_actions(app: &AppHandle, actions: &[Action]) -> tauri::Result<()> {
    let Actions(groups) = app.state::<Actions>().inner();
    for (group, submenu) in groups {
        for item in submenu.items()? {
            submenu.remove(&item)?;
        }
        let own = actions.iter().filter(|action| action.group == *group);
        let mut any = false;
        for action in own {
            any = true;
            submenu.append(
                &MenuItemBuilder::with_id(format!("{ACTION}{}", action.id), &action.label).build(app)?,
            )?;
        }
        submenu.set_enabled(any)?;
    }
    Ok(())
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
        QUIT => app.exit(0),
        CLOSE => every_window(&app, "close the window", WebviewWindow::close),
        RELOAD => every_window(&app, "reload the page", |window| window.eval("location.reload()")),
        FULL_SCREEN => every_window(&app, "change to or from full screen", |window| {
            window.set_fullscreen(!window.is_fullscreen()?)
        }),
        item => {
            if let Some(action) = item.strip_prefix(ACTION) {
                front::act(&app, action);
            } else if let Some(root) = item.strip_prefix(RECENT).map(str::to_owned) {
                tauri::async_runtime::spawn(async move { project::open(&app, Path::new(&root)).await });
            }
        }
    }
}

fn every_window(app: &AppHandle, what: &str, act: impl Fn(&WebviewWindow) -> tauri::Result<()>) {
    for window in app.webview_windows().into_values() {
        if let Err(error) = act(&window) {
            tracing::warn!("cannot {what}: {error}");
        }
    }
}
