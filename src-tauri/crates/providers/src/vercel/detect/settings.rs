//! `vercel.json`'s `functions`: how long and with how much memory the files that a pattern matches may run.
//! <https://vercel.com/docs/project-configuration#functions>

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::{
    domain::{App, Problem},
    manifest::{Manifest, Node},
    project::Project,
};

/// The longest a plan allows; `maxDuration: "max"` is the default plan's.
const LONGEST_S: u64 = 800;
const MAX_S: u64 = 300;

/// A folder's `vercel.json`, if it has one.
pub(super) struct Configured {
    manifest: Option<Manifest>,
    rules: Vec<Rule>,
}

struct Rule {
    pattern: String,
    matcher: Gitignore,
    settings: Rc<Node>,
    line: u32,
    used: bool,
}

impl Configured {
    pub(super) fn read(project: &Project, root: &Path, problems: &mut Vec<Problem>) -> Self {
        let mut configured = Self { manifest: None, rules: Vec::new() };
        let file = root.join("vercel.json");
        if !file.is_file() {
            return configured;
        }
        let manifest = project.read(&file).and_then(|text| Manifest::parse(project, file, &text));
        match manifest {
            Ok(manifest) => {
                let functions = manifest.root.get("functions").map(|functions| functions.entries());
                for (pattern, settings) in functions.unwrap_or_default() {
                    let mut builder = GitignoreBuilder::new("/");
                    let rooted = format!("/{}", pattern.text.trim_start_matches("./"));
                    let matcher = builder.add_line(None, &rooted).and_then(|builder| builder.build());
                    match matcher {
                        Ok(matcher) if pattern.text.len() <= 256 => configured.rules.push(Rule {
                            pattern: pattern.text.clone(),
                            matcher,
                            settings: Rc::clone(settings),
                            line: pattern.line,
                            used: false,
                        }),
                        _ => problems.push(
                            manifest
                                .warning(settings, format!("the pattern {} cannot be used", pattern.text))
                                .hint("write a glob of at most 256 characters, such as api/*.py"),
                        ),
                    }
                }
                configured.manifest = Some(manifest);
            }
            Err(problem) => problems.push(problem),
        }
        configured
    }

    pub(super) fn is_there(&self) -> bool {
        self.manifest.is_some()
    }

    pub(super) fn file(&self) -> Option<PathBuf> {
        self.manifest.as_ref().map(|manifest| manifest.path.clone())
    }

    /// The first pattern that matches a file decides.
    pub(super) fn apply(&mut self, path: &str, app: &mut App) {
        let Some(manifest) = &self.manifest else { return };
        let file = Path::new("/").join(path);
        let mut matching =
            self.rules.iter_mut().filter(|rule| rule.matcher.matched(&file, false).is_ignore());
        let Some(rule) = matching.next() else { return };
        rule.used = true;
        matching.for_each(|rule| rule.used = true);
        app.why.push(format!("{} sets limits for {}", manifest.shown, rule.pattern));
        if let Some(node) = rule.settings.get("maxDuration") {
            match (node.text(), node.number()) {
                (Some("max"), _) => app.settings.timeout = Duration::from_secs(MAX_S),
                (_, Some(seconds @ 1..=LONGEST_S)) => app.settings.timeout = Duration::from_secs(seconds),
                _ => app.problems.push(
                    manifest
                        .warning(
                            node,
                            format!("maxDuration {} is not between 1 and {LONGEST_S}", node.describe()),
                        )
                        .hint(format!("write one from 1 to {LONGEST_S}; until then {MAX_S} s is used")),
                ),
            }
        }
        if let Some(node) = rule.settings.get("memory") {
            match node.number().and_then(|memory| u32::try_from(memory).ok()) {
                Some(memory @ 128..=10_240) => app.settings.memory_mb = memory,
                _ => app.problems.push(
                    manifest
                        .warning(node, format!("memory {} is not between 128 and 10240", node.describe()))
                        .hint(format!(
                            "write one from 128 to 10240; until then {} MB is used",
                            app.settings.memory_mb
                        )),
                ),
            }
        }
    }

    /// Vercel refuses a pattern that matches no function.
    pub(super) fn unmatched(self) -> Vec<Problem> {
        let Some(manifest) = self.manifest else { return Vec::new() };
        // Patterns for other languages' files are not known to be wrong here.
        let mine = |rule: &&Rule| !rule.used && rule.pattern.ends_with(".py");
        self.rules
            .iter()
            .filter(mine)
            .map(|rule| {
                Problem::warning(format!("the pattern {} matches no function", rule.pattern))
                    .at(&manifest.shown, (rule.line > 0).then_some(rule.line))
                    .hint("correct it: Vercel refuses to build with it")
            })
            .collect()
    }
}
