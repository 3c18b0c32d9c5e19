//! The owner of a twin's state. As an app's owner it decides in steps that wait for nothing; starts, pauses and the ends
//! of processes come back as steps.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use coldframe_providers::{clock, domain::Problem, invocation::Throttle};
use coldframe_store::{Entry, TwinEntry};
use coldframe_supervisor::Exit;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{
    MOST_PROCESSES, TwinChange, TwinHandle, TwinProcess, TwinState, TwinStatus,
    crew::{Away, Crew, Lost, Next, Placed},
    outages::Outages,
};
use crate::{
    app::{Lease, Taken},
    event::EngineEvent,
    instance::Instance,
    world::SharedWorld,
};

/// Calls that may wait for a process, as connections wait in a server's backlog (Node and Python's socketserver of today
/// ask the kernel for a few hundred).
const BACKLOG: usize = 512;
/// A process that ended by itself is started anew after this, and after twice as long each time (systemd's usual
/// `RestartSec` is 100 ms).
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Who lived so long is not taken for one that cannot live.
const WELL: Duration = Duration::from_secs(10);
/// So many starts in a row that come to nothing, and no more is tried until a save or a person.
const MOST_FAILED: u32 = 5;
/// So many processes in a row that ended well with their first call: it is not made to stay.
const ENDS_WITH_CALL: u32 = 3;

/// A call on its way to a process.
#[derive(Debug)]
pub(super) struct Call {
    since: Instant,
    gone: Option<CancellationToken>,
    reply: oneshot::Sender<Taken>,
}

impl Call {
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed() && !self.gone.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    fn turn_away(self, why: String) {
        let _ = self.reply.send(Taken::TurnedAway(why));
    }
}

/// From one switching on to the next switching off.
#[derive(Debug, Clone)]
struct Session {
    id: i64,
    since: i64,
    until: Option<i64>,
    processes: u32,
    per_call: bool,
    machine: Option<String>,
}

pub(super) struct Owner {
    world: SharedWorld,
    handle: TwinHandle,
    crew: Crew<Call>,
    instances: HashMap<i64, Arc<Instance>>,
    session: Option<Session>,
    /// What was begun before it was switched off and on again is of no consequence.
    epoch: u64,
    /// While everything is paused.
    held: bool,
    /// The revision that serves.
    revision: Option<i64>,
    /// Why those that leave do.
    leaving: &'static str,
    /// In a row: ends that nobody asked for, starts that failed, and ends with the first call.
    crashes: u32,
    failed_starts: u32,
    ended_with_call: u32,
    problem: Option<Problem>,
    refused: u64,
    restarts: u32,
    outages: Outages,
}

impl Owner {
    pub(super) fn new(world: SharedWorld, handle: TwinHandle) -> Self {
        let held = world.is_paused();
        Self {
            world,
            handle,
            crew: Crew::new(BACKLOG),
            instances: HashMap::new(),
            session: None,
            epoch: 0,
            held,
            revision: None,
            leaving: "asked",
            crashes: 0,
            failed_starts: 0,
            ended_with_call: 0,
            problem: None,
            refused: 0,
            restarts: 0,
            outages: Outages::default(),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.until.is_none())
    }

    /// Switches it on, or changes the one that is.
    pub(super) fn start(&mut self, change: TwinChange) {
        self.leaving = "asked";
        let calls_each = self.calls_each();
        let usual = if calls_each > 1 { 1 } else { cores() };
        let before = self.session.take().filter(|session| session.until.is_none());
        if before.is_none() {
            (self.refused, self.restarts, self.outages) = (0, 0, Outages::default());
            self.handle.forget_mirrored();
        }
        let kept = before.clone();
        let (processes, per_call, machine) =
            kept.map_or((usual, false, None), |kept| (kept.processes, kept.per_call, kept.machine));
        let session = Session {
            id: before.as_ref().map_or_else(|| self.world.ids.next(), |session| session.id),
            since: before.map_or_else(clock::now_us, |session| session.since),
            until: None,
            processes: change.processes.unwrap_or(processes).clamp(1, MOST_PROCESSES),
            per_call: change.per_call.unwrap_or(per_call),
            machine: change.machine.or(machine),
        };
        self.record(&session);
        for id in self.crew.set(session.processes as usize, calls_each, session.per_call) {
            self.end(id, "asked");
        }
        self.session = Some(session);
        self.try_anew();
        self.touched();
    }

