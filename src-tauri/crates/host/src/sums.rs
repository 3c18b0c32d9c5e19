//! Sums over millions of calls, which take every core for a while: the work of threads that give way, so that calls are
//! answered and pages open meanwhile.

use std::sync::{LazyLock, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

static THREADS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = ThreadPoolBuilder::new()
        .thread_name(|number| format!("coldframe-sums-{number}"))
        .start_handler(|_| coldframe_supervisor::give_way())
        .build();
    threads.inspect_err(|error| tracing::warn!("no threads for sums: {error}")).ok()
});

/// Held for one sum: it has every core anyhow. A second one in the same threads could be begun by a thread that waits for a
/// part of the first, and would wait there for what the first one holds.
static ONE: Mutex<()> = Mutex::new(());

/// Waits for it on the calling thread, and for those that were asked for before.
pub(crate) fn giving_way<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let _alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    match &*THREADS {
        Some(threads) => threads.install(work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn sums_that_hold_the_same_lock_do_not_wait_for_each_other_within_a_thread() {
        static HELD: Mutex<u64> = Mutex::new(0);
        let sum = || {
            let mut held = HELD.lock().unwrap();
            *held += (0..20_000u64).into_par_iter().map(|number| number % 7).sum::<u64>();
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| giving_way(sum)));
            }
        });
        assert_eq!(*HELD.lock().unwrap(), 400 * (0..20_000u64).map(|number| number % 7).sum::<u64>());
    }
}
