//! One map: so many workers, each takes the next item, calls, and writes the answer down; and one that looks on, keeps
//! what is told of the map, and ends it.

use std::{
    fs::File,
    io::{self, BufWriter, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use coldframe_engine::Engine;
use coldframe_protocol::{MapAnswer, MapFigures, MapRun, MapState};
use coldframe_providers::{
    clock,
    invocation::{Answer, CallContext, Event, FunctionRef, Invocation, Invoke, Outcome, Trigger},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use crate::{
    commands::{Shown, show},
    shape::time_text,
    usage,
};

const LOOK: Duration = Duration::from_millis(250);
/// Looks between two states that are kept.
const KEEP_EVERY: u32 = 20;
/// After a call that found no place, or one that failed; doubled each time.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Parts {
    pub(super) engine: Engine,
    pub(super) shelf: Shelf,
    pub(super) function: FunctionRef,
    pub(super) items: Vec<String>,
    /// What is sent for each.
    pub(super) events: Vec<Event>,
    /// As it begins.
    pub(super) run: MapRun,
}

pub(super) struct Running {
    parts: Parts,
    next: AtomicUsize,
    progress: Mutex<Progress>,
    /// Nothing new is begun.
    stop: CancellationToken,
    /// Nothing is waited for.
    halt: CancellationToken,
    /// It is over and kept.
    pub(super) over: CancellationToken,
}

/// Locked for a few counts and a line at a time.
struct Progress {
    figures: MapFigures,
    state: MapState,
    began: Instant,
    ended_us: Option<i64>,
    answers: BufWriter<File>,
}

impl Running {
    /// # Errors
    /// The file of the answers cannot be created.
    pub(super) fn start(parts: Parts) -> io::Result<Arc<Self>> {
        let answers = BufWriter::new(parts.shelf.begin(parts.run.id)?);
        let progress = Progress {
            figures: parts.run.figures.clone(),
            state: MapState::Running,
            began: Instant::now(),
            ended_us: None,
            answers,
        };
        let map = Arc::new(Self {
            parts,
            next: AtomicUsize::new(0),
            progress: Mutex::new(progress),
            stop: CancellationToken::new(),
            halt: CancellationToken::new(),
            over: CancellationToken::new(),
        });
        map.keep();
        tokio::spawn(Arc::clone(&map).look_on());
        Ok(map)
    }

    pub(super) fn id(&self) -> i64 {
        self.parts.run.id
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.progress().state = MapState::Stopping;
        self.stop.cancel();
    }

    pub(super) async fn halt(&self) {
        self.stop.cancel();
        self.halt.cancel();
        self.over.cancelled().await;
    }

    pub(super) fn run(&self) -> MapRun {
        let mut progress = self.progress();
        if progress.ended_us.is_none() {
            progress.figures.elapsed_s = progress.began.elapsed().as_secs_f64();
        }
        MapRun {
            state: progress.state,
            ended_at: progress.ended_us.map(time_text),
            figures: progress.figures.clone(),
            ..self.parts.run.clone()
        }
    }

    /// Everything answered so far is in its file.
    pub(super) fn flush(&self) {
        let _ = self.progress().answers.flush();
    }

    async fn look_on(self: Arc<Self>) {
        let mut workers = JoinSet::new();
        let wanted = usize::try_from(self.parts.run.parallel).unwrap_or(1).min(self.parts.events.len());
        for _ in 0..wanted {
            workers.spawn(Arc::clone(&self).work());
        }
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut count: u32 = 0;
        loop {
            tokio::select! {
                ended = workers.join_next() => if ended.is_none() { break },
                () = self.halt.cancelled(), if !workers.is_empty() => workers.abort_all(),
                _ = looks.tick() => {
                    self.sample();
                    count = count.wrapping_add(1);
                    if count.is_multiple_of(KEEP_EVERY) {
                        self.keep();
                    }
                }
            }
        }
        self.sample();
        {
            let mut progress = self.progress();
            let done = progress.figures.ok + progress.figures.failed == progress.figures.items;
            progress.state = if done { MapState::Done } else { MapState::Stopped };
            progress.figures.in_flight = 0;
            progress.figures.elapsed_s = progress.began.elapsed().as_secs_f64();
            progress.ended_us = Some(clock::now_us());
        }
        self.keep();
        self.over.cancel();
    }

    async fn work(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.parts.events.len() {
                return;
            }
            if let Some(answer) = self.answer(index).await {
                self.take(&answer);
            }
        }
    }

    /// Tries an item until it succeeds or its attempts are used up; `None` if it was stopped before it had a place.
    async fn answer(&self, index: usize) -> Option<MapAnswer> {
        let (mut attempts, mut pause) = (1, PAUSE);
        loop {
            let begun = Instant::now();
            self.progress().figures.in_flight += 1;
            let Outcome { answer, served, invocation_id, .. } =
                self.parts.engine.invoke(self.invocation(index)).await;
            let throttled = matches!(answer, Answer::Throttled(_));
            let Shown { ok, body, error } = show(answer).await;
            let again = !ok && attempts < self.parts.run.attempts;
            {
                let figures = &mut self.progress().figures;
                figures.in_flight -= 1;
                if let Some(served) = served {
                    figures.cold += u64::from(served.cold);
                    figures.work_s += (served.init + served.handler).as_secs_f64();
                    usage::add(&mut figures.usage, served);
                }
                figures.throttled += u64::from(throttled);
                figures.retries += u64::from(again && !throttled);
            }
            if throttled || again {
                attempts += u32::from(!throttled);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = self.stop.cancelled() => return None,
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
            return Some(MapAnswer {
                index: index as u64,
                item: self.parts.items[index].clone(),
                ok,
                answer: body.text,
                base64: body.base64,
                error: (!ok).then(|| error.unwrap_or_else(|| "it answered with a server error".to_owned())),
                ms: begun.elapsed().as_secs_f64() * 1000.0,
                cold: served.is_some_and(|served| served.cold),
                attempts,
                invocation: invocation_id,
            });
        }
    }

    fn invocation(&self, index: usize) -> Invocation {
        Invocation {
            function: self.parts.function.clone(),
            request_id: uuid::Uuid::new_v4().to_string(),
            trigger: Trigger::Map,
            event: self.parts.events[index].clone(),
            received: Instant::now(),
            cold: false,
            context: CallContext::default(),
            status_of: coldframe_providers::invocation::as_it_is,
        }
    }

    fn take(&self, answer: &MapAnswer) {
        let mut progress = self.progress();
        if answer.ok {
            progress.figures.ok += 1;
        } else {
            progress.figures.failed += 1;
        }
        let line = serde_json::to_vec(answer).map_err(io::Error::other);
        let written = line.and_then(|mut line| {
            line.push(b'\n');
            progress.answers.write_all(&line)
        });
        if let Err(error) = written {
            tracing::error!(%error, "an answer of a map cannot be written");
        }
    }

    fn sample(&self) {
        let Some(status) = self.parts.engine.function_status(self.parts.run.function) else { return };
        let alive = u32::try_from(status.instances.len() + status.starting).unwrap_or(u32::MAX);
        let figures = &mut self.progress().figures;
        figures.instances = alive;
        figures.peak_instances = figures.peak_instances.max(alive);
    }

    fn keep(&self) {
        self.flush();
        let run = self.run();
        if let Err(error) = self.parts.shelf.keep(self.parts.engine.project_id(), &run) {
            tracing::error!(%error, "a map cannot be kept");
        }
    }
}
