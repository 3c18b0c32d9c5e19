//! Events without a caller: durable before their 202, tried again when the function fails, as AWS does (Lambda
//! developer guide, asynchronous invocation): the same request id, one minute and then two minutes later.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    clock,
    invocation::{Answer, CallContext, Event, FunctionRef, Invocation, Trigger},
    registry,
};
use coldframe_store::{Accepted, Status};

use crate::{Engine, run, side::Side, world::SharedWorld};

/// Throttled events come again after one second, doubling up to five minutes, for up to six hours.
const THROTTLE_FIRST: Duration = Duration::from_secs(1);
const THROTTLE_LONGEST: Duration = Duration::from_mins(5);
const EVENT_AGE: Duration = Duration::from_hours(6);

/// What of an event must survive between attempts.
pub(crate) struct Queued {
    pub(crate) function: FunctionRef,
    pub(crate) function_id: i64,
    pub(crate) request_id: String,
    pub(crate) event: bytes::Bytes,
    pub(crate) context: CallContext,
    pub(crate) attempt: u32,
    /// Row of the attempt that comes next.
    pub(crate) id: i64,
}

/// Makes the next attempt durable.
pub(crate) fn record(world: &SharedWorld, queued: &Queued) -> std::io::Result<()> {
    world.recorder.accepted(Accepted {
        id: queued.id,
        request_id: queued.request_id.clone(),
        attempt: queued.attempt,
        function_id: queued.function_id,
        trigger: Trigger::Async.as_str().to_owned(),
        at: clock::now_us(),
        status: Status::Accepted,
        event: Some(queued.event.clone()),
    })
}

/// Tries an event until it succeeds, its attempts are used up, or it is too old.
pub(crate) async fn deliver(engine: Engine, mut queued: Queued) {
    let accepted = Instant::now();
    let mut throttle = THROTTLE_FIRST;
    loop {
        let Some((app, function)) = engine.registry().get(&queued.function) else { return };
        let side = Side::Pool(app);
        let invocation = Invocation {
            function: queued.function.clone(),
            request_id: queued.request_id.clone(),
            trigger: Trigger::Async,
            event: Event::Bytes(queued.event.clone()),
            received: Instant::now(),
            cold: false,
            context: queued.context.clone(),
            status_of: coldframe_providers::invocation::as_it_is,
        };
        if queued.attempt == 1 {
            engine.mirrored(&queued.function, &invocation);
        }
        let (answer, outcome) = tokio::sync::oneshot::channel();
        let world = Arc::clone(engine.world());
        let calls = &engine.world().calls;
        let run = run::invocation(world, side, function, invocation, None, queued.id, queued.attempt, answer);
        calls.spawn(run);
        let Ok(outcome) = outcome.await else { return };
        let wait = match outcome.answer {
            Answer::Response { .. } | Answer::NotFound => return,
            Answer::FunctionError { .. } => {
                if !registry::of(queued.function.provider).rules.failed_events_return {
                    return;
                }
                let used = usize::try_from(queued.attempt).unwrap_or(usize::MAX);
                let Some(delay) = engine.world().config.retry_delays.get(used - 1) else { return };
                queued.attempt += 1;
                *delay
            }
            Answer::Throttled(_) | Answer::Refused { .. } => {
                if accepted.elapsed() > EVENT_AGE {
                    return;
                }
                let wait = throttle;
                throttle = (throttle * 2).min(THROTTLE_LONGEST);
                wait
            }
        };
        queued.id = engine.world().ids.next();
        // If it cannot be recorded the attempt is still made; the screen says "not recording".
        let _ = record(engine.world(), &queued);
        tokio::time::sleep(wait).await;
    }
}
