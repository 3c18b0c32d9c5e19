//! Bodies on their way into the record: capped, and without the values of members that are named like secrets.

use bytes::Bytes;
use coldframe_providers::invocation::{Event, ResponseHead};
use coldframe_store::Payload;

use crate::world::SharedWorld;

pub(super) fn request_type(event: &Event) -> String {
    match event {
        Event::Bytes(_) => "application/json".to_owned(),
        Event::Http(request) => request
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("application/octet-stream")
            .to_owned(),
    }
}

/// Of an answer.
pub(super) fn type_of(head: &ResponseHead) -> String {
    let said = head.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    said.unwrap_or("application/json").to_owned()
}

pub(super) fn keep(world: &SharedWorld, content_type: String, bytes: Bytes) -> Payload {
    cap(world, Payload { content_type, full_length: bytes.len() as u64, bytes })
}

pub(super) fn cap(world: &SharedWorld, mut payload: Payload) -> Payload {
    payload.bytes.truncate(world.config.payload_cap);
    payload.bytes = world.redaction.redact(payload.bytes);
    payload
}
