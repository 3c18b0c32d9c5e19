//! An instance's output: every line goes to the record and the live channel, tagged with the invocation that wrote it:
//! the one that its mark names, else the one that was running when it was written, if exactly one was.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use coldframe_providers::{clock, domain::ProviderId, narrate::Moment, registry};
use coldframe_store::{Entry, LogEntry, Stream};
use coldframe_supervisor as supervisor;
use tokio::sync::{mpsc, oneshot};

use super::mark;
use crate::{
    event::{EngineEvent, Origin},
    world::SharedWorld,
};

/// Of so many ended invocations lines that come late are still known for theirs.
const ENDED: usize = 64;

/// Cheap handle; the pump task owns the pipe's end.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    shared: Arc<Shared>,
    flush: mpsc::UnboundedSender<oneshot::Sender<()>>,
    /// What the pump has not handled; none without a pump.
    unread: Option<supervisor::Unread>,
}

#[derive(Debug)]
struct Shared {
    world: SharedWorld,
    source: Source,
    /// The invocations in flight and the lines they wrote. A short section: set at their ends, pushed to by the pump.
    current: Mutex<Current>,
}

/// Whose output it is.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) instance_id: i64,
    pub(crate) instance: Arc<str>,
    /// What lines belong to before any of the app's functions is called.
    pub(crate) function_id: i64,
    pub(crate) provider: ProviderId,
    /// Its lines go to the record; else only to whoever waits for them.
    pub(crate) recorded: bool,
}

#[derive(Debug, Default)]
struct Current {
    running: Vec<Running>,
    /// The last of those whose lines were marked.
    ended: VecDeque<Tag>,
    /// The function that was called last: lines of no particular invocation are never of one that nobody called.
    called: Option<i64>,
    /// Lines before the first invocation: what init printed.
    init: Vec<String>,
}

/// The invocation that a line belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) invocation_id: i64,
    /// Of its app's functions the one that it called.
    pub(crate) function_id: i64,
    pub(crate) request_id: Arc<str>,
}

/// An invocation and the lines that are known to be its own.
#[derive(Debug)]
struct Running {
    tag: Tag,
    /// Another ran beside it.
    overlapped: bool,
    /// The provider's first line has been told, just before the function's own first one: a quiet call needs none.
    opened: bool,
    /// Lines of it had a mark.
    marked: bool,
    lines: Vec<String>,
}

/// What an invocation wrote.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// What init printed before it, once.
    pub(crate) init: Vec<String>,
    pub(crate) lines: Vec<String>,
    /// The provider's first line has been told before them.
    pub(crate) opened: bool,
    /// Another invocation ran beside it: what the process used meanwhile is neither's own.
    pub(crate) overlapped: bool,
    /// No other is running.
    pub(crate) last: bool,
}

impl Logs {
    pub(crate) fn start(
        world: &SharedWorld,
        source: Source,
        output: Option<supervisor::OutputLines>,
    ) -> Self {
        let (flush, flushes) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { world: Arc::clone(world), source, current: Mutex::default() });
        let unread = output.as_ref().map(supervisor::OutputLines::unread);
        if let Some(output) = output {
            world.tasks.spawn(pump(Arc::clone(&shared), output, flushes));
        }
        Self { shared, flush, unread }
    }

    /// From now on lines belong to this invocation.
    pub(crate) fn begin(&self, tag: Tag) {
        let mut current = self.shared.current.lock().expect("no panic while held");
        let overlapped = !current.running.is_empty();
        for other in &mut current.running {
            other.overlapped = true;
        }
        current.called = Some(tag.function_id);
        current.running.push(Running { tag, overlapped, opened: false, marked: false, lines: Vec::new() });
    }

    /// What was written while no invocation ran, so far.
    pub(crate) async fn init(&self) -> Vec<String> {
        self.attributed().await;
        std::mem::take(&mut self.shared.current.lock().expect("no panic while held").init)
    }

    /// Ends the attribution to an invocation.
    pub(crate) async fn end(&self, id: i64) -> Written {
        self.attributed().await;
        let mut current = self.shared.current.lock().expect("no panic while held");
        let init = std::mem::take(&mut current.init);
        let place = current.running.iter().position(|running| running.tag.invocation_id == id);
        let ended = place.map(|place| current.running.swap_remove(place));
        let last = current.running.is_empty();
        match ended {
            Some(Running { tag, lines, opened, overlapped, marked }) => {
                if marked {
                    current.keep(tag);
                }
                Written { init, lines, opened, overlapped, last }
            }
            None => Written { init, last, ..Written::default() },
        }
    }

    /// Resolves when every line the pipes have delivered is attributed.
    async fn attributed(&self) {
        // A call that printed nothing has nothing to wait for, which spares it two changes of task.
        if self.unread.as_ref().is_some_and(|unread| !unread.none()) {
            let (done, wait) = oneshot::channel();
            if self.flush.send(done).is_ok() {
                // An error means the pump has ended, and with it every line has been handled.
                let _ = wait.await;
            }
        }
    }

    /// The provider's lines before the function's own.
    pub(crate) fn opening(&self, request_id: &str) -> Vec<String> {
        self.shared.opening(request_id)
    }

    /// A line of the provider's or of ours, in its place among the function's own.
    pub(crate) fn platform(&self, invocation: Option<Tag>, text: String) {
        self.shared.deliver(invocation, Stream::Platform, text);
    }
}

