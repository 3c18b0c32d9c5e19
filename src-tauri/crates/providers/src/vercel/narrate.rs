//! Vercel's own log lines. It has none around an ordinary invocation.

use crate::narrate::{Cause, Moment};

pub(crate) fn narrate(moment: &Moment<'_>) -> Vec<String> {
    let Moment::Failed { cause, .. } = moment else { return Vec::new() };
    match cause {
        Cause::Timeout(after) | Cause::InitTimeout(after) | Cause::NeverListened { limit: after, .. } => {
            vec![format!(
                "Vercel Runtime Timeout Error: Task timed out after {} seconds",
                after.as_secs_f64()
            )]
        }
        Cause::Exited(code) => vec![exited(&format!("exit status: {code}"))],
        Cause::Signalled(signal) => vec![exited(&format!("signal: {signal}"))],
        Cause::OutOfMemory { limit_mb, used_mb } => vec![
            exited("signal: 9"),
            format!("coldframe: killed at {used_mb} MB, over the function's limit of {limit_mb} MB"),
        ],
        Cause::Unanswered { .. } => vec![cause.sentence()],
        Cause::ResponseTooLarge => vec!["the response is larger than 4.5 MB".to_owned()],
        Cause::Spawn(message) => vec![message.clone()],
    }
}

fn exited(how: &str) -> String {
    // Vercel names the language first.
    format!("process exited with {how}. The logs above can help with debugging the issue.")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_failures_have_lines() {
        assert!(narrate(&Moment::Started { request_id: "x", version: "" }).is_empty());
        let cause = Cause::Timeout(Duration::from_secs(10));
        let moment = Moment::Failed { request_id: "x", cause: &cause, at_ms: 0 };
        assert_eq!(narrate(&moment), ["Vercel Runtime Timeout Error: Task timed out after 10 seconds"]);
    }
}
