//! The provider's lines around a quiet call (START, END, REPORT). The record keeps none of them, because the call's
//! row says all that they would; whoever looks at the log sees them all the same. They are made here and nowhere
//! else: for an invocation's detail, for the log and for the live channel, each time with the same ids.

use std::{collections::HashSet, sync::LazyLock, time::Duration};

use coldframe_engine::COUNTER_BITS;
use coldframe_protocol as wire;
use coldframe_providers::{domain::ProviderId, narrate::Moment, registry};
use coldframe_report::{LinesWanted, Report, ReportError};
use coldframe_store::Range;
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

/// The only one there is.
const VERSION: &str = "$LATEST";
/// Calls whose lines are made for one question that looks for some of them.
const MOST_CALLS: usize = 20_000;
/// Of those, at a time.
const CALLS: u32 = 1_000;

/// The log as people read it: what is in the record, and the lines of quiet calls in their places. A search looks
/// for those among the newest [`MOST_CALLS`] calls (with `after`, the first ones after it).
pub(crate) fn logs(
    report: &Report,
    project_id: i64,
    query: &wire::LogQuery,
    now: i64,
) -> Result<Vec<wire::LogLine>, ReportError> {
    let wanted = LinesWanted::new(project_id, query, now)?;
    let mut lines = report.logs(&wanted)?;
    if wanted.of_platform() && wanted.texts().all(may_be_said) && wanted.limit > 0 {
        add_made(report, query, &wanted, &mut lines)?;
    }
    match query.after {
        Some(_) => lines.truncate(wanted.limit),
        None => drop(lines.drain(..lines.len().saturating_sub(wanted.limit))),
    }
    Ok(lines)
}

/// Lines of an exported file: at two hundred bytes each twenty megabytes, which one answer can hold.
const MOST_EXPORTED: usize = 100_000;
const EXPORTED_AT_ONCE: u32 = 10_000;

/// The newest lines of a query as a file.
pub(crate) fn export(
    report: &Report,
    project_id: i64,
    export: &wire::LogExport,
    now: i64,
) -> Result<wire::ExportedLog, ReportError> {
    let mut query = wire::LogQuery { after: None, limit: Some(EXPORTED_AT_ONCE), ..export.query.clone() };
    let mut pages = Vec::new();
    let mut count = 0;
    let cut = loop {
        let page = logs(report, project_id, &query, now)?;
        let last = page.len() < EXPORTED_AT_ONCE as usize;
        count += page.len();
        query.before = page.first().map(|line| line.id);
        pages.push(page);
        if last || count >= MOST_EXPORTED {
            break !last;
        }
    };
    let lines: Vec<_> = pages.into_iter().rev().flatten().collect();
    let file = coldframe_report::write_log(&lines, export.format, now);
    Ok(wire::ExportedLog { file, lines: count as u64, cut })
}

/// Whether any made line could have this text, which saves making thousands of them to find out: its words must be the
/// provider's own, or have a place in a request id.
fn may_be_said(text: &str) -> bool {
    let digits_of_ids = |word: &str| word.chars().all(|letter| letter.is_ascii_hexdigit());
    let mut words = text.split(|letter: char| !letter.is_alphabetic());
    words.all(|word| digits_of_ids(word) || SAID.contains(&word.to_lowercase()))
}

/// Everything that any provider says of a quiet call, in lower case and without figures.
static SAID: LazyLock<String> = LazyLock::new(|| {
    let request_id = "";
    let none = Duration::ZERO;
    let reported = Moment::Reported {
        request_id,
        handler: none,
        init: Some(none),
        memory_mb: 0,
        max_memory_mb: 0,
        failed: None,
        cause: None,
    };
    let moments = [Moment::Started { request_id, version: VERSION }, Moment::Ended { request_id }, reported];
    let said =
        registry::ALL.iter().flat_map(|provider| moments.iter().flat_map(|moment| provider.narrate(moment)));
    said.map(|line| line.to_lowercase() + "\n").collect()
});

