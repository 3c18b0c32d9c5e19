//! What the runtime asks and answers: `/next`, `/response`, `/error`, `/init/error`, and the loaded files and measured
//! imports our own bootstraps report.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::{
    Identity,
    body::{self, TrailingError, Whole},
    replies::{self, Reply},
    state::{Shared, State},
    usage,
};
use crate::{
    aws::failure,
    conversation::InitFailure,
    invocation::{self, Body, Event, Handover, ResponseHead},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const DEADLINE: HeaderName = HeaderName::from_static("lambda-runtime-deadline-ms");
const ARN: HeaderName = HeaderName::from_static("lambda-runtime-invoked-function-arn");
const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");
const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("lambda-runtime-client-context");
const COGNITO_IDENTITY: HeaderName = HeaderName::from_static("lambda-runtime-cognito-identity");
const RESPONSE_MODE: HeaderName = HeaderName::from_static("lambda-runtime-function-response-mode");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");
const ERROR_WITH_CAUSE: &str = "application/vnd.aws.lambda.error.cause+json";

/// Chunks in flight between the process and whoever reads the stream.
const STREAM_DEPTH: usize = 32;

pub(super) async fn next(shared: &Shared, headers: &HeaderMap) -> Reply {
    match shared.next(usage::usage(headers), usage::init(headers)).await {
        Ok(handover) => event(&shared.identity, &handover),
        Err(refusal) => replies::refused(refusal),
    }
}

fn event(identity: &Identity, handover: &Handover) -> Reply {
    let body = match &handover.event {
        Event::Bytes(bytes) => bytes.clone(),
        Event::Http(request) => request.body.clone(),
    };
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    headers.reserve(8);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut insert = |name, text: &str| {
        // An empty value means the header is left out; one that no header can carry is JSON with line breaks.
        if text.is_empty() {
            return;
        }
        let value = HeaderValue::from_bytes(text.as_bytes()).or_else(|_| {
            HeaderValue::from_bytes(text.replace(|c: char| c.is_ascii_control(), " ").as_bytes())
        });
        if let Ok(value) = value {
            headers.insert(name, value);
        }
    };
    insert(REQUEST_ID, &handover.request_id);
    insert(DEADLINE, &handover.deadline_ms.to_string());
    insert(ARN, &arn(identity, handover));
    match &handover.context.trace_id {
        Some(trace) => insert(TRACE_ID, trace),
        None => insert(TRACE_ID, &trace_id(handover)),
    }
    insert(CLIENT_CONTEXT, handover.context.client_context.as_deref().unwrap_or_default());
    insert(COGNITO_IDENTITY, handover.context.cognito_identity.as_deref().unwrap_or_default());
    response
}

/// Carries the qualifier exactly as the caller gave it; without one it stays unqualified.
pub(super) fn arn(identity: &Identity, handover: &Handover) -> String {
    let Identity { account, .. } = identity;
    let mut arn =
        format!("arn:aws:lambda:{}:{}:function:{}", account.region, account.id, handover.function.name);
    if let Some(qualifier) = &handover.context.qualifier {
        arn.push(':');
        arn.push_str(qualifier);
    }
    arn
}

/// Lambda always has a trace id; ours is made of the request id and the deadline, so the two can be matched.
pub(super) fn trace_id(handover: &Handover) -> String {
    let digits: String = handover.request_id.chars().filter(char::is_ascii_hexdigit).collect();
    let root = digits.get(..24).unwrap_or(&digits);
    let parent = digits.get(digits.len().saturating_sub(16)..).unwrap_or(&digits);
    format!("Root=1-{:08x}-{root:0>24};Parent={parent:0>16};Sampled=0", handover.deadline_ms / 1000)
}

pub(super) async fn response(shared: &Shared, id: &str, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let answer = match shared.begin_answer(id, State::Response, usage::usage(&head.headers)) {
        Ok(answer) => answer,
        Err(refusal) => return replies::refused(refusal),
    };
    let send = |reply| {
        if let Some(answer) = answer {
            // The driver may have given up on this invocation; the process is none the wiser.
            let _ = answer.send(reply);
        }
    };
    let streamed = match head.headers.get(RESPONSE_MODE).map(HeaderValue::as_bytes) {
        // Go's library says it by the content type alone, and streams in the cloud.
        None | Some(b"") => head.headers.get(header::CONTENT_TYPE).is_some_and(is_streamed_http),
        Some(b"streaming") => true,
        Some(_) => {
            let failure = failure::invalid_response_mode();
            send(function_error(failure.error_type, failure.payload));
            shared.end_answer();
            return replies::invalid_response_mode();
        }
    };
    let mut headers = HeaderMap::new();
    if let Some(content_type) = head.headers.get(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, content_type.clone());
    }
    let head = ResponseHead { status: StatusCode::OK, headers, streamed, failed: None, log: Vec::new() };
    let reply = if streamed {
        let (chunks, stream) = mpsc::channel(STREAM_DEPTH);
        send(invocation::Reply::Response { head, body: Body::Stream(stream) });
        if body::forward(body, chunks).await { replies::accepted() } else { replies::truncated() }
    } else {
        match body::whole(body).await {
            Whole::Bytes { bytes, failed: None } => {
                send(invocation::Reply::Response { head, body: Body::Full(bytes) });
                replies::accepted()
            }
            Whole::Bytes { failed: Some(TrailingError { error_type, payload }), .. } => {
                send(function_error(error_type, payload));
                replies::accepted()
            }
            Whole::TooLarge => {
                let failure = failure::response_too_large();
                send(function_error(failure.error_type, failure.payload));
                replies::too_large()
            }
            Whole::Truncated => {
                let failure = failure::truncated_response();
                send(function_error(failure.error_type, failure.payload));
                replies::truncated()
            }
        }
    };
    shared.end_answer();
    reply
}

