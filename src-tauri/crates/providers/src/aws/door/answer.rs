//! Building the door's answers.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;

use crate::{http_body::Payload, problem_header};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
pub(super) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
pub(super) const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
pub(super) const EXECUTED_VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");
pub(super) const LOG_RESULT: HeaderName = HeaderName::from_static("x-amz-log-result");

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// An answer with its request id and nothing else.
pub(super) fn empty(status: StatusCode, request_id: &str) -> Response<Payload> {
    with_body(status, request_id, Payload::empty())
}

pub(super) fn with_body(status: StatusCode, request_id: &str, body: impl Into<Payload>) -> Response<Payload> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

pub(super) fn typed(
    status: StatusCode,
    request_id: &str,
    content_type: HeaderValue,
    body: impl Into<Payload>,
) -> Response<Payload> {
    let mut response = with_body(status, request_id, body);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

pub(super) fn json(status: StatusCode, request_id: &str, body: &impl Serialize) -> Response<Payload> {
    let body = serde_json::to_vec(body).unwrap_or_else(|error| {
        tracing::error!(%error, "an answer of our own could not be written as JSON");
        b"{}".to_vec()
    });
    typed(status, request_id, JSON, Bytes::from(body))
}

/// Says in a header of ours what the cloud hides behind `Internal Server Error`.
pub(super) fn explain(response: &mut Response<Payload>, problem: &str) {
    problem_header::explain(response.headers_mut(), problem);
}
