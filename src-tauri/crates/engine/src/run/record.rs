//! What is written of an invocation, and what its door is told.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use coldframe_providers::{
    clock,
    domain::{Function, ProviderId},
    invocation::{
        Answer, Ending, Event, Failure, HttpRequest, Invocation, Outcome, ReportedUsage, Served, StatusOf,
    },
    narrate::{Cause, FailureBody, Moment},
    registry,
};
use coldframe_store::{Accepted, Answered, Entry, Finished, Payload, Phases, Serving, Status};
use tokio::sync::oneshot;

use super::{
    Run, elapsed_us,
    payload::{cap, keep, request_type},
    told::Told,
};
use crate::{
    app::{Lease, Revision},
    event::{EngineEvent, Names},
    instance::{FailedInit, Instance, StartFailure, StartPhases, Tag},
    side::Side,
    world::SharedWorld,
};

/// What is known of a call before anything runs.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: i64,
    pub(crate) request_id: Arc<str>,
    attempt: u32,
    function_id: i64,
    app_id: i64,
    /// It is among those that are shown while they come.
    shown: bool,
    trigger: &'static str,
    received: Instant,
    started_us: i64,
    request_bytes: i64,
    request: Option<Payload>,
    /// The whole of it, where that is more than its body and as much is kept.
    asked: Option<HttpRequest>,
    memory_mb: u32,
    timeout_ms: u64,
    architecture: &'static str,
    status_of: StatusOf,
}

impl Call {
    pub(crate) fn new(
        world: &SharedWorld,
        side: &Side,
        function: &Function,
        invocation: &Invocation,
        id: i64,
        attempt: u32,
    ) -> Self {
        let waited = elapsed_us(invocation.received.elapsed());
        let (bytes, asked) = match &invocation.event {
            Event::Bytes(bytes) => (bytes.clone(), None),
            Event::Http(request) => (request.body.clone(), Some(request)),
        };
        let asked = asked.filter(|request| request.body.len() <= world.config.payload_cap).cloned();
        let spec = side.spec();
        Self {
            id,
            request_id: Arc::from(invocation.request_id.as_str()),
            attempt,
            function_id: side.function_id(&function.name),
            app_id: side.app_id(),
            shown: side.is_shown(),
            trigger: invocation.trigger.as_str(),
            received: invocation.received,
            started_us: clock::now_us() - waited,
            request_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            request: Some(keep(world, request_type(&invocation.event), bytes)),
            asked,
            memory_mb: spec.settings.memory_mb,
            timeout_ms: u64::try_from(spec.settings.timeout.as_millis()).unwrap_or(u64::MAX),
            architecture: spec.architecture.as_str(),
            status_of: invocation.status_of,
        }
    }

    /// The status that its caller sees.
    pub(super) fn seen(&self, ending: &Ending<'_>) -> u16 {
        (self.status_of)(ending).as_u16()
    }

    fn answered(&self, answer: Answer, log: Option<oneshot::Receiver<Vec<String>>>) -> Outcome {
        Outcome {
            request_id: self.request_id.to_string(),
            invocation_id: Some(self.id),
            answer,
            served: None,
            log,
        }
    }

    /// What its log lines carry.
    pub(crate) fn tag(&self) -> Tag {
        Tag {
            invocation_id: self.id,
            function_id: self.function_id,
            request_id: Arc::clone(&self.request_id),
        }
    }

    pub(crate) fn outcome(&self, answer: Answer) -> Outcome {
        self.answered(answer, None)
    }

    /// Says that the call is running: what closes as interrupted if the host dies.
    pub(crate) fn note_running(&self, world: &SharedWorld) {
        let running = Accepted {
            id: self.id,
            request_id: self.request_id.to_string(),
            attempt: self.attempt,
            function_id: self.function_id,
            trigger: self.trigger.to_owned(),
            at: self.started_us,
            status: Status::Running,
            event: None,
        };
        // Noted, not awaited: the answer is what must be durable.
        let _ = world.recorder.accepted(running);
    }

