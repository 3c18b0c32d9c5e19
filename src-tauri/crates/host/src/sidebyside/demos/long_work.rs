//! A job held against the plan's limit and the function's own; the saved event `long` is really run.

use coldframe_protocol::{RowResult, Side};

use super::LONG_EVENT;
use crate::sidebyside::{
    stage::{Result, Stage, failed},
    words::{detail, result, time},
};

const MINUTE_MS: f64 = 60_000.0;
/// Where nobody says how long it is.
const JOB_MINUTES: f64 = 30.0;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let Some(status) = stage.engine.function_status(stage.id()) else {
        return Err(failed("the function is gone", "choose another"));
    };
    let job_ms = stage.asked.job_minutes.unwrap_or(JOB_MINUTES) * MINUTE_MS;
    let own_ms = status.app.settings.timeout.as_secs_f64() * 1_000.0;
    let plan = stage.opposites().map(|(plan, _)| plan);
    let limit = plan.and_then(|plan| plan.timeout_ms.as_ref());
    let title = plan.map_or_else(|| "the plan".to_owned(), |plan| plan.title.clone());
    let ran = match stage.long_event {
        Some(event) => {
            stage.doing("running the event that is long work", 0.3);
            let called = stage.call_with(event.clone()).await;
            let took = time(called.ms());
            Some(match called.shown.error {
                None => format!("answered after {took}"),
                Some(error) => format!("ended after {took}: {error}"),
            })
        }
        None => None,
    };
    let job = time(job_ms);
    let (figure, what, refused) = match limit {
        Some(limit) if job_ms > limit.value as f64 => (
            "refused".to_owned(),
            format!("a job of {job}: {title} ends a call after {}", time(limit.value as f64)),
            true,
        ),
        Some(limit) => (
            "runs".to_owned(),
            format!("a job of {job}: {title} takes calls of up to {}", time(limit.value as f64)),
            false,
        ),
        None => ("runs".to_owned(), format!("a job of {job}: no limit of {title} is known"), false),
    };
    let mut details = vec![
        detail(
            "the longest a call may take",
            limit.map_or_else(|| "not known".to_owned(), |limit| time(limit.value as f64)),
            "no limit",
        ),
        detail("this function's own timeout", time(own_ms), "its own business"),
    ];
    details.extend(ran.as_ref().map(|ran| detail("the saved event \"long\", run here", ran.clone(), "")));
    let tried = ran.as_ref().map(|ran| format!(" Its own long event was {ran}.")).unwrap_or_default();
    Ok(RowResult {
        better: refused.then_some(Side::AlwaysOn),
        details,
        hint: ran.is_none().then(|| {
            format!("save an event as \"{LONG_EVENT}\" that takes longer than {}, and it is really run and ended", time(own_ms))
        }),
        rests_on: vec![
            "the plan's limit is the price book's; the function's own timeout is what its settings say, and is kept here".to_owned(),
            "a process of one's own ends when it is told to".to_owned(),
        ],
        ..result(
            (&figure, &what),
            ("runs", "for as long as the machine is on"),
            &format!(
                "{}{tried}",
                if refused { format!("A job of {job} is too long for {title}: it has to be cut into pieces, or run elsewhere.") } else { format!("A job of {job} fits.") }
            ),
        )
    })
}
