//! What a demonstration has: the function, calls to either side of it, and where it says how far it is.

use std::time::{Duration, Instant};

use coldframe_cost::{Machine, Plan};
use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, Commands as _, ErrorCode, RpcError, TwinState};
use coldframe_providers::invocation::{
    CallContext, Event, FunctionRef, Invocation, Invoke as _, Served, Trigger,
};

use super::run::Running;
use crate::{
    commands::{Shown, show},
    host::Host,
};

/// Between two looks at what announces itself to nobody.
const LOOK: Duration = Duration::from_millis(20);
/// A process that starts, a pool that empties.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a row came to nothing.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: RpcError,
    /// The function does not run resident.
    pub(super) not_resident: bool,
}

pub(super) type Result<T> = std::result::Result<T, Failed>;

impl From<RpcError> for Failed {
    fn from(error: RpcError) -> Self {
        Self { error, not_resident: false }
    }
}

pub(super) fn failed(message: impl Into<String>, hint: &str) -> Failed {
    RpcError::new(ErrorCode::Failed, message).hint(hint).into()
}

pub(super) struct Stage<'a> {
    pub(super) host: &'a Host,
    pub(super) engine: &'a Engine,
    pub(super) function: &'a FunctionRef,
    pub(super) event: &'a Event,
    pub(super) long_event: Option<&'a Event>,
    pub(super) asked: &'a wire::RunRows,
    pub(super) running: &'a Running,
}

/// A call that was answered.
pub(super) struct Called {
    /// Of the record.
    pub(super) invocation: Option<i64>,
    pub(super) took: Duration,
    pub(super) served: Option<Served>,
    pub(super) shown: Shown,
}

impl Called {
    /// Milliseconds its caller waited.
    pub(super) fn ms(&self) -> f64 {
        self.took.as_secs_f64() * 1_000.0
    }

    pub(super) fn well(self) -> Result<Self> {
        match &self.shown.error {
            None => Ok(self),
            Some(error) => Err(failed(
                format!("the function failed with this event: {error}"),
                "choose an event that it answers",
            )),
        }
    }
}

