//! The Lambda API, version 2015-03-31 and its later additions: which operation, and the synchronous, asynchronous and
//! dry calls. Reading calls and response streams have their own files.

use std::time::Instant;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, HOST},
};
use hyper::{Request, body::Incoming};
use serde::de::IgnoredAny;
use tokio::sync::mpsc;

use super::{
    ASYNC_LIMIT, Door, RESPONSE_LIMIT, SYNC_LIMIT,
    answer::{self, EXECUTED_VERSION, FUNCTION_ERROR, JSON, LOG_RESULT},
    call, describe,
    error::ApiError,
    name::{FunctionName, LATEST},
    operation::{self, Operation},
    response_stream,
};
use crate::{
    http_body::{self, Payload, ReadError},
    invocation::{Answer, Body, CallContext, Chunk, Invoke, Outcome, Trigger},
};

const INVOCATION_TYPE: HeaderName = HeaderName::from_static("x-amz-invocation-type");
const LOG_TYPE: HeaderName = HeaderName::from_static("x-amz-log-type");
const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("x-amz-client-context");

/// Longest client context, bytes of base64.
const CLIENT_CONTEXT_LIMIT: usize = 3583;
/// How much of the log a caller gets, bytes before base64.
const LOG_TAIL: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

pub(super) async fn answer<I: Invoke>(
    door: &Door<I>,
    request: Request<Incoming>,
    received: Instant,
) -> Response<Payload> {
    let request_id = call::new_request_id();
    match answer_or_error(door, request, received, &request_id).await {
        Ok(response) => response,
        Err(error) => error.into_response(&request_id),
    }
}

async fn answer_or_error<I: Invoke>(
    door: &Door<I>,
    request: Request<Incoming>,
    received: Instant,
    request_id: &str,
) -> Result<Response<Payload>, ApiError> {
    let (parts, body) = request.into_parts();
    if door.guard.is_foreign_origin(&parts.headers) {
        return Err(ApiError::access_denied(
            "web pages of other hosts may not call this machine's functions; a function URL may, by its CORS settings".into(),
        ));
    }
    let (path, query) = (parts.uri.path(), parts.uri.query());
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let operation = Operation::of(&parts.method, path).ok_or_else(|| {
        ApiError::unknown_operation(format!(
            "Coldframe has no operation {} {path}; of the Lambda API it has {}",
            parts.method,
            operation::SUPPORTED
        ))
    })?;
    match operation {
        Operation::Invoke(segment) => {
            let function = FunctionName::parse(segment, query)?;
            let call = Call { function, headers: &parts.headers, body, received, request_id, streams: false };
            invoke(door, call).await
        }
        Operation::InvokeWithResponseStream(segment) => {
            let function = FunctionName::parse(segment, query)?;
            let call = Call { function, headers: &parts.headers, body, received, request_id, streams: true };
            invoke(door, call).await
        }
        Operation::InvokeAsync(segment) => {
            let function = FunctionName::parse(segment, query)?;
            accept(door, function, CallContext::default(), body, received, request_id).await?;
            Ok(answer::json(StatusCode::ACCEPTED, request_id, &serde_json::json!({ "Status": 202 })))
        }
        reading => match describe::describe(door, &reading, query, host)? {
            Some(answer) => Ok(answer::json(StatusCode::OK, request_id, &answer)),
            None => Err(ApiError::service("an operation is neither answered nor described".into())),
        },
    }
}

/// Invoke or InvokeWithResponseStream as it arrived.
struct Call<'a> {
    function: FunctionName,
    headers: &'a HeaderMap,
    body: Incoming,
    received: Instant,
    request_id: &'a str,
    /// The caller reads an event stream.
    streams: bool,
}

