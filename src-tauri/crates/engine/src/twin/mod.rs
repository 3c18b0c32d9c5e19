//! The resident twin of an app: processes that live on, as a server's do, beside the pool that scales from zero. They run
//! the same revisions under the same contract, but with as many calls at a time in a process as a server of the language
//! takes, so that the same calls on both sides tell what the side is worth and nothing else.
//!
//! A twin is never scaled in: it has its number of processes from the moment it is switched on until it is switched off.
//! What its processes cannot take waits, bounded. A process that ends by itself is started anew after a pause; a save
//! restarts it plainly, calls finished first: no second set of processes takes over. It has no share of the CPU: its
//! machine has no such thing.
//!
//! In the record it is an app of its own, so that nothing of it is among the figures of the function's traffic.

mod calls;
mod crew;
mod outages;
mod owner;
mod status;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use coldframe_providers::{
    domain::{App, Problem},
    registry,
};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use self::owner::Owner;
pub use self::{
    outages::Outage,
    status::{TwinChange, TwinProcess, TwinState, TwinStatus},
};
use crate::{
    app::{AppHandle, Taken, bring_up, function_id, problem_of},
    crowd::answered,
    ids::stable_id,
    instance::{Cause, Instance, Scratch},
    world::SharedWorld,
};

/// More processes than this are a typing mistake.
pub const MOST_PROCESSES: u32 = 64;

/// Cheap handle.
#[derive(Clone)]
pub(crate) struct TwinHandle {
    shared: Arc<Shared>,
}

struct Shared {
    /// Of the app that it is in the record.
    id: i64,
    app: AppHandle,
    world: SharedWorld,
    /// It is switched on.
    on: AtomicBool,
    /// Every call of a door comes here, too.
    mirrors: AtomicBool,
    mirrored: AtomicU64,
    /// It does not stand as it did.
    changed: Notify,
    /// Gone when the app is. Held for one step, never across an await, and never while an app's owner is asked.
    owner: Mutex<Option<Owner>>,
}

impl fmt::Debug for TwinHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TwinHandle").field(&self.shared.id).finish()
    }
}

impl TwinHandle {
    /// One that is off.
    pub(crate) fn new(world: &SharedWorld, app: AppHandle) -> Self {
        let shared = Arc::new(Shared {
            id: resident_id(app.id()),
            app,
            world: Arc::clone(world),
            on: AtomicBool::new(false),
            mirrors: AtomicBool::new(false),
            mirrored: AtomicU64::new(0),
            changed: Notify::new(),
            owner: Mutex::new(None),
        });
        let handle = Self { shared };
        let owner = Owner::new(Arc::clone(world), handle.clone());
        *handle.shared.owner.lock().unwrap_or_else(PoisonError::into_inner) = Some(owner);
        handle
    }

    pub(crate) fn id(&self) -> i64 {
        self.shared.id
    }

    pub(crate) fn app(&self) -> &AppHandle {
        &self.shared.app
    }

    /// Of a function as the record knows it here.
    pub(crate) fn function_id(&self, name: &str) -> i64 {
        resident_function(self.shared.app.id(), name)
    }

    pub(crate) fn start(&self, change: TwinChange) {
        // The twin itself comes first: it says what the rows of the others are.
        self.tell(|owner| owner.start(change));
        self.register();
    }

    pub(crate) fn stop(&self) {
        self.tell(Owner::stop);
    }

    /// Also for those who hold an app's owner.
    pub(crate) fn is_on(&self) -> bool {
        self.shared.on.load(Ordering::Relaxed)
    }

