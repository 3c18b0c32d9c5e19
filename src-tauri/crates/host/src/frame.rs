//! The provider's lines around a quiet call (START, END, REPORT). The record keeps none of them, because the call's
//! row says all that they would; whoever looks at the log sees them all the same. They are made here and nowhere
//! else: for an invocation's detail, for the log and for the live channel, each time with the same ids.

use std::{collections::HashSet, time::Duration};

use coldframe_engine::COUNTER_BITS;
use coldframe_protocol as wire;
use coldframe_providers::{domain::ProviderId, narrate::Moment, registry};
use coldframe_report::{Report, ReportError, log_limit};
use serde::{
    Deserialize as _,
    de::{IntoDeserializer as _, value::StrDeserializer},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::shape;

/// Where the counter of a made line begins: two places for every microsecond, after the lines of the same
/// millisecond that the engine numbered from 0 on.
const MADE: i64 = 2048;

/// Whether the provider's lines of a call are to be made, if none of them is in the record.
pub(crate) fn quiet(call: &wire::Invocation) -> bool {
    call.status == "ok" && call.instance.is_some() && call.peak_memory_mb.is_some()
}

/// The log as people read it: what is in the record, and the lines of quiet calls in their places.
pub(crate) fn logs(
    report: &Report,
    project_id: i64,
    query: &wire::LogQuery,
) -> Result<Vec<wire::LogLine>, ReportError> {
    let mut lines = report.logs(project_id, query)?;
    let limit = log_limit(query) as usize;
    let since = match (query.after, lines.first()) {
        (Some(after), _) => (after >> COUNTER_BITS) * 1000,
        // A page that is full already has no room for what is older.
        (None, Some(oldest)) if lines.len() >= limit => micros(&oldest.at),
        (None, _) => 0,
    };
    add(&mut lines, &report.untold(project_id, query, since)?);
    match query.after {
        Some(after) => {
            lines.retain(|line| line.id > after);
            lines.truncate(limit);
        }
        None => drop(lines.drain(..lines.len().saturating_sub(limit))),
    }
    Ok(lines)
}

/// Puts the lines of calls among others, in the order of time.
pub(crate) fn add<'a>(lines: &mut Vec<wire::LogLine>, calls: impl IntoIterator<Item = &'a wire::Invocation>) {
    let mut calls = calls.into_iter().peekable();
    if calls.peek().is_none() {
        return;
    }
    let mut taken: HashSet<i64> = lines.iter().map(|line| line.id).collect();
    for call in calls {
        for (at, text) in texts(call) {
            let mut id = (at.div_euclid(1000) << COUNTER_BITS) + MADE + 2 * at.rem_euclid(1000);
            while !taken.insert(id) {
                id += 1;
            }
            lines.push(wire::LogLine {
                id,
                at: shape::time_text(at),
                function_id: call.function_id,
                function: call.function.clone(),
                instance: call.instance.clone().unwrap_or_default(),
                invocation_id: Some(call.id),
                request_id: Some(call.request_id.clone()),
                stream: "platform".into(),
                text,
            });
        }
    }
    lines.sort_by_key(|line| line.id);
}

/// Each with its time, microseconds since the epoch.
fn texts(call: &wire::Invocation) -> Vec<(i64, String)> {
    let Some(provider) = provider(&call.provider) else { return Vec::new() };
    let request_id = call.request_id.as_str();
    let init_ms = call.boot_ms + call.init_ms;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "megabytes of one process")]
    let max_memory_mb = call.peak_memory_mb.unwrap_or_default().ceil() as u32;
    let reported = Moment::Reported {
        request_id,
        handler: duration(call.handler_ms),
        init: call.cold.then(|| duration(init_ms)),
        memory_mb: call.memory_mb,
        max_memory_mb,
        failed: None,
        cause: None,
    };
    let begun = micros(&call.started_at);
    let ran = begun + us(call.queue_ms + call.build_ms + call.spawn_ms + init_ms);
    let ended = begun + us(call.total_ms);
    let said = |at: i64, moment: &Moment<'_>| {
        registry::narrate(provider, moment).into_iter().map(move |text| (at, text))
    };
    let mut texts: Vec<_> = said(ran, &Moment::Started { request_id, version: "$LATEST" }).collect();
    texts.extend(said(ended, &Moment::Ended { request_id }));
    texts.extend(said(ended, &reported));
    texts
}

