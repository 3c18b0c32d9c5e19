//! IBM: Apache OpenWhisk actions and Code Engine functions. Both run the same code, `main(params)`, in the same
//! runtimes; they differ in what callers speak.

mod action;
mod activation;
mod container;
mod detect;
pub(crate) mod door;
mod failure;
mod launch;
mod params;
mod portable;
mod templates;

use crate::{
    domain::{Function, Problem, ProviderId},
    invocation::Event,
    languages::go::own_package,
    provider::{Overdue, Provider, Pushing, Rules, Talk, as_instances},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Ibm,
    defaults: detect::DEFAULTS,
    rules: Rules {
        late_start_is_retried: false,
        overdue: Overdue::Ends,
        frozen_between_calls: false,
        queue: None,
        failed_events_return: false,
        grace: None,
        frame: Some(activation::END),
    },
    refuses: "OpenWhisk",
    timeout_s: 1..=600,
    memory_mb: 128..=32_768,
    sizes: &[128, 256, 512, 1024, 2048, 4096],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: None,
    measures_imports: &[],
    compiles_modules: false,
    stands_in: &[],
    brings: &[],
    scheduled: |_| Vec::new(),
    example: |_, _| None,
    switches: &[],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env"],
    go_package: own_package,
    java_client: None,
    launch: launch::launch,
    talk: Talk::Push(Pushing {
        request: activation::run_request,
        reads: container::reads,
        greeting: container::init,
        ..Pushing::of_requests(|_| None)
    }),
    resident_calls: as_instances,
    vcpu_milli: launch::vcpu_milli,
    narrate: |_| Vec::new(),
    failure: failure::failure,
    event,
    urls: door::urls,
};

fn event(_function: &Function, text: &str) -> Result<Event, Problem> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(_)) => Ok(Event::Bytes(text.to_owned().into())),
        Ok(_) => Err(Problem::error("parameters are a JSON object").hint("none are {}")),
        Err(error) => {
            Err(Problem::error(format!("the parameters are not JSON: {error}")).hint("none are {}"))
        }
    }
}
