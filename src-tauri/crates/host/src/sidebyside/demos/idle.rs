//! The traffic stops: one meter stops with it.

use std::time::Duration;

use coldframe_cost::{Decimal, Usd};
use coldframe_protocol::{Commands as _, FunctionId, RowCourse, RowResult, Side, TwinMeters};

use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{detail, dollars, result},
};

const CALLS: usize = 3;
const LOOKS: u32 = 5;
const LOOK: Duration = Duration::from_millis(400);

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.twin().await?;
    for call in 0..CALLS {
        stage.doing("calling both sides", 0.1 + 0.1 * call as f64);
        stage.call().await.well()?;
        stage.call_twin().await?;
    }
    let before = meters(stage).await?;
    let mut looks = vec![before.clone()];
    for look in 0..LOOKS {
        stage.doing("nobody calls", 0.4 + 0.6 * f64::from(look) / f64::from(LOOKS));
        tokio::time::sleep(LOOK).await;
        looks.push(meters(stage).await?);
    }
    let after = looks.last().unwrap_or(&before);
    let seconds = (after.hours - before.hours) * 3_600.0;
    let (pool, twin) = (more(&before.pool.usd, &after.pool.usd), more(&before.twin.usd, &after.twin.usd));
    let hour = [&after.pool, &after.twin].map(|meter| usd(&meter.idle_usd_per_hour));
    let of = |hours: i64| hour.map(|usd| dollars(usd * Decimal::from(hours)));
    let ([pool_night, twin_night], [pool_month, twin_month]) = (of(8), of(730));
    let what = format!("in {seconds:.1} s without a call");
    let course = |of: fn(&TwinMeters) -> &String| {
        let at = |look: &TwinMeters| usd(of(look)).to_f64() * 1e6;
        let first = looks.first().map_or(0.0, at);
        looks.iter().map(|look| at(look) - first).collect()
    };
    let better = if pool < twin {
        Some(Side::Serverless)
    } else if twin < pool {
        Some(Side::AlwaysOn)
    } else {
        None
    };
    Ok(RowResult {
        better,
        details: vec![
            detail(
                "since the resident process was started",
                dollars(usd(&after.pool.usd)),
                dollars(usd(&after.twin.usd)),
            ),
            detail("a night of 8 hours without a call", pool_night, twin_night),
            detail("a month without a call", pool_month, twin_month),
            detail("what is charged", after.pool.title.clone(), after.twin.title.clone()),
        ],
        course: Some(RowCourse {
            what: "millionths of a dollar since the last call".to_owned(),
            step_s: LOOK.as_secs_f64(),
            serverless: course(|look| &look.pool.usd),
            always_on: course(|look| &look.twin.usd),
        }),
        rests_on: after.rests_on.clone(),
        ..result(
            (&format!("+{}", dollars(pool)), &what),
            (&format!("+{}", dollars(twin)), &what),
            &format!(
                "While nobody called, one meter stood still and the other went on by {}.",
                dollars(twin)
            ),
        )
    })
}

async fn meters(stage: &Stage<'_>) -> Result<TwinMeters> {
    let twin = stage.host.twin(FunctionId { function: stage.id() }).await?;
    twin.meters.ok_or_else(|| failed("the resident process has no meter yet", "try it again"))
}

fn usd(text: &str) -> Usd {
    Usd(text.parse().unwrap_or_default())
}

fn more(before: &str, after: &str) -> Usd {
    usd(after) - usd(before)
}
