//! The host's end of a child's pipe, on Windows. It cannot be read without waiting, so a task reads it into a buffer,
//! and the buffer behaves as the pipe does on Unix.

use std::{
    collections::VecDeque,
    io::{self, Read as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::{ChildStderr, ChildStdout},
    sync::Notify,
    task::AbortHandle,
    time::timeout,
};

const CHUNK: usize = 32 * 1024;
/// The buffer holds no more; the process waits then, as it does for a full pipe.
const FULL: usize = 1024 * 1024;
/// Nothing came for so long: what was written before has arrived.
const QUIET: Duration = Duration::from_millis(2);
/// A process that never stops writing is not waited for.
const PATIENCE: usize = 10;

pub(crate) struct RawPipe(Box<dyn AsyncRead + Send + Unpin>);

impl From<ChildStdout> for RawPipe {
    fn from(pipe: ChildStdout) -> Self {
        Self(Box::new(pipe))
    }
}

impl From<ChildStderr> for RawPipe {
    fn from(pipe: ChildStderr) -> Self {
        Self(Box::new(pipe))
    }
}

pub(crate) struct Pipe {
    shared: Arc<Shared>,
    reader: AbortHandle,
}

#[derive(Default)]
struct Shared {
    /// Short sections only.
    buffer: Mutex<Buffer>,
    filled: Notify,
    taken: Notify,
}

#[derive(Default)]
struct Buffer {
    bytes: VecDeque<u8>,
    ended: bool,
}

impl Pipe {
    /// Within a runtime.
    #[expect(clippy::unnecessary_wraps, reason = "the Unix twin may fail")]
    pub(crate) fn new(pipe: RawPipe) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let reader = tokio::spawn(fill(pipe, Arc::clone(&shared))).abort_handle();
        Ok(Self { shared, reader })
    }

    /// Resolves when there is something to read, or the end.
    pub(crate) async fn readable(&self) {
        loop {
            let filled = self.shared.filled.notified();
            {
                let buffer = self.shared.lock();
                if buffer.ended || !buffer.bytes.is_empty() {
                    return;
                }
            }
            filled.await;
        }
    }

    pub(crate) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let mut buffer = self.shared.lock();
        if buffer.bytes.is_empty() {
            return if buffer.ended { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) };
        }
        self.shared.taken.notify_one();
        buffer.bytes.read(into)
    }

    pub(crate) fn holds(&self) -> usize {
        self.shared.lock().bytes.len()
    }

    /// Waits until what was written has arrived in the buffer, as far as that can be told.
    pub(crate) async fn settle(&self) {
        for _ in 0..PATIENCE {
            let filled = self.shared.filled.notified();
            if self.shared.lock().ended || timeout(QUIET, filled).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn fill(mut pipe: RawPipe, shared: Arc<Shared>) {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = pipe.0.read(&mut chunk).await.unwrap_or(0);
        {
            let mut buffer = shared.lock();
            buffer.bytes.extend(&chunk[..read]);
            buffer.ended = read == 0;
        }
        shared.filled.notify_waiters();
        if read == 0 {
            return;
        }
        while shared.lock().bytes.len() > FULL {
            shared.taken.notified().await;
        }
    }
}
