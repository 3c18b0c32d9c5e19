//! Giving calls their processes, and those that have one call less the next that waits.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::invocation::Throttle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{BACKLOG, Owner};
use crate::{
    app::{Lease, Taken},
    instance::Instance,
    twin::crew::{Away, Next, Placed},
};

/// A call on its way to a process.
#[derive(Debug)]
pub(in crate::twin) struct Call {
    since: Instant,
    gone: Option<CancellationToken>,
    reply: oneshot::Sender<Taken>,
}

impl Call {
    pub(super) fn is_wanted(&self) -> bool {
        !self.reply.is_closed() && !self.gone.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    pub(super) fn turn_away(self, why: String) {
        let _ = self.reply.send(Taken::TurnedAway(why));
    }
}

impl Owner {
    pub(in crate::twin) fn take(&mut self, gone: Option<CancellationToken>, reply: oneshot::Sender<Taken>) {
        let call = Call { since: Instant::now(), gone, reply };
        if self.held {
            let _ = call.reply.send(Taken::Throttled(Throttle::Paused));
            return;
        }
        if !self.is_on() {
            return call.turn_away("its resident twin is off".into());
        }
        if self.has_given_up() && self.crew.is_empty() {
            self.refused += 1;
            return call.turn_away(self.nobody());
        }
        match self.crew.take(call) {
            Placed::To(id, call) => {
                if let Some(instance) = self.instances.get(&id).cloned() {
                    self.give(call, &instance);
                }
            }
            Placed::Waits => {}
            Placed::TurnedAway(call, away) => {
                self.refused += 1;
                call.turn_away(match away {
                    Away::Full => format!("the backlog of the resident twin is full: {BACKLOG} calls wait"),
                    Away::Down => self.nobody(),
                });
            }
        }
    }

    pub(super) fn give(&mut self, call: Call, instance: &Arc<Instance>) {
        let queue = call.since.elapsed();
        let queue = if queue < Duration::from_micros(50) { Duration::ZERO } else { queue };
        let lease = Lease::new(Arc::clone(instance), None, Duration::ZERO, queue, None);
        if let Err(Taken::Lease(lease)) = call.reply.send(Taken::Lease(Box::new(lease))) {
            // The caller's task is gone.
            self.returned(&lease.instance);
        }
    }

    pub(in crate::twin) fn returned(&mut self, instance: &Arc<Instance>) {
        let id = instance.id;
        self.crew.keep_waiting(Call::is_wanted);
        match self.crew.returned(id) {
            // What ended it will be told by its end.
            Some(Next::Takes(call)) => self.give(call, instance),
            Some(Next::Leaves) => {
                self.end(id, self.leaving);
                self.fill();
            }
            Some(Next::Stays) | None => {}
        }
    }

    pub(in crate::twin) fn forget_unwanted(&mut self) {
        self.crew.keep_waiting(Call::is_wanted);
    }
}
