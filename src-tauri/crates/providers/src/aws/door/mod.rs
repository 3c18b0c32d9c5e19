//! What callers of AWS Lambda speak, on one listener: the Invoke API as SDKs send it, function URLs, and the routes of
//! the gateways (HTTP APIs, REST APIs, load balancers) in the project's templates. Signatures are accepted and ignored.
//!
//! A request is told apart by its `Host` (`NAME.localhost`), then by its path: an API version, a route that names its
//! first segment, a function's name, any other route.

mod answer;
mod arrived;
mod asked;
mod call;
mod cors;
mod describe;
mod error;
mod event_stream;
mod event_v1;
mod event_v2;
mod function_output;
mod invoke_api;
mod invoke_request;
mod load_balancer;
mod name;
mod operation;
mod path_pattern;
mod reply_v1;
mod reply_v2;
mod response_stream;
mod routes;
#[cfg(test)]
mod tests;
mod urls;
mod web;
mod web_answer;
mod web_status;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use http::{HeaderValue, Method, Response, StatusCode};
use hyper::{Request, body::Incoming};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub(super) use self::asked::{answer_of, event_at, event_of, event_through};
pub(crate) use self::urls::urls;
use self::{
    routes::RouteMatch,
    web::{Surface, Target},
};
use crate::{
    domain::{Gateway, ProviderId},
    door::DoorConfig,
    http_body::Payload,
    http_guard::{HttpGuard, localhost_label},
    http_server::{self, Handler},
    invocation::{Found, Invoke},
    launch::Account,
};

/// Largest event of a synchronous call, bytes (AWS: 6 MB).
pub(super) const SYNC_LIMIT: usize = 6_291_456;
/// Largest event of an asynchronous call, bytes (AWS: 1 MB).
const ASYNC_LIMIT: usize = 1_048_576;
/// Largest buffered answer, bytes (AWS: 6 MiB and 100 bytes).
const RESPONSE_LIMIT: usize = 6_291_556;

/// Serves AWS callers on `listener` until `shutdown`.
pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    let port = listener.local_addr().map_or(0, |address| address.port());
    let guard = HttpGuard::new(&config.allowed_hosts);
    let DoorConfig { account, account_concurrency, .. } = config;
    let door = Door { invoke, account, account_concurrency, guard, port };
    http_server::run(listener, Arc::new(door), shutdown).await;
}

/// What every request needs.
struct Door<I> {
    invoke: Arc<I>,
    account: Account,
    account_concurrency: u32,
    guard: HttpGuard,
    port: u16,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Payload> {
        let received = Instant::now();
        let host = match self.guard.check_host(request.headers()) {
            Ok(host) => host,
            Err(foreign) => return foreign_host(&foreign),
        };
        if let Some(label) = localhost_label(host) {
            return match self.find_by_label(label) {
                Some(found) => {
                    let raw_path = request.uri().path().to_owned();
                    web::answer(
                        &self,
                        Target { found, raw_path, surface: Surface::Url },
                        request,
                        peer,
                        received,
                    )
                    .await
                }
                None => unknown_url(label),
            };
        }
        if operation::is_api_path(request.uri().path()) {
            return invoke_api::answer(&self, request, received).await;
        }
        let target = self
            .choose_for_preflight(&request)
            .or_else(|| self.choose(request.method(), request.uri().path()));
        match target {
            Some(target) => web::answer(&self, target, request, peer, received).await,
            None if request.uri().path() == "/" && [Method::GET, Method::HEAD].contains(request.method()) => {
                let text = urls::index(&self.invoke.list(ProviderId::Aws), host);
                answer::typed(StatusCode::OK, &call::new_request_id(), answer::TEXT, text)
            }
            None => self.no_route(request.uri().path()),
        }
    }
}

impl<I: Invoke> Door<I> {
    /// By the name before `.localhost`, which browsers send in lower case.
    fn find_by_label(&self, label: &str) -> Option<Found> {
        self.invoke.find(&call::function(label.to_owned())).or_else(|| {
            let mut functions = self.invoke.list(ProviderId::Aws).into_iter();
            functions.find(|found| found.function.name.eq_ignore_ascii_case(label))
        })
    }