    /// Switches it off: what is under way is finished.
    pub(super) fn stop(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        if session.until.is_none() {
            session.until = Some(clock::now_us());
            self.record(&session);
        }
        self.session = Some(session);
        self.clear("asked");
        self.crew.set(0, 1, false);
        self.outages.end(Instant::now());
        self.handle.set_mirrors(false);
        self.touched();
    }

    /// Every process ends, also those that are busy: the app is gone, or the host goes.
    pub(super) fn close(&mut self) {
        self.stop();
        for instance in self.instances.values() {
            instance.end("shutdown");
        }
        self.instances.clear();
    }

    pub(super) fn pause(&mut self) {
        self.held = true;
        self.clear("asked");
    }

    pub(super) fn resume(&mut self) {
        self.held = false;
        self.fill();
    }

    /// Nobody stays; what waits is turned away, and what was being started is not used.
    fn clear(&mut self, reason: &'static str) {
        self.epoch += 1;
        self.crew.forget_starts();
        self.leaving = reason;
        for id in self.crew.dismiss_all() {
            self.end(id, reason);
        }
        for call in self.crew.fall() {
            call.turn_away("the resident twin was stopped".into());
        }
        self.crew.rise();
    }

    /// Another revision serves: a plain restart, which finishes its calls first and has the others wait, as the deploy of
    /// one server does.
    pub(super) fn renewed(&mut self, revision: i64) {
        if self.revision.replace(revision) == Some(revision) || !self.is_on() {
            return;
        }
        if self.crew.staying().next().is_some() {
            self.out("reload");
        }
        self.leaving = "reload";
        for id in self.crew.dismiss_all() {
            self.end(id, "reload");
        }
        self.try_anew();
        self.touched();
    }

    /// Whatever went wrong before is given another chance.
    fn try_anew(&mut self) {
        (self.crashes, self.failed_starts, self.ended_with_call) = (0, 0, 0);
        if self.problem.take().is_some() || self.crew.is_down() {
            self.epoch += 1;
            self.crew.forget_starts();
            self.crew.rise();
        }
        self.fill();
    }

    fn has_given_up(&self) -> bool {
        self.failed_starts >= MOST_FAILED || self.not_resident()
    }

    fn not_resident(&self) -> bool {
        self.ended_with_call >= ENDS_WITH_CALL
    }

    fn fill(&mut self) {
        if !self.is_on() || self.held || self.has_given_up() {
            return;
        }
        for _ in 0..self.crew.missing() {
            self.crew.begin_start();
            let (handle, epoch) = (self.handle.clone(), self.epoch);
            self.world.tasks.spawn(async move {
                let started = handle.bring_up().await;
                handle.tell(|owner| owner.started(epoch, started));
            });
        }
    }

    fn started(&mut self, epoch: u64, started: Result<Arc<Instance>, Problem>) {
        if epoch != self.epoch || !self.is_on() {
            if let Ok(instance) = started {
                instance.end("asked");
            }
            return;
        }
        match started {
            Ok(instance) if self.revision.is_some_and(|revision| revision != instance.revision.id) => {
                // It came up on what another save has replaced meanwhile.
                instance.end("reload");
                self.crew.not_joined(false);
            }
            Ok(instance) => {
                self.revision = Some(instance.revision.id);
                self.failed_starts = 0;
                self.problem = None;
                self.join(&instance);
            }
            Err(problem) => {
                self.failed_starts += 1;
                self.problem = Some(problem);
                self.crew.not_joined(true);
                if self.crew.is_empty() {
                    self.fall("init_error");
                }
                self.rest(self.failed_starts);
            }
        }
        self.fill();
        self.touched();
    }

