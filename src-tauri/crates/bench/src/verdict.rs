//! What is asked of Coldframe, and whether this run shows it.

use crate::figures::Figures;

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

const TARGETS: &[(&str, &str, Bound)] = &[
    ("warm Rust call beside the null emulator", "rust_over_null_1_caller_p50_ratio", Bound::AtMost(1.25)),
    ("16 callers beside one", "rust_16_over_1_callers_throughput_ratio", Bound::AtLeast(1.5)),
    ("save to new answer, Python", "python_reload_ratio", Bound::AtMost(1.6)),
    ("save to new answer, Node", "node_reload_ratio", Bound::AtMost(1.6)),
    ("idle headless host, MB resident", "host_idle_rss_mb", Bound::AtMost(30.0)),
];

/// Prints every target that this run measured. Whether all of those are met.
pub(crate) fn print(figures: &Figures) -> bool {
    println!("\ntargets");
    let mut all = true;
    for (what, name, bound) in TARGETS {
        let Some(value) = figures.get(name) else { continue };
        let (sign, limit, met) = match *bound {
            Bound::AtMost(limit) => ("<=", limit, value <= limit),
            Bound::AtLeast(limit) => (">=", limit, value >= limit),
        };
        all &= met;
        println!("  {:<42} {value:>7.2} {sign} {limit:<5} {}", what, if met { "met" } else { "MISSED" });
    }
    all
}