impl Stage<'_> {
    pub(super) fn id(&self) -> i64 {
        self.asked.function
    }

    /// The plan its code is written for, and the machine that it is held against.
    pub(super) fn opposites(&self) -> Option<(&Plan, &Machine)> {
        let status = self.engine.function_status(self.id())?;
        let memory_mb = status.app.settings.memory_mb;
        self.host.inner.report.opposites(self.function.provider.as_str(), memory_mb)
    }

    /// How far this row is, 0 to 1.
    pub(super) fn doing(&self, what: &str, done: f64) {
        self.running.doing(what, done);
    }

    /// One call of the pool's: no traffic of the function's own callers.
    pub(super) async fn call(&self) -> Called {
        self.call_with(self.event.clone()).await
    }

    pub(super) async fn call_with(&self, event: Event) -> Called {
        let began = Instant::now();
        let outcome = self.engine.invoke(self.invocation(event)).await;
        let shown = show(outcome.answer).await;
        Called { invocation: outcome.invocation_id, took: began.elapsed(), served: outcome.served, shown }
    }

    /// A call with the row's event, of which nothing is the caller's.
    pub(super) fn invocation(&self, event: Event) -> Invocation {
        Invocation {
            function: self.function.clone(),
            request_id: uuid::Uuid::new_v4().to_string(),
            trigger: Trigger::Load,
            event,
            received: Instant::now(),
            cold: false,
            context: CallContext::default(),
            status_of: coldframe_providers::invocation::as_it_is,
        }
    }

    pub(super) fn instances(&self) -> usize {
        self.engine.function_status(self.id()).map_or(0, |status| status.instances.len() + status.starting)
    }

    /// Ends what is idle of the pool until nothing is left.
    pub(super) async fn empty_pool(&self) -> Result<()> {
        self.until(
            "instances on serverless do not end",
            "is an instance kept warm, or has somebody else called it?",
            || {
                self.engine.sleep(self.id());
                self.instances() == 0
            },
        )
        .await
    }

    /// Looks until it is so.
    pub(super) async fn until(&self, what: &str, hint: &str, so: impl Fn() -> bool) -> Result<()> {
        let began = Instant::now();
        while !so() {
            if began.elapsed() > PATIENCE {
                return Err(failed(what, hint));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// The resident twin, started where it is off, as soon as a process of it takes calls.
    pub(super) async fn twin(&self) -> Result<wire::Twin> {
        let id = || wire::FunctionId { function: self.id() };
        let per_call = self.asked.per_call == Some(true);
        let mut twin = self.host.twin(id()).await?;
        if twin.state == TwinState::Running && (twin.per_call || !per_call) {
            return Ok(twin);
        }
        self.doing("starting the resident process", 0.05);
        let machine = self.opposites().map(|(_, machine)| machine.id.clone());
        let asked = |machine| wire::StartTwin {
            function: self.id(),
            processes: None,
            per_call: self.asked.per_call,
            machine,
        };
        twin = match self.host.start_twin(asked(machine)).await {
            Ok(twin) => twin,
            // Another has room for its processes.
            Err(error) if error.code == ErrorCode::Invalid => self.host.start_twin(asked(None)).await?,
            Err(error) => return Err(error.into()),
        };
        self.takes_calls(twin).await
    }

    /// Waits until a process of the twin takes calls.
    ///
    /// # Errors
    /// None will.
    async fn takes_calls(&self, mut twin: wire::Twin) -> Result<wire::Twin> {
        let began = Instant::now();
        loop {
            if let Some(problem) = &twin.problem {
                let mut error = RpcError::new(ErrorCode::Failed, problem.message.clone());
                error.hint.clone_from(&problem.hint);
                return Err(Failed { error, not_resident: twin.not_resident });
            }
            if twin.state == TwinState::Running {
                return Ok(twin);
            }
            if twin.not_resident || began.elapsed() > PATIENCE {
                let error = RpcError::new(ErrorCode::Failed, "its process does not stay")
                    .hint("a process for each call can stand for the always-on side");
                return Err(Failed { error, not_resident: true });
            }
            tokio::time::sleep(LOOK).await;
            twin = self.host.twin(wire::FunctionId { function: self.id() }).await?;
        }
    }

    /// One call of the twin's; where its process has just ended, of the next.
    pub(super) async fn call_twin(&self) -> Result<wire::Invoked> {
        loop {
            let asked = wire::Invoke {
                function: self.id(),
                event: self.asked.event.clone(),
                cold: false,
                trigger: "app".to_owned(),
                twin: Some(true),
            };
            let invoked = self.host.invoke(asked).await?;
            let Some(error) = &invoked.error else { return Ok(invoked) };
            let twin = self.host.twin(wire::FunctionId { function: self.id() }).await?;
            if twin.state == TwinState::Running {
                return Err(failed(
                    format!("the resident process failed with this event: {error}"),
                    "choose an event that it answers",
                ));
            }
            self.takes_calls(twin).await?;
        }
    }

    /// # Errors
    /// Its processes end with their calls.
    pub(super) async fn still_resident(&self) -> Result<()> {
        let twin = self.host.twin(wire::FunctionId { function: self.id() }).await?;
        let Some(problem) = twin.problem.filter(|_| twin.not_resident) else { return Ok(()) };
        let mut error = RpcError::new(ErrorCode::Failed, problem.message);
        error.hint = problem.hint;
        Err(Failed { error, not_resident: true })
    }

    /// Sends the same calls to both sides, and waits for the end; `meanwhile` happens as soon as they are under way.
    pub(super) async fn traffic(
        &self,
        rate: f64,
        seconds: f64,
        meanwhile: impl Future<Output = Result<()>>,
    ) -> Result<wire::LoadDetail> {
        let asked = wire::StartLoad {
            function: self.id(),
            event: self.asked.event.clone(),
            shape: wire::LoadShape::Constant,
            rate: Some(rate),
            from_rate: None,
            peak_rate: None,
            peak_s: None,
            seconds: Some(seconds),
            replay_minutes: None,
            speed: None,
            seed: None,
            most_in_flight: None,
            most_waiting: None,
            twin: Some(true),
            writes_twice_ok: self.asked.writes_twice_ok,
        };
        let run = self.host.begin_load(asked).await?;
        let sent = Sent { host: self.host.clone(), id: run.id };
        let began = Instant::now();
        let ended = async {
            loop {
                let detail = self.host.load_detail(run.id).await?;
                if detail.run.state.is_over() {
                    return Ok(detail);
                }
                let done = began.elapsed().as_secs_f64() / seconds.max(0.1);
                self.doing("sending the same calls to both sides", 0.1 + 0.85 * done.min(1.0));
                tokio::time::sleep(LOOK * 5).await;
            }
        };
        let (detail, happened) = tokio::join!(ended, meanwhile);
        drop(sent);
        happened?;
        self.still_resident().await?;
        detail
    }
}

/// Traffic that ends with the row.
struct Sent {
    host: Host,
    id: i64,
}

impl Drop for Sent {
    fn drop(&mut self) {
        let (host, id) = (self.host.clone(), self.id);
        tokio::spawn(async move { host.end_load(id).await });
    }
}
