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
            format!("the worker did not start: {}", sentence(cause))
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
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { .. } | Cause::OutOfMemory { .. } => {
            "WorkerProcessExitException"
        }
        Cause::ResponseTooLarge => "ResponseTooLarge",
    };
    let body = serde_json::json!({ "errorType": error_type, "errorMessage": sentence(cause) });
    FailureBody { error_type: error_type.to_owned(), payload: body.to_string().into() }
}

/// Custom handlers are told their port by a name of Azure's.
fn sentence(cause: &Cause) -> String {
    cause.sentence().replace("variable PORT names", "variable FUNCTIONS_CUSTOMHANDLER_PORT names")
}

/// As the host writes a time span: `00:05:00`.
fn span(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_handler_on_another_port_is_told_the_name_that_azure_has_for_it() {
        let cause = Cause::NeverListened { limit: Duration::from_secs(30), port: 20123, instead: vec![8080] };
        let told = String::from_utf8(failure("", &cause).payload.to_vec()).unwrap();
        assert!(told.contains("variable FUNCTIONS_CUSTOMHANDLER_PORT names"), "{told}");
    }
}
