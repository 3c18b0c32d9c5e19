//! What to do about an import that found nothing, from a runtime's own words for it.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::{
    dependencies,
    interpreter::upwards,
    python::{self, INTERPRETER},
    shown,
};
use crate::{
    domain::{App, Language},
    project::text_of,
};

/// An init that failed for want of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The runtime's words, without what it says of its own files.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What installing the app's dependencies does, where they name it: see [`Problem::remedy`].
    ///
    /// [`Problem::remedy`]: crate::domain::Problem
    pub remedy: Option<String>,
}

/// Packages that are installed under another name than they are imported by.
const NAMED_OTHERWISE: [(&str, &str); 11] = [
    ("Crypto", "pycryptodome"),
    ("PIL", "Pillow"),
    ("attr", "attrs"),
    // Its other libraries are called by more than this.
    ("azure", "azure-functions"),
    ("bs4", "beautifulsoup4"),
    ("cv2", "opencv-python-headless"),
    ("dateutil", "python-dateutil"),
    ("dotenv", "python-dotenv"),
    ("jwt", "PyJWT"),
    ("sklearn", "scikit-learn"),
    ("yaml", "PyYAML"),
];

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(PY_HANDLER, r"Unable to import module '([^']+)'");
pattern!(PY_MODULE, r"No module named '([^']+)'");
pattern!(PY_NAME, r"cannot import name '([^']+)' from '([^']+)'");
pattern!(
    GOOGLE,
    r"(?m)^[ \t]*(?:from[ \t]+(google(?:\.cloud)?)[ \t]+import[ \t(]+(\w+)|(?:from|import)[ \t]+(google\.[\w.]+))"
);
pattern!(VERSIONED, r"_v\d\w*$");
pattern!(RB_MODULE, r"cannot load such file -- (\S+)");
pattern!(JS_MODULE, r"Cannot find (?:module|package) '([^']+)'");
pattern!(JAVA_NEWER, r"more recent version of the Java Runtime \(class file version (\d+)");
pattern!(JAVA_CLASS, r"(?:NoClassDefFoundError|ClassNotFoundException): (?:L)?([\w/.$]+)");

/// Reads what a runtime said of the failed init of an app; `file` is where the import stands, relative to the project,
/// if known.
pub fn missing_module(project: &Path, app: &App, file: Option<&str>, message: &str) -> Option<Missing> {
    let root = &app.root;
    let mut listed = false;
    let folder = file.and_then(|file| Some(project.join(file).parent()?.to_path_buf()));
    let hint = if let Some(found) = PY_MODULE.captures(message) {
        let handler = PY_HANDLER.captures(message).map(|handler| handler[1].replace('/', "."));
        let whole =
            handler.is_some_and(|handler| format!("{handler}.").starts_with(&format!("{}.", &found[1])));
        if whole {
            handler_file()
        } else if is_own(root, &found[1]) {
            // A package of that name from elsewhere would be a stranger's.
            OWN_FILE.into()
        } else {
            let file = file.map(|file| project.join(file));
            let module = of_google(file.as_deref(), &found[1]).unwrap_or_else(|| found[1].to_owned());
            let (hint, named) = pip(project, app, &module);
            listed = named;
            hint
        }
    } else if let Some(found) = PY_NAME.captures(message).filter(|found| &found[2] == "google.cloud") {
        let (hint, named) = pip(project, app, &format!("google.cloud.{}", &found[1]));
        listed = named;
        hint
    } else if let Some(found) = PY_NAME.captures(message) {
        format!("correct the name: `{}` has no `{}`, or another version of it has", &found[2], &found[1])
    } else if let Some(found) = RB_MODULE.captures(message) {
        let (hint, named) = bundler(project, app, &found[1]);
        listed = named;
        hint
    } else if let Some(found) = JAVA_NEWER.captures(message) {
        // Java 1.1 had 45, and every version since one more.
        let version = found[1].parse::<u32>().ok()?.saturating_sub(44);
        format!(
            "it is compiled for Java {version}, and an older one runs it: install Java {version}, or lower the build's release"
        )
    } else if let Some(found) = JAVA_CLASS.captures(message) {
        let class = found[1].replace('/', ".");
        format!(
            "add the library with {class} to the build's dependencies, in a scope that is there at run time"
        )
    } else {
        let found = JS_MODULE.captures(message)?;
        match &folder {
            _ if found[1].starts_with(['.', '/']) => OWN_FILE.into(),
            Some(folder) => {
                let (hint, named) = npm(project, folder, &found[1]);
                listed = named;
                hint
            }
            None => handler_file(),
        }
    };
    let brought = brought(app, message).filter(|_| !listed);
    let remedy = (listed || brought.is_some()).then(|| dependencies::remedy(app, project)).flatten();
    let hint = brought.map_or(hint, |package| take_along(app, &package, remedy.is_some()));
    let message = message.split("\nRequire stack:").next().unwrap_or(message);
    Some(Missing { message: message.to_owned(), hint, remedy })
}

