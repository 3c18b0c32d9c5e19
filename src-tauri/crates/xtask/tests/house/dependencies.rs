//! Which crate of ours may use which: the arrows of the map in `ARCHITECTURE.md`, and no other.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::root;

/// What a crate may name; what is not listed may name none of ours.
const MAY_USE: &[(&str, &[&str])] = &[
    ("coldframe-providers", &["coldframe-supervisor"]),
    (
        "coldframe-engine",
        &["coldframe-providers", "coldframe-store", "coldframe-supervisor", "coldframe-watch"],
    ),
    ("coldframe-report", &["coldframe-cost", "coldframe-protocol", "coldframe-store"]),
    (
        "coldframe-host",
        &[
            "coldframe-cost",
            "coldframe-engine",
            "coldframe-protocol",
            "coldframe-providers",
            "coldframe-report",
            "coldframe-store",
            "coldframe-supervisor",
            "coldframe-watch",
        ],
    ),
    ("coldframe", &["coldframe-cost", "coldframe-host", "coldframe-protocol", "coldframe-supervisor"]),
    ("coldframe-desktop", &["coldframe-host", "coldframe-protocol"]),
    ("coldframe-bench", &["coldframe-cost", "coldframe-host", "coldframe-store", "coldframe-testkit"]),
];

/// Help for tests, which anybody's tests may use and nobody's product code.
const TESTKIT: &str = "coldframe-testkit";

/// What only one crate may depend on, directly. Who else needs it asks that crate.
const ONLY: &[(&str, &str)] = &[
    ("rusqlite", "coldframe-store"),
    ("process-wrap", "coldframe-supervisor"),
    ("notify", "coldframe-watch"),
    ("rust_decimal", "coldframe-cost"),
    ("clap", "coldframe|coldframe-desktop|coldframe-bench|xtask"),
    ("tauri", "coldframe-desktop"),
];

#[test]
fn crates_depend_only_the_way_the_map_says() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".into()])
        .exec()
        .unwrap();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let may_use: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    for package in &metadata.packages {
        let allowed = may_use.get(package.name.as_str()).copied().unwrap_or_default();
        for dependency in
            package.dependencies.iter().filter(|dependency| ours.contains(dependency.name.as_str()))
        {
            let name = dependency.name.as_str();
            let is_test_help = name == TESTKIT && dependency.kind == DependencyKind::Development;
            // A crate's tests may use what the crate itself may.
            assert!(
                allowed.contains(&name) || is_test_help,
                "{} must not depend on {name}: see the map in ARCHITECTURE.md",
                package.name
            );
        }
    }
    for name in may_use.keys() {
        assert!(ours.contains(name), "{name} is in the table and not in the workspace");
    }
}

#[test]
fn what_has_one_home_stays_in_it() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".into()])
        .exec()
        .unwrap();
    for (external, homes) in ONLY {
        for package in &metadata.packages {
            let names = package.dependencies.iter().any(|dependency| {
                let name = dependency.name.as_str();
                dependency.kind != DependencyKind::Development
                    && (name == *external || (*external == "tauri" && name.starts_with("tauri-")))
            });
            assert!(
                !names || homes.split('|').any(|home| home == package.name.as_str()),
                "{} depends on {external}, whose home is {homes}",
                package.name
            );
        }
    }
}

/// The window needs WebKitGTK; everything else must build and test without it.
#[test]
fn the_window_is_no_default_member() {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .other_options(["--offline".into()])
        .exec()
        .unwrap();
    let default: BTreeSet<String> =
        metadata.workspace_default_packages().iter().map(|package| package.name.to_string()).collect();
    let all: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let left_out: Vec<_> = all.difference(&default).collect();
    assert_eq!(left_out, ["coldframe-desktop"], "every other crate is built and tested by default");
}
