//! How much output is passed on. A child that prints without end would otherwise fill the host's memory and the
//! record; its pipes are still read, so that it runs at its own speed.

use std::time::Instant;

/// Lines and bytes that may come at once, and what is added each second.
const LINES: f64 = 20_000.0;
const LINES_A_SECOND: f64 = 5_000.0;
const BYTES: f64 = 16.0 * 1024.0 * 1024.0;
const BYTES_A_SECOND: f64 = 4.0 * 1024.0 * 1024.0;
/// Bytes that may wait for a receiver that does not keep up.
const WAITING: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Allowance {
    lines: f64,
    bytes: f64,
    counted: Instant,
    left_out: LeftOut,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

impl Allowance {
    pub(super) fn new(now: Instant) -> Self {
        Self { lines: LINES, bytes: BYTES, counted: now, left_out: LeftOut::default() }
    }

    /// Whether a line of `bytes` may pass, with `waiting` bytes not yet received.
    pub(super) fn admit(&mut self, now: Instant, bytes: usize, waiting: u64) -> bool {
        let elapsed = now.saturating_duration_since(self.counted).as_secs_f64();
        self.counted = now;
        self.lines = (self.lines + elapsed * LINES_A_SECOND).min(LINES);
        self.bytes = (self.bytes + elapsed * BYTES_A_SECOND).min(BYTES);
        // Once something was left out, a little is saved up first: one notice for a stretch, not one for each line.
        let reserve = if self.left_out.lines > 0 { 0.05 } else { 0.0 };
        let size = bytes as f64;
        let admitted = self.lines >= 1.0 + LINES * reserve
            && self.bytes >= size + (BYTES - size) * reserve
            && waiting + bytes as u64 <= WAITING;
        if admitted {
            self.lines -= 1.0;
            self.bytes -= size;
        } else {
            self.left_out.lines += 1;
            self.left_out.bytes += bytes as u64;
        }
        admitted
    }

    /// What was left out since the last time this was asked.
    pub(super) fn take_left_out(&mut self) -> Option<LeftOut> {
        (self.left_out.lines > 0).then(|| std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_is_counted() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        let passed = (0..30_000).filter(|_| allowance.admit(start, 10, 0)).count();
        assert_eq!(passed, 20_000);
        assert_eq!(allowance.take_left_out(), Some(LeftOut { lines: 10_000, bytes: 100_000 }));
        assert_eq!(allowance.take_left_out(), None, "said once");
        assert!(allowance.admit(start + Duration::from_secs(1), 10, 0), "time gives more");
    }

    #[test]
    fn a_receiver_that_does_not_keep_up_costs_lines_not_memory() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        assert!(allowance.admit(start, 10, 0));
        assert!(!allowance.admit(start, 10, WAITING));
    }
}
