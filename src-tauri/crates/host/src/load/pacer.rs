//! Waits for moments, on a thread of its own: the runtime's timer is a millisecond coarse, and that would be in every
//! latency that is counted from the moment a call was due.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Instant,
};

/// Can be stopped while it waits.
#[derive(Debug, Default)]
pub(super) struct Pacer {
    /// Held for looks and while nothing is done.
    stopped: Mutex<bool>,
    turned: Condvar,
}

impl Pacer {
    pub(super) fn stop(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.turned.notify_all();
    }

    /// Blocks until the moment has come; `false` if it was stopped before.
    pub(super) fn wait_until(&self, moment: Instant) -> bool {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        while !*stopped {
            let left = moment.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            stopped = self.turned.wait_timeout(stopped, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Duration};

    use super::*;

    #[test]
    fn a_moment_is_never_early_and_stopping_ends_the_wait() {
        let pacer = Arc::new(Pacer::default());
        let moment = Instant::now() + Duration::from_millis(3);
        assert!(pacer.wait_until(moment) && Instant::now() >= moment);
        assert!(pacer.wait_until(moment), "what has passed is not waited for");
        let waiting = {
            let pacer = Arc::clone(&pacer);
            thread::spawn(move || pacer.wait_until(Instant::now() + Duration::from_hours(1)))
        };
        pacer.stop();
        assert!(!waiting.join().unwrap(), "an hour was waited for");
        assert!(!pacer.wait_until(Instant::now()), "stopped is stopped");
    }
}
