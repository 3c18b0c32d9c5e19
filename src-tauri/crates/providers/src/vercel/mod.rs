//! Vercel's functions: files below `api`, called by HTTP requests.

mod cron;
pub(crate) mod detect;
pub(crate) mod door;
pub(crate) mod edge;
pub(crate) mod failure;
mod go;
pub(crate) mod launch;
pub(crate) mod narrate;
pub(crate) mod portable;
pub(crate) mod templates;

use crate::{
    domain::{Language, ProviderId},
    example::Example,
    provider::{Overdue, Provider, Pushing, Rules, Talk, as_instances},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Vercel,
    defaults: detect::DEFAULTS,
    rules: Rules {
        late_start_is_retried: true,
        overdue: Overdue::Ends,
        frozen_between_calls: false,
        queue: None,
        failed_events_return: false,
        grace: None,
        frame: None,
    },
    refuses: "Vercel",
    timeout_s: 1..=900,
    memory_mb: 128..=10_240,
    sizes: &[2048, 4096],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: Some("handler and runtime are set by the file on Vercel; they are left as they are"),
    measures_imports: &[Language::Python, Language::Node, Language::TypeScript],
    compiles_modules: true,
    stands_in: &[],
    brings: &[],
    scheduled: cron::scheduled,
    example: |_, function| Example::at_route(function),
    switches: &["follow_schedules"],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env", ".env.local"],
    go_package: go::package,
    java_client: None,
    launch: launch::launch,
    talk: Talk::Push(Pushing { request: cron::authorized, ..Pushing::of_requests(|_| None) }),
    resident_calls: as_instances,
    vcpu_milli: launch::vcpu_milli,
    narrate: narrate::narrate,
    failure: failure::failure,
    event: door::event_from_json,
    urls: door::urls,
};
