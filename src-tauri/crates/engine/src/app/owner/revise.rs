//! The owner's part of a reload: what a change means, and what its preparation came to.

use std::{path::PathBuf, sync::Arc, time::Instant};

use coldframe_providers::{
    domain::{App, Problem},
    languages,
};

use super::{Call, Files, Owner, Purpose, concerns};
use crate::{
    app::{
        Copied, Job, JobKind, KeptCopy, Taken, listing, problem_of,
        reload::{self, Outcome, Prepared, Work},
    },
    instance::{Instance, StartFailure, micros},
};

impl Owner {
    pub(super) fn first_build(&mut self) {
        if self.code.work.is_none() {
            self.begin(Files::new(), Instant::now());
        }
    }

    /// `shared` are those of them that lie below no app.
    pub(in crate::app) fn changed(&mut self, files: Vec<PathBuf>, shared: &[PathBuf], detected: Instant) {
        let broken = self.problem.is_some() || !self.code.proven;
        let files: Files =
            files.into_iter().filter(|path| concerns(&self.code, &self.spec, path, shared, broken)).collect();
        if files.is_empty() {
            return;
        }
        if !self.spec.root.is_dir() {
            // Nothing was saved: the look at the project that follows takes the app out, or it comes back.
            self.code.unread.extend(files);
            return;
        }
        if self.is_unused() {
            // Read everything when it is called.
            self.code.forget();
            self.clear_problem();
            return;
        }
        self.begin_unless_installing(files, detected);
    }

    /// What failed for want of what is half there waits for the end of the installation.
    fn begin_unless_installing(&mut self, files: Files, detected: Instant) {
        if self.is_installing() && !self.code.proven {
            self.code.unread.extend(files);
        } else {
            self.begin(files, detected);
        }
    }

    /// Nobody has called it, though it may have been built, to look at what it imports. Nothing runs that a save would
    /// have to reach.
    fn is_unused(&self) -> bool {
        let idle = self.code.work.is_none() && self.pool.live() == 0;
        let twin = self.handle.known_twin().is_some_and(|twin| twin.is_on());
        idle && !twin && !(self.called && self.code.current.is_some())
    }

    pub(in crate::app) fn updated(&mut self, app: Arc<App>, detected: Instant) {
        self.settings = app.settings.clone();
        // Also those it had: one may be gone.
        let mut files: Files = self.spec.manifests.iter().cloned().collect();
        files.extend(app.manifests.iter().cloned());
        self.spec = Arc::clone(&app);
        self.handle.set_spec(app);
        self.retire_other_shares();
        if self.code.current.is_some() || self.code.work.is_some() {
            self.begin_unless_installing(files, detected);
        }
        self.touched();
    }

    /// Begins a preparation; a running one is given up and its files are taken along.
    pub(super) fn begin(&mut self, mut files: Files, mut detected: Instant) {
        if let Some(held) = &mut self.held
            && self.code.current.is_some()
        {
            held.extend(files);
            return;
        }
        if let Some(work) = self.code.work.take() {
            work.abort.abort();
            files.extend(work.files);
            detected = detected.min(work.detected);
        }
        files.append(&mut self.code.unread);
        self.code.works += 1;
        let job = Job::new(&self.world, JobKind::Build, vec![self.handle.id()]);
        let request = reload::Request {
            id: self.code.works,
            app: Arc::clone(&self.spec),
            sources: self.code.sources.clone(),
            files: files.iter().cloned().collect(),
            serving: self.code.serving,
            start: self.code.current.is_some(),
            cpu_milli: self.cpu_milli(),
            job: Arc::clone(&job),
        };
        let abort = reload::spawn(&self.world, &self.handle, request);
        self.code.work = Some(Work { id: self.code.works, files, detected, abort, job });
        self.touched();
    }

    pub(in crate::app) fn prepared(&mut self, prepared: Prepared) {
        let Prepared { id, sources, fingerprint, outcome } = prepared;
        let Some(work) = self.code.work.take_if(|work| work.id == id) else { return };
        if work.job.is_visible() {
            self.job = Some(Arc::clone(&work.job));
        }
        self.code.sources = Some(sources);
        self.code.disk = Some(fingerprint);
        match outcome {
            Outcome::Unchanged => {
                self.clear_problem();
                self.code.checks.clear();
            }
            Outcome::Superseded => {
                let mut files = work.files;
                files.extend(self.code.sources.iter().flat_map(|sources| sources.moved_on()));
                return self.begin(files, work.detected);
            }
            Outcome::BuildFailed { problem, at } => {
                let mut entry = self.entry(&work, "build_failed");
                entry.built_us = Some(micros(at - work.detected));
                self.refuse(&work, entry, None, problem);
            }
            Outcome::Built { revision, kept } => {
                self.adopt(&revision, fingerprint);
                self.code.kept = kept;
                self.clear_problem();
                for call in &mut self.code.waiting {
                    call.build = call.since.elapsed();
                }
                for done in std::mem::take(&mut self.code.checks) {
                    self.start(Arc::clone(&revision), Purpose::Check(done));
                }
            }
            Outcome::Ready { revision, instance, kept, built, ready } => {
                self.swap(&work, &revision, fingerprint, instance, kept, built, ready);
                self.code.checks.clear();
            }
            Outcome::InitFailed { revision, failure, built, at } => {
                let mut entry = self.entry(&work, "init_failed");
                entry.built_us = Some(micros(built - work.detected));
                entry.initialised_us = Some(micros(at - work.detected));
                entry.revision_id = Some(revision.id);
                let problem = problem_of(&failure, &self.world.project, self.code.proven);
                if !self.code.proven {
                    // What serves never came up either: there is nothing to keep.
                    self.adopt(&revision, fingerprint);
                }
                self.refuse(&work, entry, Some(revision.hash.clone()), problem);
            }
        }
        for call in std::mem::take(&mut self.code.waiting) {
            self.place_or_refuse(call);
        }
        self.serve_borrowers();
        self.keep_warm();
        self.touched();
    }

