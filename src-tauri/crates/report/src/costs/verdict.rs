//! The answer in words: which option this traffic should take, what the next best kind costs, and from which volume
//! that turns round. Or the question that has to be answered first.

use coldframe_cost::Usd;
use coldframe_protocol::{CostOption, Crossing};

use super::{
    Month, assumptions,
    basis::{Basis, ENOUGH_CALLS, ENOUGH_MINUTES},
    pricing::Offers,
    wanted::Wanted,
};
use crate::wording::{about, count, dollars, quantity, rate};

pub(super) fn verdict(
    basis: &Basis,
    offers: &Offers,
    crossings: &[Crossing],
    month: &Month<'_>,
    wanted: &Wanted,
) -> String {
    if basis.calls == 0 {
        return "No call is recorded in this time. Call a function a few times: prices rest on what its calls use."
            .to_owned();
    }
    let recorded = calls(basis.calls);
    if month.calls.is_none() {
        let make = if basis.calls == 1 { "makes" } else { "make" };
        return format!(
            "How busy will it be? {recorded} in {} {make} no month (that takes {ENOUGH_CALLS} calls and \
             {ENOUGH_MINUTES} minutes): say how many calls a month you expect, and prices rest on what was recorded.",
            article(month.span),
        );
    }
    let at = match month.asked {
        Some(asked) => format!("At {} a month like the {recorded} recorded", calls(asked)),
        None => format!("At the traffic recorded in {} ({recorded})", month.span),
    };
    let (plan, machine) = (cheapest(&offers.plans), cheapest(&offers.machines));
    let answer = match (plan, machine) {
        (Some(plan), Some(machine)) if machine.cheapest => machine_wins(plan, machine, crossings),
        (Some(plan), Some(machine)) => plan_wins(plan, machine, crossings, offers, month),
        (Some(plan), None) => {
            format!(
                "{}. No machine of the price book can do this work: {}",
                would_cost(plan),
                unfit(&offers.machines)
            )
        }
        (None, Some(machine)) => format!(
            "no plan of the price book fits: {}. The cheapest always-on choice, {}, would cost {}",
            unfit(&offers.plans),
            machines(machine),
            price(machine)
        ),
        (None, None) => format!("nothing in the price book fits: {}", unfit(&offers.plans)),
    };
    let further =
        [own(basis, offers, plan), excluded(basis, offers), supposed(basis, wanted)].into_iter().flatten();
    let further: String = further.map(|sentence| format!(" {sentence}.")).collect();
    format!("{at}, {answer}.{further}")
}

/// Plans that run the code of a provider's functions as it is.
pub(crate) const CONTRACTS: [(&str, &[&str]); 6] = [
    ("aws", &["aws-lambda-x86", "aws-lambda-arm64"]),
    ("vercel", &["vercel-fluid-pro"]),
    ("gcp", &["gcp-cloud-run-request", "gcp-cloud-run-instance"]),
    ("ibm", &["ibm-code-engine-function", "ibm-cloud-functions"]),
    ("knative", &["knative-self-hosted"]),
    ("azure", &["azure-functions-flex", "azure-functions-consumption"]),
];

fn contract(provider: &str) -> Option<&'static [&'static str]> {
    CONTRACTS.iter().find(|(name, _)| *name == provider).map(|(_, plans)| *plans)
}

/// The plan the code is written for, where another is the cheapest.
fn own(basis: &Basis, offers: &Offers, plan: Option<&CostOption>) -> Option<String> {
    let provider = &basis.works.first()?.provider;
    let contract = contract(provider)?;
    let owns = || offers.plans.iter().filter(|plan| contract.contains(&plan.id.as_str()));
    let Some(own) = cheapest(owns()) else {
        let (title, why) = no_choice(owns())?;
        return Some(format!("{title}, which the code is written for, is no choice: {why}"));
    };
    if plan.is_some_and(|plan| plan.id == own.id) {
        return None;
    }
    let free = if own.usd.as_deref().map(money) == Some(Usd::ZERO) { ", within its free tier" } else { "" };
    Some(format!("{}, which the code is written for, would cost {}{free}", own.title, price(own)))
}

/// What a record too short does not tell, and machines are counted by.
fn supposed(basis: &Basis, wanted: &Wanted) -> Option<String> {
    let shape = assumptions::name(wanted.shape);
    let peak = quantity(wanted.peak_factor, 1);
    basis.recorded_peak().is_none().then(|| {
        format!(
            "How calls come is supposed, because the record is too short to tell: {shape}, and in the busiest minute \
             {peak} times as many as in the mean one"
        )
    })
}

/// Cheaper ones that are ruled out.
fn excluded(basis: &Basis, offers: &Offers) -> Option<String> {
    let all = || offers.plans.iter().chain(&offers.machines);
    let best = all().find(|option| option.cheapest);
    let cheaper = |option: &&CostOption| {
        let amount = |option: &CostOption| option.usd.as_deref().map(money);
        option.ruled_out.is_some()
            && option.status == "current"
            && best.is_none_or(|best| amount(option) < amount(best))
    };
    // What the code is written for is told by itself.
    let contract = basis.works.first().and_then(|work| contract(&work.provider)).unwrap_or_default();
    let mut ruled_out = all().filter(cheaper).filter(|option| !contract.contains(&option.id.as_str()));
    let first = ruled_out.next()?;
    let why = first.ruled_out.as_deref().unwrap_or_default();
    Some(match ruled_out.count() {
        0 => format!("{} would be cheaper, but {why}", first.title),
        more => {
            format!("{} and {more} more would be cheaper but are ruled out; of the first, {why}", first.title)
        }
    })
}

