//! What callers of an Azure app speak: HTTP on its functions' routes, and the part of the host's admin API that triggers
//! and lists functions. Keys are asked for where `coldframe.toml` says so, and else not, as `func start` does not ask for them.
//!
//! Every app answers on the one listener; `APP.localhost` names one where several have the same route.

mod admin;
mod answer;
#[cfg(test)]
mod tests;
mod timers;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, UPGRADE},
};
use hyper::{Request, body::Incoming};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    TIMER_TRIGGER, converse,
    detect::{SHARED, UNINDEXED},
    key, route,
};
use crate::{
    domain::{Function, ProviderId},
    door::{DoorConfig, authority},
    http_body::{self, Payload, ReadError},
    http_guard::{HttpGuard, localhost_label},
    http_server::{self, Handler},
    invocation::{Answer, CallContext, Event, Found, FunctionRef, HttpRequest, Invocation, Invoke, Trigger},
    name::is_label,
    provider::Scheduled,
    schedule,
};

/// Largest body of a request, bytes. <https://learn.microsoft.com/azure/azure-functions/functions-scale>
pub(super) const LIMIT: usize = 210 * 1024 * 1024;
/// The load balancer gives a request up after this, whatever the function's own timeout is; the function goes on.
/// <https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits>
const FRONT_END: Duration = Duration::from_secs(230);

const NO_KEY: &str = "it asks for a key, in x-functions-key or ?code=; its addresses are shown with one";

/// Serves the callers of Azure's functions on `listener` until `shutdown`.
pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    let guard = HttpGuard::new(&config.allowed_hosts);
    let clock = schedule::follow(Arc::clone(&invoke), ProviderId::Azure, timers::timers, shutdown.clone());
    let calls = http_server::run(listener, Arc::new(Door { invoke, guard }), shutdown);
    tokio::join!(clock, calls);
}

/// Where a function is called on a door that listens at `address`: by its routes, or by the admin API.
pub(crate) fn urls(found: &Found, address: SocketAddr) -> Vec<String> {
    let host = authority(address);
    let mut paths: Vec<&str> = found.function.routes.iter().map(|route| route.path.as_str()).collect();
    paths.dedup();
    let admin = format!("/admin/functions/{}", found.function.name);
    if !converse::is_http(&found.function) {
        paths = vec![&admin];
    }
    let code = key::shown(found).map(|key| format!("?code={key}")).unwrap_or_default();
    let has_name = is_label(&found.app.name) && host.starts_with("localhost:");
    let shares = converse::trigger(&found.function).is_some_and(|one| one.settings.contains_key(SHARED));
    let mut urls = Vec::new();
    if !(has_name && shares) {
        urls.extend(paths.iter().map(|path| format!("http://{host}{path}{code}")));
    }
    if has_name {
        urls.extend(paths.iter().map(|path| format!("http://{}.{host}{path}{code}", found.app.name)));
    }
    urls
}

/// When the clock would call a timer: with no message.
pub(crate) fn scheduled(function: &Function) -> Vec<Scheduled> {
    let trigger = converse::trigger(function);
    let timer = trigger.filter(|trigger| trigger.kind.eq_ignore_ascii_case(TIMER_TRIGGER));
    let schedule = timer.and_then(|timer| timer.settings.get("schedule"));
    schedule
        .map(|schedule| Scheduled { schedule: schedule.clone(), event: "{}".to_owned() })
        .into_iter()
        .collect()
}

