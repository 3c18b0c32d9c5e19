//! What a manifest says that has no effect here: named, with what happens instead.

use crate::{
    domain::{App, Problem},
    manifest::{Manifest, Node},
};

/// Of a function resource, SAM's and CloudFormation's.
pub(super) const OF_RESOURCE: &[(&str, &str)] = &[
    ("CapacityProviderConfig", "it runs on this machine"),
    ("DeadLetterConfig", DEAD_LETTERS),
    ("DeadLetterQueue", DEAD_LETTERS),
    ("DeploymentPreference", NEW_CODE),
    ("DurableConfig", "a call is one call, and is not resumed"),
    ("EventInvokeConfig", "asynchronous events are tried three times, and what comes of them goes nowhere"),
    ("ProvisionedConcurrencyConfig", WARM),
    ("SnapStart", SNAPSHOT),
    ("TenancyConfig", "tenants share instances"),
    ("Tracing", TRACES),
    ("TracingConfig", TRACES),
    ("VpcConfig", NETWORK),
];

/// Of a function in serverless.yml.
pub(super) const OF_SERVICE: &[(&str, &str)] = &[
    ("condition", "the function is there"),
    ("destinations", "what comes of asynchronous events goes nowhere"),
    ("maximumEventAge", RETRIES),
    ("maximumRetryAttempts", RETRIES),
    ("onError", DEAD_LETTERS),
    ("plugins", "what they do when it is deployed or run is not done"),
    ("provisionedConcurrency", WARM),
    ("snapStart", SNAPSHOT),
    ("tracing", TRACES),
    ("vpc", NETWORK),
    ("warmup", WARM),
];

const DEAD_LETTERS: &str = "what fails in the end is only recorded";
const NETWORK: &str = "it reaches what this machine reaches";
const NEW_CODE: &str = "new code serves as soon as it runs";
const RETRIES: &str = "asynchronous events are tried three times within six hours";
const SNAPSHOT: &str = "a cold start runs the whole init";
const TRACES: &str = "no traces are sent";
const WARM: &str = "kept_warm in coldframe.toml keeps instances";

/// Says what of `table` a function has, in the maps that set it.
pub(super) fn note<'a>(
    manifest: &Manifest,
    app: &mut App,
    maps: impl Iterator<Item = &'a Node>,
    table: &[(&str, &str)],
) {
    for sentence in maps.flat_map(|map| manifest.unused(map, table)) {
        if !app.assumed.contains(&sentence) {
            app.assumed.push(sentence);
        }
    }
}

/// File systems that would be mounted, at the line that names them.
pub(super) fn file_systems(manifest: &Manifest, node: &Node) -> Problem {
    manifest
        .warning(
            node,
            "its file systems are not mounted: the folder it expects is what this machine has there",
        )
        .hint("make the folder on this machine, or give another path in an environment variable")
}

/// Authorizers and keys, at the line that asks for them.
pub(super) fn authorization(manifest: &Manifest, node: &Node, of: &str) -> Problem {
    manifest
        .warning(
            node,
            format!("who calls {of} is not checked: authorizers, keys and signatures are not followed"),
        )
        .hint("every call is let in, without what an authorizer would add to its event")
}

/// A REST API's integration that is none of a proxy, at the line that asks for it.
pub(super) fn integration(manifest: &Manifest, node: &Node) -> Problem {
    let said = node.text().unwrap_or_default();
    manifest
        .warning(
            node,
            format!("integration {said} is not followed: the event comes, and the answer is read, as with lambda-proxy"),
        )
        .hint("call the function by its name with the event that its mapping template would make")
}

/// Conditions of a load balancer's rule besides path and method, at the line that makes them.
pub(super) fn conditions(manifest: &Manifest, node: &Node, others: &[&str]) -> Option<Problem> {
    let others = others.join(", ");
    (!others.is_empty()).then(|| {
        manifest
            .warning(node, format!("conditions of a load balancer's rule are not looked at: {others}"))
            .hint("every call of its path and method comes to it; call a function by its name where several have the same")
    })
}
