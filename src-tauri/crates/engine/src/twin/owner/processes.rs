//! The twin's processes: as many as there are to be, started anew after a pause when they end by themselves.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use coldframe_providers::{clock, domain::Problem};
use coldframe_supervisor::Exit;

use super::Owner;
use crate::{instance::Instance, twin::crew::Lost};

/// A process that ended by itself is started anew after this, and after twice as long each time (systemd's usual
/// `RestartSec` is 100 ms).
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Who lived so long is not taken for one that cannot live.
const WELL: Duration = Duration::from_secs(10);

impl Owner {
    pub(super) fn fill(&mut self) {
        if !self.is_on() || self.held || self.has_given_up() {
            return;
        }
        for _ in 0..self.crew.missing() {
            self.crew.begin_start();
            let (handle, epoch, scratch) = (self.handle.clone(), self.epoch, self.scratch.clone());
            self.world.tasks.spawn(async move {
                let started = handle.bring_up(scratch).await;
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
            Ok(instance) if self.crew.is_complete() => {
                instance.end("asked");
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
        let taken = self.crew.joined(id, instance.calls);
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
    pub(super) fn fall(&mut self, reason: &'static str) {
        self.out(reason);
        let why = self.nobody();
        for call in self.crew.fall() {
            self.refused += 1;
            call.turn_away(why.clone());
        }
    }

    pub(super) fn out(&mut self, reason: &'static str) {
        self.outages.begin(Instant::now(), clock::now_us(), reason);
    }

    pub(super) fn nobody(&self) -> String {
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

    /// Ends one as a crash would; `false` if it is none of them.
    pub(in crate::twin) fn kill(&self, id: i64) -> bool {
        let Some(instance) = self.instances.get(&id) else { return false };
        instance.child.kill();
        true
    }

    /// One that is no member any more.
    pub(super) fn end(&mut self, id: i64, reason: &str) {
        if let Some(instance) = self.instances.remove(&id) {
            instance.end(reason);
        }
    }
}
