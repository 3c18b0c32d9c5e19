//! The same number of calls a month, evenly and in spikes: who is cheaper at each, and where it turns.

use coldframe_cost::Usd;
use coldframe_protocol::{RowDetail, RowResult, Side};
use coldframe_report::{Contrast, Contrasted, Turns};

use crate::sidebyside::{
    stage::{Result, Stage},
    words::{count, detail, dollars, percent, result, time},
};

/// Made one after the other, and warm: what others call, and what other rows do to it, moves no price.
const CALLS: usize = 20;

pub(super) async fn run(stage: &Stage<'_>) -> Result<RowResult> {
    stage.doing("waking it, so that every call is warm", 0.05);
    stage.call().await.well()?;
    let mut made = Vec::with_capacity(CALLS);
    for call in 0..CALLS {
        stage.doing("making calls, to know what one uses", 0.1 + 0.8 * call as f64 / CALLS as f64);
        made.extend(stage.call().await.well()?.invocation);
    }
    stage.doing("pricing two months", 0.9);
    stage.host.flush().await;
    let (id, calls) = (stage.id(), stage.asked.calls_per_month);
    Ok(told(&stage.host.read(move |report, _| report.contrast(id, &made, calls)).await?))
}

fn told(contrast: &Contrast) -> RowResult {
    let (steady, spiky) = (&contrast.steady, &contrast.spiky);
    let answers = vec![winner(steady), winner(spiky)];
    let differ = answers[0] != answers[1];
    let refused = steady.refusal.is_some() || spiky.refusal.is_some();
    let both = |one: String, other: String| {
        if one == other { one } else { format!("{one} evenly · {other} in spikes") }
    };
    let calls = count(contrast.calls_per_month);
    let why = match (same_machines(contrast), differ) {
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
        "{calls} calls a month, evenly: {}. In spikes: {}.{}",
        verdict(steady, &contrast.plan),
        verdict(spiky, &contrast.plan),
        if refused { String::new() } else { format!(" {why}. {}", wherever(steady.turns, spiky.turns)) },
    );
    RowResult {
        better: if differ { None } else { answers.first().copied() },
        answers,
        details: details(contrast),
        rests_on: rests_on(contrast),
        hint: (!differ && !refused).then(|| {
            "another number of calls a month: for short calls the volume decides more than the shape"
                .to_owned()
        }),
        ..result(
            (&both(plan_price(steady), plan_price(spiky)), "a month"),
            (&both(dollars(steady.machines_usd), dollars(spiky.machines_usd)), "a month of machines"),
            &sentence,
        )
    }
}

/// The plan's bill, item by item, and both months.
fn details(contrast: &Contrast) -> Vec<RowDetail> {
    let (steady, spiky) = (&contrast.steady, &contrast.spiky);
    let item = |line: &coldframe_protocol::CostLine| {
        detail(&line.label, format!("{} = ${}", line.quantity, line.usd), "")
    };
    let mut details: Vec<RowDetail> = contrast.bill.iter().map(item).collect();
    details.extend(contrast.list_usd.map(|usd| detail("without its free tier", dollars(usd), "")));
    for (shape, how) in [(steady, "evenly"), (spiky, "in spikes")] {
        let machines = format!("{} ({})", dollars(shape.machines_usd), machines(shape));
        details.push(detail(&format!("a month, {how}"), plan_price(shape), machines));
    }
    if same_machines(contrast) {
        details.push(detail("paid for and idle, either way", "0 %", percent(steady.idle_percent)));
    } else {
        details.push(detail("paid for and idle, evenly", "0 %", percent(steady.idle_percent)));
        details.push(detail("paid for and idle, in spikes", "0 %", percent(spiky.idle_percent)));
    }
    details.push(detail("machines are cheaper, evenly", "", when(steady.turns)));
    details.push(detail("machines are cheaper, in spikes", "", when(spiky.turns)));
    details
}

fn rests_on(contrast: &Contrast) -> Vec<String> {
    let Contrast { calls, handler_ms, there_ms, memory_mb, plan, .. } = contrast;
    vec![
        format!(
            "{} warm calls made for this, one after the other: {} each here; with {} MB, {plan} would take {} for one, by how much of a core it gives to so much memory",
            count(*calls),
            time(*handler_ms),
            count((*memory_mb).into()),
            time(*there_ms),
        ),
        "evenly: the busiest minute is like every other; spikes: a calm base, and four times a day at no set time five minutes of twenty times the mean rate".to_owned(),
        "the machines that are cheapest for the volume, enough for their busiest minute at 60 % of their CPU; the meters above stand for the smallest one".to_owned(),
        "no two calls share an instance; administration is a row of its own".to_owned(),
    ]
}

/// Which volumes are whose.
fn wherever(evenly: Option<Turns>, in_spikes: Option<Turns>) -> String {
    let few = "With few calls serverless is cheaper";
    let sentence = match (evenly, in_spikes) {
        (None, None) => return "At no volume are machines the cheaper ones.".to_owned(),
        (Some(one), Some(other)) if one == other => {
            format!("{few}; machines are {}, however the calls come", for_good(one))
        }
        (Some(evenly), Some(in_spikes)) => {
            format!(
                "{few} either way; machines are {} where calls come evenly, and {} in spikes",
                for_good(evenly),
                for_good(in_spikes)
            )
        }
        (Some(evenly), None) => {
            format!(
                "{few} either way; machines are {} where calls come evenly, and never in spikes",
                for_good(evenly)
            )
        }
        (None, Some(in_spikes)) => {
            format!("Machines are {} in spikes, and never where calls come evenly", for_good(in_spikes))
        }
    };
    let wavers = [evenly, in_spikes].into_iter().flatten().any(|turns| turns.for_good != Some(turns.first));
    let between = if wavers {
        ". Before that it goes back and forth for a while, because machines come in whole ones"
    } else {
        ""
    };
    format!("{sentence}{between}.")
}

