//! What an estimate takes for granted, in sentences.

use rust_decimal::Decimal;

use super::{ASSUMED_PEAK, Run, Supposed};
use crate::{
    bill::FreeTier,
    book::{Book, Plan},
    machine::Targets,
    meter::{Meter, Rounding},
    size::Size,
};

pub(super) fn sentences(
    book: &Book,
    plan: &Plan,
    supposed: &Supposed,
    size: Size,
    run: &Run<'_>,
) -> Vec<String> {
    let mut said = vec![format!(
        "{} calls a month, each of exactly {} with {} MB",
        grouped(supposed.requests.into()),
        ms(supposed.duration_us),
        grouped(supposed.memory_mb.into())
    )];
    said.push(
        "durations are those given: a call measured on one machine takes longer or shorter on another"
            .to_owned(),
    );
    if let Some(rounding) = plan.meter.rounding() {
        said.extend(metered(plan, supposed, size, rounding));
    }
    said.extend(kept(plan, supposed));
    match run {
        Run::Metered => {}
        Run::Instances(instances) if supposed.kept.is_some() => {
            said.push(format!(
                "{} instances live as long as is given, called or not",
                grouped((*instances).into())
            ));
        }
        Run::Instances(instances) => said.push(format!(
            "{} instances live all month, as few as hold the calls one at a time if they come evenly",
            grouped((*instances).into())
        )),
        Run::Machines(machine, need) => {
            let targets = Targets::default();
            said.push(format!(
                "{} × {}, planned at {} % of their CPU and {} % of their memory with a busiest minute of {ASSUMED_PEAK} \
                 times the mean; none spare",
                need.count,
                machine.title,
                percent(targets.utilisation),
                percent(targets.memory)
            ));
        }
    }
    let cpu_matters = matches!(plan.meter, Meter::ActiveCpu(_) | Meter::Nodes(_));
    match supposed.cpu_us {
        None if cpu_matters => {
            said.push("CPU time is not given: the whole duration is taken as CPU time".to_owned());
        }
        Some(_) if !cpu_matters => said.push("CPU time is not what this plan bills".to_owned()),
        _ => {}
    }
    let has_free = plan.rates.iter().any(|rate| rate.free.is_some());
    said.push(match (has_free, supposed.free_tier, supposed.free_tier_of(plan)) {
        (false, ..) => "the plan has no free tier".to_owned(),
        (true, FreeTier::Ignored, _) => "without the free tier".to_owned(),
        (true, FreeTier::Applied, FreeTier::Ignored) => {
            "without the free tier: it is not for functions with capacity kept ready".to_owned()
        }
        (true, ..) => {
            "the month's whole free tier is there for this: nothing else of the account uses it".to_owned()
        }
    });
    if let Some(discount) = &plan.discount {
        said.push(format!("every price × {}", discount.value.normalize()));
    }
    said.extend(plan.uncallable.iter().chain(&plan.notes).cloned());
    let source = &plan.source;
    said.push(format!(
        "prices of {}: {}, seen {}, book of {}",
        plan.region, source.title, source.date, book.compiled
    ));
    said
}

fn metered(plan: &Plan, supposed: &Supposed, size: Size, rounding: &Rounding) -> Vec<String> {
    let mut said = Vec::new();
    let (step, least) = (rounding.granularity_ms.value, rounding.minimum_ms.value);
    if step > 1 || least > 1 {
        said.push(format!(
            "time is rounded up to {} ms, and is {} ms at least",
            grouped(step.into()),
            grouped(least.into())
        ));
    }
    if size.memory_mb != supposed.memory_mb || size.vcpu_milli > 0 {
        let vcpu = Decimal::new(size.vcpu_milli.into(), 3).normalize();
        let with = if size.vcpu_milli > 0 { format!(" and {vcpu} vCPU") } else { String::new() };
        said.push(format!("billed as {} MB{with}", grouped(size.memory_mb.into())));
    }
    let cold = supposed.cold();
    if cold > 0 {
        let billed = if rounding.init_billed.value { "billed" } else { "not billed" };
        said.push(format!(
            "{} of the calls are cold, with {} of init, which is {billed}",
            grouped(cold.into()),
            ms(supposed.init_us)
        ));
    } else if rounding.init_billed.value {
        said.push("no cold starts, whose init would be billed".to_owned());
    }
    if matches!(plan.meter, Meter::ActiveInstance(_) | Meter::ActiveCpu(_)) {
        said.push("no two calls share an instance: where they do, its time is billed once".to_owned());
    }
    said
}

fn kept(plan: &Plan, supposed: &Supposed) -> Option<String> {
    let kept = supposed.kept.filter(|_| plan.warm.is_some())?;
    let (served, served_us) = supposed.on_kept();
    let taken = if kept.requests.is_none() { ", taken to serve all calls" } else { "" };
    Some(format!(
        "{} instances kept ready for {} s serve {} calls of {}{taken}",
        grouped(kept.instances.into()),
        grouped(kept.seconds.into()),
        grouped(served.into()),
        ms(served_us)
    ))
}

fn ms(us: u64) -> String {
    format!("{} ms", grouped((Decimal::from(us) / Decimal::ONE_THOUSAND).normalize()))
}

fn percent(share: Decimal) -> String {
    (share * Decimal::ONE_HUNDRED).normalize().to_string()
}

/// `1,234,567.5`.
fn grouped(number: Decimal) -> String {
    let text = number.to_string();
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
