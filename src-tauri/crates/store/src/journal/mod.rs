//! The journal: where entries become durable against `kill -9`, by one `write(2)` and no `fsync`. Segments are
//! files beside the database; the importer follows behind and deletes what is in SQLite.
//!
//! An answer is written before [`Journal::append`] returns. What is only noted waits in a buffer of at most
//! [`PENDING`] bytes for the next answer, the importer's next look or its own fullness, so order is kept and an
//! answer never outlives what was noted before it.

pub(crate) mod frame;
pub(crate) mod segment;
mod state;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use self::state::{PENDING, State};
use crate::retention::Request;

/// The importer lets entries gather this long, so that an invocation's accepted, answered, finished and log lines
/// are mostly one batch and one row written once, and so that the pages every batch touches are written seldom: under
/// load this thread has its processor from the calls. Whoever asks for calls, lines or costs has the journal imported
/// first, and waits for none of it.
const GATHER: Duration = Duration::from_millis(100);
/// Enough for a batch of its own: no more gathering.
pub(crate) const BATCH_BYTES: u64 = 512 << 10;
/// When nothing came for so long, the importer uses the pause to empty SQLite's write-ahead log.
const SETTLED: Duration = Duration::from_secs(2);
/// After a failed import, the next attempt.
const RETRY: Duration = Duration::from_secs(1);

/// A place in the journal. Ordered as it was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) segment: u64,
    pub(crate) offset: u64,
}

#[derive(Debug)]
pub(crate) struct Journal {
    dir: PathBuf,
    /// Held for a copy and at most one `write(2)`: this stands between a call and its answer.
    state: Mutex<State>,
    /// The importer waits here.
    wake: Condvar,
    /// Those who wait for the importer do so here.
    imported: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Import what is there, then end.
    Import,
    /// End now; the journal is the next start's.
    Abandon,
}

/// What the importer is to do.
#[derive(Debug)]
pub(crate) enum Work {
    /// Import up to here; `ends` of every segment on the way.
    Import(BTreeMap<u64, u64>),
    Request(Request),
    /// Nothing to import for a while, and something was since the last time: give back what only haste needs.
    Settle,
    Stop,
}

