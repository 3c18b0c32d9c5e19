//! The pushing conversation: HTTP/1.1 to the port the process listens on.
//!
//! Beside it runs a reporting channel that our own bootstraps speak to: that they are ready, why they failed to be,
//! which files they have loaded. A foreign process says nothing, and is ready when it listens.

mod exchange;
mod port;
mod report;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::StatusCode;
use tokio::{net::TcpListener, time::Instant};
use tokio_util::task::AbortOnDropHandle;

use self::{exchange::Client, port::Port, report::Shared};
use crate::{
    conversation::{Idle, InitFailure, Ready},
    domain::App,
    imports::ReportedImports,
    invocation::{Handover, Reply},
    loopback,
    provider::{Greeting, Pushing},
    reached::Reached,
};

/// How often a process that says nothing is looked at: at first a cheap interpreter may be up in a few milliseconds,
/// later a look costs more than the wait saves.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LAST_LOOK: Duration = Duration::from_millis(25);

/// The error's type, where an answer's headers say that the function failed.
pub type Failed = fn(&http::HeaderMap) -> Option<String>;

#[derive(Debug)]
pub struct Push {
    port: Port,
    report: SocketAddr,
    shared: Arc<Shared>,
    client: Client,
    /// Accepts connections of the reporting channel and owns their tasks.
    _server: AbortOnDropHandle<()>,
}

impl Push {
    /// # Errors
    /// No loopback port could be had.
    pub async fn open(pushing: &'static Pushing, app: &App) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let report = listener.local_addr()?;
        let port = Port::reserve()?;
        let shared = Arc::new(Shared::default());
        let server = AbortOnDropHandle::new(tokio::spawn(loopback::serve(
            listener,
            Arc::clone(&shared),
            report::route,
        )));
        let client = Client::new(port.number(), pushing, app);
        Ok(Self { port, report, shared, client, _server: server })
    }

    /// Where the process reports: `COLDFRAME_REPORT`.
    pub fn address(&self) -> SocketAddr {
        self.report
    }

    /// Where the process has to listen.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Resolves when the process listens on its port; that something does is not enough, it has to be its own socket.
    ///
    /// # Errors
    /// The process reported that its init failed.
    pub async fn ready(&self, owns_port: impl Fn(u16) -> bool + Send) -> Result<Ready, InitFailure> {
        let mut look = FIRST_LOOK;
        loop {
            let progress = self.shared.progress.notified();
            if let Some(failure) = self.shared.init_failure() {
                return Err(failure);
            }
            let listens = match self.shared.said_ready() {
                Some(false) => {
                    progress.await;
                    continue;
                }
                Some(true) => true,
                None => exchange::is_listening(self.port()).await,
            };
            if listens && owns_port(self.port()) {
                return self.greeted().await;
            }
            tokio::select! {
                () = progress => {}
                () = tokio::time::sleep(look) => look = (look * 2).min(LAST_LOOK),
            }
        }
    }

    /// Ready, once what its contract sends a process first is answered well. Never resolves when the process has gone.
    async fn greeted(&self) -> Result<Ready, InitFailure> {
        let ready = self.shared.take_ready();
        let Some(Greeting { request, refused }) = self.client.greeting() else { return Ok(ready) };
        let begun = Instant::now();
        match exchange::asked(&self.client, request).await {
            Ok((StatusCode::OK, _)) => Ok(Ready { init: Some(begun.elapsed()), ..ready }),
            Ok((_, body)) => Err(refused(&body)),
            Err(error) => {
                tracing::debug!(%error, "push: no answer to the first request");
                if !exchange::still_listens(self.port()).await {
                    std::future::pending::<()>().await;
                }
                Err(refused(&Bytes::new()))
            }
        }
    }

    pub(crate) fn take_reached(&self) -> Vec<Reached> {
        self.shared.take_reached()
    }

    pub(crate) fn take_imports(&self) -> Option<ReportedImports> {
        self.shared.take_imports()
    }

    /// Sends one request and resolves with the answer, or the head of a streamed one. Never resolves when the process
    /// has gone: its exit says what happened.
    pub async fn exchange(&self, handover: Handover) -> Reply {
        match exchange::exchange(&self.client, &self.shared, handover).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::debug!(%error, "push: no answer");
                if !exchange::still_listens(self.port()).await {
                    std::future::pending::<()>().await;
                }
                Reply::Unanswered { begun: matches!(error, exchange::ExchangeError::Receive(_)) }
            }
        }
    }

    /// After an exchange, whose last byte has come: the process has nothing more to do for it.
    pub fn idle(&self) -> Idle {
        self.shared.take_idle()
    }
}
