//! What a `func.yaml` may say, and what of it is not followed.
//! <https://github.com/knative/func/blob/main/schema/func_yaml-schema.json>

use crate::manifest::{Keys, Node};

const ROOT: Keys = Keys {
    of: "func.yaml",
    known: &[
        "specVersion",
        "name",
        "domain",
        "runtime",
        "registry",
        "registryInsecure",
        "image",
        "namespace",
        "deployer",
        "created",
        "invoke",
        "build",
        "run",
        "deploy",
        // Of older versions.
        "version",
        "template",
        "imageDigest",
        "builder",
        "builders",
        "buildpacks",
        "buildEnvs",
        "git",
        "envs",
        "options",
        "labels",
        "annotations",
        "serviceAccountName",
        "healthEndpoints",
    ],
    unfollowed: &[("volumes", "nothing is mounted; what the function reads there is not there")],
};

const BUILD: Keys = Keys {
    of: "build",
    known: &[
        "git",
        "builderImages",
        "buildpacks",
        "builder",
        "buildEnvs",
        "pvcSize",
        "remoteStorageClass",
        "baseImage",
    ],
    unfollowed: &[("volumes", "nothing is built into an image, and nothing is mounted")],
};

const RUN: Keys = Keys {
    of: "run",
    known: &["envs"],
    unfollowed: &[
        ("volumes", "nothing is mounted; what the function reads there is not there"),
        ("startTimeout", "set start_seconds of the function in coldframe.toml"),
        ("kafka", "nothing is read from Kafka: events are sent by hand"),
    ],
};

const DEPLOY: Keys = Keys {
    of: "deploy",
    known: &[
        "namespace",
        "image",
        "annotations",
        "options",
        "labels",
        "serviceAccountName",
        "imagePullSecret",
        "deployer",
        "managementDisabled",
        "healthEndpoints",
        "remote",
    ],
    unfollowed: &[("subscriptions", "nothing is subscribed to: events are sent by hand")],
};

const OPTIONS: Keys = Keys { of: "deploy.options", known: &["scale", "resources"], unfollowed: &[] };

const SCALE: Keys = Keys {
    of: "scale",
    known: &["min", "max"],
    unfollowed: &[
        ("metric", "an instance is started for a call that no other takes"),
        ("target", "an instance takes calls up to its limit, resources.limits.concurrency"),
        ("utilization", "an instance takes calls up to its limit, resources.limits.concurrency"),
    ],
};

const RESOURCES: Keys = Keys { of: "resources", known: &["requests", "limits"], unfollowed: &[] };
const LIMITS: Keys =
    Keys { of: "resources.limits", known: &["cpu", "memory", "concurrency"], unfollowed: &[] };

/// The maps of a `func.yaml` that are looked at, each with what it may say.
pub(super) fn maps(root: &Node) -> Vec<(&Node, &'static Keys)> {
    let at = |path: &[&str]| {
        path.iter()
            .try_fold(root, |node, key| node.get(key).map(std::rc::Rc::as_ref))
            .filter(|node| node.is_map())
    };
    let all: [(&[&str], &'static Keys); 12] = [
        (&[], &ROOT),
        (&["build"], &BUILD),
        (&["run"], &RUN),
        (&["deploy"], &DEPLOY),
        (&["deploy", "options"], &OPTIONS),
        (&["deploy", "options", "scale"], &SCALE),
        (&["deploy", "options", "resources"], &RESOURCES),
        (&["deploy", "options", "resources", "limits"], &LIMITS),
        (&["options"], &OPTIONS),
        (&["options", "scale"], &SCALE),
        (&["options", "resources"], &RESOURCES),
        (&["options", "resources", "limits"], &LIMITS),
    ];
    all.into_iter().filter_map(|(path, keys)| Some((at(path)?, keys))).collect()
}