    /// Says which instance has it, while it runs.
    pub(crate) fn note_serving(&self, world: &SharedWorld, instance: &Instance) {
        let (instance_id, revision_id) = (instance.id, instance.revision.id);
        world.recorder.note(Entry::Serving(Serving { id: self.id, instance_id, revision_id }));
    }

    /// Records a call that no instance was found for.
    pub(crate) fn record_unstarted(&self, world: &SharedWorld, told: Told) {
        let total = elapsed_us(self.received.elapsed());
        let phases = Phases { queue_us: total, total_us: total, ..Phases::default() };
        self.write(world, phases, told, None, true);
    }

    /// Records a call whose instance did not come up, and says what its caller sees.
    pub(crate) fn failed_start(
        &self,
        world: &SharedWorld,
        provider: ProviderId,
        failure: StartFailure,
        build: Duration,
        queue: Duration,
    ) -> Outcome {
        match failure {
            StartFailure::Refused(problem) => {
                let phases = phases(self.received, queue, build, None, Duration::ZERO);
                self.write(world, phases, Told::refused(self), None, true);
                self.answered(Answer::Refused { message: problem.to_string() }, None)
            }
            StartFailure::NoEntrypoint(problem) => {
                let phases = phases(self.received, queue, build, None, Duration::ZERO);
                let cause = Cause::Spawn(problem.to_string());
                let FailureBody { error_type, payload } =
                    registry::of(provider).failure(&self.request_id, &cause);
                let told = Told::failure(self, Failure::InitError, &error_type, &payload);
                self.write(world, phases, told, None, true);
                let (log, wait) = oneshot::channel();
                let failed = Moment::Failed {
                    request_id: &self.request_id,
                    cause: &cause,
                    at_ms: clock::now_us() / 1000,
                };
                let _ = log.send(registry::of(provider).narrate(&failed));
                self.answered(
                    Answer::FunctionError { kind: Failure::InitError, error_type, payload },
                    Some(wait),
                )
            }
            StartFailure::Init(failed) => {
                let phases = phases(self.received, queue, build, Some(&failed.phases), Duration::ZERO);
                let FailureBody { error_type, payload } = failed.body(&self.request_id);
                let told = Told::failure(self, Failure::InitError, &error_type, &payload);
                self.write(world, phases, told, Some(&Ran::failed(&failed)), false);
                let lines = failed.narrate(&self.request_id);
                for line in &lines {
                    failed.logs.platform(Some(self.tag()), line.clone());
                }
                self.finish(world, Some(failed.used));
                let (log, wait) = oneshot::channel();
                let _ = log.send(failed.lines.into_iter().chain(lines).collect());
                self.answered(
                    Answer::FunctionError { kind: Failure::InitError, error_type, payload },
                    Some(wait),
                )
            }
        }
    }

    /// Notes what a call used, the last that is known of it; `None` where others ran beside it in the same process.
    pub(super) fn finish(&self, world: &SharedWorld, used: Option<ReportedUsage>) {
        let finished = Finished {
            id: self.id,
            at: clock::now_us(),
            cpu_user_us: used.map(|used| elapsed_us(used.cpu_user)),
            cpu_system_us: used.map(|used| elapsed_us(used.cpu_system)),
            // Nobody has none: it was gone before anybody looked.
            peak_memory_kb: used
                .and_then(|used| i64::try_from(used.peak_memory_kb).ok())
                .filter(|peak_kb| *peak_kb > 0),
        };
        world.recorder.note(Entry::Finished(finished.clone()));
        if self.shown {
            world.bus.show(|| EngineEvent::Finished(finished));
        }
    }

