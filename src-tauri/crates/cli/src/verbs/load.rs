//! `coldframe load`: traffic sent to a function, told on standard error while it runs, and what came of it. Ctrl-C sends
//! no more; a second one does not wait for the calls under way either.

use std::{process::ExitCode, time::Duration};

use coldframe_host::Connection;
use coldframe_protocol::{LoadCourse, LoadDetail, LoadFigures, LoadPrice, LoadRun, LoadState};
use serde_json::json;
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    Failure,
    args::{Global, Load, Shape},
    verbs::{
        call, connect, find,
        invoke::event,
        measured::{NOTHING, ms},
        print_json, say,
    },
};

/// How often the host is asked how it goes.
const LOOK: Duration = Duration::from_millis(200);
/// Looks between two lines for a person.
const TELL_EVERY: u32 = 5;

pub(crate) async fn run(global: Global, verb: Load) -> Result<ExitCode, Failure> {
    let event = event::read(verb.event.as_deref())?;
    let host = connect(global, verb.dir.clone()).await?;
    let result = send(&host, &verb, event).await;
    host.shutdown().await;
    let detail = result?;
    if verb.json {
        print_json(&detail);
    } else {
        show(&detail);
    }
    Ok(if detail.run.figures.ok == 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn send(host: &Connection, verb: &Load, event: String) -> Result<LoadDetail, Failure> {
    let function = find(host, &verb.function).await?;
    let replay = verb.shape == Shape::Replay;
    let request = json!({
        "function": function.id,
        "event": event,
        "shape": verb.shape,
        "rate": verb.rate,
        "from_rate": verb.from,
        "peak_rate": verb.peak,
        "peak_s": verb.peak_for,
        "seconds": (!replay).then_some(verb.length_s),
        "replay_minutes": verb.last,
        "speed": verb.speed,
        "seed": verb.seed,
        "most_in_flight": verb.in_flight,
        "most_waiting": verb.waiting,
        "twin": verb.twin,
        "writes_twice_ok": verb.twice,
    });
    let begun: LoadRun = call(host, "start_load", request).await?;
    let id = json!({"id": begun.id});
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
                call::<LoadRun>(host, "stop_load", id.clone()).await?;
                eprintln!("stopping; Ctrl-C again does not wait for the calls under way");
            }
        }
        let detail: LoadDetail = call(host, "load", id.clone()).await?;
        if detail.run.state.is_over() {
            return Ok(detail);
        }
        count += 1;
        if count.is_multiple_of(TELL_EVERY) {
            eprintln!("{}", progress(&detail.run));
        }
    }
}

/// One line while it runs.
fn progress(run: &LoadRun) -> String {
    let LoadFigures { elapsed_s, sent, in_flight, instances, latency, .. } = &run.figures;
    let (p50, p99) =
        latency.as_ref().map_or((None, None), |latency| (Some(latency.p50_ms), Some(latency.p99_ms)));
    let mut line = format!(
        "{elapsed_s:.0} s of {:.0} s: {sent} sent, {in_flight} under way, p50 {}, p99 {}, {instances} instances",
        run.plan.seconds,
        ms(p50),
        ms(p99)
    );
    for (count, what) in trouble(&run.figures) {
        line.push_str(&format!(", {count} {what}"));
    }
    if run.state == LoadState::Draining {
        line.push_str("; nothing more is sent");
    }
    line
}

/// What is only said where there is some of it.
fn trouble(figures: &LoadFigures) -> impl Iterator<Item = (u64, &'static str)> {
    let all = [
        (figures.errors, "errors"),
        (figures.throttled, "throttled"),
        (figures.dropped - figures.crowded.min(figures.dropped), "dropped"),
        (figures.crowded, "not sent: this machine cannot keep up"),
        (figures.unfinished, "not waited for"),
    ];
    all.into_iter().filter(|(count, _)| *count > 0)
}

fn show(detail: &LoadDetail) {
    let run = &detail.run;
    let ended = match run.state {
        LoadState::Done => "done",
        LoadState::Interrupted => "interrupted",
        LoadState::Stopped | LoadState::Running | LoadState::Draining => "stopped",
    };
    say(format_args!("{}: {ended} after {:.1} s\n", run.name, run.figures.elapsed_s));
    let pool =
        Side { figures: &run.figures, price: run.price.as_ref(), course: &detail.course, title: "instances" };
    pool.show();
    if let (Some(twin), Some(course)) = (&run.twin, &detail.twin_course) {
        say("\non its resident twin\n");
        Side { figures: &twin.figures, price: twin.price.as_ref(), course, title: "processes" }.show();
        if let Some(why) = &twin.held_up {
            say(format_args!("held up    {why}"));
        }
    }
    say("\nIt rests on:");
    for sentence in &detail.rests_on {
        say(format_args!("- {sentence}"));
    }
}

/// What became of a run's calls on the pool, or on the twin.
struct Side<'a> {
    figures: &'a LoadFigures,
    price: Option<&'a LoadPrice>,
    course: &'a LoadCourse,
    /// What they ran on.
    title: &'static str,
}

impl Side<'_> {
    fn show(&self) {
        let figures = self.figures;
        let mut calls = format!("{} due, {} sent, {} ok", figures.due, figures.sent, figures.ok);
        for (count, what) in trouble(figures) {
            calls.push_str(&format!(", {count} {what}"));
        }
        say(format_args!("calls      {calls}, {} cold", figures.cold));
        say(format_args!(
            "rate       {:.1} a second wanted, {:.1} achieved",
            figures.wanted_rate, figures.achieved_rate
        ));
        say(format_args!("latency    {}", latency(figures)));
        say(format_args!("{}  {} at most", self.title, figures.peak_instances));
        if let Some(price) = self.price {
            say(format_args!(
                "price      ${} an hour at that rate, ${} a million, on {}: {}",
                price.usd_per_hour, price.usd_per_million, price.title, price.basis
            ));
        }
        for failure in &self.course.failures {
            say(format_args!("failed     {} × {}", failure.calls, failure.what));
        }
    }
}

fn latency(figures: &LoadFigures) -> String {
    let Some(latency) = &figures.latency else { return NOTHING.to_owned() };
    let figures = [
        ("mean", latency.mean_ms),
        ("p50", latency.p50_ms),
        ("p90", latency.p90_ms),
        ("p99", latency.p99_ms),
        ("p99.9", latency.p999_ms),
        ("most", latency.max_ms),
    ];
    figures.map(|(name, value)| format!("{name} {}", ms(Some(value)))).join(", ")
}
