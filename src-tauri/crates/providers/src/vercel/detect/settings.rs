//! What `vercel.json` and a file's own `config` say of functions: how long and with how much memory they may run, when
//! they are called by the clock. <https://vercel.com/docs/project-configuration#functions>

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{entry, keys};
use crate::{
    domain::{App, Problem},
    manifest::{Manifest, Node},
    project::Project,
    vercel::{
        cron,
        edge::{self, Cron, Mistake},
    },
};

/// The longest a plan allows; `maxDuration: "max"` is the default plan's.
const LONGEST_S: u64 = 800;
const MAX_S: u64 = 300;

/// A folder's `vercel.json`, if it has one.
pub(super) struct Configured {
    manifest: Option<Manifest>,
    /// It is there, readable or not.
    is_there: bool,
    rules: Vec<Rule>,
    crons: Vec<(Cron, bool)>,
    problems: Vec<Problem>,
}

struct Rule {
    pattern: String,
    matcher: Gitignore,
    settings: Rc<Node>,
    line: u32,
    used: bool,
}

impl Configured {
    pub(super) fn read(project: &Project, root: &Path) -> Self {
        let mut configured = Self {
            manifest: None,
            is_there: false,
            rules: Vec::new(),
            crons: Vec::new(),
            problems: Vec::new(),
        };
        let file = root.join("vercel.json");
        if !file.is_file() {
            return configured;
        }
        configured.is_there = true;
        let manifest = project.read(&file).and_then(|text| Manifest::parse(project, file, &text));
        match manifest {
            Ok(manifest) => {
                configured.read_functions(&manifest);
                let (rules, mistakes) = edge::read(&manifest.root);
                let problem = |mistake: Mistake| {
                    Problem::warning(mistake.message).at(&manifest.shown, mistake.line).hint(mistake.hint)
                };
                configured.problems.extend(mistakes.into_iter().map(problem));
                configured.crons = rules.crons.into_iter().map(|cron| (cron, false)).collect();
                configured.manifest = Some(manifest);
            }
            Err(problem) => configured.problems.push(problem),
        }
        configured
    }

    fn read_functions(&mut self, manifest: &Manifest) {
        let functions = manifest.root.get("functions").map(|functions| functions.entries());
        for (pattern, settings) in functions.unwrap_or_default() {
            let mut builder = GitignoreBuilder::new("/");
            // Square brackets are a file's own here, not a choice of letters.
            let literal = pattern.text.trim_start_matches("./").replace('[', "\\[").replace(']', "\\]");
            let matcher = builder.add_line(None, &format!("/{literal}")).and_then(|builder| builder.build());
            match matcher {
                Ok(matcher) if pattern.text.len() <= 256 => self.rules.push(Rule {
                    pattern: pattern.text.clone(),
                    matcher,
                    settings: Rc::clone(settings),
                    line: pattern.line,
                    used: false,
                }),
                _ => self.problems.push(
                    manifest
                        .warning(settings, format!("the pattern {} cannot be used", pattern.text))
                        .hint("write a glob of at most 256 characters, such as api/*.py"),
                ),
            }
        }
    }

    pub(super) fn is_there(&self) -> bool {
        self.is_there
    }

    pub(super) fn file(&self) -> Option<PathBuf> {
        self.manifest.as_ref().map(|manifest| manifest.path.clone())
    }

    /// The first pattern that matches a file decides.
    pub(super) fn apply(&mut self, path: &str, app: &mut App) {
        let Some(manifest) = &self.manifest else { return };
        app.assumed.extend(manifest.unused(&manifest.root, &keys::UNUSED));
        let route = app.functions.first().and_then(|function| function.routes.first());
        let route = route.map(|route| route.path.clone()).unwrap_or_default();
        for (cron, used) in &mut self.crons {
            if cron.path.split('?').next() == Some(route.as_str()) {
                *used = true;
                app.why.push(format!(
                    "{} has it called at `{}` (UTC) as GET {}",
                    manifest.shown, cron.schedule, cron.path
                ));
                app.assumed.push(format!(
                    "it is called by hand; its schedule `{}` is not followed unless coldframe.toml says \
                     follow_schedules = true",
                    cron.schedule
                ));
                if let Some(function) = app.functions.first_mut() {
                    function.bindings.push(cron::binding(cron));
                }
            }
        }
        let file = Path::new("/").join(path);
        let mut matching =
            self.rules.iter_mut().filter(|rule| rule.matcher.matched(&file, false).is_ignore());
        let Some(rule) = matching.next() else { return };
        rule.used = true;
        matching.for_each(|rule| rule.used = true);
        app.why.push(format!("{} sets limits for {}", manifest.shown, rule.pattern));
        let unused = manifest.unused(&rule.settings, &keys::UNUSED_OF_FUNCTIONS);
        let new: Vec<String> = unused.into_iter().filter(|one| !app.assumed.contains(one)).collect();
        app.assumed.extend(new);
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
        if let Some(node) = rule.settings.get("runtime") {
            let what = format!("the runtime {} of {} is not run here", node.describe(), rule.pattern);
            let hint = format!("{} runs as the {} it is written in", app.handler, app.language.as_str());
            app.problems.push(manifest.warning(node, what).hint(hint));
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

    /// What is wrong in the file, and what in it is about no function. Without functions the folder is another
    /// provider's or a framework's, and only a file that cannot be read matters.
    pub(super) fn problems(self, has_functions: bool) -> Vec<Problem> {
        let Some(manifest) = self.manifest else { return self.problems };
        if !has_functions {
            return Vec::new();
        }
        let mut problems = self.problems;
        // Patterns elsewhere are for a framework's own functions.
        let unused = self.rules.iter().filter(|rule| !rule.used && rule.pattern.starts_with("api/"));
        problems.extend(unused.map(|rule| {
            Problem::warning(format!("the pattern {} matches no function", rule.pattern))
                .at(&manifest.shown, (rule.line > 0).then_some(rule.line))
                .hint("correct it: Vercel refuses to build with it")
        }));
        for rule in self.rules.iter().filter(|rule| rule.used) {
            problems.extend(manifest.doubts(&rule.settings, &keys::OF_FUNCTIONS));
        }
        let crons = self.crons.iter().filter(|(cron, used)| !used && cron.path.starts_with("/api/"));
        problems.extend(crons.map(|(cron, _)| {
            Problem::warning(format!("the cron of {} names no function's own path", cron.path))
                .at(&manifest.shown, None)
                .hint("correct its path, unless a rewrite or a file such as [id] answers there")
        }));
        problems
    }
}

/// What a JavaScript file says of itself. `vercel.json` stands above it.
pub(super) fn of_source(project: &Project, text: &str, app: &mut App) {
    let config = entry::config(text);
    let file = project.shown(&app.root.join(&app.handler));
    match config.max_duration_s {
        Some(seconds @ 1..=LONGEST_S) => {
            app.settings.timeout = Duration::from_secs(seconds);
            app.why.push(format!("its `config` sets maxDuration to {seconds}"));
        }
        Some(seconds) => app.problems.push(
            Problem::warning(format!("maxDuration {seconds} is not between 1 and {LONGEST_S}"))
                .at(&file, None)
                .hint(format!("write one from 1 to {LONGEST_S}; until then {MAX_S} s is used")),
        ),
        None => {}
    }
    if config.edge {
        app.problems.push(
            Problem::warning("it asks for Vercel's edge runtime; here Node.js runs it")
                .at(file, None)
                .hint("what only the edge has (geolocation, its limits) is not there; take `runtime` out to use Node.js on Vercel too"),
        );
    }
}
