//! The people's side over HTTP, on a port of its own: `POST /rpc/NAME`, `GET /live`, and the UI's files. Every call
//! but the files needs the token in a header, so that no page of another origin can make one.

use std::{convert::Infallible, time::Duration};

use futures_util::StreamExt as _;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use coldframe_protocol::{ErrorCode, LiveBatch, RpcError, dispatch};
use tokio::{net::TcpListener, sync::broadcast::error::RecvError};
use tokio_util::sync::CancellationToken;

use crate::host::Host;

/// The built UI. In debug builds it is read from disk at each request.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../../ui/dist"]
#[allow_missing = true]
struct Ui;

/// What the interface was built of, as its build wrote it down; empty where it is not built in.
pub(crate) fn components() -> Vec<coldframe_protocol::Component> {
    let file = Ui::get("bundled.json");
    file.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
}

/// A save or an event is at most this long.
const LARGEST_REQUEST: usize = 16 * 1024 * 1024;

pub(crate) async fn serve(listener: TcpListener, host: Host, stop: CancellationToken) {
    let guarded = Router::new()
        .route("/rpc/{name}", post(rpc))
        .route("/live", get(live))
        .layer(middleware::from_fn_with_state(host.clone(), authorised));
    let app = Router::new()
        .merge(guarded)
        .fallback(file)
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_REQUEST))
        .layer(middleware::from_fn(local_host))
        .with_state(host);
    let served = axum::serve(listener, app).with_graceful_shutdown(async move { stop.cancelled().await });
    if let Err(error) = served.await {
        tracing::error!(%error, "the people's side stopped");
    }
}

/// Only loopback names: a page of another site cannot reach this port under its own name (DNS rebinding).
async fn local_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "this address answers loopback names only").into_response()
    }
}

async fn authorised(State(host): State<Host>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let expected = format!("Bearer {}", host.presence().token);
    // Compared by hash: equal time whatever was given.
    if blake3::hash(given) == blake3::hash(expected.as_bytes()) {
        next.run(request).await
    } else {
        let error = RpcError::new(ErrorCode::Invalid, "the token is missing or not this host's")
            .hint("open the address that `coldframe serve --ui` printed");
        (StatusCode::UNAUTHORIZED, axum::Json(error)).into_response()
    }
}

async fn rpc(State(host): State<Host>, Path(name): Path<String>, body: Bytes) -> Response {
    let request = if body.is_empty() { Ok(serde_json::json!({})) } else { serde_json::from_slice(&body) };
    let result = match request {
        Ok(request) => dispatch(&host, &name, request).await,
        Err(error) => Err(RpcError::new(ErrorCode::Invalid, format!("the request is not JSON: {error}"))),
    };
    match result {
        Ok(response) => axum::Json(response).into_response(),
        Err(error) => (status(error.code), axum::Json(error)).into_response(),
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Invalid => StatusCode::BAD_REQUEST,
        ErrorCode::Conflict | ErrorCode::NoProject => StatusCode::CONFLICT,
        ErrorCode::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// One JSON batch a line; an empty line now and then shows that the host is still there.
async fn live(State(host): State<Host>) -> Response {
    let receiver = host.subscribe();
    let stopped = host.stopped().cancelled_owned();
    let lines = futures_util::stream::unfold(receiver, |mut receiver| async move {
        let mut line = match tokio::time::timeout(Duration::from_secs(5), receiver.recv()).await {
            Ok(Ok(batch)) => text(&batch),
            Ok(Err(RecvError::Lagged(_))) => text(&LiveBatch::stale()),
            Ok(Err(RecvError::Closed)) => return None,
            Err(_) => Vec::new(),
        };
        line.push(b'\n');
        Some((Ok::<_, Infallible>(Bytes::from(line)), receiver))
    });
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")];
    (headers, Body::from_stream(lines.take_until(stopped))).into_response()
}

fn text(batch: &LiveBatch) -> Vec<u8> {
    serde_json::to_vec(batch).unwrap_or_default()
}

async fn file(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Ui::get(path) else {
        let text = if path == "index.html" {
            "The interface has not been built into this program: run `cargo xtask run`, or `npm run build` in ui/."
        } else {
            "not found"
        };
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let mut headers = HeaderMap::new();
    if let Ok(kind) = HeaderValue::from_str(file.metadata.mimetype()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    // Names of assets carry a hash; the page itself does not.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    let policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' \
                  data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let body = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}
