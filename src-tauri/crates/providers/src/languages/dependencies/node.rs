//! Node: which packages of a `package.json` are installed, and which manager installs the others: the one whose lock
//! file is there.

use std::path::{Path, PathBuf};

use coldframe_supervisor::Command;
use serde_json::Value;

use super::{
    super::{Installation, install, interpreter::upwards, node},
    brought, has_stand_in,
};
use crate::{
    domain::{App, Problem},
    project::text_of,
};

/// Lock files, whose they are, and how everything in them is installed.
const LOCKS: [(&str, &str, &[&str]); 6] = [
    ("package-lock.json", "npm", &["ci"]),
    ("npm-shrinkwrap.json", "npm", &["ci"]),
    ("pnpm-lock.yaml", "pnpm", &["install", "--frozen-lockfile"]),
    ("yarn.lock", "yarn", &["install"]),
    ("bun.lock", "bun", &["install", "--frozen-lockfile"]),
    ("bun.lockb", "bun", &["install", "--frozen-lockfile"]),
];

/// What managers write about what they installed.
const WRITTEN: [&str; 4] = [".package-lock.json", ".modules.yaml", ".yarn-integrity", ".yarn-state.yml"];

/// Larger ones count by their length.
const LARGEST: u64 = 8 * 1024 * 1024;

struct Manifest {
    file: PathBuf,
    folder: PathBuf,
    dependencies: Vec<String>,
    manager: Option<String>,
}

fn manifest(folder: &Path) -> Option<Manifest> {
    let file = folder.join("package.json");
    let package: Value = serde_json::from_str(&text_of(&file)?).ok()?;
    let dependencies: Vec<String> = package["dependencies"].as_object()?.keys().cloned().collect();
    let manager = package["packageManager"].as_str().and_then(|text| text.split('@').next());
    let manager = manager.map(str::to_owned);
    (!dependencies.is_empty()).then(|| Manifest { file, folder: folder.into(), dependencies, manager })
}

/// Corepack, which comes with Node, has some of the managers. <https://nodejs.org/api/corepack.html>
fn how_to_install(manager: &str) -> String {
    match manager {
        "pnpm" | "yarn" => format!("install {manager}, for instance with corepack enable"),
        _ => format!("install {manager}, for instance with npm install --global {manager}"),
    }
}

/// The manifest in an app's own folder and what of it is not installed, if anything.
pub(super) fn lacks(app: &App) -> Option<(PathBuf, Vec<String>)> {
    let manifest = manifest(&app.root)?;
    let lacks = lacks_of(app, &manifest);
    (!lacks.is_empty()).then_some((manifest.file, lacks))
}

fn lacks_of(app: &App, manifest: &Manifest) -> Vec<String> {
    let needed = manifest.dependencies.iter().filter(|name| !has_stand_in(app, name));
    let in_layers = |name: &str| app.layers.iter().any(|modules| modules.join(name).exists());
    needed.filter(|name| !is_installed(&manifest.folder, name) && !in_layers(name)).cloned().collect()
}

/// Node looks in every folder above, whatever the project is.
pub(super) fn is_installed(folder: &Path, name: &str) -> bool {
    folder.ancestors().any(|above| above.join("node_modules").join(name).exists())
}

/// Whether an app's own manifest names a package.
pub(super) fn is_listed(app: &App, name: &str) -> bool {
    manifest(&app.root).is_some_and(|manifest| manifest.dependencies.iter().any(|one| one == name))
}

/// What a revision of an app runs with: what the nearest `node_modules` holds.
pub(in super::super) fn stamp(app: &App, project: &Path) -> String {
    let mut stamp = String::new();
    for above in upwards(&app.root, project) {
        let modules = above.join("node_modules");
        for file in WRITTEN.map(|name| modules.join(name)) {
            let Ok(metadata) = file.metadata() else { continue };
            if metadata.len() > LARGEST {
                stamp.push_str(&metadata.len().to_string());
            } else if let Ok(bytes) = std::fs::read(&file) {
                stamp.push_str(blake3::hash(&bytes).to_hex().as_str());
            }
        }
    }
    stamp
}

fn chosen_manifest(app: &App, project: &Path) -> Option<Manifest> {
    let all = || upwards(&app.root, project).filter_map(manifest);
    all().find(|manifest| !lacks_of(app, manifest).is_empty()).or_else(|| all().next())
}

pub(super) fn remedy(app: &App, project: &Path) -> Option<String> {
    let name = match chosen_manifest(app, project) {
        Some(manifest) => manager(&manifest, project).name,
        None => (!brought::wanted(app, project).is_empty()).then(|| "npm".to_owned())?,
    };
    Some(format!("Install with {name}"))
}

