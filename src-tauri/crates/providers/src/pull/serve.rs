//! Connections and routes of one instance's Runtime API.

use std::{convert::Infallible, sync::Arc};

use http::{HeaderMap, Method, Request, StatusCode, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    extensions,
    replies::{self, Reply},
    runtime,
    state::Shared,
};

/// The X-Ray cause header may have 1 MiB, and so may an error body sent as a trailer.
const HEADER_LIMIT: usize = 1024 * 1024 + 64 * 1024;

const INVOCATION: &str = "/2018-06-01/runtime/invocation/";

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
                // Out of file descriptors, or a peer that left at once; the next accept tells.
                Err(error) => {
                    tracing::debug!(%error, "runtime api: accept failed");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let shared = &shared;
        async move { Ok::<_, Infallible>(route(shared, request).await) }
    });
    let served = http1::Builder::new()
        // Shell bootstraps look for `Lambda-Runtime-Aws-Request-Id` with grep.
        .title_case_headers(true)
        .max_buf_size(HEADER_LIMIT)
        .max_header_size(HEADER_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "runtime api: connection ended");
    }
}

async fn route(shared: &Shared, request: Request<Incoming>) -> Reply {
    if !from_a_runtime(request.headers()) {
        return replies::error(
            StatusCode::FORBIDDEN,
            "Forbidden",
            "only the function's own process may speak here",
        );
    }
    let path = request.uri().path();
    if let Some(rest) = path.strip_prefix(INVOCATION) {
        if rest == "next" {
            return match *request.method() {
                Method::GET => runtime::next(shared, request.headers()).await,
                _ => replies::method_not_allowed(),
            };
        }
        return match rest.split_once('/') {
            Some((_, "response" | "error")) if request.method() != Method::POST => {
                replies::method_not_allowed()
            }
            Some((id, "response")) => {
                let id = id.to_owned();
                runtime::response(shared, &id, request).await
            }
            Some((id, "error")) => {
                let id = id.to_owned();
                runtime::error(shared, &id, request).await
            }
            _ => replies::not_found(),
        };
    }
    match (request.method(), path) {
        (&Method::POST, "/coldframe/loaded") => runtime::loaded(shared, request).await,
        (&Method::POST, "/2018-06-01/runtime/init/error") => runtime::init_error(shared, request).await,
        (&Method::GET, "/2018-06-01/ping") => replies::pong(),
        (&Method::POST, "/2020-01-01/extension/register") => extensions::register(shared, request).await,
        (&Method::GET, "/2020-01-01/extension/event/next") => {
            extensions::next(shared, request.headers()).await
        }
        (&Method::POST, "/2020-01-01/extension/init/error" | "/2020-01-01/extension/exit/error") => {
            extensions::failed(shared, &request)
        }
        (&Method::PUT, "/2020-08-15/logs") => replies::not_supported("Logs"),
        (&Method::PUT, "/2022-07-01/telemetry") => replies::not_supported("Telemetry"),
        _ => replies::not_found(),
    }
}

/// A page in a browser must not reach a function's Runtime API: it sends an `Origin`, or a `Host` that is a name.
fn from_a_runtime(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::ORIGIN) {
        return false;
    }
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name == "localhost"
}
