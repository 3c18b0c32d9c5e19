//! What callers of Vercel functions speak: plain HTTP on the paths of a deployed folder, from a listener of its own,
//! because those paths begin at the root. A page beside the functions is answered as it lies there, so that it can
//! call them.

mod answer;
mod crons;
mod proxy;
mod request;
mod routes;
mod site;
mod static_file;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use http::{Response, StatusCode, header::UPGRADE, request::Parts};
use hyper::{Request, body::Incoming};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::{
    proxy::Proxy,
    request::Edge,
    routes::Chosen,
    site::{Answers, Sites},
};
use crate::{
    clock,
    domain::{Function, Problem, ProviderId},
    door::{DoorConfig, authority},
    http_body::{self, Payload, ReadError},
    http_event,
    http_guard::HttpGuard,
    http_server::{self, Handler},
    invocation::{CallContext, Event, Found, FunctionRef, HttpRequest, Invocation, Invoke, Trigger},
    schedule,
    vercel::edge::Asked,
};

/// Largest body of a request, and of an answer that is not streamed, bytes (Vercel: 4.5 MB).
pub(super) const LIMIT: usize = 4_718_592;

/// Serves Vercel's callers on `listener` until `shutdown`.
pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    let guard = HttpGuard::new(&config.allowed_hosts);
    let sites = Arc::new(Sites::default());
    let host = listener.local_addr().map(authority).unwrap_or_else(|_| "localhost".to_owned());
    let known = Arc::clone(&sites);
    let timers = move |functions: &[Found]| crons::timers(&known, functions, &host);
    let clock = schedule::follow(Arc::clone(&invoke), ProviderId::Vercel, timers, shutdown.clone());
    let door = Door { invoke, guard, sites, proxy: Proxy::default() };
    tokio::join!(clock, http_server::run(listener, Arc::new(door), shutdown));
}

/// The URLs a function has on a door that listens at `address`.
pub(crate) fn urls(found: &Found, address: SocketAddr) -> Vec<String> {
    let host = authority(address);
    found.function.routes.iter().map(|route| format!("http://{host}{}", route.path)).collect()
}

/// The request that a person described, as a function gets it.
///
/// # Errors
/// What is wrong with the description.
pub(crate) fn event_from_json(function: &Function, json: &str) -> Result<Event, Problem> {
    let HttpRequest { method, target, headers, body } = http_event::described(json)?;
    let target = request::with_variables(&target, &variables(function, &target));
    let edge = Edge { host: "localhost", client: std::net::Ipv4Addr::LOCALHOST.into(), id: &new_id() };
    Ok(Event::Http(request::forwarded(method, target, headers, body, &edge)))
}

/// The request that a person described, as a caller of a function sends it.
///
/// # Errors
/// What is wrong with the description.
pub(crate) fn sent_from_json(function: &Function, json: &str) -> Result<HttpRequest, Problem> {
    let request = http_event::described(json)?;
    let target = request::without_variables(&request.target, &variables(function, &request.target));
    Ok(HttpRequest { target, ..request })
}

fn variables(function: &Function, target: &str) -> Vec<(String, String)> {
    routes::parameters(function, target.split('?').next().unwrap_or(target))
}

struct Door<I> {
    invoke: Arc<I>,
    guard: HttpGuard,
    sites: Arc<Sites>,
    proxy: Proxy,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Payload> {
        let received = Instant::now();
        let id = new_id();
        let (parts, body) = request.into_parts();
        let host = match self.guard.check_host(&parts.headers) {
            Ok(host) => host.to_owned(),
            Err(foreign) => {
                let problem = format!("Coldframe answers to localhost and *.localhost, not to `{foreign}`");
                return answer::error(StatusCode::FORBIDDEN, "FORBIDDEN", &id, Some(&problem));
            }
        };
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let functions = self.invoke.list(ProviderId::Vercel);
        let sites = self.sites.of(&functions);
        let asked = Asked { path: &path, query: &query, headers: &parts.headers };
        let found = sites.iter().find_map(|site| Some((site, site.answers(&asked)?)));
        let found = found.or_else(|| sites.iter().find_map(|site| Some((site, site.application()?))));
        let of = found.as_ref().map(|(site, _)| *site).or(sites.first());
        let headers = of.map(|site| site.rules.headers(&asked)).unwrap_or_default();
        let mut response = match found.map(|(_, answers)| answers) {
            None => answer::not_found(&id),
            Some((Answers::Moved(moved), _)) => answer::moved(&moved, &id),
            Some((Answers::File(file), _)) => static_file::answered(&file, &parts.method, &id).await,
            Some((Answers::Elsewhere(url), more)) => {
                let edge = Edge { host: &host, client: peer.ip().to_canonical(), id: &id };
                let url = request::target(&url, [query.as_str(), more.as_str()], &[]);
                self.proxy.answered(&url, parts, body, &edge).await
            }
            Some((Answers::Function(chosen), more)) => {
                let edge = Edge { host: &host, client: peer.ip().to_canonical(), id: &id };
                let target = request::target(&path, [query.as_str(), more.as_str()], &chosen.parameters);
                self.call(chosen, target, parts, body, &edge, received).await
            }
        };
        response.headers_mut().extend(headers);
        response
    }
}

impl<I: Invoke> Door<I> {
    async fn call(
        &self,
        chosen: Chosen<'_>,
        target: String,
        parts: Parts,
        body: Incoming,
        edge: &Edge<'_>,
        received: Instant,
    ) -> Response<Payload> {
        let id = edge.id;
        // Offers of HTTP/2 in passing (`h2c`) are content with an ordinary answer.
        if parts.headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c")) {
            let problem = "functions have no connection to upgrade";
            return answer::error(StatusCode::NOT_IMPLEMENTED, "NOT_IMPLEMENTED", id, Some(problem));
        }
        let body = match http_body::read(body, LIMIT).await {
            Ok(body) => body,
            Err(ReadError::TooLarge { .. }) => {
                let problem = format!("the request's body has more than {LIMIT} bytes");
                return answer::error(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "FUNCTION_PAYLOAD_TOO_LARGE",
                    id,
                    Some(&problem),
                );
            }
            Err(ReadError::Broken) => {
                return answer::error(StatusCode::BAD_REQUEST, "BAD_REQUEST", id, None);
            }
        };
        let event = request::forwarded(parts.method.clone(), target, parts.headers, body, edge);
        let call = invocation(chosen.found, id, Trigger::Http, Event::Http(event), received);
        answer::respond(self.invoke.invoke(call).await, &parts.method)
    }
}

fn invocation(found: &Found, id: &str, trigger: Trigger, event: Event, received: Instant) -> Invocation {
    Invocation {
        function: FunctionRef { provider: ProviderId::Vercel, name: found.function.name.clone() },
        request_id: id.to_owned(),
        trigger,
        event,
        received,
        cold: false,
        context: CallContext::default(),
        status_of: answer::status_of,
    }
}

/// What Vercel numbers requests with: region, five characters, milliseconds, twelve hex digits.
fn new_id() -> String {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    let mut rest = high;
    let start: String = std::iter::repeat_with(|| {
        let digit = u32::try_from(rest % 36).unwrap_or_default();
        rest /= 36;
        char::from_digit(digit, 36).unwrap_or('0')
    })
    .take(5)
    .collect();
    format!("dev1::{start}-{}-{:012x}", clock::now_us() / 1000, low & 0xffff_ffff_ffff)
}
