//! The same number of calls a month, evenly and in spikes: who is cheaper at each, and where it turns.

mod said;

use coldframe_protocol::{CostLine, RowDetail, RowResult, Side};
use coldframe_report::{Contrast, Contrasted};

use crate::sidebyside::{
    stage::{Result, Stage},
    words::{count, detail, dollars, percent, result, time},
};
use said::{free_tier, hint, machines, plan_price, price, same_machines, verdict, when, wherever, why};

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
    let contrast = stage.host.read(move |report, _| report.contrast(id, &made, calls)).await?;
    Ok(RowResult { asked_calls: calls, ..told(&contrast) })
}

fn told(contrast: &Contrast) -> RowResult {
    let (steady, spiky) = (&contrast.steady, &contrast.spiky);
    let answers = vec![winner(steady), winner(spiky)];
    let differ = answers[0] != answers[1];
    let refused = steady.plan.is_err() || spiky.plan.is_err();
    let sentence = format!(
        "{} calls a month, evenly: {}. In spikes: {}.{}",
        count(contrast.calls_per_month),
        verdict(steady),
        verdict(spiky),
        if refused {
            String::new()
        } else {
            format!(" {}.{} {}", why(contrast, differ), free_tier(contrast), wherever(contrast))
        },
    );
    let plan = |shape: &Contrasted| match &shape.plan {
        Ok(plan) => plan.title.clone(),
        Err(_) => "no plan".to_owned(),
    };
    RowResult {
        better: if differ { None } else { answers.first().copied() },
        answers,
        details: details(contrast),
        rests_on: rests_on(contrast),
        hint: if refused { None } else { hint(contrast, differ) },
        ..result(
            (
                &both([steady, spiky].map(plan_price)),
                &format!("a month: {}", both([steady, spiky].map(plan))),
            ),
            (
                &both([&steady.machine, &spiky.machine].map(price)),
                &format!("a month: {}", both([&steady.machine, &spiky.machine].map(machines))),
            ),
            &sentence,
        )
    }
}

fn both([evenly, in_spikes]: [String; 2]) -> String {
    if evenly == in_spikes { evenly } else { format!("{evenly} evenly · {in_spikes} in spikes") }
}

fn winner(shape: &Contrasted) -> Side {
    if shape.machines_win() { Side::AlwaysOn } else { Side::Serverless }
}

/// Both months, and the bill of the plan that is the cheapest evenly, item by item.
fn details(contrast: &Contrast) -> Vec<RowDetail> {
    let (steady, spiky) = (&contrast.steady, &contrast.spiky);
    let mut details = Vec::new();
    for (shape, how) in [(steady, "evenly"), (spiky, "in spikes")] {
        let plan = match &shape.plan {
            Ok(plan) => format!("{} ({})", price(plan), plan.title),
            Err(_) => "refused".to_owned(),
        };
        let machines = format!("{} ({})", price(&shape.machine), machines(&shape.machine));
        details.push(detail(&format!("the cheapest, {how}"), plan, machines));
    }
    if let Ok(plan) = &steady.plan {
        let item = |line: &CostLine| {
            detail(&format!("of it, {}", line.label), format!("{} = ${}", line.quantity, line.usd), "")
        };
        details.extend(plan.lines.iter().map(item));
        let list = plan.list_usd.as_deref().and_then(|usd| usd.parse().ok());
        details
            .extend(list.map(|usd| detail("without its free tier", dollars(coldframe_cost::Usd(usd)), "")));
    }
    let idle = |shape: &Contrasted| percent(shape.machine.idle_percent.unwrap_or(0.0));
    let decides = |shape: &Contrasted| {
        shape.machine.fleet.as_ref().map(|fleet| fleet.binding.clone()).unwrap_or_default()
    };
    let shapes: &[(&Contrasted, &str)] = if same_machines(contrast) {
        &[(steady, "either way")]
    } else {
        &[(steady, "evenly"), (spiky, "in spikes")]
    };
    for (shape, how) in shapes {
        details.push(detail(&format!("paid for and idle, {how}"), "0 %", idle(shape)));
        details.push(detail(&format!("decides how many machines, {how}"), "", decides(shape)));
    }
    details.push(detail("machines are cheaper, evenly", "", when(steady.turning)));
    details.push(detail("machines are cheaper, in spikes", "", when(spiky.turning)));
    details
}

