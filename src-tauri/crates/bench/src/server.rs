//! The HTTP/1 loop under the servers that Coldframe is compared with: no more than hyper needs, set as Coldframe's own.

use std::{convert::Infallible, io::Read as _};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

pub(crate) type Answer = Response<Full<Bytes>>;

/// Serves until the process ends.
pub(crate) async fn run<F: Future<Output = Answer> + Send + 'static>(
    listener: TcpListener,
    answer: impl Fn(Request<Incoming>) -> F + Clone + Send + 'static,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let answer = answer.clone();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let service = service_fn(move |request| {
                let answer = answer(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            // A client that hangs up is no error here.
            let _ =
                http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Binds any port and says on standard output which.
pub(crate) async fn announced() -> Result<TcpListener> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Resolves when whoever started this process is gone.
pub(crate) async fn orphaned() {
    let _ = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0; 1])).await;
}
