//! `coldframe invoke`: one call, its answer on standard output, what was measured on standard error.

pub(super) mod event;

use std::{process::ExitCode, time::Duration};

use coldframe_host::Connection;
use coldframe_protocol::{
    Function, FunctionState, Hello, Invocation, InvocationDetail, InvocationPrice, Invoked, LogLine, Payload,
    Problem,
};
use serde::Serialize;
use serde_json::json;

use crate::{
    Failure,
    args::{Global, Invoke},
    verbs::{
        Named, call, connect, find,
        jobs::{Following, LOOK},
        measured, print_json, say,
    },
};

/// A call that takes longer is told of while it goes on.
const PATIENCE: Duration = Duration::from_secs(2);

/// What `--json` prints: an element of `invocations --json`, and what only this verb has of it.
#[derive(Serialize)]
struct Whole<'a> {
    /// Nothing of it where the call never became an invocation.
    #[serde(flatten)]
    invocation: Option<&'a Invocation>,
    ok: bool,
    error: Option<&'a str>,
    request: Option<&'a Payload>,
    /// As the caller had it; the record keeps only the beginning of a long one.
    response: &'a Payload,
    logs: &'a [LogLine],
    prices: &'a [InvocationPrice],
}

pub(crate) async fn run(global: Global, verb: Invoke) -> Result<ExitCode, Failure> {
    let event = event::read(verb.event.as_deref())?;
    let host = connect(global, verb.dir.clone()).await?;
    let result = invoke(&host, &verb, event).await;
    let problem = match &result {
        Ok(invoked) if !verb.json && failed_to_start(invoked) => problem(&host, &verb).await,
        _ => None,
    };
    host.shutdown().await;
    let invoked = result?;
    if verb.json {
        print_json(&whole(&invoked));
    } else {
        say(&invoked.body.text);
        summary(&invoked);
        if let Some(problem) = problem {
            eprintln!("{problem}");
        }
    }
    Ok(if invoked.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn invoke(host: &Connection, verb: &Invoke, event: String) -> Result<Invoked, Failure> {
    let function = match find(host, &verb.function).await {
        Err(failure @ Failure::NotFound(_)) => {
            // A manifest that cannot be read may be why it is missing.
            let hello: Hello = call(host, "hello", json!({})).await?;
            for problem in hello.project.iter().flat_map(|project| &project.problems) {
                eprintln!("{problem}");
            }
            return Err(failure);
        }
        found => found?,
    };
    let event = if verb.scheduled { scheduled(&function)? } else { event };
    let request = json!({"function": function.id, "event": event, "cold": verb.cold, "trigger": "cli", "twin": verb.twin});
    let mut following = Following::begin(host, function.id).await?;
    let invoked = call(host, "invoke", request);
    tokio::pin!(invoked);
    let begun = tokio::time::Instant::now();
    let mut told = false;
    // A first build takes minutes: a person who sees nothing stops it.
    loop {
        tokio::select! {
            invoked = &mut invoked => {
                // Why a build failed is among its last words.
                let _ = following.look(host).await;
                return invoked;
            }
            () = tokio::time::sleep(LOOK) => {}
        }
        following.look(host).await?;
        if !told && !following.has_seen() && begun.elapsed() >= PATIENCE {
            told = true;
            tell_starting(host, function.id).await;
        }
    }
}

/// What the clock calls it with. Of several schedules the first, which most have alone.
fn scheduled(function: &Named) -> Result<String, Failure> {
    let schedule = function.schedules.first().map(|schedule| schedule.event.clone());
    schedule.ok_or_else(|| Failure::NotFound(format!("{} has no schedule that calls it", function.name)))
}

async fn tell_starting(host: &Connection, id: i64) {
    let now: Vec<Function> = call(host, "functions", json!({})).await.unwrap_or_default();
    if let Some(now) = now.iter().find(|now| now.id == id)
        && now.state == FunctionState::Starting
    {
        eprintln!("{} is built and started first ({})", now.name, now.runtime);
    }
}

fn failed_to_start(invoked: &Invoked) -> bool {
    invoked.detail.as_ref().is_some_and(|detail| detail.invocation.status == "init_error")
}

/// What the function's page shows: the place of the mistake, and what to do.
async fn problem(host: &Connection, verb: &Invoke) -> Option<Problem> {
    find(host, &verb.function).await.ok()?.problem
}

fn whole(invoked: &Invoked) -> Whole<'_> {
    let detail: Option<&InvocationDetail> = invoked.detail.as_ref();
    Whole {
        invocation: detail.map(|detail| &detail.invocation),
        ok: invoked.ok,
        error: invoked.error.as_deref(),
        request: detail.and_then(|detail| detail.request.as_ref()),
        response: &invoked.body,
        logs: detail.map_or(&[], |detail| &detail.logs),
        prices: detail.map_or(&[], |detail| &detail.prices),
    }
}

fn summary(invoked: &Invoked) {
    if let Some(detail) = &invoked.detail {
        let call = &detail.invocation;
        let build =
            if call.build_ms >= 1.0 { format!(", build {:.1} ms", call.build_ms) } else { String::new() };
        let init = if call.cold { format!(", init {:.1} ms", call.init_ms) } else { String::new() };
        eprintln!("{} · {} · {}{build}{init}", call.status, measured::start(call), measured::total(call));
    }
    if let Some(error) = &invoked.error {
        eprintln!("{error}");
    }
}