impl Journal {
    /// Begins a journal whose segments are numbered from `number` on. The first one is created at once: where that
    /// is impossible, nothing can be recorded.
    pub(crate) fn begin(dir: &Path, number: u64) -> io::Result<Self> {
        let state = State::begin(dir, number)?;
        Ok(Self {
            dir: dir.to_owned(),
            state: Mutex::new(state),
            wake: Condvar::new(),
            imported: Condvar::new(),
        })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes an entry's frame and everything noted before it.
    pub(crate) fn append(&self, frame: &[u8]) -> io::Result<()> {
        let mut state = self.lock();
        state.push(frame)?;
        let written = state.write(&self.dir);
        self.wake_importer(&mut state);
        written
    }

    /// Takes an entry's frame to be written soon. Never waits for more than a `write(2)`.
    pub(crate) fn note(&self, frame: &[u8]) {
        let mut state = self.lock();
        if state.push(frame).is_err() {
            return;
        }
        if state.pending.len() >= PENDING {
            // What failed is kept as the problem: calls go on.
            let _ = state.write(&self.dir);
        }
        self.wake_importer(&mut state);
    }

    pub(crate) fn problem(&self) -> Option<String> {
        let state = self.lock();
        match (&state.write_problem, &state.import_problem) {
            (Some(problem), _) => Some(format!("not recording: {problem} ({} entries lost)", state.lost)),
            (None, Some(problem)) => {
                Some(format!("recording is behind: {problem} (the journal keeps everything)"))
            }
            (None, None) => None,
        }
    }

    /// Waits until everything recorded so far is imported. `false`: that failed, see `problem`.
    pub(crate) fn flush(&self) -> bool {
        let mut state = self.lock();
        if state.write(&self.dir).is_err() {
            return false;
        }
        let target = state.end();
        let begun = state.attempts;
        while state.imported < target {
            // One attempt may have begun before these entries were written.
            let failed = state.import_problem.is_some() && state.attempts >= begun + 2;
            if failed || state.ended || state.stop.is_some() {
                return false;
            }
            state.urgent = true;
            self.wake.notify_one();
            state = self.imported.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Hands a request to the importer thread; `false` if that has ended.
    pub(crate) fn request(&self, request: Request) -> bool {
        let mut state = self.lock();
        if state.ended || state.stop.is_some() {
            return false;
        }
        state.requests.push_back(request);
        state.urgent = true;
        self.wake.notify_one();
        true
    }

    pub(crate) fn stop(&self, stop: Stop) {
        let mut state = self.lock();
        let _ = state.write(&self.dir);
        state.stop.get_or_insert(stop);
        self.wake.notify_one();
        self.imported.notify_all();
    }

    /// For the importer: blocks until there is something to do.
    pub(crate) fn work(&self) -> Work {
        let mut state = self.lock();
        loop {
            if state.stop == Some(Stop::Abandon) {
                return Work::Stop;
            }
            if let Some(request) = state.requests.pop_front() {
                return Work::Request(request);
            }
            let failing = state.import_problem.is_some();
            if state.imported < state.end() || !state.pending.is_empty() {
                if !state.urgent && state.stop.is_none() && (failing || state.backlog() < BATCH_BYTES) {
                    let pause = if failing { RETRY } else { GATHER };
                    let gathered = |state: &mut State| {
                        !state.urgent && state.stop.is_none() && (failing || state.backlog() < BATCH_BYTES)
                    };
                    state = self
                        .wake
                        .wait_timeout_while(state, pause, gathered)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0;
                }
                state.urgent = false;
                let _ = state.write(&self.dir);
                if state.stop != Some(Stop::Abandon) && state.imported < state.end() {
                    return Work::Import(state.ends.clone());
                }
                continue;
            }
            if state.stop.is_some() {
                return Work::Stop;
            }
            state.urgent = false;
            state.asleep = true;
            if state.unsettled {
                // Whoever wakes the importer has set this back, or asks for something.
                let quiet = |state: &mut State| state.asleep && !state.urgent && state.stop.is_none();
                let (woken, timeout) = self
                    .wake
                    .wait_timeout_while(state, SETTLED, quiet)
                    .unwrap_or_else(PoisonError::into_inner);
                state = woken;
                if timeout.timed_out() {
                    (state.asleep, state.unsettled) = (false, false);
                    return Work::Settle;
                }
            } else {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.asleep = false;
        }
    }

    /// For the importer: how its last attempt ended. Tells whether another attempt is worth it before stopping.
    pub(crate) fn attempted(&self, outcome: Result<Position, String>) -> bool {
        let mut state = self.lock();
        state.attempts += 1;
        let go_on = match outcome {
            Ok(position) => {
                state.imported = position;
                state.unsettled = true;
                state.import_problem = None;
                // Segments behind the position are in SQLite.
                while let Some((&number, _)) = state.ends.first_key_value()
                    && number < position.segment
                {
                    let _ = std::fs::remove_file(segment::path(&self.dir, number));
                    state.ends.remove(&number);
                }
                true
            }
            Err(problem) => {
                if state.import_problem.is_none() {
                    tracing::error!(%problem, "the record falls behind");
                }
                state.import_problem = Some(problem);
                state.stop.is_none()
            }
        };
        self.imported.notify_all();
        go_on
    }

    /// The importer thread ended, perhaps by a panic: nobody may wait for it any more. The journal goes on.
    pub(crate) fn ended(&self, panicked: bool) {
        let mut state = self.lock();
        state.ended = true;
        // Whoever waits for an answer to one of these learns that none will come.
        state.requests.clear();
        if panicked {
            state.import_problem = Some("the thread that writes the record failed".to_owned());
        }
        self.imported.notify_all();
    }

    /// Deletes the last segment, when all of it is imported and nobody will write any more.
    pub(crate) fn remove_imported(&self) {
        let mut state = self.lock();
        if state.imported >= state.end() {
            state.current = None;
            let ends = std::mem::take(&mut state.ends);
            for number in ends.into_keys() {
                let _ = std::fs::remove_file(segment::path(&self.dir, number));
            }
        }
    }

    /// For the importer: how far each segment is written.
    pub(crate) fn ends(&self) -> BTreeMap<u64, u64> {
        self.lock().ends.clone()
    }

    pub(crate) fn stopping(&self) -> bool {
        self.lock().stop.is_some()
    }

    fn wake_importer(&self, state: &mut State) {
        // One wake-up per batch, not per entry: while it gathers it looks by itself.
        if state.asleep {
            state.asleep = false;
            self.wake.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under this lock leaves at most a torn frame, which reading tolerates.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
