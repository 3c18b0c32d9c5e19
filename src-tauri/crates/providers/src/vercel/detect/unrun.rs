//! What Vercel would run of a folder and nobody does here, each named with what happens instead: what a framework's own
//! build makes, middleware, servers in Go, and functions in languages that are run under other providers' contracts
//! only.

use std::path::Path;

use serde_json::Value;

use crate::{domain::Problem, project::Project};

/// Frameworks that make functions and pages in a build of their own: the package, and what people call it.
/// <https://vercel.com/docs/frameworks>
const FRAMEWORKS: [(&str, &str); 11] = [
    ("next", "Next.js"),
    ("nuxt", "Nuxt"),
    ("@sveltejs/kit", "SvelteKit"),
    ("astro", "Astro"),
    ("@react-router/dev", "React Router"),
    ("@remix-run/dev", "Remix"),
    ("@tanstack/react-start", "TanStack Start"),
    ("@solidjs/start", "SolidStart"),
    ("gatsby", "Gatsby"),
    ("nitro", "Nitro"),
    ("nitropack", "Nitro"),
];

/// The framework that a `package.json` depends on, as people call it.
pub(super) fn framework(package: &Value) -> Option<&'static str> {
    let depends =
        |name: &str| ["dependencies", "devDependencies"].iter().any(|kind| package[kind].get(name).is_some());
    FRAMEWORKS.iter().find(|(name, _)| depends(name)).map(|(_, title)| *title)
}

const MIDDLEWARE: [&str; 4] = ["middleware.ts", "middleware.js", "middleware.mts", "middleware.mjs"];

/// Endings below `api` that are functions on Vercel, and what says so of a file where nothing else does.
const LANGUAGES: [(&str, &str, &str); 2] = [("rb", "Ruby", "Handler"), ("rs", "Rust", "vercel_runtime")];

/// Whether a path below `api` is such a function's.
pub(super) fn is_one(path: &str) -> bool {
    LANGUAGES.iter().any(|(ending, ..)| ending_of(path) == Some(ending))
}

fn ending_of(path: &str) -> Option<&str> {
    Path::new(path).extension()?.to_str()
}

/// Of a deployed folder; `is_sure`: something besides these files says that it is Vercel's.
pub(super) fn problems(project: &Project, root: &Path, files: &[String], is_sure: bool) -> Vec<Problem> {
    let named = files.iter().filter_map(|path| {
        let (_, language, mark) = LANGUAGES.iter().find(|(ending, ..)| ending_of(path) == Some(ending))?;
        let file = root.join(path);
        if !is_sure && !project.peek(&file).is_some_and(|text| text.contains(mark)) {
            return None;
        }
        let what = format!("it is a function in {language}, which is not run under Vercel's contract here");
        let hint = format!(
            "requests for it are answered with 404; {language} is run as a function of AWS Lambda, or write this one in \
             JavaScript, TypeScript, Python or Go"
        );
        Some(Problem::warning(what).at(project.shown(&file), None).hint(hint))
    });
    let mut problems: Vec<Problem> = named.collect();
    let is_there = is_sure || !problems.is_empty();
    problems.extend(built(project, root, is_there));
    if is_there {
        problems.extend(server(project, root));
    }
    let middleware = MIDDLEWARE.iter().map(|name| root.join(name)).find(|file| is_there && file.is_file());
    problems.extend(middleware.map(|file| {
        Problem::warning("middleware is not run: requests reach functions and files as they were sent")
            .at(project.shown(&file), None)
            .hint("what it redirects, rewrites or adds can stand in vercel.json, which is followed")
    }));
    problems
}

/// What the framework of a folder would build. Next.js is Vercel's own: a project of it needs no other word.
fn built(project: &Project, root: &Path, is_sure: bool) -> Option<Problem> {
    let file = root.join("package.json");
    let package: Value = serde_json::from_str(&project.peek(&file)?).ok()?;
    let title = framework(&package)?;
    if !is_sure && (title != "Next.js" || root != project.root()) {
        return None;
    }
    let message =
        format!("{title} is not run here: what its own build makes, pages and routes, answers nothing");
    let hint = match title {
        "Next.js" => {
            "run `next dev` for those; files below `pages/api` are run here as functions without Next.js, and so are \
             those below `api`"
        }
        _ => "run its own development server for those; files below `api` are run here",
    };
    Some(Problem::warning(message).at(project.shown(&file), None).hint(hint))
}

/// A program in Go that listens on `PORT`. <https://vercel.com/docs/functions/runtimes/go>
fn server(project: &Project, root: &Path) -> Option<Problem> {
    let file = root.join("main.go");
    let listens = |text: &str| text.contains("package main") && !text.contains("lambda.Start");
    if !root.join("go.mod").is_file() || !project.peek(&file).is_some_and(|text| listens(&text)) {
        return None;
    }
    let hint = "functions in Go below `api` are; or declare it in coldframe.toml with provider = \"knative\", its path, and \
                as handler the command that starts it once it is built";
    let message = "a server in Go is not run under Vercel's contract here: its paths answer nothing";
    Some(Problem::warning(message).at(project.shown(&file), None).hint(hint))
}
