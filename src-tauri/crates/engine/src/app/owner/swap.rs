//! The end of a reload: the new revision takes over, or does not; the old one is gone; and what is told of it.

use std::{sync::Arc, time::Instant};

use coldframe_providers::{clock, domain::Problem};
use coldframe_store::{Entry, Phases, ReloadEntry, ReloadError};

use super::Owner;
use crate::{
    app::{KeptCopy, Revision, reload::Work},
    event::EngineEvent,
    instance::{Instance, micros},
};

/// A finished swap whose old instances are still busy.
pub(super) struct Draining {
    entry: ReloadEntry,
    /// The short hash of what it made.
    revision: String,
    detected: Instant,
}

impl Owner {
    pub(super) fn adopt(&mut self, revision: &Arc<Revision>, fingerprint: blake3::Hash) {
        let kept = self.code.kept.take();
        self.code.before = self.code.current.replace(Arc::clone(revision)).map(|before| (before, kept));
        self.code.serving = Some(fingerprint);
        self.code.proven = false;
        // What was built in; what the process loads besides, it says itself.
        self.code.loaded = revision.files.as_ref().map(|files| files.iter().cloned().collect());
        self.handle.set_serving(&revision.hash);
        self.renew_twin(revision.id);
    }

    /// Later, in a step of its own: none is taken within another owner's.
    fn renew_twin(&self, revision: i64) {
        if let Some(twin) = self.handle.known_twin() {
            self.world.tasks.spawn(async move { twin.renewed(revision) });
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the points of a reload's timeline")]
    pub(super) fn swap(
        &mut self,
        work: &Work,
        revision: &Arc<Revision>,
        fingerprint: blake3::Hash,
        instance: Arc<Instance>,
        kept: Option<Arc<KeptCopy>>,
        built: Instant,
        ready: Instant,
    ) {
        self.adopt(revision, fingerprint);
        self.code.kept = kept;
        self.came_up(&instance);
        self.clear_problem();
        for old in self.pool.remove_idle(|old, _| old.revision.id != revision.id) {
            old.end("reload");
        }
        let mut entry = self.entry(work, "ok");
        entry.revision_id = Some(revision.id);
        entry.instance_id = Some(instance.id);
        entry.built_us = Some(micros(built - work.detected));
        entry.initialised_us = Some(micros(ready - work.detected));
        entry.swapped_us = Some(micros(work.detected.elapsed()));
        let phases = instance.phases;
        entry.phases = Phases {
            queue_us: micros(phases.queue),
            build_us: micros(built - work.detected),
            spawn_us: micros(phases.spawn),
            boot_us: micros(phases.boot),
            init_us: micros(phases.init),
            total_us: micros(work.detected.elapsed()),
            ..Phases::default()
        };
        self.make_idle(instance);
        self.finish_draining();
        let hash = revision.hash.clone();
        self.code.draining =
            Some(Draining { entry: entry.clone(), revision: hash.clone(), detected: work.detected });
        if self.pool.is_draining(revision.id) {
            self.tell_reload(entry, Some(hash));
        }
        self.check_drained();
    }

    /// The last call on the old revision has finished: the reload is complete.
    pub(super) fn check_drained(&mut self) {
        let Some(current) = &self.code.current else { return };
        if self.code.draining.is_some() && !self.pool.is_draining(current.id) {
            self.finish_draining();
        }
    }

    fn finish_draining(&mut self) {
        if let Some(Draining { mut entry, revision, detected }) = self.code.draining.take() {
            entry.drained_us = Some(micros(detected.elapsed()));
            self.tell_reload(entry, Some(revision));
        }
    }

    /// A save that does not take over: the old code goes on, and the reason is on screen. `revision` is the short hash
    /// of what it made, if it could be built.
    pub(super) fn refuse(
        &mut self,
        work: &Work,
        mut entry: ReloadEntry,
        revision: Option<String>,
        problem: Problem,
    ) {
        for done in std::mem::take(&mut self.code.checks) {
            let _ = done.send(());
        }
        entry.error = Some(ReloadError {
            message: problem.message.clone(),
            file: problem.file.clone(),
            line: problem.line,
        });
        if !work.files.is_empty() {
            self.tell_reload(entry, revision);
        }
        self.problem = Some(problem);
    }

    pub(super) fn entry(&self, work: &Work, outcome: &str) -> ReloadEntry {
        ReloadEntry {
            id: self.world.ids.next(),
            app_id: self.handle.id(),
            revision_id: None,
            instance_id: None,
            detected_at: clock::now_us() - micros(work.detected.elapsed()),
            files: work.files.iter().map(|path| self.world.relative(path)).collect(),
            built_us: None,
            initialised_us: None,
            swapped_us: None,
            drained_us: None,
            phases: Phases::default(),
            outcome: outcome.to_owned(),
            error: None,
        }
    }

    fn tell_reload(&self, entry: ReloadEntry, revision: Option<String>) {
        self.world.recorder.note(Entry::Reload(Box::new(entry.clone())));
        self.world.bus.send(EngineEvent::Reload(Box::new(entry), revision));
    }
}
