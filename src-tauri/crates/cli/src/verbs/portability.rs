//! `coldframe portability`: under which providers' contracts a function runs.

use std::process::ExitCode;

use coldframe_host::Connection;
use coldframe_protocol::{Portability, Ported, PortedVerdict};
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Portability as Verb},
    table::Table,
    verbs::{call, connect, find, invoke::event, print_json, say},
};

pub(crate) async fn run(global: Global, verb: Verb) -> Result<ExitCode, Failure> {
    let event = verb.event.as_deref().map(|file| event::read(Some(file))).transpose()?;
    let host = connect(global, verb.dir.clone()).await?;
    let result = report(&host, &verb, event).await;
    host.shutdown().await;
    let report = result?;
    if verb.json {
        print_json(&report);
    } else {
        show(&report, &verb);
    }
    Ok(if report.failure.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn report(host: &Connection, verb: &Verb, event: Option<String>) -> Result<Portability, Failure> {
    let function = find(host, &verb.function).await?;
    call(host, "portability", json!({"function": function.id, "event": event})).await
}

fn show(report: &Portability, verb: &Verb) {
    let event = match report.event_from.as_str() {
        "given" => "the event given",
        "last_call" => "the event of its last call that went well",
        "last_call_redacted" => "the event of its last call that went well, without what the record redacts",
        "last_call_cut" => "an empty event, as the record has only a part of its last call's",
        _ => "an empty event",
    };
    say(format_args!("{}, written for {}, tried with {event}\n", report.name, report.title));
    if report.event_from.starts_with("last_call") {
        say(format_args!("{}\n", first_line(&report.event)));
    }
    if let Some(failure) = &report.failure {
        say(format_args!("It fails under its own contract ({}): {}\n", failure.status, failure.message));
        for line in &failure.log {
            say(format_args!("  {line}"));
        }
    }
    let mut table = Table::new(&["contract", "verdict", "answer", "why"]);
    for ported in &report.elsewhere {
        table.row([
            ported.title.clone(),
            ported.verdict.title().to_owned(),
            answer(ported),
            first_line(ported.reason.as_deref().unwrap_or_default()),
        ]);
    }
    say(table.to_string().trim_end());
    let wanted = |ported: &&Ported| verb.adapter.as_deref().is_some_and(|id| ported.provider == id);
    for ported in report.elsewhere.iter().filter(wanted) {
        match &ported.adapter {
            Some(adapter) => {
                say(format_args!("\n{}:\n\n{}", adapter.file, adapter.source.trim_end()));
                if let Some(note) = &adapter.note {
                    say(format_args!("\n{note}"));
                }
            }
            None => say(format_args!("\nno adapter stands between it and {}", ported.title)),
        }
    }
    if !report.ties.is_empty() {
        say("\nOf a cloud it names:");
        for tie in &report.ties {
            let (kind, at) = (&tie.kind, format_args!("{}:{}", tie.file, tie.line));
            match &tie.service {
                Some(service) => {
                    say(format_args!("- {service} ({}), by the {kind} {}, {at}", tie.title, tie.name));
                }
                None => say(format_args!("- {} ({} {kind}), {at}", tie.name, tie.title)),
            }
        }
    }
    if !report.connections.is_empty() {
        say("\nIt was seen connecting to:");
        for seen in &report.connections {
            let whose = seen.service.as_ref().or(seen.title.as_ref());
            say(format_args!(
                "- {}{}",
                seen.host,
                whose.map(|whose| format!(" ({whose})")).unwrap_or_default()
            ));
        }
    }
    say("\nIt rests on:");
    for sentence in &report.rests_on {
        say(format_args!("- {sentence}"));
    }
}

fn answer(ported: &Ported) -> String {
    match (ported.verdict, ported.same_answer) {
        (PortedVerdict::AsItIs | PortedVerdict::Adapter, Some(true)) => "the same".to_owned(),
        (PortedVerdict::AsItIs | PortedVerdict::Adapter, None) => "not known".to_owned(),
        (PortedVerdict::AsItIs | PortedVerdict::Adapter, Some(false)) => {
            format!("another ({})", ported.differs.join(", "))
        }
        _ => super::measured::NOTHING.to_owned(),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(100).collect()
}