/// The content type of answers that begin with a prelude, which only streams do.
fn is_streamed_http(content_type: &HeaderValue) -> bool {
    content_type.as_bytes().starts_with(b"application/vnd.awslambda.http-integration-response")
}

fn function_error(error_type: String, payload: Bytes) -> invocation::Reply {
    invocation::Reply::Error { error_type, payload }
}

pub(super) async fn error(shared: &Shared, id: &str, request: Request<Incoming>) -> Reply {
    let (head, body) = request.into_parts();
    let answer = match shared.begin_answer(id, State::ErrorResponse, usage::usage(&head.headers)) {
        Ok(answer) => answer,
        Err(refusal) => return replies::refused(refusal),
    };
    let (error_type, payload, reply) = match body::whole(body).await {
        Whole::Bytes { bytes, .. } => {
            let payload = without_cause(&head.headers, bytes);
            (error_type(&head.headers, &payload), payload, replies::accepted())
        }
        Whole::TooLarge => {
            let failure = failure::response_too_large();
            (failure.error_type, failure.payload, replies::too_large())
        }
        Whole::Truncated => {
            let failure = failure::truncated_response();
            (failure.error_type, failure.payload, replies::truncated())
        }
    };
    if let Some(answer) = answer {
        let _ = answer.send(function_error(error_type, payload));
    }
    shared.end_answer();
    reply
}

pub(super) async fn init_error(shared: &Shared, request: Request<Incoming>) -> Reply {
    if shared.state() != State::Started {
        return replies::refused(super::state::Refusal::Transition {
            from: shared.state(),
            to: State::InitError,
        });
    }
    let (head, body) = request.into_parts();
    let payload = match body::whole(body).await {
        Whole::Bytes { bytes, .. } => without_cause(&head.headers, bytes),
        Whole::TooLarge => return replies::too_large(),
        Whole::Truncated => return replies::truncated(),
    };
    let error_type = error_type(&head.headers, &payload);
    match shared.init_failed(InitFailure { error_type, payload }) {
        Ok(()) => replies::accepted(),
        Err(refusal) => replies::refused(refusal),
    }
}

/// What the body says is what a person knows (`ValueError`); the header is the platform's word for it.
fn error_type(headers: &HeaderMap, payload: &[u8]) -> String {
    failure::error_type_of(payload).unwrap_or_else(|| {
        let header =
            headers.get(ERROR_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        failure::platform_error_type(header.as_deref().unwrap_or_default())
    })
}

/// One content type carries the X-Ray cause inside the body; callers do not see it.
fn without_cause(headers: &HeaderMap, payload: Bytes) -> Bytes {
    if headers.get(header::CONTENT_TYPE).is_none_or(|value| value != ERROR_WITH_CAUSE) {
        return payload;
    }
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&payload) {
        Ok(mut error) => {
            error.shift_remove("errorCause");
            serde_json::to_vec(&error).map_or(payload, Bytes::from)
        }
        Err(_) => payload,
    }
}

/// `POST /coldframe/loaded`: absolute paths of the project's files the process has loaded.
pub(super) async fn loaded(shared: &Shared, request: Request<Incoming>) -> Reply {
    told(request, "a list of paths", |files| shared.loaded(files)).await
}

/// `POST /coldframe/reached`: all that the process has reached outside of itself.
pub(super) async fn reached(shared: &Shared, request: Request<Incoming>) -> Reply {
    told(request, "a list of what was reached", |reached| shared.reached(reached)).await
}

/// `POST /coldframe/imports`: what its imports took, where it was asked to measure them.
pub(super) async fn imports(shared: &Shared, request: Request<Incoming>) -> Reply {
    told(request, "what imports took", |imports| shared.imports(imports)).await
}

/// Something our own bootstraps tell as JSON.
async fn told<T: DeserializeOwned>(request: Request<Incoming>, what: &str, take: impl FnOnce(T)) -> Reply {
    let Whole::Bytes { bytes, .. } = body::whole(request.into_body()).await else {
        return replies::truncated();
    };
    match serde_json::from_slice(&bytes) {
        Ok(value) => {
            take(value);
            replies::accepted()
        }
        Err(error) => {
            replies::error(StatusCode::BAD_REQUEST, "InvalidRequestFormat", &format!("not {what}: {error}"))
        }
    }
}
