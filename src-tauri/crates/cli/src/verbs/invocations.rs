//! `coldframe invocations`: what was called, newest first.

use std::process::ExitCode;

use coldframe_protocol::Invocation;
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Invocations},
    table::Table,
    verbs::{call, connect, find, print_json, say},
};

pub(crate) async fn run(global: Global, verb: Invocations) -> Result<ExitCode, Failure> {
    let host = connect(global, Some(".".into())).await?;
    let result = list(&host, &verb).await;
    host.shutdown().await;
    let invocations = result?;
    if verb.json {
        print_json(&invocations);
        return Ok(ExitCode::SUCCESS);
    }
    let mut table =
        Table::new(&["started", "function", "status", "start", "total", "cpu", "memory", "request"]);
    for call in &invocations {
        let cpu = call.cpu_user_ms.zip(call.cpu_system_ms).map(|(user, system)| user + system);
        table.row([
            call.started_at.get(..19).unwrap_or(&call.started_at).replace('T', " "),
            call.function.clone(),
            call.status.clone(),
            if call.cold { "cold".to_owned() } else { "warm".to_owned() },
            format!("{:.1} ms", call.total_ms),
            cpu.map(|cpu| format!("{cpu:.1} ms")).unwrap_or_default(),
            call.peak_memory_mb.map(|memory| format!("{memory:.0} MB")).unwrap_or_default(),
            call.request_id.clone(),
        ]);
    }
    say(table.to_string().trim_end());
    Ok(ExitCode::SUCCESS)
}

async fn list(host: &coldframe_host::Connection, verb: &Invocations) -> Result<Vec<Invocation>, Failure> {
    let function = match &verb.function {
        Some(name) => Some(find(host, name).await?.id),
        None => None,
    };
    let request = json!({"function": function, "minutes": verb.since, "status": null, "before": null, "limit": verb.limit});
    call(host, "invocations", request).await
}
