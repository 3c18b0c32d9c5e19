//! `coldframe map`: a function run once for every line, row or file of an input set. Answers are JSON Lines on standard
//! output, in the order of the items; how it goes is told on standard error.

use std::{io::Read as _, path::Path, process::ExitCode, time::Duration};

use coldframe_host::Connection;
use coldframe_protocol::{ExportedFile, MapAnswers, MapFigures, MapRun, MapState};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    Failure,
    args::{Global, Map},
    verbs::{call, connect, find, say},
};

const LOOK: Duration = Duration::from_millis(200);
/// Looks between two lines for a person.
const TELL_EVERY: u32 = 5;

pub(crate) async fn run(global: Global, verb: Map) -> Result<ExitCode, Failure> {
    let input = input(&verb.input)?;
    let host = connect(global, verb.dir.clone()).await?;
    let result = collect(&host, &verb, input).await;
    host.shutdown().await;
    let (run, answers) = result?;
    match &verb.out {
        Some(file) => std::fs::write(file, answers.text).map_err(|error| {
            Failure::Failed(format!(
                "cannot write {}: {error}\nhint: the answers are kept; the app's Load page exports them",
                file.display()
            ))
        })?,
        None => say(answers.text.trim_end()),
    }
    eprintln!("{}", summary(&run));
    let figures = &run.figures;
    Ok(if figures.ok == figures.items { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A path is this process's, not the host's.
fn input(path: &Path) -> Result<Value, Failure> {
    if path != Path::new("-") {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        return Ok(json!({ "path": path }));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Usage(format!("cannot read the items from standard input: {error}")))?;
    Ok(json!({ "text": text }))
}

async fn collect(host: &Connection, verb: &Map, input: Value) -> Result<(MapRun, ExportedFile), Failure> {
    let function = find(host, &verb.function).await?;
    let request = json!({
        "function": function.id,
        "input": input,
        "parallel": verb.parallel,
        "attempts": verb.attempts,
    });
    let begun: MapRun = call(host, "start_map", request).await?;
    eprintln!("{} {} from {}", begun.figures.items, begun.form, begun.input);
    let id = json!({ "id": begun.id });
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // One listener for as long as it takes: a signal between two looks is not missed.
    let mut interrupted = Box::pin(tokio::signal::ctrl_c());
    let mut count: u32 = 0;
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            _ = &mut interrupted => {
                interrupted = Box::pin(tokio::signal::ctrl_c());
                call::<MapRun>(host, "stop_map", id.clone()).await?;
                eprintln!("stopping: calls under way are waited for");
            }
        }
        let query = json!({ "id": begun.id, "limit": 1 });
        let MapAnswers { run, .. } = call(host, "map_answers", query).await?;
        if run.state.is_over() {
            return Ok((run, call(host, "export_map", id).await?));
        }
        count += 1;
        if count.is_multiple_of(TELL_EVERY) {
            eprintln!("{}", progress(&run.figures));
        }
    }
}

fn progress(figures: &MapFigures) -> String {
    let MapFigures { items, ok, failed, in_flight, instances, elapsed_s, .. } = figures;
    format!(
        "{elapsed_s:.0} s: {} of {items} answered, {failed} failed, {in_flight} under way, {instances} instances",
        ok + failed
    )
}

fn summary(run: &MapRun) -> String {
    let figures = &run.figures;
    let ended = match run.state {
        MapState::Done => "done",
        MapState::Interrupted => "interrupted",
        MapState::Running | MapState::Stopping | MapState::Stopped => "stopped",
    };
    let mut text = format!(
        "{ended} after {:.1} s: {} ok, {} failed, {} cold, {} instances at most; one after another it would have taken about {:.1} s",
        figures.elapsed_s, figures.ok, figures.failed, figures.cold, figures.peak_instances, figures.work_s
    );
    let left = figures.items - figures.ok - figures.failed;
    if left > 0 {
        text.push_str(&format!("; {left} items were not run"));
    }
    if let Some(price) = &run.price {
        text.push_str(&format!("; ${} on {}", price.usd, price.title));
    }
    text
}
