//! The Runtime API's own answers. Texts are Lambda's, because runtimes show them.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;

use super::state::Refusal;

pub(crate) type Reply = Response<Full<Bytes>>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(crate) fn accepted() -> Reply {
    json(StatusCode::ACCEPTED, Bytes::from_static(b"{\"status\":\"OK\"}\n"))
}

pub(super) fn pong() -> Reply {
    Response::new(Full::new(Bytes::from_static(b"pong")))
}

pub(crate) fn not_found() -> Reply {
    let mut response = Response::new(Full::new(Bytes::from_static(b"404 page not found\n")));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

pub(super) fn method_not_allowed() -> Reply {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

pub(super) fn refused(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::InvalidRequestId => error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        Refusal::Transition { from, to } => error(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            &format!(
                "State transition from {} to {} failed for runtime. Error: State transition is not allowed",
                from.name(),
                to.name()
            ),
        ),
    }
}

pub(super) fn invalid_response_mode() -> Reply {
    error(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode")
}

pub(super) fn truncated() -> Reply {
    error(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated")
}

pub(super) fn too_large() -> Reply {
    let message = format!("Exceeded maximum allowed payload size ({} bytes).", super::body::RESPONSE_LIMIT);
    error(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

/// The emulator has no logs or telemetry API; a layer that asks must not crash, so this is a 202.
pub(super) fn not_supported(api: &str) -> Reply {
    error(StatusCode::ACCEPTED, &format!("{api}.NotSupported"), &format!("{api} API is not supported"))
}

pub(crate) fn error(status: StatusCode, error_type: &str, message: &str) -> Reply {
    let body = serde_json::json!({ "errorMessage": message, "errorType": error_type });
    json(status, Bytes::from(format!("{body}\n")))
}

pub(super) fn json(status: StatusCode, body: Bytes) -> Reply {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}
