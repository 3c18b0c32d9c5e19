//! Timers by the clock, for apps whose schedules are followed. A time that passes while the host is not there is not made
//! up for.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use bytes::Bytes;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::invocation;
use crate::{
    azure::{TIMER_TRIGGER, converse, schedule::Schedule},
    clock,
    domain::ProviderId,
    invocation::{Event, Found, Invoke, Trigger},
};

/// How soon a schedule that was just saved is known.
const LOOK: time::Duration = time::Duration::seconds(5);

/// Calls what is due until `shutdown`. Nothing is waited for: a call may last longer than till the next.
pub(super) async fn follow<I: Invoke>(invoke: Arc<I>, shutdown: CancellationToken) {
    // When each was called last, or begun to be followed.
    let mut last: BTreeMap<(String, String), OffsetDateTime> = BTreeMap::new();
    loop {
        let timers = followed(&invoke.list(ProviderId::Azure));
        last.retain(|key, _| timers.iter().any(|timer| timer.key == *key));
        let mut wake = LOOK;
        for Timer { key, found, schedule } in timers {
            let reached = now();
            let since = last.entry(key).or_insert(reached);
            let Some(due) = schedule.after(*since) else { continue };
            if due > reached {
                wake = wake.min(due - reached);
                continue;
            }
            *since = reached;
            wake = schedule.after(reached).map_or(wake, |next| wake.min(next - reached));
            let call = invocation(&found, Event::Bytes(Bytes::new()), Trigger::Schedule, Instant::now());
            let invoke = Arc::clone(&invoke);
            tokio::spawn(async move { invoke.invoke(call).await });
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wake.try_into().unwrap_or_default()) => {}
        }
    }
}

struct Timer {
    /// The function, and its schedule as it is written: another one begins anew.
    key: (String, String),
    found: Found,
    schedule: Schedule,
}

fn followed(functions: &[Found]) -> Vec<Timer> {
    let followed = functions.iter().filter(|found| found.app.settings.follow_schedules);
    followed
        .filter_map(|found| {
            let trigger = converse::trigger(&found.function)?;
            if !trigger.kind.eq_ignore_ascii_case(TIMER_TRIGGER) {
                return None;
            }
            let written = trigger.settings.get("schedule")?;
            // `%NAME%` is an app setting.
            let setting = written.strip_prefix('%').and_then(|text| text.strip_suffix('%'));
            let text = setting.map_or(Some(written), |name| found.app.env.get(name))?;
            let schedule = Schedule::read(text).ok()?;
            let key = (found.function.name.clone(), text.clone());
            Some(Timer { key, found: found.clone(), schedule })
        })
        .collect()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(clock::now_us()) * 1000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
