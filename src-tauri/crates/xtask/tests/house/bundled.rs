//! What the program says it is made of (`host/src/bundled.tsv`) is what Cargo builds into it.

use std::{
    collections::{BTreeSet, HashMap},
    env, fs,
};

use cargo_metadata::{DependencyKind, MetadataCommand, Package, PackageId};

use crate::root;

const LIST: &str = "src-tauri/crates/host/src/bundled.tsv";
/// The command line and the window.
const PROGRAMS: [&str; 2] = ["coldframe", "coldframe-desktop"];

/// Other people's crates in our programs, on any system: not what only builds or tests them.
fn bundled() -> String {
    let metadata =
        MetadataCommand::new().manifest_path(root().join("Cargo.toml")).exec().expect("cargo metadata");
    let packages: HashMap<&PackageId, &Package> =
        metadata.packages.iter().map(|one| (&one.id, one)).collect();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let nodes: HashMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let ours = |id: &PackageId| metadata.workspace_members.contains(id);
    let mut open: Vec<&PackageId> = metadata
        .packages
        .iter()
        .filter(|one| PROGRAMS.contains(&one.name.as_str()))
        .map(|one| &one.id)
        .collect();
    let (mut seen, mut lines) = (BTreeSet::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        let package = packages[id];
        // A macro runs while we are built, and so does what it uses.
        if !seen.insert(id) || package.targets.iter().any(cargo_metadata::Target::is_proc_macro) {
            continue;
        }
        if !ours(id) {
            let license = package.license.as_deref().unwrap_or("see its licence file");
            lines.insert(format!("{}\t{}\t{license}\n", package.name, package.version));
        }
        let normal = |dep: &&cargo_metadata::NodeDep| {
            dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
        };
        open.extend(nodes[id].deps.iter().filter(normal).map(|dep| &dep.pkg));
    }
    lines.into_iter().collect()
}

#[test]
fn the_list_of_what_is_bundled_is_what_cargo_builds_in() {
    let (path, wanted) = (root().join(LIST), bundled());
    if env::var_os("UPDATE_BUNDLED").is_some() {
        fs::write(&path, &wanted).expect("the list can be written");
    }
    let found = fs::read_to_string(&path).expect("the list exists");
    assert!(
        found == wanted,
        "{LIST} is not what Cargo builds in; write it again with\n  \
         UPDATE_BUNDLED=1 cargo test -p xtask --test house bundled"
    );
}
