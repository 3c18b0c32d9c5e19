//! Which modules beyond its own folder an app's code may load, where its process does not say what it loaded (ES modules
//! before Node 22.15): read from the imports. What reading cannot tell counts as loaded.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::interpreter::upwards;
use crate::{
    domain::{App, Language},
    project::{text_of, tidy},
};

/// `import … from "x"`, `import "x"`, `import("x")`, `require("x")`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:from|import|require)\s*\(?\s*["'`]([^"'`$\n]+)["'`]"#)
        .expect("the pattern is a constant")
});

/// What is imported is worked out as it runs: `import(name)`, `require("./" + name)`.
static COMPUTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:import|require)\s*\(\s*(?:[^"'`\s)]|`[^`]*\$\{|["'`][^"'`\n]*["'`]\s*\+)"#)
        .expect("the pattern is a constant")
});

/// What Node tries, or a loader of the person's own.
const ENDINGS: [&str; 8] = ["", ".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Anything,
    /// Whether they are there or not.
    These(BTreeSet<PathBuf>),
}

impl Reach {
    /// `files`: the app's own. Blocking.
    pub fn of<'a>(app: &App, project: &Path, files: impl Iterator<Item = &'a Path>) -> Self {
        if app.language != Language::Node {
            return Self::Anything;
        }
        let mut beyond = BTreeSet::new();
        let mut open: Vec<PathBuf> = files.filter(|file| is_script(file)).map(Path::to_owned).collect();
        let mut seen: BTreeSet<PathBuf> = open.iter().cloned().collect();
        while let Some(file) = open.pop() {
            let Some(text) = text_of(&file) else { continue };
            if COMPUTED.is_match(&text) {
                return Self::Anything;
            }
            let names = NAMED.captures_iter(&text).filter_map(|found| found.get(1));
            for name in names.map(|name| name.as_str()) {
                let Some(folder) = file.parent() else { continue };
                if !name.starts_with(['.', '/']) {
                    if is_linked(name, folder, project) {
                        return Self::Anything;
                    }
                    continue;
                }
                let path = tidy(&folder.join(name));
                let tried = ENDINGS.iter().map(|ending| PathBuf::from(format!("{}{ending}", path.display())));
                for path in tried.filter(|path| !path.starts_with(&app.root)) {
                    if is_script(&path) && path.is_file() && seen.insert(path.clone()) {
                        open.push(path.clone());
                    }
                    beyond.insert(path);
                }
            }
        }
        Self::These(beyond)
    }

    pub fn may_load(&self, path: &Path) -> bool {
        match self {
            Self::Anything => true,
            Self::These(paths) => paths.contains(path),
        }
    }
}

fn is_script(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    matches!(extension, "js" | "mjs" | "cjs")
}

/// Whether a package is a folder of the project's own: a workspace.
fn is_linked(name: &str, folder: &Path, project: &Path) -> bool {
    let parts = if name.starts_with('@') { 2 } else { 1 };
    let package = name.split('/').take(parts).collect::<Vec<_>>().join("/");
    upwards(folder, project).any(|above| above.join("node_modules").join(&package).is_symlink())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What of `shared/` an app at `app/` may load.
    fn reach(own: &str, others: &[(&str, &str)]) -> (tempfile::TempDir, Reach) {
        let project = tempfile::tempdir().unwrap();
        for (name, text) in others.iter().chain([&("app/index.mjs", own)]) {
            let file = project.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let root = project.path().join("app");
        let own = root.join("index.mjs");
        let app = App { language: Language::Node, ..super::super::tests::app(root) };
        let reach = Reach::of(&app, project.path(), std::iter::once(own.as_path()));
        (project, reach)
    }

    #[test]
    fn what_is_imported_by_name_is_followed_and_nothing_else() {
        let others = [("shared/a.mjs", "export * from './b.mjs'\n"), ("shared/c.mjs", "")];
        for own in [
            "import { a } from '../shared/a.mjs'\n",
            "import '../shared/a.mjs'\n",
            "const a = await import(\"../shared/a.mjs\")\n",
            "const a = require('../shared/a')\n",
            "export * from \"../app/../shared/a.mjs\"\n",
        ] {
            let (project, reach) = reach(own, &others);
            for (name, may) in [("a.mjs", true), ("b.mjs", true), ("c.mjs", false)] {
                assert_eq!(reach.may_load(&project.path().join("shared").join(name)), may, "{name}: {own}");
            }
        }
    }

    #[test]
    fn a_module_that_is_not_there_yet_is_reached() {
        let (project, reach) = reach("import '../shared/late.mjs'\n", &[]);
        assert!(reach.may_load(&project.path().join("shared/late.mjs")));
        assert!(!reach.may_load(&project.path().join("other/index.mjs")));
    }

    #[test]
    fn what_only_running_would_tell_may_be_anything() {
        for own in ["await import(name)\n", "require(`../${name}.js`)\n", "require('../' + name)\n"] {
            assert_eq!(reach(own, &[]).1, Reach::Anything, "{own}");
        }
        let plain = "import fs from 'node:fs'\nimport { S3 } from '@aws-sdk/client-s3'\nimport.meta.url\n";
        assert_eq!(reach(plain, &[]).1, Reach::These(BTreeSet::new()));
    }

    #[cfg(unix)]
    #[test]
    fn a_workspace_may_be_anything() {
        let (project, _) = reach("", &[("packages/words/index.mjs", "")]);
        let root = project.path().join("app");
        std::fs::create_dir_all(project.path().join("node_modules/@ours")).unwrap();
        let link = project.path().join("node_modules/@ours/words");
        std::os::unix::fs::symlink(project.path().join("packages/words"), link).unwrap();
        let own = root.join("index.mjs");
        std::fs::write(&own, "import { hello } from '@ours/words/greet'\n").unwrap();
        let app = App { language: Language::Node, ..super::super::tests::app(root) };
        assert_eq!(Reach::of(&app, project.path(), std::iter::once(own.as_path())), Reach::Anything);
    }
}
