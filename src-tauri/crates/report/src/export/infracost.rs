//! A usage file for Infracost with the measured figures: what its estimates of infrastructure code otherwise guess.
//! <https://www.infracost.io/docs/features/usage_based_resources/>
//!
//! Resources are named after the functions; where the infrastructure code names them otherwise, the keys are to be
//! changed. Providers that Infracost does not know are left out, and named in a comment.

use std::fmt::Write as _;

use coldframe_protocol::CostReport;

/// One function's month.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Use {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) calls_per_month: u64,
    /// As the provider would bill it, by the pace of its cores.
    pub(crate) duration_ms: u64,
    pub(crate) memory_mb: u32,
}

pub(super) fn write(uses: &[Use], costs: &CostReport, day: &str) -> String {
    let mut out = format!(
        "# Measured by Coldframe, written {day}: {} calls in {:.0} minutes. Durations are those here at the pace the \
         provider's\n# cores are supposed to have, not measured there. Keys are the functions' names: change them to the \
         addresses of your\n# resources.\nversion: 0.1\n",
        costs.basis.recorded_calls, costs.basis.recorded_minutes
    );
    let known: Vec<(&Use, String)> = uses.iter().filter_map(|one| Some((one, resource(one)?))).collect();
    for one in uses.iter().filter(|one| resource(one).is_none()) {
        let _ = writeln!(out, "# {}: Infracost has no usage of {}", one.name, one.provider);
    }
    out.push_str(if known.is_empty() { "resource_usage: {}\n" } else { "resource_usage:\n" });
    for (_, lines) in known {
        out.push_str(&lines);
    }
    out
}

fn resource(one: &Use) -> Option<String> {
    let Use { calls_per_month: calls, duration_ms, memory_mb, .. } = one;
    let name = key(&one.name);
    Some(match one.provider.as_str() {
        "aws" => format!(
            "  aws_lambda_function.{name}:\n    monthly_requests: {calls}\n    request_duration_ms: {duration_ms}\n"
        ),
        "gcp" => format!(
            "  google_cloudfunctions_function.{name}:\n    request_duration_ms: {duration_ms}\n    \
             monthly_function_invocations: {calls}\n"
        ),
        "azure" => format!(
            "  azurerm_linux_function_app.{name}:\n    monthly_executions: {calls}\n    execution_duration_ms: \
             {duration_ms}\n    memory_mb: {memory_mb}\n"
        ),
        _ => return None,
    })
}

/// A name as infrastructure code may write it: letters, digits, `_` and `-`.
fn key(name: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    name.chars().map(|letter| if allowed(letter) { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_keys() {
        assert_eq!(key("api/users [id]: get"), "api_users__id___get");
        let aws = Use {
            name: "hello".into(),
            provider: "aws".into(),
            calls_per_month: 5,
            duration_ms: 7,
            memory_mb: 128,
        };
        assert_eq!(
            resource(&aws).as_deref(),
            Some("  aws_lambda_function.hello:\n    monthly_requests: 5\n    request_duration_ms: 7\n")
        );
        assert_eq!(resource(&Use { provider: "vercel".into(), ..aws }), None);
    }
}
