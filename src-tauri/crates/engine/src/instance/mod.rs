//! One execution environment: a child process of one revision, its conversation, its scratch folder and its output.
//! Who gets it next is the pool's business; this module only starts it and says what it is.

mod failure;
mod logs;
mod mark;
mod scratch;
mod start;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use coldframe_providers::{
    conversation::Conversation, domain::App, imports::ReportedImports, invocation::ReportedUsage, registry,
};
use coldframe_store::{Entry, InstanceEnded};
use coldframe_supervisor::Child;
use tokio::sync::OwnedSemaphorePermit;

pub(crate) use self::{
    failure::{FailedInit, StartFailure, Why},
    logs::{Logs, Source, Tag, Written},
    scratch::Scratch,
    start::{StartRequest, micros, start},
};
use crate::{
    app::{KeptCopy, Revision},
    event::EngineEvent,
    world::SharedWorld,
};

/// Why an instance was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Invocation,
    Reload,
    KeptWarm,
    Check,
    /// A process of the app's resident twin.
    Resident,
    /// To measure a size, outside of every pool and of the record.
    Trial,
    /// To measure what its imports take, likewise.
    Imports,
}

impl Cause {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invocation => "invocation",
            Self::Reload => "reload",
            Self::KeptWarm => "kept_warm",
            Self::Check => "check",
            Self::Resident => "resident",
            Self::Trial => "trial",
            Self::Imports => "imports",
        }
    }

    /// Whether what becomes of the instance is written down.
    pub(crate) fn is_recorded(self) -> bool {
        !matches!(self, Self::Trial | Self::Imports)
    }
}

/// How long each part of a start took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StartPhases {
    /// Waiting for a place on this machine.
    pub(crate) queue: Duration,
    pub(crate) spawn: Duration,
    pub(crate) boot: Duration,
    pub(crate) init: Duration,
}

impl StartPhases {
    pub(crate) fn sum(&self) -> Duration {
        self.queue + self.spawn + self.boot + self.init
    }

    /// What of them falls into the last `waited` of the start.
    pub(crate) fn last(&self, waited: Duration) -> Self {
        let mut rest = waited;
        let mut take = |phase: Duration| {
            let taken = phase.min(rest);
            rest -= taken;
            taken
        };
        let (init, boot, spawn, queue) =
            (take(self.init), take(self.boot), take(self.spawn), take(self.queue));
        Self { queue, spawn, boot, init }
    }
}

/// Why an instance that is well is not needed any more.
const ASKED: [&str; 4] = ["idle", "asked", "shed", "reload"];

#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: i64,
    /// Shown to people: `i-15`.
    pub(crate) name: String,
    pub(crate) app: Arc<App>,
    pub(crate) app_id: i64,
    pub(crate) revision: Arc<Revision>,
    pub(crate) cause: Cause,
    /// Thousandths of a core it was to have; `None` for all there are.
    pub(crate) cpu_milli: Option<u32>,
    /// How many calls it has at a time.
    pub(crate) calls: u32,
    pub(crate) child: Child,
    pub(crate) conversation: Conversation,
    pub(crate) logs: Logs,
    pub(crate) started_us: i64,
    /// When its start had ended.
    pub(crate) ready: Instant,
    pub(crate) phases: StartPhases,
    /// Files under the project the process has loaded, where it says so.
    pub(crate) loaded: Mutex<Option<Vec<PathBuf>>>,
    /// Where it was started to measure them.
    pub(crate) imports: Option<ReportedImports>,
    pub(crate) served: AtomicU64,
    /// Its invocation has been answered, and it is about to ask for more: worth waiting for, if it takes one at a time.
    pub(crate) answered: AtomicBool,
    /// Totals at the end of the last invocation. A short section: copied in and out.
    pub(crate) usage: Mutex<ReportedUsage>,
    ended: AtomicBool,
    world: SharedWorld,
    _scratch: Arc<Scratch>,
    _place: Option<OwnedSemaphorePermit>,
    _kept: Option<Arc<KeptCopy>>,
}

impl Instance {
    pub(crate) fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// CPU time since the last call of this, by what the process reported or else by what was sampled.
    pub(crate) fn usage_since_last(
        &self,
        reported: Option<ReportedUsage>,
        sampled: ReportedUsage,
    ) -> ReportedUsage {
        let now = reported.unwrap_or(sampled);
        let mut last = self.usage.lock().expect("copied in and out, never poisoned");
        let since = ReportedUsage {
            cpu_user: now.cpu_user.saturating_sub(last.cpu_user),
            cpu_system: now.cpu_system.saturating_sub(last.cpu_system),
            // A process that died unseen had at least what it was last seen with.
            peak_memory_kb: if sampled.peak_memory_kb > 0 {
                sampled.peak_memory_kb
            } else {
                last.peak_memory_kb
            },
        };
        *last = ReportedUsage { peak_memory_kb: since.peak_memory_kb, ..now };
        since
    }

    /// Stops the process and records why. Safe to call twice; the first reason stands.
    pub(crate) fn end(&self, reason: &str) {
        if self.ended.swap(true, Ordering::AcqRel) {
            return;
        }
        let grace = registry::of(self.app.provider).rules.grace.filter(|_| ASKED.contains(&reason));
        match grace {
            Some(grace) => {
                self.child.terminate();
                let child = self.child.clone();
                self.world.tasks.spawn(async move {
                    let _ = tokio::time::timeout(grace, child.exited()).await;
                    child.kill();
                });
            }
            None => self.child.kill(),
        }
        if !self.cause.is_recorded() {
            return;
        }
        let entry = InstanceEnded {
            id: self.id,
            at: coldframe_providers::clock::now_us(),
            reason: reason.to_owned(),
        };
        self.world.recorder.note(Entry::InstanceEnded(entry));
        self.world.bus.send(EngineEvent::Touched(self.app_id));
    }

    /// Keeps what it has told that it reached.
    pub(crate) fn note_reached(&self) {
        self.world.seen.note(self.app_id, self.conversation.take_reached());
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.note_reached();
        self.end("shutdown");
    }
}

/// Kills a child that nobody has taken over yet when its start is given up.
struct Starting(Option<Child>);

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.kill();
        }
    }
}

/// What a process used so far, as the supervisor sees it.
pub(crate) fn sampled(child: &Child) -> ReportedUsage {
    let sample = child.sample();
    ReportedUsage { cpu_user: sample.cpu_user, cpu_system: sample.cpu_system, peak_memory_kb: sample.peak_kb }
}
