//! The open record: what a host holds from its start to its end.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use crate::{
    clearing::Clear,
    entry::{Accepted, Micros},
    error::{OpenError, ReadError},
    importer,
    journal::{Journal, Stop},
    open,
    reader::Reader,
    recorder::Recorder,
    retention::{Request, Retained, Retention, Take},
};

/// What a start had to mend.
#[derive(Debug, Default)]
pub struct Opened {
    /// Entries that a host left in its journal when it was killed.
    pub imported: usize,
    /// Calls it was running: closed as *interrupted*.
    pub interrupted: usize,
    /// Where a damaged record was moved to; a new one was begun.
    pub set_aside: Option<PathBuf>,
    /// Where parts of its journal were moved to that are not as they were written: what stood in them behind the damage
    /// is not in the record.
    pub damaged: Vec<PathBuf>,
    /// Asynchronous events it had accepted and not answered. They keep their ids and stay open: deliver them
    /// again, or answer them.
    pub pending_events: Vec<Accepted>,
}

/// Rows are being taken out of the record.
#[derive(Debug)]
pub struct Taking {
    answer: mpsc::Receiver<rusqlite::Result<Retained>>,
}

impl Taking {
    /// How many went. `None` if the record cannot be written or was closed before all were gone.
    pub fn wait(self) -> Option<Retained> {
        match self.answer.recv().ok()? {
            Ok(retained) => Some(retained),
            Err(error) => {
                tracing::error!(%error, "rows cannot be taken out of the record");
                None
            }
        }
    }
}

/// Owns the journal and the thread that imports it. One per data directory: the caller holds the lock.
///
/// Dropped without [`close`](Self::close), it leaves the journal to the next start, as a killed host does.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    journal: Arc<Journal>,
    thread: Option<JoinHandle<()>>,
    /// Made when first asked for. Kept to take its connections back before the last one, the writer's, is closed.
    reader: Mutex<Option<Reader>>,
}

impl Store {
    /// Opens or begins the record in a directory, imports what a killed host left and closes what it had open.
    pub fn open(dir: &Path, now_us: Micros) -> Result<(Self, Opened), OpenError> {
        let open::Ready { importer, journal, position, opened } = open::open(dir, now_us)?;
        let journal = Arc::new(journal);
        let thread = std::thread::Builder::new().name("record".to_owned()).spawn({
            let journal = Arc::clone(&journal);
            move || importer::run(importer, journal, position)
        });
        let thread = thread.map_err(|source| OpenError::Io {
            operation: "start the thread that writes",
            file: dir.to_owned(),
            source,
        })?;
        Ok((Self { dir: dir.to_owned(), journal, thread: Some(thread), reader: Mutex::default() }, opened))
    }

    pub fn recorder(&self) -> Recorder {
        Recorder { journal: Arc::clone(&self.journal) }
    }

    /// Readable until the store is closed; all handles share their connections.
    pub fn reader(&self) -> Result<Reader, ReadError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match &*reader {
            Some(reader) => Ok(reader.clone()),
            None => Ok(reader.insert(Reader::open(&self.dir)?).clone()),
        }
    }

    /// Waits until everything recorded so far can be read. `false` if it cannot be written: see
    /// [`Recorder::problem`].
    pub fn flush(&self) -> bool {
        self.journal.flush()
    }

    /// Takes out of the record what the policy does not keep. Waits for it; recording goes on meanwhile.
    /// `None` if the record cannot be written or is being closed.
    pub fn retain(&self, policy: Retention, now_us: Micros) -> Option<Retained> {
        self.begin_retain(policy, now_us)?.wait()
    }

    /// The same without waiting for it.
    pub fn begin_retain(&self, policy: Retention, now_us: Micros) -> Option<Taking> {
        self.take(Take::Unkept(policy), now_us)
    }

    /// Begins to take out of the record what a person does not want there. Recording goes on meanwhile. `None` if the
    /// record cannot be written or is being closed.
    pub fn begin_clear(&self, clear: Clear, now_us: Micros) -> Option<Taking> {
        self.take(Take::Cleared(clear), now_us)
    }

    fn take(&self, take: Take, now: Micros) -> Option<Taking> {
        let (reply, answer) = mpsc::channel();
        self.journal.request(Request { take, now, reply }).then_some(Taking { answer })
    }

    /// Imports everything and leaves nothing behind but the SQLite file: no journal, no write-ahead log.
    pub fn close(mut self) {
        self.end(Stop::Import);
    }

    fn end(&mut self, stop: Stop) {
        let Some(thread) = self.thread.take() else { return };
        self.journal.stop(stop);
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(reader) = reader.filter(|_| stop == Stop::Import) {
            reader.close();
        }
        if thread.join().is_err() {
            tracing::error!("the thread that writes the record panicked");
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end(Stop::Abandon);
    }
}
