//! `coldframe twin`: the resident twin of a function on the running host, and the two meters.

use std::process::ExitCode;

use coldframe_host::Connection;
use coldframe_protocol::{Meter, Twin, TwinMeters, TwinState};
use serde_json::json;

use crate::{
    Failure, args,
    args::Global,
    table::Table,
    verbs::{call, find, measured::NOTHING, print_json, running, say},
};

pub(crate) async fn run(global: Global, verb: args::Twin) -> Result<ExitCode, Failure> {
    let host = running(global).await?;
    let result = asked(&host, &verb).await;
    host.shutdown().await;
    let twin = result?;
    if verb.json {
        print_json(&twin);
    } else {
        show(&twin);
    }
    Ok(if twin.state == TwinState::Broken { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn asked(host: &Connection, verb: &args::Twin) -> Result<Twin, Failure> {
    let function = find(host, &verb.function).await?.id;
    if verb.off {
        return call(host, "stop_twin", json!({"function": function})).await;
    }
    if verb.starts() {
        let request = json!({
            "function": function,
            "processes": verb.processes,
            "per_call": verb.per_call.then_some(true),
            "machine": verb.machine,
        });
        call::<Twin>(host, "start_twin", request).await?;
    }
    if verb.mirror || verb.no_mirror {
        let request = json!({"function": function, "on": verb.mirror, "writes_twice_ok": verb.twice});
        call::<Twin>(host, "mirror", request).await?;
    }
    call(host, "twin", json!({"function": function})).await
}

fn show(twin: &Twin) {
    say(format_args!("{}: its resident twin {}", twin.name, state(twin)));
    say(format_args!("processes  {} of {}: {}", twin.processes.len(), twin.wanted, twin.why));
    if let Some(problem) = &twin.problem {
        say(format_args!("problem    {problem}"));
    }
    if twin.restarts > 0 || !twin.outages.is_empty() {
        say(format_args!(
            "ended      {} started anew; nobody there {} times, {:.0} ms in all",
            twin.restarts,
            twin.outages.len(),
            twin.down_ms
        ));
    }
    if twin.refused > 0 || twin.waiting > 0 {
        say(format_args!(
            "backlog    {} wait, of at most {}; {} turned away",
            twin.waiting, twin.backlog, twin.refused
        ));
    }
    if twin.mirror.on {
        say(format_args!("mirrored   {} calls; {}", twin.mirror.calls, twin.mirror.warning));
    }
    if let Some(meters) = &twin.meters {
        say("");
        show_meters(meters);
    }
}

fn state(twin: &Twin) -> &'static str {
    match twin.state {
        TwinState::Off => "is off",
        TwinState::Starting => "is being started",
        TwinState::Running => "runs",
        TwinState::Down => "is down: the next process is started after a pause",
        TwinState::Reloading => "finishes its calls, and starts anew with what was saved",
        TwinState::Broken => "does not run",
    }
}

/// Also behind what `coldframe cost` prints of a function.
pub(crate) fn show_meters(meters: &TwinMeters) {
    let mut table =
        Table::new(&["Since it was switched on", "calls", "errors", "cold", "busy", "$", "$ idle an hour"]);
    for (side, meter) in [("pool", &meters.pool), ("twin", &meters.twin)] {
        table.row(row(side, meter));
    }
    say(table.to_string().trim_end());
    for meter in [&meters.pool, &meters.twin] {
        for line in &meter.lines {
            say(format_args!("- {}: {}, ${}", meter.title, line.quantity, line.usd));
        }
    }
    if let Some(said) = &meters.too_small {
        say(format_args!("\nno room: {said}"));
    }
    say(format_args!("\n{:.4} hours. It rests on:", meters.hours));
    for sentence in &meters.rests_on {
        say(format_args!("- {sentence}"));
    }
}

fn row(side: &str, meter: &Meter) -> [String; 7] {
    [
        format!("{side}: {}", meter.title),
        meter.calls.to_string(),
        meter.errors.to_string(),
        meter.cold.to_string(),
        meter.busy_percent.map_or_else(|| NOTHING.to_owned(), |percent| format!("{percent:.1} %")),
        meter.usd.clone(),
        meter.idle_usd_per_hour.clone(),
    ]
}
