//! What is asked of Coldframe, and whether this run shows it.

use crate::figures::Figures;

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

struct Target {
    what: &'static str,
    figure: &'static str,
    bound: Bound,
    /// The same of the null emulator, where no emulator can do more than the machine lets it.
    floor: Option<&'static str>,
}

/// So much of what the null emulator reaches is as good as reaching it.
const OF_THE_FLOOR: f64 = 0.9;

const TARGETS: &[Target] = &[
    at_most("warm Rust call beside the null emulator", "rust_over_null_1_caller_p50_ratio", 1.25),
    Target {
        what: "16 callers beside one",
        figure: "rust_16_over_1_callers_throughput_ratio",
        bound: Bound::AtLeast(1.5),
        floor: Some("null_16_over_1_callers_throughput_ratio"),
    },
    at_most("save to new answer, Python", "python_reload_ratio", 1.6),
    at_most("save to new answer, Node", "node_reload_ratio", 1.6),
    at_most("idle headless host, MB resident", "host_idle_rss_mb", 30.0),
    at_most("100 million calls simulated, s", "simulate_100m_s", 10.0),
    at_most("the same, MB beyond the program's own", "simulate_100m_mb", 32.0),
    at_most("a month of a billion calls, s", "simulate_billion_s", 60.0),
    at_least("cold starts of the load run to replay", "replay_recorded_cold_starts", 200.0),
    at_most("replayed cold starts beside recorded, %", "replay_cold_starts_off_percent", 5.0),
    at_most("replayed instances beside recorded, %", "replay_instances_off_percent", 5.0),
    at_most("a million rolled-up calls on all plans, s", "price_million_s", 1.0),
    at_most("first paint from the host's start, ms", "ui_first_paint_ms", 1_000.0),
    at_most("a click to its frame, p95 ms", "ui_click_p95_ms", 100.0),
    at_most("Functions opened with its figures, ms", "ui_functions_open_ms", 100.0),
    at_most("Timeline opened, ms", "ui_timeline_open_ms", 100.0),
    at_most("Load opened, ms", "ui_load_open_ms", 100.0),
    at_most("Invocations opened with rows, ms", "ui_invocations_open_ms", 100.0),
    at_most("Costs opened with its figures, ms", "ui_costs_open_ms", 100.0),
    at_most("Logs opened with lines, ms", "ui_logs_open_ms", 100.0),
    at_most("Settings opened, ms", "ui_settings_open_ms", 100.0),
    at_most("work a frame at 5000/s, Functions, p95 ms", "ui_live_functions_p95_ms", 8.0),
    at_most("the same, Invocations", "ui_live_invocations_p95_ms", 8.0),
    at_most("the same, Logs", "ui_live_logs_p95_ms", 8.0),
    at_most("the same, Timeline", "ui_live_timeline_p95_ms", 8.0),
    at_most("heap grown in a minute of it, MB", "ui_heap_growth_mb", 2.0),
    at_most("scrolling Invocations, work a frame, p95 ms", "ui_invocations_scroll_p95_ms", 8.0),
    at_most("scrolling Logs, work a frame, p95 ms", "ui_logs_scroll_p95_ms", 8.0),
    at_least("spans on the timeline", "ui_timeline_spans", 9_000.0),
    at_most("timeline, a frame, p95 ms", "ui_timeline_frame_p95_ms", 17.0),
    at_most("layout shift over all pages", "ui_layout_shift", 0.01),
    at_most("window: first paint from its start, ms", "window_first_paint_ms", 1_000.0),
    at_most("window: Functions opened, ms", "window_functions_open_ms", 100.0),
    at_most("window: Timeline opened, ms", "window_timeline_open_ms", 100.0),
    at_most("window: Invocations opened, ms", "window_invocations_open_ms", 100.0),
    at_most("window: Costs opened, ms", "window_costs_open_ms", 100.0),
    at_most("window: Logs opened, ms", "window_logs_open_ms", 100.0),
    at_most("window: scrolling Invocations, a frame, p95 ms", "window_invocations_scroll_frame_p95_ms", 17.0),
    at_most("window: timeline, a frame, p95 ms", "window_timeline_frame_p95_ms", 17.0),
    at_most("figures of a day, ms", "ask_overview_24h_ms", 100.0),
    at_most("figures of a week, ms", "ask_overview_7d_ms", 100.0),
    at_most("the bill of the whole record, ms", "ask_costs_ms", 1_000.0),
    at_most("invocations that were cold, ms", "ask_invocations_cold_ms", 100.0),
    at_most("invocations that took over 10 s, ms", "ask_invocations_slow_ms", 100.0),
    at_most("a rare word among invocations, ms", "ask_invocations_rare_word_ms", 100.0),
    at_most("a rare word among log lines, ms", "ask_logs_rare_word_ms", 100.0),
];

const fn at_most(what: &'static str, figure: &'static str, limit: f64) -> Target {
    Target { what, figure, bound: Bound::AtMost(limit), floor: None }
}

const fn at_least(what: &'static str, figure: &'static str, limit: f64) -> Target {
    Target { what, figure, bound: Bound::AtLeast(limit), floor: None }
}

/// Prints every target that this run measured. Whether all of those are met.
pub(crate) fn print(figures: &Figures) -> bool {
    println!("\ntargets");
    let mut all = true;
    for Target { what, figure, bound, floor } in TARGETS {
        let Some(value) = figures.get(figure) else { continue };
        let (sign, limit, met) = match *bound {
            Bound::AtMost(limit) => ("<=", limit, value <= limit),
            Bound::AtLeast(limit) => (">=", limit, value >= limit),
        };
        // One caller may keep a small machine busy already: then nothing that carries events reaches the target.
        let reached = floor.and_then(|floor| figures.get(floor)).filter(|reached| !met && *reached < limit);
        let (enough, word) = match reached {
            None if met => (true, "met".to_owned()),
            None => (false, "MISSED".to_owned()),
            Some(reached) if value >= OF_THE_FLOOR * reached => {
                (true, format!("as the machine allows: the null emulator reaches {reached:.2}"))
            }
            Some(reached) => (false, format!("MISSED, and the null emulator reaches {reached:.2}")),
        };
        all &= enough;
        println!("  {what:<46} {value:>7.2} {sign} {limit:<5} {word}");
    }
    all
}
