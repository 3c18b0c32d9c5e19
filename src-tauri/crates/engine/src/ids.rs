//! Ids of the record. They stay below 2^53, so that JSON readers in JavaScript keep them exact.

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use coldframe_providers::clock;

/// An id is the millisecond it was made in, above a counter of so many bits.
pub const COUNTER_BITS: u32 = 12;

/// Hands out ids that increase over time, also across hosts: the millisecond in the upper bits, a counter below.
/// 2^53 / 4096 ms lasts until 2039.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    last: AtomicI64,
}

impl Ids {
    pub(crate) fn next(&self) -> i64 {
        let floor = (clock::now_us() / 1000) << COUNTER_BITS;
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let next = floor.max(last + 1);
            match self.last.compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return next,
                Err(seen) => last = seen,
            }
        }
    }
}

/// The id of the project at that path, which is canonical, in every record.
pub fn project_id(root: &Path) -> i64 {
    stable_id(&[&root.to_string_lossy()])
}

/// The id of something that has a name: the same name gives the same id in every host.
pub(crate) fn stable_id(parts: &[&str]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let bytes = *hasher.finalize().as_bytes();
    let first = [bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]];
    (u64::from_le_bytes(first) & ((1 << 53) - 1)).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_increase_and_fit_javascript() {
        let ids = Ids::default();
        let mut last = 0;
        for _ in 0..10_000 {
            let next = ids.next();
            assert!(next > last, "an id must be larger than the one before");
            last = next;
        }
        assert!(last < 1 << 53, "an id must survive a JavaScript number");
    }

    #[test]
    fn names_do_not_run_into_each_other() {
        assert_ne!(stable_id(&["ab", "c"]), stable_id(&["a", "bc"]));
        assert_eq!(stable_id(&["aws", "f"]), stable_id(&["aws", "f"]));
    }
}
