//! Rounds: in each a start of either side with its calls, in turn, so that whatever else the machine does meets both.

use std::time::{Duration, Instant};

use coldframe_engine::{Living, Subject, TrialError, TrialFailure, TrialRun};
use coldframe_providers::invocation::{Event, Failure};
use coldframe_report::receipt::{ROUNDS, Side, more_rounds};

/// Warm calls of a round take about so long on each side.
const WARM_TIME: Duration = Duration::from_millis(100);
const WARM_CALLS: std::ops::RangeInclusive<usize> = 3..=10;

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    pub(super) end: Instant,
    /// Rounds that make a good answer better are begun before this.
    further: Instant,
    /// Those without which there is none before this: what is left is for imports.
    rounds: Instant,
}

impl Until {
    pub(super) fn within(time: Duration) -> Self {
        let now = Instant::now();
        Self { end: now + time, further: now + time / 3, rounds: now + time * 4 / 5 }
    }
}

/// One state of the code, and its events as its contract has them.
pub(super) struct Compared {
    pub(super) subject: Subject,
    /// None: it is only started.
    pub(super) events: Vec<Event>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Now,
    Before,
}

impl Which {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Before => "before",
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) now: Side,
    pub(super) before: Side,
    pub(super) rounds: u32,
    /// Warm calls of each side.
    pub(super) calls: u32,
    /// All calls that were made, of both sides.
    pub(super) made: u32,
    /// The most of all rounds, MiB.
    pub(super) most_memory: f64,
    pub(super) failure: Option<(Which, TrialFailure)>,
}

type Step<T> = Result<T, (Which, TrialFailure)>;

/// Takes rounds until they are enough, the time is over, or a side fails.
pub(super) async fn measure(now: &Compared, before: Option<&Compared>, until: Until) -> Measured {
    let mut measured = Measured::default();
    // The first of each makes caches, and is no sample; it also tells how long a call takes.
    let mut calls = *WARM_CALLS.end();
    for (which, side) in
        [Some((Which::Now, now)), before.map(|before| (Which::Before, before))].into_iter().flatten()
    {
        match first(which, side).await {
            Ok((took, made)) => {
                measured.made += made;
                let fit = WARM_TIME.as_nanos() / took.as_nanos().max(1);
                calls = calls.min(usize::try_from(fit).unwrap_or(usize::MAX)).max(*WARM_CALLS.start());
            }
            Err(failure) => {
                measured.failure = Some(failure);
                return measured;
            }
        }
    }
    loop {
        let more = match before {
            Some(_) => more_rounds(&measured.before, &measured.now),
            None => more_rounds(&Side::default(), &measured.now),
        };
        let before_long = if more.needed { until.rounds } else { until.further };
        if more.rounds == 0 || (measured.rounds >= ROUNDS && Instant::now() >= before_long) {
            return measured;
        }
        for _ in 0..more.rounds {
            // One at least, so that there is something to tell.
            if measured.rounds > 0 && Instant::now() >= until.rounds {
                return measured;
            }
            if let Err(failure) = round(now, before, calls, &mut measured).await {
                measured.failure = Some(failure);
                return measured;
            }
        }
    }
}

/// How long a warm call takes, for ever without events; and how many calls told that.
async fn first(which: Which, side: &Compared) -> Step<(Duration, u32)> {
    let failed = |failure| (which, failure);
    let living = start(side).await.map_err(failed)?;
    let (mut took, mut made) = (Duration::MAX, 0);
    for event in side.events.iter().take(1).chain(&side.events) {
        took = took.min(living.call(event.clone()).await.map_err(failed)?.handler);
        made += 1;
    }
    Ok((took, made))
}

/// What cannot be started at all fails as one whose init does.
async fn start(side: &Compared) -> Result<Living, TrialFailure> {
    match side.subject.start().await {
        Ok(started) => started,
        Err(error @ (TrialError::NoFunction | TrialError::Problem(_))) => {
            Err(TrialFailure { kind: Failure::InitError, message: error.to_string() })
        }
    }
}

/// What one instance of a round came to.
struct Sample {
    living: Living,
    first: Option<TrialRun>,
    /// For each event its warm calls.
    warm: Vec<Vec<TrialRun>>,
}

