//! What Kubernetes and Knative say of a container that did not answer.

use crate::narrate::{Cause, FailureBody, Moment};

pub(super) fn narrate(moment: &Moment<'_>) -> Vec<String> {
    let Moment::Failed { cause, .. } = moment else { return Vec::new() };
    let line = match cause {
        Cause::NeverListened { .. } | Cause::InitTimeout(_) => {
            format!("Readiness probe failed: {}", cause.sentence())
        }
        Cause::OutOfMemory { .. } => format!("OOMKilled: {}", cause.sentence()),
        Cause::Exited(code) => format!("Container failed with: exit code {code}"),
        _ => cause.sentence(),
    };
    vec![line]
}

pub(super) fn failure(_request_id: &str, cause: &Cause) -> FailureBody {
    let error_type = match cause {
        Cause::Timeout(_) => "RequestTimeout",
        Cause::InitTimeout(_) | Cause::NeverListened { .. } => "ProgressDeadlineExceeded",
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Spawn(_) => "ExitCodeNonZero",
        Cause::Unanswered { .. } => "EOF",
        Cause::OutOfMemory { .. } => "OOMKilled",
        Cause::ResponseTooLarge => "ResponseTooLarge",
    };
    FailureBody::plain(error_type, cause)
}
