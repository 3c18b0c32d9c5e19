//! Giving calls their instances: an idle one, one that is about to be free, a new one, or the answer that there is
//! none.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::invocation::Throttle;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::sync::CancellationToken;

use super::Owner;
use crate::{
    app::{Lease, Revision, Taken, problem_of, reload},
    instance::{Cause, Instance, StartFailure, StartRequest},
};

/// A call waits so long for an instance that has answered and is about to be free, before it gets a new one.
const SOON_FREE: Duration = Duration::from_millis(25);
/// And so long for one of its app's before it looks whether this machine has room for another.
pub(super) const NO_ROOM: Duration = Duration::from_millis(250);

/// A call on its way to an instance.
#[derive(Debug)]
pub(crate) struct Call {
    pub(super) since: Instant,
    pub(super) cold: bool,
    pub(super) build: Duration,
    pub(super) account: OwnedSemaphorePermit,
    /// Says that nobody wants it any more, where that can be.
    pub(super) gone: Option<CancellationToken>,
    pub(super) reply: oneshot::Sender<Taken>,
}

pub(crate) enum Purpose {
    Call(Call),
    Warm,
    Check(oneshot::Sender<()>),
}

impl Call {
    fn is_unwanted(&self) -> bool {
        self.reply.is_closed() || self.gone.as_ref().is_some_and(CancellationToken::is_cancelled)
    }
}

/// A start that has ended.
pub(crate) struct Started {
    revision: Arc<Revision>,
    /// It ran from the person's own folder.
    from_disk: bool,
    purpose: Purpose,
    begun: Instant,
    result: Result<Arc<Instance>, StartFailure>,
}

impl Owner {
    pub(in crate::app) fn take(
        &mut self,
        cold: bool,
        gone: Option<CancellationToken>,
        reply: oneshot::Sender<Taken>,
    ) {
        if self.held.is_some() {
            let _ = reply.send(Taken::Throttled(Throttle::Paused));
            return;
        }
        self.called = true;
        let limit = self.settings.concurrency.filter(|_| self.rules().queue.is_none());
        if limit.is_some_and(|limit| self.pool.in_flight >= limit as usize) {
            let _ = reply.send(Taken::Throttled(Throttle::Function));
            return;
        }
        let Some(account) = self.world.guard.account() else {
            let _ = reply.send(Taken::Throttled(Throttle::Account));
            return;
        };
        self.pool.in_flight += 1;
        let cold = cold || self.settings.always_cold || std::mem::take(&mut self.next_cold);
        let call = Call { since: Instant::now(), cold, build: Duration::ZERO, account, gone, reply };
        if self.code.current.is_some() {
            self.place(call);
        } else {
            self.code.waiting.push(call);
            self.first_build();
        }
    }

    /// Gives a call an instance that has room for it, one that is about to have, or a new one.
    pub(super) fn place(&mut self, call: Call) {
        let Some(revision) = self.code.current.clone() else { return self.code.waiting.push(call) };
        if !call.cold {
            let most = self.settings.instance_concurrency;
            if let Some(instance) = self.pool.take(revision.id, most) {
                return self.lease(call, instance, None);
            }
            if most > 1 && self.pool.soon_open(most) {
                return self.pool.waiting.push_back((call, Instant::now() + self.settings.start_limit));
            }
            if most == 1 && self.pool.soon_free(revision.id) {
                return self.pool.waiting.push_back((call, Instant::now() + SOON_FREE));
            }
        }
        self.grow(revision, call);
    }

    /// Starts an instance for a call. While something was saved and the revision that serves lies nowhere else, what
    /// the save turns out to be comes first: an instance would come up on it before the swap.
    pub(super) fn grow(&mut self, revision: Arc<Revision>, call: Call) {
        if self.code.work.is_some() && self.code.kept.is_none() && !revision.detached {
            return self.code.waiting.push(call);
        }
        // A provider that queues has calls wait for one of the instances there may be, for a while.
        if let Some(patience) = self.rules().queue
            && self.settings.concurrency.is_some_and(|limit| self.pool.live() >= limit as usize)
        {
            let until = call.since + patience;
            if until > Instant::now() {
                return self.pool.waiting.push_back((call, until));
            }
            self.pool.in_flight -= 1;
            let _ = call.reply.send(Taken::Throttled(Throttle::Function));
            return;
        }
        if !call.cold && self.has_no_room() {
            return self.pool.waiting.push_back((call, Instant::now() + NO_ROOM));
        }
        self.start(revision, Purpose::Call(call));
    }

