//! One request to the process and its answer back, over a connection kept for the next.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Frame, Incoming};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;
use std::net::Ipv4Addr;
use tokio::{net::TcpStream, sync::mpsc};

use super::{LAST_LOOK, report::Shared};
use crate::{
    domain::App,
    invocation::{Body, Chunk, Handover, HttpRequest, Reply, ResponseHead},
    provider::{Greeting, Pushing},
    pull::usage::{self, USAGE},
};

/// Bodies of a known length up to this are collected; others are passed on as they come.
const WHOLE: u64 = 6 * 1024 * 1024;
/// Chunks in flight between the process and whoever reads the stream.
const STREAM_DEPTH: usize = 32;

/// Of one connection, not of the message (RFC 9110 §7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
];

/// Our bootstraps say with this that the function failed; its value is the error's type, the body says more.
const ERROR: HeaderName = HeaderName::from_static("coldframe-error");

/// Our bootstraps say with this that the function failed, where its answer is what its callers get; its value is the
/// error's type.
const OUTCOME: HeaderName = HeaderName::from_static("coldframe-outcome");

/// The error's type of an answer that broke off while its process lived on.
const INCOMPLETE: &str = "IncompleteAnswer";

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: legacy::Client<HttpConnector, Full<Bytes>>,
    port: u16,
    pushing: &'static Pushing,
    app: Arc<App>,
}

impl Client {
    pub(super) fn new(port: u16, pushing: &'static Pushing, app: &App) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = legacy::Client::builder(TokioExecutor::new()).pool_idle_timeout(None).build(connector);
        Self { http, port, pushing, app: Arc::new(app.clone()) }
    }

    pub(super) fn greeting(&self) -> Option<Greeting> {
        (self.pushing.greeting)(&self.app)
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("the request could not be made: {0}")]
    Request(#[from] http::Error),
    #[error("no answer: {0}")]
    Send(#[from] legacy::Error),
    #[error("the answer broke off: {0}")]
    Receive(#[from] hyper::Error),
}

pub(super) async fn exchange(
    client: &Client,
    shared: &Shared,
    handover: Handover,
) -> Result<Reply, ExchangeError> {
    let function = Arc::clone(&handover.function);
    let request = (client.pushing.request)(&client.app, handover);
    if request.headers.contains_key(header::UPGRADE) {
        return Ok(plain(StatusCode::NOT_IMPLEMENTED, "protocol upgrades are not carried\n"));
    }
    let mut request = outgoing(client.port, request)?;
    if (client.pushing.chunked)(&client.app, &function) {
        request.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    let response = client.http.request(request).await?;
    let (mut head, body) = response.into_parts();
    if head.status == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(plain(StatusCode::NOT_IMPLEMENTED, "protocol upgrades are not carried\n"));
    }
    if let Some(usage) = usage::usage(&head.headers) {
        shared.used(usage);
    }
    head.headers.remove(USAGE);
    without_hop_by_hop(&mut head.headers);
    if let Some(error_type) = head.headers.get(ERROR) {
        let error_type = String::from_utf8_lossy(error_type.as_bytes()).into_owned();
        let payload = body.collect().await?.to_bytes();
        return Ok(Reply::Error { error_type, payload });
    }
    if let Some(read) = (client.pushing.reads)(&client.app, &function) {
        let body = body.collect().await?.to_bytes();
        return Ok(read(&function, &head, &body));
    }
    let whole = body.size_hint().exact().is_some_and(|length| length <= WHOLE);
    let (body, streamed) = if whole {
        (Body::Full(body.collect().await?.to_bytes()), false)
    } else {
        let (chunks, stream) = mpsc::channel(STREAM_DEPTH);
        tokio::spawn(forward(body, chunks, client.port));
        (Body::Stream(stream), true)
    };
    let said = head.headers.remove(OUTCOME).and_then(|error| Some(error.to_str().ok()?.to_owned()));
    let failed = said.or_else(|| (client.pushing.failed)(&head.headers));
    let head = ResponseHead { status: head.status, headers: head.headers, streamed, failed, log: Vec::new() };
    Ok(Reply::Response { head, body })
}

/// One request that is no event's, and its whole answer.
pub(super) async fn asked(
    client: &Client,
    request: HttpRequest,
) -> Result<(StatusCode, Bytes), ExchangeError> {
    let response = client.http.request(outgoing(client.port, request)?).await?;
    let status = response.status();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}

fn outgoing(port: u16, request: HttpRequest) -> Result<Request<Full<Bytes>>, http::Error> {
    let HttpRequest { method, target, mut headers, body } = request;
    let uri = Uri::builder()
        .scheme("http")
        .authority(format!("127.0.0.1:{port}"))
        .path_and_query(if target.is_empty() { "/" } else { &target })
        .build()?;
    without_hop_by_hop(&mut headers);
    headers.remove(header::CONTENT_LENGTH);
    let mut outgoing = Request::builder().method(method).uri(uri).body(Full::new(body))?;
    *outgoing.headers_mut() = headers;
    Ok(outgoing)
}

fn without_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// A connection that breaks with its process closes the channel without an end: the process's exit says the rest. Where
/// the process lives on, the function has failed. A channel that nobody reads any more ends the connection: the call is
/// over its deadline.
async fn forward(mut body: Incoming, chunks: mpsc::Sender<Chunk>, port: u16) {
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) if !data.is_empty() => {
                if chunks.send(Chunk::Data(data)).await.is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "push: the answer broke off");
                if still_listens(port).await {
                    let message = "the function ended its answer before it was whole";
                    let payload =
                        json!({ "errorType": INCOMPLETE, "errorMessage": message }).to_string().into();
                    let _ = chunks.send(Chunk::Failed { error_type: INCOMPLETE.to_owned(), payload }).await;
                }
                return;
            }
        }
    }
    let _ = chunks.send(Chunk::End).await;
}

/// A process that dies closes its connections one by one; then nobody listens any more.
pub(super) async fn still_listens(port: u16) -> bool {
    tokio::time::sleep(LAST_LOOK).await;
    is_listening(port).await
}

pub(super) async fn is_listening(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok()
}

fn plain(status: StatusCode, text: &'static str) -> Reply {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Reply::Response {
        head: ResponseHead { status, headers, streamed: false, failed: None, log: Vec::new() },
        body: Body::Full(Bytes::from_static(text.as_bytes())),
    }
}
