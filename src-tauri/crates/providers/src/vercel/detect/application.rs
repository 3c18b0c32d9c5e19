//! A web framework's application where Vercel looks for one: a single function, which answers whatever no file does.
//! <https://vercel.com/docs/functions/runtimes/python>

use std::path::Path;

use super::{Candidate, entry::application as entry};
use crate::{domain::Language, languages::is_listed, project::Project};

/// Of its dependencies one says that there is an application.
const FRAMEWORKS: [&str; 8] =
    ["fastapi", "flask", "starlette", "quart", "litestar", "sanic", "falcon", "bottle"];
const FOLDERS: [&str; 3] = ["", "src/", "app/"];
const NAMES: [&str; 6] = ["app", "index", "server", "main", "wsgi", "asgi"];

/// Where one of these lies, and nothing says that Vercel deploys the folder, another does.
const OF_OTHERS: [&str; 9] = [
    "template.yaml",
    "template.yml",
    "serverless.yml",
    "serverless.yaml",
    "host.json",
    "func.yaml",
    "manifest.yml",
    "manifest.yaml",
    "samconfig.toml",
];

/// The application of a folder, if it has one. `says_so`: the folder is Vercel's by its own word.
pub(super) fn application(project: &Project, root: &Path, says_so: bool) -> Option<Candidate> {
    let claimed = || OF_OTHERS.iter().any(|name| root.join(name).is_file());
    if !says_so && (root != project.root() || claimed()) {
        return None;
    }
    if !FRAMEWORKS.iter().any(|framework| is_listed(root, project.root(), framework)) {
        return None;
    }
    let usual = FOLDERS.iter().flat_map(|folder| NAMES.map(|name| format!("{folder}{name}.py")));
    script(project, root).into_iter().chain(usual).find_map(|path| {
        let text = project.read_source(&root.join(&path)).ok()?;
        let entry = entry(&text)?;
        Some(Candidate { path, language: Language::Python, text, entry })
    })
}

/// `[project.scripts] app = "backend.server:app"` of pyproject.toml.
fn script(project: &Project, root: &Path) -> Option<String> {
    let table: toml::Table = project.peek(&root.join("pyproject.toml"))?.parse().ok()?;
    let script = table.get("project")?.get("scripts")?.get("app")?.as_str()?;
    let (module, name) = script.split_once(':')?;
    (name == "app").then(|| format!("{}.py", module.replace('.', "/")))
}
