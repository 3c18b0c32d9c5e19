//! A function as whoever compares has it: started and called when they say, each instance outside of the pool and of
//! the record, with the whole CPU. Two engines' subjects in turn are two states of the code under the same conditions.

use std::{path::Path, sync::Arc, time::Duration};

use coldframe_providers::{
    domain::Function,
    invocation::{Event, Failure},
};
use tokio::sync::OwnedSemaphorePermit;

use super::{OnTrial, TrialError, TrialFailure, TrialRun, call};
use crate::{Engine, MeasuredInit, app::Disk, instance::StartRequest};

/// Of one engine there is one at a time: another trial waits till it is dropped.
#[derive(Debug)]
pub struct Subject {
    engine: Engine,
    function: Arc<Function>,
    start: StartRequest,
    disk: Option<Disk>,
    _alone: Arc<OwnedSemaphorePermit>,
}

/// What a start took until it was ready for its first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    pub boot: Duration,
    pub init: Duration,
    /// CPU time of both, of the whole process tree.
    pub cpu: Duration,
    pub peak_memory_kb: u64,
}

/// One of its instances. Dropping it ends the process.
#[derive(Debug)]
pub struct Living {
    instance: OnTrial,
    function: Arc<Function>,
    pub started: Started,
}

impl Engine {
    /// Builds the function, if that has not been done.
    ///
    /// # Errors
    /// There is no such function, or it could not be built.
    pub async fn subject(&self, function_id: i64) -> Result<Subject, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let alone = self.world().guard.trial().await;
        let (mut start, disk) = app.lend().await.map_err(TrialError::Problem)?;
        start.cpu_milli = None;
        Ok(Subject { engine: self.clone(), function, start, disk, _alone: Arc::new(alone) })
    }

    /// The revision that serves and the one before it, if there is one: from copies of their files, so that no save
    /// changes them. `None` where no copy is kept, or nothing serves.
    ///
    /// # Errors
    /// There is no such function.
    pub async fn saved(&self, function_id: i64) -> Result<Option<(Subject, Option<Subject>)>, TrialError> {
        let (app, function) = self.registry().app_of(function_id).ok_or(TrialError::NoFunction)?;
        let alone = Arc::new(self.world().guard.trial().await);
        let of = |start| Subject {
            engine: self.clone(),
            function: Arc::clone(&function),
            start,
            disk: None,
            _alone: Arc::clone(&alone),
        };
        Ok(app.lend_both().map(|pair| (of(pair.now), pair.before.map(of))))
    }
}

impl Subject {
    /// MiB it is configured with.
    pub fn memory_mb(&self) -> u32 {
        self.start.revision.app.settings.memory_mb
    }

    /// Its short hash.
    pub fn revision(&self) -> &str {
        &self.start.revision.hash
    }

    /// Where its code lies before anything is built of it.
    pub fn root(&self) -> &Path {
        &self.start.revision.app.root
    }

    /// Starts an instance and waits until it is ready for its first event. Dropping the future ends it.
    ///
    /// # Errors
    /// It could not be started at all; the inner one: its init failed.
    pub async fn start(&self) -> Result<Result<Living, TrialFailure>, TrialError> {
        let started = self.engine.start(&self.start, self.disk.clone()).await?;
        Ok(started.map(|instance| {
            let used = *instance.usage.lock().expect("copied out, never poisoned");
            let started = Started {
                boot: instance.phases.boot,
                init: instance.phases.init,
                cpu: used.cpu_user + used.cpu_system,
                peak_memory_kb: used.peak_memory_kb,
            };
            Living { instance: OnTrial(instance), function: Arc::clone(&self.function), started }
        }))
    }

    /// Measures what the imports of one init take.
    ///
    /// # Errors
    /// It could not be started at all.
    pub async fn imports(&self) -> Result<MeasuredInit, TrialError> {
        self.engine.imports_of(self.start.clone(), self.disk.clone()).await
    }
}

impl Living {
    /// # Errors
    /// The call failed, or its callers would be told so.
    pub async fn call(&self, event: Event) -> Result<TrialRun, TrialFailure> {
        let answered = call::run(&self.instance.0, &self.function, event).await?;
        if answered.head.failed.is_some() || answered.head.status.is_server_error() {
            let message = format!("it is answered with {}", answered.head.status);
            return Err(TrialFailure { kind: Failure::Error, message });
        }
        Ok(answered.run)
    }
}
