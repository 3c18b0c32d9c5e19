//! The live channel: engine events, gathered into at most twenty batches a second for whoever listens. Nothing is
//! built while nobody does, and a reader that lags is told to ask again instead of being sent a backlog.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use coldframe_cost::Book;
use coldframe_engine::{EngineEvent, Watched};
use coldframe_protocol as wire;
use coldframe_store::Stream;
use tokio::sync::{broadcast, mpsc};

use crate::{frame, names::FunctionNames, shape};

/// Twenty a second: smooth to the eye, light for the reader.
const BATCH: Duration = Duration::from_millis(50);
const STATUS: Duration = Duration::from_secs(1);
const MOST_INVOCATIONS: usize = 200;
const MOST_LOGS: usize = 500;
const MOST_UNFINISHED: usize = 2000;

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
        let _ = self.batches.send(Arc::new(wire::LiveBatch { stale: true, ..empty() }));
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
                        if matches!(&event, EngineEvent::Reload(entry, _) if entry.drained_us.is_some()) {
                            source.count_reload();
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

#[derive(Default)]
struct Gathered {
    apps: HashSet<i64>,
    invocations: BTreeMap<i64, wire::Invocation>,
    /// Rows sent before they had finished: sent again, whole, when they have.
    unfinished: HashMap<i64, wire::Invocation>,
    /// Calls the provider's own lines came of: nothing is made up for these.
    told: HashSet<i64>,
    skipped: u64,
    logs: Vec<wire::LogLine>,
    job_lines: Vec<wire::JobLine>,
    reloads: Vec<wire::Reload>,
    notices: Vec<wire::Notice>,
    stale: bool,
}

impl Gathered {
    fn is_empty(&self) -> bool {
        self.apps.is_empty()
            && self.invocations.is_empty()
            && self.logs.is_empty()
            && self.job_lines.is_empty()
            && self.reloads.is_empty()
            && self.notices.is_empty()
            && !self.stale
    }

    fn add(&mut self, event: EngineEvent, source: &impl Source) {
        match event {
            EngineEvent::Touched(app) => drop(self.apps.insert(app)),
            EngineEvent::Answered(entry, names) => {
                self.apps.insert(entry.app_id);
                if self.invocations.len() >= MOST_INVOCATIONS {
                    self.skipped += 1;
                    return;
                }
                let function = source.names().get(entry.function_id);
                let row = shape::invocation(&entry, &names, &function, source.book());
                self.invocations.insert(entry.id, row);
            }
            EngineEvent::Finished(finished) => {
                if let Some(row) = self.invocations.get_mut(&finished.id) {
                    shape::finish(row, &finished);
                } else if let Some(mut row) = self.unfinished.remove(&finished.id) {
                    shape::finish(&mut row, &finished);
                    self.invocations.insert(row.id, row);
                } else {
                    self.told.remove(&finished.id);
                }
            }
            EngineEvent::Log(entry, origin) => {
                if entry.stream == Stream::Platform {
                    self.told.extend(entry.invocation_id);
                }
                if self.logs.len() >= MOST_LOGS {
                    self.skipped += 1;
                    return;
                }
                let function = source.names().get(entry.function_id);
                self.logs.push(wire::LogLine {
                    id: entry.id,
                    at: shape::time_text(entry.at),
                    function_id: entry.function_id,
                    function: function.name.clone(),
                    instance: origin.instance.to_string(),
                    invocation_id: entry.invocation_id,
                    request_id: origin.request_id.as_deref().map(str::to_owned),
                    stream: shape::stream_text(entry.stream).into(),
                    level: coldframe_report::level(&entry.text),
                    text: entry.text,
                });
            }
            // Who looks sees by their numbers that lines are missing, and asks for them.
            EngineEvent::Said(line) => {
                if self.job_lines.len() < MOST_LOGS {
                    self.job_lines.push(shape::job_line(line));
                }
            }
            EngineEvent::Reload(entry, revision) => {
                self.apps.insert(entry.app_id);
                self.reloads.push(source.names().reload(&entry, revision));
            }
            EngineEvent::Notice { error, title, text, function_id } => self.notices.push(wire::Notice {
                level: if error { "error" } else { "info" }.into(),
                title,
                text,
                function: function_id,
            }),
            EngineEvent::Project => self.stale = true,
        }
    }

    /// What the batch after this one has to know of it.
    fn next(&mut self) -> Self {
        let open = |row: &wire::Invocation| row.peak_memory_mb.is_none() && row.instance.is_some();
        let mut unfinished = std::mem::take(&mut self.unfinished);
        let mut told = self.told.clone();
        if unfinished.len() > MOST_UNFINISHED || told.len() > MOST_UNFINISHED {
            (unfinished, told) = Default::default();
        }
        for row in self.invocations.values() {
            if open(row) {
                unfinished.insert(row.id, row.clone());
            } else {
                told.remove(&row.id);
            }
        }
        Self { unfinished, told, ..Self::default() }
    }

    /// The log lines, with those of quiet calls that have finished.
    fn take_logs(&mut self) -> Vec<wire::LogLine> {
        let mut logs = std::mem::take(&mut self.logs);
        let quiet = |row: &&wire::Invocation| frame::quiet(row) && !self.told.contains(&row.id);
        frame::add(&mut logs, self.invocations.values().filter(quiet));
        self.skipped += logs.len().saturating_sub(MOST_LOGS) as u64;
        logs.truncate(MOST_LOGS);
        logs
    }

    async fn batch(mut self, source: &impl Source) -> wire::LiveBatch {
        let mut functions = Vec::new();
        for app in &self.apps {
            functions.extend(source.functions(*app).await);
        }
        let logs = self.take_logs();
        wire::LiveBatch {
            functions,
            invocations: self.invocations.into_values().collect(),
            skipped: self.skipped,
            logs,
            job_lines: self.job_lines,
            reloads: self.reloads,
            notices: self.notices,
            status: None,
            stale: self.stale,
        }
    }
}

fn empty() -> wire::LiveBatch {
    wire::LiveBatch {
        functions: Vec::new(),
        invocations: Vec::new(),
        skipped: 0,
        logs: Vec::new(),
        job_lines: Vec::new(),
        reloads: Vec::new(),
        notices: Vec::new(),
        status: None,
        stale: false,
    }
}
