//! `coldframe estimate`: what a month that nobody recorded would cost on one plan. Needs no host and no record.
//!
//! `--json` prints one object: `plan`, `title`, `region`, `architecture`; `lines`, each with `item`, `quantity` (what is
//! charged, after the free tier), `free` (what that took off), `unit`, `unit_price_usd`, `amount_usd` (to the cent),
//! `confidence`, `unverified`; `total_usd`, the sum of the amounts; `rounding_usd`, what of the list price is
//! only for rounding up time and memory; `rests_on`, sentences; `unverified`, the figures of
//! the plan that are not to be taken for facts; `source`. Money is text, every other quantity a number.

use std::process::ExitCode;

use coldframe_cost::{
    Bill, Book, Decimal, Estimate as Priced, FreeTier, Kept, Line, Plan, Supposed, Usd, estimate,
};
use serde_json::{Value, json};

use crate::{
    Failure,
    args::{Estimate, Global},
    table::Table,
    verbs::{prices, print_json, say},
};

pub(crate) fn run(global: Global, verb: &Estimate) -> Result<ExitCode, Failure> {
    let book = prices::book(global)?;
    let plan = plan(&book, &verb.plan, verb.arch)?;
    let priced =
        estimate(&book, plan, &supposed(verb)).map_err(|refusal| Failure::Usage(refusal.to_string()))?;
    if verb.json {
        print_json(&whole(plan, &priced));
    } else {
        print(plan, &priced);
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn plan<'a>(book: &'a Book, id: &str, architecture: Option<&str>) -> Result<&'a Plan, Failure> {
    let Some(plan) = book.plan(id) else {
        let hint = match book.nearest_plan(id) {
            Some(nearest) => format!("did you mean {}?", nearest.id),
            None => "coldframe plans lists them".to_owned(),
        };
        return Err(Failure::NotFound(format!("there is no plan {id}\nhint: {hint}")));
    };
    let Some(architecture) = architecture else { return Ok(plan) };
    book.plan_on(plan, architecture).ok_or_else(|| {
        let (title, only) = (&plan.title, &plan.architecture);
        Failure::Usage(format!("{title} does not run on {architecture}\nhint: its architecture is {only}"))
    })
}

fn supposed(verb: &Estimate) -> Supposed {
    let kept = verb.provisioned.zip(verb.provisioned_seconds).map(|(instances, seconds)| Kept {
        instances,
        seconds,
        requests: verb.requests_on_provisioned,
        duration_us: verb.provisioned_duration_ms,
    });
    Supposed {
        requests: verb.requests,
        duration_us: verb.duration_ms,
        memory_mb: verb.memory_mb,
        vcpu_milli: verb.vcpu,
        cpu_us: verb.cpu_ms,
        init_us: verb.init_ms.unwrap_or(0),
        cold_share: verb.cold_share.unwrap_or(Decimal::ZERO),
        ephemeral_mb: verb.ephemeral_mb.unwrap_or(0),
        kept,
        snapshots: verb.snapshot_restores.zip(verb.snapshot_seconds),
        stream_gb: verb.stream_gb.unwrap_or(Decimal::ZERO),
        egress_gb: verb.egress_gb.unwrap_or(Decimal::ZERO),
        free_tier: if verb.no_free_tier { FreeTier::Ignored } else { FreeTier::Applied },
    }
}

fn whole(plan: &Plan, priced: &Priced) -> Value {
    json!({
        "plan": plan.id,
        "title": plan.title,
        "region": plan.region,
        "architecture": plan.architecture,
        "lines": priced.bill.lines.iter().map(line).collect::<Vec<_>>(),
        "total_usd": prices::usd(priced.bill.total()),
        "rounding_usd": prices::usd(priced.rounding.to_cents()),
        "rests_on": priced.rests_on,
        "unverified": priced.unverified,
        "source": prices::source(&plan.source),
    })
}

pub(super) fn line(line: &Line) -> Value {
    json!({
        "item": line.item,
        "quantity": prices::number(line.quantity),
        "free": prices::number(line.free),
        "unit": line.unit,
        "unit_price_usd": prices::usd(line.unit_price),
        "amount_usd": prices::usd(line.amount),
        "confidence": line.confidence.as_str(),
        "unverified": line.confidence.is_unverified(),
    })
}

fn print(plan: &Plan, priced: &Priced) {
    print_bill(&plan.title, &priced.bill);
    let rounding = priced.rounding.to_cents();
    if rounding > Usd::ZERO {
        say(format_args!("\nRounding up time and memory is {rounding} at list price."));
    }
    say("\nIt rests on this:");
    for sentence in &priced.rests_on {
        say(format_args!("- {sentence}"));
    }
}

pub(super) fn print_bill(title: &str, bill: &Bill) {
    let mut table = Table::new(&[title, "quantity", "unit", "$ each", "$ a month", ""]);
    for line in &bill.lines {
        table.row([
            line.item.clone(),
            line.quantity.round_dp(3).normalize().to_string(),
            line.unit.to_owned(),
            line.unit_price.to_string(),
            line.amount.to_string(),
            prices::mark(line.confidence).to_owned(),
        ]);
    }
    let sum = bill.total().to_string();
    table.row(["total", "", "", "", &sum, ""].map(str::to_owned));
    say(table.to_string().trim_end());
}
