//! A function called by plain HTTP: on its own URL, or through a route of an HTTP API. Both make the same kind of event
//! and take the same kind of answer; they differ in how they fail and in who speaks for CORS.

use std::{net::SocketAddr, time::Instant};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::UPGRADE, request::Parts};
use hyper::{Request, body::Incoming};

use super::{
    Door, SYNC_LIMIT,
    answer::{self, TEXT},
    call, cors,
    event_v2::{self, Api, Arrived},
    web_answer::{respond, too_large},
};
use crate::{
    clock,
    http_body::{self, Payload, ReadError},
    http_guard::without_port,
    invocation::{CallContext, Found, Invoke, Trigger},
};

/// Who answers a request, and as what.
pub(super) struct Target {
    pub(super) found: Found,
    /// The path the function sees, as sent.
    pub(super) raw_path: String,
    pub(super) surface: Surface,
}

pub(super) enum Surface {
    Url,
    Route { key: String, parameters: Vec<(String, String)> },
}

pub(super) async fn answer<I: Invoke>(
    door: &Door<I>,
    target: Target,
    request: Request<Incoming>,
    peer: SocketAddr,
    received: Instant,
) -> Response<Payload> {
    let (parts, body) = request.into_parts();
    let request_id = call::new_request_id();
    let cors = match target.surface {
        Surface::Url => target.found.function.url.cors.as_ref(),
        Surface::Route { .. } => target.found.function.routes_cors.as_ref(),
    };
    if let Some(cors) = cors
        && cors::is_preflight(&parts.method, &parts.headers)
    {
        let status = match target.surface {
            Surface::Url => StatusCode::OK,
            Surface::Route { .. } => StatusCode::NO_CONTENT,
        };
        let mut response = answer::empty(status, &request_id);
        response.headers_mut().extend(cors::preflight(cors, &parts.headers));
        return response;
    }
    let mut response = call(door, &target, &parts, body, peer, received, request_id).await;
    if let Some(cors) = cors {
        cors::apply(cors, &parts.headers, response.headers_mut());
    }
    response
}

async fn call<I: Invoke>(
    door: &Door<I>,
    target: &Target,
    parts: &Parts,
    body: Incoming,
    peer: SocketAddr,
    received: Instant,
    request_id: String,
) -> Response<Payload> {
    if wants_upgrade(&parts.headers) {
        let text = "protocol upgrades end at the door: Lambda functions have no connection to keep\n";
        return answer::typed(StatusCode::NOT_IMPLEMENTED, &request_id, TEXT, text);
    }
    let body = match http_body::read(body, SYNC_LIMIT).await {
        Ok(body) => body,
        Err(ReadError::TooLarge { .. }) => return too_large(&request_id),
        Err(ReadError::Broken) => return answer::empty(StatusCode::BAD_REQUEST, &request_id),
    };
    let trace_id = call::trace_id(&parts.headers);
    let event = event_v2::event(&arrived(door, target, parts, &body, peer, &request_id, &trace_id));
    // Base64 and escapes count: the limit is on what Lambda is given.
    if event.len() > SYNC_LIMIT {
        return too_large(&request_id);
    }
    let trigger = match target.surface {
        Surface::Url => Trigger::Url,
        Surface::Route { .. } => Trigger::Http,
    };
    let context = CallContext { trace_id: Some(trace_id), ..CallContext::default() };
    let function = call::function(target.found.function.name.clone());
    let invocation = call::invocation(function, request_id, trigger, event, received, context);
    respond(target, door.invoke.invoke(invocation).await).await
}

fn arrived<'a, I>(
    door: &'a Door<I>,
    target: &'a Target,
    parts: &'a Parts,
    body: &'a Bytes,
    peer: SocketAddr,
    request_id: &'a str,
    trace_id: &'a str,
) -> Arrived<'a> {
    let host =
        parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let name = target.found.function.name.as_str();
    let api = match &target.surface {
        Surface::Url => Api {
            account_id: "anonymous",
            api_id: name,
            domain_prefix: name,
            route_key: "$default",
            path_parameters: &[],
        },
        Surface::Route { key, parameters } => Api {
            account_id: &door.account.id,
            api_id: "coldframe",
            domain_prefix: without_port(host).split('.').next().unwrap_or_default(),
            route_key: key,
            path_parameters: parameters,
        },
    };
    Arrived {
        method: &parts.method,
        raw_path: &target.raw_path,
        raw_query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
        source_ip: peer.ip().to_canonical(),
        host: without_port(host),
        port: door.port,
        api,
        request_id,
        trace_id,
        now_ms: clock::now_us() / 1000,
    }
}

/// Clients that offer HTTP/2 in passing (`h2c`) are content with an ordinary answer.
fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c"))
}
