//! AWS Lambda.

pub(crate) mod detect;
pub(crate) mod door;
mod example;
pub(crate) mod failure;
mod java;
pub(crate) mod launch;
pub(crate) mod narrate;
mod portable;
pub(crate) mod templates;

use crate::{
    domain::{Function, Language, Problem, ProviderId},
    invocation::Event,
    languages::go::own_package,
    provider::{Overdue, Provider, Rules, Talk},
};

pub(crate) const PROVIDER: Provider = Provider {
    id: ProviderId::Aws,
    defaults: detect::DEFAULTS,
    rules: Rules {
        late_start_is_retried: true,
        // On managed instances, which have several calls at a time, the others go on.
        // <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>
        overdue: Overdue::EndsAlone,
        frozen_between_calls: true,
        queue: None,
        failed_events_return: true,
        // Unless an extension is registered, which are not run.
        grace: None,
        frame: None,
    },
    refuses: "Lambda",
    timeout_s: detect::limits::TIMEOUT_S,
    memory_mb: detect::limits::MEMORY_MB,
    sizes: &[128, 256, 512, 1024, 1769, 2048, 3008],
    detect: detect::detect,
    declare: detect::declared,
    fixed_handler: None,
    measures_imports: &[Language::Python, Language::Node, Language::TypeScript],
    compiles_modules: false,
    stands_in: &[],
    brings: &[
        (Language::Python, "boto3"),
        (Language::Python, "botocore"),
        (Language::Node, "@aws-sdk/"),
        (Language::Node, "@smithy/"),
        (Language::Ruby, "aws-sdk-"),
    ],
    scheduled: |_| Vec::new(),
    example: example::example,
    switches: &[],
    portable: &portable::PORTABLE,
    templates: &templates::TEMPLATES,
    env_files: &[".env"],
    go_package: own_package,
    java_client: Some(&java::CLIENT),
    launch: launch::launch,
    talk: Talk::Pull,
    resident_calls: launch::resident_calls,
    vcpu_milli: launch::vcpu_milli,
    narrate: narrate::narrate,
    failure: failure::failure,
    event,
    urls: door::urls,
};

fn event(_function: &Function, text: &str) -> Result<Event, Problem> {
    let (bytes, most) = (text.len(), door::SYNC_LIMIT);
    if bytes > most {
        return Err(Problem::error(format!("the event has {bytes} bytes, and Lambda takes at most {most}"))
            .hint("put what is large into a bucket and send its name"));
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(Event::Bytes(text.to_owned().into())),
        Err(error) => {
            Err(Problem::error(format!("the event is not JSON: {error}")).hint("an empty event is {}"))
        }
    }
}
