//! The answer a caller gets: the function's own with what Vercel's edge adds, or the edge's own page.

use super::{LIMIT, request::HOP_BY_HOP};
use crate::{
    http_body::Payload,
    invocation::{Answer, Body, Ending, Failure, Outcome, ResponseHead, as_it_is},
    problem_header,
    service_door::rest,
    vercel::{edge::Moved, failure::page},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SERVER},
};

const ID: HeaderName = HeaderName::from_static("x-vercel-id");
const ERROR: HeaderName = HeaderName::from_static("x-vercel-error");

pub(super) fn respond(outcome: Outcome, method: &Method) -> Response<Payload> {
    let Outcome { request_id, answer, .. } = outcome;
    match answer {
        Answer::Response { body: Body::Full(bytes), .. } if bytes.len() > LIMIT => {
            let problem = format!("the answer has {} bytes; the limit is {LIMIT}", bytes.len());
            error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE",
                &request_id,
                Some(&problem),
            )
        }
        Answer::Response { head, body: Body::Full(bytes) } => {
            passed_on(head, bytes.into(), &request_id, method, false)
        }
        Answer::Response { head, body: Body::Stream(chunks) } => {
            passed_on(head, Payload::stream(rest(chunks)), &request_id, method, true)
        }
        Answer::FunctionError { kind, error_type, payload } => {
            failed(kind, &error_type, &payload, &request_id)
        }
        Answer::Throttled(_) => {
            error(StatusCode::SERVICE_UNAVAILABLE, "FUNCTION_THROTTLED", &request_id, None)
        }
        Answer::Refused { message } => failed(Failure::Error, "", message.as_bytes(), &request_id),
        Answer::NotFound => not_found(&request_id),
    }
}

pub(super) fn not_found(id: &str) -> Response<Payload> {
    error(StatusCode::NOT_FOUND, "NOT_FOUND", id, None)
}

pub(super) fn moved(to: &Moved, id: &str) -> Response<Payload> {
    let mut response = Response::new(Payload::from("Redirecting...\n"));
    *response.status_mut() = to.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    if let Ok(location) = HeaderValue::from_str(&to.location) {
        headers.insert(LOCATION, location);
    }
    edge(headers, id);
    response
}

/// What callers see, for the record.
pub(super) fn status_of(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Answered { bytes, streamed: false, .. } if bytes.len() > LIMIT => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
        Ending::Failed { error_type, .. } => failure(error_type).0,
        Ending::Throttled(_) => StatusCode::SERVICE_UNAVAILABLE,
        Ending::Refused => failure("").0,
        Ending::Answered { .. } => as_it_is(ending),
    }
}

fn failure(error_type: &str) -> (StatusCode, &'static str) {
    match error_type {
        "FUNCTION_INVOCATION_TIMEOUT" => (StatusCode::GATEWAY_TIMEOUT, "FUNCTION_INVOCATION_TIMEOUT"),
        "NO_RESPONSE_FROM_FUNCTION" => (StatusCode::BAD_GATEWAY, "NO_RESPONSE_FROM_FUNCTION"),
        "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE" => {
            (StatusCode::INTERNAL_SERVER_ERROR, "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE")
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "FUNCTION_INVOCATION_FAILED"),
    }
}

fn failed(kind: Failure, error_type: &str, payload: &[u8], id: &str) -> Response<Payload> {
    let (status, code) = failure(error_type);
    // The platform's own page, where the function said nothing itself, says no more than its code.
    let said = String::from_utf8_lossy(payload);
    let problem =
        if payload.starts_with(page(code, "").trim_end().as_bytes()) { unsaid(kind) } else { &said };
    error(status, code, id, Some(problem))
}

/// What happened to a call that its function said nothing of.
fn unsaid(kind: Failure) -> &'static str {
    match kind {
        Failure::Timeout => "the function did not answer within its maxDuration",
        Failure::Crash => "the function's process ended before it answered; its log says how",
        Failure::OutOfMemory => "the function's process used more than its memory and was ended",
        Failure::InitError => "the function could not be loaded; its log says why",
        Failure::Error => "the function gave no answer that could be sent",
    }
}

/// A page of the edge's own.
pub(super) fn error(
    status: StatusCode,
    code: &'static str,
    id: &str,
    problem: Option<&str>,
) -> Response<Payload> {
    let mut response = Response::new(Payload::from(page(code, id)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(ERROR, HeaderValue::from_static(code));
    if let Some(problem) = problem {
        problem_header::explain(headers, problem);
    }
    edge(headers, id);
    response
}

fn passed_on(
    head: ResponseHead,
    body: Payload,
    id: &str,
    method: &Method,
    streamed: bool,
) -> Response<Payload> {
    let mut headers = head.headers;
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    // The length a function claims may be its mistake; in answer to HEAD it is the information.
    let body = if method == Method::HEAD {
        Payload::empty()
    } else {
        if !streamed {
            headers.remove(CONTENT_LENGTH);
        }
        body
    };
    headers.entry(HeaderName::from_static("x-vercel-cache")).or_insert(HeaderValue::from_static("MISS"));
    edge(&mut headers, id);
    let mut response = Response::new(body);
    *response.status_mut() = head.status;
    *response.headers_mut() = headers;
    response
}

pub(super) fn edge(headers: &mut HeaderMap, id: &str) {
    headers.insert(SERVER, HeaderValue::from_static("Vercel"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("public, max-age=0, must-revalidate"));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(ID, id);
    }
}