    /// This machine bears no further instance, and the app has some: one of those is free before there is room.
    pub(super) fn has_no_room(&self) -> bool {
        let own = self.pool.busy().count() + self.pool.starting;
        own > 0 && self.world.guard.is_full(own + self.pool.idle_count())
    }

    /// `begun`: when the start of an instance that was started for this call began.
    fn lease(&mut self, call: Call, instance: Arc<Instance>, begun: Option<Instant>) {
        let (phases, until) = match begun {
            Some(begun) => (Some(instance.phases), begun),
            None => match instance.ready.checked_duration_since(call.since) {
                // Others were first to ask for it; the call waited for the rest of its start.
                Some(waited) if self.settings.instance_concurrency > 1 => {
                    let phases = instance.phases.last(waited.saturating_sub(call.build));
                    (Some(phases), instance.ready - phases.sum())
                }
                _ => (None, Instant::now()),
            },
        };
        let queue = until.saturating_duration_since(call.since).saturating_sub(call.build);
        let queue = if queue < Duration::from_micros(50) { Duration::ZERO } else { queue };
        let lease = Lease::new(instance, phases, call.build, queue, Some(call.account));
        if let Err(Taken::Lease(lease)) = call.reply.send(Taken::Lease(Box::new(lease))) {
            // The caller's task is gone (shutdown): the instance is free again.
            return self.returned(lease.instance);
        }
        self.turned();
    }

    pub(super) fn start(&mut self, revision: Arc<Revision>, purpose: Purpose) {
        let cause = match &purpose {
            Purpose::Call(_) => Cause::Invocation,
            Purpose::Warm => Cause::KeptWarm,
            Purpose::Check(_) => Cause::Check,
        };
        let (mut request, disk) = self.start_request(&revision, cause);
        if let Purpose::Call(call) = &purpose {
            request.unwanted = call.gone.clone();
        }
        let from_disk = request.kept.is_none() && !revision.detached;
        self.pool.starting += 1;
        self.touched();
        let (world, handle) = (Arc::clone(&self.world), self.handle.clone());
        self.world.tasks.spawn(async move {
            let mut begun = Instant::now();
            let result = reload::bring_up(&world, request, disk, &mut begun).await;
            handle.tell(|owner| owner.started(Started { revision, from_disk, purpose, begun, result }));
        });
    }

    /// What an instance of the revision is started from, and checked against.
    pub(super) fn start_request(
        &self,
        revision: &Arc<Revision>,
        cause: Cause,
    ) -> (StartRequest, Option<reload::Disk>) {
        let kept = self.code.kept.clone().filter(|_| !self.in_step() && !revision.detached);
        let from_disk = kept.is_none() && !revision.detached;
        let mut request = StartRequest {
            app_id: self.handle.id(),
            function_id: self.handle.main_function(),
            revision: Arc::clone(revision),
            code: revision.code.clone(),
            kept: None,
            cause,
            cpu_milli: self.cpu_milli(),
            calls: revision.app.settings.instance_concurrency,
            scratch: None,
            unwanted: None,
        };
        if let Some(kept) = kept {
            request.use_copy(kept);
        }
        let disk = match (&self.code.sources, from_disk) {
            (Some(sources), true) => {
                Some(reload::Disk { sources: Arc::clone(sources), kept: self.code.kept.clone() })
            }
            _ => None,
        };
        (request, disk)
    }

    pub(in crate::app) fn started(&mut self, started: Started) {
        self.pool.starting -= 1;
        self.touched();
        match &started.result {
            Ok(instance) => {
                self.came_up(&Arc::clone(instance));
                self.put_to_use(started);
            }
            Err(_) if matches!(&started.purpose, Purpose::Call(call) if call.is_unwanted()) => {
                self.given_up();
            }
            Err(_) if started.from_disk && matches!(started.purpose, Purpose::Call(_)) => {
                // The files may just have been saved, broken: look before the call is failed for it.
                let (world, handle) = (Arc::clone(&self.world), self.handle.clone());
                self.world.tasks.spawn(async move {
                    world.settle.settled().await;
                    handle.tell(|owner| owner.retry(started));
                });
            }
            Err(_) => self.failed(started),
        }
    }

    /// A start ended because nobody waited for it any more.
    fn given_up(&mut self) {
        self.pool.in_flight -= 1;
        // Another call may have counted on a place in it.
        let most = self.settings.instance_concurrency as usize;
        if most > 1
            && self.pool.waiting.len() > self.pool.starting * (most - 1)
            && let Some(revision) = self.code.current.clone()
            && let Some((call, _)) = self.pool.waiting.pop_front()
        {
            self.grow(revision, call);
        }
    }

