//! What callers of AWS Lambda speak, on one listener: the Invoke API as SDKs send it, function URLs, and the HTTP API
//! routes of the project's templates. Signatures are accepted and ignored.
//!
//! A request is told apart by its `Host` (`NAME.localhost`), then by its path: an API version, a route that names its
//! first segment, a function's name, any other route.

mod answer;
mod call;
mod error;
mod invoke_api;
mod name;
mod operation;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use http::{Response, StatusCode};
use hyper::{Request, body::Incoming};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    http_body::Payload,
    http_guard::HttpGuard,
    http_server::{self, Handler},
    invocation::Invoke,
    launch::Account,
    outlive::Afterlife,
};

/// Largest event of a synchronous call, bytes (AWS: 6 MB).
const SYNC_LIMIT: usize = 6_291_456;
/// Largest event of an asynchronous call, bytes (AWS: 1 MB).
const ASYNC_LIMIT: usize = 1_048_576;
/// Largest buffered answer, bytes (AWS: 6 MiB and 100 bytes).
const RESPONSE_LIMIT: usize = 6_291_556;

#[derive(Debug, Clone, Default)]
pub struct DoorConfig {
    pub account: Account,
    /// Host names besides the loopback ones that requests may be addressed to.
    pub allowed_hosts: Vec<String>,
}

/// Serves AWS callers on `listener` until `shutdown`.
pub async fn serve<I: Invoke>(
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    let afterlife = Afterlife::new();
    let port = listener.local_addr().map_or(0, |address| address.port());
    let guard = HttpGuard::new(&config.allowed_hosts);
    let door = Door { invoke, account: config.account, guard, afterlife: afterlife.clone(), port };
    http_server::run(listener, Arc::new(door), shutdown).await;
    afterlife.end().await;
}

/// What every request needs.
struct Door<I> {
    invoke: Arc<I>,
    account: Account,
    guard: HttpGuard,
    afterlife: Afterlife,
    port: u16,
}

impl<I: Invoke> Handler for Door<I> {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Response<Payload> {
        let received = Instant::now();
        let host = match self.guard.check_host(request.headers()) {
            Ok(host) => host,
            Err(foreign) => return foreign_host(&foreign),
        };
        if operation::is_api_path(request.uri().path()) {
            return invoke_api::answer(&self, request, received).await;
        }
        let _ = (host, peer, self.port);
        answer::empty(StatusCode::NOT_FOUND, "")
    }
}

fn foreign_host(host: &str) -> Response<Payload> {
    let text = format!(
        "Coldframe answers to localhost and *.localhost, not to `{host}`\nhint: add the name to the allowed hosts if it \
         is meant to lead here\n"
    );
    answer::typed(StatusCode::FORBIDDEN, "", answer::TEXT, text)
}

fn function_arn(account: &Account, name: &str) -> String {
    format!("arn:aws:lambda:{}:{}:function:{name}", account.region, account.id)
}
