//! What everybody else holds of an app. Its state is behind one lock and every change to it is one short, synchronous
//! step of the [`Owner`]'s: a call takes an idle instance, and gives it back, without a change of task.

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use coldframe_providers::{
    clock,
    domain::{App, Problem},
};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use super::{AppStatus, Job, Lease, Lent, LentPair, Owner, PoolChange, Taken, app_id, function_id};
use crate::{crowd::answered, instance::StartFailure, twin::TwinHandle, world::SharedWorld};

/// Cheap handle of an open app.
#[derive(Clone)]
pub(crate) struct AppHandle {
    shared: Arc<Shared>,
}

impl fmt::Debug for AppHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AppHandle").field(&self.shared.id).finish()
    }
}

struct Shared {
    id: i64,
    functions: HashMap<String, i64>,
    /// What the app is now; replaced whole when its manifest changes.
    spec: Mutex<Arc<App>>,
    /// Hash of the revision that serves, and when it became it (Unix ms).
    serving: Mutex<(Arc<str>, i64)>,
    /// Gone when the app is. Held for one step, never across an await, and never while another app's is held.
    owner: Mutex<Option<Owner>>,
    /// Made when somebody first asks for it. Copied out, never held.
    twin: Mutex<Option<TwinHandle>>,
    /// Something is due earlier than the timekeeper knows.
    earlier: Notify,
}

impl AppHandle {
    /// Opens a newly found app. Runs nothing of it.
    pub(crate) fn open(world: &SharedWorld, app: App) -> Self {
        let id = app_id(world.project_id, &app);
        let functions = app
            .functions
            .iter()
            .map(|function| (function.name.clone(), function_id(id, &function.name)))
            .collect();
        let shared = Arc::new(Shared {
            id,
            functions,
            spec: Mutex::new(Arc::new(app)),
            serving: Mutex::new((Arc::from(""), clock::now_us() / 1000)),
            owner: Mutex::new(None),
            twin: Mutex::new(None),
            earlier: Notify::new(),
        });
        let handle = Self { shared };
        let owner = Owner::new(Arc::clone(world), handle.clone());
        *handle.shared.owner.lock().unwrap_or_else(PoisonError::into_inner) = Some(owner);
        tokio::spawn(handle.clone().keep_time());
        handle
    }

    pub(crate) fn id(&self) -> i64 {
        self.shared.id
    }

    pub(crate) fn spec(&self) -> Arc<App> {
        Arc::clone(&self.shared.spec.lock().expect("replaced whole"))
    }

    pub(super) fn set_spec(&self, app: Arc<App>) {
        *self.shared.spec.lock().expect("replaced whole") = app;
    }

    pub(crate) fn serving(&self) -> (Arc<str>, i64) {
        self.shared.serving.lock().expect("replaced whole").clone()
    }

    pub(super) fn set_serving(&self, hash: &str) {
        let now = clock::now_us() / 1000;
        *self.shared.serving.lock().expect("replaced whole") = (Arc::from(hash), now);
    }

    pub(crate) fn function_id(&self, name: &str) -> i64 {
        self.shared.functions.get(name).copied().unwrap_or_else(|| function_id(self.shared.id, name))
    }

    /// The function that lines of no particular invocation belong to.
    pub(super) fn main_function(&self) -> i64 {
        self.spec().functions.first().map_or(self.shared.id, |function| self.function_id(&function.name))
    }

    /// `None`: nobody wanted the instance any more before there was one.
    pub(crate) async fn take(&self, cold: bool, gone: Option<CancellationToken>) -> Option<Taken> {
        let (reply, taken) = oneshot::channel();
        self.tell(|owner| owner.take(cold, gone.clone(), reply));
        let found = answered(taken, gone, || {
            self.tell(Owner::forget_unwanted);
        })
        .await?;
        Some(found.unwrap_or_else(|| Taken::Failed {
            failure: StartFailure::Refused(Problem::error("the function was removed from the project")),
            build: Duration::ZERO,
            queue: Duration::ZERO,
        }))
    }

    /// An invocation has finished; its instance is free, or gone.
    pub(crate) fn give_back(&self, lease: &Lease) {
        self.tell(|owner| owner.returned(Arc::clone(&lease.instance)));
    }

    pub(crate) fn status(&self) -> Option<AppStatus> {
        self.tell(|owner| owner.status())
    }

    /// Starts one instance without an event, so that problems show.
    pub(crate) async fn check(&self) {
        let (reply, done) = oneshot::channel();
        self.tell(|owner| owner.check(reply));
        // An error means the app is gone, and with it what was to be checked.
        let _ = done.await;
    }

