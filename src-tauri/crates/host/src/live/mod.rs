//! The live channel: engine events, gathered into at most twenty batches a second for whoever listens. Nothing is
//! built while nobody does, and a reader that lags is told to ask again instead of being sent a backlog.

mod budget;
mod gathered;

use std::{sync::Arc, time::Duration};

use coldframe_cost::Book;
use coldframe_engine::{EngineEvent, Watched};
use coldframe_protocol as wire;
use coldframe_store::ReloadEntry;
use tokio::sync::{broadcast, mpsc};

use self::gathered::Gathered;
use crate::names::FunctionNames;

/// Twenty a second: smooth to the eye, light for the reader.
const BATCH: Duration = Duration::from_millis(50);
const STATUS: Duration = Duration::from_secs(1);

/// Sends batches to everybody who listens.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    batches: broadcast::Sender<Arc<wire::LiveBatch>>,
}

/// What the channel needs to ask for while it builds a batch.
pub(crate) trait Source: Send + Sync + 'static {
    fn functions(&self, app: i64) -> impl Future<Output = Vec<wire::Function>> + Send;
    fn status(&self) -> impl Future<Output = wire::HostStatus> + Send;
    fn names(&self) -> FunctionNames;
    fn book(&self) -> &Book;
    fn count_reload(&self);
    /// New code serves, and the old has finished.
    fn reloaded(&self, reload: &ReloadEntry);
}

impl Live {
    pub(crate) fn new() -> Self {
        Self { batches: broadcast::channel(64).0 }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<wire::LiveBatch>> {
        self.batches.subscribe()
    }

    /// Tells engines whether anybody listens; true from the moment of the subscription on.
    pub(crate) fn watched(&self) -> Arc<Watched> {
        let batches = self.batches.clone();
        Arc::new(move || batches.receiver_count() > 0)
    }

    /// Tells every listener to ask again.
    pub(crate) fn stale(&self) {
        let _ = self.batches.send(Arc::new(wire::LiveBatch::stale()));
    }

    /// A reload of which there is more to tell.
    pub(crate) fn show(&self, reload: wire::Reload) {
        let batch = wire::LiveBatch { receipts: vec![reload], stale: false, ..wire::LiveBatch::stale() };
        let _ = self.batches.send(Arc::new(batch));
    }

    /// Gathers one engine's events until it is gone.
    ///
    /// Looks once for each batch instead of waiting for each event: an event must not wake anybody while a call is
    /// on its way to its answer.
    pub(crate) async fn gather(self, source: impl Source, mut events: mpsc::UnboundedReceiver<EngineEvent>) {
        let mut gathered = Gathered::default();
        let mut tick = tokio::time::interval(BATCH);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut last_status = tokio::time::Instant::now();
        loop {
            tick.tick().await;
            loop {
                match events.try_recv() {
                    Ok(event) => {
                        if let EngineEvent::Reload(entry, _) = &event
                            && entry.drained_us.is_some()
                        {
                            source.count_reload();
                            // What a save did is measured while somebody looks.
                            if entry.outcome == "ok" && self.batches.receiver_count() > 0 {
                                source.reloaded(entry);
                            }
                        }
                        if self.batches.receiver_count() > 0 {
                            gathered.add(event, &source);
                        }
                    }
                    Err(mpsc::error::TryRecvError::Empty) => break,
                    Err(mpsc::error::TryRecvError::Disconnected) => return,
                }
            }
            if self.batches.receiver_count() == 0 {
                gathered = Gathered::default();
                continue;
            }
            let due = last_status.elapsed() >= STATUS;
            if gathered.is_empty() && !due {
                gathered.rest();
                continue;
            }
            let next = gathered.next();
            let mut batch = std::mem::replace(&mut gathered, next).batch(&source).await;
            if due {
                last_status = tokio::time::Instant::now();
                batch.status = Some(source.status().await);
            }
            let _ = self.batches.send(Arc::new(batch));
        }
    }
}
