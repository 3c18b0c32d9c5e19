//! What a manifest may say, and what of it is not followed.
//! <https://github.com/apache/openwhisk-wskdeploy/blob/master/parsers/yamlparser.go>

use crate::manifest::{Keys, Node};

/// Whether it has something that OpenWhisk's packages have: other tools' do not.
pub(super) fn is_package(node: &Node) -> bool {
    ["actions", "sequences", "triggers", "rules", "apis", "feeds", "dependencies"]
        .iter()
        .any(|key| node.get(key).is_some_and(|node| node.is_map()))
}

pub(super) const ROOT: Keys =
    Keys { of: "a manifest of OpenWhisk's", known: &["project", "packages"], unfollowed: &[] };

pub(super) const PROJECT: Keys = Keys {
    of: "a project",
    known: &[
        "name",
        "namespace",
        "credential",
        "apiHost",
        "apigwAccessToken",
        "version",
        "packages",
        "license",
    ],
    unfollowed: &[
        ("inputs", "give the actions their inputs themselves"),
        ("config", "what it names is not read"),
    ],
};

pub(super) const PACKAGE: Keys = Keys {
    of: "a package",
    known: &[
        "actions",
        "annotations",
        "apiHost",
        "apigwAccessToken",
        "credential",
        "description",
        "inputs",
        "license",
        "name",
        "namespace",
        "public",
        "repositories",
        "version",
    ],
    unfollowed: &[
        ("sequences", "its actions are invoked one by one; nothing answers at the sequence's name"),
        ("triggers", "nothing fires: actions are invoked by their callers"),
        ("rules", "nothing fires: actions are invoked by their callers"),
        ("feeds", "nothing fires: actions are invoked by their callers"),
        ("apis", "actions that are exported with `web: true` answer at their own URLs"),
        ("dependencies", "packages of others are not fetched; nothing answers at their names"),
    ],
};

pub(super) const ACTION: Keys = Keys {
    of: "an action",
    known: &[
        "annotations",
        "credential",
        "description",
        "exclude",
        "exposedUrl",
        "function",
        "inputs",
        "limits",
        "location",
        "main",
        "name",
        "namespace",
        "native",
        "outputs",
        "runtime",
        "version",
        "web",
        "web-export",
    ],
    unfollowed: &[
        ("code", "its function is run; take one of the two out"),
        ("conductor", "it is run as any other action, and nobody invokes what it names"),
        ("docker", "it runs in its language's own runtime, not in the image"),
        ("include", "copy what it names into the folder of its function"),
    ],
};

pub(super) const LIMITS: Keys = Keys {
    of: "limits",
    known: &["timeout", "memorySize", "logSize", "concurrency"],
    unfollowed: &[
        (
            "concurrentActivations",
            "OpenWhisk takes it from nobody; concurrency in coldframe.toml limits instances",
        ),
        ("userInvocationRate", "OpenWhisk takes it from nobody"),
        ("codeSize", "OpenWhisk takes it from nobody"),
        ("parameterSize", "OpenWhisk takes it from nobody"),
    ],
};

/// Keys that change little here, and what is done instead.
pub(super) const UNUSED_OF_ACTIONS: [(&str, &str); 2] = [
    ("limits.concurrency", "an instance has one activation at a time"),
    ("limits.logSize", "its log is kept whole"),
];
