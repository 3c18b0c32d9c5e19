//! The owner of one app's state. Decisions are made here and nowhere else, each in one step that waits for nothing;
//! whatever takes time runs in tasks that come back with what they found.

use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use coldframe_providers::{
    domain::{App, Problem, Settings},
    provider::Rules,
    registry,
};
use tokio::sync::oneshot;

use super::{
    AppHandle, AppStatus, InstanceState, InstanceStatus, Job, Revision,
    pool::Pool,
    reload,
    sources::{KeptCopy, Sources, is_code},
};
use crate::{event::EngineEvent, instance::Instance, world::SharedWorld};

mod jobs;
mod keep;
mod lend;
mod pause;
mod revise;
mod serve;
mod swap;

pub(crate) use self::lend::{Lent, LentPair};
pub(super) use self::serve::Call;
use self::serve::Purpose;

pub(super) struct Owner {
    world: SharedWorld,
    handle: AppHandle,
    spec: Arc<App>,
    settings: Settings,
    pool: Pool,
    code: Code,
    /// Nothing of an app runs before it is called, or a person asks.
    called: bool,
    next_cold: bool,
    problem: Option<Problem>,
    /// The last build or installation that ran a tool; one that goes on is its work's.
    job: Option<Arc<Job>>,
    /// While it is paused: what was saved meanwhile.
    held: Option<Files>,
    /// When the timekeeper looks again.
    due: Option<Instant>,
}

/// The app's revisions and what is on disk.
#[derive(Default)]
struct Code {
    current: Option<Arc<Revision>>,
    /// An instance of the current revision has come up at least once.
    proven: bool,
    sources: Option<Arc<Sources>>,
    /// Of the files as last read, and of those that `current` was made from. Equal: the disk is what serves.
    disk: Option<blake3::Hash>,
    serving: Option<blake3::Hash>,
    /// A copy of the current revision's files.
    kept: Option<Arc<KeptCopy>>,
    /// What served before it, with the copy that it can be started from.
    before: Option<(Arc<Revision>, Option<Arc<KeptCopy>>)>,
    /// What the process reported as loaded.
    loaded: Option<HashSet<PathBuf>>,
    work: Option<reload::Work>,
    works: u64,
    /// What was saved and, as a person gave up its build, has not been read yet.
    unread: Files,
    /// Calls that wait for a first build, or for what a save turns out to be.
    waiting: Vec<Call>,
    /// Who waits to see what the preparation comes to; dropped, it is over.
    checks: Vec<oneshot::Sender<()>>,
    /// Who wants to run the first build outside of the pool.
    borrowers: Vec<oneshot::Sender<Lent>>,
    /// A swap whose old instances still finish their calls.
    draining: Option<swap::Draining>,
}

impl Code {
    /// What was read and built; the next call reads everything.
    fn forget(&mut self) {
        (self.current, self.before, self.kept) = (None, None, None);
        (self.sources, self.loaded) = (None, None);
        (self.disk, self.serving, self.proven) = (None, None, false);
    }
}

impl Owner {
    pub(super) fn new(world: SharedWorld, handle: AppHandle) -> Self {
        let spec = handle.spec();
        let settings = spec.settings.clone();
        let held = world.is_paused().then(Files::new);
        Self {
            world,
            handle,
            spec,
            settings,
            pool: Pool::default(),
            code: Code::default(),
            called: false,
            next_cold: false,
            problem: None,
            job: None,
            held,
            due: None,
        }
    }

    pub(super) fn stop(&mut self) {
        self.retire();
        for instance in self.pool.busy() {
            instance.end("shutdown");
        }
    }

    /// Starts nothing more. Calls under way are finished: who has their instance has it to itself, and it ends with them.
    pub(super) fn retire(&mut self) {
        if let Some(work) = self.code.work.take() {
            work.abort.abort();
        }
        self.code.checks.clear();
        for instance in self.pool.remove_idle(|_, _| true) {
            instance.end("shutdown");
        }
    }

