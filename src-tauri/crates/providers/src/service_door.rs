//! The door of providers whose functions are web services of their own: every function has the host name
//! `NAME.localhost` and, because not every resolver knows those, the path `/NAME/` on plain localhost. What follows it
//! is the function's own path. A function may have a door of its own besides, where every path is its. What each provider adds to requests and answers, and its own pages, are in its `Manner`.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, UPGRADE},
};
use hyper::{Request, body::Incoming};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::ProviderId,
    door::DoorConfig,
    http_body::{self, Payload, ReadError},
    http_guard::{HttpGuard, localhost_label},
    http_server::{self, Handler},
    invocation::{
        Answer, Body, CallContext, Chunk, Ending, Event, Failure, Found, FunctionRef, HttpRequest,
        Invocation, Invoke, Outcome, ResponseHead, StatusOf, Trigger, as_it_is,
    },
    problem_header,
    provider::Provider,
};

/// What one provider does its own way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) provider: ProviderId,
    /// Largest body of a request, and of an answer that is not streamed, bytes.
    pub(crate) limit: usize,
    pub(crate) new_id: fn() -> String,
    /// What its edge adds to a request.
    pub(crate) request: fn(&mut HeaderMap, &Edge<'_>),
    /// What its edge adds to an answer; the id is the request's.
    pub(crate) answer: fn(&mut HeaderMap, &str),
    /// What a caller gets where the function's process did not answer.
    pub(crate) failed: fn(Failure) -> StatusCode,
    /// The same, of every way a call can end, for the record.
    pub(crate) status_of: StatusOf,
    /// Its own text where it answers itself.
    pub(crate) page: fn(StatusCode) -> &'static str,
}

/// Where a request came from, and under which id it goes on.
#[derive(Debug)]
pub(crate) struct Edge<'a> {
    pub(crate) host: &'a str,
    pub(crate) client: IpAddr,
    pub(crate) id: &'a str,
}

pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
    provider: &'static Provider,
    manner: Manner,
) {
    let guard = HttpGuard::new(&config.allowed_hosts);
    http_server::run(
        listener,
        Arc::new(Door { invoke, guard, alone: config.alone, provider, manner }),
        shutdown,
    )
    .await;
}

struct Door<I> {
    invoke: Arc<I>,
    guard: HttpGuard,
    /// The one function of this door, if it has a door of its own.
    alone: Option<String>,
    provider: &'static Provider,
    manner: Manner,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Payload> {
        let received = Instant::now();
        let id = (self.manner.new_id)();
        let (parts, body) = request.into_parts();
        let host = match self.guard.check_host(&parts.headers) {
            Ok(host) => host.to_owned(),
            Err(foreign) => {
                let problem = format!("Coldframe answers to localhost and *.localhost, not to `{foreign}`");
                return self.own(StatusCode::FORBIDDEN, &id, Some(&problem));
            }
        };
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let Some((found, target)) = self.choose(&host, target) else {
            let lists = parts.uri.path() == "/" && self.alone.is_none();
            return if lists { self.index(&host) } else { self.unknown(&id) };
        };
        // Offers of HTTP/2 in passing (`h2c`) are content with an ordinary answer.
        if parts.headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c")) {
            return self.own(StatusCode::NOT_IMPLEMENTED, &id, Some("protocol upgrades are not carried"));
        }
        let body = match http_body::read(body, self.manner.limit).await {
            Ok(body) => body,
            Err(ReadError::TooLarge { .. }) => return self.own(StatusCode::PAYLOAD_TOO_LARGE, &id, None),
            Err(ReadError::Broken) => return self.own(StatusCode::BAD_REQUEST, &id, None),
        };
        let edge = Edge { host: &host, client: peer.ip().to_canonical(), id: &id };
        let method = parts.method;
        let request = HttpRequest { method: method.clone(), target, headers: parts.headers, body };
        let outcome = self
            .invoke
            .invoke(Invocation {
                function: FunctionRef { provider: self.manner.provider, name: found.function.name.clone() },
                request_id: id.clone(),
                trigger: Trigger::Http,
                event: Event::Http(self.manner.forwarded(request, &edge)),
                received,
                cold: false,
                context: CallContext::default(),
                status_of: self.manner.status_of,
            })
            .await;
        self.respond(outcome, &method, &id)
    }
}

/// What callers see of an ending, where `failed` says what of a failure.
pub(crate) fn seen(ending: &Ending<'_>, failed: fn(Failure) -> StatusCode) -> StatusCode {
    match ending {
        Ending::Failed { kind, .. } => failed(*kind),
        Ending::Refused => StatusCode::SERVICE_UNAVAILABLE,
        other => as_it_is(other),
    }
}

