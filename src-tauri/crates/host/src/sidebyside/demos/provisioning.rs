//! From nothing to the first answer: measured on the pool, and for a machine what booting it takes by others' measure
//! and deploying it by the person's, with the start of the resident process from here.

use std::time::Instant;

use coldframe_protocol::{Commands as _, FunctionId, RowResult, Side, TwinState};

use crate::sidebyside::{
    growing::Growing,
    stage::{Result, Stage},
    words::{detail, result, time},
};

const ROUNDS: usize = 3;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let mut firsts = Vec::new();
    for round in 0..ROUNDS {
        stage.doing("calling it from nothing", round as f64 / (ROUNDS + 1) as f64);
        stage.empty_pool().await?;
        firsts.push(stage.call().await.well()?);
    }
    firsts.sort_by_key(|called| called.took);
    let middle = &firsts[ROUNDS / 2];
    let own_start_ms = match middle.served {
        Some(served) => served.init.as_secs_f64() * 1_000.0,
        None => 0.0,
    };
    let (process_ms, whose) = match resident_start(stage).await {
        Some(ms) => (ms, "the resident process was started here"),
        None => (own_start_ms, "the resident process starts as an instance on serverless does"),
    };
    let book = stage.host.inner.report.book();
    let deploy_s = stage.asked.deploy_s;
    let growing = stage.opposites().and_then(|(_, machine)| Growing::of(book, machine, deploy_s));
    let (always_on, what) = match &growing {
        Some(growing) => (
            time(growing.there_s() as f64 * 1_000.0 + process_ms),
            format!("{}, and its process (measured)", growing.parts()),
        ),
        None => ("not known".to_owned(), "nobody says how long a machine takes".to_owned()),
    };
    let first = time(middle.ms());
    let sentence = match growing {
        Some(_) => format!(
            "From nothing, the first answer took {first}; a new machine would answer after about {always_on}."
        ),
        None => format!("From nothing, the first answer took {first}."),
    };
    let all: Vec<String> = firsts.iter().map(|called| time(called.ms())).collect();
    let rests_on = [
        format!(
            "the middle of {ROUNDS} calls, each with no instance left from before, on this machine's CPU"
        ),
        whose.to_owned(),
        "a cloud's own cold start is longer or shorter: see the sourced figure".to_owned(),
    ];
    Ok(RowResult {
        better: growing.is_some().then_some(Side::Serverless),
        details: vec![
            detail("first answers", all.join(", "), ""),
            detail("of it, until its code was loaded", time(own_start_ms), time(process_ms)),
            detail(
                "before that",
                "nothing to boot",
                growing.as_ref().map_or_else(String::new, Growing::parts),
            ),
        ],
        rests_on: growing.iter().map(Growing::rests_on).chain(rests_on).collect(),
        ..result((&first, "first answer after nothing ran"), (&always_on, &what), &sentence)
    })
}

/// Milliseconds until the twin takes calls; `None` where it runs already, or cannot.
async fn resident_start(stage: &Stage<'_>) -> Option<f64> {
    let now = stage.host.twin(FunctionId { function: stage.id() }).await.ok()?;
    if now.state != TwinState::Off {
        return None;
    }
    let began = Instant::now();
    stage.twin().await.ok()?;
    Some(began.elapsed().as_secs_f64() * 1_000.0)
}
