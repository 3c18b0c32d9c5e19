//! `host.json`: what holds for all functions of an app.
//! <https://learn.microsoft.com/azure/azure-functions/functions-host-json>

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde::Deserialize;

use crate::{
    domain::{App, Problem},
    manifest::{Keys, Manifest, Node},
    project::Project,
};

/// On the triggers of a custom handler that gets requests as they came.
pub(in crate::azure) const FORWARDS: &str = "enableForwardingHttpRequest";

/// On HTTP triggers: what is added to their answers.
pub(in crate::azure) const HEADERS: &str = "customHeaders";

/// On HTTP triggers: another app has their route, and answers where no host name says which is meant.
pub(in crate::azure) const SHARED: &str = "sharedRoute";

/// What stands among a trigger's settings and is ours.
pub(in crate::azure) const OWN: [&str; 3] = [FORWARDS, HEADERS, SHARED];

/// Keys that change little on one machine, and what is done instead.
const IGNORED: [(&str, &str); 4] = [
    (
        "extensionBundle",
        "bindings of bundles are not connected to anything: triggers are called by hand, outputs are logged",
    ),
    ("singleton", "nothing is locked"),
    ("healthMonitor", "the machine's health is not watched"),
    ("watchDirectories", "every file of the app is watched"),
];

const ROOT: Keys = Keys {
    of: "host.json",
    known: &[
        "$schema",
        "version",
        "functionTimeout",
        "customHandler",
        "extensions",
        "extensionBundle",
        "logging",
        "singleton",
        "healthMonitor",
        "watchDirectories",
        "watchFiles",
        "aggregator",
        "telemetryMode",
        "tracing",
        "id",
    ],
    unfollowed: &[
        ("retry", "a failed event is not tried again"),
        ("concurrency", "an instance has as many calls as instance_concurrency of coldframe.toml says"),
        ("functions", "every function of the app is there"),
        ("managedDependency", "it is for PowerShell, which is not run here"),
        ("applicationInsights", "nothing is sent there; logs are in Coldframe"),
        ("http", "write it below `extensions`, as hosts since the second version want"),
        ("queues", "nothing is polled; below `extensions` it would stand for the same"),
        ("serviceBus", "nothing is polled; below `extensions` it would stand for the same"),
        ("eventHub", "nothing is polled; below `extensions` it would stand for the same"),
    ],
};

const EXTENSIONS: Keys = Keys {
    of: "extensions of host.json",
    known: &["http"],
    unfollowed: &[
        ("blobs", "nothing is polled: its triggers are called by hand"),
        ("cosmosDB", "nothing is polled: its triggers are called by hand"),
        ("durableTask", "orchestrations are not run"),
        ("eventGrid", "nothing is subscribed to: its triggers are called by hand"),
        ("eventHubs", "nothing is polled: its triggers are called by hand"),
        ("kafka", "nothing is polled: its triggers are called by hand"),
        ("mcp", "no tools are offered"),
        ("queues", "nothing is polled: its triggers are called by hand"),
        ("rabbitMQ", "nothing is polled: its triggers are called by hand"),
        ("sendGrid", "nothing is sent"),
        ("serviceBus", "nothing is polled: its triggers are called by hand"),
        ("signalR", "nobody is connected"),
        ("sql", "nothing is polled: its triggers are called by hand"),
        ("storage", "nothing is stored: outputs are logged"),
        ("tables", "nothing is stored: outputs are logged"),
    ],
};

const HTTP: Keys = Keys {
    of: "extensions.http of host.json",
    known: &["routePrefix", "customHeaders", "maxConcurrentRequests"],
    unfollowed: &[
        (
            "maxOutstandingRequests",
            "calls wait until an instance takes them; concurrency in coldframe.toml limits those",
        ),
        ("dynamicThrottlesEnabled", "no call is refused for the machine's load"),
        ("hsts", "everything is plain HTTP here, and browsers heed the header over HTTPS alone"),
    ],
};

pub(super) struct Host {
    manifest: Manifest,
    /// It says that it is of the host's second version or later.
    pub(super) is_v2: bool,
    /// Without slashes at its ends; may be empty.
    prefix: String,
    pub(super) program: Option<Program>,
    pub(super) forwards: bool,
    /// Added to what HTTP functions answer, as a JSON object of texts; empty where there are none.
    pub(super) headers: String,
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
        let own = at(root, &["extensions", "http", "customHeaders"]).map(Node::entries).unwrap_or_default();
        let own: BTreeMap<&str, &str> =
            own.iter().filter_map(|(name, value)| Some((name.text.as_str(), value.text()?))).collect();
        let headers = if own.is_empty() { String::new() } else { serde_json::json!(own).to_string() };
        Ok(Self {
            headers,
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
        for (path, keys) in
            [(&[][..], &ROOT), (&["extensions"], &EXTENSIONS), (&["extensions", "http"], &HTTP)]
        {
            let map = at(root, path).filter(|map| map.is_map());
            app.problems.extend(map.into_iter().flat_map(|map| self.manifest.doubts(map, keys)));
        }
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