async fn invoke<I: Invoke>(door: &Door<I>, call: Call<'_>) -> Result<Response<Payload>, ApiError> {
    let Call { function, headers, body, received, request_id, streams } = call;
    let kind = invocation_type(headers, streams)?;
    let tail = wants_log(headers)?;
    let context = call_context(headers, &function)?;
    if kind == InvocationType::Event {
        accept(door, function, context, body, received, request_id).await?;
        return Ok(answer::empty(StatusCode::ACCEPTED, request_id));
    }
    check_qualifier(door, &function)?;
    let event = read_event(body, "RequestResponse", SYNC_LIMIT).await?;
    let target = call::function(function.name);
    if kind == InvocationType::DryRun {
        return match door.invoke.find(&target) {
            Some(_) => Ok(answer::empty(StatusCode::NO_CONTENT, request_id)),
            None => Err(ApiError::of(Answer::NotFound, &door.account, &target.name)),
        };
    }
    let name = target.name.clone();
    let invocation = call::invocation(target, request_id.to_owned(), Trigger::Sdk, event, received, context);
    let outcome = door.invoke.invoke(invocation).await;
    if streams {
        response_stream::streamed(door, &name, outcome, tail)
    } else {
        synchronous(door, &name, outcome, tail).await
    }
}

/// An event nobody waits for: durable once this returns.
async fn accept<I: Invoke>(
    door: &Door<I>,
    function: FunctionName,
    context: CallContext,
    body: Incoming,
    received: Instant,
    request_id: &str,
) -> Result<(), ApiError> {
    check_qualifier(door, &function)?;
    let event = read_event(body, "Event", ASYNC_LIMIT).await?;
    let target = call::function(function.name);
    let name = target.name.clone();
    let invocation =
        call::invocation(target, request_id.to_owned(), Trigger::Async, event, received, context);
    door.invoke.accept(invocation).await.map_err(|answer| ApiError::of(answer, &door.account, &name))
}

fn check_qualifier<I>(door: &Door<I>, function: &FunctionName) -> Result<(), ApiError> {
    if function.is_latest() {
        Ok(())
    } else {
        Err(ApiError::not_found(&door.account, &function.name, function.qualifier.as_deref()))
    }
}

/// The answer to a call that waited.
async fn synchronous<I: Invoke>(
    door: &Door<I>,
    name: &str,
    outcome: Outcome,
    tail: bool,
) -> Result<Response<Payload>, ApiError> {
    let Outcome { request_id, answer, log, .. } = outcome;
    let (payload, failed) = match answer {
        Answer::Response { body: Body::Full(bytes), .. } => (bytes, false),
        Answer::Response { body: Body::Stream(chunks), .. } => match collect(chunks, &request_id).await {
            Ok(bytes) => (bytes, false),
            Err(payload) => (payload, true),
        },
        Answer::FunctionError { payload, .. } => (payload, true),
        other => return Err(ApiError::of(other, &door.account, name)),
    };
    let mut response = answer::with_body(StatusCode::OK, &request_id, payload);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(EXECUTED_VERSION, HeaderValue::from_static(LATEST));
    if failed {
        headers.insert(FUNCTION_ERROR, HeaderValue::from_static("Unhandled"));
    }
    if tail
        && let Some(log) = log
        && let Ok(lines) = log.await
        && let Ok(value) = HeaderValue::from_str(&log_result(&lines))
    {
        headers.insert(LOG_RESULT, value);
    }
    Ok(response)
}

/// A streamed answer as one: the bytes, or the payload of what went wrong.
pub(super) async fn collect(mut chunks: mpsc::Receiver<Chunk>, request_id: &str) -> Result<Bytes, Bytes> {
    let mut collected = Vec::new();
    loop {
        match chunks.recv().await {
            Some(Chunk::Data(data)) if collected.len() + data.len() > RESPONSE_LIMIT => {
                return Err(Bytes::from_static(
                    b"{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556 bytes).\",\
                      \"errorType\":\"Function.ResponseSizeTooLarge\"}",
                ));
            }
            Some(Chunk::Data(data)) => collected.extend_from_slice(&data),
            Some(Chunk::End) => return Ok(collected.into()),
            Some(Chunk::Failed { payload, .. }) => return Err(payload),
            None => return Err(truncated(request_id)),
        }
    }
}

/// For a stream that just stopped.
pub(super) const TRUNCATED: &str = "Runtime.TruncatedResponse";

pub(super) fn truncated(request_id: &str) -> Bytes {
    format!("{{\"errorType\":\"{TRUNCATED}\",\"errorMessage\":\"RequestId: {request_id} Error: Response ended early\"}}")
        .into()
}

