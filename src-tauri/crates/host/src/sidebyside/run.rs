//! Rows that go on: one after the other, each kept when it is done. One that comes to nothing is said, and the next begun.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, RowFailure, RowKind, RowResult, RowRun};
use coldframe_providers::{
    clock,
    invocation::{Event, FunctionRef},
};
use tokio_util::sync::CancellationToken;

use super::{
    demos, rows,
    stage::{Result, Stage},
};
use crate::{host::Host, shape::time_text};

pub(super) struct Parts {
    pub(super) host: Host,
    pub(super) engine: Engine,
    pub(super) function: FunctionRef,
    pub(super) event: Event,
    pub(super) long_event: Option<Event>,
    pub(super) asked: wire::RunRows,
}

pub(super) struct Running {
    parts: Parts,
    progress: Mutex<Progress>,
    stop: CancellationToken,
    pub(super) over: CancellationToken,
}

/// Locked for a few words at a time.
struct Progress {
    row: RowKind,
    doing: String,
    done: f64,
    waiting: Vec<RowKind>,
    failures: Vec<RowFailure>,
}

impl Running {
    /// `wanted`: at least one.
    pub(super) fn start(parts: Parts, wanted: Vec<RowKind>) -> Arc<Self> {
        let progress = Progress {
            row: wanted.first().copied().unwrap_or(RowKind::Provisioning),
            doing: String::new(),
            done: 0.0,
            waiting: wanted.clone(),
            failures: Vec::new(),
        };
        let run = Arc::new(Self {
            parts,
            progress: Mutex::new(progress),
            stop: CancellationToken::new(),
            over: CancellationToken::new(),
        });
        tokio::spawn(Arc::clone(&run).go(wanted));
        run
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn function(&self) -> i64 {
        self.parts.asked.function
    }

    pub(super) fn name(&self) -> &str {
        &self.parts.function.name
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn doing(&self, what: &str, done: f64) {
        let mut progress = self.progress();
        what.clone_into(&mut progress.doing);
        progress.done = done.clamp(0.0, 1.0);
    }

    /// `None` when it is over.
    pub(super) fn told(&self) -> Option<RowRun> {
        if self.over.is_cancelled() {
            return None;
        }
        let progress = self.progress();
        Some(RowRun {
            function: self.function(),
            row: progress.row,
            doing: progress.doing.clone(),
            done: progress.done,
            waiting: progress.waiting.clone(),
            stopping: self.stop.is_cancelled(),
        })
    }

    pub(super) fn failures(&self) -> Vec<RowFailure> {
        self.progress().failures.clone()
    }

    async fn go(self: Arc<Self>, wanted: Vec<RowKind>) {
        for kind in wanted {
            {
                let mut progress = self.progress();
                progress.waiting.retain(|waiting| *waiting != kind);
                (progress.row, progress.doing, progress.done) = (kind, String::new(), 0.0);
            }
            let Parts { host, engine, function, event, long_event, asked } = &self.parts;
            let long_event = long_event.as_ref();
            let stage = Stage { host, engine, function, event, long_event, asked, running: &self };
            let found = tokio::select! {
                found = happen(kind, &stage) => found,
                () = self.stop.cancelled() => break,
            };
            match found {
                Ok(result) => self.keep(kind, result).await,
                Err(failed) => self.progress().failures.push(RowFailure {
                    row: kind,
                    message: failed.error.message,
                    hint: failed.error.hint,
                    not_resident: failed.not_resident,
                }),
            }
        }
        self.over.cancel();
    }

    async fn keep(&self, kind: RowKind, result: RowResult) {
        let (tables, project) = (self.parts.host.tables(), self.parts.engine.project_id());
        let result = RowResult { at: time_text(clock::now_us()), ..result };
        let function = self.function();
        let kept = tokio::task::spawn_blocking(move || tables.put(project, function, kind, result)).await;
        if let Err(error) = kept.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
            self.progress().failures.push(RowFailure {
                row: kind,
                message: format!("what came of it cannot be kept: {error}"),
                hint: Some("is the disk full, or the data directory read-only?".to_owned()),
                not_resident: false,
            });
        }
    }
}

/// Whom it reaches may have been seen only by the calls of the rows before.
async fn happen(kind: RowKind, stage: &Stage<'_>) -> Result<RowResult> {
    if rows::of(kind).sends_twice {
        stage.host.may_call_twice(stage.engine, stage.id(), stage.asked.writes_twice_ok).await?;
    }
    demos::run(kind, stage).await
}
