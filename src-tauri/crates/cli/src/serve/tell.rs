//! What goes wrong while a host serves, and what is mended again, on standard error as it happens: whoever started it in
//! a terminal and saves in an editor looks there.

use std::{
    collections::{BTreeSet, HashSet},
    pin::pin,
};

use coldframe_host::Connection;
use coldframe_protocol::{Function, Hello, Reload};
use futures_util::StreamExt;
use serde_json::json;

use crate::verbs::call;

/// Until the host ends.
pub(super) async fn changes(host: &Connection, said: BTreeSet<String>) {
    let Ok(live) = host.live().await else { return };
    let mut live = pin!(live);
    let mut told = Told { problems: said, ..Told::default() };
    while let Some(batch) = live.next().await {
        batch.reloads.iter().filter_map(|reload| told.reload(reload)).for_each(|line| eprintln!("{line}"));
        if batch.stale
            && let Ok(hello) = call::<Hello>(host, "hello", json!({})).await
        {
            told.project(problems(host, &hello).await).iter().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// What is wrong with the project, and with each of its apps; or that there is nothing to run.
pub(super) async fn problems(host: &Connection, hello: &Hello) -> BTreeSet<String> {
    let project = hello.project.iter().flat_map(|project| &project.problems);
    let mut all: BTreeSet<String> = project.map(ToString::to_string).collect();
    let Ok(functions) = call::<Vec<Function>>(host, "functions", json!({})).await else { return all };
    for function in &functions {
        all.extend(function.problems.iter().map(|problem| format!("{}: {problem}", function.app)));
    }
    if let Some(project) = hello.project.as_ref().filter(|_| functions.is_empty() && all.is_empty()) {
        all.insert(nothing_in(&project.root));
    }
    all
}

/// Which apps run with another version of their language than in the cloud, a note each.
pub(crate) fn versions(functions: &[Function]) -> BTreeSet<String> {
    let note = |one: &Function| Some(format!("note: {}: {}", one.app, version_in(&one.assumed)?));
    functions.iter().filter_map(note).collect()
}

/// The sentence of detection's that says so, without what to do about it.
fn version_in(assumed: &[String]) -> Option<&str> {
    let says = assumed.iter().find(|sentence| {
        let names = ["Python ", "Node.js ", "Ruby "];
        let rest = sentence.strip_prefix("it runs with ").unwrap_or_default();
        let version = names.iter().find_map(|name| rest.strip_prefix(name)).unwrap_or_default();
        version.starts_with(|first: char| first.is_ascii_digit())
    })?;
    Some(says.split(';').next().unwrap_or(says))
}

/// Said of a folder without functions.
pub(crate) fn nothing_in(folder: &str) -> String {
    format!(
        "note: no functions were found in {folder}\nhint: `coldframe new` writes one; what is looked for is in the README, \
         and coldframe.toml names what is not found by itself"
    )
}

/// What was said already.
#[derive(Default)]
struct Told {
    problems: BTreeSet<String>,
    /// Apps that serve an older revision than what was saved.
    failed: HashSet<String>,
    reloads: HashSet<i64>,
}

impl Told {
    fn reload(&mut self, reload: &Reload) -> Option<String> {
        let app = &reload.app;
        match reload.outcome.as_str() {
            "ok" => self.failed.remove(app).then(|| format!("note: {app} runs what was saved again")),
            "build_failed" | "init_failed" if self.reloads.insert(reload.id) => {
                self.failed.insert(app.clone());
                let error = reload.error.as_ref()?;
                let line = format!("{app}: {error}");
                self.problems.insert(line.clone());
                Some(line)
            }
            _ => None,
        }
    }

    /// Those that are new.
    fn project(&mut self, now: BTreeSet<String>) -> Vec<String> {
        let news = now.difference(&self.problems).cloned().collect();
        let mended = self.problems.difference(&now).count();
        self.problems = now;
        let mut lines: Vec<String> = news;
        if mended > 0 && lines.is_empty() {
            lines.push("note: what was wrong with the project is mended".to_owned());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reload(id: i64, outcome: &str) -> Reload {
        let error = (outcome != "ok").then(|| {
            json!({"severity": "error", "message": "SyntaxError: no", "file": "a/app.py", "line": 3, "hint": null, "remedy": null})
        });
        serde_json::from_value(json!({
            "id": id, "app": "a", "functions": [1], "revision": null, "detected_at": "", "files": [], "built_ms": null,
            "initialised_ms": null, "swapped_ms": null, "drained_ms": null, "init_ms": 0.0, "outcome": outcome, "error": error,
        }))
        .unwrap()
    }

    #[test]
    fn a_failed_reload_is_told_once_and_its_mending_too() {
        let mut told = Told::default();
        assert_eq!(told.reload(&reload(1, "ok")), None, "nobody waits for word of what went well");
        assert_eq!(told.reload(&reload(2, "init_failed")).as_deref(), Some("a: a/app.py:3: SyntaxError: no"));
        assert_eq!(told.reload(&reload(2, "init_failed")), None, "the same again");
        assert_eq!(told.reload(&reload(3, "ok")).as_deref(), Some("note: a runs what was saved again"));
    }

    #[test]
    fn another_version_is_said_shortly() {
        let says = |assumed: &str| {
            let at = |sentence: &str| sentence.strip_prefix("it runs with ").map(str::to_owned);
            version_in(&[assumed.to_owned()]).and_then(at)
        };
        let nearest = "it runs with Python 3.11 (/usr/bin/python3), the nearest to python3.12 on this machine; to have \
                       the same: uv python install 3.12";
        assert_eq!(
            says(nearest).as_deref(),
            Some("Python 3.11 (/usr/bin/python3), the nearest to python3.12 on this machine")
        );
        assert_eq!(says("it runs with python3 from PATH"), None);
        assert_eq!(says("runtime python3.12, because no file names a version"), None);
    }

    #[test]
    fn only_new_problems_of_a_project_are_told() {
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
        let mut told = Told { problems: set(&["one"]), ..Told::default() };
        assert_eq!(told.project(set(&["one", "two"])), ["two"]);
        assert_eq!(told.project(set(&[])), ["note: what was wrong with the project is mended"]);
    }
}