fn plan_wins(
    plan: &CostOption,
    machine: &CostOption,
    crossings: &[Crossing],
    offers: &Offers,
    month: &Month<'_>,
) -> String {
    let other = |crossing: &Crossing| {
        offers.machines.iter().find(|other| other.id == crossing.machine && other.id != machine.id)
    };
    let turn = match first_crossing(plan, crossings, month.calls.unwrap_or(0)) {
        Some(crossing) => {
            let which = other(crossing).map_or("it", |other| other.title.as_str());
            let volume = crossing.calls_per_month;
            let seconds = f64::try_from(month.hours).unwrap_or(f64::NAN) * 3600.0;
            let (calls, rate) = (about(volume as u64), rate(volume / seconds));
            format!("{which} becomes cheaper above {calls} calls a month: {rate} a second, day and night")
        }
        None => "no machine becomes cheaper at any volume up to 10 billion calls a month".to_owned(),
    };
    format!(
        "{}. The cheapest always-on choice, {}, would cost {} and idle {} of the time; {turn}",
        would_cost(plan),
        machines(machine),
        price(machine),
        idle(machine),
    )
}

fn machine_wins(plan: &CostOption, machine: &CostOption, crossings: &[Crossing]) -> String {
    let turns = crossings.iter().filter(|turn| turn.plan == plan.id && turn.machine == machine.id);
    let first = turns.filter(|turn| turn.cheaper == "machine").map(|turn| turn.calls_per_month as u64).min();
    let turn = match first {
        Some(calls) if calls > 1 => {
            format!("; of these two, that is the cheaper below {} calls a month", about(calls))
        }
        _ => String::new(),
    };
    let (which, price, idle) = (machines(machine), price(machine), idle(machine));
    format!("{which} would cost {price} a month and idle {idle} of the time. {}{turn}", would_cost(plan))
}

fn would_cost(plan: &CostOption) -> String {
    let list = plan.list_usd.as_deref().map(money).unwrap_or_default();
    let paid = plan.usd.as_deref().map(money).unwrap_or_default();
    let title = &plan.title;
    if paid == list {
        format!("{title} would cost {} a month", dollars(paid))
    } else if paid == Usd::ZERO {
        format!("{title} would cost nothing: its free tier covers the {} a month", dollars(list))
    } else {
        format!("{title} would cost {} a month, {} before its free tier", dollars(paid), dollars(list))
    }
}

/// Where the first machine becomes cheaper than the plan, from the volume of the month on.
fn first_crossing<'a>(plan: &CostOption, crossings: &'a [Crossing], volume: u64) -> Option<&'a Crossing> {
    let of_plan = crossings.iter().filter(|crossing| {
        crossing.plan == plan.id && crossing.cheaper == "machine" && crossing.calls_per_month > volume as f64
    });
    of_plan.min_by(|one, other| one.calls_per_month.total_cmp(&other.calls_per_month))
}

/// The first of options that are none, and why.
pub(super) fn no_choice<'a>(options: impl IntoIterator<Item = &'a CostOption>) -> Option<(&'a str, &'a str)> {
    let why = |option: &'a CostOption| option.refusal.as_deref().or(option.ruled_out.as_deref());
    options.into_iter().find_map(|option| Some((option.title.as_str(), why(option)?)))
}

/// Of those that do the work and are not on their way out.
pub(super) fn cheapest<'a>(options: impl IntoIterator<Item = &'a CostOption>) -> Option<&'a CostOption> {
    let eligible = |option: &&CostOption| {
        option.usd.is_some() && option.ruled_out.is_none() && option.status == "current"
    };
    options.into_iter().filter(eligible).min_by_key(|option| {
        let amount = |text: &Option<String>| text.as_deref().map(money);
        (!option.cheapest, amount(&option.usd), amount(&option.list_usd))
    })
}

fn machines(option: &CostOption) -> String {
    let which = match option.count {
        Some(more) if more > 1 => format!("{more} × {}", option.title),
        _ => option.title.clone(),
    };
    match option.unverified.as_slice() {
        [] => which,
        figures => format!("{which} (not verified: its {})", figures.join(", ")),
    }
}

fn price(option: &CostOption) -> String {
    dollars(option.usd.as_deref().map(money).unwrap_or_default())
}

fn idle(option: &CostOption) -> String {
    match option.idle_percent {
        Some(idle) if idle > 99.0 && idle < 100.0 => "over 99 %".to_owned(),
        Some(idle) => format!("{idle:.0} %"),
        None => "an unknown share".to_owned(),
    }
}

fn unfit(options: &[CostOption]) -> String {
    let why = |option: &CostOption| option.refusal.clone().or_else(|| option.ruled_out.clone());
    options.iter().rev().find_map(why).unwrap_or_else(|| "there is none".to_owned())
}

fn calls(number: u64) -> String {
    if number == 1 { "1 call".to_owned() } else { format!("{} calls", count(number)) }
}

fn article(span: &str) -> String {
    if span.starts_with(|first: char| first.is_ascii_digit()) { span.to_owned() } else { format!("a {span}") }
}

/// The wire's decimal text; it was made by this crate.
fn money(text: &str) -> Usd {
    Usd(text.parse().unwrap_or_default())
}