fn provider(id: &str) -> Option<ProviderId> {
    let id: StrDeserializer<'_, serde::de::value::Error> = id.into_deserializer();
    ProviderId::deserialize(id).ok()
}

fn duration(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, reason = "microseconds of one call")]
fn us(ms: f64) -> i64 {
    (ms * 1000.0).round() as i64
}

/// Of a time as the wire has it.
fn micros(text: &str) -> i64 {
    let time = OffsetDateTime::parse(text, &Rfc3339).map(OffsetDateTime::unix_timestamp_nanos);
    time.ok().and_then(|nanos| i64::try_from(nanos / 1000).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: i64, started_at: &str, total_ms: f64) -> wire::Invocation {
        let row = serde_json::json!({
            "id": id, "request_id": format!("request-{id}"), "function_id": 7, "function": "hello",
            "provider": "aws", "trigger": "sdk", "revision": "ab12", "instance": "i-1",
            "started_at": started_at, "cold": false, "queue_ms": 0.1, "build_ms": 0.0, "spawn_ms": 0.0,
            "boot_ms": 0.0, "init_ms": 0.0, "handler_ms": total_ms - 0.3, "overhead_ms": 0.2,
            "total_ms": total_ms, "cpu_user_ms": 0.5, "cpu_system_ms": 0.1, "peak_memory_mb": 41.2,
            "memory_mb": 128, "timeout_ms": 3000, "request_bytes": 2, "response_bytes": 2, "status": "ok",
            "http_status": 200, "attempt": 1, "error_type": null, "reload_init_ms": null,
        });
        serde_json::from_value(row).expect("a row")
    }

    fn stored(id: i64, text: &str) -> wire::LogLine {
        wire::LogLine {
            id,
            at: "2025-11-21T00:00:00.002Z".into(),
            function_id: 7,
            function: "hello".into(),
            instance: "i-2".into(),
            invocation_id: None,
            request_id: None,
            stream: "stdout".into(),
            text: text.into(),
        }
    }

    const MIDNIGHT_MS: i64 = 1_763_683_200_000;

    #[test]
    fn lines_of_a_quiet_call_are_where_time_puts_them() {
        let mut lines = vec![stored((MIDNIGHT_MS + 2) << COUNTER_BITS, "meanwhile")];
        add(&mut lines, [&call(1, "2025-11-21T00:00:00.001Z", 4.3)]);
        let texts: Vec<_> = lines.iter().map(|line| (line.at.as_str(), line.text.as_str())).collect();
        assert_eq!(
            texts,
            [
                ("2025-11-21T00:00:00.0011Z", "START RequestId: request-1 Version: $LATEST"),
                ("2025-11-21T00:00:00.002Z", "meanwhile"),
                ("2025-11-21T00:00:00.0053Z", "END RequestId: request-1"),
                (
                    "2025-11-21T00:00:00.0053Z",
                    "REPORT RequestId: request-1\tDuration: 4.00 ms\tBilled Duration: 4 ms\t\
                     Memory Size: 128 MB\tMax Memory Used: 42 MB\t"
                ),
            ]
        );
    }

    #[test]
    fn made_lines_have_ids_of_their_own_and_always_the_same() {
        let begun = "2025-11-21T00:00:00.000999Z";
        let calls = [call(1, begun, 1.0), call(2, begun, 1.0), call(3, begun, 0.4)];
        let made = || {
            let mut lines = Vec::new();
            add(&mut lines, &calls);
            lines
        };
        let ids: HashSet<i64> = made().iter().map(|line| line.id).collect();
        assert_eq!(ids.len(), 9, "two lines share an id");
        assert_eq!(made(), made());
        let largest = ids.into_iter().max().unwrap_or_default();
        assert!(largest < 1 << 53, "an id must survive a JavaScript number");
    }

    #[test]
    fn only_what_ended_well_and_is_measured_is_quiet() {
        let row = call(1, "2025-11-21T00:00:00Z", 1.0);
        assert!(quiet(&row));
        assert!(!quiet(&wire::Invocation { status: "error".into(), ..row.clone() }));
        assert!(!quiet(&wire::Invocation { peak_memory_mb: None, ..row.clone() }), "it runs on");
        assert!(!quiet(&wire::Invocation { instance: None, ..row.clone() }), "nothing ran it");
        let mut lines = Vec::new();
        add(&mut lines, [&wire::Invocation { provider: "vercel".into(), ..row }]);
        assert_eq!(lines, [], "Vercel writes no such lines");
    }
}
