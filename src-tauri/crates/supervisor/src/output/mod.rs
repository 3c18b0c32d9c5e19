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
}

impl OutputLines {
    /// The next line; `None` when the process has ended and everything was delivered.
    pub async fn recv(&mut self) -> Option<Line> {
        let line = self.receiver.recv().await;
        self.received(line)
    }

    /// The next line if there is one already, as there is after [`crate::Child::drain`].
    pub fn try_recv(&mut self) -> Option<Line> {
        let line = self.receiver.try_recv().ok();
        self.received(line)
    }

    fn received(&self, line: Option<Line>) -> Option<Line> {
        if let Some(line) = &line {
            self.waiting.fetch_sub(weight(line), Ordering::Relaxed);
        }
        line
    }
}

/// What a line that waits to be received takes, in bytes.
fn weight(line: &Line) -> u64 {
    line.text.len() as u64 + size_of::<Line>() as u64
}
