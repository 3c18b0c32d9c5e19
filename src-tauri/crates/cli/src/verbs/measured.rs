//! What was measured of a call, as a terminal shows it. What was not is a dash: no figure is made up for a call that
//! never reached an instance, or has not come to its end.

use coldframe_protocol::Invocation;

pub(crate) const NOTHING: &str = "–";

/// Whether an instance had the call until it ended.
fn ran(call: &Invocation) -> bool {
    !matches!(call.status.as_str(), "accepted" | "running" | "interrupted" | "throttled" | "refused")
}

pub(crate) fn start(call: &Invocation) -> &'static str {
    match (call.cold, ran(call) && call.instance.is_some()) {
        (true, _) => "cold",
        (false, true) => "warm",
        (false, false) => NOTHING,
    }
}

pub(crate) fn total(call: &Invocation) -> String {
    ms(ran(call).then_some(call.total_ms))
}

pub(crate) fn cpu(call: &Invocation) -> String {
    ms(call.cpu_user_ms.zip(call.cpu_system_ms).map(|(user, system)| user + system))
}

pub(crate) fn ms(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| format!("{value:.1} ms"))
}

pub(crate) fn mb(value: Option<f64>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| format!("{value:.0} MB"))
}
