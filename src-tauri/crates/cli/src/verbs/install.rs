//! `coldframe install`: what a function depends on, into the environment it runs in. What the tools say goes to standard
//! error as they say it; Ctrl-C gives it up.

use std::process::ExitCode;

use coldframe_host::Connection;
use coldframe_protocol::{Function, Job, JobState};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    Failure,
    args::{Cancel, Global, Install},
    verbs::{
        call, connect, find,
        jobs::{Following, LOOK},
        print_json, running, say,
    },
};

pub(crate) async fn run(global: Global, verb: Install) -> Result<ExitCode, Failure> {
    let host = connect(global, verb.dir.clone()).await?;
    let result = install(&host, &verb).await;
    host.shutdown().await;
    let (job, function) = result?;
    if verb.json {
        print_json(&job);
    } else {
        let seconds = job.elapsed_ms / 1000.0;
        match (job.state, &job.problem) {
            (JobState::Done, _) => say(format_args!("installed in {seconds:.1} s")),
            (_, Some(problem)) => eprintln!("{problem}"),
            _ => eprintln!("cancelled after {seconds:.1} s"),
        }
        if let Some(problem) = function.and_then(|function| function.problem) {
            eprintln!("{problem}");
        }
    }
    Ok(if job.state == JobState::Done { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn install(host: &Connection, verb: &Install) -> Result<(Job, Option<Function>), Failure> {
    let function = find(host, &verb.function).await?;
    let id = json!({"function": function.id});
    let mut following = Following::begin(host, function.id).await?;
    call::<Job>(host, "install", id.clone()).await?;
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // One listener for as long as it takes: a signal between two looks is not missed.
    let mut interrupted = Box::pin(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            _ = &mut interrupted => {
                interrupted = Box::pin(tokio::signal::ctrl_c());
                call::<Function>(host, "cancel", id.clone()).await?;
            }
        }
        if let Some(job) = following.look(host).await?.filter(|job| job.state.is_over()) {
            let now: Vec<Function> = call(host, "functions", json!({})).await?;
            return Ok((job, now.into_iter().find(|now| now.id == function.id)));
        }
    }
}

/// `coldframe cancel`: gives up the build or installation that goes on.
pub(crate) async fn cancel(global: Global, verb: &Cancel) -> Result<ExitCode, Failure> {
    let host = running(global).await?;
    let function = find(&host, &verb.function).await?;
    let now: Function = call(&host, "cancel", json!({"function": function.id})).await?;
    match now.problem {
        Some(problem) => say(problem),
        None => say(format_args!("nothing goes on for {} any more", function.name)),
    }
    Ok(ExitCode::SUCCESS)
}