fn for_good(turns: Turns) -> String {
    match turns.for_good {
        Some(1) => "cheaper from the first call on".to_owned(),
        Some(calls) => format!("cheaper from about {} calls a month on", about(calls)),
        None => format!("cheaper at some volumes from about {} calls a month on", about(turns.first)),
    }
}

fn when(turns: Option<Turns>) -> String {
    let Some(turns) = turns else { return "never".to_owned() };
    let already = match turns.for_good {
        Some(last) if last != turns.first => format!(", and at some volumes from {} on", about(turns.first)),
        _ => String::new(),
    };
    format!("{}{already}", for_good(turns).trim_start_matches("cheaper "))
}

/// To three figures: what it rests on was measured once.
fn about(calls: u64) -> String {
    let step = 10_u64.pow(calls.checked_ilog10().unwrap_or(0).saturating_sub(2));
    count((calls + step / 2) / step * step)
}

/// At the same price it is the plan: nobody has to care for it.
fn winner(shape: &Contrasted) -> Side {
    let cheaper = |plan: Usd| plan <= shape.machines_usd;
    if shape.plan_usd.is_some_and(cheaper) { Side::Serverless } else { Side::AlwaysOn }
}

fn verdict(shape: &Contrasted, plan: &str) -> String {
    let machines = format!("{} for {}", machines(shape), dollars(shape.machines_usd));
    match (shape.plan_usd, &shape.refusal, winner(shape)) {
        (Some(usd), _, Side::Serverless) => format!("{plan} for {} is cheaper than {machines}", dollars(usd)),
        (Some(usd), _, Side::AlwaysOn) => format!("{machines} is cheaper than {plan} for {}", dollars(usd)),
        (None, refusal, _) => {
            let why = refusal.as_deref().unwrap_or("it has no price there");
            format!("{machines}, for {plan} would not take it ({why})")
        }
    }
}

fn plan_price(shape: &Contrasted) -> String {
    shape.plan_usd.map_or_else(|| "refused".to_owned(), dollars)
}

fn machines(shape: &Contrasted) -> String {
    format!("{} × {}", shape.machines, shape.machine)
}

fn same_machines(Contrast { steady, spiky, .. }: &Contrast) -> bool {
    (&steady.machine, steady.machines) == (&spiky.machine, spiky.machines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(plan: &str, machines: u32, usd: &str, idle_percent: f64, turns: (u64, u64)) -> Contrasted {
        Contrasted {
            plan_usd: Some(Usd(plan.parse().unwrap())),
            refusal: None,
            machine: "a machine".to_owned(),
            machines,
            machines_usd: Usd(usd.parse().unwrap()),
            idle_percent,
            turns: Some(Turns { first: turns.0, for_good: Some(turns.1) }),
        }
    }

    fn contrast(steady: Contrasted, spiky: Contrasted) -> RowResult {
        let plan = "a plan".to_owned();
        told(&Contrast {
            calls_per_month: 9_000_000,
            calls: 20,
            handler_ms: 50.0,
            plan,
            memory_mb: 128,
            there_ms: 690.0,
            bill: Vec::new(),
            list_usd: None,
            steady,
            spiky,
        })
    }

    #[test]
    fn it_says_which_volumes_are_whose_and_tells_shapes_apart_only_where_they_differ() {
        let differ = contrast(
            shape("14", 1, "7", 46.0, (4_000_000, 4_000_000)),
            shape("14", 12, "84", 95.0, (50_000_000, 61_234_567)),
        );
        assert_eq!(differ.answers, [Side::AlwaysOn, Side::Serverless]);
        assert_eq!(differ.always_on.figure, "$7.00 evenly · $84.00 in spikes");
        let whose = "machines are cheaper from about 4,000,000 calls a month on where calls come evenly, and cheaper from about 61,200,000 calls a month on in spikes. Before that it goes back and forth for a while";
        assert!(differ.sentence.contains(whose), "{}", differ.sentence);
        let idle = |found: &RowResult| found.details.iter().filter(|one| one.label.contains("idle")).count();
        assert_eq!(idle(&differ), 2);
        let spikes =
            differ.details.iter().find(|one| one.label == "machines are cheaper, in spikes").unwrap();
        assert_eq!(
            spikes.always_on,
            "from about 61,200,000 calls a month on, and at some volumes from 50,000,000 on"
        );

        let alike = contrast(
            shape("14", 1, "7", 46.0, (4_000_000, 4_000_000)),
            shape("14", 1, "7", 46.0, (4_000_000, 4_000_000)),
        );
        assert!(alike.sentence.contains("The same machines hold both"), "{}", alike.sentence);
        assert!(
            alike.sentence.ends_with("from about 4,000,000 calls a month on, however the calls come."),
            "{}",
            alike.sentence
        );
        assert!(!alike.sentence.contains("is paid for its busiest minute"), "{}", alike.sentence);
        assert_eq!(idle(&alike), 1, "one figure for both");
    }
}
