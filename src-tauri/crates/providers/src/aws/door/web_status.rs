//! Which status a caller over plain HTTP will see, told from how a call ended: the record says it, and is written before
//! the answer is made. The rules are those of the answers themselves (`web_answer`).

use bytes::Bytes;
use http::StatusCode;

use super::{
    load_balancer, reply_v1, reply_v2,
    web::{Surface, Target},
};
use crate::{
    domain::Gateway,
    invocation::{Ending, ResponseHead, StatusOf},
};

pub(super) fn status_of(target: &Target) -> StatusOf {
    match &target.surface {
        Surface::Url if target.found.function.url.streaming => {
            |ending| seen(ending, taken, StatusCode::BAD_GATEWAY, StatusCode::TOO_MANY_REQUESTS)
        }
        Surface::Url => {
            |ending| seen(ending, inferred, StatusCode::BAD_GATEWAY, StatusCode::TOO_MANY_REQUESTS)
        }
        Surface::Route { route, .. } => match route.gateway {
            Gateway::Http => |ending| {
                let error = StatusCode::INTERNAL_SERVER_ERROR;
                seen(ending, inferred, error, error)
            },
            Gateway::Rest(_) => {
                |ending| seen(ending, proxied, StatusCode::BAD_GATEWAY, StatusCode::INTERNAL_SERVER_ERROR)
            }
            Gateway::LoadBalancer { .. } => {
                |ending| seen(ending, balanced, StatusCode::BAD_GATEWAY, StatusCode::BAD_GATEWAY)
            }
        },
    }
}

/// What a whole answer, or the beginning of a streamed one, says; `None` where it is no HTTP answer.
type Reading = fn(&ResponseHead, &Bytes, bool) -> Option<StatusCode>;

fn seen(ending: &Ending<'_>, read: Reading, failed: StatusCode, throttled: StatusCode) -> StatusCode {
    match ending {
        Ending::Answered { head, bytes, streamed } => read(head, bytes, *streamed).unwrap_or(failed),
        Ending::Failed { .. } | Ending::Refused => failed,
        Ending::Throttled(_) => throttled,
    }
}

/// In `RESPONSE_STREAM` mode: what the prelude says, and nothing else is looked at.
fn taken(head: &ResponseHead, bytes: &Bytes, _streamed: bool) -> Option<StatusCode> {
    if reply_v2::has_prelude(&head.headers) { prelude(bytes) } else { Some(StatusCode::OK) }
}

/// In `BUFFERED` mode, and of an HTTP API.
fn inferred(head: &ResponseHead, bytes: &Bytes, streamed: bool) -> Option<StatusCode> {
    if streamed && reply_v2::has_prelude(&head.headers) {
        return prelude(bytes);
    }
    match reply_v2::infer(bytes) {
        Ok(reply) => Some(reply.status),
        // Bytes that were streamed need not be JSON.
        Err(_) => streamed.then_some(StatusCode::OK),
    }
}

fn proxied(_head: &ResponseHead, bytes: &Bytes, _streamed: bool) -> Option<StatusCode> {
    reply_v1::read(bytes, false).ok().map(|reply| reply.status)
}

fn balanced(_head: &ResponseHead, bytes: &Bytes, _streamed: bool) -> Option<StatusCode> {
    load_balancer::read(bytes, false).ok().map(|reply| reply.status)
}

fn prelude(bytes: &Bytes) -> Option<StatusCode> {
    reply_v2::split_prelude(bytes).ok().flatten().map(|reply| reply.status)
}