/// The package that was missing, where the app's cloud brings it.
fn brought(app: &App, message: &str) -> Option<String> {
    let found = PY_MODULE
        .captures(message)
        .or_else(|| RB_MODULE.captures(message))
        .or_else(|| JS_MODULE.captures(message))?;
    let parts = if found[1].starts_with('@') { 2 } else { 1 };
    let package = found[1].split('/').take(parts).collect::<Vec<_>>().join("/");
    let package = package.split('.').next().unwrap_or(&package).to_owned();
    dependencies::is_brought(app, &package).then_some(package)
}

/// How what a cloud brings comes to this machine.
fn take_along(app: &App, package: &str, is_offered: bool) -> String {
    let (title, name) = (app.provider.title(), dependencies::called(app));
    let list = match app.language {
        Language::Python => "a requirements.txt",
        Language::Ruby => "a Gemfile",
        _ => "the devDependencies of a package.json",
    };
    let first = if is_offered { String::new() } else { format!("name it in {list} beside the code, then ") };
    format!(
        "{title} brings {package}, and this machine has to have it installed: {first}coldframe install {name}"
    )
}

const OWN_FILE: &str = "correct the import, or create the file it names";

/// Part of a module or package of the app's own.
fn is_own(root: &Path, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    root.join(top).is_dir() || root.join(format!("{top}.py")).is_file()
}

fn handler_file() -> String {
    "correct the handler, or create the file it names".into()
}

/// What to do, and whether a list names the package.
fn pip(project: &Path, app: &App, module: &str) -> (String, bool) {
    let root = &app.root;
    let package = package_of(module);
    let listed = dependencies::is_listed(&dependencies::code_folder(app), project, &package);
    let package = match &listed {
        Some(list) if list.ends_with("requirements.txt") => format!("-r {}", shown(list, project)),
        _ => package,
    };
    let hint = match python::environment(root, project) {
        Some(environment) => {
            let python = shown(&environment.join(INTERPRETER), project);
            format!(
                "{python} -m pip install {package}, which is the environment it runs in; or correct the import"
            )
        }
        None => {
            // What is made is looked for from the app's folder upwards.
            let above = listed.as_ref().and_then(|list| list.parent()).filter(|list| !list.starts_with(root));
            let folder = above.unwrap_or(root).join(".venv");
            let environment = shown(&folder, project);
            let python = shown(&folder.join(INTERPRETER), project);
            format!(
                "it runs with python3 from PATH, as there is no virtual environment; make one: python3 -m venv \
                 {environment} && {python} -m pip install {package}; or correct the import"
            )
        }
    };
    (hint, listed.is_some())
}

/// The package that a module is installed with.
fn package_of(module: &str) -> String {
    let mut parts = module.split('.');
    let top = parts.next().unwrap_or(module);
    if top != "google" {
        let named = NAMED_OTHERWISE.iter().find(|(name, _)| *name == top);
        return named.map_or(top, |(_, package)| package).to_owned();
    }
    // Google's libraries share the name, and each is installed by its own.
    match (parts.next(), parts.next()) {
        (Some("cloud"), Some(library)) => {
            let library = VERSIONED.replace(library, "");
            let library = if library == "secretmanager" { "secret-manager".into() } else { library };
            format!("google-cloud-{}", library.replace('_', "-"))
        }
        (Some("cloud"), None) => "google-cloud-core".into(),
        (Some("protobuf"), _) => "protobuf".into(),
        (Some("oauth2"), _) => "google-auth".into(),
        (Some(other), _) => format!("google-{}", other.replace('_', "-")),
        (None, _) => "google-api-core".into(),
    }
}

