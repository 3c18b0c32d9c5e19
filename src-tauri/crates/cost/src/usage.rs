//! Usage as it was measured: one invocation, many of one shape, and what a meter makes of them.

use std::ops::{Add, AddAssign};

use rust_decimal::Decimal;

/// What one invocation used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvocationUsage {
    /// The init of the instance it waited for; 0 when warm.
    pub billed_init_us: u64,
    pub handler_us: u64,
    /// The configured size.
    pub memory_mb: u32,
}

/// Invocations of the same billed shape: one entry of the roll-ups' sparse histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// Handler time, rounded up to milliseconds.
    pub handler_ms: u64,
    /// Init and handler together, rounded up once; equals `handler_ms` when warm.
    pub init_handler_ms: u64,
    /// The configured size.
    pub memory_mb: u32,
    pub count: u64,
}

/// What a per-invocation meter counted. Adding two parts of a month gives exactly the month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metered {
    pub requests: Decimal,
    /// Billed time × memory, 1 GB = 1024 MB.
    pub gb_seconds: Decimal,
}

impl Metered {
    /// The same shape of traffic at `volume` requests. `None` where nothing was metered.
    pub fn at(self, volume: Decimal) -> Option<Self> {
        if self.requests.is_zero() {
            return None;
        }
        // Multiplied first: a quotient of recorded figures may have no last digit.
        Some(Self { requests: volume, gb_seconds: self.gb_seconds * volume / self.requests })
    }
}

impl Add for Metered {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { requests: self.requests + other.requests, gb_seconds: self.gb_seconds + other.gb_seconds }
    }
}

impl AddAssign for Metered {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
