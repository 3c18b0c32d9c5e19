//! The Invoke button and `coldframe invoke`: the same way in as every other door, with the finished record shown.

use std::time::Instant;

use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::{
    invocation::{
        Answer, Body, CallContext, Chunk, Event, FunctionRef, Invocation, Invoke, Throttle, Trigger,
    },
    registry,
};

use super::{Result, unknown_function};
use crate::host::Host;

/// How much of a streamed answer is shown.
const SHOWN: usize = 6 * 1024 * 1024;

impl Host {
    pub(super) async fn invoke_function(&self, request: wire::Invoke) -> Result<wire::Invoked> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let event = event(&engine, &function, &request.event)?;
        let invocation = Invocation {
            function,
            request_id: uuid::Uuid::new_v4().to_string(),
            trigger: if request.trigger == "cli" { Trigger::Cli } else { Trigger::App },
            event,
            received: Instant::now(),
            cold: request.cold,
            context: CallContext::default(),
            status_of: coldframe_providers::invocation::as_it_is,
        };
        let outcome = match request.twin {
            Some(true) => engine.invoke_twin(invocation, None).await.ok_or_else(stopping)?,
            _ => engine.invoke(invocation).await,
        };
        let shown = show(outcome.answer).await;
        if let Some(log) = outcome.log {
            // Resolves when it has finished: CPU, memory and every line are known then.
            let _ = log.await;
        }
        self.flush().await;
        let detail = match outcome.invocation_id {
            Some(id) => Some(self.detail(id).await?),
            None => None,
        };
        Ok(wire::Invoked { detail, ok: shown.ok, body: shown.body, error: shown.error })
    }
}

fn stopping() -> RpcError {
    RpcError::new(ErrorCode::Failed, "the host is shutting down")
}

/// An answer read to its end.
pub(crate) struct Shown {
    pub(crate) ok: bool,
    pub(crate) body: wire::Payload,
    pub(crate) error: Option<String>,
}

pub(crate) async fn show(answer: Answer) -> Shown {
    match answer {
        Answer::Response { head, body } => {
            let content_type = head
                .headers
                .get(http::header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .unwrap_or("application/json")
                .to_owned();
            let (bytes, full, failed) = collect(body).await;
            let status = head.status;
            let answered = || status.is_server_error().then(|| format!("it answered with {status}"));
            let error = failed.or(head.failed).or_else(answered);
            Shown { ok: error.is_none(), body: payload(content_type, &bytes, full), error }
        }
        Answer::FunctionError { error_type, payload: bytes, .. } => {
            let full = bytes.len();
            Shown {
                ok: false,
                body: payload("application/json".into(), &bytes, full),
                error: Some(error_type),
            }
        }
        Answer::Throttled(throttle) => refused(match throttle {
            Throttle::Function => "throttled: the function's concurrency limit is reached",
            Throttle::Account => "throttled: the account's concurrency limit is reached",
            Throttle::Paused => "paused: no call is taken until Coldframe is resumed",
        }),
        Answer::Refused { message } => refused(&message),
        Answer::NotFound => refused("there is no such function"),
    }
}

fn refused(message: &str) -> Shown {
    Shown { ok: false, body: payload("text/plain".into(), b"", 0), error: Some(message.to_owned()) }
}

/// The body's beginning, its length, and what failed in the middle of it.
async fn collect(body: Body) -> (Vec<u8>, usize, Option<String>) {
    let mut chunks = match body {
        Body::Full(bytes) => return (bytes.to_vec(), bytes.len(), None),
        Body::Stream(chunks) => chunks,
    };
    let (mut kept, mut full) = (Vec::new(), 0);
    while let Some(chunk) = chunks.recv().await {
        match chunk {
            Chunk::Data(data) => {
                full += data.len();
                let room = SHOWN.saturating_sub(kept.len());
                kept.extend_from_slice(&data[..room.min(data.len())]);
            }
            Chunk::End => return (kept, full, None),
            Chunk::Failed { error_type, .. } => return (kept, full, Some(error_type)),
        }
    }
    (kept, full, Some("the stream broke off".into()))
}

fn payload(content_type: String, bytes: &[u8], full: usize) -> wire::Payload {
    coldframe_report::payload(&coldframe_store::Payload {
        content_type,
        bytes: bytes.to_vec().into(),
        full_length: full as u64,
    })
}

/// What the person wrote, as the provider's event.
pub(crate) fn event(engine: &Engine, function: &FunctionRef, text: &str) -> Result<Event> {
    let found = engine.find(function).ok_or_else(unknown_function)?;
    registry::of(function.provider).event(&found.function, text).map_err(|problem| {
        let error = RpcError::new(ErrorCode::Invalid, problem.message);
        match problem.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    })
}
