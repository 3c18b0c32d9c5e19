//! What callers of IBM's functions speak: OpenWhisk's REST API as `wsk` sends it, web actions, and the plain HTTP of
//! Code Engine functions. Keys are accepted and ignored.

mod rest;
mod seen;
#[cfg(test)]
mod tests;
mod web;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName},
    request::Parts,
};
use hyper::{Request, body::Incoming};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    activation::{Activation, Recent, Refusal, Status},
    params::{self, Asked, Rules, Unasked, Unfit},
};
use crate::{
    clock,
    domain::ProviderId,
    door::{DoorConfig, authority, named_urls},
    http_body::{self, Payload, ReadError},
    http_guard::{HttpGuard, localhost_label},
    http_server::{self, Handler},
    invocation::{CallContext, Event, Found, FunctionRef, Invocation, Invoke, StatusOf, Trigger},
};

/// Parameters and results, bytes (Code Engine: 5 MB; OpenWhisk's 1 MB is a setting of its operator).
pub(super) const LIMIT: usize = 5 * 1024 * 1024;

pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    let guard = HttpGuard::new(&config.allowed_hosts);
    let door = Door { invoke, guard, recent: Recent::default() };
    http_server::run(listener, Arc::new(door), shutdown).await;
}

/// Its own URL as a Code Engine function, and as an action: a web action where a manifest made it one, else its API.
pub(crate) fn urls(found: &Found, address: SocketAddr) -> Vec<String> {
    let host = authority(address);
    let name = &found.function.name;
    if found.function.routes.is_empty() {
        return named_urls(name, address);
    }
    found.function.routes.iter().map(|route| format!("http://{host}{}", route.path)).collect()
}

struct Door<I> {
    invoke: Arc<I>,
    guard: HttpGuard,
    recent: Recent,
}

/// A call whose body has been read.
struct Call {
    parts: Parts,
    body: Bytes,
    received: Instant,
    start_ms: i64,
    id: String,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, _peer: SocketAddr) -> Response<Payload> {
        let (received, start_ms) = (Instant::now(), clock::now_us() / 1000);
        let id = Uuid::new_v4().simple().to_string();
        let (parts, body) = request.into_parts();
        let host = match self.guard.check_host(&parts.headers) {
            Ok(host) => host.to_owned(),
            Err(foreign) => {
                let problem = format!("Coldframe answers to localhost and *.localhost, not to `{foreign}`");
                return error(StatusCode::FORBIDDEN, &problem, &id);
            }
        };
        let body = match http_body::read(body, LIMIT).await {
            Ok(body) => body,
            Err(ReadError::TooLarge { .. }) => {
                return error(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 5 MB.", &id);
            }
            Err(ReadError::Broken) => return error(StatusCode::BAD_REQUEST, "The request broke off.", &id),
        };
        let path = parts.uri.path().to_owned();
        let call = Call { parts, body, received, start_ms, id };
        if let Some(label) = localhost_label(&host) {
            return match self.find(label) {
                Some(found) => self.function(call, found, &path).await,
                None => not_found(&call.id),
            };
        }
        if let Some(rest) = path.strip_prefix("/api/v1/web/") {
            return self.web_action(call, rest).await;
        }
        if let Some(rest) = path.strip_prefix("/api/v1/namespaces") {
            return self.rest(call, rest.trim_start_matches('/')).await;
        }
        let inside = path.trim_start_matches('/');
        let (name, rest) = inside.split_at(inside.find('/').unwrap_or(inside.len()));
        match self.find(name) {
            Some(found) => self.function(call, found, rest).await,
            None if inside.is_empty() => rest::api_description(),
            None => not_found(&call.id),
        }
    }
}

impl<I: Invoke> Door<I> {
    fn find(&self, name: &str) -> Option<Found> {
        let functions = self.invoke.list(ProviderId::Ibm);
        functions.into_iter().find(|found| found.function.name.eq_ignore_ascii_case(name))
    }

