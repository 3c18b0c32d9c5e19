//! The one place that reads the wall clock. Durations are measured with `Instant`, never with this.

use std::time::UNIX_EPOCH;

/// Microseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "the one clock module")]
pub fn now_us() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}