fn rests_on(contrast: &Contrast) -> Vec<String> {
    let Contrast { calls, handler_ms, there_ms, memory_mb, held_mb, .. } = contrast;
    let mut said = vec![
        format!(
            "{} warm calls made for this, one after the other: {} each here; with {} MB, a plan would take {} for one, by how much of a core it gives to so much memory",
            count(*calls),
            time(*handler_ms),
            count((*memory_mb).into()),
            time(*there_ms),
        ),
        "priced as the Costs page and \"coldframe cost\" price that volume and shape, on the plans its code is written for and on every machine of the price book, and the cheapest of each taken; there it rests on all recorded calls, here on these".to_owned(),
        "evenly: the busiest minute is like every other; spikes: a calm base, and four times a day at no set time five minutes of twenty times the mean rate".to_owned(),
        "machines are enough for their busiest minute at 60 % of their CPU; the meters above stand for one machine of the function's own cloud".to_owned(),
        "the numbers of calls at which it turns are round, and hold for the faster half of these calls as for the slower".to_owned(),
    ];
    said.extend(held_mb.map(|mb| {
        format!(
            "memory is reckoned as one process for each call under way, {} MB each, as if the server took one call at a time: one that takes many in a process, as Node's does, needs less of it, and where memory decides, fewer machines would do",
            count(mb.ceil() as u64)
        )
    }));
    said.push("administration is a row of its own".to_owned());
    said
}

#[cfg(test)]
mod tests {
    use coldframe_protocol::CostOption;
    use coldframe_report::Turning;
    use serde_json::json;

    use super::*;

    fn option(title: &str, usd: &str, count: Option<u32>) -> CostOption {
        let empty = json!({
            "id": title, "title": title, "kind": "", "group": "", "provider": "", "region": "", "architecture": "",
            "status": "current", "lines": [], "usd": usd, "list_usd": usd, "usd_low": null, "usd_high": null,
            "rounding_usd": null, "count": count, "idle_percent": 46.0, "idle_usd": null, "cheapest": false,
            "refusal": null, "ruled_out": null, "latency": null, "cold": null, "fleet": null, "notes": [],
            "unverified": [], "source": "", "confidence": "",
        });
        serde_json::from_value(empty).unwrap()
    }

    /// `turns`: in millions.
    fn shape(plan: (&str, &str), machine: (&str, &str, u32), turns: (u64, u64)) -> Contrasted {
        let usd = |text: &str| text.parse::<f64>().unwrap();
        let mut machine_option = option(machine.0, machine.1, Some(machine.2));
        machine_option.cheapest = usd(machine.1) < usd(plan.1);
        Contrasted {
            plan: Ok(option(plan.0, plan.1, None)),
            machine: machine_option,
            turning: Some(Turning { from: turns.0 * 1_000_000, to: Some(turns.1 * 1_000_000) }),
        }
    }

    fn contrast(
        calls_per_month: u64,
        differ_at: Option<u64>,
        steady: Contrasted,
        spiky: Contrasted,
    ) -> RowResult {
        told(&Contrast {
            calls_per_month,
            differ_at,
            calls: 20,
            handler_ms: 50.0,
            memory_mb: 128,
            held_mb: Some(43.2),
            there_ms: 690.0,
            steady,
            spiky,
        })
    }

