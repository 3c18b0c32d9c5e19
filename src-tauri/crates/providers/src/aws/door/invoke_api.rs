//! The Lambda API, version 2015-03-31 and its later additions: which operation, and the synchronous, asynchronous and
//! dry calls. Reading calls and response streams have their own files.

use std::time::Instant;

use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, HOST},
};
use hyper::{Request, body::Incoming};

use super::{
    ASYNC_LIMIT, Door, SYNC_LIMIT,
    answer::{self, EXECUTED_VERSION, FUNCTION_ERROR, JSON, LOG_RESULT},
    call, describe,
    error::ApiError,
    function_output::{collect, log_result},
    invoke_request::{InvocationType, call_context, invocation_type, read_event, wants_log},
    name::{FunctionName, LATEST},
    operation::{self, Operation},
    response_stream,
};
use crate::{
    http_body::Payload,
    invocation::{Answer, Body, CallContext, Ending, Invoke, Outcome, Trigger, as_it_is},
};

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
    let invocation =
        call::invocation(target, request_id.to_owned(), Trigger::Sdk, event, received, context, status_of);
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
        call::invocation(target, request_id.to_owned(), Trigger::Async, event, received, context, status_of);
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

/// What the API answers, for the record.
fn status_of(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Refused => StatusCode::CONFLICT,
        other => as_it_is(other),
    }
}
