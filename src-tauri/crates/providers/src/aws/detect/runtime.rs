//! Which language a runtime identifier means, and which runtime a bare folder most likely asks for.

use std::path::Path;

use crate::{domain::Language, project::Project};

const PYTHON: &str = "python3.12";
const NODE: &str = "nodejs22.x";
/// For everything that brings its own executable.
pub(crate) const PROVIDED: &str = "provided.al2023";

/// `None` when Coldframe does not run it.
pub(crate) fn language(runtime: &str) -> Option<Language> {
    if runtime.starts_with("python3") {
        Some(Language::Python)
    } else if runtime.starts_with("nodejs") {
        Some(Language::Node)
    } else if runtime.starts_with("provided") {
        Some(Language::Custom)
    } else {
        None
    }
}

/// The runtime and the sentence that says where it comes from.
pub(crate) fn python(project: &Project, folder: &Path) -> (String, String) {
    for above in project.upwards(folder) {
        for venv in [".venv", "venv"] {
            let file = above.join(venv).join("pyvenv.cfg");
            let line = project.peek(&file).and_then(|text| {
                text.lines().find(|line| line.trim_start().starts_with("version")).map(str::to_owned)
            });
            if let Some(runtime) = line.as_deref().and_then(python_version) {
                return (runtime.clone(), format!("runtime {runtime}, from {}", project.shown(&file)));
            }
        }
        let file = above.join(".python-version");
        if let Some(runtime) = project.peek(&file).as_deref().and_then(python_version) {
            return (runtime.clone(), format!("runtime {runtime}, from {}", project.shown(&file)));
        }
        let file = above.join("pyproject.toml");
        let requires = project
            .peek(&file)
            .and_then(|text| text.parse::<toml::Table>().ok())
            .and_then(|table| Some(table.get("project")?.get("requires-python")?.as_str()?.to_owned()));
        if let Some(runtime) = requires.as_deref().and_then(python_version) {
            let shown = project.shown(&file);
            return (runtime.clone(), format!("runtime {runtime}, the oldest that {shown} allows"));
        }
    }
    (PYTHON.into(), format!("runtime {PYTHON}, because no file names a version"))
}

/// The runtime and the sentence that says where it comes from.
pub(crate) fn node(project: &Project, folder: &Path) -> (String, String) {
    for above in project.upwards(folder) {
        for name in [".nvmrc", ".node-version"] {
            let file = above.join(name);
            if let Some(runtime) = project.peek(&file).as_deref().and_then(node_version) {
                return (runtime.clone(), format!("runtime {runtime}, from {}", project.shown(&file)));
            }
        }
        let file = above.join("package.json");
        let engines = project
            .peek(&file)
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .and_then(|package| Some(package.get("engines")?.get("node")?.as_str()?.to_owned()));
        if let Some(runtime) = engines.as_deref().and_then(node_version) {
            return (runtime.clone(), format!("runtime {runtime}, from engines in {}", project.shown(&file)));
        }
    }
    (NODE.into(), format!("runtime {NODE}, because no file names a version"))
}

/// The first `3.N` in a text.
fn python_version(text: &str) -> Option<String> {
    let rest = &text[text.find("3.")? + 2..];
    let minor: String = rest.chars().take_while(char::is_ascii_digit).take(2).collect();
    (!minor.is_empty()).then(|| format!("python3.{minor}"))
}

/// The first number in a text.
fn node_version(text: &str) -> Option<String> {
    let rest = &text[text.find(|letter: char| letter.is_ascii_digit())?..];
    let major: String = rest.chars().take_while(char::is_ascii_digit).take(3).collect();
    Some(format!("nodejs{major}.x"))
}