    /// Calls that nobody wants any more wait for nothing.
    pub(in crate::app) fn forget_unwanted(&mut self) {
        let before = self.pool.waiting.len() + self.code.waiting.len();
        self.pool.waiting.retain(|(call, _)| !call.is_unwanted());
        self.code.waiting.retain(|call| !call.is_unwanted());
        self.pool.in_flight -= before - self.pool.waiting.len() - self.code.waiting.len();
    }

    /// A start from disk failed, and every save before it is known now.
    pub(in crate::app) fn retry(&mut self, started: Started) {
        let moved_on = self.code.work.is_some()
            || self.code.disk != self.code.serving
            || self.code.current.as_ref().is_none_or(|current| current.id != started.revision.id);
        let Purpose::Call(mut call) = started.purpose else { return };
        if !moved_on {
            return self.failed(Started { purpose: Purpose::Call(call), ..started });
        }
        // What was tried counts as waiting: the phases of the start that served are measured anew.
        call.cold = false;
        if self.code.kept.is_some() || self.code.work.is_none() {
            if self.code.kept.is_none() {
                return self.failed(Started { purpose: Purpose::Call(call), ..started });
            }
            self.place(call);
        } else {
            self.code.waiting.push(call);
        }
    }

    pub(super) fn failed(&mut self, started: Started) {
        let Err(failure) = started.result else { return };
        self.problem = Some(problem_of(&failure, &self.world.project, false));
        match started.purpose {
            Purpose::Call(call) => self.fail(call, failure.clone(), started.begun),
            Purpose::Check(done) => drop(done.send(())),
            Purpose::Warm => {}
        }
        // What waited for it has the same answer, but for those that another start has room for.
        let most = self.settings.instance_concurrency as usize;
        while most > 1 && self.pool.waiting.len() > self.pool.starting * (most - 1) {
            let Some((call, _)) = self.pool.waiting.pop_front() else { break };
            let begun = started.begun.max(call.since);
            self.fail(call, failure.clone(), begun);
        }
        self.touched();
    }

    fn fail(&mut self, call: Call, failure: StartFailure, begun: Instant) {
        self.pool.in_flight -= 1;
        let queue = begun.saturating_duration_since(call.since).saturating_sub(call.build);
        let _ = call.reply.send(Taken::Failed { failure, build: call.build, queue });
    }

    pub(super) fn put_to_use(&mut self, started: Started) {
        let Ok(instance) = started.result else { return };
        match started.purpose {
            Purpose::Call(call) => {
                self.pool.occupy(&instance);
                self.lease(call, Arc::clone(&instance), Some(started.begun));
                if self.is_current(&instance) {
                    self.fill(&instance);
                }
            }
            Purpose::Check(done) => {
                self.make_idle(instance);
                let _ = done.send(());
            }
            Purpose::Warm => self.make_idle(instance),
        }
    }

    fn is_current(&self, instance: &Instance) -> bool {
        self.code.current.as_ref().is_some_and(|current| current.id == instance.revision.id)
    }

    /// Gives an instance as many of the calls that wait as it has room for.
    fn fill(&mut self, instance: &Arc<Instance>) {
        let most = self.settings.instance_concurrency;
        while self.pool.calls(instance) < most
            && let Some((call, _)) = self.pool.waiting.pop_front()
        {
            self.pool.occupy(instance);
            self.lease(call, Arc::clone(instance), None);
        }
    }

    /// An instance has a call less: it is there for calls that wait, for later, or to go.
    pub(super) fn make_idle(&mut self, instance: Arc<Instance>) {
        let current = self.is_current(&instance);
        let unwanted = (self.settings.always_cold && instance.cause == Cause::Invocation)
            || instance.cpu_milli != self.cpu_milli();
        self.pool.release(&instance);
        if instance.is_ended() {
            return;
        }
        if current && !unwanted {
            self.fill(&instance);
        }
        if self.pool.calls(&instance) > 0 {
            return;
        }
        if !current || unwanted {
            instance.end(if current { "asked" } else { "reload" });
        } else if self.held.is_some() {
            instance.end("asked");
        } else if self.world.guard.is_wanted() {
            // Another app's call waits for its place.
            instance.end("shed");
        } else {
            self.pool.add_idle(instance, Instant::now());
        }
    }

    pub(in crate::app) fn returned(&mut self, instance: Arc<Instance>) {
        self.pool.in_flight = self.pool.in_flight.saturating_sub(1);
        self.note_loaded(&instance);
        self.make_idle(instance);
        self.check_drained();
        self.keep_warm();
        self.turned();
    }
}
