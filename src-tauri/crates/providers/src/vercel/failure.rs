//! What Vercel's edge answers when no code of the function's did: a code, and a page of plain text with it.

use crate::narrate::{Cause, FailureBody};

pub(crate) fn failure(request_id: &str, cause: &Cause) -> FailureBody {
    let code = match cause {
        Cause::Timeout(_) | Cause::InitTimeout(_) | Cause::NeverListened { .. } => {
            "FUNCTION_INVOCATION_TIMEOUT"
        }
        Cause::ResponseTooLarge => "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE",
        Cause::Unanswered { .. } => "NO_RESPONSE_FROM_FUNCTION",
        Cause::Exited(_) | Cause::Signalled(_) | Cause::OutOfMemory { .. } | Cause::Spawn(_) => {
            "FUNCTION_INVOCATION_FAILED"
        }
    };
    FailureBody { error_type: code.to_owned(), payload: page(code, request_id).into() }
}

/// The body of an error answer; `id` is what `x-vercel-id` carries.
pub(crate) fn page(code: &str, id: &str) -> String {
    match code {
        "NOT_FOUND" => format!("The page could not be found\n\n{code}\n\n{id}\n"),
        "FUNCTION_INVOCATION_TIMEOUT" => {
            format!("An error occurred with your deployment\n\n{code}\n\n{id}\n")
        }
        _ => format!("A server error has occurred\n\n{code}\n\n{id}\n"),
    }
}
