//! All children of one supervisor, for those who go through them: the limit thread, the spawner, the shutdown.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::Thread,
    time::Instant,
};

use tokio::sync::Notify;

use crate::{
    keeper::Link,
    process::Process,
    sys::{self, Cgroup},
    tree::Census,
};

/// A child that ended and may have left something behind.
pub(crate) struct Ended {
    pub(crate) mark: String,
    /// Removed when its strays are gone, by being dropped.
    pub(crate) cgroup: Option<Cgroup>,
}

pub(crate) struct Registry {
    /// Begins the mark of every child, see [`sys::MARK`].
    pub(crate) mark: String,
    pub(crate) keeper: Link,
    next: AtomicU64,
    closed: AtomicBool,
    /// Short sections only; taken before a process's tree, after the census.
    processes: Mutex<HashMap<u32, Arc<Process>>>,
    census: Mutex<Census>,
    /// Children whose strays are to be swept.
    ended: Mutex<Vec<Ended>>,
    pub(crate) removed: Notify,
    pub(crate) limits: OnceLock<Thread>,
    /// The limit thread sleeps long and must be woken for a busy child.
    pub(crate) resting: AtomicBool,
    /// The thread of the duty cycle, from the first child on that needs it; none where it could not be started.
    pub(crate) duty: OnceLock<Option<Thread>>,
}

impl Registry {
    /// `serial` tells the supervisors of one host apart.
    pub(crate) fn new(serial: u64) -> Self {
        let host = std::process::id();
        let started = sys::row(host).map_or(0, |row| row.started);
        Self {
            mark: format!("{host}:{started}:{serial}:"),
            keeper: Link::default(),
            next: AtomicU64::new(1),
            closed: AtomicBool::new(false),
            processes: Mutex::default(),
            census: Mutex::default(),
            ended: Mutex::default(),
            removed: Notify::new(),
            limits: OnceLock::new(),
            resting: AtomicBool::new(false),
            duty: OnceLock::new(),
        }
    }

    /// A mark for one more child. It ends with a sign of its own, so that none is the beginning of another.
    pub(crate) fn next_mark(&self) -> String {
        format!("{}{};", self.mark, self.next.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn add(&self, process: Arc<Process>) {
        lock(&self.processes).insert(process.pid, process);
        self.wake_limits();
    }

    /// A child has ended; what it may have left behind is looked for.
    pub(crate) fn remove(&self, process: &Process) {
        lock(&self.processes).remove(&process.pid);
        let ended = Ended { mark: process.mark.clone(), cgroup: process.take_cgroup() };
        lock(&self.ended).push(ended);
        self.removed.notify_waiters();
        self.wake_limits();
    }

    pub(crate) fn all(&self) -> Vec<Arc<Process>> {
        lock(&self.processes).values().cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.processes).is_empty()
    }

    pub(crate) fn any_ended(&self) -> bool {
        !lock(&self.ended).is_empty()
    }

    pub(crate) fn take_ended(&self) -> Vec<Ended> {
        std::mem::take(&mut lock(&self.ended))
    }

    /// Brings every tree up to date with the processes started since the last time.
    pub(crate) fn take_in_newcomers(&self) {
        let mut census = lock(&self.census);
        let mut newcomers = census.newcomers(Instant::now());
        if newcomers.is_empty() {
            return;
        }
        let processes = self.all();
        newcomers.sort_by_key(|row| row.started);
        // Parents come before their children, unless both were started in the same tick: hence again while it helps.
        loop {
            let before = newcomers.len();
            newcomers.retain(|row| !processes.iter().any(|process| process.adopt(*row)));
            if newcomers.len() == before {
                break;
            }
        }
        // One that has left its group and lost its parent, as daemons do, is known by its mark.
        for row in newcomers {
            if let Some(mark) = sys::mark_of(row.pid)
                && let Some(process) = processes.iter().find(|process| process.mark == mark)
            {
                process.adopt_stray(row);
            }
        }
    }

    pub(crate) fn wake_limits(&self) {
        if self.resting.swap(false, Ordering::SeqCst)
            && let Some(thread) = self.limits.get()
        {
            thread.unpark();
        }
    }

    pub(crate) fn wake_duty(&self) {
        if let Some(Some(thread)) = self.duty.get() {
            thread.unpark();
        }
    }
}

impl Drop for Registry {
    /// Both threads may be asleep until woken.
    fn drop(&mut self) {
        self.wake_duty();
        if let Some(thread) = self.limits.get() {
            thread.unpark();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
