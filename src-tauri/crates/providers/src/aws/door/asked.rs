//! A described request as a function URL would make an event of it, and the answer in what a function returned: for
//! whoever runs a function without a caller.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::StatusCode;

use super::{
    arrived::Arrived,
    call,
    event_v2::{self, Api},
    reply_v2,
};
use crate::{clock, invocation::HttpRequest};

/// The event, as JSON.
pub(in crate::aws) fn event_of(request: &HttpRequest) -> Bytes {
    let (raw_path, raw_query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let api = Api {
        account_id: "anonymous",
        api_id: "function",
        domain_prefix: "function",
        route_key: "$default",
        path_parameters: &[],
    };
    let arrived = Arrived {
        method: &request.method,
        raw_path,
        raw_query,
        headers: &request.headers,
        body: &request.body,
        source_ip: Ipv4Addr::LOCALHOST.into(),
        host: "localhost",
        port: 80,
        request_id: &call::new_request_id(),
        trace_id: &call::trace_id(&request.headers),
        now_ms: clock::now_us() / 1000,
    };
    event_v2::event(&arrived, &api)
}

/// Status and body of an answer.
///
/// # Errors
/// It is no HTTP answer: why.
pub(in crate::aws) fn answer_of(payload: &Bytes) -> Result<(StatusCode, Bytes), String> {
    reply_v2::infer(payload).map(|reply| (reply.status, reply.body))
}
