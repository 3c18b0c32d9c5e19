//! A loopback HTTP server for one process to speak to: its Runtime API, or its reporting channel.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// The X-Ray cause header may have 1 MiB, and so may an error body sent as a trailer.
const HEADER_LIMIT: usize = 1024 * 1024 + 64 * 1024;

/// Serves connections until dropped, one task each.
pub(crate) async fn serve<S, F>(
    listener: TcpListener,
    shared: Arc<S>,
    route: impl Fn(Arc<S>, Request<Incoming>) -> F + Copy + Send + Sync + 'static,
) where
    S: Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared), route));
                }
                // Out of file descriptors, or a peer that left at once; the next accept tells.
                Err(error) => {
                    tracing::debug!(%error, "loopback: accept failed");
                    tokio::task::yield_now().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection<S, F>(
    stream: TcpStream,
    shared: Arc<S>,
    route: impl Fn(Arc<S>, Request<Incoming>) -> F + Copy,
) where
    F: Future<Output = Response<Full<Bytes>>>,
{
    // Answers are small and waited for.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let answer = route(Arc::clone(&shared), request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let served = http1::Builder::new()
        // Shell bootstraps look for `Lambda-Runtime-Aws-Request-Id` with grep.
        .title_case_headers(true)
        .max_buf_size(HEADER_LIMIT)
        .max_header_size(HEADER_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "loopback: connection ended");
    }
}

/// A page in a browser must not reach these servers: it sends an `Origin`, or a `Host` that is a name.
pub(crate) fn from_a_process(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::ORIGIN) {
        return false;
    }
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "127.0.0.1" || name == "localhost"
}