    #[test]
    fn each_cell_names_the_cheapest_and_the_sentence_whose_which_volumes_are() {
        let found = contrast(
            9_000_000,
            Some(9_000_000),
            shape(("one plan", "14.00"), ("a machine", "7.00", 1), (4, 5)),
            shape(("another plan", "14.50"), ("another machine", "84.00", 12), (50, 70)),
        );
        assert_eq!(found.answers, [Side::AlwaysOn, Side::Serverless]);
        assert_eq!(found.serverless.what, "a month: one plan evenly · another plan in spikes");
        assert_eq!(found.always_on.figure, "$7.00 evenly · $84.00 in spikes");
        assert_eq!(found.always_on.what, "a month: a machine evenly · 12 × another machine in spikes");
        assert_eq!(
            found.sentence,
            "9,000,000 calls a month, evenly: a machine for $7.00 is cheaper than one plan for $14.00. In spikes: another plan \
             for $14.50 is cheaper than 12 × another machine for $84.00. A machine is paid for its busiest minute, a function \
             for each call, so the winner changes. Evenly, serverless is cheaper below about 4 million calls a month and \
             machines from about 5 million on; in spikes, serverless is cheaper below about 50 million calls a month and \
             machines from about 70 million on. Between the two it depends on how machines fit, which come in whole ones."
        );
        let idle = |label: &str| found.details.iter().filter(|one| one.label.contains(label)).count();
        assert_eq!(idle("idle"), 2);
        assert!(
            found
                .rests_on
                .iter()
                .any(|said| said.contains("one process for each call under way, 44 MB each"))
        );
    }

    #[test]
    fn where_the_free_tier_makes_the_winner_that_is_said() {
        let listed = |usd: &str| {
            let mut spiky = shape(("a plan", "5.82"), ("a machine", "9.20", 3), (10, 20));
            spiky.plan.as_mut().unwrap().list_usd = Some(usd.to_owned());
            let steady = shape(("a plan", "5.82"), ("a machine", "4.00", 1), (6, 7));
            contrast(8_000_000, Some(8_000_000), steady, spiky).sentence
        };
        let said = listed("11.36");
        let why = "In spikes the free tier decides that: without it the plan is $11.36, and machines are cheaper there, too.";
        assert!(said.contains(why), "{said}");
        assert!(!listed("9.10").contains("free tier"), "it is the cheaper one anyway");
    }

    #[test]
    fn a_number_in_between_is_said_to_be_and_one_at_which_they_differ_is_offered() {
        let found = contrast(
            60_000_000,
            Some(9_000_000),
            shape(("a plan", "90.00"), ("a machine", "30.00", 5), (4, 5)),
            shape(("a plan", "90.00"), ("a machine", "84.00", 14), (50, 70)),
        );
        assert!(found.sentence.contains("This number lies between them in spikes."), "{}", found.sentence);
        assert!(found.hint.unwrap().contains("at about 9 million the winner changes"));
    }

    #[test]
    fn where_the_shape_never_decides_that_is_said() {
        let alike = || shape(("a plan", "14.00"), ("a machine", "7.00", 1), (4, 4));
        let found = contrast(9_000_000, None, alike(), alike());
        assert!(found.sentence.contains("The same machines hold both"), "{}", found.sentence);
        assert!(
            found.sentence.ends_with(
                "However the calls come, serverless is cheaper below about 4 million calls a month and machines from there on."
            ),
            "{}",
            found.sentence
        );
        assert!(found.hint.unwrap().contains("no number of calls"), "it is no matter of the number");
        assert_eq!(
            found.details.iter().filter(|one| one.label.contains("idle")).count(),
            1,
            "one figure for both"
        );
    }

    #[test]
    fn at_the_same_price_neither_is_called_cheaper() {
        let same = || shape(("a plan", "12.26"), ("a machine", "12.26", 4), (4, 20));
        let found = contrast(12_000_000, Some(9_000_000), same(), same());
        assert!(
            found.sentence.contains("evenly: a plan costs as much as 4 × a machine, $12.26"),
            "{}",
            found.sentence
        );
    }
}
