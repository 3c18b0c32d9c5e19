//! The floor under everything: HTTP there and back, and no function.

use anyhow::Result;
use http_body_util::{BodyExt as _, Full};
use hyper::Response;

use crate::server;

pub(crate) async fn serve() -> Result<()> {
    let listener = server::announced().await?;
    let echo = server::run(listener, |request| async {
        let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Response::new(Full::new(body))
    });
    tokio::select! {
        () = echo => {}
        () = server::orphaned() => {}
    }
    Ok(())
}
