//! The importer thread: reads the journal behind those who write it. It never stands between a call and its answer,
//! and what it cannot write stays in the journal until it can.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::{Connection, ErrorCode};

use super::Importer;
use crate::{
    clearing::Clearing,
    database,
    entry::Entry,
    journal::{
        BATCH_BYTES, Journal, Position, Work,
        segment::{self, Frames, Next, Unreadable},
    },
    retention::{self, Request, Sweep, Take},
};

struct Thread {
    importer: Importer,
    journal: Arc<Journal>,
    /// The segment being read.
    frames: Option<(u64, Frames)>,
    position: Position,
    /// A batch holds an entry that cannot be written: go on one by one, to leave out no other.
    singly: bool,
}

/// Says when the thread is no more, however it ended.
struct Ending(Arc<Journal>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.ended(std::thread::panicking());
    }
}

/// Runs until the journal is stopped. At an orderly end nothing is left in it.
pub(crate) fn run(importer: Importer, journal: Arc<Journal>, position: Position) {
    let _ending = Ending(Arc::clone(&journal));
    let mut thread = Thread { importer, journal, frames: None, position, singly: false };
    loop {
        let go_on = match thread.journal.work() {
            Work::Import(ends) => thread.import(&ends),
            Work::Request(request) => {
                thread.retain(&request);
                true
            }
            Work::Settle => {
                thread.settle();
                true
            }
            Work::Stop => break,
        };
        if !go_on {
            break;
        }
    }
    thread.frames = None;
    // Should a reader outlive this connection, at least the write-ahead log it leaves behind is empty.
    thread.settle();
    let Thread { importer, journal, .. } = thread;
    match importer.conn.close() {
        Ok(()) => journal.remove_imported(),
        Err((_, error)) => tracing::warn!(%error, "the record was not closed in order"),
    }
}

impl Thread {
    /// One batch; `false` when there is no use in another attempt.
    fn import(&mut self, ends: &BTreeMap<u64, u64>) -> bool {
        let outcome = self.next_batch(ends).and_then(|(entries, position)| {
            match self.importer.import(entries, position) {
                Ok(()) => Ok(position),
                Err(error) => self.after_failure(&error, position),
            }
        });
        match &outcome {
            Ok(position) => self.position = *position,
            // Read it again, from where SQLite is.
            Err(_) => self.frames = None,
        }
        self.journal.attempted(outcome)
    }

    /// Entries from the current position on, and the position behind them.
    fn next_batch(&mut self, ends: &BTreeMap<u64, u64>) -> Result<(Vec<Entry>, Position), String> {
        let mut entries = Vec::new();
        let mut position = self.position;
        let mut read = 0;
        loop {
            let end = ends.get(&position.segment).copied().unwrap_or(0);
            let finished = self.read_segment(&mut position, end, &mut entries, &mut read)?;
            if !finished {
                return Ok((entries, position));
            }
            let Some((&segment, _)) = ends.range(position.segment + 1..).next() else {
                self.singly = false;
                return Ok((entries, position));
            };
            position = Position { segment, offset: 0 };
            self.frames = None;
        }
    }

    /// `false`: the batch is full.
    fn read_segment(
        &mut self,
        position: &mut Position,
        end: u64,
        entries: &mut Vec<Entry>,
        read: &mut u64,
    ) -> Result<bool, String> {
        let path = segment::path(self.journal.dir(), position.segment);
        let failed = |error| format!("cannot read the journal {}: {error}", path.display());
        if position.offset >= end {
            return Ok(true);
        }
        let frames = match &mut self.frames {
            Some((number, frames)) if *number == position.segment => frames,
            slot => match Frames::open(&path, position.offset) {
                Ok(frames) => &mut slot.insert((position.segment, frames)).1,
                Err(Unreadable::Io(error)) => return Err(failed(error)),
                Err(other) => {
                    tracing::error!(path = %path.display(), ?other, "a journal segment is damaged");
                    position.offset = end;
                    return Ok(true);
                }
            },
        };
        loop {
            let next = frames.next(end).map_err(failed)?;
            *read += frames.offset() - position.offset;
            position.offset = frames.offset();
            match next {
                Next::Entry(Some(entry)) => entries.push(entry),
                Next::Entry(None) => tracing::error!("an entry of the journal is not understood"),
                Next::End => {
                    frames.release();
                    return Ok(true);
                }
                Next::Torn | Next::Damaged => {
                    tracing::error!(path = %path.display(), "a journal segment is damaged");
                    position.offset = end;
                    return Ok(true);
                }
            }
            if *read >= BATCH_BYTES || self.singly {
                return Ok(false);
            }
        }
    }

    /// Where to go on after SQLite refused a batch: an error means to try the same again later.
    fn after_failure(&mut self, error: &rusqlite::Error, position: Position) -> Result<Position, String> {
        let file = database::path(self.journal.dir());
        if database::is_damage(error) {
            database::mark_damaged(self.journal.dir());
            return Err(format!(
                "the record {} is damaged ({error}); the next start sets it aside and begins a new one",
                file.display()
            ));
        }
        if !is_about_entries(error) {
            return Err(format!("cannot write the record {}: {error}", file.display()));
        }
        self.frames = None;
        if !self.singly {
            tracing::error!(%error, "a batch cannot be written; its entries are tried one by one");
            self.singly = true;
            return Ok(self.position);
        }
        tracing::error!(%error, "an entry cannot be written and is left out");
        self.singly = false;
        self.importer
            .import(Vec::new(), position)
            .map(|()| position)
            .map_err(|error| format!("cannot write the record {}: {error}", file.display()))
    }

    /// Moves what is in the write-ahead log to where it belongs, and gives its space back.
    fn settle(&self) {
        if let Err(error) = database::settle(&self.importer.conn) {
            tracing::warn!(%error, "the write-ahead log of the record was not emptied");
        }
    }

    /// Deletes a slice at a time, and imports in between.
    fn retain(&mut self, request: &Request) {
        if let Err(error) = self.importer.close_days(request.now) {
            tracing::error!(%error, "days cannot be closed");
        }
        let outcome = match request.take {
            Take::Unkept(policy) => {
                let mut sweep = Sweep::default();
                self.slices(|conn| sweep.slice(conn, &policy, request.now)).map(|()| sweep.retained)
            }
            Take::Cleared(clear) => {
                let mut clearing = Clearing::new(clear);
                let taken = self.slices(|conn| clearing.slice(conn)).map(|()| clearing.retained);
                // What is held of minutes that are gone must not be written again.
                self.importer.forget();
                taken.and_then(|retained| self.slices(retention::give_back).map(|()| retained))
            }
        };
        // Whoever asked may have gone.
        let _ = request.reply.send(outcome);
    }

    /// Until nothing is left to take, or the journal is stopped.
    fn slices(
        &mut self,
        mut slice: impl FnMut(&Connection) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        while slice(&self.importer.conn)? {
            let ends = self.journal.ends();
            if self.journal.stopping() || !self.import(&ends) {
                break;
            }
        }
        Ok(())
    }
}

/// The entries are at fault, not the disk or whoever holds the file.
fn is_about_entries(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(
            code,
            ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch
                | ErrorCode::TooBig
                | ErrorCode::ParameterOutOfRange
        ),
        None => true,
    }
}
