//! Lambda's own log lines around an invocation, byte for byte (without the line feed).

use std::time::Duration;

use time::{OffsetDateTime, macros::format_description};

use super::failure;
use crate::narrate::{Cause, Moment};

pub(crate) fn narrate(moment: &Moment<'_>) -> Vec<String> {
    match moment {
        Moment::InitFailed { init, during_invoke, timed_out, error_type } => {
            let phase = if *during_invoke { "invoke" } else { "init" };
            let mut line = format!("INIT_REPORT Init Duration: {} ms\tPhase: {phase}\tStatus: ", ms(*init));
            if *timed_out {
                line.push_str("timeout");
            } else {
                line.push_str("error\tError Type: ");
                line.push_str(&failure::platform_error_type(error_type));
            }
            vec![line]
        }
        Moment::Started { request_id, version } => {
            vec![format!("START RequestId: {request_id} Version: {version}")]
        }
        Moment::Failed { request_id, cause, at_ms } => failed(request_id, cause, *at_ms),
        Moment::Ended { request_id } => vec![format!("END RequestId: {request_id}")],
        Moment::Reported { request_id, handler, init, memory_mb, max_memory_mb, failed, cause } => {
            // Since 2025-08 the init of a cold start is billed for every package type.
            let billed = (*handler + init.unwrap_or_default()).as_nanos().div_ceil(1_000_000);
            let mut line = format!(
                "REPORT RequestId: {request_id}\tDuration: {} ms\tBilled Duration: {billed} ms\t\
                 Memory Size: {memory_mb} MB\tMax Memory Used: {max_memory_mb} MB\t",
                ms(*handler)
            );
            if let Some(init) = init {
                line.push_str(&format!("Init Duration: {} ms\t", ms(*init)));
            }
            line.push_str(&status(*failed, *cause));
            vec![line]
        }
    }
}

/// How an invocation ended, unless it ended well. An out-of-memory kill has its own type here and here only.
/// <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report>
fn status(failed: Option<&str>, cause: Option<&Cause>) -> String {
    let error_type = match (cause, failed) {
        (Some(Cause::Timeout(_) | Cause::InitTimeout(_) | Cause::NeverListened { .. }), _) => {
            return "Status: timeout".to_owned();
        }
        (Some(Cause::OutOfMemory { .. }), _) => "Runtime.OutOfMemory".to_owned(),
        (Some(cause), _) => failure::failure("", cause).error_type,
        (None, Some(error_type)) => failure::platform_error_type(error_type),
        (None, None) => return String::new(),
    };
    format!("Status: error\tError Type: {error_type}")
}

fn failed(request_id: &str, cause: &Cause, at_ms: i64) -> Vec<String> {
    match cause {
        Cause::Timeout(after) | Cause::InitTimeout(after) | Cause::NeverListened { limit: after, .. } => {
            vec![format!("{} {request_id} {}", timestamp(at_ms), failure::timed_out(*after)), String::new()]
        }
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { .. } => exited(request_id, cause),
        Cause::OutOfMemory { limit_mb, used_mb } => {
            let mut lines = exited(request_id, cause);
            lines.push(format!(
                "coldframe: killed at {used_mb} MB, over the function's limit of {limit_mb} MB"
            ));
            lines
        }
        Cause::ResponseTooLarge => vec![format!(
            "RequestId: {request_id} Error: Response payload size exceeded maximum allowed payload size ({} bytes).",
            crate::pull::RESPONSE_LIMIT
        )],
        Cause::Spawn(message) => {
            vec![format!("RequestId: {request_id} Error: {message}"), "Runtime.InvalidEntrypoint".to_owned()]
        }
    }
}

fn exited(request_id: &str, cause: &Cause) -> Vec<String> {
    vec![format!("RequestId: {request_id} Error: {}", failure::exited(cause)), "Runtime.ExitError".to_owned()]
}

fn ms(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1000.0)
}

