//! `coldframe invoke`: one call, its answer on standard output, what was measured on standard error.

use std::{io::Read, path::Path, process::ExitCode};

use coldframe_protocol::Invoked;
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Invoke},
    verbs::{call, connect, find, print_json, say},
};

pub(crate) async fn run(global: Global, verb: Invoke) -> Result<ExitCode, Failure> {
    let event = match &verb.event {
        None => "{}".to_owned(),
        Some(path) => read(path)?,
    };
    let host = connect(global, verb.dir.clone()).await?;
    let result = invoke(&host, &verb, event).await;
    host.shutdown().await;
    let invoked = result?;
    if verb.json {
        print_json(&invoked);
    } else {
        say(&invoked.body.text);
        summary(&invoked);
    }
    Ok(if invoked.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn invoke(host: &coldframe_host::Connection, verb: &Invoke, event: String) -> Result<Invoked, Failure> {
    let function = find(host, &verb.function).await?;
    let request = json!({"function": function.id, "event": event, "cold": verb.cold, "trigger": "cli"});
    call(host, "invoke", request).await
}

fn summary(invoked: &Invoked) {
    if let Some(detail) = &invoked.detail {
        let call = &detail.invocation;
        let start = if call.cold { "cold" } else { "warm" };
        let init = if call.cold { format!(", init {:.1} ms", call.init_ms) } else { String::new() };
        eprintln!("{} · {start} · {:.1} ms{init}", call.status, call.total_ms);
    }
    if let Some(error) = &invoked.error {
        eprintln!("{error}");
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        return read.map(|_| text).map_err(|error| Failure::Usage(format!("cannot read the event: {error}")));
    }
    std::fs::read_to_string(path).map_err(|error| {
        let text = format!("cannot read the event {}: {error}", path.display());
        if error.kind() == std::io::ErrorKind::NotFound {
            Failure::NotFound(text)
        } else {
            Failure::Usage(text)
        }
    })
}
