//! The accept loop under every door: HTTP/1 straight on hyper, because a router or a middleware stack would cost a
//! warm call more than the call itself. What is asked and answered is the doors' business.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::http_body::Payload;

/// How long answers on their way may take once the door has been told to close.
const DRAIN: Duration = Duration::from_secs(3);

/// After a failed accept (usually no file descriptors are left) the loop waits this long instead of spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What answers a request.
pub(crate) trait Handler: Send + Sync + 'static {
    fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<Payload>> + Send;
}

/// Serves until `shutdown`, then lets what is being answered finish for a bounded time.
pub(crate) async fn run<H: Handler>(listener: TcpListener, handler: Arc<H>, shutdown: CancellationToken) {
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (handler, shutdown, cut) = (handler.clone(), shutdown.clone(), cut.clone());
                connections.spawn(async move {
                    tokio::select! {
                        () = serve_connection(stream, peer, handler, shutdown) => {}
                        () = cut.cancelled() => {}
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(DRAIN, connections.wait()).await.is_err() {
        tracing::info!(
            open = connections.len(),
            "closed a door on connections that were still being answered"
        );
        cut.cancel();
        connections.wait().await;
    }
}

async fn serve_connection<H: Handler>(
    stream: TcpStream,
    peer: SocketAddr,
    handler: Arc<H>,
    shutdown: CancellationToken,
) {
    // Answers are small and awaited: Nagle's algorithm would hold them back for the peer's delayed ACK.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "could not set TCP_NODELAY");
    }
    let service = service_fn(move |request| {
        let answer = handler.clone().handle(request, peer);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    // `half_close`: a caller that shuts its writing side (`nc`) still gets its answer, and hyper need not probe
    // the socket for end-of-file while a function runs.
    let connection = http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Callers leave and streams fail on purpose; neither is the host's problem.
        tracing::debug!(%error, "a connection ended early");
    }
}