struct Manager {
    name: String,
    args: &'static [&'static str],
    /// Where it is run: a workspace's packages share one lock file, above them.
    folder: PathBuf,
}

fn manager(manifest: &Manifest, project: &Path) -> Manager {
    let locked = upwards(&manifest.folder, project).find_map(|above| {
        let (_, name, args) = LOCKS.iter().find(|(lock, ..)| above.join(lock).is_file())?;
        Some(Manager { name: (*name).to_owned(), args, folder: above.to_path_buf() })
    });
    locked.unwrap_or_else(|| Manager {
        name: manifest.manager.clone().unwrap_or_else(|| "npm".into()),
        args: &["install"],
        folder: manifest.folder.clone(),
    })
}

/// # Errors
/// There is no list, no Node, or the package manager is not on this machine.
pub(super) fn installation(app: &App, project: &Path) -> Result<Installation, Problem> {
    let brought = brought::wanted(app, project);
    let manifest = chosen_manifest(app, project);
    // Without a list, the code itself is what names them.
    let file = manifest.as_ref().map(|manifest| manifest.file.clone());
    let file = file.or_else(|| brought::handler(app).filter(|_| !brought.is_empty())).ok_or_else(|| {
        Problem::error(format!("{} names no packages to install", app.name))
            .hint("name them among the dependencies of a package.json beside its code")
    })?;
    let manager = manifest.as_ref().map(|manifest| manager(manifest, project));
    let Manager { name, args, folder } =
        manager.unwrap_or_else(|| Manager { name: "npm".into(), args: &[], folder: app.root.clone() });
    let node = node::interpreter(app)?;
    let programs = node.parent().unwrap_or(Path::new("/")).to_path_buf();
    // The one that came with the Node that runs the function, and finds it first.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&path)));
    let path = path.unwrap_or_default();
    let program = which::which_in(&name, Some(&path), &folder).map_err(|_| {
        Problem::error(format!("{name} is what installs the packages of {}, and it is not in PATH", app.name))
            .hint(how_to_install(&name))
    })?;
    let run = |args: &[&str]| {
        let mut command: Command = install::tool(&program, &folder).env("PATH", &path);
        command.args = args.iter().map(Into::into).collect();
        if name == "npm" {
            command.args.extend(["--no-audit", "--no-fund", "--loglevel=http"].map(Into::into));
        }
        command
    };
    let mut steps: Vec<Command> = manifest.iter().map(|_| run(args)).collect();
    // Beside what the list names and without a word in it; other managers know no such thing.
    if name == "npm" && !brought.is_empty() {
        let own = ["install", "--no-save", "--no-package-lock", "--prefix", "."];
        steps.push(run(&own.into_iter().chain(brought.iter().map(String::as_str)).collect::<Vec<_>>()));
    }
    let modules = folder.join("node_modules");
    let makes = (!modules.exists() && !modules.is_symlink()).then_some(modules);
    Ok(Installation { list: file, makes, steps })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::languages::tests::app;

    #[test]
    fn a_manager_that_is_missing_is_said_to_be_installed_by_what_has_it() {
        assert_eq!(how_to_install("pnpm"), "install pnpm, for instance with corepack enable");
        assert_eq!(how_to_install("bun"), "install bun, for instance with npm install --global bun");
    }

    #[test]
    fn the_lock_file_says_who_installs_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write(
            "packages/f/package.json",
            r#"{"dependencies": {"a": "1", "@b/c": "1"}, "packageManager": "pnpm@9.1.0"}"#,
        );
        let app = app(folder.path().join("packages/f"));
        let chosen = || {
            let Manager { name, args, folder: at } = manager(&manifest(&app.root).unwrap(), folder.path());
            let at = at.strip_prefix(folder.path()).unwrap().display().to_string();
            format!("{name} {} in '{at}'", args.join(" "))
        };
        assert_eq!(chosen(), "pnpm install in 'packages/f'", "what package.json names");
        write("yarn.lock", "");
        assert_eq!(chosen(), "yarn install in ''", "a workspace's packages share one lock");
        write("packages/f/package-lock.json", "");
        assert_eq!(chosen(), "npm ci in 'packages/f'", "the nearest");

        let names = || {
            let mut names = lacks(&app).map(|(_, names)| names).unwrap_or_default();
            names.sort_unstable();
            names
        };
        assert_eq!(names(), ["@b/c", "a"]);
        write("node_modules/@b/c/package.json", "{}");
        write("packages/f/node_modules/a/package.json", "{}");
        assert_eq!(names(), Vec::<String>::new(), "wherever above Node would find them");
        let before = stamp(&app, folder.path());
        write("packages/f/node_modules/.package-lock.json", "{}");
        assert_ne!(
            stamp(&app, folder.path()),
            before,
            "another state of what is installed is another revision"
        );
    }
}
