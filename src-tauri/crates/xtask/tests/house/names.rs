//! Who may write which words in their sources.

use std::path::Path;

use crate::{extension, files, is_generated, text};

/// Who may start processes: the supervisor, and what builds, measures and tests.
const STARTERS: &[&str] = &[
    "src-tauri/crates/supervisor/",
    "src-tauri/crates/testkit/",
    "src-tauri/crates/bench/",
    "src-tauri/crates/xtask/",
];

/// Words, in which kinds of files, and the only places where they may stand.
const HOMES: &[(&str, &[&str], &[&str])] = &[
    // And the name of what a person's function may write with.
    ("rusqlite", &["rs"], &["src-tauri/crates/store/", "src-tauri/crates/providers/src/portable/acts.rs"]),
    ("tauri::", &["rs"], &["src-tauri/src/"]),
    ("@tauri-apps/", &["ts", "svelte", "js", "mjs"], &["ui/src/ipc/tauri.ts", "ui/eslint.config.js"]),
    // Processes are started where they are also ended, counted and measured.
    ("process::Command", &["rs"], STARTERS),
    ("process::{Command", &["rs"], STARTERS),
    ("tokio::process", &["rs"], STARTERS),
    (
        "SystemTime::now",
        &["rs"],
        &[
            "src-tauri/crates/providers/src/clock.rs",
            "src-tauri/crates/testkit/",
            "src-tauri/crates/bench/",
            "tests/",
        ],
    ),
    ("#[allow(", &["rs"], &[]),
];

#[test]
fn words_stay_in_their_homes() {
    let mut strays = Vec::new();
    for path in files() {
        let name = path.to_string_lossy();
        if is_generated(&path)
            || name.starts_with("sample-functions/")
            || name.starts_with("src-tauri/crates/xtask/tests/house/")
        {
            continue;
        }
        for (word, kinds, homes) in HOMES {
            if !kinds.contains(&extension(&path)) || homes.iter().any(|home| name.starts_with(home)) {
                continue;
            }
            let Some(text) = text(&path) else { continue };
            for (index, line) in text.lines().enumerate() {
                let is_comment = line.trim_start().starts_with("//");
                if !is_comment && line.contains(word) && !is_test_of_ours(&path) {
                    strays.push(format!("{name}:{}: {word}", index + 1));
                }
            }
        }
    }
    assert!(strays.is_empty(), "outside their homes:\n{}", strays.join("\n"));
}

/// Tests of a crate may look at things from outside.
fn is_test_of_ours(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests")
}

/// Unsafe code stands in one crate, and each block says why it is sound.
#[test]
fn unsafe_code_is_the_supervisors_and_explained() {
    for path in files() {
        let name = path.to_string_lossy();
        if extension(&path) != "rs" || name.starts_with("src-tauri/crates/xtask/tests/house/") {
            continue;
        }
        let Some(text) = text(&path) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if !code.contains("unsafe {") && !code.contains("unsafe fn") && !code.contains("unsafe impl") {
                continue;
            }
            assert!(name.starts_with("src-tauri/crates/supervisor/"), "{name}:{}: unsafe code", index + 1);
            let before = &lines[index.saturating_sub(6)..=index];
            let explained = before.iter().any(|line| line.contains("SAFETY") || line.contains("# Safety"));
            assert!(explained, "{name}:{}: no SAFETY comment", index + 1);
        }
    }
}
