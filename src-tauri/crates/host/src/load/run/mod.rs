//! One run: a thread that waits for each call's moment, a task for each call under way, and one that looks on, keeps
//! the record and ends it.

mod answered;
mod kept;
mod progress;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use coldframe_cost::Schedule;
use coldframe_engine::{Crowd, Engine, InstanceState, Waiting};
use coldframe_protocol::{LoadPlan, LoadState};
use coldframe_providers::{
    clock,
    invocation::{CallContext, Event, FunctionRef, Invocation, Trigger},
};
use coldframe_store::Recorder;
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
};
use tokio_util::sync::CancellationToken;

use super::{
    pacer::Pacer,
    tally::{Came, Tally},
};
use answered::came;
use progress::{Progress, To};

/// How often instances are counted.
const LOOK: Duration = Duration::from_millis(250);
/// Looks between two states that are kept: what a host that is killed leaves of a run.
const KEEP_EVERY: u32 = 20;
/// Looks at most for the last calls to be measured.
const MEASURING: u32 = 8;
/// How long calls under way are waited for when nothing is sent any more.
const DRAIN: Duration = Duration::from_mins(1);

/// What a run is made of.
pub(super) struct Parts {
    pub(super) engine: Engine,
    pub(super) recorder: Recorder,
    pub(super) function_id: i64,
    pub(super) function: FunctionRef,
    pub(super) event: Event,
    /// As it is shown: without secrets, and no more than its beginning.
    pub(super) shown: String,
    pub(super) plan: LoadPlan,
    /// Processes of the twin, and the calls each takes at a time.
    pub(super) crew: (u32, u32),
}

pub(super) struct Running {
    pub(super) id: i64,
    parts: Parts,
    began: Instant,
    progress: Mutex<Progress>,
    pacer: Pacer,
    /// The last call under way was answered.
    quiet: Notify,
    crowd: Crowd,
    /// Of those on the way to the twin.
    twin_crowd: Crowd,
    /// Somebody does not want to wait for the calls under way.
    hurry: CancellationToken,
    /// It is over and recorded.
    pub(super) over: CancellationToken,
}

