//! From what a runtime says of a failed init to what a person needs: the message, and where.

use std::path::Path;

use coldframe_providers::{
    domain::Problem,
    languages,
    narrate::{Cause, FailureBody},
};

use crate::{
    instance::{FailedInit, StartFailure, Why},
    printed::error_in,
};

/// Lambda's word for code that does not parse.
const SYNTAX: &str = "Runtime.UserCodeSyntaxError";

/// The problem a failed start shows on screen; `replaced`: an earlier revision goes on in its place.
pub(crate) fn problem_of(failure: &StartFailure, project: &Path, replaced: bool) -> Problem {
    match failure {
        StartFailure::Refused(problem) | StartFailure::NoEntrypoint(problem) => problem.clone(),
        StartFailure::Init(failed) => {
            let FailureBody { error_type, payload } = failed.body("");
            let lines = &failed.lines;
            let body: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
            let message = body["errorMessage"].as_str().unwrap_or_default().trim();
            let last_line = lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty());
            let text = match (message, last_line) {
                ("", Some(line)) => line.to_owned(),
                ("", None) => "the process ended while it was starting".to_owned(),
                (message, _) => message.to_owned(),
            };
            let hint = if replaced {
                "the revision before it keeps serving; save the file again once it is mended"
            } else {
                "the next call tries again; a saved file is tried at once"
            };
            let mut problem = match printed_error(failed) {
                Some(error) => Problem::error(error),
                None => Problem::error(format!("{error_type}: {text}")),
            }
            .hint(hint);
            let root = &failed.revision.app.root;
            let traces = ["stackTrace", "trace"];
            let trace =
                traces.iter().filter_map(|name| body[name].as_array()).flatten().filter_map(|v| v.as_str());
            let found = std::iter::once(message)
                .chain(trace)
                .chain(lines.iter().map(String::as_str))
                .flat_map(str::lines)
                .filter_map(|line| location(line, project).or_else(|| framed(line, root, project)))
                .next_back();
            match (found, failed.revision.app.problems.first()) {
                (Some((file, line)), _) => {
                    if error_type == SYNTAX && !replaced {
                        problem.hint = Some(format!("mend {file}; it is tried again as soon as it is saved"));
                    }
                    problem = problem.at(file, line);
                }
                // What was seen of the function before it ran says more: where its handler was looked for.
                (None, Some(seen)) => {
                    (problem.file, problem.line) = (seen.file.clone(), seen.line);
                    problem.hint = seen.hint.clone().or(problem.hint);
                }
                (None, None) => {}
            }
            let app = &failed.revision.app;
            let missing = languages::missing_module(project, app, problem.file.as_deref(), &text);
            if let Some(missing) = missing {
                problem.message = format!("{error_type}: {}", missing.message);
                problem.hint = Some(missing.hint);
                problem.remedy = missing.remedy;
            }
            problem
        }
    }
}

/// The error in what a process printed that ended without a word to its runtime: the exit code says less.
fn printed_error(failed: &FailedInit) -> Option<String> {
    matches!(failed.why, Why::Ended(Cause::Exited(_))).then(|| error_in(&failed.lines)).flatten()
}

/// `File "/p/app.py", line 3` (Python) or `/p/app.mjs:3:7`, `file:///p/app.mjs:3` (Node), inside the project.
fn location(line: &str, project: &Path) -> Option<(String, Option<u32>)> {
    let root = format!("{}/", project.to_str()?);
    let start = line.find(&root)? + root.len();
    let rest = &line[start..];
    // It may stand in quotes, in a bracket, or within JSON.
    let (file, after) = rest.split_at(rest.find(['"', ':', ')']).unwrap_or(rest.trim_end().len()));
    let after = after.trim_start_matches(['"', ':', ',', ' ']);
    let after = after.strip_prefix("line ").or_else(|| after.strip_prefix("Line ")).unwrap_or(after);
    let digits = after.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    own(file, digits.parse().ok())
}

/// A frame that names a class, as the file it is in.
fn framed(line: &str, root: &Path, project: &Path) -> Option<(String, Option<u32>)> {
    let (file, row) = languages::frame(root, line)?;
    Some((file.strip_prefix(project).ok()?.display().to_string(), Some(row)))
}

/// Frames inside dependencies are not where a person looks first.
fn own(file: &str, line: Option<u32>) -> Option<(String, Option<u32>)> {
    let foreign = ["node_modules/", "site-packages/", ".venv/", "vendor/bundle/"];
    (!file.is_empty() && !foreign.iter().any(|part| file.contains(part))).then(|| (file.to_owned(), line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line_in_both_languages() {
        let project = Path::new("/p");
        let cases = [
            (r#"  File "/p/a/app.py", line 12, in handler"#, Some(("a/app.py", Some(12)))),
            (r#"  File "/p/app.py" Line 3"#, Some(("app.py", Some(3)))),
            ("    at file:///p/index.mjs:3:7", Some(("index.mjs", Some(3)))),
            ("    at Object.<anonymous> (/p/x/index.js:9:2)", Some(("x/index.js", Some(9)))),
            ("/p/index.js:4", Some(("index.js", Some(4)))),
            ("/p/a/app.rb:4:in `handler'", Some(("a/app.rb", Some(4)))),
            ("/p/vendor/bundle/ruby/3.3.0/gems/x/y.rb:1:in `z'", None),
            (r#"["SyntaxError: x","    at /p/cjs/index.js:2"]}"#, Some(("cjs/index.js", Some(2)))),
            (r#"    at file:///p/ts/lib/w.ts:1:45)","more"]"#, Some(("ts/lib/w.ts", Some(1)))),
            ("    at /p/node_modules/x/y.js:1:1", None),
            ("nothing here", None),
        ];
        for (line, expected) in cases {
            let found = location(line, project);
            let found = found.as_ref().map(|(file, line)| (file.as_str(), *line));
            assert_eq!(found, expected, "{line}");
        }
    }
}
