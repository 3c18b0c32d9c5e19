//! What of an action is run: by its `function` and its `runtime`, and by nothing that lies beside it.

use std::{
    path::{Path, PathBuf},
    rc::Rc,
};

use super::super::{ENTRY_STEMS, ending_of, language_of};
use crate::{
    domain::{Language, Problem},
    manifest::{Manifest, Node},
    project::{Project, text_of, tidy},
};

pub(super) struct Code {
    pub(super) folder: PathBuf,
    /// The file in it, without its ending where that is the only one.
    pub(super) stem: String,
    pub(super) language: Language,
    /// As the manifest has it, where that names a version.
    pub(super) runtime: Option<String>,
}

/// What OpenWhisk runs besides, by the endings of its files.
const OTHERS: [(&str, &str); 10] = [
    ("bal", "Ballerina"),
    ("cs", "C#"),
    ("go", "Go"),
    ("jar", "Java"),
    ("java", "Java"),
    ("php", "PHP"),
    ("rb", "Ruby"),
    ("rs", "Rust"),
    ("swift", "Swift"),
    ("sh", "shell"),
];

/// # Errors
/// It is nothing that is run here, or nothing is there.
pub(super) fn of(
    project: &Project,
    manifest: &Manifest,
    name: &str,
    node: &Rc<Node>,
) -> Result<Code, Problem> {
    let text = |key: &str| node.get(key).and_then(|value| value.text());
    let error = |message: &str| manifest.error(node, format!("action `{name}`: {message}"));
    let not_run = |language: &str| {
        error(&format!(
            "actions in {language} are not run here: those in Python, JavaScript and TypeScript are"
        ))
        .hint("write it in one of these, or take it out of the manifest")
    };
    if node.get("native").is_some_and(|node| node.flag() == Some(true)) {
        return Err(error("native actions are not run here: those in Python, JavaScript and TypeScript are")
            .hint("write it in one of these, or take it out of the manifest"));
    }
    let runtime = text("runtime");
    // `nodejs:20`, `python:default`, `default`.
    let (kind, version) = runtime.map_or(("default", ""), |text| text.split_once(':').unwrap_or((text, "")));
    if !["nodejs", "python", "typescript", "default"].contains(&kind) {
        return Err(not_run(kind));
    }
    let Some(function) = text("function").or_else(|| text("location")) else {
        if node.get("code").is_some() {
            return Err(error("its code stands in the manifest, and only files are run here")
                .hint("put it into a file and name that: `function: src/hello.js`"));
        }
        if node.get("docker").is_some() {
            return Err(error("images are not run here")
                .hint("name its code, `function: src/hello.js`, or take it out of the manifest"));
        }
        return Err(manifest
            .error(node, format!("action `{name}` names no function"))
            .hint("add the file it is in: `function: src/hello.js`"));
    };
    let above = manifest.path.parent().unwrap_or(project.root());
    let path = tidy(&above.join(function));
    let shown = project.shown(&path);
    let missing = |what: &str| error(&format!("{shown} {what}")).hint("correct the path of its function");
    let file = if path.is_dir() {
        code_in(&path).ok_or_else(|| missing("holds no __main__.py, main.js or index.js"))?
    } else if path.is_file() {
        path
    } else {
        return Err(missing("does not exist"));
    };
    let ending = file.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    if ["zip", "gz"].contains(&ending.as_str()) {
        return Err(missing("is an archive, and nothing is unpacked here")
            .hint("name the folder that it is made of, or the file in it that is run"));
    }
    if let Some((_, language)) = OTHERS.iter().find(|(other, _)| *other == ending) {
        return Err(not_run(language));
    }
    let language = ending_of(&file)
        .ok_or_else(|| missing("is not Python, JavaScript or TypeScript, which is what is run"))?;
    if (language == Language::Python) != (kind == "python") && kind != "default" {
        return Err(error(&format!("its runtime {} does not run {shown}", runtime.unwrap_or_default()))
            .hint("correct its runtime, or its function"));
    }
    let folder = file.parent().unwrap_or(above).to_path_buf();
    let whole = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bare = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // Where another file has that name but for the ending, the ending tells them apart.
    let alone = language_of(&folder, &bare).is_some_and(|(first, _)| first == file);
    let versioned = !version.is_empty() && version != "default";
    Ok(Code {
        folder,
        stem: if alone { bare } else { whole },
        language,
        runtime: runtime.filter(|_| versioned).map(str::to_owned),
    })
}

/// What is run of a folder: what its package.json names, or a file with a name that is started from.
fn code_in(folder: &Path) -> Option<PathBuf> {
    let named = || {
        let text = text_of(&folder.join("package.json"))?;
        let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
        let file = tidy(&folder.join(manifest.get("main")?.as_str()?));
        (file.starts_with(folder) && file.is_file()).then_some(file)
    };
    named().or_else(|| ENTRY_STEMS.iter().find_map(|stem| Some(language_of(folder, stem)?.0)))
}
