//! One call on its way in: its identity, and the invocation made of it.

use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use uuid::Uuid;

use crate::{
    clock,
    domain::ProviderId,
    invocation::{CallContext, Event, FunctionRef, Invocation, StatusOf, Trigger},
};

pub(super) const TRACE_HEADER: &str = "x-amzn-trace-id";

pub(super) fn new_request_id() -> String {
    Uuid::new_v4().hyphenated().to_string()
}

pub(super) fn function(name: String) -> FunctionRef {
    FunctionRef { provider: ProviderId::Aws, name }
}

/// The caller's trace header, or one begun here: functions and their SDKs expect to find one. Never sampled.
pub(super) fn trace_id(headers: &HeaderMap) -> String {
    if let Some(sent) = headers.get(TRACE_HEADER).and_then(|value| value.to_str().ok()) {
        return sent.to_owned();
    }
    let seconds = clock::now_us() / 1_000_000;
    let random = Uuid::new_v4().as_u128();
    let parent = Uuid::new_v4().as_u64_pair().0;
    format!("Root=1-{seconds:08x}-{:024x};Parent={parent:016x};Sampled=0", random & ((1 << 96) - 1))
}

pub(super) fn invocation(
    function: FunctionRef,
    request_id: String,
    trigger: Trigger,
    event: Bytes,
    received: Instant,
    context: CallContext,
    status_of: StatusOf,
) -> Invocation {
    let event = Event::Bytes(event);
    Invocation { function, request_id, trigger, event, received, cold: false, context, status_of }
}
