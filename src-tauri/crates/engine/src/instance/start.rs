//! Starting an instance: a place on this machine, a conversation, a process, and its init.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64},
    },
    time::{Duration, Instant},
};

use coldframe_providers::{
    clock,
    conversation::{Conversation, Ready},
    domain::{App, Problem},
    invocation::ReportedUsage,
    launch::{Account, LaunchContext},
    narrate::Cause as FailureCause,
    registry,
};
use coldframe_store::{Entry, InstanceEnded, InstanceReady, InstanceStarted};
use coldframe_supervisor::CpuShare;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::{
    Cause, FailedInit, Instance, Logs, Scratch, Source, StartFailure, StartPhases, Starting, Why, sampled,
};
use crate::{
    app::{KeptCopy, Revision},
    crowd::unwanted,
    event::EngineEvent,
    run,
    world::SharedWorld,
};

#[derive(Debug, Clone)]
pub(crate) struct StartRequest {
    pub(crate) app_id: i64,
    /// The function whose log the instance's lines go to.
    pub(crate) function_id: i64,
    pub(crate) revision: Arc<Revision>,
    /// Where the code lies; the revision's own folder, or its kept copy.
    pub(crate) code: PathBuf,
    /// The copy that `code` lies in, if it does: it must outlive the instance.
    pub(crate) kept: Option<Arc<KeptCopy>>,
    pub(crate) cause: Cause,
    /// Thousandths of a core it may use; `None` for all there are. Init is under it, too: AWS's documentation does not
    /// promise more to it.
    pub(crate) cpu_milli: Option<u32>,
    /// How many calls it is to have at a time.
    pub(crate) calls: u32,
    /// The folder it shares with others; one of its own where it shares none.
    pub(crate) scratch: Option<Arc<Scratch>>,
    /// Says that nobody waits for it any more, where that can be.
    pub(crate) unwanted: Option<CancellationToken>,
}

impl StartRequest {
    /// Runs from a copy of the revision's files instead of the person's own folder.
    pub(crate) fn use_copy(&mut self, kept: Arc<KeptCopy>) {
        self.code = kept.code.clone();
        self.kept = Some(kept);
    }
}

/// Starts one instance and waits until it is ready for its first event.
///
/// With some providers an init over the limit is torn down and retried once, then bounded by the function's own timeout
/// (AWS: Lambda runtime environment lifecycle).
pub(crate) async fn start(world: &SharedWorld, request: StartRequest) -> Result<Instance, StartFailure> {
    let app = &request.revision.app;
    let retried = registry::of(app.provider).rules.late_start_is_retried;
    let failed = match attempt(world, &request, app.settings.start_limit, false).await {
        Err(StartFailure::Init(failed))
            if retried
                && failed.why.timed_out()
                && matches!(request.cause, Cause::Invocation | Cause::Trial) =>
        {
            failed
        }
        other => return other,
    };
    // The function's own init took that time, however it ended.
    let spent = failed.phases.spawn + failed.phases.boot + failed.phases.init;
    match attempt(world, &request, app.settings.timeout, true).await {
        Ok(mut instance) => {
            instance.phases.init += spent;
            Ok(instance)
        }
        Err(StartFailure::Init(mut again)) => {
            again.phases.init += spent;
            again.lines.splice(0..0, failed.lines);
            Err(StartFailure::Init(again))
        }
        refused => refused,
    }
}

