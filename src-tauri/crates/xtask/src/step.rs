//! One check after the other: each announced, timed and counted; a failing one stops nothing that does not need it.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{count::Count, repository::shown};

/// A step that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(25 * 60);

enum Outcome {
    Passed,
    Failed(String),
    /// Could not even be tried, and that is no fault of the code (a tool the machine lacks).
    Missing(String),
    /// Something it needs has failed.
    Blocked(&'static str),
    NotAsked,
}

struct Done {
    name: &'static str,
    outcome: Outcome,
    count: Count,
    took: Duration,
}

/// The steps so far.
pub(crate) struct Steps {
    /// Beginnings of names; empty: all steps.
    only: Vec<String>,
    done: Vec<Done>,
}

impl Steps {
    pub(crate) fn new(only: &[String]) -> Self {
        Self { only: only.to_vec(), done: Vec::new() }
    }

    fn asked(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only.as_str()))
    }

    /// Runs a step unless one of `needs` has failed. Whether it passed.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        needs: &[&'static str],
        work: impl FnOnce() -> Result<Count>,
    ) -> bool {
        if !self.asked(name) {
            return self.end(name, Outcome::NotAsked, Count::default(), Duration::ZERO);
        }
        println!("\n==> {name}");
        if let Some(needed) = needs.iter().find(|needed| self.failed(needed)) {
            return self.end(name, Outcome::Blocked(needed), Count::default(), Duration::ZERO);
        }
        let start = Instant::now();
        let (outcome, count) = match work() {
            Ok(count) if count.failed == 0 => (Outcome::Passed, count),
            Ok(count) => (Outcome::Failed(format!("{} tests failed", count.failed)), count),
            Err(error) => {
                // Whatever failed counts, also when no single test says so.
                let count = error.downcast_ref::<Failed>().map(|failed| failed.0).unwrap_or_default();
                (Outcome::Failed(format!("{error:#}")), Count { failed: count.failed.max(1), ..count })
            }
        };
        self.end(name, outcome, count, start.elapsed())
    }

    /// A step whose tool the machine lacks: said loudly, not counted as a failure of the code.
    pub(crate) fn missing(&mut self, name: &'static str, what: &str) {
        println!("\n==> {name}");
        self.end(name, Outcome::Missing(what.to_owned()), Count::default(), Duration::ZERO);
    }

    fn failed(&self, name: &str) -> bool {
        let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_) | Outcome::Blocked(_));
        self.done.iter().any(|done| done.name == name && failed(&done.outcome))
    }

    fn end(&mut self, name: &'static str, outcome: Outcome, mut count: Count, took: Duration) -> bool {
        if matches!(outcome, Outcome::Blocked(_)) {
            count.failed = 1;
        }
        let done = Done { name, outcome, count, took };
        if !matches!(done.outcome, Outcome::NotAsked) {
            println!("{}", line(&done));
        }
        let passed = matches!(done.outcome, Outcome::Passed);
        self.done.push(done);
        passed
    }

    /// Prints every step once more and, alone on the last line, the sum. Whether nothing failed.
    pub(crate) fn finish(self, took: Duration) -> bool {
        println!("\n==> all steps, {}", time(took));
        let mut sum = Count::default();
        for done in &self.done {
            sum.add(done.count);
            println!("{}", line(done));
        }
        println!("{} passed, {} failed", sum.passed, sum.failed);
        sum.failed == 0
    }
}

fn line(done: &Done) -> String {
    let Done { name, outcome, count, took } = done;
    let tests = if count.passed > 0 { format!(", {} tests", count.passed) } else { String::new() };
    match outcome {
        Outcome::Passed => format!("ok       {name} ({}{tests})", time(*took)),
        Outcome::Failed(why) => format!("FAILED   {name} ({}): {why}", time(*took)),
        Outcome::Missing(what) => format!("MISSING  {name}: NOT CHECKED, {what}"),
        Outcome::Blocked(needed) => format!("FAILED   {name}: not run, it needs \"{needed}\""),
        Outcome::NotAsked => format!("-        {name}: not asked for"),
    }
}

fn time(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// A command failed after printing this count.
#[derive(Debug, thiserror::Error)]
#[error("{1}")]
struct Failed(Count, String);

/// Runs a command with its output on ours, counting the tests it reports.
pub(crate) fn counted(command: &mut Command) -> Result<Count> {
    let name = shown(command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot run `{name}`"))?;
    let (lines, output) = mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as _),
        child.stderr.take().map(|pipe| Box::new(pipe) as _),
    ];
    for stream in streams.into_iter().flatten() {
        let lines = lines.clone();
        thread::spawn(move || forward(stream, &lines));
    }
    drop(lines);
    let deadline = Instant::now() + LONGEST;
    let mut count = Count::default();
    loop {
        match output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                count.add(Count::in_line(&line));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                bail!(Failed(count, format!("`{name}` hangs: ended after {}", time(LONGEST))));
            }
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{name}`"))?;
    if !status.success() {
        let failed =
            if count.failed > 0 { format!(", {} tests failed", count.failed) } else { String::new() };
        bail!(Failed(count, format!("`{name}` ended with {status}{failed}")));
    }
    Ok(count)
}

fn forward(stream: impl Read, lines: &mpsc::Sender<String>) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line);
        if lines.send(text.trim_end_matches(['\n', '\r']).to_owned()).is_err() {
            return;
        }
        line.clear();
    }
}