impl Shared {
    fn opening(&self, request_id: &str) -> Vec<String> {
        registry::of(self.source.provider).narrate(&Moment::Started { request_id, version: "$LATEST" })
    }

    fn deliver(&self, invocation: Option<Tag>, stream: Stream, text: String) {
        if !self.source.recorded {
            return;
        }
        let function_id = invocation.as_ref().map_or_else(|| self.called(), |tag| tag.function_id);
        let (invocation_id, request_id) = invocation.map(|tag| (tag.invocation_id, tag.request_id)).unzip();
        let entry = LogEntry {
            id: self.world.ids.next(),
            at: clock::now_us(),
            function_id,
            instance_id: self.source.instance_id,
            invocation_id,
            stream,
            text,
        };
        self.world.recorder.note(Entry::Log(entry.clone()));
        self.world.bus.show(|| {
            EngineEvent::Log(entry, Origin { instance: Arc::clone(&self.source.instance), request_id })
        });
    }

    fn line(&self, line: &supervisor::Line) {
        let stream = match line.stream {
            supervisor::Stream::Stdout => Stream::Stdout,
            supervisor::Stream::Stderr => Stream::Stderr,
        };
        let frame = registry::of(self.source.provider).rules.frame;
        if frame.is_some_and(|frame| line.text == frame) {
            return;
        }
        let (id, text) = mark::split(&line.text);
        let (first, invocation) = {
            let mut current = self.current.lock().expect("no panic while held");
            current.wrote(id, text)
        };
        if let (true, Some(tag)) = (first, &invocation) {
            for text in self.opening(&tag.request_id) {
                self.deliver(invocation.clone(), Stream::Platform, text);
            }
        }
        self.deliver(invocation, stream, text.to_owned());
    }

    fn called(&self) -> i64 {
        let current = self.current.lock().expect("no panic while held");
        current.called.unwrap_or(self.source.function_id)
    }
}

impl Current {
    /// Gives the invocation that wrote a line, and whether it is its first one.
    fn wrote(&mut self, id: Option<&str>, text: &str) -> (bool, Option<Tag>) {
        let named = |tag: &Tag| id == Some(&*tag.request_id);
        let place = match self.running.as_slice() {
            [_] if id.is_none() => Some(0),
            running => running.iter().position(|one| named(&one.tag)),
        };
        if let Some(running) = place.and_then(|place| self.running.get_mut(place)) {
            running.marked |= id.is_some();
            running.lines.push(text.to_owned());
            return (!std::mem::replace(&mut running.opened, true), Some(running.tag.clone()));
        }
        if let Some(tag) = self.ended.iter().rfind(|tag| named(tag)) {
            return (false, Some(tag.clone()));
        }
        // Else which of those that run wrote it cannot be told.
        if self.running.is_empty() {
            self.init.push(text.to_owned());
        }
        (false, None)
    }

    fn keep(&mut self, tag: Tag) {
        if self.ended.len() == ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(tag);
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
                Some(line) => shared.line(&line),
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