fn add_made(
    report: &Report,
    query: &wire::LogQuery,
    wanted: &LinesWanted,
    lines: &mut Vec<wire::LogLine>,
) -> Result<(), ReportError> {
    let since = match (query.after, lines.first()) {
        (Some(after), _) => time_of(after),
        // A page that is full already has no room for what is older.
        (None, Some(oldest)) if lines.len() >= wanted.limit => micros(&oldest.at),
        (None, _) => 0,
    };
    let since = since.max(wanted.range().from);
    let before = query.before.map_or(i64::MAX, |before| time_of(before).saturating_add(1000));
    let mut began = Range { from: 0, to: before.min(wanted.range().to) };
    let (mut seen, mut found) = (HashSet::new(), 0);
    loop {
        let calls = report.untold(wanted, since, began, CALLS)?;
        let full = calls.len() >= CALLS as usize;
        let edge = if query.after.is_some() { calls.last() } else { calls.first() };
        let edge = edge.map(|call| micros(&call.started_at));
        let news: Vec<_> = calls.into_iter().filter(|call| seen.insert(call.id)).collect();
        let before = lines.len();
        add_those(lines, &news, |id, at, text| wanted.has(id, at, text));
        found += lines.len() - before;
        // Calls of the same microsecond are in both pages.
        match edge {
            Some(edge) if full && !news.is_empty() && found < wanted.limit && seen.len() < MOST_CALLS => {
                match query.after {
                    Some(_) => began.from = edge,
                    None => began.to = edge + 1,
                }
            }
            _ => return Ok(()),
        }
    }
}

/// Microseconds since the epoch, of a line's id.
fn time_of(id: i64) -> i64 {
    (id >> COUNTER_BITS).saturating_mul(1000)
}

/// Puts the lines of calls among others, in the order of time.
pub(crate) fn add<'a>(lines: &mut Vec<wire::LogLine>, calls: impl IntoIterator<Item = &'a wire::Invocation>) {
    add_those(lines, calls, |_, _, _| true);
}

/// Of them, those that are `wanted`: by id, time and text.
fn add_those<'a>(
    lines: &mut Vec<wire::LogLine>,
    calls: impl IntoIterator<Item = &'a wire::Invocation>,
    wanted: impl Fn(i64, i64, &str) -> bool,
) {
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
            if !wanted(id, at, &text) {
                continue;
            }
            lines.push(wire::LogLine {
                id,
                at: shape::time_text(at),
                function_id: call.function_id,
                function: call.function.clone(),
                resident: false,
                instance: call.instance.clone().unwrap_or_default(),
                invocation_id: Some(call.id),
                request_id: Some(call.request_id.clone()),
                stream: "platform".into(),
                level: None,
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
        registry::of(provider).narrate(moment).into_iter().map(move |text| (at, text))
    };
    let mut texts: Vec<_> = said(ran, &Moment::Started { request_id, version: VERSION }).collect();
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
            "http_status": 200, "attempt": 1, "error_type": null, "reload_init_ms": null, "deployed_cold": null,
        });
        serde_json::from_value(row).expect("a row")
    }

    fn stored(id: i64, text: &str) -> wire::LogLine {
        wire::LogLine {
            id,
            at: "2025-11-21T00:00:00.002Z".into(),
            function_id: 7,
            function: "hello".into(),
            resident: false,
            instance: "i-2".into(),
            invocation_id: None,
            request_id: None,
            stream: "stdout".into(),
            level: None,
            text: text.into(),
        }
    }

    #[test]
    fn only_texts_that_a_provider_may_say_are_looked_for_among_made_lines() {
        for text in ["REPORT RequestId: 8f5e-0a", "billed", "version: $latest", "12.5 ms", "cafe", "init dur"]
        {
            assert!(may_be_said(text), "{text} may be in a made line");
        }
        for text in ["heliotrope", "report heliotrope", "zażółć", "error"] {
            assert!(!may_be_said(text), "{text} is in none, whatever the call");
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
