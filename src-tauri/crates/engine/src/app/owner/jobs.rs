//! Builds and installations as a person meets them: what goes on, giving it up, and what an installation that has ended
//! means.

use std::{path::PathBuf, sync::Arc, time::Instant};

use coldframe_providers::domain::Problem;
use tokio::sync::oneshot;

use super::{Files, Owner};
use crate::app::{Job, JobKind, JobState};

impl Owner {
    /// What goes on, or was the last to.
    pub(super) fn job(&self) -> Option<&Arc<Job>> {
        let building = self.code.work.as_ref().map(|work| &work.job).filter(|job| job.is_visible());
        building.or(self.job.as_ref())
    }

    pub(in crate::app) fn running_job(&self) -> Option<Arc<Job>> {
        self.job().filter(|job| job.is_running()).cloned()
    }

    pub(in crate::app) fn job_or_last(&self) -> Option<Arc<Job>> {
        self.job().cloned()
    }

    pub(in crate::app) fn show_job(&mut self, job: Arc<Job>) {
        self.job = Some(job);
        self.touched();
    }

    /// Gives up what goes on. What serves goes on serving, and what was saved is built when somebody asks for it.
    pub(in crate::app) fn cancel(&mut self) {
        let Some(work) = self.code.work.take_if(|work| work.job.is_running()) else {
            if let Some(job) = self.running_job() {
                job.cancel.cancel();
            }
            return;
        };
        work.abort.abort();
        work.job.end(JobState::Cancelled, None);
        self.job = Some(Arc::clone(&work.job));
        let problem = if self.code.current.is_some() {
            Problem::warning("the build of what was saved last was cancelled")
                .hint("the revision before it keeps serving; try again, or save once more, to build it")
        } else {
            Problem::error("the build was cancelled").hint("the next call begins it anew")
        };
        let entry = self.entry(&work, "cancelled");
        self.refuse(&work, entry, None, problem);
        self.code.unread.extend(work.files);
        for call in std::mem::take(&mut self.code.waiting) {
            self.place_or_refuse(call);
        }
        self.serve_borrowers();
        self.touched();
    }

    /// Something was installed that the app runs with, by this list: it is started anew with it, and `done` hears when
    /// that has come to its end.
    pub(in crate::app) fn renewed(&mut self, list: PathBuf, done: oneshot::Sender<()>) {
        if self.code.current.is_none() && self.code.work.is_none() {
            return;
        }
        self.begin(Files::from([list]), Instant::now());
        if self.code.work.is_some() {
            self.code.checks.push(done);
        }
    }

    /// The same for who asked for it: also an app that was never started.
    pub(in crate::app) fn renewed_and_checked(&mut self, list: PathBuf, done: oneshot::Sender<()>) {
        if self.code.current.is_some() || self.code.work.is_some() {
            self.renewed(list, done);
        } else {
            self.check(done);
        }
    }

    /// Whether an installation for it goes on.
    pub(super) fn is_installing(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.kind() == JobKind::Install && job.is_running())
    }

    /// An installation came to nothing: what was saved meanwhile is read now.
    pub(in crate::app) fn not_renewed(&mut self) {
        if !self.code.unread.is_empty() && (self.code.current.is_some() || self.code.work.is_some()) {
            self.begin(Files::new(), Instant::now());
        }
    }
}
