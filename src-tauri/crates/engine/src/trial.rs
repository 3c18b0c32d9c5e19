//! A trial: one size of a function, measured by running events on instances of its own, with that memory and the share
//! of the CPU it buys. The app's pool does not know of it, and neither does the record: what was measured is in the
//! answer and nowhere else, so no figure of the function's traffic is mixed with it.
//!
//! Dropping the future ends its instances.

pub(crate) mod call;
mod subject;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    domain::Problem,
    invocation::{Event, Failure},
    narrate::Cause as FailureCause,
    registry,
};
use coldframe_supervisor::CpuLimit;

pub use self::subject::{Living, Started, Subject};
use crate::{
    Engine,
    app::{Disk, bring_up, problem_of},
    instance::{Instance, StartFailure, StartRequest, Why},
};

#[derive(Debug, Clone)]
pub struct TrialRequest {
    pub function_id: i64,
    pub memory_mb: u32,
    /// In turn; none is an error of the caller's.
    pub events: Vec<Event>,
    /// Instances started, each for its first event; at least one.
    pub cold: u32,
    /// Times every event is run again on the last of them.
    pub warm: u32,
}

/// What one size came to.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Thousandths of a core that the size has, and what came of keeping it.
    pub vcpu_milli: u32,
    /// `None` if no process was started.
    pub limit: Option<CpuLimit>,
    /// Those that ended well.
    pub runs: Vec<TrialRun>,
    /// Why there are no more.
    pub failure: Option<TrialFailure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialRun {
    /// Boot and init of the instance; `None` for a warm call.
    pub init: Option<Duration>,
    pub handler: Duration,
    /// CPU time of the call, without the init's.
    pub cpu: Duration,
    pub peak_memory_kb: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialFailure {
    pub kind: Failure,
    /// Lower case, no final full stop.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrialError {
    #[error("there is no such function in the open project")]
    NoFunction,
    /// It cannot be run at any size.
    #[error("{0}")]
    Problem(Problem),
}

impl Engine {
    /// Measures one size. Another trial of this engine is waited for.
    ///
    /// # Errors
    /// There is no such function, or it could not be built or started at all.
    pub async fn trial(&self, request: &TrialRequest) -> Result<Trial, TrialError> {
        let (app, function) = self.registry().app_of(request.function_id).ok_or(TrialError::NoFunction)?;
        let world = self.world();
        let _alone = world.guard.trial().await;
        let (mut start, disk) = app.lend().await.map_err(TrialError::Problem)?;
        start.revision = Arc::new(start.revision.sized(request.memory_mb));
        let vcpu_milli = registry::of(start.revision.app.provider).vcpu_milli(request.memory_mb);
        start.cpu_milli = Some(vcpu_milli);
        let mut trial = Trial { vcpu_milli, limit: None, runs: Vec::new(), failure: None };
        let (mut events, mut last) = (request.events.iter().cycle(), None);
        for _ in 0..request.cold.max(1) {
            // One at a time: the next would measure the end of this one.
            drop(last.take());
            let instance = match self.start(&start, disk.clone()).await? {
                Ok(instance) => instance,
                Err(failure) => {
                    trial.failure = Some(failure);
                    return Ok(trial);
                }
            };
            let instance = OnTrial(instance);
            trial.limit = Some(instance.0.child.cpu_limit());
            let Some(event) = events.next() else { return Ok(trial) };
            let phases = instance.0.phases;
            match call::run(&instance.0, &function, event.clone()).await {
                Ok(answered) => {
                    trial.runs.push(TrialRun { init: Some(phases.boot + phases.init), ..answered.run });
                }
                Err(failure) => {
                    trial.failure = Some(failure);
                    return Ok(trial);
                }
            }
            last = Some(instance);
        }
        let Some(instance) = last else { return Ok(trial) };
        for event in (0..request.warm).flat_map(|_| &request.events) {
            match call::run(&instance.0, &function, event.clone()).await {
                Ok(answered) => trial.runs.push(answered.run),
                Err(failure) => {
                    trial.failure = Some(failure);
                    break;
                }
            }
        }
        Ok(trial)
    }

    /// The outer error is no matter of the size.
    async fn start(
        &self,
        request: &StartRequest,
        disk: Option<Disk>,
    ) -> Result<Result<Arc<Instance>, TrialFailure>, TrialError> {
        let mut begun = Instant::now();
        match bring_up(self.world(), request.clone(), disk, &mut begun).await {
            Ok(instance) => Ok(Ok(instance)),
            Err(StartFailure::Refused(problem) | StartFailure::NoEntrypoint(problem)) => {
                Err(TrialError::Problem(problem))
            }
            Err(failure @ StartFailure::Init(_)) => Ok(Err(self.init_failed(&failure))),
        }
    }
}

impl Engine {
    /// What a start that came to nothing means to whoever measures.
    pub(crate) fn init_failed(&self, failure: &StartFailure) -> TrialFailure {
        let kind = match failure {
            StartFailure::Init(failed) => match failed.why {
                Why::Ended(FailureCause::OutOfMemory { .. }) => Failure::OutOfMemory,
                Why::Ended(FailureCause::InitTimeout(_)) => Failure::Timeout,
                _ => Failure::InitError,
            },
            StartFailure::Refused(_) | StartFailure::NoEntrypoint(_) => Failure::InitError,
        };
        TrialFailure { kind, message: problem_of(failure, &self.world().project, false).message }
    }
}

/// Ended when nobody measures it any more, whoever else still holds it.
#[derive(Debug)]
pub(crate) struct OnTrial(pub(crate) Arc<Instance>);

impl Drop for OnTrial {
    fn drop(&mut self) {
        self.0.end("trial");
    }
}