async fn attempt(
    world: &SharedWorld,
    request: &StartRequest,
    limit: Duration,
    during_invoke: bool,
) -> Result<Instance, StartFailure> {
    let asked = Instant::now();
    let (place, turn) = tokio::select! {
        biased;
        () = unwanted(request.unwanted.as_ref()) => return Err(nobody_waits()),
        admitted = admitted(world, request.cause) => admitted,
    };
    let queue = asked.elapsed();

    let id = world.ids.next();
    let name = format!("i-{}", world.next_instance());
    let own_scratch = || Scratch::new(&world.config.work_dir, id);
    let scratch = request.scratch.clone().unwrap_or_else(own_scratch);
    let begun = Instant::now();
    let conversation = open(&request.revision.app, &world.config.account, request.calls, &scratch)
        .await
        .map_err(StartFailure::Refused)?;
    let stream = uuid::Uuid::new_v4().simple().to_string();
    let provider = request.revision.app.provider;
    let door = world.config.surfaces.iter().find(|(id, _)| *id == provider).map(|(_, address)| *address);
    let context = LaunchContext {
        app: &request.revision.app,
        project: &world.project,
        code: &request.code,
        artifact: request.revision.artifact.as_deref(),
        scratch: scratch.path(),
        bootstraps: &world.bootstraps,
        revision: &request.revision.hash,
        stream: &stream,
        address: conversation.address(),
        port: conversation.port(),
        account: &world.config.account,
        door,
        calls: request.calls,
        measure_imports: request.cause == Cause::Imports,
        now_ms: clock::now_us() / 1000,
    };
    let mut command = registry::of(provider).launch(&context).map_err(StartFailure::NoEntrypoint)?;
    command.cpu_share = request.cpu_milli.map(CpuShare::of);
    let program = command.program.display().to_string();
    let mut child = world.supervisor.spawn(command).await.map_err(|error| {
        // The system says of a folder that is gone what it says of a program that is.
        if !request.code.is_dir() {
            let seen = request.revision.app.problems.first().cloned();
            let gone = || Problem::error(format!("code folder {} does not exist", request.code.display()));
            return StartFailure::NoEntrypoint(seen.unwrap_or_else(gone));
        }
        let problem = Problem::error(format!("could not start {program}: {error}"))
            .hint("check that the file exists and is executable");
        StartFailure::NoEntrypoint(problem)
    })?;
    drop(turn);
    let spawn = begun.elapsed();
    let started_us = clock::now_us();
    let mut starting = Starting(Some(child.clone()));
    let recorded = request.cause.is_recorded();
    let note = |entry| {
        if recorded {
            world.recorder.note(entry);
        }
    };
    note(Entry::InstanceStarted(InstanceStarted {
        id,
        name: name.clone(),
        app_id: request.app_id,
        revision_id: request.revision.id,
        pid: child.pid(),
        started_at: started_us,
        cause: request.cause.as_str().to_owned(),
    }));
    let origin = Source {
        instance_id: id,
        instance: Arc::from(name.as_str()),
        function_id: request.function_id,
        provider: request.revision.app.provider,
        recorded,
    };
    let logs = Logs::start(world, origin, child.take_output());
    child.watch_memory(true);
    world.bus.send(EngineEvent::Touched(request.app_id));

    let spawned = Instant::now();
    let owns_port = |port| child.owns_port(port);
    let outcome = tokio::select! {
        biased;
        () = unwanted(request.unwanted.as_ref()) => {
            child.kill();
            child.drain().await;
            note(Entry::InstanceEnded(InstanceEnded { id, at: clock::now_us(), reason: "asked".into() }));
            world.bus.send(EngineEvent::Touched(request.app_id));
            return Err(nobody_waits());
        }
        ready = conversation.ready(owns_port) => match ready {
            Ok(ready) => Ok(ready),
            Err(failure) => Err(Why::Reported { error_type: failure.error_type, payload: failure.payload }),
        },
        exit = child.exited() => Err(Why::Ended(run::exit_cause(exit))),
        () = tokio::time::sleep(limit) => Err(Why::Ended(match conversation.port() {
            Some(port) => FailureCause::NeverListened { limit, port, instead: child.listening_ports() },
            None => FailureCause::InitTimeout(limit),
        })),
    };
    let phases = split(queue, spawn, spawned.elapsed(), outcome.as_ref().ok());
    let imports = conversation.take_imports();

    match outcome {
        Ok(ready) => {
            if let Some(functions) = ready.functions.as_ref().filter(|_| recorded)
                && world.learn(&request.revision.app, functions)
            {
                // Before its first call is over they can be called.
                world.settle.look().await;
            }
            child.watch_memory(false);
            let sample = sampled(&child);
            note(Entry::InstanceReady(InstanceReady {
                id,
                at: clock::now_us(),
                spawn_us: micros(phases.spawn),
                boot_us: micros(phases.boot),
                init_us: micros(phases.init),
                peak_memory_kb: i64::try_from(sample.peak_memory_kb).ok(),
            }));
            starting.0 = None;
            Ok(Instance {
                id,
                name,
                app: Arc::clone(&request.revision.app),
                app_id: request.app_id,
                revision: Arc::clone(&request.revision),
                cause: request.cause,
                cpu_milli: request.cpu_milli,
                calls: request.calls,
                conversation,
                logs,
                started_us,
                ready: Instant::now(),
                phases,
                loaded: Mutex::new(ready.loaded),
                imports,
                served: AtomicU64::new(0),
                answered: AtomicBool::new(false),
                usage: Mutex::new(ReportedUsage {
                    peak_memory_kb: sample.peak_memory_kb,
                    ..ready.usage.unwrap_or(sample)
                }),
                ended: AtomicBool::new(false),
                world: Arc::clone(world),
                _scratch: scratch,
                child,
                _place: place,
                _kept: request.kept.clone(),
            })
        }
        Err(why) => {
            let used = sampled(&child);
            child.kill();
            child.drain().await;
            let lines = logs.init().await;
            note(Entry::InstanceEnded(InstanceEnded {
                id,
                at: clock::now_us(),
                reason: "init_error".into(),
            }));
            world.bus.send(EngineEvent::Touched(request.app_id));
            let revision = Arc::clone(&request.revision);
            let mut failed = FailedInit {
                why,
                revision,
                instance_id: id,
                instance: name,
                phases,
                used,
                lines,
                logs,
                imports,
            };
            failed.tell_init(during_invoke);
            Err(StartFailure::Init(Box::new(failed)))
        }
    }
}

/// A place on this machine, for as long as the instance is there, and a turn to create its process. What is never given
/// back has no place: no pool would ever have it.
async fn admitted(world: &SharedWorld, cause: Cause) -> (Option<OwnedSemaphorePermit>, OwnedSemaphorePermit) {
    if cause == Cause::Resident {
        return (None, world.guard.spawn().await);
    }
    let place = match world.guard.try_live() {
        Some(place) => place,
        None => {
            // Full: let another app's idle instance go rather than wait for its idle time.
            world.settle.shed();
            world.guard.live().await
        }
    };
    (Some(place), world.guard.spawn().await)
}

/// Told to nobody.
fn nobody_waits() -> StartFailure {
    StartFailure::Refused(Problem::error("nobody waits for the instance any more"))
}

/// Binds the conversation and makes the scratch folder.
async fn open(app: &App, account: &Account, calls: u32, scratch: &Scratch) -> Result<Conversation, Problem> {
    scratch.open().map_err(|error| {
        Problem::error(format!("could not create the scratch folder {}: {error}", scratch.path().display()))
            .hint("is the disk full, or the data directory read-only?")
    })?;
    Conversation::open(app, account, calls)
        .await
        .map_err(|error| Problem::error(format!("could not open a loopback port for an instance: {error}")))
}

/// What the process says of its own init, the rest before it is boot.
fn split(queue: Duration, spawn: Duration, waited: Duration, ready: Option<&Ready>) -> StartPhases {
    let init = ready.and_then(|ready| ready.init).unwrap_or(waited).min(waited);
    StartPhases { queue, spawn, boot: waited - init, init }
}

pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
