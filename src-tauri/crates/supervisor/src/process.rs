//! What the handles, the owner task and the limit thread of one child share.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::Notify;

use crate::{
    CpuLimit, CpuMode, Exit,
    cpu::Share,
    output::{Intake, OutputLines},
    registry::Registry,
    sys::{self, Cgroup, Row},
    tree::Tree,
    usage::Sample,
};

pub(crate) struct Process {
    pub(crate) pid: u32,
    /// In the environment of everything it starts.
    pub(crate) mark: String,
    limit_mb: Option<u32>,
    cpu_limit: CpuLimit,
    cpu_milli: u32,
    /// Until the process has ended and its strays are swept. Taken out once.
    cgroup: Mutex<Option<Cgroup>>,
    /// For short looks and signals, never across an await: also keeps the leader from being reaped meanwhile.
    tree: Mutex<Tree>,
    busy: AtomicBool,
    out_of_memory: OnceLock<Exit>,
    /// For systems where only the owner task can kill.
    kill_asked: Notify,
    /// The owner task holds it; when that ends, the pipes close.
    intake: Weak<Intake>,
    lines: Mutex<Option<OutputLines>>,
    registry: Arc<Registry>,
}

impl Process {
    pub(crate) fn new(
        pid: u32,
        mark: String,
        limit_mb: Option<u32>,
        share: Share,
        intake: &Arc<Intake>,
        lines: OutputLines,
        registry: Arc<Registry>,
    ) -> Self {
        Self {
            pid,
            mark,
            limit_mb,
            cpu_limit: share.limit,
            cpu_milli: share.milli,
            cgroup: Mutex::new(share.cgroup),
            tree: Mutex::new(Tree::new(pid)),
            busy: AtomicBool::new(true),
            out_of_memory: OnceLock::new(),
            kill_asked: Notify::new(),
            intake: Arc::downgrade(intake),
            lines: Mutex::new(Some(lines)),
            registry,
        }
    }

    pub(crate) fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn kill(&self) {
        self.tree().kill();
        self.kill_asked.notify_one();
    }

    pub(crate) async fn kill_asked(&self) {
        self.kill_asked.notified().await;
    }

    pub(crate) fn terminate(&self) {
        self.tree().terminate();
        if cfg!(windows) {
            self.kill_asked.notify_one();
        }
    }

    pub(crate) fn take_lines(&self) -> Option<OutputLines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) async fn drain(&self) {
        // Without an owner everything has been delivered.
        let intake = self.intake.upgrade();
        if let Some(intake) = intake {
            intake.drain().await;
        }
    }

    pub(crate) fn sample(&self) -> Sample {
        self.tree().sample()
    }

    pub(crate) fn sample_ahead(&self) {
        self.tree().sample_ahead();
    }

    pub(crate) fn reset_peak(&self) {
        self.tree().reset_peak();
    }

    pub(crate) fn owns_port(&self, port: u16) -> bool {
        // The server may be a grandchild that was started a moment ago.
        self.registry.take_in_newcomers();
        let pids = self.tree().pids();
        sys::answers_at(port, &pids)
    }

    pub(crate) fn listening_ports(&self) -> Vec<u16> {
        self.registry.take_in_newcomers();
        sys::listening(&self.tree().pids())
    }

    pub(crate) fn watch_memory(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
        if busy {
            self.registry.wake_limits();
            if self.duty().is_some() {
                self.registry.wake_duty();
            }
        }
    }

    pub(crate) fn busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }

    pub(crate) fn cpu_limit(&self) -> CpuLimit {
        self.cpu_limit
    }

    /// The share that the duty cycle keeps, in thousandths of a core; `None` where nobody or the kernel does.
    pub(crate) fn duty(&self) -> Option<u32> {
        (self.cpu_limit == CpuLimit::Kept(CpuMode::DutyCycle)).then_some(self.cpu_milli)
    }

    pub(crate) fn take_cgroup(&self) -> Option<Cgroup> {
        self.cgroup.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn adopt(&self, row: Row) -> bool {
        self.tree().adopt(row)
    }

    pub(crate) fn adopt_stray(&self, row: Row) {
        self.tree().adopt_stray(row);
    }

    /// Kills the tree if it uses more than it may.
    pub(crate) fn enforce_limit(&self) {
        let mut tree = self.tree();
        let limit_mb = self.limit_mb.unwrap_or(u32::MAX);
        if let Some(used_kb) = tree.exceeds(u64::from(limit_mb) * 1024) {
            let used_mb = u32::try_from(used_kb.div_ceil(1024)).unwrap_or(u32::MAX);
            // Set once; the reason of the first kill stands.
            let _ = self.out_of_memory.set(Exit::OutOfMemory { limit_mb, used_mb });
            tracing::info!(pid = self.pid, limit_mb, used_mb, "killed for using more memory than its limit");
            tree.kill();
            self.kill_asked.notify_one();
        }
    }

    /// What to report for an end that the system describes as `exit`.
    pub(crate) fn reason(&self, exit: Exit) -> Exit {
        self.out_of_memory.get().copied().unwrap_or(exit)
    }
}
