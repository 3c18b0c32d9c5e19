//! Compiles the configuration, the icons and the permissions in. Only the commands listed here exist for the page.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "rpc",
        "live",
        "pick_folder",
        "save_text",
        "show_actions",
        "keep_ground",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json and capabilities/ are valid");
}
