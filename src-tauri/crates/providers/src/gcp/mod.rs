//! Google Cloud: Cloud Run functions (once Cloud Functions), written for the functions framework.

mod detect;
pub(crate) mod door;
mod failure;
mod go;
mod java;
mod launch;
mod portable;
mod templates;

use std::time::Duration;

use http::HeaderMap;

use crate::{
    domain::{Language, ProviderId},
    door::named_urls,
    example::Example,
    provider::{Overdue, Provider, Pushing, Rules, Talk, as_instances},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Gcp,
    defaults: detect::DEFAULTS,
    // Requests wait for an instance at most ten seconds.
    // <https://cloud.google.com/run/docs/about-instance-autoscaling>
    rules: Rules {
        late_start_is_retried: false,
        overdue: Overdue::Stays,
        frozen_between_calls: false,
        queue: Some(Duration::from_secs(10)),
        failed_events_return: false,
        // <https://cloud.google.com/run/docs/container-contract#instance-shutdown>
        grace: Some(Duration::from_secs(10)),
        frame: None,
    },
    refuses: "Cloud Run",
    timeout_s: 1..=3600,
    memory_mb: 128..=32_768,
    sizes: &[128, 256, 512, 1024, 2048, 4096],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: None,
    measures_imports: &[],
    compiles_modules: false,
    stands_in: &[
        (Language::Python, "functions-framework"),
        (Language::Node, "@google-cloud/functions-framework"),
    ],
    brings: &[],
    scheduled: |_| Vec::new(),
    example: |_, function| Example::of_cloud_event(function),
    switches: &[],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env"],
    go_package: go::package,
    java_client: Some(&java::INVOKER),
    launch: launch::launch,
    talk: Talk::Push(Pushing::of_requests(failed)),
    resident_calls: as_instances,
    vcpu_milli: launch::vcpu_milli,
    narrate: failure::narrate,
    failure: failure::failure,
    event: |_, text| door::event(text),
    urls: |found, address| named_urls(&found.function.name, address),
};

/// The frameworks say in a header that it was the function that failed.
fn failed(headers: &HeaderMap) -> Option<String> {
    let status = headers.get("x-google-status")?.to_str().ok()?;
    ["crash", "error"].contains(&status).then(|| status.to_owned())
}
