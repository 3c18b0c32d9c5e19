//! An adapter's text: the code's own name is imported as `called`, then the half that calls it, then the half that is
//! called.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Callee, Speech, Taker, Written};
use crate::domain::{Gateway, ProviderId};

const VALUE_PYTHON: &str = include_str!("../../portable/value.py");
const VALUE_JAVASCRIPT: &str = include_str!("../../portable/value.mjs");

/// One way to run a function under another provider's contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// `None`: as it is.
    pub adapter: Option<Adapter>,
    /// What the other provider starts from.
    pub handler: String,
    /// To be put beside the code, relative to it; the adapter among them.
    pub files: Vec<(String, String)>,
    /// What of it is nobody's code.
    pub libraries: Vec<Library>,
    /// What the function is given at home and goes without here, in words.
    pub misses: Option<String>,
}

/// A package that an adapter's halves are written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Library {
    /// What it is called.
    pub name: &'static str,
    /// What an import of it may say that there is not.
    pub(crate) missed: &'static [&'static str],
    /// The command that installs it.
    pub install: &'static str,
}

impl Library {
    /// Whether an error is that this one is not there: in the words of Python or of Node.
    pub fn is_missed_in(&self, error: &str) -> bool {
        self.missed.iter().any(|name| {
            ["No module named", "Cannot find package", "Cannot find module"]
                .iter()
                .any(|before| error.contains(&format!("{before} '{name}'")))
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// Relative to the code.
    pub file: String,
    pub source: String,
    /// What has to be written besides.
    pub note: Option<String>,
}

pub(super) fn made(written: &Written<'_>, callee: &Callee, taker: Taker, to: ProviderId) -> Attempt {
    let Taker { file, handler, half, wants_requests, beside, note, library } = taker;
    let mut halves = callee.halves.clone();
    let mut libraries: Vec<Library> = library.into_iter().collect();
    if calls_a_half(half) {
        libraries.extend(callee.library);
    }
    if !calls_a_half(half) {
        halves.clear();
    } else if wants_requests && !written.is_called_with_requests() {
        halves.push(match written.speech {
            Speech::Python => VALUE_PYTHON,
            Speech::JavaScript => VALUE_JAVASCRIPT,
        });
    }
    halves.push(half);
    let depth = file.matches('/').count();
    let name = written.function.name.as_str();
    let first = format!(
        "{name}, written for {}, as {} calls it: {file}, beside the code.",
        written.app.provider.title(),
        to.title()
    );
    let source = match written.speech {
        Speech::Python => python(&first, callee, &halves),
        Speech::JavaScript => javascript(&first, callee, &halves, depth),
    };
    // Text in a string of either language.
    let settings = &written.app.settings;
    let function = written.function;
    let text = |text: &str| Value::from(text).to_string();
    let binding = |output: bool| {
        let found = function
            .bindings
            .iter()
            .find(|one| one.output == output && (!output || one.kind.eq_ignore_ascii_case("http")));
        text(found.map_or("", |one| &one.name))
    };
    let source = source
        .replace("@NAME@", &text(name))
        .replace("@ROUTE@", &text(function.routes.first().map_or("/", |route| &route.path)))
        .replace("@ROUTES@", &routes(written).to_string())
        .replace("@DEFAULTS@", &text(written.app.env.get("__OW_DEFAULTS").map_or("{}", String::as_str)))
        .replace("@STAGE@", &stage(written.heard.gateway()).to_string())
        .replace("@TRIGGER@", &binding(false))
        .replace("@OUTPUT@", &binding(true))
        .replace("@MEMORY@", &settings.memory_mb.to_string())
        .replace("@SECONDS@", &settings.timeout.as_secs().to_string());
    let mut files: Vec<(String, String)> =
        beside.into_iter().map(|(file, text)| (file.to_owned(), text)).collect();
    files.push((file.to_owned(), source.clone()));
    let adapter = Adapter { file: file.to_owned(), source, note: note.map(str::to_owned) };
    Attempt { adapter: Some(adapter), handler: handler.to_owned(), files, libraries, misses: None }
}

/// Methods and paths of the routes by which a request could have come, that of the event among them.
fn routes(written: &Written<'_>) -> Value {
    let gateway = std::mem::discriminant(written.heard.gateway());
    let own = written.function.routes.iter().filter(|own| std::mem::discriminant(&own.gateway) == gateway);
    let mut all: Vec<(&str, &str)> = Vec::new();
    for route in own.chain(&written.heard.route) {
        let route = (route.method.as_str(), route.path.as_str());
        if route.1.starts_with('/') && !all.contains(&route) {
            all.push(route);
        }
    }
    json!(all)
}

/// What a gateway's stage adds.
fn stage(gateway: &Gateway) -> Value {
    let Gateway::Rest(stage) = gateway else { return json!({}) };
    json!({"name": stage.name, "variables": stage.variables, "binary": stage.binary_types})
}

/// Whether a taker calls by the callee's half; else it gives the code's own function on.
fn calls_a_half(taker: &str) -> bool {
    taker.contains("respond(") || taker.contains("call(")
}

fn python(first: &str, callee: &Callee, halves: &[&str]) -> String {
    let Callee { file, name, made, .. } = callee;
    let module = file.trim_end_matches(".py");
    // Starting from another file, those two names are that file's.
    let is_own = !["main", "__main__"].contains(&module);
    let plain = is_own
        && module.split('/').all(|part| {
            part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
                && !part.starts_with(|letter: char| letter.is_ascii_digit())
        });
    let mut lines: Vec<String> = Vec::new();
    let import = if plain {
        format!("from {} import {name}", module.replace('/', "."))
    } else {
        lines.push("import runpy".to_owned());
        String::new()
    };
    let made = if made.is_empty() { name.clone() } else { (*made).to_owned() };
    let called = if plain {
        format!("called = {made}\n")
    } else {
        let path = Value::from(file.as_str());
        format!("{name} = runpy.run_path({path})[\"{name}\"]\ncalled = {made}\n")
    };
    let (imports, bodies) = split(halves, &["import ", "from "]);
    lines.extend(imports);
    lines.sort();
    lines.dedup();
    let own = if import.is_empty() { String::new() } else { format!("{import}\n") };
    let gap = if lines.is_empty() { "" } else { "\n" };
    format!(
        "# {first}\n{}{gap}{own}\n{called}\n\n{}\n",
        lines.iter().map(|line| format!("{line}\n")).collect::<String>(),
        bodies.join("\n\n\n")
    )
}

fn javascript(first: &str, callee: &Callee, halves: &[&str], depth: usize) -> String {
    let up = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
    let import = format!("import * as code from {};", Value::from(format!("{up}{}", callee.file)))
        .trim_end_matches(';')
        .replace('"', "'");
    let called = match callee.name.as_str() {
        "*" => "const called = code\n".to_owned(),
        "default" => "const called = code.default?.default ?? code.default\n".to_owned(),
        name => format!("const called = code.{name} ?? code.default?.{name}\n"),
    };
    let (imports, bodies) = split(halves, &["import "]);
    let imports: String = imports.iter().map(|line| format!("{line}\n")).collect();
    format!("// {first}\n{imports}{import}\n\n{called}\n{}\n", bodies.join("\n\n"))
}

/// The lines that import, each once, and what is left of every half.
fn split(halves: &[&str], words: &[&str]) -> (BTreeSet<String>, Vec<String>) {
    let mut imports = BTreeSet::new();
    let bodies = halves
        .iter()
        .map(|half| {
            let (head, body): (Vec<&str>, Vec<&str>) =
                half.lines().partition(|line| words.iter().any(|word| line.starts_with(word)));
            imports.extend(head.into_iter().map(str::to_owned));
            body.join("\n").trim().to_owned()
        })
        .collect();
    (imports, bodies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::Convention;

    fn callee(file: &str, name: &str) -> Callee {
        let convention = Convention::Event;
        Callee {
            convention,
            file: file.into(),
            name: name.into(),
            made: "",
            halves: Vec::new(),
            fed: None,
            library: None,
        }
    }

    const HALVES: [&str; 2] =
        ["import json\n\ndef call(event):\n    return called(event)\n", "import json\nimport base64\n"];

    #[test]
    fn imports_come_first_and_once_and_a_file_of_no_plain_name_is_run_by_its_path() {
        let text = python("it is.", &callee("src/quote.py", "handler"), &HALVES);
        assert!(
            text.starts_with(
                "# it is.\nimport base64\nimport json\n\nfrom src.quote import handler\n\ncalled = handler\n"
            ),
            "{text}"
        );
        assert_eq!(text.matches("import json").count(), 1, "{text}");
        for file in ["api/[name].py", "2nd.py", "main.py", "__main__.py"] {
            let text = python("it is.", &callee(file, "handler"), &[]);
            assert!(text.contains(&format!("runpy.run_path(\"{file}\")[\"handler\"]")), "{text}");
        }
    }

    #[test]
    fn a_module_is_imported_from_where_the_adapter_lies() {
        let halves = ["import http from 'node:http'\n\nconst call = (event) => called(event)\n"];
        let text = javascript("it is.", &callee("src/index.mjs", "handler"), &halves, 1);
        assert!(
            text.starts_with(
                "// it is.\nimport http from 'node:http'\nimport * as code from '../src/index.mjs'\n\nconst called = \
                 code.handler ?? code.default?.handler\n"
            ),
            "{text}"
        );
        let text = javascript("it is.", &callee("index.js", "default"), &[], 0);
        assert!(
            text.contains("from './index.js'\n\nconst called = code.default?.default ?? code.default\n"),
            "{text}"
        );
    }

    #[test]
    fn a_missing_library_is_told_from_a_missing_module_of_the_functions_own() {
        let flask = Library { name: "flask", missed: &["flask"], install: "pip install flask" };
        assert!(flask.is_missed_in("ModuleNotFoundError: No module named 'flask' (…)"));
        assert!(!flask.is_missed_in("ModuleNotFoundError: No module named 'flask_cors'"));
        assert!(!flask.is_missed_in("KeyError: 'flask'"));
    }
}
