//! A function called by plain HTTP: on its own URL, or through a route of an HTTP API. Both make the same kind of event
//! and take the same kind of answer; they differ in how they fail and in who speaks for CORS.

use std::{net::SocketAddr, time::Instant};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, UPGRADE},
    request::Parts,
};
use hyper::{Request, body::Incoming};
use tokio::sync::mpsc;

use super::{
    Door, SYNC_LIMIT,
    answer::{self, ERROR_TYPE, REQUEST_ID, TEXT},
    call, cors,
    error::ApiError,
    event_v2::{self, Api, Arrived},
    invoke_api::{TRUNCATED, collect},
    reply_v2::{self, Misshapen, Reply},
};
use crate::{
    clock,
    http_body::{self, Payload, ReadError},
    http_guard::without_port,
    invocation::{Answer, Body, CallContext, Chunk, Found, Invoke, Outcome, ResponseHead, Throttle, Trigger},
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

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

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
        Surface::Route { .. } => None,
    };
    if let Some(cors) = cors
        && cors::is_preflight(&parts.method, &parts.headers)
    {
        let mut response = answer::empty(StatusCode::OK, &request_id);
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

async fn respond(target: &Target, outcome: Outcome) -> Response<Payload> {
    let Outcome { request_id, answer, .. } = outcome;
    let fail = |problem: &str| target.surface.failure(&request_id, problem);
    let streaming = matches!(target.surface, Surface::Url) && target.found.function.url.streaming;
    let reply = match answer {
        Answer::Response { head, body: Body::Full(bytes) } if streaming => raw(&head, bytes).map(whole),
        Answer::Response { body: Body::Full(bytes), .. } => reply_v2::infer(&bytes).map(whole),
        Answer::Response { head, body: Body::Stream(chunks) } => {
            if streaming {
                streamed(&head, chunks).await
            } else {
                match collect(chunks, &request_id).await {
                    Ok(bytes) => collected(&head, bytes).map(whole),
                    Err(payload) => Err(String::from_utf8_lossy(&payload).into_owned()),
                }
            }
        }
        Answer::FunctionError { payload, .. } => Err(String::from_utf8_lossy(&payload).into_owned()),
        Answer::Throttled(throttle) => return target.surface.throttled(&request_id, throttle),
        Answer::Refused { message } => Err(message),
        Answer::NotFound => Err("the function is gone".into()),
    };
    match reply {
        Ok(mut response) => {
            if let Ok(id) = HeaderValue::from_str(&request_id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            response
        }
        Err(problem) => fail(&problem),
    }
}

fn whole(reply: Reply) -> Response<Payload> {
    with_head(reply.status, reply.headers, reply.body.into())
}

fn with_head(status: StatusCode, headers: HeaderMap, body: Payload) -> Response<Payload> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// An unstreamed answer in `RESPONSE_STREAM` mode is bytes, whatever they look like.
fn raw(head: &ResponseHead, bytes: Bytes) -> Result<Reply, Misshapen> {
    if reply_v2::has_prelude(&head.headers) {
        return reply_v2::split_prelude(&bytes)?.ok_or_else(no_prelude);
    }
    Ok(Reply { status: StatusCode::OK, headers: HeaderMap::from_iter([(CONTENT_TYPE, OCTETS)]), body: bytes })
}

/// A streamed answer in `BUFFERED` mode.
fn collected(head: &ResponseHead, bytes: Bytes) -> Result<Reply, Misshapen> {
    if reply_v2::has_prelude(&head.headers) {
        return reply_v2::split_prelude(&bytes)?.ok_or_else(no_prelude);
    }
    reply_v2::infer(&bytes).or_else(|_| {
        Ok(Reply {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, own_type(head))]),
            body: bytes,
        })
    })
}

fn no_prelude() -> Misshapen {
    "the response ended within its prelude".into()
}

fn own_type(head: &ResponseHead) -> HeaderValue {
    head.headers.get(CONTENT_TYPE).cloned().unwrap_or(OCTETS)
}

/// A streamed answer as it comes.
async fn streamed(
    head: &ResponseHead,
    mut chunks: mpsc::Receiver<Chunk>,
) -> Result<Response<Payload>, Misshapen> {
    if !reply_v2::has_prelude(&head.headers) {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, own_type(head))]);
        return Ok(with_head(StatusCode::OK, headers, Payload::stream(rest(chunks))));
    }
    let mut arrived = BytesMut::new();
    loop {
        match chunks.recv().await {
            Some(Chunk::Data(data)) => arrived.extend_from_slice(&data),
            Some(Chunk::End) => return Err(no_prelude()),
            Some(Chunk::Failed { payload, .. }) => return Err(String::from_utf8_lossy(&payload).into_owned()),
            None => return Err(TRUNCATED.into()),
        }
        let so_far = arrived.split().freeze();
        if let Some(Reply { status, headers, body }) = reply_v2::split_prelude(&so_far)? {
            let first = stream::iter((!body.is_empty()).then_some(Ok(body)));
            return Ok(with_head(status, headers, Payload::stream(first.chain(rest(chunks)))));
        }
        arrived = BytesMut::from(so_far);
    }
}

/// What a function fails after the head went out can only be told by cutting the connection.
fn rest(chunks: mpsc::Receiver<Chunk>) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> {
    stream::unfold(Some(chunks), |chunks| async move {
        let mut chunks = chunks?;
        let failed = match chunks.recv().await {
            Some(Chunk::Data(data)) => return Some((Ok(data), Some(chunks))),
            Some(Chunk::End) => return None,
            Some(Chunk::Failed { error_type, .. }) => error_type,
            None => TRUNCATED.to_owned(),
        };
        // The connection is cut where it stands: this lets it send what it was given before.
        tokio::task::yield_now().await;
        Some((Err(std::io::Error::other(failed)), None))
    })
}

impl Surface {
    /// The cloud tells callers nothing; the header is ours.
    fn failure(&self, request_id: &str, problem: &str) -> Response<Payload> {
        let mut response = match self {
            Self::Url => answer::typed(StatusCode::BAD_GATEWAY, request_id, TEXT, "Internal Server Error"),
            Self::Route { .. } => server_error(request_id),
        };
        answer::explain(&mut response, problem);
        response
    }

    fn throttled(&self, request_id: &str, throttle: Throttle) -> Response<Payload> {
        match self {
            Self::Url => ApiError::throttled(throttle).into_response(request_id),
            Self::Route { .. } => {
                let mut response = server_error(request_id);
                answer::explain(&mut response, "the concurrency limit was reached");
                response
            }
        }
    }
}

fn server_error(request_id: &str) -> Response<Payload> {
    let body = r#"{"message":"Internal Server Error"}"#;
    answer::typed(StatusCode::INTERNAL_SERVER_ERROR, request_id, answer::JSON, body)
}

fn too_large(request_id: &str) -> Response<Payload> {
    let body = r#"{"message":"Request Entity Too Large"}"#;
    let mut response = answer::typed(StatusCode::PAYLOAD_TOO_LARGE, request_id, answer::JSON, body);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static("RequestEntityTooLargeException"));
    response
}

/// Clients that offer HTTP/2 in passing (`h2c`) are content with an ordinary answer.
fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"h2c"))
}