    /// What is on disk is what serves, as far as is known.
    fn in_step(&self) -> bool {
        self.code.work.is_none() && self.code.disk == self.code.serving
    }

    /// What an instance that is started now may use: thousandths of a core; `None` for all there are.
    fn cpu_milli(&self) -> Option<u32> {
        let settings = &self.settings;
        settings.emulate_cpu_share.then(|| registry::of(self.spec.provider).vcpu_milli(settings.memory_mb))
    }

    /// What the provider does at its limits.
    fn rules(&self) -> &'static Rules {
        &registry::of(self.spec.provider).rules
    }

    fn touched(&self) {
        self.world.bus.send(EngineEvent::Touched(self.handle.id()));
    }

    /// The same of what every call changes, which is told only while somebody watches.
    fn turned(&self) {
        self.world.bus.show(|| EngineEvent::Touched(self.handle.id()));
    }

    pub(super) fn status(&self) -> AppStatus {
        let now = Instant::now();
        let current = self.code.current.as_ref().map_or(0, |revision| revision.id);
        let kept = self.pool.idle_count() <= self.settings.kept_warm as usize;
        let idle = self.pool.idle().map(|(instance, since)| {
            let ends_in = (!kept).then(|| (*since + self.settings.idle).saturating_duration_since(now));
            instance_status(instance, InstanceState::Idle { ends_in })
        });
        let busy = self.pool.busy().map(|instance| {
            let retiring = instance.revision.id != current;
            instance_status(instance, if retiring { InstanceState::Retiring } else { InstanceState::Busy })
        });
        let functions = self.spec.functions.iter();
        AppStatus {
            id: self.handle.id(),
            app: Arc::clone(&self.spec),
            functions: functions.map(|f| (self.handle.function_id(&f.name), f.name.clone())).collect(),
            revision: self.code.current.as_ref().map(|revision| revision.hash.clone()).unwrap_or_default(),
            problems: self.problem.iter().chain(&self.spec.problems).cloned().collect(),
            job: self.job().and_then(|job| job.status()),
            serving: self.code.proven,
            starting: self.pool.starting,
            instances: busy.chain(idle).collect(),
            idle: self.settings.idle,
            kept_warm: self.settings.kept_warm,
            always_cold: self.settings.always_cold,
            emulate_cpu_share: self.settings.emulate_cpu_share,
            next_cold: self.next_cold,
            concurrency: self.settings.concurrency,
            instance_concurrency: self.settings.instance_concurrency,
            in_flight: self.pool.in_flight,
            working: self.code.work.is_some(),
            twin: self.handle.known_twin().is_some_and(|twin| twin.is_on()),
        }
    }
}

fn instance_status(instance: &Instance, state: InstanceState) -> InstanceStatus {
    InstanceStatus {
        id: instance.id,
        name: instance.name.clone(),
        pid: instance.pid(),
        revision: instance.revision.hash.clone(),
        state,
        started_at: instance.started_us,
        invocations: instance.served.load(std::sync::atomic::Ordering::Relaxed),
        cpu: instance.cpu_milli.map(|milli| (milli, instance.child.cpu_limit())),
    }
}

type Files = BTreeSet<PathBuf>;

/// Whether a change to a file is a change to the app.
fn concerns(code: &Code, app: &App, path: &Path, shared: &[PathBuf], broken: bool) -> bool {
    if code.loaded.as_ref().is_some_and(|loaded| loaded.contains(path)) {
        return true;
    }
    if code.sources.as_ref().is_some_and(|sources| !path.starts_with(&app.root) && sources.contains(path)) {
        return true;
    }
    if !path.starts_with(&app.root) {
        // Where nobody says what was loaded (ES modules before Node 22.15), a module that is no other app's may be.
        let is_shared = shared.iter().any(|file| file == path);
        let may_load = || code.sources.as_ref().is_none_or(|sources| sources.may_load(path));
        return code.loaded.is_none() && is_shared && is_code(path, app.language) && may_load();
    }
    // Of code files only the loaded ones count, where that is known; while something is broken, any may mend it.
    broken || code.loaded.is_none() || !is_code(path, app.language)
}
