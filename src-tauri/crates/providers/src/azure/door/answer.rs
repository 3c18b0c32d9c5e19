//! The answer a caller gets: the function's own, or the host's, whose errors have no body but for one.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use crate::{
    azure::{converse, detect::HEADERS},
    domain::Function,
    http_body::Payload,
    invocation::{Answer, Body, Ending, Failure, Outcome, ResponseHead, as_it_is},
    problem_header,
    service_door::rest,
};

pub(super) fn respond(outcome: Outcome, method: &Method) -> Response<Payload> {
    match outcome.answer {
        Answer::Response { head, body: Body::Full(bytes) } => passed_on(head, bytes.into(), method),
        Answer::Response { head, body: Body::Stream(chunks) } => {
            passed_on(head, Payload::stream(rest(chunks)), method)
        }
        Answer::FunctionError { kind, error_type, payload } => {
            let reason = reason(&error_type, &payload);
            match kind {
                Failure::InitError => not_running(&reason),
                // A worker that ends fails the calls it had.
                Failure::Error | Failure::Timeout | Failure::Crash | Failure::OutOfMemory => {
                    own(StatusCode::INTERNAL_SERVER_ERROR, Some(&reason))
                }
            }
        }
        Answer::Throttled(_) => own(StatusCode::TOO_MANY_REQUESTS, None),
        Answer::Refused { message } => not_running(&message),
        Answer::NotFound => own(StatusCode::NOT_FOUND, None),
    }
}

/// What callers see, for the record.
pub(super) fn status_of(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Failed { kind: Failure::InitError, .. } | Ending::Refused => StatusCode::SERVICE_UNAVAILABLE,
        Ending::Failed { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        other => as_it_is(other),
    }
}

fn passed_on(head: ResponseHead, body: Payload, method: &Method) -> Response<Payload> {
    let mut headers = head.headers;
    // The length a function claims may be its mistake; in answer to HEAD it is the information.
    let body = if method == Method::HEAD {
        Payload::empty()
    } else {
        headers.remove(CONTENT_LENGTH);
        body
    };
    let mut response = Response::new(body);
    *response.status_mut() = head.status;
    *response.headers_mut() = headers;
    response
}

/// What `customHeaders` of `host.json` adds to the answers of an HTTP function; its own are above.
pub(super) fn add_headers(headers: &mut HeaderMap, function: &Function) {
    let text = converse::trigger(function).and_then(|trigger| trigger.settings.get(HEADERS));
    let added: BTreeMap<String, String> =
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    for (name, value) in added {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.entry(name).or_insert(value);
        }
    }
}

/// The host's own answer, with our reason beside it.
pub(super) fn own(status: StatusCode, problem: Option<&str>) -> Response<Payload> {
    let mut response = Response::new(Payload::empty());
    *response.status_mut() = status;
    if let Some(problem) = problem {
        problem_header::explain(response.headers_mut(), problem);
    }
    response
}

/// What the host says while it has no worker to ask.
/// <https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.WebHost/Middleware/HostAvailabilityCheckMiddleware.cs>
fn not_running(problem: &str) -> Response<Payload> {
    let mut response = own(StatusCode::SERVICE_UNAVAILABLE, Some(problem));
    *response.body_mut() = Payload::from("Function host is not running.".to_owned());
    response
}

pub(super) fn text(text: String) -> Response<Payload> {
    let mut response = Response::new(Payload::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

pub(super) fn json(value: &serde_json::Value) -> Response<Payload> {
    let mut response = Response::new(Payload::from(value.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// What went wrong, in one line.
fn reason(error_type: &str, payload: &Bytes) -> String {
    let body: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    match body["errorMessage"].as_str() {
        Some(message) if !message.is_empty() => format!("{error_type}: {message}"),
        _ => error_type.to_owned(),
    }
}
