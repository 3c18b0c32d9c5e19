//! Calls that come together, as those of a load test: how many of them wait for an instance, and that nobody wants those
//! any more. A call that has an instance is finished, whoever left.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Cheap handle.
#[derive(Debug, Clone, Default)]
pub struct Crowd {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: AtomicUsize,
    given_up: CancellationToken,
}

impl Crowd {
    /// One more call waits.
    pub fn join(&self) -> Waiting {
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting { shared: Arc::clone(&self.shared) }
    }

    /// Calls that have no instance yet.
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    /// Calls that have no instance get none any more; what is started for them ends.
    pub fn give_up(&self) {
        self.shared.given_up.cancel();
    }
}

/// A call's place among those that wait, until it is dropped.
#[derive(Debug)]
pub struct Waiting {
    shared: Arc<Shared>,
}

impl Waiting {
    pub(crate) fn unwanted(&self) -> CancellationToken {
        self.shared.given_up.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What an owner answers a call that waits, `Some(None)` if the owner is gone. `None`: nobody wanted it any more before there was
/// an answer, and the owner is to `forget` it.
pub(crate) async fn answered<T>(
    mut taken: oneshot::Receiver<T>,
    gone: Option<CancellationToken>,
    forget: impl FnOnce(),
) -> Option<Option<T>> {
    let found = tokio::select! {
        biased;
        found = &mut taken => found.ok(),
        () = unwanted(gone.as_ref()) => {
            // What was on its way already is taken: nobody else would give it back.
            taken.close();
            let Ok(found) = taken.try_recv() else {
                forget();
                return None;
            };
            Some(found)
        }
    };
    if found.is_none() && gone.is_some_and(|gone| gone.is_cancelled()) {
        return None;
    }
    Some(found)
}

/// Resolves when nobody wants it any more, if that can be.
pub(crate) async fn unwanted(token: Option<&CancellationToken>) {
    match token {
        Some(token) => token.cancelled().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_that_wait_are_counted_and_given_up_together() {
        let crowd = Crowd::default();
        let (first, second) = (crowd.join(), crowd.join());
        drop(first);
        assert_eq!(crowd.waiting(), 1, "one has its instance");
        let token = second.unwanted();
        assert!(!token.is_cancelled());
        crowd.give_up();
        unwanted(Some(&token)).await;
        assert!(crowd.join().unwanted().is_cancelled(), "nobody who comes later is wanted either");
    }
}
