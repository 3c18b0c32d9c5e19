//! Azure Functions: an app is a folder with a `host.json`, and has one function or many that share its instances.

mod converse;
mod detect;
pub(crate) mod door;
mod envelope;
mod failure;
mod key;
mod launch;
mod portable;
mod route;
mod templates;

use std::time::Duration;

use crate::{
    domain::ProviderId,
    languages::go::own_package,
    provider::{Overdue, Provider, Pushing, Rules, Talk, as_instances},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Azure,
    defaults: detect::DEFAULTS,
    // A function over `functionTimeout` takes its worker process with it; calls wait at the front end while the app
    // scales out. <https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout>
    rules: Rules {
        late_start_is_retried: false,
        overdue: Overdue::Ends,
        frozen_between_calls: false,
        queue: Some(Duration::from_secs(230)),
        failed_events_return: false,
        grace: None,
        frame: None,
    },
    refuses: "Azure Functions",
    timeout_s: 1..=86_400,
    memory_mb: 128..=14_336,
    sizes: &[512, 2048, 4096],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: Some(
        "handler and runtime are set by the app's own files on Azure; they are left as they are",
    ),
    measures_imports: &[],
    compiles_modules: false,
    stands_in: &[],
    brings: &[],
    scheduled: door::scheduled,
    example: converse::example,
    switches: &["ask_for_keys", "follow_schedules"],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env"],
    go_package: own_package,
    java_client: None,
    launch: launch::launch,
    talk: Talk::Push(Pushing {
        failed: |_| None,
        request: converse::request,
        reads: converse::reads,
        chunked: converse::chunked,
        greeting: |_| None,
    }),
    resident_calls: as_instances,
    vcpu_milli: launch::vcpu_milli,
    narrate: failure::narrate,
    failure: failure::failure,
    event: converse::event,
    urls: door::urls,
};

/// How a function is triggered.
const HTTP_TRIGGER: &str = "httpTrigger";
const TIMER_TRIGGER: &str = "timerTrigger";