impl Running {
    /// Begins to send.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub(super) fn start(
        parts: Parts,
        tally: Tally,
        twin: Option<Tally>,
        schedule: Schedule,
    ) -> io::Result<Arc<Self>> {
        let run = Arc::new(Self {
            id: clock::now_us(),
            parts,
            began: Instant::now(),
            progress: Mutex::new(Progress { pool: tally, twin, state: LoadState::Running, ended_us: None }),
            pacer: Pacer::default(),
            quiet: Notify::new(),
            crowd: Crowd::default(),
            twin_crowd: Crowd::default(),
            hurry: CancellationToken::new(),
            over: CancellationToken::new(),
        });
        let (told, paced) = oneshot::channel();
        let length_us = schedule.length_us();
        let (sender, runtime) = (Arc::clone(&run), Handle::current());
        thread::Builder::new().name("load".into()).spawn(move || {
            let _ = told.send(sender.send(&schedule, &runtime));
        })?;
        tokio::spawn(Arc::clone(&run).look_on(paced, length_us));
        Ok(run)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Sends each call when it is due; `false` if it was stopped before the last.
    fn send(self: &Arc<Self>, schedule: &Schedule, runtime: &Handle) -> bool {
        let end = Duration::from_micros(schedule.length_us());
        for (call, due_us) in schedule.due(u64::from(self.parts.plan.seed)).enumerate() {
            if !self.pacer.wait_until(self.began + Duration::from_micros(due_us)) {
                return false;
            }
            let plan = &self.parts.plan;
            let keeps_up = self.crowd.waiting() < plan.most_waiting as usize;
            if !self.progress().due(due_us, plan.most_in_flight, keeps_up) {
                continue;
            }
            for &to in To::of(call, plan.twin) {
                let crowd = match to {
                    To::Pool => &self.crowd,
                    To::Twin => &self.twin_crowd,
                };
                runtime.spawn(Arc::clone(self).call(to, due_us, crowd.join()));
            }
        }
        self.pacer.wait_until(self.began + end)
    }

    async fn call(self: Arc<Self>, to: To, due_us: u64, waiting: Waiting) {
        let late_us = self.now_us().saturating_sub(due_us);
        if let Some(tally) = self.progress().of(to) {
            tally.late(late_us);
        }
        let parts = &self.parts;
        let invocation = Invocation {
            function: parts.function.clone(),
            request_id: uuid::Uuid::new_v4().to_string(),
            trigger: Trigger::Load,
            event: parts.event.clone(),
            received: Instant::now(),
            cold: false,
            context: CallContext::default(),
            status_of: coldframe_providers::invocation::as_it_is,
        };
        let outcome = match to {
            To::Pool => parts.engine.invoke_of(invocation, waiting).await,
            To::Twin => parts.engine.invoke_twin(invocation, Some(waiting)).await,
        };
        let (came, served) = match outcome {
            Some(outcome) => (came(outcome.answer).await, outcome.served),
            None => (Came::GivenUp, None),
        };
        let at_us = self.now_us();
        let mut progress = self.progress();
        if progress.ended_us.is_none() {
            if let Some(tally) = progress.of(to) {
                tally.answered(due_us, at_us, came, served);
            }
            if progress.in_flight() == 0 {
                self.quiet.notify_one();
            }
        }
    }

    /// Sends no more, and gives up the calls that wait for an instance; asked again, it does not wait for those under way
    /// either.
    pub(super) fn stop(&self) {
        if self.progress().state == LoadState::Draining {
            self.hurry.cancel();
        }
        self.pacer.stop();
        self.give_up();
    }

    /// What waits for an instance waits no longer.
    fn give_up(&self) {
        self.crowd.give_up();
        self.twin_crowd.give_up();
    }

    /// Sends no more, and waits for nothing but the record.
    pub(super) async fn halt(&self) {
        self.hurry.cancel();
        self.pacer.stop();
        self.over.cancelled().await;
    }

    async fn look_on(self: Arc<Self>, mut paced: oneshot::Receiver<bool>, length_us: u64) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut count: u32 = 0;
        let whole = loop {
            tokio::select! {
                whole = &mut paced => break whole.unwrap_or(false),
                _ = looks.tick() => {
                    self.sample();
                    if count.is_multiple_of(KEEP_EVERY) {
                        self.keep();
                    }
                    count = count.wrapping_add(1);
                }
            }
        };
        {
            let (mut progress, now_us) = (self.progress(), self.now_us());
            // What was wanted is the schedule's, however late the last call was.
            let at_us = if whole { length_us } else { now_us };
            progress.tallies().for_each(|tally| tally.sent_all(at_us));
            progress.state = LoadState::Draining;
        }
        self.drain(&mut looks).await;
        self.give_up();
        self.measured(&mut looks).await;
        self.sample();
        {
            let mut progress = self.progress();
            progress.tallies().for_each(Tally::close);
            progress.state = if whole { LoadState::Done } else { LoadState::Stopped };
            progress.ended_us = Some(clock::now_us());
        }
        self.keep();
        self.over.cancel();
    }

    async fn drain(&self, looks: &mut tokio::time::Interval) {
        let mut patience = std::pin::pin!(tokio::time::sleep(DRAIN));
        while self.progress().in_flight() > 0 {
            tokio::select! {
                () = self.quiet.notified() => {}
                () = self.hurry.cancelled() => return,
                () = &mut patience => return,
                _ = looks.tick() => self.sample(),
            }
        }
    }

    /// A call is measured when its process asks for more: most have at once, and who does not is not waited for long.
    async fn measured(&self, looks: &mut tokio::time::Interval) {
        let busy = || {
            let status = self.parts.engine.function_status(self.parts.function_id);
            status.is_some_and(|status| status.instances.iter().any(|one| one.state == InstanceState::Busy))
        };
        for _ in 0..MEASURING {
            if !busy() {
                return;
            }
            tokio::select! {
                () = self.hurry.cancelled() => return,
                _ = looks.tick() => {}
            }
        }
    }

    fn sample(&self) {
        let Some(status) = self.parts.engine.function_status(self.parts.function_id) else { return };
        let count = |alive: usize| u32::try_from(alive).unwrap_or(u32::MAX);
        let alive = count(status.instances.len() + status.starting);
        let twin = self.parts.plan.twin.then(|| self.parts.engine.twin(self.parts.function_id)).flatten();
        let at_us = self.now_us();
        let mut progress = self.progress();
        progress.pool.sample(at_us, alive);
        if let (Some(tally), Some(twin)) = (&mut progress.twin, twin) {
            tally.sample(at_us, count(twin.processes.len()));
        }
    }
}
