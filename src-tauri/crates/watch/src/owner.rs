//! The thread that owns the watch: one queue of messages in, change sets out.

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use notify::{
    Config, Event, EventKind, RecommendedWatcher, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};
use tokio::sync::oneshot;

use crate::{
    ChangeSet, WatchError,
    pending::Pending,
    rules::{Filter, Rules},
    tree::{Look, Tree},
};

mod mark;
use mark::Mark;

/// Everything that can set the watch in motion.
#[derive(Debug)]
pub(crate) enum Message {
    Event(notify::Result<Event>, Instant),
    Flush(oneshot::Sender<()>),
    Rehash(PathBuf, Instant),
    Stop,
}

/// How long a flush waits for its mark before it compares everything instead.
const MARK_WAIT: Duration = Duration::from_secs(1);

struct Owner {
    tree: Tree,
    pending: Pending,
    changes: tokio::sync::mpsc::Sender<ChangeSet>,
    /// `None` where the system cannot report one: a flush then compares everything.
    mark: Option<Mark>,
    /// Flushes that the mark on its way belongs to, since when, and those that came after it was made.
    flushing: Option<(Instant, Vec<oneshot::Sender<()>>)>,
    next_flush: Vec<oneshot::Sender<()>>,
}

/// Opens the tree, so that errors reach the caller and later changes are certain to be seen, then runs.
pub(crate) fn start(
    root: &Path,
    rules: Rules,
    changes: tokio::sync::mpsc::Sender<ChangeSet>,
) -> Result<mpsc::Sender<Message>, WatchError> {
    let (messages, queue) = mpsc::channel();
    let events = messages.clone();
    let handler = move |event: notify::Result<Event>| {
        if event.as_ref().map_or(true, matters) {
            let _ = events.send(Message::Event(event, Instant::now()));
        }
    };
    let watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))
        .map_err(|error| WatchError::from_notify(&error, root.to_path_buf()))?;
    let filter = Filter::new(root, rules);
    let mut tree = Tree::open(root, filter, watcher)?;
    let mark = Mark::new(&mut tree);
    let owner =
        Owner { tree, pending: Pending::default(), changes, mark, flushing: None, next_flush: Vec::new() };
    thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || owner.run(&queue))
        .map_err(WatchError::Thread)?;
    Ok(messages)
}

/// Reading a file is no change; our own reading would wake us for ever.
fn matters(event: &Event) -> bool {
    event.need_rescan()
        || !matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

impl Owner {
    fn run(mut self, queue: &mpsc::Receiver<Message>) {
        loop {
            let due = self
                .pending
                .due()
                .into_iter()
                .chain(self.flushing.iter().map(|(since, _)| *since + MARK_WAIT))
                .min();
            let message = match due {
                None => queue.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
                Some(due) => queue.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let goes_on = match message {
                Ok(Message::Event(event, at)) => self.event(event, at),
                Ok(Message::Flush(done)) => {
                    self.next_flush.push(done);
                    self.begin_flush()
                }
                Ok(Message::Rehash(path, at)) => self.rehash(&path, at),
                Ok(Message::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => false,
                Err(mpsc::RecvTimeoutError::Timeout) => self.timeout(),
            };
            if !goes_on || self.changes.is_closed() {
                return;
            }
        }
    }

    fn event(&mut self, event: notify::Result<Event>, at: Instant) -> bool {
        let event = match event {
            Ok(event) if event.need_rescan() => {
                tracing::debug!("file events were lost: comparing everything");
                return self.rescan(at);
            }
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(
                    "{}",
                    WatchError::from_notify(&error, error.paths.first().cloned().unwrap_or_default())
                );
                return true;
            }
        };
        if self.mark.as_ref().is_some_and(|mark| mark.is(&event)) {
            return self.end_flush();
        }
        let (came, went) = match event.kind {
            // Said by the two halves already.
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if !cfg!(windows) => return true,
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => (true, false),
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => (false, true),
            EventKind::Modify(ModifyKind::Name(_)) => (true, true),
            _ => (false, false),
        };
        for path in &event.paths {
            self.touch(path, came, went, at);
        }
        true
    }

    fn touch(&mut self, path: &Path, came: bool, went: bool, at: Instant) {
        for file in self.tree.touched(path, came, went) {
            self.pending.touch(file, at);
        }
    }

    fn rescan(&mut self, at: Instant) -> bool {
        for file in self.tree.rescan() {
            self.pending.touch(file, at);
        }
        // A mark may be among what was lost.
        self.flushing.is_none() || self.end_flush()
    }

    fn rehash(&mut self, path: &Path, at: Instant) -> bool {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        self.touch(&path, true, false, at);
        self.settle(true)
    }

    fn timeout(&mut self) -> bool {
        match &self.flushing {
            Some((since, _)) if since.elapsed() >= MARK_WAIT => self.rescan(Instant::now()),
            _ => self.settle(false),
        }
    }

    /// Makes a mark behind everything that has happened, if none is on its way.
    fn begin_flush(&mut self) -> bool {
        if self.flushing.is_some() || self.next_flush.is_empty() {
            return true;
        }
        let now = Instant::now();
        self.flushing = Some((now, std::mem::take(&mut self.next_flush)));
        if self.mark.as_mut().is_some_and(Mark::make) { true } else { self.rescan(now) }
    }

    /// The mark came back: everything before it has been seen.
    fn end_flush(&mut self) -> bool {
        if !self.settle(true) {
            return false;
        }
        for done in self.flushing.take().into_iter().flat_map(|(_, waiting)| waiting) {
            let _ = done.send(());
        }
        self.begin_flush()
    }

    /// Looks at what is due and delivers what changed. `all`: now, and without doubting.
    fn settle(&mut self, all: bool) -> bool {
        let now = Instant::now();
        let mut paths = Vec::new();
        for (path, may_doubt) in self.pending.take(now, all) {
            match self.tree.look(&path, may_doubt) {
                Look::Same => {}
                Look::Changed(kind) => paths.extend(self.tree.named(&path, kind)),
                Look::Doubtful => self.pending.doubt(path, now),
            }
        }
        let detected = self.pending.detected(now);
        if paths.is_empty() {
            return true;
        }
        paths.sort();
        paths.dedup_by(|a, b| a.path == b.path);
        self.changes.blocking_send(ChangeSet { paths, detected }).is_ok()
    }
}
