//! An app while it is open: one owner with its pool, its revisions and its reloads. Everybody else holds an
//! [`AppHandle`].

mod handle;
mod job;
mod listing;
mod owner;
mod pool;
mod problem;
mod reload;
mod revision;
mod sources;
mod status;

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use coldframe_providers::{domain::App, invocation::Throttle};
use tokio::sync::OwnedSemaphorePermit;

use self::owner::{Lent, LentPair, Owner};
pub(crate) use self::{
    handle::AppHandle,
    job::Job,
    problem::problem_of,
    reload::{Disk, bring_up},
    revision::Revision,
    sources::{Copied, KeptCopy},
};
pub use self::{
    job::{JobKind, JobLine, JobState, JobStatus},
    status::{AppStatus, InstanceState, InstanceStatus, PoolChange},
};
use crate::{
    ids::stable_id,
    instance::{Cause, Instance, StartFailure, StartPhases},
};

/// What a call for an instance came to.
#[derive(Debug)]
pub(crate) enum Taken {
    Lease(Box<Lease>),
    Throttled(Throttle),
    /// By a server that takes no more, or is not there: why.
    TurnedAway(String),
    Failed {
        failure: StartFailure,
        build: Duration,
        queue: Duration,
    },
}

/// An instance, for one invocation.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) instance: Arc<Instance>,
    /// Set when the call waited for the instance to start.
    pub(crate) cold: Option<StartPhases>,
    pub(crate) build: Duration,
    pub(crate) queue: Duration,
    /// A twin's calls have none: nobody counts them.
    _account: Option<OwnedSemaphorePermit>,
}

impl Lease {
    pub(crate) fn new(
        instance: Arc<Instance>,
        cold: Option<StartPhases>,
        build: Duration,
        queue: Duration,
        account: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { instance, cold, build, queue, _account: account }
    }

    /// On the first call to an instance that a reload started: what its own module code took there, in microseconds.
    /// The boot before it is not of the code: whoever asks what a start elsewhere takes has that of elsewhere.
    pub(crate) fn reload_init(&self) -> Option<i64> {
        let first = self.instance.served.load(Ordering::Relaxed) == 0;
        (first && self.instance.cause == Cause::Reload)
            .then(|| crate::instance::micros(self.instance.phases.init))
    }
}

/// The app's id in every record.
pub fn app_id(project_id: i64, app: &App) -> i64 {
    stable_id(&[&project_id.to_string(), app.provider.as_str(), &app.name])
}

/// The function's id in every record.
pub fn function_id(app_id: i64, name: &str) -> i64 {
    stable_id(&[&app_id.to_string(), name])
}
