//! What the journal holds under its lock: the segment being written, what waits to be written, and how far the
//! importer has come.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::File,
    io::{self, Write},
    path::Path,
};

use super::{Position, Stop, frame, segment};
use crate::retention::Request;

/// A segment is followed by the next when it has grown to this.
const SEGMENT: u64 = 8 << 20;
/// Noted entries are written once so many bytes of them wait.
pub(super) const PENDING: usize = 32 << 10;

#[derive(Debug)]
pub(super) struct State {
    /// `None`: the next write begins a segment.
    pub(super) current: Option<File>,
    pub(super) number: u64,
    /// How far each segment that still exists is written.
    pub(super) ends: BTreeMap<u64, u64>,
    pub(super) pending: Vec<u8>,
    pub(super) pending_entries: u64,
    pub(super) imported: Position,
    pub(super) write_problem: Option<String>,
    /// Entries that could not be written since the problem began.
    pub(super) lost: u64,
    pub(super) import_problem: Option<String>,
    /// Counts every attempt to import, so that waiting for a failing importer ends.
    pub(super) attempts: u64,
    pub(super) requests: VecDeque<Request>,
    pub(super) asleep: bool,
    pub(super) urgent: bool,
    /// Something was imported since the importer last settled.
    pub(super) unsettled: bool,
    pub(super) stop: Option<Stop>,
    /// The importer thread is no more.
    pub(super) ended: bool,
}

impl State {
    pub(super) fn begin(dir: &Path, number: u64) -> io::Result<Self> {
        let file = segment::create(dir, number)?;
        Ok(Self {
            current: Some(file),
            number,
            ends: BTreeMap::from([(number, frame::HEADER_LENGTH)]),
            pending: Vec::new(),
            pending_entries: 0,
            imported: Position { segment: number, offset: frame::HEADER_LENGTH },
            write_problem: None,
            lost: 0,
            import_problem: None,
            attempts: 0,
            requests: VecDeque::new(),
            asleep: false,
            urgent: false,
            unsettled: false,
            stop: None,
            ended: false,
        })
    }

    pub(super) fn end(&self) -> Position {
        match self.ends.last_key_value() {
            Some((&segment, &offset)) => Position { segment, offset },
            None => self.imported,
        }
    }

    /// Bytes the importer has not seen.
    pub(super) fn backlog(&self) -> u64 {
        let written: u64 = self.ends.range(self.imported.segment..).map(|(_, end)| end).sum();
        written.saturating_sub(self.imported.offset) + self.pending.len() as u64
    }

    pub(super) fn push(&mut self, frame: &[u8]) -> io::Result<()> {
        if self.stop.is_some() {
            return Err(io::Error::other("the record is closed"));
        }
        self.pending.extend_from_slice(frame);
        self.pending_entries += 1;
        Ok(())
    }

    /// Writes what is pending in one call. What cannot be written is lost, and counted.
    pub(super) fn write(&mut self, dir: &Path) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let outcome = self.write_pending(dir);
        match &outcome {
            Ok(()) => {
                self.write_problem = None;
                self.lost = 0;
            }
            Err(error) => {
                // A torn frame may stand at its end: nothing may follow it there.
                self.current = None;
                self.lost += self.pending_entries;
                if self.write_problem.is_none() {
                    tracing::error!(%error, "the journal cannot be written");
                }
                self.write_problem = Some(format!("cannot write the journal in {}: {error}", dir.display()));
            }
        }
        self.pending.clear();
        self.pending.shrink_to(PENDING);
        self.pending_entries = 0;
        outcome
    }

    fn write_pending(&mut self, dir: &Path) -> io::Result<()> {
        let full = self.ends.get(&self.number).is_some_and(|end| *end >= SEGMENT);
        if full || self.current.is_none() {
            self.number += 1;
            self.current = Some(segment::create(dir, self.number)?);
            self.ends.insert(self.number, frame::HEADER_LENGTH);
        }
        if let (Some(file), Some(end)) = (&mut self.current, self.ends.get_mut(&self.number)) {
            file.write_all(&self.pending)?;
            *end += self.pending.len() as u64;
        }
        Ok(())
    }
}
