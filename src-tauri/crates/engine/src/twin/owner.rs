//! The owner of a twin's state. As an app's owner it decides in steps that wait for nothing; starts, pauses and the ends
//! of processes come back as steps.

mod processes;
mod serve;
mod tell;

use std::{collections::HashMap, sync::Arc, time::Instant};

use coldframe_providers::{clock, domain::Problem};
use coldframe_store::{Entry, TwinEntry};

use self::serve::Call;
use super::{MOST_PROCESSES, TwinChange, TwinHandle, crew::Crew, outages::Outages};
use crate::{
    event::EngineEvent,
    instance::{Instance, Scratch},
    world::SharedWorld,
};

/// Calls that may wait for a process, as connections wait in a server's backlog (Node and Python's socketserver of today
/// ask the kernel for a few hundred).
const BACKLOG: usize = 512;
/// Where each takes one call at a time.
const MOST_WORKERS: u32 = 12;
/// So many starts in a row that come to nothing, and no more is tried until a save or a person.
const MOST_FAILED: u32 = 5;
/// So many processes in a row that ended well with their first call: it is not made to stay.
const ENDS_WITH_CALL: u32 = 3;

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
    /// Of all its processes, as long as it is on: they are on one machine.
    scratch: Option<Arc<Scratch>>,
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
            scratch: None,
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
        let usual = usual(calls_each);
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
        for id in self.crew.set(session.processes as usize, session.per_call) {
            self.end(id, "asked");
        }
        self.session = Some(session);
        let world = &self.world;
        self.scratch.get_or_insert_with(|| Scratch::new(&world.config.work_dir, world.ids.next()));
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
        self.crew.set(0, false);
        self.scratch = None;
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

    fn is_per_call(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.per_call)
    }

    fn calls_each(&self) -> u32 {
        self.handle.calls_each(&self.handle.app().spec())
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
}

/// How many processes there are unless a person says otherwise, where each takes so many calls at a time.
fn usual(calls_each: u32) -> u32 {
    if calls_each > 1 {
        return 1;
    }
    let cores = std::thread::available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok());
    workers(cores.unwrap_or(1))
}

/// Where a process takes one call at a time. Gunicorn's rule for its synchronous workers: two for each core and one more,
/// and no more than a dozen. <https://docs.gunicorn.org/en/stable/design.html#how-many-workers>
fn workers(cores: u32) -> u32 {
    cores.saturating_mul(2).saturating_add(1).min(MOST_WORKERS)
}

#[cfg(test)]
mod tests {
    use super::workers;

    #[test]
    fn where_a_process_takes_one_call_there_are_two_for_each_core_and_one_more() {
        assert_eq!([1, 2, 4, 5, 6, 64, u32::MAX].map(workers), [3, 5, 9, 11, 12, 12, 12]);
    }
}
