//! Limits that no app owns: the account's concurrency (throttles), and what this machine can bear (queues).

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::EngineConfig;

#[derive(Debug)]
pub(crate) struct Guard {
    account: Arc<Semaphore>,
    live: Arc<Semaphore>,
    most_live: usize,
    /// Instances that wait for a place.
    wanted: AtomicUsize,
    spawns: Arc<Semaphore>,
    trial: Arc<Semaphore>,
}

impl Guard {
    pub(crate) fn new(config: &EngineConfig) -> Self {
        Self {
            account: Arc::new(Semaphore::new(config.account_concurrency)),
            live: Arc::new(Semaphore::new(config.max_instances)),
            most_live: config.max_instances,
            wanted: AtomicUsize::new(0),
            spawns: Arc::new(Semaphore::new(config.max_spawns)),
            trial: Arc::new(Semaphore::new(1)),
        }
    }

    /// One invocation's place in the account; `None` means throttled.
    pub(crate) fn account(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.account).try_acquire_owned().ok()
    }

    /// One instance's place on this machine, at once.
    pub(crate) fn try_live(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.live).try_acquire_owned().ok()
    }

    /// The same, waiting for another instance to go.
    pub(crate) async fn live(&self) -> OwnedSemaphorePermit {
        let _wants = Wants::new(&self.wanted);
        Arc::clone(&self.live).acquire_owned().await.expect("the guard's semaphores are never closed")
    }

    /// This machine bears no more, or will not when the `own` instances of an app are there.
    pub(crate) fn is_full(&self, own: usize) -> bool {
        own >= self.most_live || self.live.available_permits() == 0
    }

    /// Somebody waits for an instance to go.
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0
    }

    /// Held while a size is measured: two at a time would measure each other.
    pub(crate) async fn trial(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.trial).acquire_owned().await.expect("the guard's semaphores are never closed")
    }

    /// Held while a process is being created.
    pub(crate) async fn spawn(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.spawns).acquire_owned().await.expect("the guard's semaphores are never closed")
    }
}

/// Counts one that waits, also if its wait is given up.
struct Wants<'a>(&'a AtomicUsize);

impl<'a> Wants<'a> {
    fn new(wanted: &'a AtomicUsize) -> Self {
        wanted.fetch_add(1, Ordering::Relaxed);
        Self(wanted)
    }
}

impl Drop for Wants<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
