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
    let both = |one: String, other: String| {
        if one == other { one } else { format!("{one} evenly · {other} in spikes") }
    };
    let machines = |shape: &Contrasted| format!("{} × {}", shape.machines, shape.machine);
    let turns = |shape: &Contrasted| {
        shape
            .turns_at
            .map_or_else(|| "never".to_owned(), |calls| format!("from {} calls a month", count(calls)))
    };
    let calls = count(contrast.calls_per_month);
    let same = (&steady.machine, steady.machines) == (&spiky.machine, spiky.machines);
    let why = match (same, differ) {
        (true, _) => {
            "The same machines hold both: at this volume they have room for the busiest minute anyway"
        }
        (_, true) => {
            "A machine is paid for its busiest minute, a function for each call, so the winner changes"
        }
        (_, false) => {
            "A machine is paid for its busiest minute, a function for each call, but at this volume that does not turn it"
        }
    };
    let sentence = format!(
        "{calls} calls a month, evenly: {}. In spikes: {}. {why}. {}",
        verdict(steady, &contrast.plan),
        verdict(spiky, &contrast.plan),
        wherever(steady.turns_at, spiky.turns_at),
    );
    let mut idle = vec![
        detail("paid for and idle, evenly", "0 %", percent(steady.idle_percent)),
        detail("paid for and idle, in spikes", "0 %", percent(spiky.idle_percent)),
    ];
    if same {
        idle = vec![detail("paid for and idle, either way", "0 %", percent(steady.idle_percent))];
    }
    let priced = |label: &str, shape: &Contrasted| {
        detail(label, plan(shape), format!("{} ({})", dollars(shape.machines_usd), machines(shape)))
    };
    let mut details = vec![priced("evenly, a month", steady), priced("in spikes, a month", spiky)];
    details.append(&mut idle);
    details.push(detail("machines become cheaper, evenly", "", turns(steady)));
    details.push(detail("machines become cheaper, in spikes", "", turns(spiky)));
    RowResult {
        better: if differ { None } else { answers.first().copied() },
        answers,
        details,
        rests_on: vec![
            format!("{} calls recorded here, {} each, priced on {} with its free tier", count(contrast.recorded), time(contrast.handler_ms), contrast.plan),
            "spikes: a calm base, and four times a day at no set time five minutes of twenty times the mean rate; machines are enough for their busiest minute at 60 % of their CPU".to_owned(),
            "no two calls share an instance; administration is a row of its own".to_owned(),
        ],
        hint: (!differ).then(|| "another number of calls a month: for short calls the volume decides more than the shape".to_owned()),
        ..result(
            (&both(plan(steady), plan(spiky)), "a month"),
            (&both(dollars(steady.machines_usd), dollars(spiky.machines_usd)), "a month of machines"),
            &sentence,
        )
    }
}

/// Which volumes are whose.
fn wherever(evenly: Option<u64>, in_spikes: Option<u64>) -> String {
    let from = |calls: u64| format!("from {} calls a month on", count(calls));
    match (evenly, in_spikes) {
        (None, None) => "At no volume are machines the cheaper ones.".to_owned(),
        (Some(evenly), None) => format!(
            "With few calls serverless is cheaper either way: machines are {} where calls come evenly, and never in spikes.",
            from(evenly)
        ),
        (None, Some(in_spikes)) => format!("Machines are cheaper {} in spikes.", from(in_spikes)),
        (Some(evenly), Some(in_spikes)) if evenly == in_spikes => format!(
            "With few calls serverless is cheaper: machines are {}, however the calls come.",
            from(evenly)
        ),
        (Some(evenly), Some(in_spikes)) => format!(
            "With few calls serverless is cheaper either way: machines are {} where calls come evenly, and {} in spikes.",
            from(evenly),
            from(in_spikes)
        ),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(plan: &str, machines: u32, usd: &str, idle_percent: f64, turns_at: u64) -> Contrasted {
        Contrasted {
            plan_usd: Some(Usd(plan.parse().unwrap())),
            refusal: None,
            machine: "a machine".to_owned(),
            machines,
            machines_usd: Usd(usd.parse().unwrap()),
            idle_percent,
            turns_at: Some(turns_at),
        }
    }

    fn contrast(steady: Contrasted, spiky: Contrasted) -> RowResult {
        let plan = "a plan".to_owned();
        told(&Contrast { calls_per_month: 9_000_000, recorded: 20, handler_ms: 50.0, plan, steady, spiky })
    }

    #[test]
    fn it_says_which_volumes_are_whose_and_tells_shapes_apart_only_where_they_differ() {
        let differ = contrast(shape("14", 1, "7", 46.0, 4_000_000), shape("14", 12, "84", 95.0, 60_000_000));
        assert_eq!(differ.answers, [Side::AlwaysOn, Side::Serverless]);
        assert_eq!(differ.always_on.figure, "$7.00 evenly · $84.00 in spikes");
        let whose = "machines are from 4,000,000 calls a month on where calls come evenly, and from 60,000,000 calls a month on in spikes";
        assert!(differ.sentence.contains(whose), "{}", differ.sentence);
        let idle = |found: &RowResult| found.details.iter().filter(|one| one.label.contains("idle")).count();
        assert_eq!(idle(&differ), 2);

        let alike = contrast(shape("14", 1, "7", 46.0, 4_000_000), shape("14", 1, "7", 46.0, 4_000_000));
        assert!(alike.sentence.contains("The same machines hold both"), "{}", alike.sentence);
        assert!(
            alike.sentence.ends_with("from 4,000,000 calls a month on, however the calls come."),
            "{}",
            alike.sentence
        );
        assert!(!alike.sentence.contains("is paid for its busiest minute"), "{}", alike.sentence);
        assert_eq!(idle(&alike), 1, "one figure for both");
    }
}