/// As Google's front end has it.
pub(crate) fn failed(kind: Failure) -> StatusCode {
    match kind {
        Failure::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Failure::Error => StatusCode::INTERNAL_SERVER_ERROR,
        Failure::InitError | Failure::Crash | Failure::OutOfMemory => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl Manner {
    /// The request as the function gets it.
    pub(crate) fn forwarded(&self, mut request: HttpRequest, edge: &Edge<'_>) -> HttpRequest {
        let HttpRequest { headers, body, .. } = &mut request;
        // A body that came in chunks is whole by now.
        if headers.remove(CONTENT_LENGTH).is_some() || !body.is_empty() {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        (self.request)(headers, edge);
        request
    }
}

impl<I: Invoke> Door<I> {
    /// The function that a host name or the first part of a path names, and the rest of the target.
    fn choose(&self, host: &str, target: &str) -> Option<(Found, String)> {
        let named = |name: &str| {
            let functions = self.invoke.list(self.manner.provider);
            functions.into_iter().find(|found| found.function.name.eq_ignore_ascii_case(name))
        };
        if let Some(alone) = &self.alone {
            return Some((named(alone)?, target.to_owned()));
        }
        if let Some(label) = localhost_label(host) {
            return Some((named(label)?, target.to_owned()));
        }
        let inside = target.strip_prefix('/')?;
        let end = inside.find(['/', '?']).unwrap_or(inside.len());
        let (name, rest) = inside.split_at(end);
        let found = named(name)?;
        let slash = if rest.starts_with('/') { "" } else { "/" };
        Some((found, format!("{slash}{rest}")))
    }

    fn respond(&self, outcome: Outcome, method: &Method, id: &str) -> Response<Payload> {
        match outcome.answer {
            Answer::Response { body: Body::Full(bytes), .. } if bytes.len() > self.manner.limit => {
                let problem = format!("the answer is larger than {} MB", self.manner.limit / 1_048_576);
                self.own(StatusCode::INTERNAL_SERVER_ERROR, id, Some(&problem))
            }
            Answer::Response { head, body: Body::Full(bytes) } => {
                self.passed_on(head, bytes.into(), method, id)
            }
            Answer::Response { head, body: Body::Stream(chunks) } => {
                self.passed_on(head, Payload::stream(rest(chunks)), method, id)
            }
            Answer::FunctionError { kind, error_type, payload } => {
                self.own((self.manner.failed)(kind), id, Some(&reason(&error_type, &payload)))
            }
            Answer::Throttled(_) => self.own(StatusCode::TOO_MANY_REQUESTS, id, None),
            Answer::Refused { message } => self.own(StatusCode::SERVICE_UNAVAILABLE, id, Some(&message)),
            Answer::NotFound => self.unknown(id),
        }
    }

    fn passed_on(&self, head: ResponseHead, body: Payload, method: &Method, id: &str) -> Response<Payload> {
        let mut headers = head.headers;
        // The length a function claims may be its mistake; in answer to HEAD it is the information.
        let body = if method == Method::HEAD {
            Payload::empty()
        } else {
            headers.remove(CONTENT_LENGTH);
            body
        };
        (self.manner.answer)(&mut headers, id);
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = headers;
        response
    }

    fn unknown(&self, id: &str) -> Response<Payload> {
        let title = self.manner.provider.title();
        let problem = match &self.alone {
            Some(alone) => {
                let functions = self.invoke.list(self.manner.provider);
                let names: Vec<&str> = functions.iter().map(|found| found.function.name.as_str()).collect();
                format!("no function of {title} is called {alone}; there are: {}", names.join(", "))
            }
            None => format!("no function of that name; GET / lists {title}'s"),
        };
        self.own(StatusCode::NOT_FOUND, id, Some(&problem))
    }

    /// A page of the provider's own, with our reason beside it.
    fn own(&self, status: StatusCode, id: &str, problem: Option<&str>) -> Response<Payload> {
        let mut response = Response::new(Payload::from((self.manner.page)(status).to_owned()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Some(problem) = problem {
            problem_header::explain(headers, problem);
        }
        (self.manner.answer)(headers, id);
        response
    }

    /// The functions there are.
    fn index(&self, host: &str) -> Response<Payload> {
        let mut text = format!("Coldframe: {} on http://{host}\n\n", self.manner.provider.title());
        let functions = self.invoke.list(self.manner.provider);
        if functions.is_empty() {
            text.push_str("no functions were found in the open project\n");
        }
        let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80);
        for found in functions {
            let urls = self.provider.urls(&found, SocketAddr::from(([127, 0, 0, 1], port)));
            text.push_str(&format!("{}  {}\n", found.function.name, urls.join("  ")));
        }
        let mut response = Response::new(Payload::from(text));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }
}

/// What went wrong, in one line, of an error in our own shape.
fn reason(error_type: &str, payload: &[u8]) -> String {
    let body: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    match body["errorMessage"].as_str() {
        Some(message) if !message.is_empty() => format!("{error_type}: {message}"),
        _ => error_type.to_owned(),
    }
}

/// What fails after the head went out can only be told by cutting the connection.
pub(crate) fn rest(
    chunks: mpsc::Receiver<Chunk>,
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some(chunks), |chunks| async move {
        let mut chunks = chunks?;
        match chunks.recv().await {
            Some(Chunk::Data(data)) => return Some((Ok(data), Some(chunks))),
            Some(Chunk::End) => return None,
            Some(Chunk::Failed { .. }) | None => {}
        }
        tokio::task::yield_now().await;
        Some((Err(std::io::Error::other("the function's response broke off")), None))
    })
}