    /// An API with CORS settings answers a preflight at every route, whether or not one takes `OPTIONS`.
    fn choose_for_preflight(&self, request: &Request<Incoming>) -> Option<Target> {
        if request.method() != Method::OPTIONS {
            return None;
        }
        let path = request.uri().path();
        if let Some(route) = routes::answers_options(&self.invoke.list(ProviderId::Aws), path) {
            return Some(by_route(route));
        }
        let method = cors::preflighted(request.method(), request.headers())?;
        let target = self.choose(&method, path)?;
        let by_http_api =
            matches!(&target.surface, Surface::Route { route, .. } if route.gateway == Gateway::Http);
        (by_http_api && target.found.function.routes_cors.is_some()).then_some(target)
    }

    /// By a path on the plain host. A route that spells out the first segment was written by somebody, so it goes
    /// before a function of that name; routes that would take anything go after.
    fn choose(&self, method: &Method, path: &str) -> Option<Target> {
        let route = routes::best(&self.invoke.list(ProviderId::Aws), method, path);
        if route.as_ref().is_some_and(|route| route.is_literal) {
            return route.map(by_route);
        }
        let segment = path.strip_prefix('/').unwrap_or(path);
        let (segment, rest) = segment.find('/').map_or((segment, "/"), |at| segment.split_at(at));
        let named = (!segment.is_empty())
            .then(|| self.invoke.find(&call::function(name::decode(segment).into_owned())));
        match named.flatten() {
            Some(found) => Some(Target { found, raw_path: rest.to_owned(), surface: Surface::Url }),
            None => route.map(by_route),
        }
    }

    /// As a gateway answers for a path, or a method, without a route: as a REST API where the project has no others.
    fn no_route(&self, path: &str) -> Response<Payload> {
        let request_id = call::new_request_id();
        let functions = self.invoke.list(ProviderId::Aws);
        let mut gateways =
            functions.iter().flat_map(|found| &found.function.routes).map(|route| &route.gateway).peekable();
        let rest = gateways.peek().is_some() && gateways.all(|gateway| matches!(gateway, Gateway::Rest(_)));
        let (status, body) = if rest {
            (StatusCode::FORBIDDEN, r#"{"message":"Missing Authentication Token"}"#)
        } else {
            (StatusCode::NOT_FOUND, r#"{"message":"Not Found"}"#)
        };
        let mut response = answer::typed(status, &request_id, answer::JSON, body);
        if rest {
            let kind = HeaderValue::from_static("MissingAuthenticationTokenException");
            response.headers_mut().insert(answer::ERROR_TYPE, kind);
        }
        answer::explain(&mut response, &format!("{path} is no function and no route; GET / lists them"));
        response
    }
}

fn by_route(route: RouteMatch) -> Target {
    let RouteMatch { found, route, path, parameters, .. } = route;
    Target { found, raw_path: path, surface: Surface::Route { route, parameters } }
}

fn foreign_host(host: &str) -> Response<Payload> {
    let text = format!(
        "Coldframe answers to localhost and *.localhost, not to `{host}`\nhint: add the name to the allowed hosts if it \
         is meant to lead here\n"
    );
    answer::typed(StatusCode::FORBIDDEN, &call::new_request_id(), answer::TEXT, text)
}

/// As AWS answers for a function URL that is none.
fn unknown_url(label: &str) -> Response<Payload> {
    let request_id = call::new_request_id();
    let mut response = answer::typed(StatusCode::FORBIDDEN, &request_id, answer::JSON, r#"{"Message":null}"#);
    response.headers_mut().insert(answer::ERROR_TYPE, HeaderValue::from_static("AccessDeniedException"));
    answer::explain(
        &mut response,
        &format!("no function is called {label}; GET / on plain localhost lists them"),
    );
    response
}

fn function_arn(account: &Account, name: &str) -> String {
    format!("arn:aws:lambda:{}:{}:function:{name}", account.region, account.id)
}
