//! The write side, as the engine holds it.

use std::{io, sync::Arc};

use crate::{
    entry::{Accepted, Answered, Entry, Status},
    journal::Journal,
};

/// Writes to the record. Clones are cheap. When the [`Store`](crate::Store) is closed, writing fails.
#[derive(Debug, Clone)]
pub struct Recorder {
    pub(crate) journal: Arc<Journal>,
}

impl Recorder {
    /// When this returns, the answer is in the record even if the host is killed the next moment: one `write(2)`,
    /// no `fsync`. An error is no reason not to answer; it is [`problem`](Self::problem)'s from then on.
    pub fn answered(&self, entry: Answered) -> io::Result<()> {
        self.journal.append(&Entry::Answered(Box::new(entry)))
    }

    /// The same for an asynchronous event (`Accepted`); a call that begins to run (`Running`) is only noted.
    pub fn accepted(&self, entry: Accepted) -> io::Result<()> {
        let durable = entry.status == Status::Accepted;
        let entry = Entry::Accepted(entry);
        if durable {
            return self.journal.append(&entry);
        }
        self.journal.note(&entry);
        Ok(())
    }

    /// Recorded soon, in the order of the calls, and no later than the next answer. Never blocks for longer than
    /// one `write(2)`; drops nothing for lack of room.
    pub fn note(&self, entry: Entry) {
        self.journal.note(&entry);
        // Taken by value all the same: how entries are queued is not the caller's business.
        drop(entry);
    }

    /// Why nothing is being recorded, or why the record is behind; `None` when all is well. Calls go on either way.
    pub fn problem(&self) -> Option<String> {
        self.journal.problem()
    }
}
