//! The thread that looks at memory: often while a child is busy, seldom while none is, never while there is none.
//! A thread and not a task, so that a runtime full of work does not let a child eat the machine meanwhile.

use std::{
    io,
    sync::{Arc, Weak, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    registry::{Ended, Registry},
    sys,
};

const BUSY: Duration = Duration::from_millis(25);
const IDLE: Duration = Duration::from_millis(500);
/// Stays quick this long after the last busy child was seen: between two invocations nobody has to wake it.
const LINGER: Duration = Duration::from_millis(200);
/// When a child has ended, the processor is wanted for the next one; strays are looked for a moment later, and
/// for all that ended meanwhile at once.
const SETTLE: Duration = Duration::from_millis(50);
/// A stray may start another while it is being killed.
const ROUNDS: usize = 10;

/// The thread ends when the registry is gone.
pub(crate) fn start(registry: &Arc<Registry>) -> io::Result<()> {
    let watched = Arc::downgrade(registry);
    let thread = thread::Builder::new().name("coldframe-limits".into()).spawn(move || watch(&watched))?;
    let _ = registry.limits.set(thread.thread().clone());
    Ok(())
}

fn watch(registry: &Weak<Registry>) {
    let mut rhythm = Rhythm { last_busy: Instant::now(), last_idle_look: Instant::now(), sweep_at: None };
    loop {
        let pause = {
            let Some(registry) = registry.upgrade() else { return };
            rhythm.look(&registry)
        };
        match pause {
            Some(pause) => thread::park_timeout(pause),
            None => thread::park(),
        }
    }
}

struct Rhythm {
    last_busy: Instant,
    last_idle_look: Instant,
    sweep_at: Option<Instant>,
}

impl Rhythm {
    /// Looks at whoever is due. Returns how long to pause; `None` until woken.
    fn look(&mut self, registry: &Registry) -> Option<Duration> {
        let now = Instant::now();
        if self.sweep_at.is_some_and(|at| now >= at) {
            self.sweep_at = None;
            sweep_ended(registry.take_ended());
        } else if self.sweep_at.is_none() && registry.any_ended() {
            self.sweep_at = Some(now + SETTLE);
        }
        let processes = registry.all();
        let everybody = now.saturating_duration_since(self.last_idle_look) >= IDLE;
        if everybody {
            self.last_idle_look = now;
        }
        if !processes.is_empty() {
            registry.take_in_newcomers();
        }
        for process in &processes {
            if process.busy() || everybody {
                process.enforce_limit();
            }
        }
        if processes.iter().any(|process| process.busy()) {
            self.last_busy = now;
        }
        if self.sweep_at.is_some() || now.saturating_duration_since(self.last_busy) < LINGER {
            return Some(BUSY);
        }
        registry.resting.store(true, Ordering::SeqCst);
        // Whoever came or became busy before that store did not wake us: look again.
        let processes = registry.all();
        if registry.any_ended() || processes.iter().any(|process| process.busy()) {
            Some(BUSY)
        } else if processes.is_empty() {
            None
        } else {
            Some(IDLE)
        }
    }
}

/// The cgroups go last: they are removed when empty.
pub(crate) fn sweep_ended(ended: Vec<Ended>) {
    let (marks, cgroups): (Vec<_>, Vec<_>) = ended.into_iter().map(|one| (one.mark, one.cgroup)).unzip();
    sweep(&marks);
    drop(cgroups);
}

/// Kills what carries the mark of a child that has ended. A walk through all processes.
pub(crate) fn sweep(marks: &[String]) {
    for _ in 0..ROUNDS {
        let strays = sys::marked(marks);
        if strays.is_empty() {
            break;
        }
        for stray in strays {
            tracing::debug!(pid = stray.pid, "killing a process that left its group");
            sys::kill_exactly(stray.pid, stray.started);
        }
    }
}
