//! Light traffic to both sides: what of that which is paid for is used.

use coldframe_protocol::{Commands as _, FunctionId, Meter, RowResult, Side};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{count, detail, percent, result, time},
};

const RATE: f64 = 4.0;
const SECONDS: f64 = 3.0;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    stage.traffic(RATE, SECONDS, async { Ok(()) }).await?;
    stage.host.flush().await;
    let twin = stage.host.twin(FunctionId { function: stage.id() }).await?;
    let Some(meters) = twin.meters else {
        return Err(failed("the resident process has no meter yet", "try it again"));
    };
    let (id, report) = (stage.id(), stage.host.inner.report.clone());
    let rounded = crate::commands::blocking(move || Ok(report.rounded_calls(id)?)).await?;
    // What is billed by the millisecond is used but for what rounding adds.
    let paid = rounded
        .and_then(|rounded| rounded.steps.first().map(|step| 100.0 / (1.0 + step.more_percent / 100.0)));
    let (Some(paid), Some(busy)) = (paid, meters.twin.busy_percent) else {
        return Err(failed("no call was served on both sides", "choose an event that the function answers"));
    };
    let busy_text = percent(busy);
    let lives = |meter: &Meter| {
        let busy = meter.busy_percent.map_or_else(|| "none lived".to_owned(), percent);
        format!("{busy} of {}", time(meter.alive_s * 1_000.0))
    };
    Ok(RowResult {
        better: Some(if paid > busy { Side::Serverless } else { Side::AlwaysOn }),
        details: vec![
            detail("calls", count(meters.pool.calls), count(meters.twin.calls)),
            detail("worked", time(meters.pool.busy_s * 1_000.0), time(meters.twin.busy_s * 1_000.0)),
            detail("its processes were busy", lives(&meters.pool), lives(&meters.twin)),
        ],
        rests_on: vec![
            format!("{RATE:.0} calls a second for {SECONDS:.0} s to both sides, and what else both had since the resident process was started"),
            "instances that wait for a call are there, too, but nobody pays for them on a plan that counts calls".to_owned(),
            "a busier server is better used: send it more and do this again".to_owned(),
        ],
        ..result(
            (&percent(paid), "of the time that is billed was work"),
            (&busy_text, "of the time its processes lived was work"),
            &format!("Of what is paid for, serverless used {} and always-on {busy_text}.", percent(paid)),
        )
    })
}
