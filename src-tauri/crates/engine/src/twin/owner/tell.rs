//! How the twin stands, for people.

use std::{sync::atomic::Ordering, time::Instant};

use super::{BACKLOG, Owner, usual};
use crate::{
    instance::Instance,
    twin::{TwinProcess, TwinState, TwinStatus},
};

impl Owner {
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

    pub(in crate::twin) fn status(&self) -> TwinStatus {
        let mut processes: Vec<TwinProcess> =
            self.instances.values().map(|instance| process(instance, self.crew.calls(instance.id))).collect();
        processes.sort_by_key(|process| process.id);
        let session = self.session.as_ref();
        let each = self.calls_each();
        let wanted = session.map_or_else(|| usual(each), |session| session.processes);
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
        return format!("{processes}, with up to {each} calls at a time each, as a server has");
    }
    let workers = processes("one worker", "workers");
    format!("a process takes one call at a time: {workers}, as a pre-forking server has")
}
