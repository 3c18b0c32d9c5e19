//! `coldframe sidebyside`: the differences between serverless and always-on, each made to happen to one function.

use std::{process::ExitCode, time::Duration};

use coldframe_host::Connection;
use coldframe_protocol::{ExportedFile, RowKind, Side, SideBySide};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    Failure,
    args::{Global, SideBySide as Verb},
    table::Table,
    verbs::{call, connect, find, invoke::event, print_json, say},
};

const LOOK: Duration = Duration::from_millis(200);

pub(crate) async fn run(global: Global, verb: Verb) -> Result<ExitCode, Failure> {
    let event = event::read(verb.event.as_deref())?;
    let host = connect(global, verb.dir.clone()).await?;
    let result = table(&host, &verb, event).await;
    host.shutdown().await;
    let (table, page) = result?;
    if let Some((file, page)) = verb.html.as_ref().zip(page) {
        std::fs::write(file, page.text)
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", file.display())))?;
    }
    if verb.json {
        print_json(&table);
    } else {
        show(&table, &verb.row);
    }
    Ok(if table.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn table(
    host: &Connection,
    verb: &Verb,
    event: String,
) -> Result<(SideBySide, Option<ExportedFile>), Failure> {
    let function = find(host, &verb.function).await?;
    let id = json!({ "function": function.id });
    let care = verb.serverless_hours.zip(verb.always_on_hours).zip(verb.usd_per_hour);
    if let Some(((serverless, always_on), usd)) = care {
        let request = json!({
            "function": function.id,
            "serverless_hours": serverless,
            "always_on_hours": always_on,
            "usd_per_hour": usd,
        });
        call::<SideBySide>(host, "set_administration", request).await?;
    }
    let mut table: SideBySide = if verb.show {
        call(host, "side_by_side", id.clone()).await?
    } else {
        let request = json!({
            "function": function.id,
            "rows": verb.row,
            "event": event,
            "job_minutes": verb.job_minutes,
            "deploy_s": verb.deploy.map(|us| us as f64 / 1e6),
            "calls_per_month": verb.calls_per_month,
            "writes_twice_ok": verb.twice,
            "per_call": verb.per_call,
        });
        call(host, "run_rows", request).await?
    };
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // One listener for as long as it takes: a signal between two looks is not missed.
    let mut interrupted = Box::pin(tokio::signal::ctrl_c());
    let mut told: Option<RowKind> = None;
    while let Some(running) = &table.running {
        if told != Some(running.row) {
            told = Some(running.row);
            let row = table.rows.iter().find(|row| row.row == running.row);
            eprintln!("{}: about {} s", row.map_or("", |row| &row.title), row.map_or(0, |row| row.seconds));
        }
        tokio::select! {
            _ = looks.tick() => {}
            _ = &mut interrupted => {
                interrupted = Box::pin(tokio::signal::ctrl_c());
                eprintln!("stopping");
                call::<SideBySide>(host, "stop_rows", id.clone()).await?;
            }
        }
        table = call(host, "side_by_side", id.clone()).await?;
    }
    let page = match &verb.html {
        Some(_) => Some(call(host, "export_side_by_side", id).await?),
        None => None,
    };
    Ok((table, page))
}

/// `asked`: rows that are told of in sentences; all of them where it is empty.
fn show(table: &SideBySide, asked: &[RowKind]) {
    let sides = [("serverless", &table.plan), ("always-on", &table.machine)];
    let sides: Vec<String> =
        sides.into_iter().filter_map(|(side, what)| Some(format!("{side} is {}", what.as_ref()?))).collect();
    say(format_args!("{}: {}\n", table.name, sides.join(", ")));
    let mut lines = Table::new(&["row", "serverless", "always-on", "better here"]);
    for row in &table.rows {
        let Some(result) = &row.result else {
            lines.row([row.title.clone(), "not done".to_owned(), String::new(), String::new()]);
            continue;
        };
        let better = match result.better {
            Some(Side::Serverless) => "serverless",
            Some(Side::AlwaysOn) => "always-on",
            None => "it depends",
        };
        let cells = [
            row.title.clone(),
            result.serverless.figure.clone(),
            result.always_on.figure.clone(),
            better.to_owned(),
        ];
        lines.row(cells);
    }
    say(lines.to_string().trim_end());
    for row in table.rows.iter().filter(|row| asked.is_empty() || asked.contains(&row.row)) {
        if let Some(result) = &row.result {
            say(format_args!("\n{}: {}", row.title, result.sentence));
            for more in result
                .too_few
                .iter()
                .map(|missing| format!("too few calls for a claim: {missing}"))
                .chain(result.hint.as_ref().map(|hint| format!("try: {hint}")))
            {
                say(format_args!("- {more}"));
            }
            if row.row == RowKind::Administration && !table.administration.set {
                say("- --serverless-hours, --always-on-hours and --usd-per-hour say that");
            }
        }
    }
    for failure in &table.failures {
        eprintln!("error: {}: {}", failure.row.as_str().replace('_', " "), failure.message);
        if let Some(hint) = &failure.hint {
            eprintln!("hint: {hint}");
        }
        if failure.not_resident {
            eprintln!("hint: --per-call lets a process for each call stand for the always-on side");
        }
    }
}
