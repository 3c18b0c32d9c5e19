//! An app while it is open: one owner task with its pool, its revisions and its reloads. Everybody else holds an
//! [`AppHandle`] and sends verbs.

mod actor;
mod pool;
mod problem;
mod reload;
mod revision;
mod sources;
mod status;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, atomic::Ordering},
    time::{Duration, Instant},
};

use coldframe_providers::{domain::App, invocation::Throttle};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

pub use self::status::{AppStatus, InstanceState, InstanceStatus, PoolChange};
pub(crate) use self::{actor::Actor, problem::problem_of, revision::Revision, sources::KeptCopy};
use crate::{
    ids::stable_id,
    instance::{Cause, Instance, StartFailure, StartPhases},
    world::SharedWorld,
};

/// What an app can be asked. The only way anything reaches its state.
pub(crate) enum Verb {
    Take {
        cold: bool,
        reply: oneshot::Sender<Taken>,
    },
    /// An invocation has finished; its instance is free, or gone.
    Return(Arc<Instance>),
    Started(Box<actor::Started>),
    /// A failed start, after everything that was saved before it has been looked at.
    Retry(Box<actor::Started>),
    Prepared(Box<reload::Prepared>),
    KeptCopy {
        revision: i64,
        copy: Option<Arc<KeptCopy>>,
    },
    /// These files of the project changed.
    Changed {
        files: Vec<PathBuf>,
        detected: Instant,
    },
    /// The manifest says something new about the app.
    Updated(Arc<App>, Instant),
    Configure(PoolChange),
    Sleep,
    /// Start one instance without an event, so that problems show.
    Check(oneshot::Sender<()>),
    /// This machine is full: let one idle instance go.
    Shed,
    Status(oneshot::Sender<AppStatus>),
    Stop(oneshot::Sender<()>),
}

/// What a call for an instance came to.
#[derive(Debug)]
pub(crate) enum Taken {
    Lease(Box<Lease>),
    Throttled(Throttle),
    Failed { failure: StartFailure, build: Duration, queue: Duration },
}

/// An instance, for one invocation.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) instance: Arc<Instance>,
    /// Set when the call waited for the instance to start.
    pub(crate) cold: Option<StartPhases>,
    pub(crate) build: Duration,
    pub(crate) queue: Duration,
    _account: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn new(
        instance: Arc<Instance>,
        cold: Option<StartPhases>,
        build: Duration,
        queue: Duration,
        account: OwnedSemaphorePermit,
    ) -> Self {
        Self { instance, cold, build, queue, _account: account }
    }

    /// On the first call to an instance that a reload started: what its start took, in microseconds.
    pub(crate) fn reload_init(&self) -> Option<i64> {
        let first = self.instance.served.load(Ordering::Relaxed) == 0;
        (first && self.instance.cause == Cause::Reload)
            .then(|| crate::instance::micros(self.instance.phases.boot + self.instance.phases.init))
    }
}

/// Cheap handle of an app's owner task.
#[derive(Debug, Clone)]
pub(crate) struct AppHandle {
    shared: Arc<Shared>,
    verbs: mpsc::UnboundedSender<Verb>,
}

#[derive(Debug)]
struct Shared {
    id: i64,
    functions: HashMap<String, i64>,
    /// What the app is now; replaced whole when its manifest changes.
    spec: Mutex<Arc<App>>,
    /// Hash of the revision that serves, and when it became it (Unix ms).
    serving: Mutex<(Arc<str>, i64)>,
}

impl AppHandle {
    /// Starts the owner task of a newly found app.
    pub(crate) fn start(world: &SharedWorld, app: App) -> Self {
        let id = app_id(world.project_id, &app);
        let functions = app
            .functions
            .iter()
            .map(|function| (function.name.clone(), function_id(id, &function.name)))
            .collect();
        let (verbs, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            id,
            functions,
            spec: Mutex::new(Arc::new(app)),
            serving: Mutex::new((Arc::from(""), coldframe_providers::clock::now_us() / 1000)),
        });
        let handle = Self { shared, verbs };
        tokio::spawn(Actor::new(Arc::clone(world), handle.clone()).run(receiver));
        handle
    }

    pub(crate) fn id(&self) -> i64 {
        self.shared.id
    }

    pub(crate) fn spec(&self) -> Arc<App> {
        Arc::clone(&self.shared.spec.lock().expect("replaced whole"))
    }

    fn set_spec(&self, app: Arc<App>) {
        *self.shared.spec.lock().expect("replaced whole") = app;
    }

    pub(crate) fn serving(&self) -> (Arc<str>, i64) {
        self.shared.serving.lock().expect("replaced whole").clone()
    }

    fn set_serving(&self, hash: &str) {
        let now = coldframe_providers::clock::now_us() / 1000;
        *self.shared.serving.lock().expect("replaced whole") = (Arc::from(hash), now);
    }

    pub(crate) fn function_id(&self, name: &str) -> i64 {
        self.shared.functions.get(name).copied().unwrap_or_else(|| function_id(self.shared.id, name))
    }

    /// The function that lines of no particular invocation belong to.
    fn main_function(&self) -> i64 {
        self.spec().functions.first().map_or(self.shared.id, |function| self.function_id(&function.name))
    }

    pub(crate) fn send(&self, verb: Verb) {
        // Fails only after the owner task has stopped, when the app is gone.
        let _ = self.verbs.send(verb);
    }

    pub(crate) async fn take(&self, cold: bool) -> Taken {
        let (reply, taken) = oneshot::channel();
        self.send(Verb::Take { cold, reply });
        taken.await.unwrap_or_else(|_| Taken::Failed {
            failure: StartFailure::Refused(coldframe_providers::domain::Problem::error(
                "the function was removed from the project",
            )),
            build: Duration::ZERO,
            queue: Duration::ZERO,
        })
    }

    pub(crate) fn give_back(&self, lease: &Lease) {
        self.send(Verb::Return(Arc::clone(&lease.instance)));
    }

    pub(crate) async fn status(&self) -> Option<AppStatus> {
        let (reply, status) = oneshot::channel();
        self.send(Verb::Status(reply));
        status.await.ok()
    }

    pub(crate) async fn check(&self) {
        let (reply, done) = oneshot::channel();
        self.send(Verb::Check(reply));
        let _ = done.await;
    }

    /// Stops every instance of the app and ends its owner task.
    pub(crate) async fn stop(&self) {
        let (reply, done) = oneshot::channel();
        self.send(Verb::Stop(reply));
        let _ = done.await;
    }
}

pub(crate) fn app_id(project_id: i64, app: &App) -> i64 {
    stable_id(&[&project_id.to_string(), app.provider.as_str(), &app.name])
}

fn function_id(app_id: i64, name: &str) -> i64 {
    stable_id(&[&app_id.to_string(), name])
}
