//! What more than one provider claims: a file, or a folder. Every claim holds, for nobody but a person knows which is
//! meant; so each is named, with how to choose.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::source_of;
use crate::{
    domain::{App, Detection, Problem, ProviderId},
    project::Project,
};

const TAKEN: &str = "is taken for a function of";

/// Files that apps are made with and that are no provider's word.
const OF_NOBODY: [&str; 3] = ["package.json", "tsconfig.json", "local.settings.json"];

/// A file that two providers' rules take for a function: both run it, and a person says which it is.
pub(super) fn note_shared_files(project: &Project, detection: &mut Detection) {
    let mut claims: BTreeMap<PathBuf, BTreeMap<ProviderId, String>> = BTreeMap::new();
    for app in &detection.apps {
        claims.entry(source_of(app)).or_default().entry(app.provider).or_insert_with(|| app.name.clone());
    }
    for app in &mut detection.apps {
        let file = source_of(app);
        let other = claims.get(&file).and_then(|all| all.iter().find(|(one, _)| **one != app.provider));
        if let Some((other, name)) = other {
            let message = format!("{} {TAKEN} {} too", project.shown(&file), other.title());
            let hint = format!(
                "leave one of them out in coldframe.toml: [functions.{name}] provider = \"{}\", enabled = false",
                other.as_str()
            );
            app.problems.push(Problem::warning(message).hint(hint));
        }
    }
}

/// By what a provider has a folder: its manifest's name, if there is one in it, and the apps.
#[derive(Default)]
struct Claim<'a> {
    manifest: Option<String>,
    apps: Vec<&'a App>,
}

/// A folder that one provider's manifest lies in and another takes for its own: said once, of the folder.
pub(super) fn note_shared_folders(project: &Project, detection: &mut Detection) {
    let mut claims: BTreeMap<&Path, BTreeMap<ProviderId, Claim<'_>>> = BTreeMap::new();
    for app in &detection.apps {
        let own = app.manifests.iter().filter_map(|file| Some((file.parent()?, manifest(file)?)));
        for (folder, name) in own.map(|(folder, name)| (folder, Some(name))).chain([(&*app.root, None)]) {
            let claim = claims.entry(folder).or_default().entry(app.provider).or_default();
            claim.manifest = claim.manifest.take().or(name);
            if !claim.apps.iter().any(|known| known.name == app.name) {
                claim.apps.push(app);
            }
        }
    }
    let is_said = |all: &BTreeMap<ProviderId, Claim<'_>>| {
        let mut problems = all.values().flat_map(|claim| &claim.apps).flat_map(|app| &app.problems);
        problems.any(|problem| problem.message.contains(TAKEN))
    };
    let problems: Vec<Problem> = claims
        .iter()
        .filter(|(_, all)| all.len() > 1 && all.values().any(|claim| claim.manifest.is_some()))
        .filter(|(_, all)| !is_said(all))
        .map(|(folder, all)| {
            let by = all.iter().map(|(provider, claim)| {
                let files = || "its functions' files".to_owned();
                format!("{} ({})", provider.title(), claim.manifest.clone().unwrap_or_else(files))
            });
            let what = "claim this folder; all are run, each under its own contract";
            let message = format!("{} {what}", by.collect::<Vec<_>>().join(" and "));
            let entries = all.iter().filter_map(|(provider, claim)| {
                let first = claim.apps.first()?;
                let more = match claim.apps.len() {
                    1 => String::new(),
                    all => format!(" (and so for {} more)", all - 1),
                };
                Some(format!(
                    "[functions.{}] provider = \"{}\", enabled = false{more}",
                    first.name,
                    provider.as_str()
                ))
            });
            let entries = entries.collect::<Vec<_>>().join(", or ");
            let hint = format!("where only one is meant, leave the others out in coldframe.toml: {entries}");
            let shown = project.shown(folder);
            Problem::warning(message)
                .at(if shown.is_empty() { ".".to_owned() } else { shown }, None)
                .hint(hint)
        })
        .collect();
    detection.problems.extend(problems);
}

/// The name of a file that may be a provider's own word.
fn manifest(file: &Path) -> Option<String> {
    let name = file.file_name()?.to_str()?;
    let ending = file.extension()?.to_str()?;
    let is_one = ["yaml", "yml", "json", "template"].contains(&ending) && !OF_NOBODY.contains(&name);
    is_one.then(|| name.to_owned())
}
