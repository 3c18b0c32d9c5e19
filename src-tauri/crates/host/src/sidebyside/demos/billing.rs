//! What rounding adds to the function's own calls, by how it is billed.

use std::time::Duration;

use coldframe_protocol::{RowResult, Side};
use coldframe_report::RoundedCalls;

use crate::{
    commands::blocking,
    sidebyside::{
        stage::{Result, Stage, failed},
        words::{count, detail, dollars, percent, result, time},
    },
};

/// Fewer are made up to so many first.
const ENOUGH: u64 = 20;
const APART: Duration = Duration::from_millis(50);

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let mut rounded = read(stage).await?;
    let recorded = rounded.as_ref().map_or(0, |rounded| rounded.calls);
    for call in recorded..ENOUGH {
        stage.doing("making calls", call as f64 / ENOUGH as f64);
        stage.call().await.well()?;
        tokio::time::sleep(APART).await;
    }
    if recorded < ENOUGH {
        stage.host.flush().await;
        rounded = read(stage).await?;
    }
    let Some(rounded) = rounded else {
        return Err(failed("the price book has no plan for its provider", "add one in prices.toml"));
    };
    let more = |step: usize| rounded.steps.get(step).map_or(0.0, |step| step.more_percent);
    let (fine, coarse) = (format!("+{}", percent(more(0))), format!("+{}", percent(more(3))));
    let steps = rounded.steps.iter().enumerate().map(|(at, step)| {
        let said = format!(
            "+{} ({}, {})",
            percent(step.more_percent),
            time(step.billed_ms as f64),
            dollars(step.usd)
        );
        let (mine, other) = if at < 2 { (said, String::new()) } else { (String::new(), said) };
        detail(&format!("of the time here, by {}", step.name), mine, other)
    });
    let mut details = vec![detail("really took", time(rounded.exact_ms), time(rounded.exact_ms))];
    details.extend(steps);
    Ok(RowResult {
        better: Some(Side::Serverless),
        details,
        rests_on: vec![
            format!("its {} newest recorded calls, which took {} with their init", count(rounded.calls), time(rounded.exact_ms)),
            format!(
                "dollars for the time they took here, at what a millisecond costs on {}, without what each call costs; the meter above \
                 has the same calls at more where that plan gives less than a core for so much memory, since they take longer there",
                rounded.plan
            ),
            "by 1 ms and 100 ms each call is rounded up; by the minute and the hour the time in which any of them ran, as for a machine that is on as long as there is work".to_owned(),
        ],
        ..result(
            (&fine, "added by rounding each call up to 1 ms"),
            (&coarse, "added by paying for every hour in which a call ran"),
            &format!("Rounding up to a millisecond adds {} to these calls; by the hour it would be {}.", percent(more(0)), percent(more(3))),
        )
    })
}

async fn read(stage: &Stage<'_>) -> Result<Option<RoundedCalls>> {
    stage.host.flush().await;
    let (id, report) = (stage.id(), stage.host.inner.report.clone());
    Ok(blocking(move || Ok(report.rounded_calls(id)?)).await?)
}