/// The last 4 KB of the log, as the header carries it.
pub(super) fn log_result(lines: &[String]) -> String {
    // Only what can be in the tail is joined.
    let mut first = lines.len();
    let mut length = 0;
    while first > 0 && length < LOG_TAIL {
        first -= 1;
        length += lines[first].len() + 1;
    }
    let mut text = String::with_capacity(length);
    for line in &lines[first..] {
        text.push_str(line);
        text.push('\n');
    }
    STANDARD.encode(&text.as_bytes()[text.len().saturating_sub(LOG_TAIL)..])
}

/// The event of a call: JSON, `{}` where nothing was sent.
async fn read_event(body: Incoming, type_name: &str, limit: usize) -> Result<Bytes, ApiError> {
    let event = http_body::read(body, limit).await.map_err(|error| match error {
        ReadError::TooLarge { bytes } => ApiError::too_large(bytes, type_name, limit),
        ReadError::Broken => ApiError::invalid_content("the request body ended early".into()),
    })?;
    if event.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    check_json(&event)?;
    Ok(event)
}

/// Checked without building anything: the function parses it again anyway.
fn check_json(event: &[u8]) -> Result<(), ApiError> {
    let text = std::str::from_utf8(event).map_err(|error| ApiError::not_json(&error))?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| ApiError::not_json(&error))?;
    Ok(())
}

fn invocation_type(headers: &HeaderMap, streams: bool) -> Result<InvocationType, ApiError> {
    match headers.get(INVOCATION_TYPE).map(HeaderValue::as_bytes) {
        None | Some(b"RequestResponse" | b"") => Ok(InvocationType::RequestResponse),
        Some(b"Event") if !streams => Ok(InvocationType::Event),
        Some(b"DryRun") => Ok(InvocationType::DryRun),
        Some(other) if streams => Err(not_in_set("invocationType", other, "[RequestResponse, DryRun]")),
        Some(other) => Err(not_in_set("invocationType", other, "[Event, RequestResponse, DryRun]")),
    }
}

fn wants_log(headers: &HeaderMap) -> Result<bool, ApiError> {
    match headers.get(LOG_TYPE).map(HeaderValue::as_bytes) {
        None | Some(b"None" | b"") => Ok(false),
        Some(b"Tail") => Ok(true),
        Some(other) => Err(not_in_set("logType", other, "[None, Tail]")),
    }
}

fn not_in_set(member: &str, value: &[u8], set: &str) -> ApiError {
    ApiError::invalid_parameter(format!(
        "1 validation error detected: Value '{}' at '{member}' failed to satisfy constraint: Member must satisfy enum \
         value set: {set}",
        String::from_utf8_lossy(value)
    ))
}

fn call_context(headers: &HeaderMap, function: &FunctionName) -> Result<CallContext, ApiError> {
    let client_context = headers.get(CLIENT_CONTEXT).map(client_context).transpose()?;
    Ok(CallContext {
        qualifier: function.qualifier.clone(),
        client_context,
        cognito_identity: None,
        trace_id: Some(call::trace_id(headers)),
    })
}

/// Decoded, as the runtime receives it.
fn client_context(header: &HeaderValue) -> Result<String, ApiError> {
    if header.len() > CLIENT_CONTEXT_LIMIT {
        return Err(ApiError::invalid_content(format!(
            "Client context must be at most {CLIENT_CONTEXT_LIMIT} bytes of Base64, not {}",
            header.len()
        )));
    }
    let decoded = STANDARD.decode(header.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok()).ok_or_else(|| {
        ApiError::invalid_content("Client context must be a valid Base64-encoded JSON object.".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_log_is_its_last_4_kilobytes() {
        let lines: Vec<String> = (0..2000).map(|n| format!("line {n}")).collect();
        let tail = STANDARD.decode(log_result(&lines)).unwrap();
        assert_eq!(tail.len(), LOG_TAIL);
        assert!(tail.ends_with(b"line 1998\nline 1999\n"));
        assert_eq!(STANDARD.decode(log_result(&["short".into()])).unwrap(), b"short\n");
        assert_eq!(log_result(&[]), "");
    }
}
