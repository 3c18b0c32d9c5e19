//! What the engine tells the host: one closed list.

use std::{fmt, sync::Arc};

use coldframe_store::{Answered, Finished, LogEntry, ReloadEntry};
use tokio::sync::mpsc;

use crate::app::JobLine;

#[derive(Debug)]
pub enum EngineEvent {
    /// Something about this app's pool or state changed.
    Touched(i64),
    Answered(Arc<Answered>, Names),
    Finished(Finished),
    Log(LogEntry, Origin),
    /// A build or an installation goes on.
    Said(JobLine),
    /// These files changed on disk, by their paths from the project's folder, whether anything runs them or not.
    Saved(Vec<String>),
    /// With the short hash of the revision it made.
    Reload(Box<ReloadEntry>, Option<String>),
    Notice {
        error: bool,
        title: String,
        text: String,
        function_id: Option<i64>,
    },
    /// Apps came or went.
    Project,
}

/// Where a line came from, by the names people see.
#[derive(Debug, Clone)]
pub struct Origin {
    pub instance: Arc<str>,
    pub request_id: Option<Arc<str>>,
}

/// What a row names that the entry only has ids of.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub instance: Option<String>,
    pub revision: Option<String>,
}

/// Whether anybody watches at this moment.
pub type Watched = dyn Fn() -> bool + Send + Sync;

/// Where events go; the host drains it.
#[derive(Clone)]
pub(crate) struct Bus {
    sender: mpsc::UnboundedSender<EngineEvent>,
    watched: Arc<Watched>,
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus").finish_non_exhaustive()
    }
}

impl Bus {
    pub(crate) fn new(watched: Arc<Watched>) -> (Self, mpsc::UnboundedReceiver<EngineEvent>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self { sender, watched }, receiver)
    }

    pub(crate) fn send(&self, event: EngineEvent) {
        // Fails only while the host shuts down, when nobody looks any more.
        let _ = self.sender.send(event);
    }

    /// What every call and every line has to tell: made only for somebody who watches. Else all of it would lie about
    /// until the host's next look, and the calls in between would find their memory cold.
    pub(crate) fn show(&self, event: impl FnOnce() -> EngineEvent) {
        if (self.watched)() {
            self.send(event());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn what_nobody_watches_is_not_made() {
        let watched = Arc::new(AtomicBool::new(false));
        let eye = Arc::clone(&watched);
        let (bus, mut events) = Bus::new(Arc::new(move || eye.load(Ordering::Relaxed)));
        bus.show(|| panic!("an event was made for nobody"));
        bus.send(EngineEvent::Project);
        assert!(matches!(events.try_recv(), Ok(EngineEvent::Project)), "the rest is told in any case");
        watched.store(true, Ordering::Relaxed);
        bus.show(|| EngineEvent::Touched(1));
        assert!(matches!(events.try_recv(), Ok(EngineEvent::Touched(1))), "somebody watches now");
    }
}