    /// Runs an action and remembers the activation.
    async fn activate(
        invoke: Arc<I>,
        recent: Recent,
        found: Found,
        invocation: Invocation,
        start_ms: i64,
    ) -> Result<Arc<Activation>, Refusal> {
        let outcome = invoke.invoke(invocation).await;
        Activation::of(&found, outcome, start_ms).await.map(|activation| recent.add(activation))
    }

    async fn run(
        &self,
        call: &Call,
        found: &Found,
        params: Map<String, Value>,
        status_of: StatusOf,
    ) -> Result<Arc<Activation>, Refusal> {
        let invocation = invocation(call, found, params, Trigger::Http, status_of);
        let (invoke, recent) = (Arc::clone(&self.invoke), self.recent.clone());
        Self::activate(invoke, recent, found.clone(), invocation, call.start_ms).await
    }

    /// A Code Engine function, at its own address.
    async fn function(&self, call: Call, found: Found, path: &str) -> Response<Payload> {
        let asked = Asked {
            method: &call.parts.method,
            headers: &call.parts.headers,
            path,
            query: call.parts.uri.query().unwrap_or_default(),
            body: &call.body,
        };
        let params = match asked.of_function() {
            Ok(params) => params,
            Err(Unasked::Reserved) => {
                return error(StatusCode::BAD_REQUEST, "Parameters must not begin with __ce_.", &call.id);
            }
            Err(Unasked::Malformed) => {
                let text = "The body is not JSON, which it is taken for where no other content type is said.";
                return error(StatusCode::BAD_REQUEST, text, &call.id);
            }
        };
        let activation = match self.run(&call, &found, params, seen::by_function).await {
            Ok(activation) => activation,
            Err(refusal) => return refused(refusal, &call.id),
        };
        let mut response = match (activation.status, params::answer(&activation.result, Rules::Function)) {
            (Status::Success, Ok(mut response)) => {
                *response.status_mut() = seen::of_result(&activation.result);
                let status = HeaderValue::from(response.status().as_u16());
                response.headers_mut().insert(HeaderName::from_static("x-faas-actionstatus"), status);
                response
            }
            (Status::Success, Err(Unfit::Status)) => empty(StatusCode::UNPROCESSABLE_ENTITY),
            (Status::Success, Err(Unfit::Body)) => {
                error(StatusCode::BAD_REQUEST, "The body is not what its content type says.", &call.id)
            }
            _ => json_response(StatusCode::INTERNAL_SERVER_ERROR, &activation.result),
        };
        name_activation(response.headers_mut(), "x-faas-activation-id", &activation.id);
        name_activation(response.headers_mut(), "x-request-id", &activation.id);
        response
    }
}

fn invocation(
    call: &Call,
    found: &Found,
    params: Map<String, Value>,
    trigger: Trigger,
    status_of: StatusOf,
) -> Invocation {
    Invocation {
        function: FunctionRef { provider: ProviderId::Ibm, name: found.function.name.clone() },
        request_id: call.id.clone(),
        trigger,
        event: Event::Bytes(Value::Object(params).to_string().into()),
        received: call.received,
        cold: false,
        context: CallContext::default(),
        status_of,
    }
}

fn name_activation(headers: &mut HeaderMap, name: &'static str, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static(name), id);
    }
}

fn refused(refusal: Refusal, id: &str) -> Response<Payload> {
    match refusal {
        Refusal::Throttled => {
            error(StatusCode::TOO_MANY_REQUESTS, "Too many concurrent requests in flight.", id)
        }
        Refusal::NotFound => not_found(id),
    }
}

fn not_found(id: &str) -> Response<Payload> {
    error(StatusCode::NOT_FOUND, "The requested resource does not exist.", id)
}

fn error(status: StatusCode, text: &str, id: &str) -> Response<Payload> {
    json_response(status, &json!({ "error": text, "code": id }))
}

fn empty(status: StatusCode) -> Response<Payload> {
    let mut response = Response::new(Payload::empty());
    *response.status_mut() = status;
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response<Payload> {
    let mut response = Response::new(Payload::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
