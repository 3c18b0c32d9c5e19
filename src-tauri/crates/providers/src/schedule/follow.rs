//! Calls by the clock, for apps whose schedules are followed. A time that passes while the host is not there is not made
//! up for.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::Schedule;
use crate::{
    clock,
    domain::ProviderId,
    invocation::{Found, Invocation, Invoke},
};

/// How soon a schedule that was just saved is known.
const LOOK: time::Duration = time::Duration::seconds(5);

/// Something that a clock calls.
pub(crate) struct Timer {
    /// The function, and its schedule as it is written: another one begins anew.
    pub(crate) key: (String, String),
    pub(crate) schedule: Schedule,
    /// The call that is due at a moment.
    pub(crate) call: Box<dyn FnOnce(Instant) -> Invocation + Send>,
}

/// Calls what is due of the `timers` among a provider's functions until `shutdown`. Nothing is waited for: a call may last
/// longer than till the next.
pub(crate) async fn follow<I: Invoke>(
    invoke: Arc<I>,
    provider: ProviderId,
    timers: impl Fn(&[Found]) -> Vec<Timer> + Send,
    shutdown: CancellationToken,
) {
    // When each was called last, or begun to be followed.
    let mut last: BTreeMap<(String, String), OffsetDateTime> = BTreeMap::new();
    loop {
        let mut functions = invoke.list(provider);
        functions.retain(|found| found.app.settings.follow_schedules);
        let timers = timers(&functions);
        last.retain(|key, _| timers.iter().any(|timer| timer.key == *key));
        let mut wake = LOOK;
        for Timer { key, schedule, call } in timers {
            let reached = now();
            let since = last.entry(key).or_insert(reached);
            let Some(due) = schedule.after(*since) else { continue };
            if due > reached {
                wake = wake.min(due - reached);
                continue;
            }
            *since = reached;
            wake = schedule.after(reached).map_or(wake, |next| wake.min(next - reached));
            let (invoke, call) = (Arc::clone(&invoke), call(Instant::now()));
            tokio::spawn(async move { invoke.invoke(call).await });
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wake.try_into().unwrap_or_default()) => {}
        }
    }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(clock::now_us()) * 1000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
