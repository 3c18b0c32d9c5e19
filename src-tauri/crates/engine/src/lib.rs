//! Runs functions: apps with their pools and reloads, limits, asynchronous events. Implements [`Invoke`] for the
//! doors. Knows nothing of prices, windows or who is looking.
//!
//! An engine serves one project. Everything that can set it in motion: a call ([`Invoke`]), a saved file
//! ([`project`]), a person's wish ([`Engine`]'s methods), a timer of a pool, the end of a child.

mod app;
mod asynchronous;
mod config;
mod crowd;
mod elsewhere;
mod event;
mod guard;
mod here;
mod ids;
mod imports;
mod instance;
mod jobs;
mod open;
mod printed;
mod project;
mod reached;
mod redact;
mod registry;
mod requests;
mod run;
mod side;
mod trial;
mod twin;
mod world;

use std::{
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::Duration,
};

use coldframe_providers::{
    domain::{Function, Problem, ProviderId},
    invocation::{Answer, CallContext, Event, Found, FunctionRef, Invocation, Invoke, Outcome},
};
use coldframe_store::{Accepted, Status};
use tokio::sync::oneshot::{self, error::TryRecvError};

use self::{
    app::AppHandle,
    here::Here,
    registry::{Registry, found},
    side::Side,
    world::SharedWorld,
};
pub use self::{
    app::{
        AppStatus, InstanceState, InstanceStatus, JobKind, JobLine, JobState, JobStatus, PoolChange, app_id,
        function_id,
    },
    config::EngineConfig,
    crowd::{Crowd, Waiting},
    elsewhere::{Elsewhere, Home, Refusal},
    event::{EngineEvent, Names, Origin, Watched},
    ids::{COUNTER_BITS, project_id},
    imports::MeasuredInit,
    jobs::InstallError,
    open::OpenError,
    redact::{REDACTED, SECRET_FILES, SECRET_NAMES},
    trial::{Living, Started, Subject, Trial, TrialError, TrialFailure, TrialRequest, TrialRun},
    twin::{MOST_PROCESSES, Outage, TwinChange, TwinProcess, TwinState, TwinStatus, resident_function},
};

/// How long shutdown waits for calls in flight.
const DRAIN: Duration = Duration::from_secs(2);

/// Cheap handle of a running engine.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    world: SharedWorld,
    registry: Arc<Registry>,
}

impl Engine {
    fn world(&self) -> &SharedWorld {
        &self.inner.world
    }

    fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// Canonical root of the project.
    pub fn root(&self) -> &Path {
        &self.inner.world.project
    }

    pub fn project_id(&self) -> i64 {
        self.inner.world.project_id
    }

    /// Names whose values the record does not keep, besides [`SECRET_NAMES`]: what the project's `coldframe.toml` says.
    pub fn own_secrets(&self) -> Vec<String> {
        self.world().redaction.names().own().to_vec()
    }

    /// A text as the record keeps it.
    pub fn redacted(&self, text: &str) -> String {
        let kept = self.world().redaction.redact(bytes::Bytes::copy_from_slice(text.as_bytes()));
        String::from_utf8_lossy(&kept).into_owned()
    }

    /// Problems that belong to no app.
    pub fn problems(&self) -> Vec<Problem> {
        self.registry().problems()
    }

    /// Every app as it stands now, in the order they were found.
    pub fn status(&self) -> Vec<AppStatus> {
        self.registry().apps().iter().filter_map(AppHandle::status).collect()
    }

    /// One app, by its own id.
    pub fn app_status(&self, app_id: i64) -> Option<AppStatus> {
        let app = self.registry().apps().into_iter().find(|app| app.id() == app_id)?;
        app.status()
    }

    /// The app of a function, by the function's id.
    pub fn function_status(&self, function_id: i64) -> Option<AppStatus> {
        self.app_of(function_id)?.status()
    }

    fn app_of(&self, function_id: i64) -> Option<AppHandle> {
        self.registry().app_of(function_id).map(|(app, _)| app)
    }

    /// Provider and name of a function, by its id.
    pub fn function_ref(&self, function_id: i64) -> Option<FunctionRef> {
        let (app, function) = self.registry().app_of(function_id)?;
        Some(FunctionRef { provider: app.spec().provider, name: function.name.clone() })
    }

    pub fn configure(&self, function_id: i64, change: &PoolChange) {
        if let Some(app) = self.app_of(function_id) {
            app.configure(change);
        }
    }

    /// Stops a function's idle instances now.
    pub fn sleep(&self, function_id: i64) {
        if let Some(app) = self.app_of(function_id) {
            app.sleep();
        }
    }

    /// While it is paused no call is taken (its caller is told what the provider tells of a function that may have no
    /// instance), and saves wait; what runs finishes, and every instance stops.
    pub fn set_paused(&self, paused: bool) {
        self.world().paused.store(paused, Ordering::Release);
        let step = if paused { AppHandle::pause } else { AppHandle::resume };
        self.registry().apps().iter().for_each(step);
    }

    pub fn is_paused(&self) -> bool {
        self.world().is_paused()
    }

    /// Builds a function and starts it once without an event, so that its problems show. What it runs with is looked at
    /// anew: a person may have installed something.
    pub async fn check(&self, function_id: i64) {
        self.world().settle.look().await;
        if let Some(app) = self.app_of(function_id) {
            app.check().await;
        }
    }