/// Python says no more than the first part that it did not find: what the file imports of Google's.
fn of_google(file: Option<&Path>, module: &str) -> Option<String> {
    if !["google", "google.cloud"].contains(&module) {
        return None;
    }
    let text = text_of(file?)?;
    let found = GOOGLE.captures(&text)?;
    Some(match found.get(2) {
        Some(name) => format!("{}.{}", &found[1], name.as_str()),
        None => found[3].to_owned(),
    })
}

/// What to do, and whether a Gemfile may name the gem: a gem's files are not always called as it is.
fn bundler(project: &Path, app: &App, file: &str) -> (String, bool) {
    if format!("{file}.").starts_with(&format!("{}.", app.handler.split('.').next().unwrap_or_default())) {
        return (handler_file(), false);
    }
    let top = file.split('/').next().unwrap_or(file);
    if file.starts_with('/') || app.root.join(top).exists() {
        return (OWN_FILE.into(), false);
    }
    match upwards(&app.root, project).map(|above| above.join("Gemfile")).find(|list| list.is_file()) {
        Some(list) => {
            let list = shown(&list, project);
            (format!("bundle install, with the gem that has {file} in {list}; or correct the require"), true)
        }
        None => {
            let hint = format!(
                "write a Gemfile with the gem that has {file} beside it, and install with bundler; or correct the require"
            );
            (hint, false)
        }
    }
}

