//! `coldframe logs`: a function's lines, as they were written, and as they come.

use std::{pin::pin, process::ExitCode};

use coldframe_protocol::LogLine;
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Logs},
    verbs::{call, connect, find, print_json, say},
};

pub(crate) async fn run(global: Global, verb: Logs) -> Result<ExitCode, Failure> {
    let host = connect(global, Some(".".into())).await?;
    let result = print(&host, &verb).await;
    host.shutdown().await;
    result.map(|()| ExitCode::SUCCESS)
}

async fn print(host: &coldframe_host::Connection, verb: &Logs) -> Result<(), Failure> {
    let function = find(host, &verb.function).await?.id;
    // Listening begins before the past is read, so that nothing falls between.
    let live = if verb.follow { Some(host.live().await?) } else { None };
    let request = json!({"function": function, "after": null, "limit": verb.limit});
    let lines: Vec<LogLine> = call(host, "logs", request).await?;
    let last = lines.last().map_or(0, |line| line.id);
    if verb.json && live.is_none() {
        print_json(&lines);
        return Ok(());
    }
    lines.iter().for_each(|line| show(line, verb.json));
    let Some(live) = live else { return Ok(()) };
    let mut live = pin!(live);
    loop {
        let batch = tokio::select! {
            batch = futures_util::StreamExt::next(&mut live) => batch,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        let Some(batch) = batch else { return Ok(()) };
        let own = batch.logs.iter().filter(|line| line.function_id == function && line.id > last);
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
