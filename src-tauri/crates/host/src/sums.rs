//! Sums over millions of calls, which take every core for a while: the work of threads that give way, so that calls are
//! answered and pages open meanwhile.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = ThreadPoolBuilder::new()
        .thread_name(|number| format!("coldframe-sums-{number}"))
        .start_handler(|_| coldframe_supervisor::give_way())
        .build();
    threads.inspect_err(|error| tracing::warn!("no threads for sums: {error}")).ok()
});

/// Waits for it on the calling thread.
pub(crate) fn giving_way<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*THREADS {
        Some(threads) => threads.install(work),
        None => work(),
    }
}