fn timestamp(at_ms: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_ms) * 1_000_000)
        .ok()
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_cold_success() {
        let id = "8f5e";
        assert_eq!(
            narrate(&Moment::Started { request_id: id, version: "$LATEST" }),
            ["START RequestId: 8f5e Version: $LATEST"]
        );
        assert_eq!(narrate(&Moment::Ended { request_id: id }), ["END RequestId: 8f5e"]);
        let reported = Moment::Reported {
            request_id: id,
            handler: Duration::from_micros(1660),
            init: Some(Duration::from_micros(96_050)),
            memory_mb: 128,
            max_memory_mb: 34,
            failed: None,
            cause: None,
        };
        assert_eq!(
            narrate(&reported),
            ["REPORT RequestId: 8f5e\tDuration: 1.66 ms\tBilled Duration: 98 ms\tMemory Size: 128 MB\t\
              Max Memory Used: 34 MB\tInit Duration: 96.05 ms\t"]
        );
    }

    #[test]
    fn a_timeout_and_an_exit_have_their_lines_between_start_and_end() {
        let cause = Cause::Timeout(Duration::from_secs(1));
        assert_eq!(
            narrate(&Moment::Failed { request_id: "8f5e", cause: &cause, at_ms: 1_767_225_600_000 }),
            ["2026-01-01T00:00:00.000Z 8f5e Task timed out after 1.00 seconds", ""]
        );
        let cause = Cause::Exited(1);
        assert_eq!(
            narrate(&Moment::Failed { request_id: "8f5e", cause: &cause, at_ms: 0 }),
            ["RequestId: 8f5e Error: Runtime exited with error: exit status 1", "Runtime.ExitError"]
        );
        let cause = Cause::OutOfMemory { limit_mb: 128, used_mb: 150 };
        let lines = narrate(&Moment::Failed { request_id: "8f5e", cause: &cause, at_ms: 0 });
        assert_eq!(lines[0], "RequestId: 8f5e Error: Runtime exited with error: signal: killed");
        assert!(lines[2].contains("128 MB"), "the limit is named: {}", lines[2]);
    }

    #[test]
    fn the_report_says_how_an_invocation_ended() {
        let ends = |failed: Option<&str>, cause: Option<&Cause>| {
            let moment = Moment::Reported {
                request_id: "8f5e",
                handler: Duration::from_secs(3),
                init: None,
                memory_mb: 128,
                max_memory_mb: 34,
                failed,
                cause,
            };
            let line = narrate(&moment).concat();
            line.split_once("Max Memory Used: 34 MB\t").expect("a REPORT line").1.to_owned()
        };
        assert_eq!(ends(None, None), "");
        assert_eq!(ends(None, Some(&Cause::Timeout(Duration::from_secs(3)))), "Status: timeout");
        assert_eq!(ends(None, Some(&Cause::Exited(1))), "Status: error\tError Type: Runtime.ExitError");
        assert_eq!(ends(None, Some(&Cause::Signalled(11))), "Status: error\tError Type: Runtime.ExitError");
        let killed = Cause::OutOfMemory { limit_mb: 128, used_mb: 150 };
        assert_eq!(ends(None, Some(&killed)), "Status: error\tError Type: Runtime.OutOfMemory");
        assert_eq!(ends(Some("ValueError"), None), "Status: error\tError Type: Runtime.Unknown");
    }

    #[test]
    fn a_failed_init_names_its_phase_and_type() {
        let init = Duration::from_micros(150_790);
        let moment = Moment::InitFailed {
            init,
            during_invoke: false,
            timed_out: false,
            error_type: "Runtime.UserCodeSyntaxError",
        };
        assert_eq!(
            narrate(&moment),
            [
                "INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.UserCodeSyntaxError"
            ]
        );
        let moment = Moment::InitFailed { init, during_invoke: true, timed_out: true, error_type: "" };
        assert_eq!(
            narrate(&moment),
            ["INIT_REPORT Init Duration: 150.79 ms\tPhase: invoke\tStatus: timeout"]
        );
    }
}