    pub(super) fn place_or_refuse(&mut self, call: Call) {
        if self.code.current.is_some() {
            return self.place(call);
        }
        self.pool.in_flight -= 1;
        let build = call.since.elapsed();
        let problem = self.not_built();
        let failure = if languages::is_compiled(&self.spec) {
            StartFailure::Refused(problem)
        } else {
            // Nothing is built: what is missing is what would start it.
            StartFailure::NoEntrypoint(problem)
        };
        let _ = call.reply.send(Taken::Failed { failure, build, queue: std::time::Duration::ZERO });
    }

    pub(super) fn not_built(&self) -> Problem {
        self.problem.clone().unwrap_or_else(|| Problem::error("the function could not be built"))
    }

    pub(super) fn clear_problem(&mut self) {
        if self.problem.take().is_some() {
            self.touched();
        }
    }

    /// The first instance of a revision proves it: from now on it is worth keeping.
    pub(super) fn came_up(&mut self, instance: &Arc<Instance>) {
        self.watch_end(instance);
        let Some(current) = self.code.current.clone() else { return };
        if instance.revision.id != current.id {
            return;
        }
        self.note_loaded(instance);
        if self.code.proven {
            return;
        }
        self.code.proven = true;
        if self.in_step() {
            self.clear_problem();
        }
        // What was read last is the current revision only while nothing else was saved.
        if let (true, None, Some(sources)) = (self.in_step(), &self.code.kept, self.code.sources.clone()) {
            let copy = reload::copy(&self.world, &self.handle, &current, sources);
            let handle = self.handle.clone();
            self.world.tasks.spawn(async move {
                if let Copied::Kept(copy) = copy.await {
                    handle.tell(|owner| owner.kept_copy(current.id, copy));
                }
            });
        }
    }

    pub(in crate::app) fn kept_copy(&mut self, revision: i64, copy: Arc<KeptCopy>) {
        if self.code.current.as_ref().is_some_and(|current| current.id == revision)
            && self.code.kept.is_none()
        {
            self.code.kept = Some(copy);
        }
    }

    /// Learns which files the process loaded; those beyond the app's root become part of its sources.
    pub(super) fn note_loaded(&mut self, instance: &Instance) {
        if self.code.current.as_ref().is_none_or(|current| current.id != instance.revision.id) {
            return;
        }
        let Some(mut loaded) = instance.loaded.lock().expect("replaced whole").take() else { return };
        loaded.extend(instance.revision.files.iter().flatten().cloned());
        // As the watch names them, without `..` and links on the way; and a link itself, which may come to lead elsewhere.
        let loaded: Vec<PathBuf> = loaded
            .into_iter()
            .flat_map(|path| {
                let real = path.canonicalize().ok().filter(|real| *real != path);
                std::iter::once(path).chain(real)
            })
            .collect();
        let beyond: Vec<PathBuf> =
            loaded.iter().filter(|path| !path.starts_with(&self.spec.root)).cloned().collect();
        if self.code.work.is_none()
            && let Some(sources) = &mut self.code.sources
            && beyond.iter().any(|path| !sources.contains(path))
        {
            // A handful of shared modules, read once per revision.
            Arc::make_mut(sources).refresh(&beyond);
            let files = listing::read(&self.world, Arc::clone(sources), Vec::new(), Some(beyond));
            let (world, app_id, revision) =
                (Arc::clone(&self.world), self.handle.id(), Arc::clone(&instance.revision));
            self.world
                .tasks
                .spawn(async move { listing::note(&world, app_id, &revision, files, true).await });
            let fingerprint = sources.fingerprint(&self.spec);
            let in_step = self.code.disk == self.code.serving;
            self.code.disk = Some(fingerprint);
            if in_step {
                self.code.serving = Some(fingerprint);
            }
        }
        self.code.loaded = Some(loaded.into_iter().collect());
    }
}