struct Door<I> {
    invoke: Arc<I>,
    guard: HttpGuard,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Payload> {
        let received = Instant::now();
        let (parts, body) = request.into_parts();
        let host = match self.guard.check_host(&parts.headers) {
            Ok(host) => host.to_owned(),
            Err(foreign) => {
                let problem = format!("Coldframe answers to localhost and *.localhost, not to `{foreign}`");
                return answer::own(StatusCode::FORBIDDEN, Some(&problem));
            }
        };
        let mut functions = self.functions(&host);
        let path = parts.uri.path();
        let admin = path.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("/admin/"));
        let choose_of =
            |functions: &[Found]| choose(functions, &parts.method, path).cloned().filter(|_| !admin);
        if let Some(unindexed) = choose_of(&functions).filter(|found| found.function.entry() == UNINDEXED) {
            if let Err(failed) = self.index(&unindexed, &parts.method, received).await {
                return failed;
            }
            functions = self.functions(&host);
        }
        let chosen = choose_of(&functions).filter(|found| found.function.entry() != UNINDEXED);
        let chosen = chosen.as_ref();
        if chosen.is_none() && !admin {
            return if path == "/" { index(&functions, &host) } else { self.unknown(path) };
        }
        // Offers of HTTP/2 in passing (`h2c`) are content with an ordinary answer.
        if parts.headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c")) {
            return answer::own(StatusCode::NOT_IMPLEMENTED, Some("functions have no connection to upgrade"));
        }
        let body = match http_body::read(body, LIMIT).await {
            Ok(body) => body,
            Err(ReadError::TooLarge { .. }) => return answer::own(StatusCode::PAYLOAD_TOO_LARGE, None),
            Err(ReadError::Broken) => return answer::own(StatusCode::BAD_REQUEST, None),
        };
        let Some(found) = chosen else {
            return self.admin(&functions, &parts, &body, received).await;
        };
        if !key::allows(found, &parts.headers, parts.uri.query()) {
            let mut refused = answer::own(StatusCode::UNAUTHORIZED, Some(NO_KEY));
            answer::add_headers(refused.headers_mut(), &found.function);
            return refused;
        }
        let mut headers = parts.headers;
        if headers.remove(CONTENT_LENGTH).is_some() || !body.is_empty() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        forwarded(&mut headers, &host, peer);
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let event = Event::Http(HttpRequest { method: parts.method.clone(), target, headers, body });
        let call = self.invoke.invoke(invocation(found, event, Trigger::Http, received));
        let mut response = match tokio::time::timeout(FRONT_END, call).await {
            Ok(outcome) => answer::respond(outcome, &parts.method),
            Err(_) => answer::own(
                StatusCode::BAD_GATEWAY,
                Some("Azure's load balancer waits 230 s for an answer; the function goes on"),
            ),
        };
        answer::add_headers(response.headers_mut(), &found.function);
        response
    }
}

impl<I: Invoke> Door<I> {
    /// Of the app that a host name names, or of all.
    fn functions(&self, host: &str) -> Vec<Found> {
        let all = self.invoke.list(ProviderId::Azure);
        match localhost_label(host) {
            Some(label) => {
                all.into_iter().filter(|found| found.app.name.eq_ignore_ascii_case(label)).collect()
            }
            None => all,
        }
    }

    /// Starts an app whose functions are not known yet; while it does, it says which they are.
    async fn index(
        &self,
        found: &Found,
        method: &Method,
        received: Instant,
    ) -> Result<(), Response<Payload>> {
        let target = "/".to_owned();
        let request =
            HttpRequest { method: Method::GET, target, headers: HeaderMap::new(), body: Bytes::new() };
        let call = invocation(found, Event::Http(request), Trigger::Http, received);
        let outcome = self.invoke.invoke(call).await;
        match outcome.answer {
            Answer::Response { .. } => Ok(()),
            _ => Err(answer::respond(outcome, method)),
        }
    }

    fn unknown(&self, path: &str) -> Response<Payload> {
        answer::own(
            StatusCode::NOT_FOUND,
            Some(&format!("no function's route and methods fit {path}; GET / lists them")),
        )
    }
}

fn invocation(found: &Found, event: Event, trigger: Trigger, received: Instant) -> Invocation {
    Invocation {
        function: FunctionRef { provider: ProviderId::Azure, name: found.function.name.clone() },
        request_id: Uuid::new_v4().to_string(),
        trigger,
        event,
        received,
        cold: false,
        context: CallContext::default(),
        status_of: answer::status_of,
    }
}

/// The function whose route says most of a path. A method that a route does not list is a route that is not there.
fn choose<'a>(functions: &'a [Found], method: &http::Method, path: &str) -> Option<&'a Found> {
    let fits = functions.iter().flat_map(|found| {
        let routes = found.function.routes.iter();
        let routes = routes.filter(|route| route.method == "ANY" || route.method == method.as_str());
        routes.filter_map(move |route| Some((route::fit(&route.path, path)?.looseness, found)))
    });
    // Of equals the first that was found.
    fits.min_by(|one, other| one.0.cmp(&other.0)).map(|(_, found)| found)
}

/// What App Service's front end adds.
fn forwarded(headers: &mut HeaderMap, host: &str, peer: SocketAddr) {
    let client = peer.ip().to_canonical().to_string();
    for (name, value) in
        [("x-forwarded-for", client.as_str()), ("x-forwarded-host", host), ("x-forwarded-proto", "http")]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
    }
    headers.entry(http::header::HOST).or_insert(HeaderValue::from_static("localhost"));
}

/// The functions there are, where no route has the root.
fn index(functions: &[Found], host: &str) -> Response<Payload> {
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let lines = functions.iter().map(|found| {
        let methods: Vec<&str> = found.function.routes.iter().map(|route| route.method.as_str()).collect();
        let url = urls(found, address).into_iter().next().unwrap_or_default();
        format!("{}: [{}] {url}\n", found.function.name, methods.join(","))
    });
    let text: String = lines.collect();
    let nothing = "no functions were found in the open project\n";
    answer::text(format!(
        "Coldframe: Azure Functions on http://{host}\n\n{}",
        if text.is_empty() { nothing } else { &text }
    ))
}