    fn write(&self, world: &SharedWorld, phases: Phases, told: Told, on: Option<&Ran<'_>>, last: bool) {
        if let Some(asked) = self.asked.as_ref().filter(|_| told.went_well()) {
            world.requests.note(self.function_id, asked.clone());
        }
        let entry = Answered {
            id: self.id,
            request_id: self.request_id.to_string(),
            attempt: self.attempt,
            function_id: self.function_id,
            app_id: self.app_id,
            revision_id: on.map(|ran| ran.revision.id),
            instance_id: on.map(|ran| ran.instance_id),
            trigger: self.trigger.to_owned(),
            started_at: self.started_us,
            cold: on.is_some_and(|ran| ran.cold),
            phases,
            reload_init_us: on.and_then(|ran| ran.reload_init),
            status: told.status,
            http_status: told.http_status,
            error_type: told.error_type,
            request_bytes: self.request_bytes,
            response_bytes: i64::try_from(told.response_bytes).unwrap_or(i64::MAX),
            memory_mb: self.memory_mb,
            timeout_ms: self.timeout_ms,
            architecture: self.architecture.to_owned(),
            request: self.request.clone(),
            response: told.response.map(|payload| cap(world, payload)),
            last,
        };
        // A record that cannot be written is the host's to show (`Recorder::problem`); the call is still answered.
        let _ = world.recorder.answered(&entry);
        if !self.shown {
            return;
        }
        world.bus.show(|| {
            let names = Names {
                instance: on.map(|ran| ran.instance.to_owned()),
                revision: on.map(|ran| ran.revision.hash.clone()),
            };
            EngineEvent::Answered(Arc::new(entry), names)
        });
    }
}

/// What a call ran on.
struct Ran<'a> {
    instance_id: i64,
    instance: &'a str,
    revision: &'a Revision,
    cold: bool,
    reload_init: Option<i64>,
}

impl<'a> Ran<'a> {
    fn on(lease: &'a Lease) -> Self {
        let Instance { id, name, revision, .. } = &*lease.instance;
        let (cold, reload_init) = (lease.cold.is_some(), lease.reload_init());
        Self { instance_id: *id, instance: name, revision, cold, reload_init }
    }

    fn failed(init: &'a FailedInit) -> Self {
        let FailedInit { instance_id, instance, revision, .. } = init;
        Self { instance_id: *instance_id, instance, revision, cold: true, reload_init: None }
    }
}

impl Run {
    /// Durable before the answer leaves; `Finished` follows.
    pub(super) fn record(&self, handler: Duration, told: Told) {
        let lease = &self.lease;

        let phases = phases(self.call.received, lease.queue, lease.build, lease.cold.as_ref(), handler);
        self.call.write(&self.world, phases, told, Some(&Ran::on(lease)), false);
    }

    /// What the door is told of a call that had an instance.
    pub(super) fn outcome(
        &self,
        answer: Answer,
        log: oneshot::Receiver<Vec<String>>,
        handler: Duration,
    ) -> Outcome {
        let start = self.lease.cold.as_ref();
        let init = start.map_or(Duration::ZERO, |start| start.boot + start.init);
        let served = Some(Served { instance: self.lease.instance.id, cold: start.is_some(), init, handler });
        Outcome { served, ..self.call.answered(answer, Some(log)) }
    }
}

/// The phases of a call; what none of them explains is overhead.
fn phases(
    received: Instant,
    queue: Duration,
    build: Duration,
    start: Option<&StartPhases>,
    handler: Duration,
) -> Phases {
    let start = start.copied().unwrap_or_default();
    let mut phases = Phases {
        queue_us: elapsed_us(queue + start.queue),
        build_us: elapsed_us(build),
        spawn_us: elapsed_us(start.spawn),
        boot_us: elapsed_us(start.boot),
        init_us: elapsed_us(start.init),
        handler_us: elapsed_us(handler),
        overhead_us: 0,
        total_us: elapsed_us(received.elapsed()),
    };
    let known = phases.queue_us
        + phases.build_us
        + phases.spawn_us
        + phases.boot_us
        + phases.init_us
        + phases.handler_us;
    // Each phase is rounded down to a microsecond; the sum never exceeds the total by more than that.
    phases.total_us = phases.total_us.max(known);
    phases.overhead_us = phases.total_us - known;
    phases
}
