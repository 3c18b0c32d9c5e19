//! The answer to a plain HTTP call: whole or streamed, inferred or taken as bytes, or the little the cloud says when
//! there is none.

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use tokio::sync::mpsc;

use super::{
    answer::{self, ERROR_TYPE, REQUEST_ID, TEXT},
    error::ApiError,
    event_v1,
    function_output::{TRUNCATED, collect},
    load_balancer, reply_v1,
    reply_v2::{self, Misshapen, Reply},
    web::{Surface, Target},
};
use crate::{
    domain::Gateway,
    http_body::Payload,
    invocation::{Answer, Body, Chunk, Outcome, ResponseHead, Throttle},
};

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// `asked`: the request's headers.
pub(super) async fn respond(target: &Target, asked: &HeaderMap, outcome: Outcome) -> Response<Payload> {
    let Outcome { request_id, answer, .. } = outcome;
    let fail = |problem: &str| target.surface.failure(&request_id, problem);
    let streaming = matches!(target.surface, Surface::Url) && target.found.function.url.streaming;
    let infer = |bytes: &Bytes| target.surface.read(bytes, asked);
    let reply = match answer {
        Answer::Response { head, body: Body::Full(bytes) } if streaming => raw(&head, bytes).map(whole),
        Answer::Response { body: Body::Full(bytes), .. } => infer(&bytes).map(whole),
        Answer::Response { head, body: Body::Stream(chunks) } => {
            if streaming {
                streamed(&head, chunks).await
            } else {
                match collect(chunks, &request_id).await {
                    Ok(bytes) if target.surface.infers() => collected(&head, bytes).map(whole),
                    Ok(bytes) => infer(&bytes).map(whole),
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
            target.surface.sign(&request_id, response.headers_mut());
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
    fn gateway(&self) -> Option<&Gateway> {
        match self {
            Self::Url => None,
            Self::Route { route, .. } => Some(&route.gateway),
        }
    }

    pub(super) fn is_load_balancer(&self) -> bool {
        matches!(self.gateway(), Some(Gateway::LoadBalancer { .. }))
    }

    /// What is no HTTP response is taken for one all the same.
    fn infers(&self) -> bool {
        matches!(self.gateway(), None | Some(Gateway::Http))
    }

    fn read(&self, bytes: &Bytes, asked: &HeaderMap) -> Result<Reply, Misshapen> {
        read(self.gateway().unwrap_or(&Gateway::Http), bytes, asked)
    }

    fn sign(&self, request_id: &str, headers: &mut HeaderMap) {
        if let Some(Gateway::LoadBalancer { .. }) = self.gateway() {
            return;
        }
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        if let Some(Gateway::Rest(_)) = self.gateway()
            && let Ok(id) = HeaderValue::from_str(&event_v1::extended_id(request_id))
        {
            headers.insert("x-amz-apigw-id", id);
        }
    }

    /// The cloud tells callers nothing; the header is ours.
    fn failure(&self, request_id: &str, problem: &str) -> Response<Payload> {
        let mut response = match self.gateway() {
            None => answer::typed(StatusCode::BAD_GATEWAY, request_id, TEXT, "Internal Server Error"),
            Some(Gateway::Http) => server_error(request_id),
            Some(Gateway::Rest(_)) => rest_error(StatusCode::BAD_GATEWAY, request_id),
            Some(Gateway::LoadBalancer { .. }) => html(load_balancer::BAD_GATEWAY, request_id),
        };
        answer::explain(&mut response, problem);
        response
    }

    fn throttled(&self, request_id: &str, throttle: Throttle) -> Response<Payload> {
        let limit = "the concurrency limit was reached";
        let mut response = match self.gateway() {
            None => return ApiError::throttled(throttle).into_response(request_id),
            Some(Gateway::Http) => server_error(request_id),
            // It was not allowed to call the function, which is its own failure.
            Some(Gateway::Rest(_)) => rest_error(StatusCode::INTERNAL_SERVER_ERROR, request_id),
            Some(Gateway::LoadBalancer { .. }) => return self.failure(request_id, limit),
        };
        answer::explain(&mut response, limit);
        response
    }
}

/// The answer that a function's bytes mean to its gateway; a function URL takes what an HTTP API does.
pub(super) fn read(gateway: &Gateway, bytes: &Bytes, asked: &HeaderMap) -> Result<Reply, Misshapen> {
    match gateway {
        Gateway::Http => reply_v2::infer(bytes),
        Gateway::Rest(stage) => {
            // Of what a caller accepts, the first counts.
            let accepted = asked.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let first = accepted.split([',', ';']).next().unwrap_or_default().trim();
            reply_v1::read(bytes, event_v1::is_binary(stage, first))
        }
        Gateway::LoadBalancer { multi_value } => load_balancer::read(bytes, *multi_value),
    }
}

fn server_error(request_id: &str) -> Response<Payload> {
    let body = r#"{"message":"Internal Server Error"}"#;
    answer::typed(StatusCode::INTERNAL_SERVER_ERROR, request_id, answer::JSON, body)
}

/// As a REST API spells it.
fn rest_error(status: StatusCode, request_id: &str) -> Response<Payload> {
    let body = r#"{"message":"Internal server error"}"#;
    let mut response = answer::typed(status, request_id, answer::JSON, body);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static("InternalServerErrorException"));
    response
}

/// A load balancer's own page.
pub(super) fn html((status, page): (StatusCode, &'static str), request_id: &str) -> Response<Payload> {
    answer::typed(status, request_id, HeaderValue::from_static("text/html"), page)
}

pub(super) fn too_large(surface: &Surface, request_id: &str) -> Response<Payload> {
    if surface.is_load_balancer() {
        return html(load_balancer::TOO_LARGE, request_id);
    }
    let body = r#"{"message":"Request Entity Too Large"}"#;
    let mut response = answer::typed(StatusCode::PAYLOAD_TOO_LARGE, request_id, answer::JSON, body);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static("RequestEntityTooLargeException"));
    response
}