    /// The files of a function's app, absolute, without dependencies and caches. Blocking.
    pub fn files(&self, function_id: i64) -> Vec<PathBuf> {
        let rules = self.world().settle.rules();
        self.app_of(function_id)
            .map(|app| coldframe_watch::files(&app.spec().root, &rules))
            .unwrap_or_default()
    }

    /// Resolves when everything saved so far has reached the apps it concerns.
    pub async fn settled(&self) {
        self.world().settle.settled().await;
    }

    /// Delivers asynchronous events that an earlier host accepted and did not finish.
    pub fn resume(&self, pending: Vec<Accepted>) {
        for accepted in pending {
            let Some(event) = accepted.event.clone() else { continue };
            let Some((app, function)) = self.registry().app_of(accepted.function_id) else {
                // It belongs to a project that is not open, or to a function that is gone.
                tracing::info!(request = accepted.request_id, "an accepted event waits for its function");
                continue;
            };
            let mut queued = asynchronous::Queued {
                function: FunctionRef { provider: app.spec().provider, name: function.name.clone() },
                function_id: accepted.function_id,
                request_id: accepted.request_id.clone(),
                event,
                context: CallContext::default(),
                attempt: accepted.attempt,
                id: accepted.id,
            };
            if accepted.status == Status::Running {
                // Its host died under it. The next attempt is durable before this one is closed.
                (queued.id, queued.attempt) = (self.world().ids.next(), accepted.attempt + 1);
                let recorder = &self.world().recorder;
                if asynchronous::record(self.world(), &queued).is_ok() {
                    let _ = recorder.answered(accepted.closed(app.id(), Status::Interrupted));
                }
            }
            tokio::spawn(asynchronous::deliver(self.clone(), queued));
        }
    }

    /// Lets calls in flight finish, bounded, and stops every instance.
    pub async fn shutdown(&self) {
        let world = self.world();
        self.end_jobs().await;
        world.calls.close();
        let drained = tokio::time::timeout(DRAIN, world.calls.wait()).await.is_ok();
        tracing::info!(drained, "the engine stops");
        world.settle.stop().await;
    }
}

impl Engine {
    /// [`Invoke::invoke`] for one of many calls that can be given up while they wait. `None`: it was, or the host shuts
    /// down.
    pub async fn invoke_of(&self, invocation: Invocation, waiting: Waiting) -> Option<Outcome> {
        self.call(invocation, Some(waiting)).await
    }

    async fn call(&self, invocation: Invocation, waiting: Option<Waiting>) -> Option<Outcome> {
        self.mirrored(&invocation.function, &invocation);
        let found = self.registry().get(&invocation.function);
        let found = found.map(|(app, function)| (Side::Pool(app), function));
        self.run(found, invocation, waiting).await
    }

    /// `found`: who has the call; nobody, where there is no such function.
    async fn run(
        &self,
        found: Option<(Side, Arc<Function>)>,
        invocation: Invocation,
        waiting: Option<Waiting>,
    ) -> Option<Outcome> {
        let Some((side, function)) = found else {
            let request_id = invocation.request_id;
            return Some(Outcome {
                request_id,
                invocation_id: None,
                answer: Answer::NotFound,
                served: None,
                log: None,
            });
        };
        let id = self.world().ids.next();
        let (answer, mut answered) = oneshot::channel();
        let world = Arc::clone(self.world());
        let run = run::invocation(world, side, function, invocation, waiting, id, 1, answer);
        let mut run = Here::new(self.world().calls.track_future(run));
        std::future::poll_fn(|context| {
            let ended = Pin::new(&mut run).poll(context).is_ready();
            // Looked at, not waited for: a task that wakes itself is queued behind the others, and wakes another
            // thread for them.
            match answered.try_recv() {
                Ok(outcome) => Poll::Ready(Some(outcome)),
                Err(TryRecvError::Empty) if !ended => Poll::Pending,
                Err(_) => Poll::Ready(None),
            }
        })
        .await
    }
}

impl Invoke for Engine {
    async fn invoke(&self, invocation: Invocation) -> Outcome {
        let request_id = invocation.request_id.clone();
        self.call(invocation, None).await.unwrap_or_else(|| Outcome {
            request_id,
            invocation_id: None,
            answer: Answer::Refused { message: "the host is shutting down".into() },
            served: None,
            log: None,
        })
    }

    async fn accept(&self, invocation: Invocation) -> Result<(), Answer> {
        let Some((app, function)) = self.registry().get(&invocation.function) else {
            return Err(Answer::NotFound);
        };
        let Event::Bytes(event) = invocation.event else {
            return Err(Answer::Refused { message: "only events of bytes can be asynchronous".into() });
        };
        let queued = asynchronous::Queued {
            function_id: app.function_id(&function.name),
            function: invocation.function,
            request_id: invocation.request_id,
            event,
            context: invocation.context,
            attempt: 1,
            id: self.world().ids.next(),
        };
        if let Err(error) = asynchronous::record(self.world(), &queued) {
            tracing::warn!(%error, "an asynchronous event could not be made durable");
        }
        tokio::spawn(asynchronous::deliver(self.clone(), queued));
        Ok(())
    }

    fn find(&self, function: &FunctionRef) -> Option<Found> {
        self.registry().get(function).map(|(app, function)| found(&app, function))
    }

    fn list(&self, provider: ProviderId) -> Vec<Found> {
        self.registry().list(provider)
    }
}