    /// Resolves when a process is there to take calls, or none will be: why.
    async fn ready(&self) -> Result<(), Problem> {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            let status = self.status();
            if self.shared.world.is_paused() {
                return Err(Problem::error("everything is paused: no call is taken").hint("resume first"));
            }
            match status.as_ref().map(|status| status.state) {
                Some(TwinState::Running) => return Ok(()),
                None | Some(TwinState::Off | TwinState::Broken) => {
                    let problem = status.and_then(|status| status.problem);
                    return Err(problem.unwrap_or_else(|| Problem::error("its resident twin was stopped")));
                }
                Some(TwinState::Starting | TwinState::Down | TwinState::Reloading) => {}
            }
            changed.await;
        }
    }

    fn told(&self, on: bool) {
        self.shared.on.store(on, Ordering::Relaxed);
        self.shared.changed.notify_waiters();
    }

    pub(crate) fn status(&self) -> Option<TwinStatus> {
        self.tell(|owner| owner.status())
    }

    pub(crate) fn pause(&self) {
        self.tell(Owner::pause);
    }

    pub(crate) fn resume(&self) {
        self.tell(Owner::resume);
    }

    /// Another revision of the app serves.
    pub(crate) fn renewed(&self, revision: i64) {
        self.tell(|owner| owner.renewed(revision));
    }

    pub(crate) fn kill(&self, instance: i64) -> bool {
        self.tell(|owner| owner.kill(instance)) == Some(true)
    }

    pub(crate) fn mirrors(&self) -> bool {
        self.shared.mirrors.load(Ordering::Relaxed)
    }

    pub(crate) fn set_mirrors(&self, on: bool) {
        self.shared.mirrors.store(on, Ordering::Relaxed);
    }

    pub(crate) fn mirrored(&self) -> u64 {
        self.shared.mirrored.load(Ordering::Relaxed)
    }

    fn forget_mirrored(&self) {
        self.shared.mirrored.store(0, Ordering::Relaxed);
    }

    /// The app is gone.
    pub(crate) fn close(&self) {
        let owner = self.shared.owner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut owner) = owner {
            owner.close();
        }
    }

    /// A process for one call. `None`: nobody wanted it any more before there was one.
    pub(crate) async fn take(&self, gone: Option<CancellationToken>) -> Option<Taken> {
        let (reply, taken) = oneshot::channel();
        self.tell(|owner| owner.take(gone.clone(), reply));
        let found = answered(taken, gone, || {
            self.tell(Owner::forget_unwanted);
        })
        .await?;
        Some(found.unwrap_or_else(|| Taken::TurnedAway("its resident twin is gone".into())))
    }

    /// A call has finished; its process is free for another, or gone.
    pub(crate) fn give_back(&self, instance: &Arc<Instance>) {
        self.tell(|owner| owner.returned(instance));
    }

    fn tell<T>(&self, step: impl FnOnce(&mut Owner) -> T) -> Option<T> {
        self.shared.owner.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(step)
    }

    /// How many calls a process of it has at a time: its provider says what a server of its language would.
    fn calls_each(&self, app: &App) -> u32 {
        registry::of(app.provider).resident_calls(app, &self.shared.world.project)
    }

    /// Starts a process of the revision that serves, on the machine's `scratch`; builds first, if nothing has been built.
    async fn bring_up(&self, scratch: Option<Arc<Scratch>>) -> Result<Arc<Instance>, Problem> {
        let app = self.app();
        let (mut request, disk) = app.lend().await?;
        let spec = app.spec();
        request.app_id = self.id();
        request.function_id =
            spec.functions.first().map_or(self.id(), |function| self.function_id(&function.name));
        request.calls = self.calls_each(&request.revision.app);
        request.cause = Cause::Resident;
        request.cpu_milli = None;
        request.scratch = scratch;
        let world = &self.shared.world;
        bring_up(world, request, disk, &mut Instant::now())
            .await
            .map_err(|failure| problem_of(&failure, &world.project, false))
    }

    /// Its rows in the record, as the app has its own.
    fn register(&self) {
        let world = &self.shared.world;
        world.register(self.id(), &self.app().spec(), |name| self.function_id(name));
    }
}

/// The id that an app's function has in the record of its twin.
pub fn resident_function(app_id: i64, name: &str) -> i64 {
    function_id(resident_id(app_id), name)
}

/// Of an app's twin in every record.
fn resident_id(app_id: i64) -> i64 {
    stable_id(&[&app_id.to_string(), "resident twin"])
}
