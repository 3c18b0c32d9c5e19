//! One event on an instance on trial: handed over, answered, and measured when the process asks for more work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use coldframe_providers::{
    clock,
    domain::Function,
    invocation::{Body, CallContext, Chunk, Event, Failure, Handover, Reply, ResponseHead},
    narrate::Cause,
};

use super::{TrialFailure, TrialRun};
use crate::{
    instance::{Instance, sampled},
    run::exit_cause,
};

/// How long the end of a process may take to be noticed after the error that was its first sign.
const ENDING: Duration = Duration::from_millis(250);

/// How much of an answer is kept.
const KEPT: usize = 6 * 1024 * 1024;

/// A run, with what the function answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) run: TrialRun,
    pub(crate) head: ResponseHead,
    pub(crate) body: Bytes,
    /// What it printed since the call before.
    pub(crate) lines: Vec<String>,
}

pub(crate) async fn run(
    instance: &Instance,
    function: &Arc<Function>,
    event: Event,
) -> Result<Answered, TrialFailure> {
    let timeout = instance.app.settings.timeout;
    let limit_ms = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
    instance.child.watch_memory(true);
    let handover = Handover {
        request_id: uuid::Uuid::new_v4().to_string(),
        event,
        deadline_ms: (clock::now_us() / 1000).saturating_add(limit_ms),
        context: CallContext::default(),
        function: Arc::clone(function),
    };
    let begun = Instant::now();
    let deadline = begun + timeout;
    let answered = async {
        match instance.conversation.exchange(handover).await {
            Reply::Response { head, body: Body::Stream(mut chunks) } => {
                let mut whole = Vec::new();
                loop {
                    match chunks.recv().await {
                        Some(Chunk::Data(data)) => {
                            whole.extend_from_slice(&data[..data.len().min(KEPT - whole.len())]);
                        }
                        Some(Chunk::End) => return Ok((head, Bytes::from(whole))),
                        Some(Chunk::Failed { error_type, payload }) => {
                            return Err(Unmade::Reported(error_type, payload));
                        }
                        // The process is gone, which is told by its end.
                        None => std::future::pending().await,
                    }
                }
            }
            Reply::Response { head, body: Body::Full(bytes) } => Ok((head, bytes)),
            Reply::Error { error_type, payload } => Err(Unmade::Reported(error_type, payload)),
            Reply::Unanswered { begun } => Err(Unmade::Unanswered { begun }),
        }
    };
    let answer = tokio::select! {
        biased;
        answer = answered => answer,
        exit = instance.child.exited() => return Err(gone(&exit_cause(exit))),
        () = tokio::time::sleep_until(deadline.into()) => return Err(gone(&Cause::Timeout(timeout))),
    };
    let handler = begun.elapsed();
    let (head, body) = match answer {
        Ok(answer) => answer,
        Err(unmade) => {
            if let Ok(exit) = tokio::time::timeout(ENDING, instance.child.exited()).await {
                return Err(gone(&exit_cause(exit)));
            }
            let (error_type, payload) = match unmade {
                Unmade::Reported(error_type, payload) => (error_type, payload),
                Unmade::Unanswered { begun } => return Err(gone(&Cause::Unanswered { begun })),
            };
            let body: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
            let said = body["errorMessage"].as_str().unwrap_or_default();
            return Err(TrialFailure { kind: Failure::Error, message: format!("{error_type}: {said}") });
        }
    };
    let idle = tokio::select! {
        biased;
        idle = instance.conversation.idle() => idle,
        exit = instance.child.exited() => return Err(gone(&exit_cause(exit))),
        () = tokio::time::sleep_until(deadline.into()) => return Err(gone(&Cause::Timeout(timeout))),
    };
    instance.note_reached();
    let used = instance.usage_since_last(idle.usage, sampled(&instance.child));
    instance.child.reset_peak();
    instance.child.watch_memory(false);
    instance.child.drain().await;
    let lines = instance.logs.init().await;
    let cpu = used.cpu_user + used.cpu_system;
    let run = TrialRun { init: None, handler, cpu, peak_memory_kb: used.peak_memory_kb };
    Ok(Answered { run, head, body, lines })
}

/// Why an exchange came to no answer while the process lived.
enum Unmade {
    /// It reported an error: the type and the body.
    Reported(String, Bytes),
    Unanswered {
        begun: bool,
    },
}

/// The process did not answer.
fn gone(cause: &Cause) -> TrialFailure {
    let kind = match cause {
        Cause::OutOfMemory { .. } => Failure::OutOfMemory,
        Cause::Timeout(_) | Cause::InitTimeout(_) | Cause::NeverListened { .. } => Failure::Timeout,
        Cause::Unanswered { begun: true } => Failure::Error,
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { begun: false } | Cause::Spawn(_) => {
            Failure::Crash
        }
        Cause::ResponseTooLarge => Failure::Error,
    };
    TrialFailure { kind, message: cause.sentence() }
}