    fn join(&mut self, instance: &Arc<Instance>) {
        let id = instance.id;
        self.leaving = "asked";
        self.outages.end(Instant::now());
        let taken = self.crew.joined(id);
        self.instances.insert(id, Arc::clone(instance));
        for call in taken {
            self.give(call, instance);
        }
        // It may end while nobody speaks with it.
        let (handle, child) = (self.handle.clone(), instance.child.clone());
        self.world.tasks.spawn(async move {
            let exit = child.exited().await;
            handle.tell(|owner| owner.exited(id, exit));
        });
    }

    /// A process ended that was not asked to, or not by this owner.
    fn exited(&mut self, id: i64, exit: Exit) {
        let Some(instance) = self.instances.remove(&id) else { return };
        let reason = match exit {
            Exit::OutOfMemory { .. } => "out_of_memory",
            Exit::Code(_) | Exit::Signal(_) => "crash",
        };
        instance.end(reason);
        let served = instance.served.load(Ordering::Relaxed);
        if self.is_per_call() && exit == Exit::Code(0) && (served > 0 || self.crew.calls(id) > 0) {
            // As it is to be.
            self.crew.left(id);
            return self.fill();
        }
        if self.crew.lost(id) != Some(Lost::Staying) {
            return self.fill();
        }
        self.restarts += 1;
        let with_call = exit == Exit::Code(0) && served <= 1;
        self.ended_with_call = if with_call { self.ended_with_call + 1 } else { 0 };
        if self.not_resident() {
            self.problem = Some(
                Problem::error("its process ends with its call: it does not run resident")
                    .hint("have a process of its own started for each call"),
            );
        }
        self.crashes = if instance.ready.elapsed() >= WELL { 1 } else { self.crashes + 1 };
        if self.crew.staying().next().is_none() {
            self.fall(reason);
        }
        self.rest(self.crashes);
        self.touched();
    }

    /// Nobody is there: callers meet a port where nobody listens.
    fn fall(&mut self, reason: &'static str) {
        self.out(reason);
        let why = self.nobody();
        for call in self.crew.fall() {
            self.refused += 1;
            call.turn_away(why.clone());
        }
    }

    fn out(&mut self, reason: &'static str) {
        self.outages.begin(Instant::now(), clock::now_us(), reason);
    }

    fn nobody(&self) -> String {
        match &self.problem {
            Some(problem) => format!("no process of the resident twin is there: {}", problem.message),
            None => "no process of the resident twin is there: the connection was refused".into(),
        }
    }

    /// Tries again after a pause.
    fn rest(&mut self, times: u32) {
        let (handle, epoch) = (self.handle.clone(), self.epoch);
        let pause = FIRST_PAUSE.saturating_mul(1 << times.saturating_sub(1).min(16)).min(LONGEST_PAUSE);
        self.world.tasks.spawn(async move {
            tokio::time::sleep(pause).await;
            handle.tell(|owner| {
                if owner.epoch == epoch {
                    owner.crew.rested();
                    owner.fill();
                }
            });
        });
    }

