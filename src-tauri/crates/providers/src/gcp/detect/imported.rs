//! The files that a Node file loads by relative paths, and those that they load: what registers functions may stand there.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::NODE;
use crate::{
    project::{Project, tidy},
    source::{Syntax, blank},
};

/// More are not read: a function is registered near the file that is started.
const MOST: usize = 100;

static LOADED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:require\s*\(|from|import\s*\(?)\s*['"](\.\.?/[^'"\n]+)['"]"#)
        .expect("the pattern is a constant")
});

/// Each with its text, the nearest first, without the file itself.
pub(super) fn modules(project: &Project, file: &Path, text: &str) -> Vec<(PathBuf, String)> {
    let mut seen = vec![file.to_path_buf()];
    let mut ahead: VecDeque<PathBuf> = loaded(project, file, text).into();
    let mut found = Vec::new();
    while let Some(next) = ahead.pop_front().filter(|_| found.len() < MOST) {
        if seen.contains(&next) {
            continue;
        }
        seen.push(next.clone());
        if let Ok(text) = project.read_source(&next) {
            ahead.extend(loaded(project, &next, &text));
            found.push((next, text));
        }
    }
    found
}

fn loaded(project: &Project, file: &Path, text: &str) -> Vec<PathBuf> {
    let code = blank(Syntax::JavaScript, text);
    let folder = file.parent().unwrap_or(project.root());
    let named = LOADED.captures_iter(text).filter_map(|found| {
        // A comment's is blank in the code.
        let is_code = code.as_bytes().get(found.get(0)?.start()).is_some_and(|byte| *byte != b' ');
        is_code.then(|| tidy(&folder.join(&found[1])))
    });
    named.filter_map(|path| resolved(project, &path)).collect()
}

/// As Node looks for it; TypeScript is named by what it becomes.
fn resolved(project: &Project, path: &Path) -> Option<PathBuf> {
    let has = |file: &PathBuf| file.strip_prefix(project.root()).is_ok_and(|relative| project.has(relative));
    let with = |ending: &str| PathBuf::from(format!("{}.{ending}", path.display()));
    let compiled = path.extension().is_some_and(|ending| ending == "js").then(|| path.with_extension("ts"));
    let all = std::iter::once(path.to_path_buf()).chain(compiled).chain(NODE.map(with));
    all.chain(NODE.map(|ending| path.join(format!("index.{ending}")))).find(has)
}
