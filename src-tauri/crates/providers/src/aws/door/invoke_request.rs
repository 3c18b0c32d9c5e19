//! What an invocation asks for, read from its headers and its body and checked before anything runs.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::Incoming;
use serde::de::IgnoredAny;

use super::{call, error::ApiError, name::FunctionName};
use crate::{
    http_body::{self, ReadError},
    invocation::CallContext,
};

const INVOCATION_TYPE: HeaderName = HeaderName::from_static("x-amz-invocation-type");
const LOG_TYPE: HeaderName = HeaderName::from_static("x-amz-log-type");
const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("x-amz-client-context");

/// Longest client context, bytes of base64.
const CLIENT_CONTEXT_LIMIT: usize = 3583;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

/// The event of a call: JSON, `{}` where nothing was sent.
pub(super) async fn read_event(body: Incoming, type_name: &str, limit: usize) -> Result<Bytes, ApiError> {
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

pub(super) fn invocation_type(headers: &HeaderMap, streams: bool) -> Result<InvocationType, ApiError> {
    match headers.get(INVOCATION_TYPE).map(HeaderValue::as_bytes) {
        None | Some(b"RequestResponse" | b"") => Ok(InvocationType::RequestResponse),
        Some(b"Event") if !streams => Ok(InvocationType::Event),
        Some(b"DryRun") => Ok(InvocationType::DryRun),
        Some(other) if streams => Err(not_in_set("invocationType", other, "[RequestResponse, DryRun]")),
        Some(other) => Err(not_in_set("invocationType", other, "[Event, RequestResponse, DryRun]")),
    }
}

pub(super) fn wants_log(headers: &HeaderMap) -> Result<bool, ApiError> {
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

pub(super) fn call_context(headers: &HeaderMap, function: &FunctionName) -> Result<CallContext, ApiError> {
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
