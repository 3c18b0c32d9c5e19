//! The threads a host runs its tasks on.

use std::{io, thread};

use tokio::runtime::{Builder, Runtime};

/// The runtime for a process that is a host.
///
/// # Errors
/// The system gives no more threads.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(worker_threads()).enable_all().build()
}

/// Half of the cores, at least one: a call passes from task to task, which costs a wake-up where each is on another
/// thread; and the functions, which are what a person measures, want cores too.
pub fn worker_threads() -> usize {
    thread::available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
}
