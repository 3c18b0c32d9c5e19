//! `host.json`: what holds for all functions of an app.
//! <https://learn.microsoft.com/azure/azure-functions/functions-host-json>

use std::{path::Path, time::Duration};

use serde::Deserialize;

use crate::{
    domain::{App, Problem},
    manifest::{Manifest, Node},
    project::Project,
};

/// On the triggers of a custom handler that gets requests as they came.
pub(in crate::azure) const FORWARDS: &str = "enableForwardingHttpRequest";

/// Keys that change nothing on one machine, and what is done instead.
const IGNORED: [(&str, &str); 5] = [
    (
        "extensionBundle",
        "bindings of bundles are not connected to anything: triggers are called by hand, outputs are logged",
    ),
    ("retry", "a failed event is not tried again"),
    ("singleton", "nothing is locked"),
    ("healthMonitor", "the machine's health is not watched"),
    ("watchDirectories", "every file of the app is watched"),
];

pub(super) struct Host {
    manifest: Manifest,
    /// It says that it is of the host's second version or later.
    pub(super) is_v2: bool,
    /// Without slashes at its ends; may be empty.
    prefix: String,
    pub(super) program: Option<Program>,
    pub(super) forwards: bool,
}

/// A custom handler's program.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::azure) struct Program {
    #[serde(rename = "defaultExecutablePath")]
    pub(in crate::azure) path: String,
    pub(in crate::azure) arguments: Vec<String>,
    /// Relative to the app's.
    #[serde(rename = "workingDirectory")]
    pub(in crate::azure) folder: String,
}

impl Program {
    /// Of a `host.json`'s text.
    pub(in crate::azure) fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut host: serde_json::Value = serde_json::from_str(text).ok()?;
        let mut program: Self = serde_json::from_value(host["customHandler"]["description"].take()).ok()?;
        program.path = program.path.replace('\\', "/");
        let inside = !Path::new(&program.folder).is_absolute() && !program.folder.contains("..");
        (!program.path.trim().is_empty() && inside).then_some(program)
    }

    /// As it would be typed.
    pub(super) fn shown(&self) -> String {
        [std::slice::from_ref(&self.path), &self.arguments].concat().join(" ")
    }
}

impl Host {
    /// # Errors
    /// It cannot be read, or names a custom handler without its program.
    pub(super) fn read(project: &Project, file: &Path) -> Result<Self, Problem> {
        let text = project.read(file)?;
        let manifest = Manifest::parse(project, file.to_path_buf(), &text)?;
        let root = &manifest.root;
        let custom = root.get("customHandler");
        let program = Program::read(&text);
        if let Some(custom) = custom.filter(|_| program.is_none()) {
            return Err(manifest
                .error(custom, "customHandler names no program")
                .hint("write description.defaultExecutablePath: a file beside it, or a program in PATH"));
        }
        let flag = |name: &str| custom.and_then(|custom| custom.get(name)?.flag()).unwrap_or_default();
        let prefix = at(root, &["extensions", "http", "routePrefix"]).and_then(Node::text).unwrap_or("api");
        Ok(Self {
            is_v2: root
                .get("version")
                .and_then(|version| version.text())
                .is_some_and(|text| text.starts_with('2')),
            prefix: prefix.trim_matches('/').to_owned(),
            program,
            forwards: flag(FORWARDS) || flag("enableProxyingHttpRequest"),
            manifest,
        })
    }

    /// Where a route is called.
    pub(super) fn path(&self, route: &str) -> String {
        let route = route.trim_matches('/');
        let parts = [self.prefix.as_str(), route];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        format!("/{}", parts.join("/"))
    }

    /// Limits, and what is not done.
    pub(super) fn apply(&self, app: &mut App) {
        let root = &self.manifest.root;
        if !self.is_v2 {
            let problem = Problem::warning("version is not \"2.0\"; it is read as if it were");
            app.problems.push(problem.at(&self.manifest.shown, None).hint("write \"version\": \"2.0\""));
        }
        match root.get("functionTimeout") {
            None => app.assumed.push("timeout 1800 s, as nothing sets it".into()),
            Some(node) => match node.text().and_then(span) {
                Some(timeout) if !timeout.is_zero() => {
                    app.settings.timeout = timeout.min(Duration::from_secs(86_400));
                    app.why.push(format!("{} sets functionTimeout", self.manifest.shown));
                }
                // No limit at all.
                _ if node.text() == Some("-1") => app.settings.timeout = Duration::from_secs(86_400),
                _ => app.problems.push(
                    self.manifest
                        .warning(node, format!("functionTimeout is {}, not a time span", node.describe()))
                        .hint("write it as \"00:05:00\"; until then 1800 s is used"),
                ),
            },
        }
        if let Some(node) = at(root, &["extensions", "http", "maxConcurrentRequests"]) {
            match node.number().and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0) {
                Some(most) => app.settings.instance_concurrency = app.settings.instance_concurrency.min(most),
                None if node.text() == Some("-1") => {}
                None => app.problems.push(
                    self.manifest
                        .warning(node, format!("maxConcurrentRequests is {}, not a number", node.describe()))
                        .hint("write a whole number of at least 1, or -1 for no limit"),
                ),
            }
        }
        app.assumed.extend(self.manifest.unused(root, &IGNORED));
    }
}

fn at<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.get(key).map(std::rc::Rc::as_ref))
}

/// `[d.]hh:mm:ss[.fraction]`.
fn span(text: &str) -> Option<Duration> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return None };
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let seconds = seconds.split('.').next()?;
    let [days, hours, minutes, seconds] =
        [days, hours, minutes, seconds].map(|text| text.parse::<u32>().ok().map(u64::from));
    Some(Duration::from_secs(days? * 86_400 + hours? * 3600 + minutes? * 60 + seconds?))
}
