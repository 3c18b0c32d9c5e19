//! What a child prints, as lines. The pipes are read whether or not anybody listens, so that a child never blocks on
//! its own output; what is kept of it is bounded, and what is left out is said.

mod allowance;
mod intake;
mod splitter;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use tokio::sync::mpsc;

pub(crate) use intake::{Intake, Kept};

/// A longer line is cut. CloudWatch cuts a log event at the same length.
pub(crate) const LONGEST_LINE: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// One line, without its line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub stream: Stream,
    /// When it was read.
    pub at: Instant,
    pub text: String,
    /// Something was left out, here or (in a line of our own) before it; the text ends with how much.
    pub truncated: bool,
}

/// The lines of one child, in the order in which they were read.
#[derive(Debug)]
pub struct OutputLines {
    receiver: mpsc::UnboundedReceiver<Line>,
    waiting: Arc<AtomicU64>,
    /// Of the line handed out last, which waits until the next one is asked for.
    last: u64,
}

/// Tells whether lines wait for whoever receives them.
#[derive(Debug, Clone)]
pub struct Unread(Arc<AtomicU64>);

impl Unread {
    /// Every line delivered so far was received, and the receiver has asked for more since: it is done with them.
    pub fn none(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

impl OutputLines {
    /// The next line; `None` when the process has ended and everything was delivered.
    pub async fn recv(&mut self) -> Option<Line> {
        self.done_with_last();
        let line = self.receiver.recv().await;
        self.received(line)
    }

    /// The next line if there is one already, as there is after [`crate::Child::drain`].
    pub fn try_recv(&mut self) -> Option<Line> {
        self.done_with_last();
        let line = self.receiver.try_recv().ok();
        self.received(line)
    }

    pub fn unread(&self) -> Unread {
        Unread(Arc::clone(&self.waiting))
    }

    fn done_with_last(&mut self) {
        let last = std::mem::take(&mut self.last);
        if last > 0 {
            self.waiting.fetch_sub(last, Ordering::Release);
        }
    }

    fn received(&mut self, line: Option<Line>) -> Option<Line> {
        self.last = line.as_ref().map_or(0, weight);
        line
    }
}

/// What a line that waits to be received takes, in bytes.
fn weight(line: &Line) -> u64 {
    line.text.len() as u64 + size_of::<Line>() as u64
}
