//! A WSGI or ASGI application in one of the files that Vercel tries, of a folder that asks for a framework.
//! <https://vercel.com/docs/functions/runtimes/python>

use std::path::Path;

use super::{super::Candidate, candidate, django};
use crate::{
    domain::Language,
    languages::is_listed,
    project::Project,
    source::{Source, Syntax},
};

/// Of its dependencies one says that there is an application.
const FRAMEWORKS: [&str; 10] = [
    "fastapi",
    "flask",
    "starlette",
    "quart",
    "litestar",
    "sanic",
    "falcon",
    "bottle",
    "django",
    "python-fasthtml",
];
const FOLDERS: [&str; 3] = ["", "src/", "app/"];
const FILES: [&str; 6] = ["app", "index", "server", "main", "wsgi", "asgi"];
/// What Vercel calls an application.
const NAMES: [&str; 2] = ["app", "application"];
/// Of another cloud, whatever it is called.
const OF_OTHERS: [&str; 4] = ["functions_framework", "azure.functions", "mangum", "Mangum"];

pub(super) fn application(project: &Project, root: &Path) -> Option<Candidate> {
    if !FRAMEWORKS.iter().any(|framework| is_listed(root, project.root(), framework)) {
        return None;
    }
    let table: Option<toml::Table> =
        project.peek(&root.join("pyproject.toml")).and_then(|text| text.parse().ok());
    let said = |keys: &[&str]| file_of(table.as_ref()?, keys);
    let usual = FOLDERS.iter().flat_map(|folder| FILES.map(|name| format!("{folder}{name}.py")));
    said(&["tool", "vercel", "entrypoint"])
        .into_iter()
        .chain(said(&["project", "scripts", "app"]))
        .chain(django::application(project, root))
        .chain(usual)
        .find_map(|path| {
            let text = project.read_source(&root.join(&path)).ok()?;
            let source = Source::new(Syntax::Python, &text);
            let name = NAMES.into_iter().find(|name| source.defines_at_top(name))?;
            if OF_OTHERS.iter().any(|one| text.contains(one)) {
                return None;
            }
            let why = format!(
                "defines `{name}`, which answers every path that no file does, and a framework is among the dependencies"
            );
            Some(candidate(path, Language::Python, text, why))
        })
}

/// The file of `MODULE:NAME`, as pyproject.toml has it below some keys.
fn file_of(table: &toml::Table, keys: &[&str]) -> Option<String> {
    let (last, tables) = keys.split_last()?;
    let mut within = table;
    for key in tables {
        within = within.get(*key)?.as_table()?;
    }
    let (module, name) = within.get(*last)?.as_str()?.split_once(':')?;
    NAMES.contains(&name).then(|| format!("{}.py", module.replace('.', "/")))
}