    pub(super) fn take(&mut self, gone: Option<CancellationToken>, reply: oneshot::Sender<Taken>) {
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

    fn give(&mut self, call: Call, instance: &Arc<Instance>) {
        let queue = call.since.elapsed();
        let queue = if queue < Duration::from_micros(50) { Duration::ZERO } else { queue };
        let lease = Lease::new(Arc::clone(instance), None, Duration::ZERO, queue, None);
        if let Err(Taken::Lease(lease)) = call.reply.send(Taken::Lease(Box::new(lease))) {
            // The caller's task is gone.
            self.returned(&lease.instance);
        }
    }

    pub(super) fn returned(&mut self, instance: &Arc<Instance>) {
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

    pub(super) fn forget_unwanted(&mut self) {
        self.crew.keep_waiting(Call::is_wanted);
    }

    /// Ends one as a crash would; `false` if it is none of them.
    pub(super) fn kill(&self, id: i64) -> bool {
        let Some(instance) = self.instances.get(&id) else { return false };
        instance.child.kill();
        true
    }

    /// One that is no member any more.
    fn end(&mut self, id: i64, reason: &str) {
        if let Some(instance) = self.instances.remove(&id) {
            instance.end(reason);
        }
    }

    fn is_per_call(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.per_call)
    }

    fn calls_each(&self) -> u32 {
        self.handle.app().spec().settings.instance_concurrency.max(1)
    }

    fn record(&self, session: &Session) {
        let entry = TwinEntry {
            id: session.id,
            app_id: self.handle.app().id(),
            resident_id: self.handle.id(),
            since: session.since,
            until: session.until,
            processes: session.processes,
            machine: session.machine.clone(),
        };
        self.world.recorder.note(Entry::Twin(entry));
    }

    fn touched(&self) {
        self.handle.told(self.is_on());
        self.world.bus.send(EngineEvent::Touched(self.handle.app().id()));
    }

    fn state(&self) -> TwinState {
        if !self.is_on() {
            TwinState::Off
        } else if self.crew.staying().next().is_some() {
            TwinState::Running
        } else if self.has_given_up() {
            TwinState::Broken
        } else if self.crew.is_leaving() {
            TwinState::Reloading
        } else if self.crew.is_down() {
            TwinState::Down
        } else {
            TwinState::Starting
        }
    }

    pub(super) fn status(&self) -> TwinStatus {
        let mut processes: Vec<TwinProcess> =
            self.instances.values().map(|instance| process(instance, self.crew.calls(instance.id))).collect();
        processes.sort_by_key(|process| process.id);
        let session = self.session.as_ref();
        let each = self.calls_each();
        let wanted = session.map_or_else(|| if each > 1 { 1 } else { cores() }, |session| session.processes);
        let per_call = self.is_per_call();
        TwinStatus {
            state: self.state(),
            since: session.map(|session| session.since),
            until: session.and_then(|session| session.until),
            processes,
            wanted,
            calls_each: if per_call { 1 } else { each },
            per_call,
            machine: session.and_then(|session| session.machine.clone()),
            why: if self.held { "everything is paused".into() } else { why(wanted, each, per_call) },
            problem: self.problem.clone(),
            not_resident: self.not_resident(),
            waiting: u32::try_from(self.crew.waiting()).unwrap_or(u32::MAX),
            backlog: u32::try_from(BACKLOG).unwrap_or(u32::MAX),
            refused: self.refused,
            restarts: self.restarts,
            outages: self.outages.told(),
            down: self.outages.total(Instant::now()),
            mirrors: self.handle.mirrors(),
            mirrored: self.handle.mirrored(),
        }
    }
}

fn process(instance: &Instance, in_flight: u32) -> TwinProcess {
    TwinProcess {
        id: instance.id,
        name: instance.name.clone(),
        pid: instance.pid(),
        revision: instance.revision.hash.clone(),
        started_at: instance.started_us,
        calls: instance.served.load(Ordering::Relaxed),
        in_flight,
    }
}

/// Why so many processes, in words.
fn why(wanted: u32, each: u32, per_call: bool) -> String {
    let processes =
        |one: &str, more: &str| if wanted == 1 { one.to_owned() } else { format!("{wanted} {more}") };
    if per_call {
        let ready = processes("one is", "are");
        return format!(
            "each call has a process of its own, which ends with it: {ready} ready before it comes"
        );
    }
    if each > 1 {
        let processes = processes("one process", "processes");
        return format!(
            "{processes}, with up to {each} calls at a time each, as the contract lets an instance have"
        );
    }
    let workers = processes("one worker", "workers");
    let cores = if wanted == cores() && wanted > 1 { ", one for each core" } else { "" };
    format!("its contract gives a process one call at a time: {workers}{cores}, as a pre-forking server has")
}

/// Of this machine.
fn cores() -> u32 {
    let cores = std::thread::available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok());
    cores.unwrap_or(1).clamp(1, MOST_PROCESSES)
}
