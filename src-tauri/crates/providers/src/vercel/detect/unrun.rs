//! What Vercel would run of a folder and nobody does here, each named with what happens instead: middleware, and
//! functions in languages that are run under other providers' contracts only.

use std::path::Path;

use crate::{domain::Problem, project::Project};

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
    let middleware = MIDDLEWARE.iter().map(|name| root.join(name)).find(|file| is_there && file.is_file());
    problems.extend(middleware.map(|file| {
        Problem::warning("middleware is not run: requests reach functions and files as they were sent")
            .at(project.shown(&file), None)
            .hint("what it redirects, rewrites or adds can stand in vercel.json, which is followed")
    }));
    problems
}
