//! What of an app the clock calls: its timers.

use bytes::Bytes;

use super::invocation;
use crate::{
    azure::{TIMER_TRIGGER, converse},
    invocation::{Event, Found, Trigger},
    schedule::{Schedule, Timer},
};

pub(super) fn timers(functions: &[Found]) -> Vec<Timer> {
    functions.iter().filter_map(timer).collect()
}

fn timer(found: &Found) -> Option<Timer> {
    let trigger = converse::trigger(&found.function)?;
    if !trigger.kind.eq_ignore_ascii_case(TIMER_TRIGGER) {
        return None;
    }
    let written = trigger.settings.get("schedule")?;
    // `%NAME%` is an app setting.
    let setting = written.strip_prefix('%').and_then(|text| text.strip_suffix('%'));
    let text = setting.map_or(Some(written), |name| found.app.env.get(name))?;
    let schedule = Schedule::read(text).ok()?;
    let (key, found) = ((found.function.name.clone(), text.clone()), found.clone());
    let call = move |now| invocation(&found, Event::Bytes(Bytes::new()), Trigger::Schedule, now);
    Some(Timer { key, schedule, call: Box::new(call) })
}
