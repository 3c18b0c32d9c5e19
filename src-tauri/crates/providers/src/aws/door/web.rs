//! A function called by plain HTTP: on its own URL, or through a route of a gateway. Each surface has its shape of event
//! and of answer, its way to fail, and its own rule of who speaks for CORS.

use std::{net::SocketAddr, time::Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, header::UPGRADE, request::Parts};
use hyper::{Request, body::Incoming};

use super::{
    Door, SYNC_LIMIT,
    answer::{self, TEXT},
    arrived::Arrived,
    call, cors, event_v1, event_v2, load_balancer,
    routes::{self, Parameters},
    web_answer::{html, respond, too_large},
    web_status::status_of,
};
use crate::{
    clock,
    domain::{Cors, Gateway, Route},
    http_body::{self, Payload, ReadError},
    http_guard::without_port,
    invocation::{CallContext, Found, Invoke, Trigger},
    launch::Account,
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
    Route { route: Route, parameters: Parameters },
}

/// What is answered to a preflight without asking the function, and who speaks for CORS in every other answer.
enum Crossing<'a> {
    /// The function itself.
    Function,
    /// The configuration, in place of what the function says.
    Configured { cors: &'a Cors, preflight: StatusCode },
    /// A REST API's `OPTIONS` method, which says the same to everybody; the function speaks in its own answers.
    Fixed(&'a Cors),
}

impl Target {
    fn crossing(&self) -> Crossing<'_> {
        let function = &self.found.function;
        let (cors, preflight) = match &self.surface {
            Surface::Url => (function.url.cors.as_ref(), StatusCode::OK),
            Surface::Route { route, .. } => match &route.gateway {
                Gateway::Http => (function.routes_cors.as_ref(), StatusCode::NO_CONTENT),
                Gateway::Rest(stage) if route.method != "OPTIONS" => {
                    return stage.cors.as_ref().map_or(Crossing::Function, Crossing::Fixed);
                }
                Gateway::Rest(_) | Gateway::LoadBalancer { .. } => return Crossing::Function,
            },
        };
        cors.map_or(Crossing::Function, |cors| Crossing::Configured { cors, preflight })
    }
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
    let preflight = |status, headers| {
        let mut response = answer::empty(status, &request_id);
        response.headers_mut().extend(headers);
        response
    };
    match target.crossing() {
        Crossing::Fixed(cors) if parts.method == Method::OPTIONS => {
            return preflight(StatusCode::OK, cors::fixed(cors, &parts.headers));
        }
        Crossing::Configured { cors, preflight: status } => {
            if cors::is_preflight(&parts.method, &parts.headers) {
                return preflight(status, cors::preflight(cors, &parts.headers));
            }
            let mut response = call(door, &target, &parts, body, peer, received, request_id).await;
            cors::apply(cors, &parts.headers, response.headers_mut());
            return response;
        }
        Crossing::Fixed(_) | Crossing::Function => {}
    }
    call(door, &target, &parts, body, peer, received, request_id).await
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
    let surface = &target.surface;
    if wants_upgrade(&parts.headers) {
        if surface.is_load_balancer() {
            return html(load_balancer::NO_UPGRADES, &request_id);
        }
        let text = "protocol upgrades end at the door: Lambda functions have no connection to keep\n";
        return answer::typed(StatusCode::NOT_IMPLEMENTED, &request_id, TEXT, text);
    }
    let most = if surface.is_load_balancer() { load_balancer::LIMIT } else { SYNC_LIMIT };
    let body = match http_body::read(body, most).await {
        Ok(body) => body,
        Err(ReadError::TooLarge { .. }) => return too_large(surface, &request_id),
        Err(ReadError::Broken) => return answer::empty(StatusCode::BAD_REQUEST, &request_id),
    };
    let trace_id = call::trace_id(&parts.headers);
    let event = event(door, target, &arrived(door, target, parts, &body, peer, &request_id, &trace_id));
    // Base64 and escapes count: the limit is on what Lambda is given.
    if event.len() > SYNC_LIMIT {
        return too_large(surface, &request_id);
    }
    let trigger = match target.surface {
        Surface::Url => Trigger::Url,
        Surface::Route { .. } => Trigger::Http,
    };
    let context = CallContext { trace_id: Some(trace_id), ..CallContext::default() };
    let function = call::function(target.found.function.name.clone());
    let invocation =
        call::invocation(function, request_id, trigger, event, received, context, status_of(target));
    respond(target, &parts.headers, door.invoke.invoke(invocation).await).await
}

/// The event in the shape of the surface.
fn event<I>(door: &Door<I>, target: &Target, arrived: &Arrived<'_>) -> Bytes {
    let name = target.found.function.name.as_str();
    let (route, parameters) = match &target.surface {
        Surface::Url => {
            let api = event_v2::Api {
                account_id: "anonymous",
                api_id: name,
                domain_prefix: name,
                route_key: "$default",
                path_parameters: &[],
            };
            return event_v2::event(arrived, &api);
        }
        Surface::Route { route, parameters } => (route, parameters),
    };
    routed(arrived, &door.account.of(&target.found.app), name, route, parameters)
}

/// The event a route's gateway makes of a request.
pub(super) fn routed(
    arrived: &Arrived<'_>,
    account: &Account,
    function: &str,
    route: &Route,
    parameters: &[(String, String)],
) -> Bytes {
    let account_id = account.id.as_str();
    match &route.gateway {
        Gateway::Http => {
            let api = event_v2::Api {
                account_id,
                api_id: API_ID,
                domain_prefix: arrived.host.split('.').next().unwrap_or_default(),
                route_key: &routes::key(route),
                path_parameters: parameters,
            };
            event_v2::event(arrived, &api)
        }
        Gateway::Rest(stage) => {
            let api = event_v1::Api {
                account_id,
                api_id: API_ID,
                stage,
                resource: &route.path,
                path_parameters: parameters,
            };
            event_v1::event(arrived, &api)
        }
        Gateway::LoadBalancer { multi_value } => {
            load_balancer::event(arrived, *multi_value, account, function)
        }
    }
}

const API_ID: &str = "coldframe";

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
    Arrived {
        method: &parts.method,
        raw_path: &target.raw_path,
        raw_query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
        source_ip: peer.ip().to_canonical(),
        host: without_port(host),
        port: door.port,
        request_id,
        trace_id,
        now_ms: clock::now_us() / 1000,
    }
}

/// Clients that offer HTTP/2 in passing (`h2c`) are content with an ordinary answer.
fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c"))
}
