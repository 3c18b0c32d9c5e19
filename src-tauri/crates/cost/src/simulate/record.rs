//! What is kept of the calls and instances that went by: counts, sketches and histograms, nothing for each.

use super::{
    buckets::{Bucket, Buckets},
    lengths::Lengths,
    result::Totals,
    sampler::{Drawn, NO_ROW},
    service::{Service, Times},
    sketch::Sketch,
    stretches::Stretches,
};

/// One for each stretch of time that is watched.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) totals: Totals,
    pub(super) latency: Sketch,
    pub(super) cold_latency: Sketch,
    /// Of those that waited.
    pub(super) wait: Sketch,
    pub(super) buckets: Buckets,
    pub(super) calls: Calls,
    /// Those that instances kept ready had.
    pub(super) kept_calls: Calls,
    /// Stretches in which an instance that is not kept had a call under way.
    pub(super) active: Stretches,
    pub(super) kept_active: Stretches,
    pub(super) lives: Lengths,
    pub(super) from_us: u64,
    pub(super) to_us: u64,
}

/// Calls by how long they took: by the row they were drawn from, else in a histogram.
#[derive(Debug)]
pub(super) struct Calls {
    pub(super) warm: Vec<u64>,
    pub(super) cold: Vec<u64>,
    pub(super) other: Lengths,
}

/// What is known when it is over.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) totals: Totals,
    pub(super) latency: Sketch,
    pub(super) cold_latency: Sketch,
    pub(super) wait: Sketch,
    pub(super) buckets: Vec<Bucket>,
    pub(super) calls: Calls,
    pub(super) kept_calls: Calls,
    pub(super) active: Stretches,
    pub(super) kept_active: Stretches,
    pub(super) lives: Lengths,
}

impl Record {
    /// Of nothing yet.
    pub(super) fn new(service: &Service) -> Self {
        Self {
            totals: Totals::default(),
            latency: Sketch::default(),
            cold_latency: Sketch::default(),
            wait: Sketch::default(),
            buckets: Buckets::new(0, 0, 1, 0, 0),
            calls: Calls::new(service),
            kept_calls: Calls::new(service),
            active: Stretches::new(),
            kept_active: Stretches::new(),
            lives: Lengths::new(),
            from_us: 0,
            to_us: 0,
        }
    }

    /// What follows, in so many buckets, is added to what was recorded before.
    pub(super) fn watch(&mut self, from_us: u64, to_us: u64, many: usize, alive: u64, busy: u64) {
        self.buckets = Buckets::new(from_us, to_us, many, alive, busy);
        (self.from_us, self.to_us) = (from_us, to_us);
    }

    /// So much of a stretch of time as lies in what is watched.
    pub(super) fn within(&self, from_us: u64, to_us: u64) -> u64 {
        to_us.min(self.to_us).saturating_sub(from_us.max(self.from_us))
    }

    /// The buckets since somebody watches. Nobody does any more.
    pub(super) fn take_buckets(&mut self) -> Vec<Bucket> {
        std::mem::replace(&mut self.buckets, Buckets::new(0, 0, 1, 0, 0)).finish()
    }

    pub(super) fn finish(self, buckets: Vec<Bucket>) -> Recorded {
        let Self { totals, latency, cold_latency, wait, calls, kept_calls, .. } = self;
        let Self { active, kept_active, lives, .. } = self;
        Recorded {
            totals,
            latency,
            cold_latency,
            wait,
            buckets,
            calls,
            kept_calls,
            active,
            kept_active,
            lives,
        }
    }
}

impl Calls {
    fn new(service: &Service) -> Self {
        let (warm, cold) = match &service.times {
            Times::Drawn { warm, cold } => (warm.rows.len(), cold.rows.len()),
            Times::Exponential { .. } | Times::InOrder { .. } => (0, 0),
        };
        Self { warm: vec![0; warm], cold: vec![0; cold], other: Lengths::new() }
    }

    #[inline]
    pub(super) fn add(&mut self, drawn: Drawn, cold: bool) {
        let rows = if cold { &mut self.cold } else { &mut self.warm };
        match rows.get_mut(drawn.row as usize) {
            Some(count) if drawn.row != NO_ROW => *count += 1,
            _ => self.other.add(drawn.handler_us.saturating_add(drawn.init_us), drawn.init_us),
        }
    }
}
