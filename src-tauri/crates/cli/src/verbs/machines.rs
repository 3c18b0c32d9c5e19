//! `coldframe machines`: what always-on machines the price book has.
//!
//! `--json` prints an array; of each machine `id`, `title`, `kind`, `provider`, `region`, `architecture`, `memory_mb`,
//! `vcpu`, `sustained_vcpu` (less on a burstable machine), `hour_usd` and `month_usd` (one for 730 hours, to the cent),
//! `price_confidence`, `capacity_confidence`, `unverified` (by name), `note` and `source`.

use std::process::ExitCode;

use coldframe_cost::{Book, Machine};
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
        print_json(&book.machines.iter().map(|machine| whole(&book, machine)).collect::<Vec<_>>());
        return Ok(ExitCode::SUCCESS);
    }
    let mut table =
        Table::new(&["machine", "title", "region", "vCPU", "all month", "MB", "$ a month", "not verified"]);
    for machine in &book.machines {
        table.row([
            machine.id.clone(),
            machine.title.clone(),
            machine.region.clone(),
            machine.vcpu.value.to_string(),
            machine.sustained_vcpu.value.to_string(),
            machine.memory_mb.value.to_string(),
            machine.month(1, book.hours_per_month).total().to_string(),
            unverified(machine).join(", "),
        ]);
    }
    say(table.to_string().trim_end());
    say(format_args!("\nPrices of {}, a month of {} hours", book.compiled, book.hours_per_month));
    Ok(ExitCode::SUCCESS)
}

fn whole(book: &Book, machine: &Machine) -> Value {
    json!({
        "id": machine.id,
        "title": machine.title,
        "kind": machine.kind,
        "provider": machine.provider,
        "region": machine.region,
        "architecture": machine.architecture,
        "memory_mb": machine.memory_mb.value,
        "vcpu": prices::number(machine.vcpu.value),
        "sustained_vcpu": prices::number(machine.sustained_vcpu.value),
        "hour_usd": machine.hour().map(prices::usd),
        "month_usd": prices::usd(machine.month(1, book.hours_per_month).total()),
        "price_confidence": machine.price_confidence().as_str(),
        "capacity_confidence": machine.capacity_confidence().as_str(),
        "unverified": unverified(machine),
        "note": machine.note,
        "source": prices::source(&machine.source),
    })
}

fn unverified(machine: &Machine) -> Vec<&'static str> {
    let figures = [
        ("price", machine.price_confidence()),
        ("memory", machine.memory_mb.confidence),
        ("vCPU", machine.vcpu.confidence),
        ("sustained vCPU", machine.sustained_vcpu.confidence),
    ];
    let unverified = figures.into_iter().filter(|(_, confidence)| confidence.is_unverified());
    unverified.map(|(name, _)| name).collect()
}