impl Sample {
    fn calls(&self) -> u32 {
        let made = usize::from(self.first.is_some()) + self.warm.iter().map(Vec::len).sum::<usize>();
        u32::try_from(made).unwrap_or(u32::MAX)
    }
}

/// How often a function is called, about, whose calls are short: on both sides, in the rounds that are taken at first.
pub(super) fn calls_at_first(events: usize, compared: bool) -> usize {
    let in_turn = WARM_CALLS.end().div_ceil(events.max(1)) * events;
    let rounds = usize::try_from(ROUNDS).unwrap_or(usize::MAX);
    let each = if events == 0 { 0 } else { 1 + events + rounds * (1 + in_turn) };
    each * if compared { 2 } else { 1 }
}

async fn round(now: &Compared, before: Option<&Compared>, calls: usize, measured: &mut Measured) -> Step<()> {
    let mut order: Vec<(Which, &Compared)> = vec![(Which::Now, now)];
    order.extend(before.map(|before| (Which::Before, before)));
    // Now first, before first, and so on: who comes second finds the machine as the first has left it.
    if measured.rounds % 2 == 1 {
        order.reverse();
    }
    let mut samples = Vec::new();
    for (which, side) in &order {
        samples.push(cold(side).await.map_err(|failure| (*which, failure))?);
    }
    let events = now.events.len();
    for call in 0..calls.div_ceil(events.max(1)) {
        for event in 0..events {
            // One side begins, then the other.
            let turns: Vec<usize> =
                if call % 2 == 0 { (0..samples.len()).collect() } else { (0..samples.len()).rev().collect() };
            for turn in turns {
                let (which, side) = order[turn];
                let Some(asked) = side.events.get(event) else { continue };
                let run =
                    samples[turn].living.call(asked.clone()).await.map_err(|failure| (which, failure))?;
                samples[turn].warm[event].push(run);
            }
        }
    }
    measured.rounds += 1;
    measured.calls +=
        u32::try_from(samples.first().map_or(0, |sample| sample.warm.iter().map(Vec::len).sum()))
            .unwrap_or(0);
    for ((which, _), sample) in order.iter().zip(&samples) {
        let side = match which {
            Which::Now => &mut measured.now,
            Which::Before => &mut measured.before,
        };
        measured.made += sample.calls();
        let memory = note(side, sample);
        if *which == Which::Now {
            measured.most_memory = measured.most_memory.max(memory);
        }
    }
    Ok(())
}

async fn cold(side: &Compared) -> Result<Sample, TrialFailure> {
    let living = start(side).await?;
    let first = match side.events.first() {
        Some(event) => Some(living.call(event.clone()).await?),
        None => None,
    };
    Ok(Sample { living, first, warm: vec![Vec::new(); side.events.len()] })
}

/// Adds an instance's figures; the most memory it had.
fn note(side: &mut Side, sample: &Sample) -> f64 {
    let started = sample.living.started;
    let init = ms(started.boot + started.init);
    side.cold.push(init + sample.first.map_or(0.0, |run| ms(run.handler)));
    side.init.push(init);
    side.start_cpu.push(ms(started.cpu));
    let warm = |of: fn(&TrialRun) -> Duration| {
        let each = sample.warm.iter().map(|runs| runs.iter().map(|run| ms(of(run))).collect::<Vec<f64>>());
        let medians: Vec<f64> = each.filter_map(median).collect();
        (!medians.is_empty()).then(|| medians.iter().sum::<f64>() / medians.len() as f64)
    };
    side.warm.extend(warm(|run| run.handler));
    side.call_cpu.extend(warm(|run| run.cpu));
    let runs = sample.first.iter().chain(sample.warm.iter().flatten());
    let peak = runs.map(|run| run.peak_memory_kb).chain([started.peak_memory_kb]).max().unwrap_or(0);
    let memory = peak as f64 / 1024.0;
    if peak > 0 {
        side.memory.push(memory);
    }
    memory
}

pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(values[values.len() / 2 - 1], upper)) }
}

fn ms(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}
