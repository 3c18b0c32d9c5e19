//! Packages that a cloud's own runtime brings and this machine may not have: those of them that an app's code imports
//! and that are not installed where it runs.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use ignore::WalkBuilder;
use regex::Regex;

use super::{node, python, remedy, shown};
use crate::{
    domain::{App, Language, Problem},
    project::text_of,
    registry,
};

/// Files that are looked through for what is to be installed.
const MOST: usize = 500;
/// Others' code, which says for itself what it needs.
const DEPENDENCIES: [&str; 5] = ["node_modules", "site-packages", "venv", "__pycache__", "vendor"];

static PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^([ \t]*)(?:from|import)[ \t]+(\w+)").expect("the pattern is a constant")
});
static JAVASCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"()(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"]((?:@[\w.-]+/)?[\w.-]+)"#)
        .expect("the pattern is a constant")
});

/// Whether an app's cloud brings a package.
pub(in super::super) fn is_brought(app: &App, package: &str) -> bool {
    let is_same = |one: Language| one == app.language || is_node(one) && is_node(app.language);
    let brings = registry::of(app.provider).brings.iter().filter(|(of, _)| is_same(*of));
    brings.into_iter().any(|(_, name)| {
        if name.ends_with(['/', '-']) { package.starts_with(name) } else { package == *name }
    })
}

/// Said of an app whose handler's file cannot be loaded without such a package.
pub(super) fn problem(app: &App, project: &Path) -> Option<Problem> {
    let file = handler(app)?;
    let found = imports(app, &file, true);
    // Where it cannot be told, nothing is said.
    let package = found.into_iter().find(|name| is_installed(app, project, name) == Some(false))?;
    let title = app.provider.title();
    let problem =
        Problem::warning(format!("{package} is not installed where it runs, and {title} brings it"));
    let hint = format!("coldframe install {}", super::called(app));
    Some(problem.at(shown(&file, project), None).hint(hint).remedy(remedy(app, project)?))
}

/// What of it is to be installed where an app runs.
pub(super) fn wanted(app: &App, project: &Path) -> Vec<String> {
    let mut found = imported(app);
    found.retain(|name| is_installed(app, project, name) != Some(true));
    found
}

/// What of it an app's code imports.
pub(super) fn imported(app: &App) -> Vec<String> {
    let mut walk = WalkBuilder::new(&app.root);
    walk.filter_entry(|entry| !DEPENDENCIES.iter().any(|name| entry.file_name() == *name)).max_depth(Some(8));
    let files = walk.build().flatten().map(|entry| entry.into_path());
    let files = files.filter(|file| endings(app.language).iter().any(|ending| has_ending(file, ending)));
    let mut found: Vec<String> = files.take(MOST).flat_map(|file| imports(app, &file, false)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The file that imports it first, for who looks for a list.
pub(super) fn handler(app: &App) -> Option<PathBuf> {
    let (stem, _) = app.handler.rsplit_once('.')?;
    let mut files =
        endings(app.language).iter().map(|ending| app.root.join(format!("{}.{ending}", dots(app, stem))));
    files.find(|file| file.is_file())
}

/// A handler of Python may name its module with points.
fn dots(app: &App, stem: &str) -> String {
    if app.language == Language::Python { stem.replace('.', "/") } else { stem.to_owned() }
}

fn imports(app: &App, file: &Path, at_top: bool) -> Vec<String> {
    let pattern = if app.language == Language::Python { &PYTHON } else { &JAVASCRIPT };
    let text = text_of(file).unwrap_or_default();
    let found = pattern.captures_iter(&text).filter(|found| !at_top || found[1].is_empty());
    let mut names: Vec<String> =
        found.map(|found| found[2].to_owned()).filter(|name| is_brought(app, name)).collect();
    names.dedup();
    names
}

fn is_installed(app: &App, project: &Path, name: &str) -> Option<bool> {
    if app.language == Language::Python {
        return python::has(app, project, name);
    }
    let in_layers = app.layers.iter().any(|modules| modules.join(name).exists());
    Some(in_layers || node::is_installed(&app.root, name))
}

fn endings(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["py"],
        Language::Node => &["js", "mjs", "cjs"],
        Language::TypeScript => &["ts", "mts", "cts", "js", "mjs", "cjs"],
        _ => &[],
    }
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|own| own == ending)
}

fn is_node(language: Language) -> bool {
    matches!(language, Language::Node | Language::TypeScript)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::tests::app;

    #[test]
    fn what_the_code_imports_of_it_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let js = "import { S3Client } from '@aws-sdk/client-s3'\nconst db = await import(\"@aws-sdk/lib-dynamodb\")\n\
                  const pad = require('left-pad')\nimport '@aws-sdk/client-sqs/x'\n";
        write("f/index.mjs", js);
        write("f/lib/more.cjs", "require('@smithy/util-utf8')\n");
        write("f/node_modules/x/index.js", "require('@aws-sdk/client-sns')\n");
        write("f/node_modules/@aws-sdk/client-sqs/package.json", "{}");
        let mut app = app(folder.path().join("f"));
        (app.language, app.handler) = (Language::Node, "index.handler".into());
        let project = folder.path();
        assert_eq!(
            wanted(&app, project),
            ["@aws-sdk/client-s3", "@aws-sdk/lib-dynamodb", "@smithy/util-utf8"]
        );
        let said = problem(&app, project).unwrap();
        assert_eq!(
            said.message,
            "@aws-sdk/client-s3 is not installed where it runs, and AWS Lambda brings it"
        );
        assert_eq!(
            (said.file.as_deref(), said.hint.as_deref(), said.remedy.as_deref()),
            (Some("f/index.mjs"), Some("coldframe install hello"), Some("Install with npm"))
        );
        app.provider = crate::domain::ProviderId::Gcp;
        assert_eq!(wanted(&app, project), [""; 0], "no other cloud brings it");

        let interpreter = format!("p/.venv/{}", super::super::super::python::INTERPRETER);
        write(&interpreter, "");
        write("p/app.py", "import json, os\nimport boto3\n\ndef f():\n    import botocore\n");
        app.provider = crate::domain::ProviderId::Aws;
        app.root = project.join("p");
        (app.language, app.handler) = (Language::Python, "app.f".into());
        assert_eq!(wanted(&app, project), ["boto3", "botocore"]);
        assert_eq!(
            problem(&app, project).unwrap().remedy.as_deref(),
            Some("Install boto3 and botocore into p/.venv")
        );
        write("p/.venv/lib/python3.12/site-packages/boto3-1.40.dist-info/METADATA", "");
        assert_eq!(problem(&app, project), None, "what a function imports when it is called may never be");
        assert_eq!(wanted(&app, project), ["botocore"]);
    }
}
