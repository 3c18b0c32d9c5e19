//! `coldframe plans`: what serverless plans the price book has.
//!
//! `--json` prints an array; of each plan `id`, `title`, `provider`, `region`, `architecture`, `status`, `meter`,
//! `rounding` (null where machines are billed), `rates`, each with `item`, `unit`, `free` and `tiers` (`from`, `up_to`,
//! `usd`, `confidence`, `source`), `subscription_usd`, `timeout_ms`, `notes`, `confidence` (of the least sure figure
//! every bill rests on), `unverified` (by name) and `source`.

use std::process::ExitCode;

use coldframe_cost::{Dimension, Plan, Rate, Tier};
use serde_json::{Value, json};

use crate::{
    Failure,
    args::{Global, Listing},
    table::Table,
    verbs::{prices, print_json, say},
};

pub(crate) fn run(global: Global, verb: &Listing) -> Result<ExitCode, Failure> {
    let book = prices::book(global)?;
    if verb.json {
        print_json(&book.plans.iter().map(whole).collect::<Vec<_>>());
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["plan", "title", "region", "bills", "$/M requests", "not verified"]);
    for plan in &book.plans {
        let requests = plan.rate(Dimension::Requests).map(|rate| rate.first() * 1_000_000.into());
        table.row([
            plan.id.clone(),
            plan.title.clone(),
            plan.region.clone(),
            plan.meter.as_str().to_owned(),
            requests.map(|usd| usd.to_cents().to_string()).unwrap_or_default(),
            plan.unverified().join(", "),
        ]);
    }
    say(table.to_string().trim_end());
    say(format_args!("\nPrices of {}", book.compiled));
    Ok(ExitCode::SUCCESS)
}

fn whole(plan: &Plan) -> Value {
    json!({
        "id": plan.id,
        "title": plan.title,
        "provider": plan.provider,
        "region": plan.region,
        "architecture": plan.architecture,
        "status": plan.status.as_str(),
        "meter": plan.meter.as_str(),
        "rounding": plan.meter.rounding().map(|rounding| json!({
            "granularity_ms": rounding.granularity_ms.value,
            "minimum_ms": rounding.minimum_ms.value,
            "init_billed": rounding.init_billed.value,
        })),
        "rates": plan.rates.iter().map(rate).collect::<Vec<_>>(),
        "subscription_usd": plan.subscription.as_ref().map(|paid| prices::usd(paid.month.value)),
        "timeout_ms": plan.timeout_ms.as_ref().map(|longest| longest.value),
        "notes": plan.notes,
        "confidence": plan.confidence().as_str(),
        "unverified": plan.unverified(),
        "source": prices::source(&plan.source),
    })
}

fn rate(rate: &Rate) -> Value {
    json!({
        "item": rate.item,
        "unit": rate.unit.as_str(),
        "free": rate.free.as_ref().map(|free| prices::number(free.value)),
        "tiers": rate.tiers.iter().map(tier).collect::<Vec<_>>(),
    })
}

fn tier(tier: &Tier) -> Value {
    json!({
        "from": prices::number(tier.from),
        "up_to": tier.up_to.map(prices::number),
        "usd": prices::usd(tier.usd.value),
        "confidence": tier.usd.confidence.as_str(),
        "source": prices::source(&tier.usd.source),
    })
}