/// What to do, and whether a package.json names the package.
fn npm(project: &Path, folder: &Path, module: &str) -> (String, bool) {
    let parts = if module.starts_with('@') { 2 } else { 1 };
    let package: Vec<&str> = module.split('/').take(parts).collect();
    let package = package.join("/");
    let manifest = |folder: &Path| text_of(&folder.join("package.json"));
    let home: PathBuf =
        upwards(folder, project).find(|above| manifest(above).is_some()).unwrap_or(folder).to_path_buf();
    let named = manifest(&home)
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .is_some_and(|manifest| {
            ["dependencies", "devDependencies"].iter().any(|kind| manifest[kind].get(&package).is_some())
        });
    let place = shown(&home, project);
    let place = if place.is_empty() { "." } else { &place };
    let hint = if named {
        format!("npm install --prefix {place}: its package.json names {package}, which is not installed")
    } else {
        format!("npm install --prefix {place} {package}; or correct the import")
    };
    (hint, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_module_says_what_to_install_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path();
        let write = |name: &str, text: &str| {
            let file = project.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write(&format!("shared/.venv/{INTERPRETER}"), "");
        write("own/app.py", "from app.parts import x");
        write(
            "listed/requirements.txt",
            "# of the site\nFlask_Cors>=4 ; python_version > '3'\nrequests[socks]==2\n",
        );
        write("web/package.json", r#"{"dependencies": {"left-pad": "1"}}"#);
        write("aws/app.py", "import boto3\n");
        write("google/app.py", "import json\nfrom google.cloud import pubsub_v1, storage\n");
        write(&format!("aws/.venv/{INTERPRETER}"), "");
        write("cloud/index.mjs", "import { S3Client } from '@aws-sdk/client-s3'\n");
        let said = |file: Option<&str>, message: &str| {
            let first = file.and_then(|file| file.split('/').next()).filter(|first| !first.contains('.'));
            let mut app = super::super::tests::app(project.join(first.unwrap_or_default()));
            app.language = if message.contains("Cannot find") { Language::Node } else { Language::Python };
            let Some(Missing { message, hint, remedy }) = missing_module(project, &app, file, message) else {
                return "nothing\n".into();
            };
            let remedy = remedy.map_or(String::new(), |remedy| format!("  [{remedy}]\n"));
            format!("{message}\n  {hint}\n{remedy}")
        };
        let unable =
            |of: &str, module: &str| format!("Unable to import module '{of}': No module named '{module}'");
        let all = [
            said(Some("a/app.py"), &unable("app", "requests")),
            said(Some("listed/api/app.py"), &unable("app", "requests")),
            said(Some("shared/x/app.py"), &unable("app", "yaml.nodes")),
            said(None, &unable("gone", "gone")),
            said(None, &unable("src/gone", "src")),
            said(Some("f/app.py"), &unable("missing", "missing")),
            said(
                Some("own/app.py"),
                "Unable to import module 'app': No module named 'app.parts'; 'app' is not a package",
            ),
            said(Some("app.py"), "cannot import name 'x' from 'os' (/usr/lib/os.py)"),
            said(Some("web/src/index.js"), "Error: Cannot find module 'lodash/fp'\nRequire stack:\n- /x"),
            said(Some("web/index.mjs"), "Cannot find package 'left-pad' imported from /x/index.mjs"),
            said(Some("index.mjs"), "Cannot find package '@a/b' imported from /x/index.mjs"),
            said(Some("b/index.js"), "Error: Cannot find module './gone'"),
            said(None, "Error: Cannot find module 'index'"),
            said(Some("app.py"), "division by zero"),
            said(Some("aws/app.py"), &unable("app", "boto3")),
            said(
                Some("cloud/index.mjs"),
                "Cannot find package '@aws-sdk/client-s3' imported from /x/index.mjs",
            ),
            said(Some("b/app.py"), &unable("app", "botocore.config")),
            said(Some("google/app.py"), "No module named 'google'"),
            said(Some("shared/x/app.py"), "No module named 'google.cloud.secretmanager_v1'"),
            said(
                Some("shared/x/app.py"),
                "cannot import name 'storage' from 'google.cloud' (unknown location)",
            ),
        ];
        insta::assert_snapshot!(all.concat(), @r"
        Unable to import module 'app': No module named 'requests'
          it runs with python3 from PATH, as there is no virtual environment; make one: python3 -m venv a/.venv && a/.venv/bin/python -m pip install requests; or correct the import
        Unable to import module 'app': No module named 'requests'
          it runs with python3 from PATH, as there is no virtual environment; make one: python3 -m venv listed/.venv && listed/.venv/bin/python -m pip install -r listed/requirements.txt; or correct the import
          [Create virtual environment and install]
        Unable to import module 'app': No module named 'yaml.nodes'
          shared/.venv/bin/python -m pip install PyYAML, which is the environment it runs in; or correct the import
        Unable to import module 'gone': No module named 'gone'
          correct the handler, or create the file it names
        Unable to import module 'src/gone': No module named 'src'
          correct the handler, or create the file it names
        Unable to import module 'missing': No module named 'missing'
          correct the handler, or create the file it names
        Unable to import module 'app': No module named 'app.parts'; 'app' is not a package
          correct the import, or create the file it names
        cannot import name 'x' from 'os' (/usr/lib/os.py)
          correct the name: `os` has no `x`, or another version of it has
        Error: Cannot find module 'lodash/fp'
          npm install --prefix web lodash; or correct the import
        Cannot find package 'left-pad' imported from /x/index.mjs
          npm install --prefix web: its package.json names left-pad, which is not installed
          [Install with npm]
        Cannot find package '@a/b' imported from /x/index.mjs
          npm install --prefix . @a/b; or correct the import
        Error: Cannot find module './gone'
          correct the import, or create the file it names
        Error: Cannot find module 'index'
          correct the handler, or create the file it names
        nothing
        Unable to import module 'app': No module named 'boto3'
          AWS Lambda brings boto3, and this machine has to have it installed: coldframe install hello
          [Install boto3 into aws/.venv]
        Cannot find package '@aws-sdk/client-s3' imported from /x/index.mjs
          AWS Lambda brings @aws-sdk/client-s3, and this machine has to have it installed: coldframe install hello
          [Install with npm]
        Unable to import module 'app': No module named 'botocore.config'
          AWS Lambda brings botocore, and this machine has to have it installed: name it in a requirements.txt beside the code, then coldframe install hello
        No module named 'google'
          it runs with python3 from PATH, as there is no virtual environment; make one: python3 -m venv google/.venv && google/.venv/bin/python -m pip install google-cloud-pubsub; or correct the import
        No module named 'google.cloud.secretmanager_v1'
          shared/.venv/bin/python -m pip install google-cloud-secret-manager, which is the environment it runs in; or correct the import
        cannot import name 'storage' from 'google.cloud' (unknown location)
          shared/.venv/bin/python -m pip install google-cloud-storage, which is the environment it runs in; or correct the import
        ");
    }
}
