//! What the host writes of a function whose process did not answer, and what is recorded of it.

use crate::narrate::{Cause, FailureBody, Moment};

/// <https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout>
pub(super) fn narrate(moment: &Moment<'_>) -> Vec<String> {
    let Moment::Failed { cause, .. } = moment else { return Vec::new() };
    let line = match cause {
        Cause::Timeout(limit) => {
            format!(
                "Timeout value of {} exceeded by function, so its instance is ended",
                span(limit.as_secs())
            )
        }
        Cause::InitTimeout(_) | Cause::NeverListened { .. } => {
            let sentence = cause
                .sentence()
                .replace("variable PORT names", "variable FUNCTIONS_CUSTOMHANDLER_PORT names");
            format!("the worker did not start: {sentence}")
        }
        _ => format!("the worker failed: {}", cause.sentence()),
    };
    vec![line]
}

pub(super) fn failure(_request_id: &str, cause: &Cause) -> FailureBody {
    let error_type = match cause {
        Cause::Timeout(_) => "FunctionTimeoutException",
        Cause::InitTimeout(_) | Cause::NeverListened { .. } | Cause::Spawn(_) => {
            "WorkerProcessStartException"
        }
        Cause::Exited(_) | Cause::Signalled(_) | Cause::OutOfMemory { .. } => "WorkerProcessExitException",
        Cause::ResponseTooLarge => "ResponseTooLarge",
    };
    FailureBody::plain(error_type, cause)
}

/// As the host writes a time span: `00:05:00`.
fn span(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
