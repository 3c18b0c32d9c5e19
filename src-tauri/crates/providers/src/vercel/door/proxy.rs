//! Rewrites that lead to other sites: the request goes there, and their answer comes back, as Vercel's edge does it.
//! <https://vercel.com/docs/rewrites#external-rewrites>

use std::{
    error::Error,
    io,
    pin::Pin,
    sync::OnceLock,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::Stream;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header::HOST, request::Parts,
};
use hyper::body::{Body, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::{
    answer,
    request::{self, Edge},
};
use crate::http_body::Payload;

/// How long another site may take until it begins to answer.
/// <https://vercel.com/docs/limits#proxied-request-timeout>
const PATIENCE: Duration = Duration::from_secs(120);

/// Ours: how often a request has been passed on. A rewrite may lead back to where it began.
const HOPS: HeaderName = HeaderName::from_static("coldframe-hops");
const MOST_HOPS: u32 = 8;

/// Speaks to other sites. Certificates are those of this machine, read when they are first needed.
#[derive(Default)]
pub(super) struct Proxy {
    client: OnceLock<Client<HttpsConnector<HttpConnector>, Incoming>>,
}

impl Proxy {
    /// What the site behind `url` answers, or a page that names it.
    pub(super) async fn answered(
        &self,
        url: &str,
        parts: Parts,
        body: Incoming,
        edge: &Edge<'_>,
    ) -> Response<Payload> {
        let hops = parts.headers.get(HOPS).and_then(|hops| hops.to_str().ok()?.parse().ok()).unwrap_or(0);
        if hops >= MOST_HOPS {
            let problem = format!("a rewrite leads to {url}, and from there back here");
            return answer::error(
                StatusCode::LOOP_DETECTED,
                "INFINITE_LOOP_DETECTED",
                edge.id,
                Some(&problem),
            );
        }
        let request = match asked(url, parts, body, edge, hops + 1) {
            Ok(request) => request,
            Err(why) => {
                let problem = format!("a rewrite leads to {url}, which is no address: {why}");
                return failed("ROUTER_EXTERNAL_TARGET_ERROR", &problem, edge.id);
            }
        };
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => {
                let problem =
                    format!("{host} is not asked: this machine's certificates cannot be read: {error}");
                return failed("ROUTER_EXTERNAL_TARGET_HANDSHAKE_ERROR", &problem, edge.id);
            }
        };
        match tokio::time::timeout(PATIENCE, client.request(request)).await {
            Ok(Ok(response)) => passed_on(response, edge.id),
            Ok(Err(error)) => {
                let code = if error.is_connect() {
                    "ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR"
                } else {
                    "ROUTER_EXTERNAL_TARGET_ERROR"
                };
                let problem = format!("a rewrite leads to {host}, which does not answer: {}", cause(&error));
                failed(code, &problem, edge.id)
            }
            Err(_) => {
                let problem =
                    format!("a rewrite leads to {host}, which has not answered for {} s", PATIENCE.as_secs());
                answer::error(
                    StatusCode::GATEWAY_TIMEOUT,
                    "ROUTER_EXTERNAL_TARGET_ERROR",
                    edge.id,
                    Some(&problem),
                )
            }
        }
    }

    fn client(&self) -> io::Result<&Client<HttpsConnector<HttpConnector>, Incoming>> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let connector =
            HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        Ok(self.client.get_or_init(|| Client::builder(TokioExecutor::new()).build(connector)))
    }
}

/// The caller's request, for another site.
fn asked(
    url: &str,
    parts: Parts,
    body: Incoming,
    edge: &Edge<'_>,
    hops: u32,
) -> Result<Request<Incoming>, String> {
    let uri: Uri = url.parse().map_err(|error| format!("{error}"))?;
    let host = uri.authority().ok_or("it names no host")?.as_str().to_owned();
    let mut headers = parts.headers;
    request::announced(&mut headers, edge);
    headers.insert(HOST, HeaderValue::from_str(&host).map_err(|error| error.to_string())?);
    headers.insert(HOPS, HeaderValue::from(hops));
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn passed_on(response: Response<Incoming>, id: &str) -> Response<Payload> {
    let (parts, body) = response.into_parts();
    let mut headers: HeaderMap = parts.headers;
    for name in request::HOP_BY_HOP {
        headers.remove(name);
    }
    answer::edge(&mut headers, id);
    let mut response = Response::new(Payload::stream(Pieces(body)));
    *response.status_mut() = parts.status;
    *response.headers_mut() = headers;
    response
}

/// A body as it arrives.
struct Pieces(Incoming);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let body = &mut self.get_mut().0;
        loop {
            return match Pin::new(&mut *body).poll_frame(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(io::Error::other(error)))),
                // Trailers are dropped.
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Poll::Ready(Some(Ok(data))),
                    Err(_) => continue,
                },
            };
        }
    }
}

fn failed(code: &'static str, problem: &str, id: &str) -> Response<Payload> {
    answer::error(StatusCode::BAD_GATEWAY, code, id, Some(problem))
}

/// The innermost reason, which is the one a person can do something about.
fn cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
