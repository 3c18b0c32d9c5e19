//! What tools do for apps because a person asked: installing what they depend on; and giving up what goes on.

use std::{sync::Arc, time::Duration};

use coldframe_providers::{
    domain::Problem,
    languages::{self, Installation},
};

use tokio::task::JoinSet;

use crate::{
    Engine, JobLine, JobStatus,
    app::{AppHandle, Job, JobKind, JobState},
};

/// How long a shutdown waits for installations to take away what they began.
const LAST_WAIT: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("there is no such function in the open project")]
    NoFunction,
    /// Another tool works on the same.
    #[error("{0}")]
    Busy(String),
    #[error("{0}")]
    Problem(Problem),
}

impl Engine {
    /// Installs what a function's list of dependencies names, and starts its app with it. Returns as soon as that has
    /// begun; [`job`](Self::job) says how it goes on.
    ///
    /// # Errors
    /// There is no such function or list, a tool is missing, or one works already.
    pub async fn install(&self, function_id: i64) -> Result<JobStatus, InstallError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(InstallError::NoFunction)?;
        let plan = self.plan(&app).await.map_err(InstallError::Problem)?;
        // Functions of one list and one environment wait for the same, and see it.
        let mut all = vec![app.clone()];
        for other in self.registry().apps() {
            if other.id() != app.id() && self.plan(&other).await.is_ok_and(|other| other == plan) {
                all.push(other);
            }
        }
        if let Some(busy) = all.iter().find(|app| app.running_job().is_some()) {
            let name = &busy.spec().name;
            return Err(InstallError::Busy(format!(
                "something is being built or installed for {name} already"
            )));
        }
        let job = Job::new(self.world(), JobKind::Install, all.iter().map(AppHandle::id).collect());
        job.announce(&format!("what {} needs is installed", function.name));
        all.iter().for_each(|app| app.show_job(&job));
        let status = job.status().ok_or(InstallError::NoFunction)?;
        self.world().tasks.spawn(carry_out(self.clone(), plan, job, all));
        Ok(status)
    }

    async fn plan(&self, app: &AppHandle) -> Result<Installation, Problem> {
        let world = self.world();
        languages::installation(&world.supervisor, &app.spec(), &world.project).await
    }

    /// Gives up the build or installation that goes on for a function; nothing happens if there is none.
    pub fn cancel(&self, function_id: i64) {
        if let Some(app) = self.app_of(function_id) {
            app.cancel();
        }
    }

    /// The build or installation that goes on for a function, or did last, and what it has said from line `from` on.
    pub fn job(&self, function_id: i64, from: u64) -> Option<(JobStatus, Vec<JobLine>)> {
        let job = self.app_of(function_id)?.job()?;
        Some((job.status()?, job.lines(from)))
    }

    /// What is half installed is taken away before the host goes.
    pub(crate) async fn end_jobs(&self) {
        let apps = self.registry().apps();
        let running = apps.iter().filter_map(AppHandle::running_job);
        let jobs: Vec<Arc<Job>> = running.filter(|job| job.kind() == JobKind::Install).collect();
        jobs.iter().for_each(|job| job.cancel.cancel());
        let ended = async {
            for job in &jobs {
                job.has_ended().await;
            }
        };
        if !jobs.is_empty() && tokio::time::timeout(LAST_WAIT, ended).await.is_err() {
            tracing::warn!("an installation did not end in time");
        }
    }
}

async fn carry_out(engine: Engine, plan: Installation, job: Arc<Job>, apps: Vec<AppHandle>) {
    let list = plan.list.clone();
    let cancelled = job.cancel.clone();
    let result = plan.run(&engine.world().supervisor, &*job, cancelled.cancelled()).await;
    // What is said of the functions is of what is installed now, whatever came of it.
    engine.world().settle.look().await;
    match result {
        Ok(true) => {
            // Calls that come once it is said to be done meet what is installed.
            let mut renewals = JoinSet::new();
            for (place, app) in apps.iter().cloned().enumerate() {
                let list = list.clone();
                renewals.spawn(async move {
                    if place == 0 { app.renewed_and_checked(list).await } else { app.renewed(list).await }
                });
            }
            renewals.join_all().await;
            job.end(JobState::Done, None);
        }
        Ok(false) => job.end(JobState::Cancelled, None),
        Err(problem) => job.end(JobState::Failed, Some(problem)),
    }
    // What was saved while nothing could be read.
    apps.iter().for_each(AppHandle::not_renewed);
}
