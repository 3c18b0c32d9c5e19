//! The same calls to both sides: how long they take, and how long a first one does, from nothing. A side is better where that
//! is beyond the noise, as receipts judge it. Where this machine could not send them all there is nothing to compare, and the
//! row comes to nothing.

mod told;

use std::time::{Duration, Instant};

use coldframe_protocol::{LoadDetail, LoadFigures, LoadSeries, RowResult};
use coldframe_report::receipt::FEWEST;

use self::told::{Both, Measured};
use crate::sidebyside::stage::{Result, Stage};

/// So many calls, and a few more, are sent.
const CALLS: f64 = 110.0;
/// Calls a second: of those that wait for the first instance only so many may, on a machine that is busy, too. And of a core that a side is kept busy with: both run on this machine.
const RATES: (f64, f64) = (5.0, 15.0);
const BUSY: f64 = 0.6;
/// So many times slower it is tried again where this machine is too busy with something else to send as fast.
const SLOWER: [f64; 2] = [2.0, 4.0];
/// One in so many may be left unsent, and the rest is still what was to be compared.
const FEW: u64 = 50;
/// Of calls from nothing, however many there are by then.
const FIRSTS: Duration = Duration::from_secs(20);

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    let firsts = firsts(stage).await?;
    let handler_s = stage.call().await.well()?.served.map_or(0.01, |served| served.handler.as_secs_f64());
    let rate = (BUSY / handler_s.max(0.001)).clamp(RATES.0, RATES.1);
    let mut found = send(stage, rate).await?;
    let mut given_up = Vec::new();
    for slower in SLOWER {
        if sent(&found.run.figures) {
            break;
        }
        given_up.push(found.run.figures.wanted_rate);
        found = send(stage, rate / slower).await?;
    }
    let halves = match &found.twin_course {
        Some(twin) => halves(&found.course.series, &twin.series),
        None => Both::default(),
    };
    let twin = found.run.twin.as_ref().map(|twin| &twin.figures);
    told::told(&Measured { pool: &found.run.figures, twin, halves, firsts, given_up }, &found.rests_on)
}

/// As many as can tell anything on either side, in turn: the pool's with no instance left from before.
async fn firsts(stage: &Stage<'_>) -> Result<Both> {
    let (mut both, began) = (Both::default(), Instant::now());
    for round in 0..FEWEST {
        stage.doing("calling it from nothing", 0.1 * f64::from(round) / f64::from(FEWEST));
        stage.empty_pool().await?;
        both.pool.push(stage.call().await.well()?.ms());
        let asked = Instant::now();
        stage.call_twin().await?;
        both.twin.push(asked.elapsed().as_secs_f64() * 1_000.0);
        if began.elapsed() > FIRSTS {
            break;
        }
    }
    Ok(both)
}

async fn send(stage: &Stage<'_>, rate: f64) -> Result<LoadDetail> {
    stage.empty_pool().await?;
    stage.traffic(rate, CALLS / rate, async { Ok(()) }).await
}

/// The medians of the same moments on either side.
fn halves(pool: &LoadSeries, twin: &LoadSeries) -> Both {
    let both = pool.p50_ms.iter().zip(&twin.p50_ms).filter_map(|(pool, twin)| Some(((*pool)?, (*twin)?)));
    let (pool, twin) = both.unzip();
    Both { pool, twin }
}

/// All but a few.
fn sent(figures: &LoadFigures) -> bool {
    figures.dropped <= figures.due / FEW
}
