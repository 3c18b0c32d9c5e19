//! What callers of Google's functions speak: plain HTTP, with the headers Google's front end adds.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::SERVER};
use std::{fmt::Write as _, net::Ipv4Addr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    domain::{Problem, ProviderId},
    door::DoorConfig,
    http_event,
    invocation::{Event, Invoke},
    service_door::{self, Edge, Manner},
};

/// Of requests and of answers that are not streamed (Cloud Run: 32 MiB over HTTP/1).
/// <https://cloud.google.com/run/quotas>
pub(super) const LIMIT: usize = 32 * 1024 * 1024;

const EXECUTION: HeaderName = HeaderName::from_static("function-execution-id");
const TRACE: HeaderName = HeaderName::from_static("x-cloud-trace-context");

const MANNER: Manner = Manner {
    provider: ProviderId::Gcp,
    limit: LIMIT,
    new_id,
    request: add_to_request,
    answer: add_to_answer,
    failed: service_door::failed,
    status_of: |ending| service_door::seen(ending, service_door::failed),
    page,
};

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

/// As `Function-Execution-Id` has it: twelve letters and digits.
fn new_id() -> String {
    Uuid::new_v4().simple().to_string()[..12].to_owned()
}

fn add_to_request(headers: &mut HeaderMap, edge: &Edge<'_>) {
    let trace = Uuid::new_v4();
    let (_, span) = trace.as_u64_pair();
    let client = edge.client.to_string();
    let mut context = String::new();
    // Writing to a text cannot fail.
    let _ = write!(context, "{}/{span};o=1", trace.simple());
    let added = [
        (HeaderName::from_static("x-forwarded-for"), client.as_str()),
        (HeaderName::from_static("x-forwarded-proto"), "http"),
        (HeaderName::from_static("forwarded"), &format!("for=\"{client}\";proto=http")),
        (EXECUTION, edge.id),
        (http::header::HOST, edge.host),
    ];
    for (name, value) in added {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if let Ok(context) = HeaderValue::from_str(&context) {
        headers.entry(TRACE).or_insert(context);
    }
}

fn add_to_answer(headers: &mut HeaderMap, id: &str) {
    headers.insert(SERVER, HeaderValue::from_static("Google Frontend"));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(EXECUTION, id);
    }
}

fn page(status: StatusCode) -> &'static str {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "Rate exceeded.",
        StatusCode::GATEWAY_TIMEOUT => "upstream request timeout",
        StatusCode::NOT_FOUND => "Page not found",
        StatusCode::FORBIDDEN => "Forbidden",
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        StatusCode::BAD_REQUEST => "Bad Request",
        StatusCode::NOT_IMPLEMENTED => "Not Implemented",
        StatusCode::SERVICE_UNAVAILABLE => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
