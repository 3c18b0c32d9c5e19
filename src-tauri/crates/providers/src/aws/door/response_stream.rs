//! InvokeWithResponseStream: the answer as event-stream messages while the function makes it.

use futures_util::stream;
use http::{HeaderValue, Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::{
    Door,
    answer::{self, EXECUTED_VERSION},
    error::ApiError,
    event_stream::{Complete, payload_chunk},
    function_output::{TRUNCATED, log_result, truncated},
    name::LATEST,
};
use crate::{
    http_body::Payload,
    invocation::{Answer, Body, Chunk, Invoke, Outcome},
};

const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

/// What remains to be sent.
enum Rest {
    Full(bytes::Bytes),
    Chunks(mpsc::Receiver<Chunk>),
    Complete(Complete),
}

struct Sending {
    rest: Rest,
    request_id: String,
    /// When the caller asked for it.
    log: Option<oneshot::Receiver<Vec<String>>>,
}

pub(super) fn streamed<I: Invoke>(
    door: &Door<I>,
    name: &str,
    outcome: Outcome,
    tail: bool,
) -> Result<Response<Payload>, ApiError> {
    let Outcome { request_id, answer, log, .. } = outcome;
    let rest = match answer {
        Answer::Response { body: Body::Full(bytes), .. } => Rest::Full(bytes),
        Answer::Response { body: Body::Stream(chunks), .. } => Rest::Chunks(chunks),
        Answer::FunctionError { payload, .. } => {
            Rest::Complete(Complete::failed("Unhandled".into(), &payload))
        }
        other => return Err(ApiError::of(other, &door.account, name)),
    };
    let sending = Sending { rest, request_id: request_id.clone(), log: log.filter(|_| tail) };
    let messages = stream::unfold(Some(sending), |sending| async move {
        let (message, sending) = sending?.next().await;
        Some((Ok(message), sending))
    });
    let mut response = answer::typed(StatusCode::OK, &request_id, EVENT_STREAM, Payload::stream(messages));
    response.headers_mut().insert(EXECUTED_VERSION, HeaderValue::from_static(LATEST));
    Ok(response)
}

impl Sending {
    /// The next message, and what follows it.
    async fn next(mut self) -> (bytes::Bytes, Option<Self>) {
        let complete = match self.rest {
            Rest::Full(bytes) if !bytes.is_empty() => {
                let message = payload_chunk(&bytes);
                return (message, Some(Self { rest: Rest::Complete(Complete::default()), ..self }));
            }
            Rest::Full(_) => Complete::default(),
            Rest::Chunks(ref mut chunks) => match chunks.recv().await {
                Some(Chunk::Data(data)) => return (payload_chunk(&data), Some(self)),
                Some(Chunk::End) => Complete::default(),
                Some(Chunk::Failed { error_type, payload }) => Complete::failed(error_type, &payload),
                None => Complete::failed(TRUNCATED.into(), &truncated(&self.request_id)),
            },
            Rest::Complete(complete) => complete,
        };
        let log = match self.log {
            Some(log) => log.await.ok().map(|lines| log_result(&lines)),
            None => None,
        };
        (Complete { log_result: log, ..complete }.message(), None)
    }
}
