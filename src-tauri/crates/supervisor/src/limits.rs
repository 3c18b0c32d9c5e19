//! The thread that looks at memory: often while a child is busy, seldom while none is, never while there is none.
//! A thread and not a task, so that a runtime full of work does not let a child eat the machine meanwhile.

use std::{
    io,
    sync::{Arc, Weak, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{registry::Registry, sys};

const BUSY: Duration = Duration::from_millis(25);
const IDLE: Duration = Duration::from_millis(500);
/// Stays quick this long after the last busy child was seen: between two invocations nobody has to wake it.
const LINGER: Duration = Duration::from_millis(200);
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
    let mut last_busy = Instant::now();
    let mut last_idle_look = Instant::now();
    loop {
        let pause = {
            let Some(registry) = registry.upgrade() else { return };
            let ended = registry.take_ended();
            if !ended.is_empty() {
                sweep(&ended);
            }
            let processes = registry.all();
            let now = Instant::now();
            let everybody = now.saturating_duration_since(last_idle_look) >= IDLE;
            if everybody {
                last_idle_look = now;
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
                last_busy = now;
            }
            let pause = if now.saturating_duration_since(last_busy) < LINGER { BUSY } else { IDLE };
            registry.resting.store(pause == IDLE, Ordering::SeqCst);
            // Whoever became busy before that store did not wake us.
            if pause == IDLE && processes.iter().any(|process| process.busy()) { BUSY } else { pause }
        };
        thread::park_timeout(pause);
    }
}

/// Kills what carries the mark of a child that has ended.
pub(crate) fn sweep(marks: &[String]) {
    for mark in marks {
        for _ in 0..ROUNDS {
            let strays = sys::marked(mark);
            if strays.is_empty() {
                break;
            }
            for stray in strays {
                tracing::debug!(pid = stray.pid, "killing a process that left its group");
                sys::kill_exactly(stray.pid, stray.started);
            }
        }
    }
}
