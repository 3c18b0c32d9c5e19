//! The write side, as the engine holds it.

use std::{borrow::Borrow, io, sync::Arc};

use crate::{
    entry::{Accepted, Answered, Entry, Status},
    journal::{Journal, frame},
};

/// Writes to the record. Clones are cheap. When the [`Store`](crate::Store) is closed, writing fails.
#[derive(Debug, Clone)]
pub struct Recorder {
    pub(crate) journal: Arc<Journal>,
}

impl Recorder {
    /// When this returns, the answer is in the record even if the host is killed the next moment: one `write(2)`,
    /// no `fsync`. An error is no reason not to answer; it is [`problem`](Self::problem)'s from then on.
    pub fn answered(&self, entry: impl Borrow<Answered>) -> io::Result<()> {
        let frame = frame::encode_answered(entry.borrow()).map_err(io::Error::other)?;
        self.journal.append(&frame)
    }

    /// The same for an asynchronous event (`Accepted`); a call that begins to run (`Running`) is only noted.
    pub fn accepted(&self, entry: impl Borrow<Accepted>) -> io::Result<()> {
        let entry = entry.borrow();
        let frame = frame::encode_accepted(entry).map_err(io::Error::other)?;
        if entry.status == Status::Accepted {
            return self.journal.append(&frame);
        }
        self.journal.note(&frame);
        Ok(())
    }

    /// Recorded soon, in the order of the calls, and no later than the next answer. Never blocks for longer than
    /// one `write(2)`; drops nothing for lack of room.
    pub fn note(&self, entry: impl Borrow<Entry>) {
        match frame::encode(entry.borrow()) {
            Ok(frame) => self.journal.note(&frame),
            // Only an entry larger than any provider's event: log lines are capped where they are read.
            Err(error) => tracing::error!(%error, "an entry cannot be recorded"),
        }
    }

    /// Why nothing is being recorded, or why the record is behind; `None` when all is well. Calls go on either way.
    pub fn problem(&self) -> Option<String> {
        self.journal.problem()
    }
}
