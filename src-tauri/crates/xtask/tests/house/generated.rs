//! The UI's types are written from the Rust ones; what is committed must be what would be written now.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

use crate::root;

#[test]
fn the_ui_s_typescript_is_current() {
    let fresh = tempfile::tempdir().unwrap();
    let written = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["test", "--quiet", "--offline", "--package", "coldframe-protocol"])
        .env("TS_RS_EXPORT_DIR", fresh.path())
        .current_dir(root())
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let fresh = read(fresh.path());
    assert!(fresh.len() > 10, "the types are written where TS_RS_EXPORT_DIR says");
    let committed = read(&root().join("ui/src/ipc/generated"));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    const HINT: &str = "run `cargo test -p coldframe-protocol` and commit ui/src/ipc/generated";
    assert_eq!(names(&committed), names(&fresh), "{HINT}");
    for (name, text) in &fresh {
        assert!(committed[name] == *text, "{name} is not what the Rust types say: {HINT}");
    }
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect()
}
