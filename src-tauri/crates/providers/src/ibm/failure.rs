//! The results of activations that the action did not end itself, in OpenWhisk's words.
//! <https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/http/ErrorResponse.scala>

use crate::narrate::{Cause, FailureBody};

pub(super) fn failure(_request_id: &str, cause: &Cause) -> FailureBody {
    let text = match cause {
        Cause::Timeout(limit) => {
            format!("The action exceeded its time limits of {} milliseconds.", limit.as_millis())
        }
        Cause::InitTimeout(limit) | Cause::NeverListened { limit, .. } => {
            format!(
                "The action exceeded its time limits of {} milliseconds during initialization.",
                limit.as_millis()
            )
        }
        Cause::OutOfMemory { .. } => "The action exhausted its memory and was aborted.".to_owned(),
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { .. } => {
            "The action did not produce a valid response and exited unexpectedly.".to_owned()
        }
        Cause::ResponseTooLarge => {
            "The action produced a response that exceeded the allowed length.".to_owned()
        }
        Cause::Spawn(_) => "Failed to start the action.".to_owned(),
    };
    let body = serde_json::json!({ "error": text, "errorType": "action developer error", "errorMessage": cause.sentence() });
    FailureBody { error_type: "action developer error".to_owned(), payload: body.to_string().into() }
}
