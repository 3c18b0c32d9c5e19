//! The owner of one app's state. Verbs come in, decisions are made here and nowhere else; whatever takes time runs
//! in tasks that report back with a verb.

use std::{
    collections::{BTreeSet, HashSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    domain::{App, Problem, Settings},
    invocation::Throttle,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{
    AppHandle, AppStatus, InstanceState, InstanceStatus, Lease, PoolChange, Revision, Taken, Verb,
    pool::{Pool, Waiter},
    problem_of, reload,
    sources::{KeptCopy, Sources, is_code},
};
use crate::{
    event::EngineEvent,
    instance::{Cause, Instance, StartFailure, StartRequest},
    world::SharedWorld,
};

mod revise;

/// A call waits so long for an instance that has answered and is about to be free, before it gets a new one.
const SOON_FREE: Duration = Duration::from_millis(25);

pub(crate) struct Actor {
    world: SharedWorld,
    handle: AppHandle,
    spec: Arc<App>,
    settings: Settings,
    pool: Pool,
    code: Code,
    /// Nothing of an app runs before it is called, or a person asks.
    called: bool,
    next_cold: bool,
    problem: Option<Problem>,
}

/// The app's revisions and what is on disk.
#[derive(Default)]
struct Code {
    current: Option<Arc<Revision>>,
    /// An instance of the current revision has come up at least once.
    proven: bool,
    sources: Option<Arc<Sources>>,
    /// Of the files as last read, and of those that `current` was made from. Equal: the disk is what serves.
    disk: Option<blake3::Hash>,
    serving: Option<blake3::Hash>,
    /// A copy of the current revision's files.
    kept: Option<Arc<KeptCopy>>,
    /// What the process reported as loaded.
    loaded: Option<HashSet<PathBuf>>,
    work: Option<reload::Work>,
    works: u64,
    /// Calls that wait for a first build, or for what a save turns out to be.
    waiting: Vec<Call>,
    checks: Vec<oneshot::Sender<()>>,
    /// A swap whose old instances still finish their calls.
    draining: Option<revise::Draining>,
}

/// A call on its way to an instance.
pub(crate) struct Call {
    received: Instant,
    since: Instant,
    cold: bool,
    build: Duration,
    account: OwnedSemaphorePermit,
    reply: oneshot::Sender<Taken>,
}

pub(crate) enum Purpose {
    Call(Call),
    Warm,
    Check(oneshot::Sender<()>),
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

impl Actor {
    pub(crate) fn new(world: SharedWorld, handle: AppHandle) -> Self {
        let spec = handle.spec();
        let settings = spec.settings.clone();
        Self {
            world,
            handle,
            spec,
            settings,
            pool: Pool::default(),
            code: Code::default(),
            called: false,
            next_cold: false,
            problem: None,
        }
    }

    pub(crate) async fn run(mut self, mut verbs: mpsc::UnboundedReceiver<Verb>) {
        loop {
            let wake = self.next_wake();
            let verb = tokio::select! {
                biased;
                verb = verbs.recv() => verb,
                () = sleep_until(wake) => {
                    self.tick();
                    continue;
                }
            };
            match verb {
                Some(Verb::Stop(done)) => {
                    self.stop();
                    let _ = done.send(());
                    return;
                }
                Some(verb) => self.handle(verb),
                None => return self.stop(),
            }
        }
    }

    fn handle(&mut self, verb: Verb) {
        match verb {
            Verb::Take { cold, received, reply } => self.take(cold, received, reply),
            Verb::Return(instance) => self.returned(instance),
            Verb::Started(started) => self.started(*started),
            Verb::Retry(started) => self.retry(*started),
            Verb::Prepared(prepared) => self.prepared(*prepared),
            Verb::KeptCopy { revision, copy } => self.kept_copy(revision, copy),
            Verb::Changed { files, detected } => self.changed(files, detected),
            Verb::Updated(app, detected) => self.updated(app, detected),
            Verb::Configure(change) => self.configure(&change),
            Verb::Sleep => self.sleep(),
            Verb::Check(done) => self.check(done),
            Verb::Shed => self.shed(),
            Verb::Status(reply) => drop(reply.send(self.status())),
            Verb::Stop(_) => {}
        }
    }

    fn take(&mut self, cold: bool, received: Instant, reply: oneshot::Sender<Taken>) {
        self.called = true;
        if self.settings.concurrency.is_some_and(|limit| self.pool.in_flight >= limit as usize) {
            let _ = reply.send(Taken::Throttled(Throttle::Function));
            return;
        }
        let Some(account) = self.world.guard.account() else {
            let _ = reply.send(Taken::Throttled(Throttle::Account));
            return;
        };
        self.pool.in_flight += 1;
        let cold = cold || self.settings.always_cold || std::mem::take(&mut self.next_cold);
        let call = Call { received, since: Instant::now(), cold, build: Duration::ZERO, account, reply };
        if self.code.current.is_some() {
            self.place(call);
        } else {
            self.code.waiting.push(call);
            self.first_build();
        }
    }

    /// Gives a call the most recently used idle instance, one that is about to be free, or a new one.
    fn place(&mut self, call: Call) {
        let Some(revision) = self.code.current.clone() else { return self.code.waiting.push(call) };
        if !call.cold {
            if let Some(instance) = self.pool.take_idle() {
                return self.lease(call, instance, false);
            }
            if self.pool.soon_free(revision.id) {
                let waiter = Waiter {
                    received: call.received,
                    build: call.build,
                    until: Instant::now() + SOON_FREE,
                    account: call.account,
                    reply: call.reply,
                };
                return self.pool.waiting.push_back(waiter);
            }
        }
        self.start(revision, Purpose::Call(call));
    }

    fn lease(&mut self, call: Call, instance: Arc<Instance>, cold: bool) {
        let phases = cold.then_some(instance.phases);
        let queue = if cold { Duration::ZERO } else { call.since.elapsed().saturating_sub(call.build) };
        let queue = if queue < Duration::from_micros(50) { Duration::ZERO } else { queue };
        let lease = Lease::new(instance, phases, call.build, queue, call.account);
        if let Err(Taken::Lease(lease)) = call.reply.send(Taken::Lease(Box::new(lease))) {
            // The caller's task is gone (shutdown): the instance is free again.
            self.returned(lease.instance);
        }
    }

    fn start(&mut self, revision: Arc<Revision>, purpose: Purpose) {
        let in_step = self.code.work.is_none() && self.code.disk == self.code.serving;
        let kept = self.code.kept.clone().filter(|_| !in_step && !revision.detached);
        let from_disk = kept.is_none() && !revision.detached;
        let cause = match &purpose {
            Purpose::Call(_) => Cause::Invocation,
            Purpose::Warm => Cause::KeptWarm,
            Purpose::Check(_) => Cause::Check,
        };
        let mut request = StartRequest {
            app_id: self.handle.id(),
            function_id: self.handle.main_function(),
            revision: Arc::clone(&revision),
            code: revision.code.clone(),
            kept: None,
            cause,
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
        self.pool.starting += 1;
        self.touched();
        let (world, handle) = (Arc::clone(&self.world), self.handle.clone());
        self.world.tasks.spawn(async move {
            let begun = Instant::now();
            let result = reload::bring_up(&world, request, disk).await;
            handle.send(Verb::Started(Box::new(Started { revision, from_disk, purpose, begun, result })));
        });
    }

    fn started(&mut self, started: Started) {
        self.pool.starting -= 1;
        self.touched();
        match &started.result {
            Ok(instance) => {
                self.came_up(&Arc::clone(instance));
                self.put_to_use(started);
            }
            Err(_) if started.from_disk && matches!(started.purpose, Purpose::Call(_)) => {
                // The files may just have been saved, broken: look before the call is failed for it.
                let (world, handle) = (Arc::clone(&self.world), self.handle.clone());
                self.world.tasks.spawn(async move {
                    world.settle.settled().await;
                    handle.send(Verb::Retry(Box::new(started)));
                });
            }
            Err(_) => self.failed(started),
        }
    }

    /// A start from disk failed, and every save before it is known now.
    fn retry(&mut self, started: Started) {
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

    fn failed(&mut self, started: Started) {
        let Err(failure) = started.result else { return };
        self.problem = Some(problem_of(&failure, &self.world.project));
        match started.purpose {
            Purpose::Call(call) => {
                self.pool.in_flight -= 1;
                let queue = started.begun.saturating_duration_since(call.since).saturating_sub(call.build);
                let _ = call.reply.send(Taken::Failed { failure, build: call.build, queue });
            }
            Purpose::Check(done) => drop(done.send(())),
            Purpose::Warm => {}
        }
        self.touched();
    }

    fn put_to_use(&mut self, started: Started) {
        let Ok(instance) = started.result else { return };
        match started.purpose {
            Purpose::Call(call) => {
                self.pool.add_busy(&instance);
                self.lease(call, instance, true);
            }
            Purpose::Check(done) => {
                self.make_idle(instance);
                let _ = done.send(());
            }
            Purpose::Warm => self.make_idle(instance),
        }
    }

    /// An instance is free: for a call that waits, for later, or to go.
    fn make_idle(&mut self, instance: Arc<Instance>) {
        let current = self.code.current.as_ref().is_some_and(|current| current.id == instance.revision.id);
        if instance.is_ended() {
            self.pool.remove_busy(&instance);
        } else if !current || (self.settings.always_cold && instance.cause == Cause::Invocation) {
            self.pool.remove_busy(&instance);
            instance.end(if current { "asked" } else { "reload" });
        } else if let Some(waiter) = self.pool.waiting.pop_front() {
            self.pool.add_busy(&instance);
            let call = Call {
                received: waiter.received,
                since: waiter.until - SOON_FREE,
                cold: false,
                build: waiter.build,
                account: waiter.account,
                reply: waiter.reply,
            };
            self.lease(call, instance, false);
        } else {
            self.pool.add_idle(instance, Instant::now());
        }
    }

    fn returned(&mut self, instance: Arc<Instance>) {
        self.pool.in_flight = self.pool.in_flight.saturating_sub(1);
        self.note_loaded(&instance);
        self.make_idle(instance);
        self.check_drained();
        self.keep_warm();
    }

    fn next_wake(&self) -> Option<Instant> {
        let expiry = self.pool.next_expiry(self.settings.idle, self.settings.kept_warm as usize);
        [expiry, self.pool.next_waiter_deadline()].into_iter().flatten().min()
    }

    /// Stops what has been idle too long; starts instances for calls that waited too long.
    fn tick(&mut self) {
        let now = Instant::now();
        while self.pool.waiting.front().is_some_and(|waiter| waiter.until <= now) {
            let (Some(waiter), Some(revision)) = (self.pool.waiting.pop_front(), self.code.current.clone())
            else {
                break;
            };
            let call = Call {
                received: waiter.received,
                since: waiter.until - SOON_FREE,
                cold: true,
                build: waiter.build,
                account: waiter.account,
                reply: waiter.reply,
            };
            self.start(revision, Purpose::Call(call));
        }
        let mut spare = self.pool.idle_count().saturating_sub(self.settings.kept_warm as usize);
        let limit = self.settings.idle;
        let expired = self.pool.remove_idle(|_, since| {
            let goes = spare > 0 && since + limit <= now;
            spare -= usize::from(goes);
            goes
        });
        for instance in expired {
            instance.end("idle");
        }
    }

    fn keep_warm(&mut self) {
        let Some(revision) = self.code.current.clone() else { return };
        if !self.called || self.problem.is_some() {
            return;
        }
        let live = self.pool.idle_count() + self.pool.busy().count() + self.pool.starting;
        for _ in live..self.settings.kept_warm as usize {
            self.start(Arc::clone(&revision), Purpose::Warm);
        }
    }

    fn configure(&mut self, change: &PoolChange) {
        let settings = &mut self.settings;
        settings.idle = change.idle.unwrap_or(settings.idle);
        settings.kept_warm = change.kept_warm.unwrap_or(settings.kept_warm);
        settings.always_cold = change.always_cold.unwrap_or(settings.always_cold);
        settings.concurrency = change.concurrency.or(settings.concurrency);
        self.next_cold = change.next_cold.unwrap_or(self.next_cold);
        if self.settings.kept_warm > 0 && change.kept_warm.is_some() {
            self.called = true;
            if self.code.current.is_none() {
                self.first_build();
            }
            self.keep_warm();
        }
        self.tick();
        self.touched();
    }

    fn sleep(&mut self) {
        for instance in self.pool.remove_idle(|_, _| true) {
            instance.end("asked");
        }
        self.touched();
    }

    /// Lets the longest idle instance go.
    fn shed(&mut self) {
        let mut one = true;
        for instance in self.pool.remove_idle(|_, _| std::mem::take(&mut one)) {
            instance.end("shed");
        }
    }

    fn check(&mut self, done: oneshot::Sender<()>) {
        self.called = true;
        match self.code.current.clone() {
            Some(revision) => self.start(revision, Purpose::Check(done)),
            None => {
                self.code.checks.push(done);
                self.first_build();
            }
        }
    }

    fn stop(&mut self) {
        if let Some(work) = self.code.work.take() {
            work.abort.abort();
        }
        for instance in self.pool.remove_idle(|_, _| true) {
            instance.end("shutdown");
        }
        for instance in self.pool.busy() {
            instance.end("shutdown");
        }
    }

    fn touched(&self) {
        self.world.bus.send(EngineEvent::Touched(self.handle.id()));
    }

    fn status(&self) -> AppStatus {
        let now = Instant::now();
        let current = self.code.current.as_ref().map_or(0, |revision| revision.id);
        let kept = self.pool.idle_count() <= self.settings.kept_warm as usize;
        let idle = self.pool.idle().map(|(instance, since)| {
            let ends_in = (!kept).then(|| (*since + self.settings.idle).saturating_duration_since(now));
            instance_status(instance, InstanceState::Idle { ends_in })
        });
        let busy = self.pool.busy().map(|instance| {
            let retiring = instance.revision.id != current;
            instance_status(instance, if retiring { InstanceState::Retiring } else { InstanceState::Busy })
        });
        let functions = self.spec.functions.iter();
        AppStatus {
            id: self.handle.id(),
            app: Arc::clone(&self.spec),
            functions: functions.map(|f| (self.handle.function_id(&f.name), f.name.clone())).collect(),
            revision: self.code.current.as_ref().map(|revision| revision.hash.clone()).unwrap_or_default(),
            problem: self.problem.clone().or_else(|| self.spec.problems.first().cloned()),
            serving: self.code.proven,
            starting: self.pool.starting,
            instances: busy.chain(idle).collect(),
            idle: self.settings.idle,
            kept_warm: self.settings.kept_warm,
            always_cold: self.settings.always_cold,
            next_cold: self.next_cold,
            concurrency: self.settings.concurrency,
            in_flight: self.pool.in_flight,
            working: self.code.work.is_some(),
        }
    }
}

fn instance_status(instance: &Instance, state: InstanceState) -> InstanceStatus {
    InstanceStatus {
        id: instance.id,
        name: instance.name.clone(),
        pid: instance.pid(),
        revision: instance.revision.hash.clone(),
        state,
        started_at: instance.started_us,
        invocations: instance.served.load(std::sync::atomic::Ordering::Relaxed),
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}

type Files = BTreeSet<PathBuf>;

/// Whether a change to a file is a change to the app.
fn concerns(code: &Code, app: &App, path: &std::path::Path, broken: bool) -> bool {
    if code.loaded.as_ref().is_some_and(|loaded| loaded.contains(path)) {
        return true;
    }
    if code.sources.as_ref().is_some_and(|sources| !path.starts_with(&app.root) && sources.contains(path)) {
        return true;
    }
    if !path.starts_with(&app.root) {
        return false;
    }
    // Of code files only the loaded ones count, where that is known; while something is broken, any may mend it.
    broken || code.loaded.is_none() || !is_code(path, app.language)
}
