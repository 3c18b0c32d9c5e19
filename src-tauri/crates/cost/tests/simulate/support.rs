//! What the simulator's tests share: a service to bill, runs by seed, and Erlang's formulas.

use coldframe_cost::{Footprint, Options};

pub(crate) const FOOTPRINT: Footprint = Footprint { memory_mb: 512, vcpu_milli: None, cpu_us: 10_000 };

/// Nothing sampled.
pub(crate) fn every_call(seed: u64) -> Options {
    Options { most_calls: u64::MAX, ..Options::seeded(seed) }
}

/// One figure of independent runs.
pub(crate) struct Runs {
    pub(crate) values: Vec<f64>,
}

impl Runs {
    pub(crate) fn of(many: u64, run: impl FnMut(u64) -> f64) -> Self {
        Self { values: (1..=many).map(run).collect() }
    }

    /// The mean is within four of its own standard errors of what theory says, and those are small enough to tell.
    pub(crate) fn agree(&self, theory: f64, what: &str) {
        let many = self.values.len() as f64;
        let mean = self.values.iter().sum::<f64>() / many;
        let variance = self.values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (many - 1.0);
        let error = 4.0 * (variance / many).sqrt();
        assert!((mean - theory).abs() < error, "{what}: {mean}, not {theory} ± {error}");
        assert!(error < 0.1 * theory, "{what}: ± {error} tells nothing of {theory}");
    }
}

/// The share of calls lost by `servers` under a load, by the usual recursion.
pub(crate) fn erlang_b(servers: u64, load: f64) -> f64 {
    (1..=servers).fold(1.0, |lost, server| load * lost / (server as f64 + load * lost))
}

/// The share of calls that wait.
pub(crate) fn erlang_c(servers: u64, load: f64) -> f64 {
    let lost = erlang_b(servers, load);
    lost / (1.0 - load / servers as f64 * (1.0 - lost))
}
