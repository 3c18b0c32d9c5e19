//! `coldframe logs`: a function's lines, as they were written, and as they come.

use std::{collections::HashSet, pin::pin, process::ExitCode};

use coldframe_host::Reading;
use coldframe_protocol::LogLine;
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Logs},
    verbs::{call, find, print_json, reading, say},
};

pub(crate) async fn run(global: Global, verb: Logs) -> Result<ExitCode, Failure> {
    let record = reading(global).await?;
    let result = print(&record, &verb).await;
    record.close();
    result.map(|()| ExitCode::SUCCESS)
}

async fn print(record: &Reading, verb: &Logs) -> Result<(), Failure> {
    let function = find(record, &verb.function).await?.id;
    // Listening begins before the past is read, so that nothing falls between.
    let live = match record {
        Reading::Host(host) if verb.follow => Some(host.live().await?),
        Reading::Host(_) | Reading::Record(_) => None,
    };
    let request = json!({"function": function, "after": null, "limit": verb.limit});
    let lines: Vec<LogLine> = call(record, "logs", request).await?;
    if verb.json && !verb.follow {
        print_json(&lines);
        return Ok(());
    }
    lines.iter().for_each(|line| show(line, verb.json));
    let Some(live) = live else {
        if verb.follow {
            eprintln!(
                "note: no host is running, so nothing more will come; start one with `coldframe serve`"
            );
        }
        return Ok(());
    };
    // By id, not by which came last: lines of a call that took long come later than their place in time.
    let seen: HashSet<i64> = lines.iter().map(|line| line.id).collect();
    let mut live = pin!(live);
    loop {
        let batch = tokio::select! {
            batch = futures_util::StreamExt::next(&mut live) => batch,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        let Some(batch) = batch else { return Ok(()) };
        let own = batch.logs.iter().filter(|line| line.function_id == function && !seen.contains(&line.id));
        own.for_each(|line| show(line, verb.json));
    }
}

fn show(line: &LogLine, json: bool) {
    if json {
        say(serde_json::to_string(line).unwrap_or_default());
    } else {
        say(format_args!("{} {}", line.at.get(11..23).unwrap_or(&line.at), line.text));
    }
}
