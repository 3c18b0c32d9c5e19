//! The traffic simulator: how fast it is, how much it holds, and whether it tells of a real load run what was recorded.

mod replay;

use std::{fs, hint::black_box, path::Path, time::Instant};

use anyhow::{Context as _, Result};
use coldframe_cost::{
    Bin, Book, ColdTime, Footprint, FreeTier, Options, Service, Shape, Simulation, Traffic, Usage, WarmTime,
    simulate,
};

use crate::figures::Figures;

const FOOTPRINT: Footprint = Footprint { memory_mb: 512, vcpu_milli: None, cpu_us: 20_000 };
const SEED: u64 = 1;
/// Minutes of a month.
const MINUTES: u64 = 43_800;

pub(crate) async fn measure(coldframe: Option<&Path>, figures: &mut Figures) -> Result<()> {
    println!("\nthe simulator, one core");
    let service = recorded()?;
    let before = reset_peak_mb()?;
    let all = timed(&service, 100_000_000, u64::MAX, "simulate_100m_s", figures)?;
    figures.put("simulate_100m_mb", (peak_mb()? - before).max(0.0));
    println!(
        "  100 million calls, all of them: {:.1} s, {:.1} MB; {} cold, {} instances at most",
        figures.get("simulate_100m_s").unwrap_or(f64::NAN),
        figures.get("simulate_100m_mb").unwrap_or(f64::NAN),
        all.totals.cold,
        all.peak_instances()
    );
    let sampled = timed(&service, 1_000_000_000, Options::MOST_CALLS, "simulate_billion_s", figures)?;
    println!(
        "  a month of a billion, sampled: {:.1} s; cold share {:.5} % ± {:.5}",
        figures.get("simulate_billion_s").unwrap_or(f64::NAN),
        sampled.cold_share() * 100.0,
        sampled.sampled.map_or(f64::NAN, |sampled| sampled.cold_share_error) * 100.0
    );
    price(figures);
    replay::measure(coldframe, figures).await
}

/// As a record might have it: 300 handler times with a long tail, 50 cold pairs.
fn recorded() -> Result<Service> {
    let warm = (0..300_u64).map(|at| WarmTime { handler_us: 20_000 + at * 700, count: 1_000 / (at + 1) + 1 });
    let cold = (0..50_u64).map(|at| ColdTime { init_us: 150_000 + at * 5_000, handler_us: 60_000, count: 1 });
    Ok(Service::recorded(warm.collect(), cold.collect(), FOOTPRINT)?)
}

fn timed(
    service: &Service,
    requests: u64,
    most_calls: u64,
    figure: &str,
    figures: &mut Figures,
) -> Result<Simulation> {
    let book = Book::built_in();
    let plan = book.plan("aws-lambda-arm64").context("a built-in plan")?;
    let shape = Shape::named("daily").context("a shape")?;
    let begun = Instant::now();
    let options = Options { most_calls, ..Options::seeded(SEED) };
    let ran = simulate(&Traffic::month(shape, requests), service, &plan.rule(), options);
    figures.put(figure, begun.elapsed().as_secs_f64());
    Ok(ran)
}

/// A million calls as roll-ups keep them, each minute its own histogram; reading them from the record is not in it.
fn price(figures: &mut Figures) {
    let book = Book::built_in();
    let calls = 1_000_000_u64;
    let bins: Vec<Bin> = (0..MINUTES)
        .flat_map(|minute| {
            let each = calls / MINUTES + u64::from(minute < calls % MINUTES);
            (0..8).map(move |at| {
                let handler_ms = 20 + (minute * 7 + at * at * 13) % 230;
                let init_handler_ms = handler_ms + if at == 0 { 180 } else { 0 };
                let count = each / 8 + u64::from(at < each % 8);
                Bin { handler_ms, init_handler_ms, memory_mb: 512, observed_mb: Some(140), count }
            })
        })
        .collect();
    let begun = Instant::now();
    let usage = Usage { cpu_us: u128::from(calls) * 20_000, ..Usage::calls(bins.iter().copied()) };
    for plan in &book.plans {
        black_box(plan.month(plan.measure(&usage), FreeTier::Applied).total());
    }
    let seconds = begun.elapsed().as_secs_f64();
    figures.put("price_million_s", seconds);
    let (many, plans) = (bins.len(), book.plans.len());
    println!("  a million calls in {many} entries of the roll-ups on {plans} plans: {seconds:.3} s");
}

/// Forgets how much was resident at most; what is now.
fn reset_peak_mb() -> Result<f64> {
    fs::write("/proc/self/clear_refs", "5").context("cannot reset the peak of resident memory")?;
    peak_mb()
}

fn peak_mb() -> Result<f64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line =
        text.lines().find(|line| line.starts_with("VmHWM:")).context("no peak in /proc/self/status")?;
    let kb: f64 = line.split_whitespace().nth(1).context("no number in it")?.parse()?;
    Ok(kb / 1024.0)
}
