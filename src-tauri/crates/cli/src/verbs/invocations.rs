//! `coldframe invocations`: what was called, newest first.

use std::process::ExitCode;

use coldframe_host::Reading;
use coldframe_protocol::{Invocation, InvocationCount, InvocationQuery};
use serde_json::Value;

use crate::{
    Failure,
    args::{Global, Invocations},
    table::Table,
    verbs::{call, find, measured, print_json, reading, say},
};

pub(crate) async fn run(global: Global, verb: Invocations) -> Result<ExitCode, Failure> {
    let record = reading(global).await?;
    let result = list(&record, &verb).await;
    record.close();
    let (invocations, all) = result?;
    let shown = invocations.len() as u64;
    if shown < all {
        eprintln!("note: showing the newest {shown} of {all}; use --limit {all} for all of them");
    }
    if verb.json {
        print_json(&invocations);
        return Ok(ExitCode::SUCCESS);
    }
    let mut table =
        Table::new(&["started", "function", "status", "start", "total", "cpu", "memory", "request"]);
    for call in &invocations {
        table.row([
            call.started_at.get(..19).unwrap_or(&call.started_at).replace('T', " "),
            call.function.clone(),
            call.status.clone(),
            measured::start(call).to_owned(),
            measured::total(call),
            measured::cpu(call),
            measured::mb(call.peak_memory_mb),
            call.request_id.clone(),
        ]);
    }
    say(table.to_string().trim_end());
    Ok(ExitCode::SUCCESS)
}

/// Rows asked for at a time.
const PAGE: u32 = 1_000;

/// The newest, and how many there are.
async fn list(record: &Reading, verb: &Invocations) -> Result<(Vec<Invocation>, u64), Failure> {
    let function = match &verb.function {
        Some(name) => Some(find(record, name).await?.id),
        None => None,
    };
    let search = (!verb.search.is_empty()).then(|| verb.search.join(" "));
    let query = |before: Option<i64>, limit: u32| {
        let search = search.clone();
        let query = InvocationQuery {
            function,
            minutes: verb.since,
            status: None,
            search,
            before,
            after: None,
            limit: Some(limit),
        };
        serde_json::to_value(query).unwrap_or(Value::Null)
    };
    let mut rows: Vec<Invocation> = Vec::new();
    loop {
        let room = verb.limit - u32::try_from(rows.len()).unwrap_or(verb.limit);
        let asked = room.min(PAGE);
        let before = rows.last().map(|row| row.id);
        let page: Vec<Invocation> = call(record, "invocations", query(before, asked)).await?;
        let last = page.len() < asked as usize;
        rows.extend(page);
        if last {
            let all = rows.len() as u64;
            return Ok((rows, all));
        }
        if asked == room {
            break;
        }
    }
    let all: InvocationCount = call(record, "count_invocations", query(None, 0)).await?;
    Ok((rows, all.count))
}
