//! The read-only connections of a record: opened when needed, a few kept, and all given back before the record is
//! closed. SQLite removes its side files (`-wal`, `-shm`) with the last connection, and only if that one may write.

use std::{
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, Result};

use crate::database;

/// Kept open between questions; each holds up to a megabyte.
const KEPT: usize = 2;
/// A question that takes longer does not hold up the closing of the record.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(crate) struct Connections {
    file: PathBuf,
    /// Held to take one out and to put it back.
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    lent: usize,
    closed: bool,
}

impl Connections {
    pub(crate) fn new(file: PathBuf, first: Connection) -> Self {
        let state = State { idle: vec![first], ..State::default() };
        Self { file, state: Mutex::new(state), returned: Condvar::new() }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Lends a connection for one question; `None` when the record has been closed.
    pub(crate) fn lend<T>(&self, ask: impl FnOnce(&mut Connection) -> Result<T>) -> Option<Result<T>> {
        let idle = {
            let mut state = self.lock();
            if state.closed {
                return None;
            }
            state.lent += 1;
            state.idle.pop()
        };
        let mut loan = Loan { from: self, conn: idle };
        let conn = match loan.conn.take() {
            Some(conn) => Ok(conn),
            None => database::open_reader(&self.file),
        };
        Some(conn.and_then(|conn| ask(loan.conn.insert(conn))))
    }

    /// Gives every connection back; questions under way may end first.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.idle.clear();
        let waited = self.returned.wait_timeout_while(state, PATIENCE, |state| state.lent > 0);
        if waited.is_ok_and(|(_, timeout)| timeout.timed_out()) {
            tracing::warn!("the record is closed while it is being read");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Comes back however the question ends.
struct Loan<'a> {
    from: &'a Connections,
    conn: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut state = self.from.lock();
        let keep = !state.closed && state.idle.len() < KEPT;
        state.idle.extend(self.conn.take().filter(|_| keep));
        state.lent -= 1;
        self.from.returned.notify_all();
    }
}
