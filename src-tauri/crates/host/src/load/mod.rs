//! Load tests: traffic sent on purpose, in an open loop (a call is due at its moment, whatever became of those before),
//! one run at a time. Calls go the way every door's calls go, so they are recorded as all are; the run itself is kept
//! beside them. What a run ends with is not here: nothing of it outlives the project that is open.

mod pacer;
mod removing;
mod run;
mod tally;
mod wanted;

use std::sync::{Arc, Mutex, PoisonError};

use coldframe_engine::{Engine, TwinChange, TwinState};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};

use self::{
    removing::Removed,
    run::{Parts, Running},
    tally::Tally,
};
use crate::{
    commands::{Result, event, unknown_function},
    host::Host,
    usage,
};

/// Of the event, characters kept with a run.
const SHOWN: usize = 64 * 1024;

/// The run that goes on.
#[derive(Default)]
pub(crate) struct Loads {
    /// Locked for looks and for putting one in.
    current: Mutex<Option<Arc<Running>>>,
    pub(crate) removed: Removed,
}

impl Loads {
    fn running(&self) -> Option<Arc<Running>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|run| !run.over.is_cancelled()).map(Arc::clone)
    }

    /// The id of the run that goes on.
    pub(crate) fn running_id(&self) -> Option<i64> {
        self.running().map(|run| run.id)
    }

    /// Ends what runs: when the project or the host goes.
    pub(crate) async fn halt(&self) {
        if let Some(run) = self.running() {
            run.halt().await;
        }
    }
}

impl Host {
    pub(crate) async fn begin_load(&self, request: wire::StartLoad) -> Result<wire::LoadRun> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let status = engine.function_status(request.function).ok_or_else(unknown_function)?;
        let call = event(&engine, &function, &request.event)?;
        let arrivals = match wanted::replay_minutes(&request)? {
            Some(minutes) => {
                self.flush().await;
                self.read(move |report, now| report.arrivals(request.function, minutes, now)).await?
            }
            None => Vec::new(),
        };
        let wanted = wanted::wanted(&request, &arrivals)?;
        let usage = usage::of(function.provider, &status);
        let twin = wanted.plan.twin.then(|| Tally::new(usage.clone()));
        if twin.is_some() {
            self.may_call_twice(&engine, request.function, request.writes_twice_ok).await?;
            self.twin_to_send_to(&engine, request.function).await?;
        }
        let crew = engine.twin(request.function).map_or((0, 0), |twin| (twin.wanted, twin.calls_each));
        let parts = Parts {
            crew,
            recorder: self.inner.recorder.clone(),
            function_id: request.function,
            shown: engine.redacted(&request.event).chars().take(SHOWN).collect(),
            event: call,
            plan: wanted.plan,
            function,
            engine,
        };
        let tally = Tally::new(usage);
        // Looked at and put in under one lock: two that ask at once do not both begin.
        let mut current = self.inner.loads.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = current.as_ref().filter(|run| !run.over.is_cancelled()) {
            let name = run.run().name;
            return Err(RpcError::new(ErrorCode::Conflict, format!("a load test of {name} goes on"))
                .hint("stop it first: two would measure each other"));
        }
        let run = Running::start(parts, tally, twin, wanted.schedule).map_err(|error| {
            RpcError::new(ErrorCode::Failed, format!("cannot start a thread for the load test: {error}"))
        })?;
        *current = Some(Arc::clone(&run));
        Ok(run.run())
    }

    /// The twin is there to take calls; switched on, if it was off.
    async fn twin_to_send_to(&self, engine: &Engine, function: i64) -> Result<()> {
        if engine.twin(function).is_some_and(|twin| twin.state == TwinState::Off) {
            engine.start_twin(function, TwinChange::default());
        }
        engine.twin_ready(function).await.map_err(|problem| {
            let error = RpcError::new(
                ErrorCode::Failed,
                format!("the resident twin does not run: {}", problem.message),
            );
            error.hint(problem.hint.unwrap_or_else(|| "send to the pool alone, or mend it first".to_owned()))
        })
    }

    pub(crate) async fn end_load(&self, id: i64) -> Result<wire::LoadRun> {
        match self.inner.loads.running().filter(|run| run.id == id) {
            Some(run) => {
                run.stop();
                Ok(run.run())
            }
            None => self.load_detail(id).await.map(|detail| detail.run),
        }
    }

    pub(crate) async fn load_detail(&self, id: i64) -> Result<wire::LoadDetail> {
        if let Some(run) = self.inner.loads.running().filter(|run| run.id == id) {
            let (run, course, twin) = (run.run(), run.course(), run.twin_course());
            // What its calls and the machine cost is read from the record.
            self.flush().await;
            return self.read(move |report, now| Ok(report.load_detail(run, course, twin, now))).await;
        }
        self.flush().await;
        self.read(move |report, now| report.load(id, now)).await
    }

    pub(crate) async fn load_list(&self) -> Result<Vec<wire::LoadRun>> {
        let project = self.engine()?.project_id();
        let running = self.inner.loads.running();
        self.flush().await;
        let mut runs = self.read(move |report, _| report.loads(project)).await?;
        if let Some(run) = running {
            let now = run.run();
            match runs.iter_mut().find(|kept| kept.id == now.id) {
                Some(kept) => *kept = now,
                None => runs.insert(0, now),
            }
        }
        Ok(runs)
    }
}
