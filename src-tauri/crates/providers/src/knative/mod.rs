//! Knative: any process that listens on `PORT`, and projects of its `func` tool.

mod detect;
pub(crate) mod door;
mod failure;
mod go;
mod launch;
mod portable;
mod templates;

use std::time::Duration;

use crate::{
    domain::{Language, ProviderId},
    door::named_urls,
    example::Example,
    provider::{Overdue, Provider, Pushing, Rules, Talk, as_instances},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Knative,
    defaults: detect::DEFAULTS,
    // The activator holds requests for an instance as long as they may take.
    rules: Rules {
        late_start_is_retried: false,
        overdue: Overdue::Stays,
        frozen_between_calls: false,
        queue: Some(Duration::from_secs(300)),
        failed_events_return: false,
        // Kubernetes' own, which is as long as is waited for here; Knative's is as long as a call may take.
        grace: Some(Duration::from_secs(30)),
        frame: None,
    },
    refuses: "Knative",
    timeout_s: 1..=600,
    memory_mb: 16..=65_536,
    sizes: &[128, 256, 512, 1024, 2048],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: None,
    measures_imports: &[],
    compiles_modules: false,
    stands_in: &[(Language::Python, "func-python"), (Language::Node, "faas-js-runtime")],
    brings: &[],
    scheduled: |_| Vec::new(),
    example: |_, function| Example::of_cloud_event(function),
    switches: &[],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env"],
    go_package: go::package,
    java_client: None,
    launch: launch::launch,
    talk: Talk::Push(Pushing::of_requests(|_| None)),
    resident_calls: as_instances,
    vcpu_milli: |_| 1000,
    narrate: failure::narrate,
    failure: failure::failure,
    event: |_, text| door::event(text),
    urls: |found, address| named_urls(&found.function.name, address),
};
