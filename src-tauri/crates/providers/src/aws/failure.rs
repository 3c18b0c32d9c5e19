//! What a caller gets when no code of the function's answered: the platform's own error payloads, as recorded on AWS
//! (2025-11). They come with HTTP 200 and `X-Amz-Function-Error: Unhandled`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::{
    narrate::{Cause, FailureBody},
    pull::RESPONSE_LIMIT,
};

pub(crate) fn failure(request_id: &str, cause: &Cause) -> FailureBody {
    match cause {
        Cause::Timeout(after) | Cause::InitTimeout(after) | Cause::NeverListened { limit: after, .. } => {
            body("Sandbox.Timedout", &format!("RequestId: {request_id} Error: {}", timed_out(*after)))
        }
        // Lambda's wording for an out-of-memory kill is that of any kill; the log line says more.
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { .. } | Cause::OutOfMemory { .. } => {
            body("Runtime.ExitError", &format!("RequestId: {request_id} Error: {}", exited(cause)))
        }
        Cause::ResponseTooLarge => response_too_large(),
        Cause::Spawn(message) => {
            body("Runtime.InvalidEntrypoint", &format!("RequestId: {request_id} Error: {message}"))
        }
    }
}

pub(crate) fn response_too_large() -> FailureBody {
    body(
        "Function.ResponseSizeTooLarge",
        &format!("Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."),
    )
}

/// The process broke off while it sent a response.
pub(crate) fn truncated_response() -> FailureBody {
    body("Runtime.TruncatedResponse", "Response ended before it was complete")
}

/// The process named a way to answer that there is not. AWS's emulator gives the type alone, the older one nothing; the
/// message is the one both give the process.
pub(crate) fn invalid_response_mode() -> FailureBody {
    body("Runtime.InvalidResponseModeHeader", "Invalid function response mode")
}

pub(super) fn timed_out(after: Duration) -> String {
    format!("Task timed out after {:.2} seconds", after.as_secs_f64())
}

/// As Go prints a process's end, which is where Lambda's wording comes from.
pub(super) fn exited(cause: &Cause) -> String {
    match cause {
        Cause::Exited(0) => "Runtime exited without providing a reason".to_owned(),
        Cause::Exited(code) => format!("Runtime exited with error: exit status {code}"),
        Cause::Signalled(signal) => format!("Runtime exited with error: signal: {}", signal_name(*signal)),
        _ => "Runtime exited with error: signal: killed".to_owned(),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        10 => "user defined signal 1",
        11 => "segmentation fault",
        12 => "user defined signal 2",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

/// The error type in an error body, whatever language wrote it.
pub(crate) fn error_type_of(payload: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "errorType")]
        error_type: Option<String>,
    }
    serde_json::from_slice::<Body>(payload).ok()?.error_type.filter(|text| !text.is_empty())
}

/// The platform keeps `Runtime.Word` and `Function.Word`, and has its own words for all else.
pub(crate) fn platform_error_type(text: &str) -> String {
    let kept = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_uppercase())
            && rest.len() > 1
            && rest.bytes().all(|b| b.is_ascii_alphabetic())
    };
    if let Some(rest) = text.strip_prefix("Runtime.").or_else(|| text.strip_prefix("Function."))
        && kept(rest)
    {
        return text.to_owned();
    }
    if text.starts_with("Function.") { "Function.Unknown" } else { "Runtime.Unknown" }.to_owned()
}

fn body(error_type: &str, message: &str) -> FailureBody {
    let payload = json!({ "errorType": error_type, "errorMessage": message }).to_string();
    FailureBody { error_type: error_type.to_owned(), payload: payload.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cause: &Cause) -> String {
        String::from_utf8(failure("id-1", cause).payload.to_vec()).unwrap()
    }

    #[test]
    fn payloads_are_those_recorded_on_aws() {
        assert_eq!(
            text(&Cause::Timeout(Duration::from_secs(1))),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 1.00 seconds"}"#
        );
        assert_eq!(
            text(&Cause::Exited(0)),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited without providing a reason"}"#
        );
        assert_eq!(
            text(&Cause::Exited(3)),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: exit status 3"}"#
        );
        assert_eq!(
            text(&Cause::OutOfMemory { limit_mb: 128, used_mb: 140 }),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id-1 Error: Runtime exited with error: signal: killed"}"#
        );
        assert_eq!(
            text(&Cause::ResponseTooLarge),
            r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#
        );
    }

    #[test]
    fn error_types_of_the_platform_are_kept_and_others_are_unknown() {
        assert_eq!(platform_error_type("Runtime.ImportModuleError"), "Runtime.ImportModuleError");
        assert_eq!(platform_error_type("Function.Mine"), "Function.Mine");
        assert_eq!(platform_error_type("Function.mine"), "Function.Unknown");
        assert_eq!(platform_error_type("ValueError"), "Runtime.Unknown");
        assert_eq!(platform_error_type("Runtime.Bad Type"), "Runtime.Unknown");
    }
}
