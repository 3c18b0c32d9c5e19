//! What a caller was told, as the record has it.

use bytes::Bytes;
use coldframe_providers::invocation::{Ending, Failure, ResponseHead, Throttle};
use coldframe_store::{Payload, Status};

use super::{payload::type_of, record::Call};

/// What the caller was told.
#[derive(Debug)]
pub(crate) struct Told {
    pub(super) status: Status,
    pub(super) http_status: u16,
    pub(super) error_type: Option<String>,
    pub(crate) response_bytes: u64,
    pub(super) response: Option<Payload>,
}

impl Told {
    pub(crate) fn answered(call: &Call, head: &ResponseHead, bytes: &Bytes) -> Self {
        let content_type = type_of(head);
        let response = Payload { content_type, bytes: bytes.clone(), full_length: bytes.len() as u64 };
        Self {
            status: status_of(head),
            http_status: call.seen(&Ending::Answered { head, bytes, streamed: false }),
            error_type: head.failed.clone(),
            response_bytes: bytes.len() as u64,
            response: Some(response),
        }
    }

    pub(super) fn went_well(&self) -> bool {
        self.status == Status::Ok && self.http_status < 400
    }

    pub(crate) fn streamed(call: &Call, head: &ResponseHead, kept: Vec<u8>, total: u64) -> Self {
        let bytes = Bytes::from(kept);
        let http_status = call.seen(&Ending::Answered { head, bytes: &bytes, streamed: true });
        let response = Payload { content_type: type_of(head), bytes, full_length: total };
        Self {
            status: status_of(head),
            http_status,
            error_type: head.failed.clone(),
            response_bytes: total,
            response: Some(response),
        }
    }

    pub(crate) fn failure(call: &Call, kind: Failure, error_type: &str, payload: &Bytes) -> Self {
        let response = Payload {
            content_type: "application/json".into(),
            bytes: payload.clone(),
            full_length: payload.len() as u64,
        };
        Self {
            status: failed_as(kind),
            http_status: call.seen(&Ending::Failed { kind, error_type }),
            error_type: Some(error_type.to_owned()),
            response_bytes: payload.len() as u64,
            response: Some(response),
        }
    }

    pub(crate) fn throttled(call: &Call, throttle: Throttle) -> Self {
        let reason = match throttle {
            // Nothing that its provider says of it would tell a person that they did this.
            Throttle::Paused => "Coldframe.Paused",
            Throttle::Function => "ReservedFunctionConcurrentInvocationLimitExceeded",
            Throttle::Account => "ConcurrentInvocationLimitExceeded",
        };
        Self::unstarted(Status::Throttled, call.seen(&Ending::Throttled(throttle)), reason)
    }

    pub(super) fn refused(call: &Call) -> Self {
        Self::unstarted(Status::Refused, call.seen(&Ending::Refused), "Coldframe.Refused")
    }

    /// By a server that takes no more, or is not there: what its callers meet is a 503, whatever the door.
    pub(super) fn turned_away() -> Self {
        Self::unstarted(Status::Refused, 503, "Coldframe.TurnedAway")
    }

    pub(super) fn given_up(call: &Call) -> Self {
        Self::unstarted(Status::Interrupted, call.seen(&Ending::Refused), "Coldframe.GivenUp")
    }

    fn unstarted(status: Status, http_status: u16, reason: &str) -> Self {
        Self { status, http_status, error_type: Some(reason.to_owned()), response_bytes: 0, response: None }
    }
}

/// An answer can say itself that the function failed.
fn status_of(head: &ResponseHead) -> Status {
    if head.failed.is_some() { Status::Error } else { Status::Ok }
}

fn failed_as(kind: Failure) -> Status {
    match kind {
        Failure::Error => Status::Error,
        Failure::InitError => Status::InitError,
        Failure::Timeout => Status::Timeout,
        Failure::Crash => Status::Crash,
        Failure::OutOfMemory => Status::OutOfMemory,
    }
}