    /// What goes on for it: a build, an installation.
    pub(crate) fn running_job(&self) -> Option<Arc<Job>> {
        self.tell(|owner| owner.running_job()).flatten()
    }

    /// The same, or what did last.
    pub(crate) fn job(&self) -> Option<Arc<Job>> {
        self.tell(|owner| owner.job_or_last()).flatten()
    }

    pub(crate) fn show_job(&self, job: &Arc<Job>) {
        self.tell(|owner| owner.show_job(Arc::clone(job)));
    }

    pub(crate) fn cancel(&self) {
        self.tell(Owner::cancel);
    }

    /// Something was installed that it runs with, by this list.
    pub(crate) async fn renewed(&self, list: PathBuf) {
        let (reply, done) = oneshot::channel();
        self.tell(|owner| owner.renewed(list, reply));
        let _ = done.await;
    }

    /// Nothing was.
    pub(crate) fn not_renewed(&self) {
        self.tell(|owner| owner.not_renewed());
    }

    /// The same, and it is started once if it never was.
    pub(crate) async fn renewed_and_checked(&self, list: PathBuf) {
        let (reply, done) = oneshot::channel();
        self.tell(|owner| owner.renewed_and_checked(list, reply));
        let _ = done.await;
    }

    /// The serving revision, to be run outside of the pool.
    pub(crate) async fn lend(&self) -> Lent {
        let (reply, lent) = oneshot::channel();
        self.tell(|owner| owner.lend(reply));
        lent.await.unwrap_or_else(|_| Err(Problem::error("the function was removed from the project")))
    }

    /// What serves and what served before, if both can be started whatever is saved.
    pub(crate) fn lend_both(&self) -> Option<LentPair> {
        self.tell(|owner| owner.lend_both()).flatten()
    }

    /// These files of the project changed, of which `shared` lie below no app.
    pub(crate) fn changed(&self, files: Vec<PathBuf>, shared: &[PathBuf], detected: Instant) {
        self.tell(|owner| owner.changed(files, shared, detected));
    }

    /// The manifest says something new about the app.
    pub(crate) fn updated(&self, app: Arc<App>, detected: Instant) {
        self.tell(|owner| owner.updated(app, detected));
    }

    pub(crate) fn configure(&self, change: &PoolChange) {
        self.tell(|owner| owner.configure(change));
    }

    pub(crate) fn sleep(&self) {
        self.tell(Owner::sleep);
    }

    pub(crate) fn pause(&self) {
        self.tell(Owner::pause);
        self.known_twin().iter().for_each(TwinHandle::pause);
    }

    pub(crate) fn resume(&self) {
        self.tell(Owner::resume);
        self.known_twin().iter().for_each(TwinHandle::resume);
    }

    /// Ends one of the pool's instances as a crash would; `false` if it has none of that id.
    pub(crate) fn kill(&self, instance: i64) -> bool {
        self.tell(|owner| owner.kill(instance)) == Some(true)
    }

    /// The app's resident twin, if anybody has asked for one.
    pub(crate) fn known_twin(&self) -> Option<TwinHandle> {
        self.shared.twin.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn twin_or(&self, made: impl FnOnce() -> TwinHandle) -> TwinHandle {
        self.shared.twin.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(made).clone()
    }

    /// This machine is full: lets one idle instance go.
    pub(crate) fn shed(&self) {
        self.tell(Owner::shed);
    }

    /// Stops every instance of the app. Nothing can be asked of it any more.
    pub(crate) fn close(&self) {
        self.end(Owner::stop);
    }

    /// The same, but what it is doing is finished.
    pub(crate) fn retire(&self) {
        self.end(Owner::retire);
    }

    fn end(&self, how: impl FnOnce(&mut Owner)) {
        let owner = self.shared.owner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut owner) = owner {
            how(&mut owner);
        }
        let twin = self.shared.twin.lock().unwrap_or_else(PoisonError::into_inner).take();
        twin.iter().for_each(TwinHandle::close);
        self.shared.earlier.notify_one();
    }

    /// One step of the owner's; none after the app was closed.
    pub(super) fn tell<T>(&self, step: impl FnOnce(&mut Owner) -> T) -> Option<T> {
        // A step that panicked left the pool as it was: whoever waited for it is told that nothing came.
        let mut owner = self.shared.owner.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = owner.as_mut()?;
        let told = step(owner);
        if owner.is_due_earlier() {
            self.shared.earlier.notify_one();
        }
        Some(told)
    }

    /// Does what is due by the clock until the app is closed.
    async fn keep_time(self) {
        while let Some(due) = self.tell(Owner::next_due) {
            tokio::select! {
                () = sleep_until(due) => {
                    self.tell(Owner::tick);
                }
                () = self.shared.earlier.notified() => {}
            }
        }
    }
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
