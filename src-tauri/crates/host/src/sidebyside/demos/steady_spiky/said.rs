//! What came of both months, in sentences.

use coldframe_cost::Usd;
use coldframe_protocol::CostOption;
use coldframe_report::{Contrast, Contrasted, Turning};

use crate::sidebyside::words::{about, dollars};

pub(super) fn verdict(Contrasted { plan, machine, .. }: &Contrasted) -> String {
    let machines = machines(machine);
    let rent = price(machine);
    match plan {
        Ok(plan) if plan.usd == machine.usd => format!("{} costs as much as {machines}, {rent}", plan.title),
        Ok(plan) if machine.cheapest => {
            format!("{machines} for {rent} is cheaper than {} for {}", plan.title, price(plan))
        }
        Ok(plan) => format!("{} for {} is cheaper than {machines} for {rent}", plan.title, price(plan)),
        Err(why) => {
            format!("{machines} for {rent}, for no plan its code is written for would take it ({why})")
        }
    }
}

pub(super) fn why(contrast: &Contrast, differ: bool) -> String {
    if same_machines(contrast) && !differ {
        return "The same machines hold both: at this volume they have room for the busiest minute anyway"
            .to_owned();
    }
    let turns = match (differ, contrast.differ_at) {
        (true, _) => "so the winner changes",
        (false, Some(_)) => "but at this volume that does not turn it",
        (false, None) => "but for calls like these there is no volume at which that turns it",
    };
    format!("A machine is paid for its busiest minute, a function for each call, {turns}")
}

/// Where the plan is the cheaper one for what it gives away every month.
pub(super) fn free_tier(contrast: &Contrast) -> String {
    let given = |shape: &Contrasted| {
        let list = shape.plan.as_ref().ok()?.list_usd.as_deref()?.parse().ok().map(Usd)?;
        let rent = shape.machine.usd.as_deref()?.parse().ok().map(Usd)?;
        (!shape.machines_win() && list.0 > rent.0).then(|| dollars(list))
    };
    match (given(&contrast.steady), given(&contrast.spiky)) {
        (None, None) => String::new(),
        (Some(evenly), Some(in_spikes)) if evenly == in_spikes => format!(
            " The free tier decides that: without it the plan is {evenly}, and machines are cheaper either way."
        ),
        (Some(evenly), Some(in_spikes)) => format!(
            " The free tier decides that: without it the plan is {evenly} evenly and {in_spikes} in spikes, and machines are cheaper either way."
        ),
        (Some(list), None) => format!(
            " Evenly the free tier decides that: without it the plan is {list}, and machines are cheaper."
        ),
        (None, Some(list)) => format!(
            " In spikes the free tier decides that: without it the plan is {list}, and machines are cheaper there, too."
        ),
    }
}

pub(super) fn hint(contrast: &Contrast, differ: bool) -> Option<String> {
    (!differ).then(|| match contrast.differ_at {
        Some(calls) => {
            format!("another number of calls a month: at about {} the winner changes with the shape", about(calls))
        }
        None => "a function whose calls compute for longer: of calls like these a machine holds so many that no number of calls \
                 a month has another winner in spikes"
            .to_owned(),
    })
}

/// Which volumes are whose.
pub(super) fn wherever(contrast: &Contrast) -> String {
    let turnings = [contrast.steady.turning, contrast.spiky.turning];
    let [evenly, in_spikes] = turnings.map(whose);
    let mut said = if evenly == in_spikes {
        format!("However the calls come, {evenly}.")
    } else {
        format!("Evenly, {evenly}; in spikes, {in_spikes}.")
    };
    if turnings.iter().flatten().any(|turning| turning.to.is_some_and(|to| to != turning.from)) {
        said.push_str(" Between the two it depends on how machines fit, which come in whole ones.");
    }
    let lies = turnings.map(|turning| turning.is_some_and(|turning| turning.has(contrast.calls_per_month)));
    match lies {
        [true, true] => said.push_str(" This number lies between them."),
        [true, false] => said.push_str(" This number lies between them where calls come evenly."),
        [false, true] => said.push_str(" This number lies between them in spikes."),
        [false, false] => {}
    }
    said
}

fn whose(turning: Option<Turning>) -> String {
    match turning {
        None => "serverless is cheaper at every number of calls".to_owned(),
        Some(Turning { from: _, to: Some(1) }) => "machines are cheaper from the first call on".to_owned(),
        Some(Turning { from: 1, to: Some(to) }) => {
            format!("machines are cheaper from about {} calls a month on", about(to))
        }
        Some(Turning { from, to }) => {
            let beyond = match to {
                Some(to) if to == from => " and machines from there on".to_owned(),
                Some(to) => format!(" and machines from about {} on", about(to)),
                None => ", and beyond it depends on how machines fit, which come in whole ones".to_owned(),
            };
            format!("serverless is cheaper below about {} calls a month{beyond}", about(from))
        }
    }
}

pub(super) fn when(turning: Option<Turning>) -> String {
    match turning {
        None => "never".to_owned(),
        Some(Turning { from, to: Some(to) }) if from == to => {
            format!("from about {} calls a month on", about(to))
        }
        Some(Turning { from, to: Some(to) }) => {
            format!("from about {} calls a month on, and at some volumes from {} on", about(to), about(from))
        }
        Some(Turning { from, to: None }) => {
            format!("at some volumes from about {} calls a month on", about(from))
        }
    }
}

pub(super) fn plan_price(shape: &Contrasted) -> String {
    shape.plan.as_ref().map_or_else(|_| "refused".to_owned(), price)
}

pub(super) fn price(option: &CostOption) -> String {
    let usd = option.usd.as_deref().and_then(|usd| usd.parse().ok());
    dollars(Usd(usd.unwrap_or_default()))
}

pub(super) fn machines(machine: &CostOption) -> String {
    match machine.count {
        Some(count) if count > 1 => format!("{count} × {}", machine.title),
        _ => machine.title.clone(),
    }
}

pub(super) fn same_machines(Contrast { steady, spiky, .. }: &Contrast) -> bool {
    (&steady.machine.id, steady.machine.count) == (&spiky.machine.id, spiky.machine.count)
}
