//! What the engine tells the host: one closed list.

use std::sync::Arc;

use coldframe_store::{Answered, Finished, LogEntry, ReloadEntry};

#[derive(Debug)]
pub enum EngineEvent {
    /// Something about this app's pool or state changed.
    Touched(i64),
    Answered(Arc<Answered>, Names),
    Finished(Finished),
    Log(LogEntry, Origin),
    Reload(Box<ReloadEntry>),
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

/// Where events go; the host drains it and drops what nobody looks at.
#[derive(Debug, Clone)]
pub(crate) struct Bus(tokio::sync::mpsc::UnboundedSender<EngineEvent>);

impl Bus {
    pub(crate) fn new() -> (Self, tokio::sync::mpsc::UnboundedReceiver<EngineEvent>) {
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        (Self(sender), receiver)
    }
    pub(crate) fn send(&self, event: EngineEvent) {
        // Fails only while the host shuts down, when nobody looks any more.
        let _ = self.0.send(event);
    }
}
