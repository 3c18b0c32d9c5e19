//! Errors of the Lambda API as SDKs recognise them: by the `x-amzn-ErrorType` header. Whether a body says `Message` or
//! `message` differs by error on AWS; each is kept as it was recorded there.

use http::{Response, StatusCode};
use serde::Serialize;

use super::answer::{self, ERROR_TYPE};
use crate::{
    http_body::Payload,
    invocation::{Answer, Throttle},
    launch::Account,
};

/// One error answer of the API.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    body: Body,
}

#[derive(Debug, Serialize)]
struct Body {
    #[serde(rename = "Reason", skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(rename = "Type")]
    fault: &'static str,
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    upper: Option<String>,
    #[serde(rename = "message", skip_serializing_if = "Option::is_none")]
    lower: Option<String>,
}

impl ApiError {
    fn lower(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, body: Body { reason: None, fault: "User", upper: None, lower: Some(message) } }
    }

    fn upper(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, body: Body { reason: None, fault: "User", upper: Some(message), lower: None } }
    }

    pub(super) fn not_found(account: &Account, name: &str, qualifier: Option<&str>) -> Self {
        let mut arn = super::function_arn(account, name);
        if let Some(qualifier) = qualifier {
            arn.push(':');
            arn.push_str(qualifier);
        }
        Self::resource_not_found(format!("Function not found: {arn}"))
    }

    pub(super) fn resource_not_found(message: String) -> Self {
        Self::upper(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
    }

    pub(super) fn invalid_parameter(message: String) -> Self {
        Self::lower(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
    }

    pub(super) fn validation(message: String) -> Self {
        Self::lower(StatusCode::BAD_REQUEST, "ValidationException", message)
    }

    pub(super) fn not_json(problem: &dyn std::fmt::Display) -> Self {
        Self::invalid_content(format!(
            "Could not parse request body into json: Could not parse payload into json: {problem}"
        ))
    }

    pub(super) fn invalid_content(message: String) -> Self {
        Self::lower(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message)
    }

    pub(super) fn too_large(bytes: usize, invocation_type: &str, limit: usize) -> Self {
        Self::lower(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestTooLargeException",
            format!(
                "{bytes} byte payload is too large for the {invocation_type} invocation type (limit {limit} bytes)"
            ),
        )
    }

    pub(super) fn throttled(throttle: Throttle) -> Self {
        let mut error =
            Self::lower(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded.".into());
        error.body.reason = Some(match throttle {
            Throttle::Function | Throttle::Paused => "ReservedFunctionConcurrentInvocationLimitExceeded",
            Throttle::Account => "ConcurrentInvocationLimitExceeded",
        });
        error
    }

    /// Lambda answers so while a function's state keeps it from running. It is no 5xx, which SDKs would retry.
    pub(super) fn refused(message: String) -> Self {
        Self::upper(StatusCode::CONFLICT, "ResourceConflictException", message)
    }

    pub(super) fn access_denied(message: String) -> Self {
        Self::upper(StatusCode::FORBIDDEN, "AccessDeniedException", message)
    }

    pub(super) fn unknown_operation(message: String) -> Self {
        Self::lower(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub(super) fn service(message: String) -> Self {
        let mut error = Self::upper(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", message);
        error.body.fault = "Service";
        error
    }

    /// The error an answer without a payload is, to a call of the function `name`.
    pub(super) fn of(answer: Answer, account: &Account, name: &str) -> Self {
        match answer {
            Answer::Throttled(throttle) => Self::throttled(throttle),
            Answer::Refused { message } => Self::refused(message),
            Answer::NotFound => Self::not_found(account, name, Some(super::name::LATEST)),
            Answer::Response { .. } | Answer::FunctionError { .. } => {
                Self::service("an answer came where none was expected".into())
            }
        }
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn into_response(self, request_id: &str) -> Response<Payload> {
        let mut response = answer::json(self.status, request_id, &self.body);
        response.headers_mut().insert(ERROR_TYPE, http::HeaderValue::from_static(self.code));
        response
    }
}
