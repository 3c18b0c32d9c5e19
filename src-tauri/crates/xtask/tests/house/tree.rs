//! What lies where, and how large it may be.

use std::{collections::BTreeSet, env};

use crate::{extension, files, is_generated, root, text};

const TOP: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "sample-functions",
    "src-tauri",
    "tests",
    "ui",
];

#[test]
fn the_top_level_is_what_was_agreed() {
    let found: BTreeSet<String> = files()
        .iter()
        .filter_map(|path| path.components().next())
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    let agreed: BTreeSet<String> = TOP.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, agreed, "the top level is read by everybody who comes: it holds nothing else");
}

#[test]
fn files_stay_short_enough_to_be_read() {
    const LINES: usize = 600;
    let sources = ["rs", "ts", "svelte", "py", "mjs", "js", "cjs", "css", "toml"];
    let long: Vec<String> = files()
        .into_iter()
        .filter(|path| sources.contains(&extension(path)) && !is_generated(path))
        .filter_map(|path| {
            let lines = text(&path)?.lines().count();
            (lines > LINES).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "longer than {LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn nothing_names_one_machine() {
    let home = env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| format!("{home}/"));
    let needles: Vec<String> = home.into_iter().chain([format!("{}/", root().display())]).collect();
    for path in files() {
        let Some(text) = text(&path) else { continue };
        for (index, line) in text.lines().enumerate() {
            for needle in &needles {
                assert!(!line.contains(needle.as_str()), "{}:{}: names {needle}", path.display(), index + 1);
            }
        }
    }
}

/// A lock file that names a registry's host works on one network only.
#[test]
fn lock_files_name_no_registry_of_one_network() {
    for path in files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(text) = text(&path) else { continue };
        if name == "package-lock.json" {
            assert!(
                !text.contains("\"resolved\":"),
                "{}: made without omit-lockfile-registry-resolved",
                path.display()
            );
        }
        if name == "Cargo.lock" {
            let sources = text.lines().filter_map(|line| line.strip_prefix("source = "));
            for source in sources {
                let expected = "\"registry+https://github.com/rust-lang/crates.io-index\"";
                assert_eq!(source, expected, "{}: a source that is not crates.io", path.display());
            }
        }
    }
}

/// Every module says why it exists before it says anything else.
#[test]
fn modules_open_with_why_they_exist() {
    let silent: Vec<String> = files()
        .into_iter()
        .filter(|path| {
            extension(path) == "rs" && !is_generated(path) && !path.starts_with("sample-functions")
        })
        // A module of tests is explained by the module it tests.
        .filter(|path| !path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with("tests")))
        .filter(|path| text(path).is_some_and(|text| !text.trim_start().starts_with("//!")))
        .map(|path| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "without a module comment:\n{}", silent.join("\n"));
}

/// Crates are named in the map.
#[test]
fn the_map_names_every_crate() {
    let map = text("src-tauri/ARCHITECTURE.md".as_ref()).expect("the map exists");
    for entry in root().join("src-tauri/crates").read_dir().unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md does not say what {name} owns");
    }
}
