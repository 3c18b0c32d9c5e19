//! Figures of a run, for tests.

use coldframe_protocol as wire;

pub(super) fn figures(usage: wire::MeteredCalls) -> wire::LoadFigures {
    wire::LoadFigures { achieved_rate: 50.0, usage, ..wire::LoadFigures::default() }
}

pub(super) fn usage() -> wire::MeteredCalls {
    wire::MeteredCalls {
        provider: "aws".into(),
        architecture: "x86_64".into(),
        memory_mb: 1024,
        warm_calls: 1_000,
        warm_ms: 100_500,
        cold_calls: 3,
        cold_ms: 310,
        cold_init_ms: 901,
    }
}
