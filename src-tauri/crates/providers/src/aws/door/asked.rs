//! A described request as a function URL would make an event of it, and the answer in what a function returned: for
//! whoever runs a function without a caller.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::{
    arrived::Arrived,
    call,
    event_v2::{self, Api},
    reply_v2::Reply,
    web, web_answer,
};
use crate::{
    clock,
    domain::{App, Function, Gateway, Route},
    example::{Asked, JSON},
    invocation::HttpRequest,
    launch::Account,
    portable::Told,
};

/// The event, as JSON.
pub(in crate::aws) fn event_of(request: &HttpRequest) -> Bytes {
    let api = Api {
        account_id: "anonymous",
        api_id: "function",
        domain_prefix: "function",
        route_key: "$default",
        path_parameters: &[],
    };
    arrived(request, |arrived| event_v2::event(arrived, &api))
}

/// The event that a route's gateway makes of a request; of a function URL where it came by none.
pub(in crate::aws) fn event_through(
    function: &str,
    route: Option<&Route>,
    request: &HttpRequest,
    variables: &[(String, String)],
) -> Bytes {
    let Some(route) = route else { return event_of(request) };
    arrived(request, |arrived| web::routed(arrived, &Account::default(), function, route, variables))
}

/// The event of a route's gateway.
pub(in crate::aws) fn event_at(app: &App, function: &Function, route: &Route, asked: &Asked) -> Bytes {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost"));
    headers.insert(header::ACCEPT, HeaderValue::from_static(JSON));
    let body = asked.body().unwrap_or_default();
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(header::CONTENT_LENGTH, body.len().into());
    }
    let (method, target) = (asked.method.clone(), asked.path.clone());
    let request = HttpRequest { method, target, headers, body: body.into() };
    let account = Account::default().of(app);
    arrived(&request, |arrived| web::routed(arrived, &account, &function.name, route, &asked.parameters))
}

fn arrived(request: &HttpRequest, event: impl FnOnce(&Arrived<'_>) -> Bytes) -> Bytes {
    let (raw_path, raw_query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    event(&Arrived {
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
    })
}

/// What the caller gets for a request to a gateway.
///
/// # Errors
/// It is no HTTP answer: why.
pub(in crate::aws) fn answer_of(
    gateway: &Gateway,
    request: &HttpRequest,
    payload: &Bytes,
) -> Result<Told, String> {
    let Reply { status, headers, body } = web_answer::read(gateway, payload, &request.headers)?;
    Ok(Told::new(status, headers, body))
}
