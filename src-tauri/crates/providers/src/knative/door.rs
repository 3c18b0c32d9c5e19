//! What callers of Knative services speak: plain HTTP, with the headers its ingress adds.
//! <https://github.com/knative/specs/blob/main/specs/serving/runtime-contract.md>

use std::{net::Ipv4Addr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::HOST};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    domain::{Problem, ProviderId},
    door::DoorConfig,
    http_event,
    invocation::{Event, Failure, Invoke},
    service_door::{self, Edge, Manner},
};

const MANNER: Manner = Manner {
    provider: ProviderId::Knative,
    // Knative sets no bound; this one is this machine's.
    limit: 64 * 1024 * 1024,
    new_id,
    request: add_to_request,
    answer: add_to_answer,
    failed,
    status_of: |ending| service_door::seen(ending, failed),
    page,
};

const ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    service_door::serve(listener, invoke, config, shutdown, &super::PROVIDER, MANNER).await;
}

/// The request that a person described.
///
/// # Errors
/// What is wrong with the description.
pub(crate) fn event(json: &str) -> Result<Event, Problem> {
    let edge = Edge { host: "localhost", client: Ipv4Addr::LOCALHOST.into(), id: &new_id() };
    Ok(Event::Http(MANNER.forwarded(http_event::described(json)?, &edge)))
}

fn new_id() -> String {
    Uuid::new_v4().to_string()
}

fn add_to_request(headers: &mut HeaderMap, edge: &Edge<'_>) {
    let client = edge.client.to_string();
    for (name, value) in [
        (HeaderName::from_static("forwarded"), format!("for={client};proto=http").as_str()),
        (HeaderName::from_static("x-forwarded-for"), client.as_str()),
        (HeaderName::from_static("x-forwarded-proto"), "http"),
        (ID, edge.id),
        (HOST, edge.host),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

fn add_to_answer(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.entry(ID).or_insert(id);
    }
}

/// The proxy beside the container answers for one that breaks off.
/// <https://github.com/knative/pkg/blob/main/network/error_handler.go>
fn failed(kind: Failure) -> StatusCode {
    match kind {
        Failure::Crash | Failure::OutOfMemory => StatusCode::BAD_GATEWAY,
        other => service_door::failed(other),
    }
}

fn page(status: StatusCode) -> &'static str {
    match status {
        StatusCode::GATEWAY_TIMEOUT => "activator request timeout",
        // What its connection ended with.
        StatusCode::BAD_GATEWAY => "EOF",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "pending request queue full",
        status => status.canonical_reason().unwrap_or("error"),
    }
}
