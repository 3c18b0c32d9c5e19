//! Warm calls: the same event to every subject in turn, with one caller and with many.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;

use crate::{
    client::{Target, Turn, turn},
    cpu::{Cpu, Watched},
    figures::{Figures, median},
    subject::{Language, MANY, Subjects},
};

const EVENT: &[u8] = br#"{"key1":"value1","key2":"value2","number":42}"#;

struct Row {
    name: &'static str,
    target: Target,
    watched: Watched,
    callers: usize,
    turns: Vec<Turn>,
}

pub(crate) async fn measure(
    subjects: &Subjects,
    rounds: usize,
    length: Duration,
    figures: &mut Figures,
) -> Result<()> {
    let mut rows = Vec::new();
    for callers in [1, MANY] {
        let mut row = |name, target, watched| {
            rows.push(Row { name, target, watched, callers, turns: Vec::with_capacity(rounds) });
        };
        row("echo", subjects.echo(), subjects.watched_echo());
        row("null", subjects.null(callers), subjects.watched_null(callers));
        for language in [Language::Rust, Language::Python, Language::Node] {
            row(language.name(), subjects.function(language, callers)?, subjects.watched_host());
        }
    }
    let event = Bytes::from_static(EVENT);
    // Cold starts are another measurement.
    for row in &rows {
        let started = turn(&row.target, row.callers, Duration::ZERO, &event, None).await;
        started.with_context(|| format!("{} with {} callers", row.name, row.callers))?;
    }
    for round in 0..rounds {
        // Each second round runs backwards: whoever follows whom changes places too.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let row = &mut rows[index];
            row.turns.push(turn(&row.target, row.callers, length, &event, Some(row.watched)).await?);
        }
    }
    println!("\nwarm calls, medians of {rounds} rounds of {length:?}");
    println!(
        "  {:<8} {:>7} {:>9} {:>9} {:>9} {:>10}",
        "", "callers", "p50 us", "p95 us", "p99 us", "calls/s"
    );
    for row in &rows {
        let of = |figure: fn(&Turn) -> f64| median(row.turns.iter().map(figure));
        let turn = Turn {
            p50_us: of(|turn| turn.p50_us),
            p95_us: of(|turn| turn.p95_us),
            p99_us: of(|turn| turn.p99_us),
            calls_per_s: of(|turn| turn.calls_per_s),
            cpu: None,
        };
        println!(
            "  {:<8} {:>7} {:>9.1} {:>9.1} {:>9.1} {:>10.0}",
            row.name, row.callers, turn.p50_us, turn.p95_us, turn.p99_us, turn.calls_per_s
        );
        let prefix = prefix(row.name, row.callers);
        figures.put(format!("{prefix}_p50_us"), turn.p50_us);
        figures.put(format!("{prefix}_p95_us"), turn.p95_us);
        figures.put(format!("{prefix}_p99_us"), turn.p99_us);
        figures.put(format!("{prefix}_calls_per_s"), turn.calls_per_s);
    }
    costs(&rows, figures);
    ratios(&rows, figures);
    Ok(())
}

/// What a call costs where, in processor time.
fn costs(rows: &[Row], figures: &mut Figures) {
    println!("\n  processor time of a call, us");
    println!(
        "  {:<8} {:>7} {:>9} {:>9} {:>9} {:>10}",
        "", "callers", "client", "emulator", "function", "altogether"
    );
    for row in rows {
        let of = |figure: fn(Cpu) -> f64| median(row.turns.iter().filter_map(|turn| turn.cpu).map(figure));
        let (client, emulator, functions) =
            (of(|cpu| cpu.client_us), of(|cpu| cpu.emulator_us), of(|cpu| cpu.functions_us));
        let total = of(Cpu::total_us);
        if total.is_nan() {
            continue;
        }
        println!(
            "  {:<8} {:>7} {client:>9.1} {emulator:>9.1} {functions:>9.1} {total:>10.1}",
            row.name, row.callers
        );
        let prefix = prefix(row.name, row.callers);
        figures.put(format!("{prefix}_client_cpu_us"), client);
        figures.put(format!("{prefix}_emulator_cpu_us"), emulator);
        figures.put(format!("{prefix}_function_cpu_us"), functions);
    }
}

fn ratios(rows: &[Row], figures: &mut Figures) {
    // Round by round, so that what the machine did meanwhile is on both sides.
    let paired = |one: &str, other: &str, callers: usize, figure: fn(&Turn) -> f64| {
        let find = |name: &str| rows.iter().find(|row| row.name == name && row.callers == callers);
        let (one, other) = (find(one)?, find(other)?);
        Some(median(one.turns.iter().zip(&other.turns).map(|(one, other)| figure(one) / figure(other))))
    };
    println!("\n  beside the null emulator's Rust function");
    for name in ["echo", "rust", "python", "node"] {
        for callers in [1, MANY] {
            let Some(ratio) = paired(name, "null", callers, |turn| turn.p50_us) else { continue };
            println!("  {name:<8} {callers:>7} {ratio:>8.2}x p50");
            figures.put(format!("{name}_over_null_{}_p50_ratio", plural(callers)), ratio);
        }
    }
    for name in ["null", "rust", "python", "node"] {
        let ratio = format!("{name}_16_over_1_callers_throughput_ratio");
        let of = |callers| format!("{}_calls_per_s", prefix(name, callers));
        figures.put_ratio(&ratio, &of(MANY), &of(1));
        if let Some(ratio) = figures.get(&ratio) {
            println!("  {name:<8} {MANY} callers {ratio:>8.2}x the calls/s of one");
        }
    }
}

fn prefix(name: &str, callers: usize) -> String {
    format!("{name}_{}", plural(callers))
}

fn plural(callers: usize) -> String {
    format!("{callers}_caller{}", if callers == 1 { "" } else { "s" })
}
