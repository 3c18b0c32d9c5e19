//! The same number of calls a month, evenly and in spikes: who is cheaper at each, and where it turns.

use coldframe_cost::Usd;
use coldframe_protocol::{RowResult, Side};
use coldframe_report::{Contrast, Contrasted};

use crate::sidebyside::{
    stage::{Result, Stage},
    words::{count, detail, dollars, percent, result, time},
};

/// Fewer recorded calls than these are made up to so many first.
const ENOUGH: u64 = 20;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    let recorded = read(stage).await.map_or(0, |contrast| contrast.recorded);
    for call in recorded..ENOUGH {
        stage.doing("making calls, to know what one uses", call as f64 / ENOUGH as f64);
        stage.call().await.well()?;
    }
    stage.doing("pricing two months", 0.9);
    Ok(told(&read(stage).await?))
}

async fn read(stage: &Stage<'_>) -> Result<Contrast> {
    stage.host.flush().await;
    let (project, id, calls) = (stage.engine.project_id(), stage.id(), stage.asked.calls_per_month);
    Ok(stage.host.read(move |report, now| report.contrast(project, id, calls, now)).await?)
}

fn told(contrast: &Contrast) -> RowResult {
    let (steady, spiky) = (&contrast.steady, &contrast.spiky);
    let answers = vec![winner(steady), winner(spiky)];
    let differ = answers[0] != answers[1];
    let plan = |shape: &Contrasted| shape.plan_usd.map_or_else(|| "refused".to_owned(), dollars);
    let both = |one: String, other: String| if one == other { one } else { format!("{one} · {other}") };
    let machines = |shape: &Contrasted| format!("{} × {}", shape.machines, shape.machine);
    let turns = |shape: &Contrasted| {
        shape
            .turns_at
            .map_or_else(|| "never".to_owned(), |calls| format!("from {} calls a month", count(calls)))
    };
    let calls = count(contrast.calls_per_month);
    let sentence = format!(
        "{calls} calls a month, evenly: {}. In spikes: {}. A machine is paid for its busiest minute, a function for each call{}.",
        verdict(steady, &contrast.plan),
        verdict(spiky, &contrast.plan),
        if differ { ", so the winner changes" } else { ", but at this volume that does not turn it" },
    );
    RowResult {
        better: if differ { None } else { answers.first().copied() },
        answers,
        details: vec![
            detail("evenly, a month", plan(steady), format!("{} ({})", dollars(steady.machines_usd), machines(steady))),
            detail("in spikes, a month", plan(spiky), format!("{} ({})", dollars(spiky.machines_usd), machines(spiky))),
            detail("paid for and idle, evenly", "0 %", percent(steady.idle_percent)),
            detail("paid for and idle, in spikes", "0 %", percent(spiky.idle_percent)),
            detail("machines become cheaper, evenly", "", turns(steady)),
            detail("machines become cheaper, in spikes", "", turns(spiky)),
        ],
        rests_on: vec![
            format!("{} calls recorded here, {} each, priced on {} with its free tier", count(contrast.recorded), time(contrast.handler_ms), contrast.plan),
            "spikes: a calm base, and four times a day at no set time five minutes of twenty times the mean rate; machines are enough for their busiest minute at 60 % of their CPU".to_owned(),
            "no two calls share an instance; administration is a row of its own".to_owned(),
        ],
        hint: (!differ).then(|| "another number of calls a month: for short calls the volume decides more than the shape".to_owned()),
        ..result(
            (&both(plan(steady), plan(spiky)), "a month, evenly · in spikes"),
            (&both(dollars(steady.machines_usd), dollars(spiky.machines_usd)), "a month of machines, evenly · in spikes"),
            &sentence,
        )
    }
}

/// At the same price it is the plan: nobody has to care for it.
fn winner(shape: &Contrasted) -> Side {
    let cheaper = |plan: Usd| plan <= shape.machines_usd;
    if shape.plan_usd.is_some_and(cheaper) { Side::Serverless } else { Side::AlwaysOn }
}

fn verdict(shape: &Contrasted, plan: &str) -> String {
    let machines = format!("{} × {} for {}", shape.machines, shape.machine, dollars(shape.machines_usd));
    match (shape.plan_usd, &shape.refusal, winner(shape)) {
        (Some(usd), _, Side::Serverless) => format!("{plan} for {} is cheaper than {machines}", dollars(usd)),
        (Some(usd), _, Side::AlwaysOn) => format!("{machines} is cheaper than {plan} for {}", dollars(usd)),
        (None, refusal, _) => {
            let why = refusal.as_deref().unwrap_or("it has no price there");
            format!("{machines}, for {plan} would not take it ({why})")
        }
    }
}
