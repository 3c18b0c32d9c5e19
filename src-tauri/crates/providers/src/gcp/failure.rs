//! What Cloud Run writes into the log when a function's process did not answer, and what is recorded of it.

use crate::narrate::{Cause, FailureBody, Moment};

/// <https://cloud.google.com/run/docs/troubleshooting> has the texts.
pub(super) fn narrate(moment: &Moment<'_>) -> Vec<String> {
    let cause = match moment {
        Moment::Failed { cause, .. } => cause,
        _ => return Vec::new(),
    };
    let line = match cause {
        Cause::Timeout(_) => {
            "The request has been terminated because it has reached the maximum request timeout. To \
             change this limit, see https://cloud.google.com/run/docs/configuring/request-timeout"
                .to_owned()
        }
        Cause::InitTimeout(_) | Cause::NeverListened { .. } => format!(
            "The user-provided container failed to start and listen on the port defined provided by the PORT environment \
             variable within the allocated timeout: {}",
            cause.sentence()
        ),
        Cause::Exited(code) => format!("Container called exit({code})."),
        Cause::Signalled(signal) => format!("Uncaught signal: {signal}"),
        Cause::OutOfMemory { limit_mb, used_mb } => {
            format!(
                "Memory limit of {limit_mb} MiB exceeded with {used_mb} MiB used. Consider increasing the memory limit, \
                 see https://cloud.google.com/run/docs/configuring/memory-limits"
            )
        }
        Cause::Unanswered { .. } => {
            "The request failed because either the HTTP response was malformed or connection to the \
                              instance had an error."
                .to_owned()
        }
        Cause::ResponseTooLarge | Cause::Spawn(_) => cause.sentence(),
    };
    vec![line]
}

pub(super) fn failure(_request_id: &str, cause: &Cause) -> FailureBody {
    let error_type = match cause {
        Cause::Timeout(_) => "RequestTimeout",
        Cause::InitTimeout(_) | Cause::NeverListened { .. } => "StartupProbeFailed",
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Spawn(_) => "ContainerExited",
        Cause::Unanswered { .. } => "ConnectionError",
        Cause::OutOfMemory { .. } => "MemoryLimitExceeded",
        Cause::ResponseTooLarge => "ResponseTooLarge",
    };
    FailureBody::plain(error_type, cause)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_port_that_nobody_opened_is_explained() {
        let cause =
            Cause::NeverListened { limit: Duration::from_secs(240), port: 20123, instead: vec![8080] };
        let body: serde_json::Value = serde_json::from_slice(&failure("x", &cause).payload).unwrap();
        assert_eq!(
            body["errorMessage"],
            "it did not listen on port 20123 within 240 s, but on 8080; listen on the port that the environment variable \
             PORT names"
        );
        let lines = narrate(&Moment::Failed { request_id: "x", cause: &cause, at_ms: 0 });
        assert!(lines[0].contains("failed to start and listen on the port"), "{lines:?}");
        assert!(narrate(&Moment::Started { request_id: "x", version: "" }).is_empty());
    }
}
