//! An instance's output: every line goes to the record and the live channel, tagged with the invocation that was
//! running when it was written, if one was.

use std::sync::{Arc, Mutex};

use coldframe_providers::clock;
use coldframe_store::{Entry, LogEntry, Stream};
use coldframe_supervisor as supervisor;
use tokio::sync::{mpsc, oneshot};

use crate::{event::EngineEvent, world::SharedWorld};

/// Cheap handle; the pump task owns the pipe's end.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    shared: Arc<Shared>,
    flush: mpsc::UnboundedSender<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Shared {
    world: SharedWorld,
    instance_id: i64,
    function_id: i64,
    /// The invocation in flight and the lines it wrote. A short section: set at its ends, pushed to by the pump.
    current: Mutex<Current>,
}

#[derive(Debug, Default)]
struct Current {
    invocation_id: Option<i64>,
    lines: Vec<String>,
    /// Lines before the first invocation: what init printed.
    init: Vec<String>,
}

impl Logs {
    pub(crate) fn start(
        world: &SharedWorld,
        instance_id: i64,
        function_id: i64,
        output: Option<supervisor::OutputLines>,
    ) -> Self {
        let (flush, flushes) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            world: Arc::clone(world),
            instance_id,
            function_id,
            current: Mutex::default(),
        });
        if let Some(output) = output {
            world.tasks.spawn(pump(Arc::clone(&shared), output, flushes));
        }
        Self { shared, flush }
    }

    pub(crate) fn begin(&self, invocation_id: i64) {
        let mut current = self.shared.current.lock().expect("no panic while held");
        current.invocation_id = Some(invocation_id);
        current.lines.clear();
    }

    /// Resolves when every line the pipes have delivered is attributed, and ends the attribution.
    /// Returns what init printed (once) and what the invocation printed.
    pub(crate) async fn end(&self) -> (Vec<String>, Vec<String>) {
        let (done, wait) = oneshot::channel();
        if self.flush.send(done).is_ok() {
            // An error means the pump has ended, and with it every line has been handled.
            let _ = wait.await;
        }
        let mut current = self.shared.current.lock().expect("no panic while held");
        current.invocation_id = None;
        (std::mem::take(&mut current.init), std::mem::take(&mut current.lines))
    }

    /// A line of the provider's or of ours, in its place among the function's own.
    pub(crate) fn platform(&self, invocation_id: Option<i64>, text: &str) {
        self.shared.deliver(invocation_id, Stream::Platform, text.to_owned());
    }
}

impl Shared {
    fn deliver(&self, invocation_id: Option<i64>, stream: Stream, text: String) {
        let entry = LogEntry {
            id: self.world.ids.next(),
            at: clock::now_us(),
            function_id: self.function_id,
            instance_id: self.instance_id,
            invocation_id,
            stream,
            text,
        };
        self.world.bus.send(EngineEvent::Log(entry.clone()));
        self.world.recorder.note(Entry::Log(entry));
    }

    fn line(&self, line: supervisor::Line) {
        let stream = match line.stream {
            supervisor::Stream::Stdout => Stream::Stdout,
            supervisor::Stream::Stderr => Stream::Stderr,
        };
        let invocation_id = {
            let mut current = self.current.lock().expect("no panic while held");
            if current.invocation_id.is_some() {
                current.lines.push(line.text.clone());
            } else {
                current.init.push(line.text.clone());
            }
            current.invocation_id
        };
        self.deliver(invocation_id, stream, line.text);
    }
}

async fn pump(
    shared: Arc<Shared>,
    mut output: supervisor::OutputLines,
    mut flushes: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
) {
    loop {
        tokio::select! {
            biased;
            line = output.recv() => match line {
                Some(line) => shared.line(line),
                None => break,
            },
            flush = flushes.recv() => match flush {
                // Lines come first (biased): when a flush is seen, no line was waiting.
                Some(done) => drop(done.send(())),
                None => break,
            },
        }
    }
    // The pipe is closed; whoever still waits for a flush has everything.
    flushes.close();
    while let Some(done) = flushes.recv().await {
        let _ = done.send(());
    }
}
